"""BLUR ``auto`` at the command line: measured from the input, or from a file that is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import refused, run
from skimage import data
from soft_pictures import blurred, video_of

from rtdeconv.blur import Gaussian
from rtdeconv.designer import compare_measured
from rtdeconv.estimate import measure
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.metrics import psnr_db
from rtdeconv.stream import spread_frames


def written(path: Path, pixels: np.ndarray) -> Path:
    write_picture(path, Picture(pixels))
    return path


@pytest.fixture(scope="module")
def soft(tmp_path_factory) -> Path:
    """A photograph blurred by gaussian:1.3."""
    pixels = blurred(data.coffee(), "gaussian:1.3")
    return written(tmp_path_factory.mktemp("auto") / "soft.png", pixels)


def gain_db(before: Path, after: Path, sharp: np.ndarray) -> float:
    soft, restored = (read_picture(path).pixels / 255 for path in (before, after))
    return psnr_db(restored, sharp / 255) - psnr_db(soft, sharp / 255)


def test_apply_measures_its_input(capsys, soft, tmp_path):
    out = tmp_path / "out.png"
    words = ("--light", "encoded", "--device", "cpu")
    status, _, err = run(capsys, "apply", "auto", soft, out, *words)
    assert status == 0
    assert "measured: sigma 1." in err
    assert gain_db(soft, out, data.coffee()) > 1


def test_apply_measures_every_file_of_a_folder_by_itself(capsys, soft, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    words = ("--light", "encoded", "--device", "cpu")
    status, _, err = run(capsys, "apply", "auto", soft, sharp, tmp_path / "out/", *words)
    assert status == 0
    assert err.count("measured: ") == 2
    assert gain_db(soft, tmp_path / "out" / "soft.png", data.coffee()) > 1
    kept = read_picture(tmp_path / "out" / "sharp.png").pixels
    assert np.array_equal(kept, data.coffee())


def test_apply_measures_a_video(capsys, tmp_path):
    frames = [blurred(data.coffee()[:400, :600], "gaussian:1.3", seed=n) for n in range(4)]
    clip = video_of(tmp_path / "clip.mp4", frames)
    out = tmp_path / "out.mp4"
    status, _, err = run(capsys, "apply", "auto", clip, out, "--device", "cpu")
    assert status == 0 and out.stat().st_size > 0
    assert "measured: sigma 1." in err


def test_a_file_that_is_named_is_measured(capsys, soft, tmp_path):
    status, out, err = run(capsys, "design", f"auto:{soft}", "--fetches", 9, "--json")
    assert status == 0 and "measured: " in err
    found = json.loads(out)
    assert found["fetches"] <= 9 and found["blur"].startswith("gaussian:1.")
    filter_file = tmp_path / "soft.json"
    assert run(capsys, "design", f"auto:{soft}", "-o", filter_file)[0] == 0
    assert run(capsys, "export", filter_file, "--to", "glsl330")[0] == 0
    status, out, _ = run(capsys, "export", f"auto:{soft}", "--to", "glsl330")
    assert status == 0 and "void main" in out


def test_options_that_are_given_stay(capsys, soft):
    words = ("--noise", "3/255", "--sigma-range", 10, "--method", "fir", "--taps", 3)
    status, out, _ = run(capsys, "design", f"auto:{soft}", *words)
    assert status == 0
    assert "--noise 3/255" in out and "--sigma-range 10" in out and "--taps 3" in out


def test_a_sharp_picture_is_left_alone_and_that_is_said(capsys, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    status, _, err = run(capsys, "apply", "auto", sharp, tmp_path / "out.png", "--device", "cpu")
    assert status == 0
    assert "undoing nothing" in err
    assert np.array_equal(read_picture(tmp_path / "out.png").pixels, data.coffee())


@pytest.mark.parametrize("command", ["design", "export", "check"])
def test_auto_wants_something_to_measure(capsys, command):
    words = ("--to", "glsl330") if command == "export" else ()
    assert "auto:soft.png" in refused(capsys, command, "auto", *words)


def test_what_cannot_be_measured_is_refused(capsys, tmp_path):
    assert "no such file" in refused(capsys, "design", f"auto:{tmp_path / 'none.png'}")
    dot = written(tmp_path / "dot.png", np.zeros((1, 1), np.uint8))
    assert "8 px" in refused(capsys, "design", f"auto:{dot}")
    assert "8 px" in refused(capsys, "apply", "auto", dot, tmp_path / "out.png")
    assert not (tmp_path / "out.png").exists()


# ---- what is read is not written over


@pytest.mark.parametrize(
    "words",
    [
        ("design", "auto:soft.png", "-o", "soft.png"),
        ("design", "auto:soft.png", "--plot", "soft.png"),
        ("export", "auto:soft.png", "--to", "glsl330", "-o", "soft.png"),
        ("apply", "auto:soft.png", "other.png", "soft.png"),
        ("apply", "auto:folder/other.png", "other.png", "soft.png", "folder"),
        ("apply", "auto:./folder/../soft.png", "other.png", "soft.png"),
    ],
)
def test_the_file_that_is_measured_is_spared(capsys, monkeypatch, tmp_path, soft, words):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    names = ("soft.png", "other.png", "folder/other.png")
    for name in names:
        Path(name).write_bytes(soft.read_bytes())
    assert "the input itself" in refused(capsys, *words)
    assert all(Path(name).read_bytes() == soft.read_bytes() for name in names)


# ---- what can be refused before anything is measured


@pytest.fixture
def unmeasured(monkeypatch):
    """Measuring is a mistake here."""
    monkeypatch.setattr("rtdeconv.estimate.measure", lambda _: pytest.fail("it was measured"))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("design", "auto:"), "names no file"),
        (("design", "auto+disk:1"), "auto alone"),
        (("design", "disk:1+auto"), "auto alone"),
        (("check", "auto", "cat.png"), "check blurs sharp pictures itself"),
        (("design", "auto:{soft}", "--sigma-range", 80), "0..50 percent, not 80"),
        (("design", "auto:{soft}", "--noise", "-1"), "noise"),
        (("design", "auto:{soft}", "--method", "magic"), "magic"),
        (("design", "auto:{soft}", "--method", "fir", "--terms", 3), "terms"),
        (("design", "auto:{soft}", "--fetches", 0), "fetches"),
        (("design", "auto:{soft}", "--tunable", "--sigma-range", 10), "--sigma-range"),
        (("apply", "auto", "{soft}", "{soft}/../b.png", "out/", "--set", "sigma=x"), "number"),
        (("apply", "auto", "{soft}", "{soft}/../b.png", "out/", "--set", "sigma=1"), "sigma"),
        (("apply", "auto", "{soft}", "{soft}/../b.png", "out/", "--strength", 9), "strength"),
        (("apply", "auto", "{soft}", "{soft}/../b.png", "out/", "--map", "sigma=a.png"), "sigma"),
    ],
)
def test_refusals_come_first(capsys, monkeypatch, tmp_path, soft, unmeasured, words, says):
    monkeypatch.chdir(tmp_path)
    named = [word.format(soft=soft) if isinstance(word, str) else word for word in words]
    assert says in refused(capsys, *named)


def test_auto_is_a_word_and_a_path_to_a_file_of_that_name(capsys, monkeypatch, tmp_path, soft):
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "design", "disk:1", "--method", "fir", "-o", "auto.json")[0] == 0
    Path("auto.json").rename("auto")
    status, _, err = run(capsys, "apply", "auto", soft, "out.png", "--device", "cpu")
    assert status == 0 and "measured: sigma" in err
    assert "disk:1" in run(capsys, "export", "./auto", "--to", "glsl330")[1]


# ---- tunable filters, and options beside what is measured


@pytest.mark.parametrize("option", [("--tunable",), ("--sigma-at-edge", 1.8), ("--sigma-map",)])
def test_a_tunable_filter_takes_what_it_can(capsys, soft, option):
    status, out, _ = run(capsys, "design", f"auto:{soft}", *option, "--json")
    assert status == 0 and json.loads(out)["family"].startswith("tunable")


def test_a_tunable_filter_is_made_for_the_round_blur_of_that_size():
    found = measure([blurred(data.coffee(), "gaussian:1.3")])
    leaning = replace(found, oriented=Gaussian(2.0, 1.0, 30.0))
    target = compare_measured(leaning, tunable=True).chosen.target
    assert target.blur == Gaussian(round(found.undone_px, 3)) and target.spread == 0
    assert target.prior.var == found.options["prior_var"]


def test_the_prior_may_be_asked_for_as_it_is_measured(capsys, soft):
    words = ("design", f"auto:{soft}", "--method", "fir", "--json")
    assert run(capsys, *words, "--prior-var", "auto")[1] == run(capsys, *words)[1]


def test_what_is_given_instead_is_said(capsys, soft, tmp_path):
    other = written(tmp_path / "other.png", data.coffee())
    words = ("apply", "auto", soft, other, tmp_path / "out/", "--device", "cpu")
    status, _, err = run(capsys, *words, "--noise", "2/255", "--prior-var", 0.02)
    assert status == 0
    assert "soft.png: measured: sigma 1." in err and "other.png: measured: sigma" in err
    assert "soft.png: noise 2/255 as given" in err and "soft.png: prior-var 0.02 as given" in err
    assert "other.png: noise" not in err  # where nothing is undone, nothing is smoothed either
    assert np.array_equal(read_picture(tmp_path / "out" / "other.png").pixels, data.coffee())


def test_a_machine_is_named_once(capsys, soft, tmp_path):
    words = ("apply", "auto", soft, written(tmp_path / "b.png", data.coffee()), tmp_path / "out/")
    assert run(capsys, *words)[2].count("device: ") == 1


# ---- nothing to undo


def test_nothing_to_undo_is_a_sentence_and_no_table(capsys, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    status, out, err = run(capsys, "design", f"auto:{sharp}", "-o", tmp_path / "none.json")
    assert (status, out) == (0, "") and "nothing to undo" in err and "gaussian:0.05" not in err
    status, out, _ = run(capsys, "design", f"auto:{sharp}", "--json")
    assert status == 0 and "nothing to undo" in json.loads(out)["remarks"][0]
    status, out, err = run(capsys, "export", f"auto:{sharp}", "--to", "glsl330")
    assert status == 0 and "void main" in out and "nothing to undo" in err


def test_where_nothing_can_be_known_design_and_export_say_so_and_apply_copies(capsys, tmp_path):
    flat = written(tmp_path / "flat.png", np.full((200, 300, 3), 90, np.uint8))
    assert run(capsys, "design", f"auto:{flat}")[0] == 1
    assert run(capsys, "export", f"auto:{flat}", "--to", "glsl330")[0] == 1
    assert run(capsys, "apply", "auto", flat, tmp_path / "out.png", "--device", "cpu")[0] == 0
    assert np.array_equal(read_picture(tmp_path / "out.png").pixels, read_picture(flat).pixels)


def test_of_scenes_blurred_differently_the_sharp_one_loses_nothing(capsys, tmp_path):
    """A scene as it is, and one blurred by gaussian:2.2."""
    sharp, other = data.coffee()[:400, :600], data.astronaut()[:400, :512]
    other = np.pad(other, ((0, 0), (0, 88), (0, 0)), "reflect")
    soft = blurred(other, "gaussian:2.2", noise=0.5)
    clip = video_of(tmp_path / "clip.mp4", [*[sharp] * 6, *[soft] * 6], 1)
    out = tmp_path / "out.mp4"
    status, _, err = run(capsys, "apply", "auto", clip, out, "--device", "cpu", "--crf", 4)
    assert status == 0, err
    before, after = (spread_frames(path, 12)[0] / 255 for path in (clip, out))
    loss = psnr_db(before, sharp / 255) - psnr_db(after, sharp / 255)
    assert loss < 0.5
