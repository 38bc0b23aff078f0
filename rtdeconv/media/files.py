"""Files that appear whole or not at all, and the refusals every input and output shares."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from rtdeconv.errors import MediaError, shown

_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "the file would exceed the size limit; raise the limit or choose another disk",
    errno.EROFS: "the disk is read-only; choose another folder",
    errno.EACCES: "permission is denied; choose a place that you may use",
    errno.EPERM: "permission is denied; choose a place that you may use",
    errno.EEXIST: "a file of that name is in the way; choose another name",
    errno.ENAMETOOLONG: "the name is too long; choose a shorter one",
}


def cause(error: BaseException) -> str:
    """Why the system refused, in words a person can act on."""
    if type(error) in (ValueError, UnicodeEncodeError):  # a zero byte, half of a surrogate pair
        return "no file can have such a name; check it"
    number = getattr(error, "errno", None)
    known = _CAUSES.get(number) if isinstance(number, int) else None
    return known or getattr(error, "strerror", None) or str(error) or type(error).__name__


def cannot_write(target: str | os.PathLike[str], error: BaseException) -> MediaError:
    """The refusal for a failed write; an earlier file of that name is still in place."""
    return MediaError(f"cannot write {shown(str(target))}: {cause(error)}")


def cannot_read(what: str, path: str | os.PathLike[str], why: str) -> MediaError:
    """The refusal of an input: ``what`` it should be, and ``why`` not, remedy included."""
    return MediaError(f"cannot read {what} {shown(str(path))}: {why}")


def existing_file(path: str | os.PathLike[str], what: str) -> Path:
    """The path of a file that is there, is a file and holds something.

    Raises MediaError naming ``what`` (picture, video) otherwise.
    """
    place = Path(path)
    try:
        size = place.stat().st_size
    except (OSError, ValueError) as error:
        missing = isinstance(error, (FileNotFoundError, NotADirectoryError))
        why = "there is no such file; check the name" if missing else cause(error)
        raise cannot_read(what, place, why) from error
    if place.is_dir():
        raise cannot_read(what, place, "it is a folder; name a file")
    if not place.is_file():
        raise cannot_read(what, place, "it is a device or pipe; name a plain file")
    if size == 0:
        raise cannot_read(what, place, "it is empty; supply another")
    return place


@contextlib.contextmanager
def written_whole(
    target: str | os.PathLike[str], *, source: str | os.PathLike[str] | None = None
) -> Iterator[Path]:
    """Yield a hidden path beside ``target``; when the block ends well it becomes ``target``.

    Whatever leaves the block early, Ctrl-C included, removes the hidden file and lets an existing
    target stand. The hidden name keeps the suffix, because writers choose their format by it.
    Raises MediaError where the target is a folder, cannot be created, or is ``source`` itself.
    """
    place = _checked_target(Path(target), None if source is None else Path(source))
    hidden: Path | None = None
    try:
        hidden = _reserve(place)
        yield hidden
        hidden.chmod(_mode_for(place))
        hidden.replace(place)
    except OSError as error:
        raise cannot_write(target, error) from error
    finally:
        if hidden is not None:
            hidden.unlink(missing_ok=True)


def check_target(
    path: str | os.PathLike[str], *, source: str | os.PathLike[str] | None = None
) -> None:
    """Refuses before the work what `written_whole` would refuse after it: MediaError."""
    place = _checked_target(Path(path), None if source is None else Path(source))
    try:
        _reserve(place).unlink()
    except OSError as error:
        raise cannot_write(path, error) from error


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether there is a folder of that name; a name that the system refuses is none."""
    try:
        return Path(path).is_dir()
    except (OSError, ValueError):
        return False


def make_folder(path: str | os.PathLike[str]) -> None:
    """Creates a folder and those above it; MediaError where the system refuses."""
    try:
        Path(path).mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error


def write_text_whole(
    path: str | os.PathLike[str], text: str, *, source: str | os.PathLike[str] | None = None
) -> None:
    """Write UTF-8 text so that the file appears whole or not at all; lines end in ``\\n``."""
    write_texts_whole({Path(path): text}, source=source)


def write_texts_whole(
    texts: Mapping[Path, str], *, source: str | os.PathLike[str] | None = None
) -> None:
    """The same for several files: they take their names when every text is on the disk."""
    with contextlib.ExitStack() as stack:
        for path, text in texts.items():
            hidden = stack.enter_context(written_whole(path, source=source))
            hidden.write_text(text, encoding="utf-8", newline="\n")


def _checked_target(place: Path, source: Path | None) -> Path:
    """The file to replace: links are followed, so that a link stays a link."""
    name = shown(str(place))
    try:
        if place.is_dir():
            raise MediaError(f"cannot write {name}: it is a folder; name a file in it")
        if not place.parent.is_dir():
            folder = shown(str(place.parent))
            raise MediaError(f"cannot write {name}: there is no folder {folder}; create it first")
        if place.exists() and not place.is_file():
            raise MediaError(f"cannot write {name}: it is a device or pipe; name a plain file")
        if source is not None and place.exists() and _same(place, source):
            raise MediaError(
                f"cannot write {name}: it is the input itself; choose another output name"
            )
        return Path(os.path.realpath(place))
    except (OSError, ValueError) as error:
        raise cannot_write(place, error) from error


def _same(place: Path, source: Path) -> bool:
    try:
        return place.samefile(source)
    except (OSError, ValueError):
        return False  # the source is no file


def _reserve(place: Path) -> Path:
    """Create the hidden file now: an unwritable folder is refused before any work is done."""
    # 40 characters of the name are enough to recognise it and leave room for the random part.
    prefix = f".{place.stem[:40]}."
    descriptor, name = tempfile.mkstemp(suffix=place.suffix, prefix=prefix, dir=place.parent)
    os.close(descriptor)
    return Path(name)


def _mode_for(place: Path) -> int:
    """Permissions of the finished file: the old file's, else what the umask gives new files."""
    if place.exists():
        return place.stat().st_mode & 0o777
    # mkstemp gives 0600, and the umask can only be read by setting it.
    mask = os.umask(0o077)
    os.umask(mask)
    return 0o666 & ~mask
