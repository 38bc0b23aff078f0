"""The command line as a contract: names, JSON keys, exit statuses, one sentence for a refusal."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
from media_clips import Clip, break_packet, write_clip

from rtdeconv import cli, design, interpret, load
from rtdeconv.fit import AT_RUN_TIME, FAMILIES
from rtdeconv.media.pictures import Picture, read_picture, write_picture

DATA = Path(__file__).parent / "data"
CLIP = DATA / "bigbuckbunny_720p.mp4"

ANY = ("gaussian:0.8", "--method", "fir")
"""A filter, designed at once, where any will do."""

FIGURES = {
    "family", "fetches", "passes", "expected_gain_db", "expected_loss_db", "peak_gain",
    "noise_gain", "overshoot", "dc_gain",
}  # fmt: skip
SCORES = {"gpu_max_abs_error", "cpu_max_abs_error", "psnr_db", "reference_psnr_db",
          "input_psnr_db", "passed"}  # fmt: skip


NAMES_AT_RUN_TIME = [family.name for family in AT_RUN_TIME]


def _run(capsys, *words: object) -> tuple[int, str, str]:
    """(exit status, stdout, stderr) of one command in this process."""
    try:
        status = cli.main([str(word) for word in words])
    except SystemExit as leaving:
        status = int(leaving.code or 0)
    said = capsys.readouterr()
    return status, said.out, said.err


def _refused(capsys, *words: object) -> str:
    """The one sentence of a refusal."""
    status, out, err = _run(capsys, *words)
    sentences = err.splitlines()
    assert status == 2, err
    assert out == ""
    assert len(sentences) == 1 and sentences[0].startswith("rtdeconv: "), err
    assert "Traceback" not in err
    return sentences[0]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A small RGB picture."""
    path = tmp_path / "in.png"
    pixels = np.random.default_rng(0).integers(0, 256, (24, 31, 3), np.uint8)
    write_picture(path, Picture(pixels))
    return path


def test_design_prints_figures_and_writes_a_filter(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    status, out, _ = _run(
        capsys, "design", "gaussian:0.8", "--noise", "2/255", "--json", "-o", file
    )
    record = json.loads(out)
    assert status == 0 and set(record) >= FIGURES
    assert load(file).method == record["family"]
    assert record["family"] in {one["family"] for one in record["candidates"]}
    status, table, _ = _run(capsys, "design", file)
    assert status == 0 and record["label"] in table


def test_design_shows_why(capsys) -> None:
    status, table, _ = _run(capsys, "design", "gaussian:1", "--fetches", 13, "--passes", 1)
    marked = [row for row in table.splitlines() if row.strip().startswith("->")]
    assert status == 0 and len(marked) == 2
    assert marked[1] == "-> the least loss within 13 fetches and 1 pass"
    assert max(len(row) for row in table.splitlines()) <= 80
    assert "…" not in table


def test_design_draws_what_it_found(capsys, tmp_path: Path) -> None:
    plot = tmp_path / "front.png"
    status, _, err = _run(capsys, "design", "gaussian:1", "--method", "fir", "--plot", plot)
    assert status == 0 and f"wrote {plot}" in err
    pixels = read_picture(plot).pixels
    assert min(pixels.shape[:2]) > 600 and len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20


def test_design_lists_its_methods(capsys) -> None:
    status, out, _ = _run(capsys, "design", "--list", "--json")
    assert status == 0 and set(json.loads(out)) == {*FAMILIES, *NAMES_AT_RUN_TIME}
    status, out, _ = _run(capsys, "design", "--list")
    assert status == 0 and max(map(len, out.splitlines())) <= 80
    assert {line.split()[0] for line in out.splitlines() if line[0] != " "} == {
        *FAMILIES,
        *NAMES_AT_RUN_TIME,
    }


def test_design_says_when_nothing_comes_near(capsys) -> None:
    status, _, err = _run(capsys, "design", "disk:4", "--noise", "0.2/255", "--json")
    assert status == 0 and "this budget recovers" in err


def test_hosts_are_listed(capsys) -> None:
    status, out, _ = _run(capsys, "hosts", "--json")
    assert status == 0 and "glsl330" in json.loads(out)
    assert "glsl330" in _run(capsys, "hosts")[1]


def test_export_to_stdout_file_and_folder(capsys, tmp_path: Path) -> None:
    status, text, _ = _run(capsys, "export", "gaussian:0.8", "--to", "glsl330")
    assert status == 0 and text.startswith("#version 330")
    for place in (tmp_path / "x.frag", f"{tmp_path}/new/"):
        status, out, err = _run(capsys, "export", "gaussian:0.8", "--to", "glsl330", "-o", place)
        written = Path(err.split("wrote ")[1].strip())
        assert status == 0 and out == "" and written.read_text() == text


def test_the_exported_command_makes_the_same_file(capsys) -> None:
    _, text, _ = _run(
        capsys, "export", "disk:1.2+gaussian:0.4", "--noise", "3/255", "--to", "glsl330"
    )
    line = next(row for row in text.splitlines() if "rtdeconv export" in row)
    command = line.split("rtdeconv ")[1].split()
    assert _run(capsys, *command)[1] == text


def test_check_passes_and_has_its_keys(capsys, tmp_path: Path) -> None:
    status, out, _ = _run(capsys, "check", "gaussian:0.8", "--json")
    record = json.loads(out)
    assert status == 0 and record["passed"] is True
    assert set(record) >= SCORES
    assert min(record["reference_psnr_db"], record["psnr_db"]) > record["input_psnr_db"] + 1
    assert record["gpu_max_abs_error"] <= 1.001 / 255
    status, table, _ = _run(capsys, "check", "gaussian:0.8", "--method", "comb")
    assert status == 0 and "full-FFT reference" in table


def test_check_fails_where_an_executor_is_wrong(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtdeconv.cpu.CpuPlayer.run", lambda self, image, **_: 255 - image)
    status, out, err = _run(capsys, "check", *ANY, "--json")
    assert status == 1 and json.loads(out)["passed"] is False and "check failed" in err


def test_tunable_filters_take_their_values_and_maps_from_the_command_line(
    capsys, picture: Path, tmp_path: Path
) -> None:
    pixels = read_picture(picture).pixels
    filter_file, map_file, target = (tmp_path / name for name in ("f.json", "map.png", "out.png"))
    status, _, err = _run(capsys, "design", "gaussian:1", "--tunable", "-o", filter_file)
    assert status == 0 and "behind a fit of its own" in err

    def applied(*words: object) -> np.ndarray:
        status, *_ = _run(capsys, "apply", *words, "--device", "cpu")
        assert status == 0
        return read_picture(target).pixels

    one = applied(filter_file, picture, target, "--set", "sigma=0.6")
    plan = design("gaussian:0.6", tunable=True).plan
    assert np.abs(one.astype(int) - interpret.run(plan, pixels)).max() <= 1
    assert np.array_equal(applied(filter_file, picture, target, "--set", "sigma=0"), pixels)

    # the left half stays as it is, the right half gets the whole sigma
    halves = np.zeros(pixels.shape[:2], np.uint8)
    halves[:, pixels.shape[1] // 2 :] = 255
    write_picture(map_file, Picture(halves))
    words = ("gaussian:1", "--sigma-map", picture, target)
    found = applied(*words, "--map", f"sigma={map_file}")
    assert np.array_equal(found[halves == 0], pixels[halves == 0])
    whole = interpret.run(load(filter_file).plan, pixels)
    assert np.abs(found[halves == 255].astype(int) - whole[halves == 255]).max() <= 1
    assert "needs the map 'sigma'" in _refused(capsys, "apply", *words)
    for given, said in (("sigma=9", "sigma is 0..2"), ("x=1", "unknown parameter"), ("x", "NAME")):
        wrong = _refused(capsys, "apply", filter_file, picture, target, "--set", given)
        assert said in wrong


def test_a_lens_is_designed_from_its_middle_and_its_corners(capsys) -> None:
    words = ("gaussian:0.6", "--sigma-at-edge", 1.2)
    status, text, _ = _run(capsys, "export", *words, "--to", "glsl330")
    assert status == 0 and "uniform float rtd_sigma_at_edge = 1.2;" in text
    status, out, _ = _run(capsys, "check", *words, "--json")
    assert status == 0 and json.loads(out)["passed"]
    assert "leave out 'fir'" in _refused(capsys, "design", *words, "--method", "fir")
    assert "round Gaussian" in _refused(capsys, "design", "disk:1", "--tunable")
    assert "from a map or from the radius" in _refused(capsys, "design", *words, "--sigma-map")


def test_apply_finds_the_priors_strength_in_its_input(capsys, tmp_path: Path) -> None:
    """A picture of less contrast holds less detail; and other commands have nothing to look at."""
    texture = np.random.default_rng(0).normal(size=(96, 96)).cumsum(0).cumsum(1)
    texture = (texture - texture.min()) / np.ptp(texture)
    found = []
    for contrast in (1.0, 0.05):
        path = tmp_path / "in.png"
        write_picture(path, Picture(np.rint(255 * contrast * texture).astype(np.uint8)))
        words = ("gaussian:0.8", "--method", "fir", "--prior-var", "auto", path)
        status, _, err = _run(capsys, "apply", *words, tmp_path / "out.png", "--device", "cpu")
        assert status == 0
        found.append(float(err.split("prior variance ")[1].split(",")[0]))
    assert found[1] < found[0]
    for command in (("design", "gaussian:0.8"), ("export", "gaussian:0.8", "--to", "glsl330")):
        said = _refused(capsys, *command, "--prior-var", "auto")
        assert "blurred picture itself" in said


def test_apply_restores_a_picture(capsys, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    words = ("gaussian:0.8", "--method", "fir", "--taps", 3, picture, target, "--device", "cpu")
    status, _, err = _run(capsys, "apply", *words)
    assert status == 0 and "device: cpu" in err

    expected = interpret.run(
        design("gaussian:0.8", method="fir", taps=3).plan, read_picture(picture).pixels
    )
    found = read_picture(target).pixels
    assert np.abs(found.astype(int) - expected).max() <= 1
    status, *_ = _run(capsys, "apply", *words, "--strength", 0)
    assert np.array_equal(read_picture(target).pixels, read_picture(picture).pixels)


def test_apply_restores_a_video_on_both_devices(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mp4", Clip())
    for device in ("cpu", "gpu", "auto"):
        target = tmp_path / f"{device}.mp4"
        status, _, err = _run(capsys, "apply", *ANY, clip, target, "--device", device)
        assert status == 0 and "device: " in err
        with av.open(str(target)) as found, av.open(str(clip)) as given:
            assert len(list(found.decode(video=0))) == len(list(given.decode(video=0)))
            assert len(found.streams.audio) == 1


def test_apply_says_what_was_lost(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mkv", Clip(subtitles="subrip"))
    status, _, err = _run(capsys, "apply", *ANY, clip, tmp_path / "out.webm", "--device", "cpu")
    assert status == 1 and "lost: " in err


def test_apply_finishes_what_it_can_read_and_exits_1(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mkv", Clip(options={"crf": "10", "g": "1"}))
    break_packet(clip, 5)
    status, _, err = _run(capsys, "apply", *ANY, clip, tmp_path / "out.mkv")
    assert status == 1 and "lost: 1 frame" in err
    assert (tmp_path / "out.mkv").stat().st_size > 0


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
    assert said in _refused(capsys, *words)


def test_bad_strengths_write_nothing(capsys, picture: Path, tmp_path: Path) -> None:
    for strength in ("-1", "2", "nan"):
        sentence = _refused(
            capsys, "apply", *ANY, picture, tmp_path / "o.png", "--strength", strength
        )
        assert "strength is 0..1.5" in sentence
    assert not (tmp_path / "o.png").exists()


def test_design_options_do_not_change_a_filter_file(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    _run(capsys, "design", *ANY, "--json", "-o", file)
    assert "--noise shapes a new design" in _refused(capsys, "check", file, "--noise", "2/255")


def test_other_versions_of_a_filter_file_are_refused(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    _run(capsys, "design", *ANY, "--json", "-o", file)
    file.write_text(file.read_text().replace('"version": 2', '"version": 7'))
    assert "reads version 2, not 7" in _refused(capsys, "check", file)


def test_an_existing_output_survives_a_refusal(capsys, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    target.write_bytes(b"precious")
    (tmp_path / "bad.png").write_bytes(picture.read_bytes()[:200])
    _refused(capsys, "apply", *ANY, tmp_path / "bad.png", target)
    assert target.read_bytes() == b"precious"


def test_input_is_never_overwritten(capsys, picture: Path) -> None:
    before = picture.read_bytes()
    _refused(capsys, "apply", *ANY, picture, picture)
    target = picture.with_name("map.png")
    target.write_bytes(before)
    words = ("gaussian:1", "--sigma-map", "--map", f"sigma={target}")
    assert "input itself" in _refused(capsys, "apply", *words, picture, target)
    assert picture.read_bytes() == target.read_bytes() == before


def test_tiny_pictures(capsys, tmp_path: Path) -> None:
    for shape in ((1, 1, 3), (1, 7), (5, 1, 4)):
        source, target = tmp_path / "in.png", tmp_path / "out.png"
        write_picture(source, Picture(np.full(shape, 90, np.uint8)))
        status, *_ = _run(capsys, "apply", *ANY, source, target, "--device", "gpu")
        assert status == 0
        assert np.array_equal(read_picture(target).pixels, np.full(shape, 90, np.uint8))


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
    environment = {**os.environ, "LD_LIBRARY_PATH": str(tmp_path)}
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


def test_words_after_an_option_are_pictures_all_the_same(capsys, picture: Path) -> None:
    other = picture.with_name("other.png")
    other.write_bytes(picture.read_bytes())
    status, out, _ = _run(capsys, "check", *ANY, "--json", picture, other)
    assert status == 0 and json.loads(out)["pictures"] == 2


@pytest.mark.parametrize("name", ["x.avi", "x.m3u8", "noext"])
def test_containers_that_lose_things_are_refused(capsys, tmp_path: Path, name: str) -> None:
    clip = write_clip(tmp_path / "in.mp4", Clip())
    sentence = _refused(capsys, "apply", *ANY, clip, tmp_path / name)
    assert ".mkv" in sentence and name in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["in.mp4"]


def test_a_full_stdout_is_one_sentence() -> None:
    with Path("/dev/full").open("wb") as full:
        running = _process("design", *ANY, "--json", output=full)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 2 and b"No space left" in err and b"Traceback" not in err


def test_an_export_never_replaces_its_filter_file(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    _run(capsys, "design", *ANY, "--json", "-o", file)
    before = file.read_text()
    assert "input itself" in _refused(capsys, "export", file, "--to", "glsl330", "-o", file)
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
    assert said in _refused(capsys, *words)
    assert list(tmp_path.iterdir()) == []


def test_same_again_is_quoted_for_a_shell(capsys, tmp_path: Path) -> None:
    spot = tmp_path / "a spot.npy"
    np.save(spot, np.exp(-np.sum((np.mgrid[:15, :15] - 7) ** 2, axis=0) / 2))
    one = design(f"file:{spot}", method="fir", taps=3)
    again = tmp_path / "again.json"
    status, *_ = _run(capsys, "design", *shlex.split(one.options), "-o", again)
    assert status == 0 and load(again).filter == one.filter


def test_a_mapped_filter_is_checked_under_a_white_map(capsys) -> None:
    status, out, _ = _run(capsys, "check", "gaussian:0.8", "--sigma-map", "--json")
    assert status == 0 and json.loads(out)["passed"]
    said = _refused(capsys, "design", "gaussian:1", "--tunable", "--max-gain", 3)
    assert "leave out" in said
