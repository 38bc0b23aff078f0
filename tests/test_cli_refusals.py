"""Commands that cannot be done, or end early: one sentence, exit status 2, nothing lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from command_line import ANY, CLIP, refused, run
from media_clips import Clip, write_clip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["design"], "needs a BLUR"),
        (["design", "gaussian:-1"], "0.05..20 px"),
        (["design", "gaussian:nan"], "0.05..20 px"),
        (["design", "gaussian:1e9"], "0.05..20 px"),
        (["design", "gausian:1"], "did you mean 'gaussian'"),
        (["design", "gaussian:1", "--noise", "x"], "2/255"),
        (["design", "gaussian:1", "--taps", "x"], "whole number"),
        (["design", "gaussian:1", "--method", "fir", "--taps", "0"], "one of 3, 5"),
        (["design", "gaussian:1", "--method", "fri"], "did you mean 'fir'"),
        (["design", "missing.json"], "cannot read filter file"),
        (["export", "gaussian:1", "--to", "glsl33"], "did you mean 'glsl330'"),
        (["export", "gaussian:1", "--to", "glsl330", "-o", "/dev/null/x"], "/dev/null/x"),
        (["apply", "gaussian:1", "missing.png", "out.png"], "missing.png"),
        (["apply", "gaussian:1", "missing.mp4", "out.mp4"], "missing.mp4"),
        (["apply", "gaussian:1", "a.png", "b.png", "--device", "tpu"], "unknown device"),
        (["apply", "gaussian:1", "a.png", "b.png", "--strength", "nan?"], "expected a number"),
        (["check", "gaussian:1", "missing.png"], "missing.png"),
        (["sharpen"], "invalid choice"),
        ([], "required"),
    ],
)
def test_refusals_are_one_sentence_and_exit_2(capsys, words: list[str], said: str) -> None:
    assert said in refused(capsys, *words)


def test_bad_strengths_write_nothing(capsys, picture: Path, tmp_path: Path) -> None:
    for strength in ("-1", "2", "nan"):
        sentence = refused(
            capsys, "apply", *ANY, picture, tmp_path / "o.png", "--strength", strength
        )
        assert "strength is 0..1.5" in sentence
    assert not (tmp_path / "o.png").exists()


def test_design_options_do_not_change_a_filter_file(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    run(capsys, "design", *ANY, "--json", "-o", file)
    assert "--noise shapes a new design" in refused(capsys, "check", file, "--noise", "2/255")


def test_other_versions_of_a_filter_file_are_refused(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    run(capsys, "design", *ANY, "--json", "-o", file)
    file.write_text(file.read_text().replace('"version": 2', '"version": 7'))
    assert "reads version 2, not 7" in refused(capsys, "check", file)


def test_an_existing_output_survives_a_refusal(capsys, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"precious")
    (tmp_path / "bad.png").write_bytes(picture.read_bytes()[:200])
    refused(capsys, "apply", *ANY, tmp_path / "bad.png", target)
    assert target.read_bytes() == b"precious"


def test_input_is_never_overwritten(capsys, picture: Path) -> None:
    before = picture.read_bytes()
    refused(capsys, "apply", *ANY, picture, picture)
    target = picture.with_name("map.png")
    target.write_bytes(before)
    words = ("gaussian:1", "--sigma-map", "--map", f"sigma={target}")
    assert "input itself" in refused(capsys, "apply", *words, picture, target)
    assert picture.read_bytes() == target.read_bytes() == before


def _process(*words: object, output=subprocess.PIPE, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "rtdeconv.cli", *map(str, words)]
    return subprocess.Popen(command, stdout=output, stderr=subprocess.PIPE, **options)


def test_ctrl_c_in_the_middle_of_a_video_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    # a test run in the background ignores SIGINT, and its children would too
    heed = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    words = (*ANY, CLIP, target, "--device", "cpu", "--preset", "veryslow")
    running = _process("apply", *words, preexec_fn=heed)
    deadline = time.monotonic() + 60
    while len(list(tmp_path.iterdir())) == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)  # some frames in
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert b"interrupted" in err and b"Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_without_egl_apply_takes_the_cpu_and_names_the_package(
    picture: Path, tmp_path: Path
) -> None:
    """A broken library found first on the path is as good as none; the package is named."""
    for name in ("libEGL.so.1", "libGL.so.1", "libEGL.so", "libGL.so"):
        (tmp_path / name).write_bytes(b"")
    nothing_known = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    environment = {**os.environ, **nothing_known, "LD_LIBRARY_PATH": str(tmp_path)}
    words = ("apply", *ANY, picture, tmp_path / "out.png", "--device")
    for device, status in (("auto", 0), ("gpu", 2)):
        running = _process(*words, device, env=environment)
        _, err = running.communicate(timeout=60)
        assert running.returncode == status, err
        assert b"libegl1" in err and b"Traceback" not in err


def test_a_reader_that_leaves_is_no_error() -> None:
    with _process("export", *ANY, "--to", "glsl330") as running:
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


@pytest.mark.parametrize("name", ["x.avi", "x.m3u8", "noext"])
def test_containers_that_lose_things_are_refused(capsys, tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / "in.mp4", Clip())
    sentence = refused(capsys, "apply", *ANY, clip, tmp_path / name)
    assert ".mkv" in sentence and name in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_a_full_stdout_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        running = _process("design", *ANY, "--json", output=full)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 2 and b"No space left" in err and b"Traceback" not in err


def test_an_export_never_replaces_its_filter_file(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    run(capsys, "design", *ANY, "--json", "-o", file)
    before = file.read_text()
    assert "input itself" in refused(capsys, "export", file, "--to", "glsl330", "-o", file)
    assert file.read_text() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("design", "gaussian:1", "--plot", "x.svg"), "end its name in .png"),
        (("design", "gaussian:1", "--plot", "nowhere/x.png"), "create it first"),
        (("design", "gaussian:1", "-o", "nowhere/x.json"), "create it first"),
        (("design", "gaussian:1", "--fetches", 1), "the smallest takes"),
        (("design", "gaussian:1", "--method", "gauss", "--taps", 5), "its size is terms"),
        (("design", "gaussian:1", "--prior-var", 0), "variance is"),
        (("design", "gaussian:1", "--prior", "images:*.nothing"), "no picture matches"),
        (("design", "file:nowhere.png"), "nowhere.png"),
    ],
)
def test_what_cannot_be_is_refused_before_the_work(
    capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert said in refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_outputs_that_cannot_be_are_refused_before_the_design(
    capsys, picture: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_early(*_: object, **__: object) -> None:
        raise AssertionError("designed before the output was looked at")

    monkeypatch.setattr("rtdeconv.cli.options.compare", too_early)
    nowhere, told = tmp_path / "none" / "out.png", ("--set", "noise=x")
    export = ("export", "gaussian:0.8", "--to", "glsl330")
    assert "no folder" in refused(capsys, "apply", "gaussian:0.8", picture, nowhere)
    assert "input itself" in refused(capsys, "apply", "gaussian:0.8", picture, picture)
    assert "number" in refused(capsys, "apply", "gaussian:0.8", picture, "o.png", *told)
    assert "no folder" in refused(capsys, *export, "-o", nowhere)
    assert "PNG" in refused(capsys, "design", "gaussian:0.8", "--plot", tmp_path / "x.jpg")
