"""Laws of writing: a file appears whole or not at all, and an earlier one survives failure."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from media_clips import Clip, write_clip

from rtdeconv.errors import MediaError
from rtdeconv.media.files import existing_file, write_text_whole, written_whole
from rtdeconv.media.picture_metadata import PictureMetadata
from rtdeconv.media.pictures import Picture, write_picture


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_finished_block_becomes_the_target(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    with written_whole(target) as hidden:
        assert hidden.parent == tmp_path
        assert hidden.name.startswith(".")
        assert hidden.suffix == ".txt"
        hidden.write_text("new")
        assert not target.exists()
    assert target.read_text() == "new"
    assert names(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, SystemExit])
@pytest.mark.parametrize("existing", [False, True])
def test_a_block_left_early_changes_nothing(
    tmp_path: Path, error: type[BaseException], existing: bool
) -> None:
    target = tmp_path / "out.txt"
    if existing:
        target.write_text("old")
    before = names(tmp_path)
    with pytest.raises(error), written_whole(target) as hidden:
        hidden.write_text("half")
        raise error
    assert names(tmp_path) == before
    assert not existing or target.read_text() == "old"


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota"), (errno.EROFS, "read-only")],
)
def test_system_failures_are_named(tmp_path: Path, number: int, said: str) -> None:
    target = tmp_path / "out.txt"
    with pytest.raises(MediaError, match=said), written_whole(target):
        raise OSError(number, os.strerror(number))
    assert names(tmp_path) == []


def test_a_target_that_vanished_leaves_no_trace(tmp_path: Path) -> None:
    with pytest.raises(MediaError), written_whole(tmp_path / "out.txt") as hidden:
        hidden.unlink()
    assert names(tmp_path) == []


def test_targets_that_are_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.txt"
    source.write_text("input")
    (tmp_path / "soft.txt").symlink_to(source)
    os.link(source, tmp_path / "hard.txt")
    same = [source, tmp_path / "soft.txt", tmp_path / "hard.txt", tmp_path / "." / "in.txt"]
    cases = [(path, "input itself") for path in same]
    cases += [
        (tmp_path, "folder"),
        (tmp_path / "no" / "out.txt", "no folder"),
        (source / "out.txt", "no folder"),
        (Path("/dev/full"), "device"),
        (Path("/proc/out.txt"), "cannot write"),
        (tmp_path / ("x" * 300), "cannot write"),
        (tmp_path / "nul\0.txt", "cannot write"),
    ]
    before = names(tmp_path)
    for target, said in cases:
        with pytest.raises(MediaError, match=said), written_whole(target, source=source):
            pytest.fail("a refused target must not be written")
    assert names(tmp_path) == before
    assert source.read_text() == "input"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    write_text_whole(tmp_path / "link.txt", "new\n")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new\n"


def test_permissions_are_those_of_an_ordinary_file(tmp_path: Path) -> None:
    write_text_whole(tmp_path / "new.txt", "x")
    (tmp_path / "plain.txt").write_text("x")
    assert (tmp_path / "new.txt").stat().st_mode == (tmp_path / "plain.txt").stat().st_mode
    (tmp_path / "new.txt").chmod(0o640)
    write_text_whole(tmp_path / "new.txt", "y")
    assert (tmp_path / "new.txt").stat().st_mode & 0o777 == 0o640


def test_text_is_utf8_with_plain_line_ends(tmp_path: Path) -> None:
    write_text_whole(tmp_path / "out.txt", "größer: 0.8\n")
    assert (tmp_path / "out.txt").read_bytes() == "größer: 0.8\n".encode()


def test_inputs_that_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe")
    cases = {
        "missing": "no such file",
        "empty": "empty",
        ".": "folder",
        "file/inside": "no such file",
        "pipe": "pipe",
        "x" * 300: "name is too long",
        "nul\0": "no file can have such a name",
    }
    for name, said in cases.items():
        with pytest.raises(MediaError, match=f"cannot read picture.*{said}"):
            existing_file(tmp_path / name, "picture")
    assert existing_file(tmp_path / "file", "picture") == tmp_path / "file"


def limited(tmp_path: Path, limit: int, body: str) -> str:
    """Run ``body`` where no file may grow past ``limit`` bytes, as on a disk that fills up."""
    program = """
        import resource, signal, sys
        from rtdeconv.errors import MediaError
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
        try:
            {body}
        except MediaError as error:
            print(error)
        """
    text = textwrap.dedent(program).format(limit=limit, body=body)
    done = subprocess.run(
        [sys.executable, "-c", text],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stderr == ""
    return done.stdout


def test_a_disk_that_fills_up_under_a_video(tmp_path: Path) -> None:
    times = tuple(range(0, 4000, 40))
    write_clip(tmp_path / "in.mp4", Clip(size=(320, 240), times_ms=times))
    (tmp_path / "out.mkv").write_text("old")
    body = (
        "from rtdeconv.stream import RgbWay, anywhere, restore_video; "
        "way = lambda info: RgbWay(info, anywhere(lambda x: x)); "
        "restore_video('in.mp4', 'out.mkv', way, codec='ffv1')"
    )
    assert "cannot write 'out.mkv'" in (said := limited(tmp_path, 40_000, body))
    assert "size limit" in said
    assert names(tmp_path) == ["in.mp4", "out.mkv"]
    assert (tmp_path / "out.mkv").read_text() == "old"


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".bmp"])
def test_a_disk_that_fills_up_under_a_picture(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), dtype=np.uint8)
    write_picture(tmp_path / "in.png", Picture(noise, PictureMetadata()))
    body = (
        "from rtdeconv.stream import restore_picture; "
        f"restore_picture('in.png', 'out{suffix}', lambda x: x)"
    )
    assert "size limit" in limited(tmp_path, 20_000, body)
    assert names(tmp_path) == ["in.png"]
