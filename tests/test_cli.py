"""The command line as a contract: names, JSON keys, exit statuses."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import av
import numpy as np
import pytest
from command_line import ANY, refused, run
from media_clips import Clip, break_packet, write_clip

from rtdeconv import design, interpret, load
from rtdeconv.fit import ADAPTING, AT_RUN_TIME, FAMILIES
from rtdeconv.media.pictures import Picture, read_picture, write_picture

FIGURES = {
    "family", "fetches", "passes", "expected_gain_db", "expected_loss_db", "peak_gain",
    "noise_gain", "overshoot", "dc_gain",
}  # fmt: skip
SCORES = {"gpu_max_abs_error", "cpu_max_abs_error", "psnr_db", "reference_psnr_db",
          "input_psnr_db", "passed"}  # fmt: skip


NAMES_AT_RUN_TIME = [family.name for family in (*AT_RUN_TIME, *ADAPTING)]


def test_design_prints_figures_and_writes_a_filter(capsys, tmp_path: Path) -> None:
    file = tmp_path / "f.json"
    status, out, _ = run(capsys, "design", "gaussian:0.8", "--noise", "2/255", "--json", "-o", file)
    record = json.loads(out)
    assert status == 0 and set(record) >= FIGURES
    assert load(file).method == record["family"]
    assert record["family"] in {one["family"] for one in record["candidates"]}
    status, table, _ = run(capsys, "design", file)
    assert status == 0 and record["label"] in table


def test_design_shows_why(capsys) -> None:
    status, table, _ = run(capsys, "design", "gaussian:1", "--fetches", 13, "--passes", 1)
    marked = [row for row in table.splitlines() if row.strip().startswith("->")]
    assert status == 0 and len(marked) == 2
    assert marked[1] == "-> the least loss within 13 fetches and 1 pass"
    assert max(len(row) for row in table.splitlines()) <= 80
    assert "…" not in table


def test_design_draws_what_it_found(capsys, tmp_path: Path) -> None:
    plot = tmp_path / "front.png"
    status, _, err = run(capsys, "design", "gaussian:1", "--method", "fir", "--plot", plot)
    assert status == 0 and f"wrote {plot}" in err
    pixels = read_picture(plot).pixels
    assert min(pixels.shape[:2]) > 600 and len(np.unique(pixels.reshape(-1, 4), axis=0)) > 20


def test_design_lists_its_methods(capsys) -> None:
    status, out, _ = run(capsys, "design", "--list", "--json")
    assert status == 0 and set(json.loads(out)) == {*FAMILIES, *NAMES_AT_RUN_TIME}
    status, out, _ = run(capsys, "design", "--list")
    assert status == 0 and max(map(len, out.splitlines())) <= 80
    assert {line.split()[0] for line in out.splitlines() if line[0] != " "} == {
        *FAMILIES,
        *NAMES_AT_RUN_TIME,
    }


def test_design_says_when_nothing_comes_near(capsys) -> None:
    status, _, err = run(capsys, "design", "disk:4", "--noise", "0.2/255", "--json")
    assert status == 0 and "this filter recovers" in err


def test_hosts_are_listed(capsys) -> None:
    status, out, _ = run(capsys, "hosts", "--json")
    assert status == 0 and "glsl330" in json.loads(out)
    assert "glsl330" in run(capsys, "hosts")[1]


def test_export_to_stdout_file_and_folder(capsys, tmp_path: Path) -> None:
    status, text, _ = run(capsys, "export", "gaussian:0.8", "--to", "glsl330")
    assert status == 0 and text.startswith("#version 330")
    for place in (tmp_path / "x.frag", f"{tmp_path}/new/"):
        status, out, err = run(capsys, "export", "gaussian:0.8", "--to", "glsl330", "-o", place)
        written = Path(err.split("wrote ")[1].strip())
        assert status == 0 and out == "" and written.read_text() == text


def test_the_exported_command_makes_the_same_file(capsys) -> None:
    _, text, _ = run(
        capsys, "export", "disk:1.2+gaussian:0.4", "--noise", "3/255", "--to", "glsl330"
    )
    line = next(row for row in text.splitlines() if "rtdeconv export" in row)
    command = line.split("rtdeconv ")[1].split()
    assert run(capsys, *command)[1] == text


def test_check_passes_and_has_its_keys(capsys, tmp_path: Path) -> None:
    status, out, _ = run(capsys, "check", "gaussian:0.8", "--json")
    record = json.loads(out)
    assert status == 0 and record["passed"] is True
    assert set(record) >= SCORES
    assert min(record["reference_psnr_db"], record["psnr_db"]) > record["input_psnr_db"] + 1
    assert record["gpu_max_abs_error"] <= 1.001 / 255
    status, table, _ = run(capsys, "check", "gaussian:0.8", "--method", "comb")
    assert status == 0 and "full-FFT reference" in table


def test_check_fails_where_an_executor_is_wrong(capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rtdeconv.cpu.CpuPlayer.run", lambda self, image, **_: 255 - image)
    status, out, err = run(capsys, "check", *ANY, "--json")
    assert status == 1 and json.loads(out)["passed"] is False and "check failed" in err


def test_tunable_filters_take_their_values_and_maps_from_the_command_line(
    capsys, picture: Path, tmp_path: Path
) -> None:
    pixels = read_picture(picture).pixels
    filter_file, map_file, target = (tmp_path / name for name in ("f.json", "map.png", "out.png"))
    status, _, err = run(capsys, "design", "gaussian:1", "--tunable", "-o", filter_file)
    assert status == 0 and "behind a fit of its own" in err

    def applied(*words: object) -> np.ndarray:
        status, *_ = run(capsys, "apply", *words, "--device", "cpu")
        assert status == 0
        return read_picture(target).pixels

    one = applied(filter_file, picture, target, "--set", "sigma=3/5")
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
    assert "needs the map 'sigma'" in refused(capsys, "apply", *words)
    for given, said in (("sigma=9", "sigma is 0..2"), ("x=1", "unknown parameter"), ("x", "NAME")):
        wrong = refused(capsys, "apply", filter_file, picture, target, "--set", given)
        assert said in wrong


def test_a_lens_is_designed_from_its_middle_and_its_corners(capsys) -> None:
    words = ("gaussian:0.6", "--sigma-at-edge", 1.2)
    status, text, _ = run(capsys, "export", *words, "--to", "glsl330")
    assert status == 0 and "uniform float rtd_sigma_at_edge = 1.2;" in text
    status, out, _ = run(capsys, "check", *words, "--json")
    assert status == 0 and json.loads(out)["passed"]
    assert "leave out 'fir'" in refused(capsys, "design", *words, "--method", "fir")
    assert "round Gaussian" in refused(capsys, "design", "disk:1", "--tunable")
    assert "from a map or from the radius" in refused(capsys, "design", *words, "--sigma-map")


def test_apply_finds_the_priors_strength_in_its_input(capsys, tmp_path: Path) -> None:
    """A picture of less contrast holds less detail; and other commands have nothing to look at."""
    texture = np.random.default_rng(0).normal(size=(96, 96)).cumsum(0).cumsum(1)
    texture = (texture - texture.min()) / np.ptp(texture)
    found = []
    for contrast in (1.0, 0.05):
        path = tmp_path / "in.png"
        write_picture(path, Picture(np.rint(255 * contrast * texture).astype(np.uint8)))
        words = ("gaussian:0.8", "--method", "fir", "--prior-var", "auto", path)
        status, _, err = run(capsys, "apply", *words, tmp_path / "out.png", "--device", "cpu")
        assert status == 0
        found.append(float(err.split("prior variance ")[1].split(",")[0]))
    assert found[1] < found[0]
    for command in (("design", "gaussian:0.8"), ("export", "gaussian:0.8", "--to", "glsl330")):
        said = refused(capsys, *command, "--prior-var", "auto")
        assert "blurred picture itself" in said


def test_apply_restores_a_picture(capsys, picture: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.png"
    words = ("gaussian:0.8", "--method", "fir", "--taps", 3, picture, target, "--device", "cpu")
    status, _, err = run(capsys, "apply", *words)
    assert status == 0 and "device: cpu" in err

    expected = interpret.run(
        design("gaussian:0.8", method="fir", taps=3).plan, read_picture(picture).pixels
    )
    found = read_picture(target).pixels
    assert np.abs(found.astype(int) - expected).max() <= 1
    status, *_ = run(capsys, "apply", *words, "--strength", 0)
    assert np.array_equal(read_picture(target).pixels, read_picture(picture).pixels)


def test_apply_restores_a_video_on_both_devices(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mp4", Clip())
    for device in ("cpu", "gpu", "auto"):
        target = tmp_path / f"{device}.mp4"
        status, _, err = run(capsys, "apply", *ANY, clip, target, "--device", device)
        assert status == 0 and "device: " in err
        with av.open(str(target)) as found, av.open(str(clip)) as given:
            assert len(list(found.decode(video=0))) == len(list(given.decode(video=0)))
            assert len(found.streams.audio) == 1


def test_apply_says_what_was_lost(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mkv", Clip(subtitles="subrip"))
    status, _, err = run(capsys, "apply", *ANY, clip, tmp_path / "out.webm", "--device", "cpu")
    assert status == 1 and "lost: " in err


def test_apply_finishes_what_it_can_read_and_exits_1(capsys, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "in.mkv", Clip(options={"crf": "10", "g": "1"}))
    break_packet(clip, 5)
    status, _, err = run(capsys, "apply", *ANY, clip, tmp_path / "out.mkv")
    assert status == 1 and "lost: 1 frame" in err
    assert (tmp_path / "out.mkv").stat().st_size > 0


def test_tiny_pictures(capsys, tmp_path: Path) -> None:
    for shape in ((1, 1, 3), (1, 7), (5, 1, 4)):
        source, target = tmp_path / "in.png", tmp_path / "out.png"
        write_picture(source, Picture(np.full(shape, 90, np.uint8)))
        status, *_ = run(capsys, "apply", *ANY, source, target, "--device", "gpu")
        assert status == 0
        assert np.array_equal(read_picture(target).pixels, np.full(shape, 90, np.uint8))


def test_words_after_an_option_are_pictures_all_the_same(capsys, picture: Path) -> None:
    other = picture.with_name("other.png")
    other.write_bytes(picture.read_bytes())
    status, out, _ = run(capsys, "check", *ANY, "--json", picture, other)
    assert status == 0 and json.loads(out)["pictures"] == 2


def test_same_again_is_quoted_for_a_shell(capsys, tmp_path: Path) -> None:
    spot = tmp_path / "a spot.npy"
    np.save(spot, np.exp(-np.sum((np.mgrid[:15, :15] - 7) ** 2, axis=0) / 2))
    one = design(f"file:{spot}", method="fir", taps=3)
    again = tmp_path / "again.json"
    status, *_ = run(capsys, "design", *shlex.split(one.options), "-o", again)
    assert status == 0 and load(again).filter == one.filter


def test_a_mapped_filter_is_checked_under_a_white_map(capsys) -> None:
    status, out, _ = run(capsys, "check", "gaussian:0.8", "--sigma-map", "--json")
    assert status == 0 and json.loads(out)["passed"]
    said = refused(capsys, "design", "gaussian:1", "--tunable", "--max-gain", 3)
    assert "leave out" in said
