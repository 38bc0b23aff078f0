"""`rtdeconv measure`: tables, JSON, plots and exit statuses; what it makes of hostile input."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest
from command_line import refused, run
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage import data
from slanted import slanted_edge
from soft_pictures import blurred, video_of

from rtdeconv import design
from rtdeconv.blur import parse_blur
from rtdeconv.cli import restoring
from rtdeconv.cli.advice import for_pair
from rtdeconv.designer import stand_in
from rtdeconv.estimate.noise import KINDS
from rtdeconv.estimate.words import confidence_of
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.plots.spectrum import IN_WORDS
from rtdeconv.stream import spread_frames

KEYS = {"noise", "sigma_px", "sigma_px_low", "sigma_px_high", "confidence", "remarks", "command"}


def written(path: Path, pixels: np.ndarray) -> Path:
    write_picture(path, Picture(pixels))
    return path


def told(capsys, *words: object) -> tuple[int, dict[str, Any], str]:
    status, out, err = run(capsys, "measure", *words, "--json")
    return status, json.loads(out), err


@pytest.fixture(scope="module")
def soft(tmp_path_factory) -> Path:
    """A photograph blurred by gaussian:1.1."""
    pixels = blurred(data.coffee(), "gaussian:1.1")
    return written(tmp_path_factory.mktemp("soft") / "soft.png", pixels)


@pytest.fixture(scope="module")
def edge(tmp_path_factory) -> Path:
    """A slanted edge blurred by gaussian:0.9, grey."""
    pixels = slanted_edge(parse_blur("gaussian:0.9"), noise=1 / 255)
    return written(tmp_path_factory.mktemp("edge") / "edge.png", pixels)


# ---- what is measured, and what follows


def test_a_soft_photograph(capsys, soft):
    status, found, err = told(capsys, soft)
    assert status == 0 and {*found} >= KEYS
    assert found["sigma_px_low"] <= 1.1 <= found["sigma_px_high"]
    assert found["sigma_px"] == pytest.approx(1.1, abs=0.2)
    assert 0 < found["confidence"] <= 1
    assert err.splitlines() == found["remarks"] and len({*found["remarks"]}) == len(
        found["remarks"]
    )
    status, out, _ = run(capsys, "measure", soft)
    assert status == 0 and found["command"] in out and "measured in soft.png" in out


def test_the_command_that_is_proposed_is_one(capsys, soft, edge):
    for words in ((soft,), (edge, "--edge", "auto")):
        command = told(capsys, *words)[1]["command"]
        program, verb, *rest = shlex.split(command)
        assert (program, verb) == ("rtdeconv", "design")
        assert run(capsys, "design", *rest, "--method", "fir")[0] == 0


def test_a_slanted_edge(capsys, edge):
    height, width = read_picture(edge).pixels.shape
    for box in ("auto", f"0,0,{width},{height}"):
        status, found, _ = told(capsys, edge, "--edge", box)
        assert status == 0 and {*found} >= KEYS
        assert found["sigma_px"] == pytest.approx(0.9, rel=0.05)
        assert "gaussian:0.9" in found["command"] or "gaussian:0.8" in found["command"]


def test_a_pair(capsys, soft, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    psf = tmp_path / "psf.tiff"
    words = (soft, "--sharp", sharp, "--light", "encoded")
    status, found, err = told(capsys, *words, "-o", psf)
    assert status == 0 and {*found} >= KEYS and f"wrote {psf}" in err
    assert found["sigma_px"] == pytest.approx(1.1, rel=0.03)
    assert f"file:{psf}" in found["command"] and "--light encoded" in found["command"]
    made = design(f"file:{psf}", method="fir").target.blur
    assert made.psf().sum() == pytest.approx(1)
    assert "gaussian:1.1 " in told(capsys, *words)[1]["command"]


def test_a_pair_measured_in_the_wrong_light_proposes_nothing(capsys, soft, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    status, found, err = told(capsys, soft, "--sharp", sharp)
    assert (status, found["command"]) == (1, None) and "--light encoded" in err


def test_a_psf_unlike_a_gaussian_is_to_be_kept(capsys, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    soft = written(tmp_path / "soft.png", blurred(data.coffee(), "motion:5@30"))
    status, found, err = told(capsys, soft, "--sharp", sharp, "--light", "encoded")
    assert status == 0 and "-o psf.tiff" in err and "-o psf.tiff" in found["remarks"][-1]


def test_a_sharp_picture_has_nothing_to_undo(capsys, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    status, found, err = told(capsys, sharp, "--sharp", sharp)
    assert (status, found["command"]) == (0, None) and "nothing to undo" in err


def test_an_oversharpened_camera_is_called_out(capsys, edge, tmp_path):
    values = read_picture(edge).pixels.astype(float)
    crisp = values + 1.2 * (values - ndimage.gaussian_filter(values, 1.2))
    path = written(tmp_path / "crisp.png", np.clip(np.rint(crisp), 0, 255).astype(np.uint8))
    status, found, err = told(capsys, path, "--edge", "auto")
    assert (status, found["command"], found["sharpened"]) == (1, None, True)
    assert "sharpened" in err


@given(st.floats(0, 8), st.floats(0, 8))
def test_whatever_the_interval_the_command_is_one_that_design_takes(low, wide):
    """Nothing is proposed on a size that may be none."""
    high = low + wide
    found: Any = SimpleNamespace(
        sigma_px=(low + high) / 2,
        sigma_px_low=low,
        sigma_px_high=high,
        confidence=confidence_of(low, high),
        noise=0.01,
        gaussian=0.0,
    )
    advice = for_pair(found, "linear", None)
    if advice.command is None:
        assert advice.sentence
        return
    assert low > 0 and advice.is_trusted
    words = shlex.split(advice.command)
    if "--sigma-range" in words:
        stand_in(sigma_range=float(words[words.index("--sigma-range") + 1]))


def test_of_a_video_one_frame_is_decoded_for_its_edges(capsys, monkeypatch, tmp_path):
    pixels = slanted_edge(parse_blur("gaussian:0.9"), noise=1 / 255)
    even = pixels[: len(pixels) // 2 * 2, : pixels.shape[1] // 2 * 2]
    clip = video_of(tmp_path / "clip.mp4", [np.repeat(even[..., None], 3, -1)] * 9, 1)
    asked = []
    monkeypatch.setattr(
        restoring, "spread_frames", lambda path, most: asked.append(most) or spread_frames(path, 1)
    )
    found = told(capsys, clip, "--edge", "auto")[1]
    assert asked == [1] and found["sigma_px"] == pytest.approx(0.9, rel=0.1)


# ---- plots


@pytest.mark.parametrize("way", ["blind", "edge", "pair"])
def test_plots(capsys, way, soft, edge, tmp_path):
    sharp = written(tmp_path / "sharp.png", data.coffee())
    words = {
        "blind": (soft,),
        "edge": (edge, "--edge", "auto"),
        "pair": (soft, "--sharp", sharp, "--light", "encoded"),
    }
    path = tmp_path / "drawn.png"
    status, _, err = run(capsys, "measure", *words[way], "--plot", path)
    assert status == 0 and f"wrote {path}" in err
    drawn = read_picture(path).pixels
    assert drawn.shape[:2] == (864, 1536)
    assert (drawn[..., :3] < 250).any(-1).mean() > 0.03  # something is on it


def test_every_defect_of_noise_has_words_for_a_title():
    assert {*IN_WORDS} >= {*KINDS}


# ---- refusals


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--edge", "auto", "--sharp", "soft.png"), "two ways to measure"),
        (("-o", "psf.tiff"), "--sharp"),
        (("--light", "linear"), "leave it out"),
        (("--edge", "1,2,3"), "X,Y,W,H"),
        (("--edge", "0,0,9999,9999"), "within the picture"),
        (("--edge", "0,0,20,20", "--light", "gamma3"), "light"),
        (("--sharp", "nothing.png"), "there is no such file"),
        (("--sharp", "clip.mp4"), "two pictures"),
        (("--sharp", "soft.png", "-o", "psf.png"), "float TIFF"),
        (("--plot", "drawn.jpg"), "PNG"),
        (("--plot", "soft.png"), "soft.png"),
        (("--sharp", "soft.png", "--plot", "x.png", "-o", "x.png"), "float TIFF"),
    ],
)
def test_what_does_not_go_together(capsys, monkeypatch, soft, words, says):
    monkeypatch.chdir(soft.parent)
    before = soft.read_bytes()
    assert says in refused(capsys, "measure", "soft.png", *words)
    assert soft.read_bytes() == before


def test_missing_and_broken_files(capsys, tmp_path):
    assert "there is no such file" in refused(capsys, "measure", tmp_path / "no.png")
    assert "there is no such file" in refused(capsys, "measure", tmp_path / "no.mp4")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"not a picture")
    refused(capsys, "measure", broken)
    assert "is a folder; name a file" in refused(capsys, "measure", tmp_path)


# ---- hostile input


def _text_screen() -> np.ndarray:
    page = np.full((480, 640, 3), 255, np.uint8)
    for row in range(12):
        cv2.putText(page, "The quick brown fox 0123", (8, 36 + 38 * row), 0, 1.1, (0, 0, 0), 2)
    return page


def _logo() -> np.ndarray:
    page = np.full((300, 400, 3), (200, 30, 40), np.uint8)
    cv2.circle(page, (200, 150), 90, (255, 255, 255), -1)
    return page


def _holed() -> np.ndarray:
    pixels = (blurred(data.astronaut(), "gaussian:1") / 255).astype(np.float32)
    pixels[100:200, 50:300] = np.nan
    pixels[300, 300] = np.inf
    return pixels


HOSTILE = {
    "uniform": lambda: np.full((240, 320, 3), 90, np.uint8),
    "black": lambda: np.zeros((240, 320), np.uint8),
    "white": lambda: np.full((240, 320), 65535, np.uint16),
    "noise": lambda: np.random.default_rng(0).integers(0, 256, (240, 320, 3), np.uint8),
    "text": _text_screen,
    "logo": _logo,
    "small": lambda: np.random.default_rng(0).integers(0, 256, (16, 16, 3), np.uint8),
    "pixel": lambda: np.full((1, 1, 3), 7, np.uint8),
    "holed": _holed,
    "nothing": lambda: np.full((64, 64, 3), np.nan, np.float32),
}
USABLE = ("text", "logo", "holed")
"""Those that may be measured after all."""


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("how", [(), ("--edge", "auto")], ids=["blind", "edge"])
def test_hostile_pictures_are_refused_or_doubted(capsys, tmp_path, name, how):
    """No traceback, no NaN, one sentence at least, and no command to sharpen what holds nothing."""
    pixels = HOSTILE[name]()
    path = written(tmp_path / f"{name}.tif", pixels)
    status, out, err = run(capsys, "measure", path, *how, "--json")
    assert "Traceback" not in err and err.strip()
    if status == 2:
        assert out == "" and len(err.splitlines()) == 1
        return
    found = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} in {name}"))
    assert {*found} >= KEYS
    if name not in USABLE:
        assert found["command"] is None
        assert status == 1 or "nothing to undo" in err


@pytest.mark.parametrize("name", ["uniform", "black", "noise", "small", "holed"])
def test_what_is_drawn_of_hostile_pictures(capsys, tmp_path, name):
    path = tmp_path / "drawn.png"
    hostile = written(tmp_path / f"{name}.tif", HOSTILE[name]())
    assert run(capsys, "measure", hostile, "--plot", path)[0] in (0, 1)
    assert read_picture(path).pixels.shape[:2] == (864, 1536)


def test_a_sharp_overlay_does_not_hide_the_blur(capsys, tmp_path):
    pixels = blurred(data.coffee(), "gaussian:1.2")
    cv2.putText(pixels, "CHANNEL 7  LIVE", (30, 370), 0, 1.0, (255, 255, 255), 2)
    status, found, _ = told(capsys, written(tmp_path / "overlay.png", pixels))
    assert status == 0 and found["sigma_px"] == pytest.approx(1.2, abs=0.25)


# ---- videos


@pytest.mark.parametrize("count", [1, 5])
def test_videos_of_few_frames(capsys, tmp_path, count):
    soft = blurred(data.coffee(), "gaussian:1.1", noise=0.5)
    path = video_of(tmp_path / "clip.mp4", [np.roll(soft, n, 1) for n in range(count)])
    status, found, _ = told(capsys, path)
    assert status == 0 and found["sigma_px"] == pytest.approx(1.1, abs=0.2)
