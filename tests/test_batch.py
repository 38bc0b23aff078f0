"""Several files into a folder: names kept, inputs spared, broken ones named and passed over."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
from command_line import ANY, CLIP, refused, run
from media_clips import Clip, write_clip

from rtdeconv.media.pictures import Picture, read_picture, write_picture

CPU = ("--device", "cpu")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three pictures of different sizes and types, and what is none."""
    place = tmp_path / "given"
    (place / "deeper").mkdir(parents=True)
    draw = np.random.default_rng(0)
    for name, shape, dtype in (
        ("b.png", (20, 30, 3), np.uint8),
        ("a.tif", (16, 24), np.uint16),
        ("c.png", (9, 9, 4), np.uint8),
    ):
        pixels = draw.integers(0, np.iinfo(dtype).max, shape, dtype)
        write_picture(place / name, Picture(pixels))
        write_picture(place / "deeper" / f"d{name}", Picture(pixels))
    (place / "notes.txt").write_text("not a picture")
    return place


def names(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir())


def alone(capsys, source: Path, target: Path) -> np.ndarray:
    assert run(capsys, "apply", *ANY, source, target, *CPU)[0] == 0
    return read_picture(target).pixels


def test_a_folder_is_restored_as_its_pictures_one_by_one(
    capsys, folder: Path, tmp_path: Path
) -> None:
    target = tmp_path / "made" / "new"
    status, out, err = run(capsys, "apply", *ANY, folder, target, *CPU)
    assert (status, out) == (0, "") and "3 of 3 files" in err
    assert err.count("device: cpu") == 1
    assert names(target) == ["a.tif", "b.png", "c.png"]
    for name in names(target):
        wanted = alone(capsys, folder / name, tmp_path / name)
        np.testing.assert_array_equal(read_picture(target / name).pixels, wanted)


def test_inputs_may_be_pictures_and_videos_with_options_between(
    capsys, folder: Path, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mkv", Clip(subtitles="subrip"))
    target = tmp_path / "out"
    target.mkdir()
    words = (*ANY, folder / "b.png", *CPU, clip, folder / "c.png", target)
    status, _, err = run(capsys, "apply", *words)
    assert status == 0, err
    assert names(target) == ["b.png", "c.png", "clip.mkv"]
    with av.open(str(target / "clip.mkv")) as file:
        assert len(list(file.decode(video=0))) == 12


def test_one_input_goes_into_a_folder_that_is_there_or_named_as_one(
    capsys, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    for target in (tmp_path / "there", f"{tmp_path}/new/"):
        assert run(capsys, "apply", *ANY, folder / "b.png", target, *CPU)[0] == 0
        assert names(Path(target)) == ["b.png"]


def test_a_broken_picture_is_named_and_stops_no_other(capsys, folder: Path, tmp_path: Path) -> None:
    (folder / "b.png").write_bytes(b"\x89PNG nonsense")
    target = tmp_path / "out"
    status, _, err = run(capsys, "apply", *ANY, folder, tmp_path / "missing.png", target, *CPU)
    assert status == 1 and names(target) == ["a.tif", "c.png"]
    lines = [line for line in err.splitlines() if "cannot read" in line]
    assert len(lines) == 2
    assert any("b.png" in line for line in lines) and any("missing.png" in line for line in lines)
    assert "2 of 4 files" in err and "Traceback" not in err


def test_names_cannot_write_to_the_terminal(capsys, folder: Path, tmp_path: Path) -> None:
    (folder / "red\x1b[31m\nb.png").write_bytes(b"nonsense")
    status, _, err = run(capsys, "apply", *ANY, folder, tmp_path / "out", *CPU)
    assert status == 1 and "\x1b" not in err
    assert r"red\x1b[31m\nb.png" in err


def test_where_nothing_can_be_restored_nothing_is_written(
    capsys, folder: Path, tmp_path: Path
) -> None:
    for name in ("a.tif", "b.png", "c.png"):
        (folder / name).write_bytes(b"nonsense")
    status, _, err = run(capsys, "apply", *ANY, folder, tmp_path / "out", *CPU)
    assert status == 2 and "none of the 3 inputs" in err.splitlines()[-1]
    assert not (tmp_path / "out").exists()


def test_what_would_be_lost_is_refused_before_the_work(
    capsys, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_early(*_: object, **__: object) -> None:
        raise AssertionError("designed before the names were looked at")

    monkeypatch.setattr("rtdeconv.cli.options.compare", too_early)
    picture, out = folder / "b.png", tmp_path / "out"
    (tmp_path / "b.png").write_bytes(picture.read_bytes())
    (tmp_path / "empty").mkdir()
    said = refused(capsys, "apply", *ANY, picture, tmp_path / "b.png", out)
    assert "two inputs are called 'b.png'" in said
    assert "input itself" in refused(capsys, "apply", *ANY, folder, folder)
    assert "input itself" in refused(capsys, "apply", *ANY, picture, folder)
    assert "is a file" in refused(capsys, "apply", *ANY, folder, picture)
    assert "no picture" in refused(capsys, "apply", *ANY, tmp_path / "empty", out)
    for names in (("", out), (picture, ""), (folder, ""), (picture, folder, "")):
        refused(capsys, "apply", *ANY, *names)
    mapped = ("gaussian:1", "--sigma-map", "--map", f"sigma={tmp_path / 'b.png'}")
    assert "input itself" in refused(capsys, "apply", *mapped, picture, tmp_path)
    assert not out.exists()


def test_settings_are_refused_once_and_not_for_every_picture(
    capsys, folder: Path, tmp_path: Path
) -> None:
    for words, said in (
        (("--strength", 3), "strength is"),
        (("--set", "x=1"), "unknown parameter"),
        (("--device", "tpu"), "unknown device"),
        (("--map", f"sigma={folder / 'b.png'}"), "takes no map"),
    ):
        assert said in refused(capsys, "apply", *ANY, folder, tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_one_prior_is_found_for_all(capsys, tmp_path: Path) -> None:
    draw = np.random.default_rng(0)
    for number in range(11):
        texture = draw.normal(size=(80, 80)).cumsum(0).cumsum(1)
        texture = 255 * (texture - texture.min()) / np.ptp(texture)
        write_picture(tmp_path / f"{number:02}.png", Picture(texture.astype(np.uint8)))
    (tmp_path / "00.png").write_bytes(b"nonsense")
    words = ("gaussian:0.8", "--method", "fir", "--prior-var", "auto", tmp_path, tmp_path / "out")
    status, _, err = run(capsys, "apply", *words, *CPU)
    assert status == 1 and err.count("prior variance") == 1
    assert len(names(tmp_path / "out")) == 10


def test_ctrl_c_leaves_what_is_finished_whole(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "out"
    # a test run in the background ignores SIGINT, and its children would too
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    words = (*ANY, folder, CLIP, target, *CPU, "--preset", "veryslow")
    running = subprocess.Popen(
        [sys.executable, "-m", "rtdeconv.cli", "apply", *map(str, words)],
        stderr=subprocess.PIPE,
        preexec_fn=heed,
    )
    deadline = time.monotonic() + 60
    while not any(target.glob(".*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    while not (target / "c.png").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.5)  # some frames in
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130 and b"Traceback" not in err, err
    assert names(target) == ["a.tif", "b.png", "c.png"]
    for name in names(target):
        assert read_picture(target / name).pixels.shape[:2] != (0, 0)
