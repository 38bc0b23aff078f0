"""Several files restored into a folder, one after the other."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rtdeconv.errors import MediaError, RtdError, ValueRefused, shown
from rtdeconv.media.files import cannot_read, cause, check_target, is_folder, make_folder
from rtdeconv.media.pictures import is_picture


@dataclass(frozen=True)
class Job:
    """A file to restore and the file to write."""

    source: Path
    target: Path


def is_batch(inputs: Sequence[str], output: str) -> bool:
    """Whether these names mean files into a folder; else they mean one file into one file.

    Raises ValueRefused for an empty name, which the system takes for the folder it is in.
    """
    if not all((*inputs, output)):
        raise ValueRefused("a name is empty; name what to read, and a file or folder to write")
    into_folder = is_folder(output) or output.endswith(("/", os.sep))
    return len(inputs) > 1 or into_folder or is_folder(inputs[0])


def jobs_into(inputs: Sequence[str], folder: str) -> tuple[Job, ...]:
    """A job for every input, written under its own name into ``folder``.

    A folder among the inputs stands for the pictures in it, by name, not for those in its folders.
    Raises ValueRefused for two inputs of one name, MediaError where an input would be overwritten
    or a folder holds no picture.
    """
    if Path(folder).is_file():
        raise ValueRefused(
            f"several inputs are written into a folder, and {shown(folder)} is a file; name another"
        )
    jobs: dict[str, Job] = {}
    for source in (found for name in inputs for found in _files_of(Path(name))):
        if source.name in jobs:
            raise ValueRefused(
                f"two inputs are called {shown(source.name)}, and one would replace the other in "
                f"{shown(folder)}; restore them into two folders"
            )
        jobs[source.name] = Job(source, Path(folder) / source.name)
    found = tuple(jobs.values())
    check_spared((job.source for job in found), found)
    return found


def check_spared(files: Iterable[str | os.PathLike[str]], jobs: Sequence[Job]) -> None:
    """Raises MediaError where a job would overwrite one of ``files``."""
    spared = {_identity(Path(file)) for file in files} - {None}
    for job in jobs:
        if _identity(job.target) in spared:
            raise MediaError(
                f"cannot write {shown(str(job.target))}: it is the input itself; "
                "choose another folder"
            )


def restore_all(
    jobs: Sequence[Job],
    restore: Callable[[Job], None],
    on_failure: Callable[[Job, RtdError], None],
) -> int:
    """Do every job, whichever files fail; returns how many were done.

    The folder is created; where nothing could be restored into a new one, it is gone again.
    """
    folder = jobs[0].target.parent
    is_new = not folder.exists()
    make_folder(folder)
    done = 0
    try:
        for job in jobs:
            try:
                check_target(job.target, source=job.source)
                restore(job)
                done += 1
            except (MediaError, ValueRefused) as failure:
                on_failure(job, failure)
            except MemoryError:
                on_failure(job, MediaError("not enough memory; use a smaller picture"))
    finally:
        if is_new and not done:
            with contextlib.suppress(OSError):
                folder.rmdir()
    return done


def _files_of(place: Path) -> list[Path]:
    if not is_folder(place):
        return [place]
    try:
        found = sorted(path for path in place.iterdir() if is_picture(path) and path.is_file())
    except OSError as error:
        raise cannot_read("folder", place, cause(error)) from error
    if not found:
        raise cannot_read("folder", place, "no picture lies in it; name files or another folder")
    return found


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        told = place.stat()
    except (OSError, ValueError):
        return None
    return told.st_dev, told.st_ino
