"""A blur measured from a sharp and a blurred picture: laws, round trips, and hostile pairs."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtdeconv import FilePsf, Gaussian, Psf, Upscale, design
from rtdeconv.blur import Blur, parse_blur, transfer
from rtdeconv.cli.advice import for_pair
from rtdeconv.errors import MediaError, ValueRefused
from rtdeconv.estimate.pairs import MeasuredPair, measure_pair, save_psf
from rtdeconv.estimate.words import TRUSTED
from rtdeconv.light import LIGHTS, Light
from rtdeconv.media.pictures import read_picture
from rtdeconv.pixels import Image, unit_colour
from rtdeconv.plots.pairs import _band

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

from measure_pairs import SKEWED, error_percent, pair

GOAL_PERCENT = 5.0
"""Of the PSF's L2 norm, at noise 1/255."""

NOISE = 0.05
"""Of the noise: some 60 000 pixels tell it to .3 %, and the taps explain a little of it."""

PLACED_PX = 0.01
SIGMA = 0.01

BLUR = Gaussian(1.0)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """The bundled picture in grey, encoded, whole 8-bit values on 0..1."""
    with as_file(files("rtdeconv") / "data" / "chelsea.png") as path:
        grey = unit_colour(read_picture(path).pixels) @ [0.299, 0.587, 0.114]
    return np.rint(grey * 255) / 255


@pytest.fixture(scope="module")
def soft(photo: np.ndarray) -> tuple[Image, Image]:
    """(blurred, sharp) by `BLUR` in linear light, noise 1/255."""
    return pair(photo, BLUR, 1.0, "linear", (0.0, 0.0), 0)


@pytest.fixture(scope="module")
def known(soft: tuple[Image, Image]) -> MeasuredPair:
    return measure_pair(*soft)


@pytest.mark.parametrize(
    ("blur", "light"),
    [
        (parse_blur("gaussian:0.5"), "encoded"),
        (parse_blur("gaussian:2"), "linear"),
        (parse_blur("gaussian:1.2x0.6@30"), "encoded"),
        (parse_blur("disk:1.5"), "linear"),
        (SKEWED, "linear"),
    ],
)
def test_the_blur_put_in_comes_out_wherever_it_lies(
    photo: np.ndarray, blur: Blur, light: Light
) -> None:
    shift = (0.3, -0.2)
    found = measure_pair(*pair(photo, blur, 1.0, light, shift, 1), light=light)
    print(f"{error_percent(found.blur, blur):.2f} %, {found.shift_px}, {found.noise * 255:.3f}")
    assert error_percent(found.blur, blur) < GOAL_PERCENT
    assert found.shift_px == pytest.approx(shift, abs=PLACED_PX)
    assert found.gain == pytest.approx(1, abs=0.01)


@settings(max_examples=3, deadline=None)
@given(
    sigma=st.floats(0.45, 2.2),
    noise=st.floats(0.5, 4),
    y=st.floats(-6, 6),
    x=st.floats(-6, 6),
    seed=st.integers(0, 99),
)
def test_any_sigma_noise_and_shift_are_found(
    photo: np.ndarray, sigma: float, noise: float, y: float, x: float, seed: int
) -> None:
    blurred, sharp = pair(photo, Gaussian(sigma), noise, "encoded", (y, x), seed)
    found = measure_pair(blurred, sharp, light="encoded")
    assert found.sigma_px == pytest.approx(sigma, rel=2 * SIGMA, abs=0.01)
    assert found.shift_px == pytest.approx((y, x), abs=4 * PLACED_PX)
    assert found.sigma_px_low <= found.sigma_px <= found.sigma_px_high


@pytest.mark.parametrize("noise", [0.5, 1.0, 3.0])
def test_noise_is_found_without_rounding(photo: np.ndarray, noise: float) -> None:
    blurred, sharp = pair(photo, BLUR, noise, "linear", (0.0, 0.0), 2)
    found = measure_pair(blurred, sharp)
    assert found.noise * 255 == pytest.approx(noise, rel=NOISE)
    assert not any("correlation" in remark for remark in found.remarks)


def test_the_interval_holds_the_truth_as_often_as_it_says(photo: np.ndarray) -> None:
    held, off = [], []
    for seed in range(10):
        sigma = 0.6 + 0.05 * seed
        found = measure_pair(*pair(photo, Gaussian(sigma), 2.0, "linear", (0.0, 0.0), seed))
        held.append(found.sigma_px_low <= sigma <= found.sigma_px_high)
        middle, half = found.sigma_px, (found.sigma_px_high - found.sigma_px_low) / 2
        off.append(abs(middle - sigma) / half)
    assert sum(held) >= 5, "P(X <= 4) = .0064 for ten intervals of 80 %"
    assert max(off) > 0.4, "P = .006 for ten: 39 % of normal errors are within .4 of 1.28 sigma"


def test_what_does_not_fit_widens_the_interval(soft: tuple[Image, Image]) -> None:
    """Blurred in linear light, measured as if on encoded values."""
    wrong = measure_pair(*soft, light="encoded")
    assert wrong.sigma_px_low < BLUR.sigma_px < wrong.sigma_px_high
    assert wrong.sigma_px_high - wrong.sigma_px_low > 0.1
    assert wrong.better_light == "linear"
    assert len(wrong.remarks) == 1 and "measure again with --light linear" in wrong.remarks[0]


def test_nothing_is_designed_on_a_blur_in_the_wrong_light(photo: np.ndarray) -> None:
    made = pair(photo, Gaussian(1.2), 2.0, "encoded", (0.0, 0.0), 0)
    wrong, right = measure_pair(*made), measure_pair(*made, light="encoded")
    assert wrong.better_light == "encoded" and wrong.confidence < TRUSTED
    assert for_pair(wrong, "linear", None).command is None
    assert right.better_light is None and right.confidence > 0.9
    assert "--light encoded" in str(for_pair(right, "encoded", None).command)


def test_nothing_is_designed_on_a_sharpened_picture(soft: tuple[Image, Image]) -> None:
    """Unsharp masking by 2.5, of 1.5 px, on top of the blur."""
    blurred, sharp = (image.astype(np.float32) / 255 for image in soft)
    window = np.arange(-6, 7)
    line = np.exp(-(window**2) / (2 * 1.5**2))
    around = np.apply_along_axis(np.convolve, 0, blurred, line / line.sum(), "same")
    around = np.apply_along_axis(np.convolve, 1, around, line / line.sum(), "same")
    keen = (blurred + 2.5 * (blurred - around)).clip(0, 1).astype(np.float32)
    found = measure_pair(keen[8:-8, 8:-8], sharp[8:-8, 8:-8])
    assert found.negative > 0.3 and found.sharpened
    assert found.confidence == 0
    assert for_pair(found, "linear", None).command is None
    assert sum("below 0" in remark for remark in found.remarks) == 1
    assert any("was sharpened" in remark for remark in found.remarks)


def test_a_plain_gaussian_is_told_from_other_shapes(photo: np.ndarray, known: MeasuredPair) -> None:
    other = measure_pair(*pair(photo, parse_blur("motion:5@30"), 1.0, "linear", (0.0, 0.0), 0))
    assert known.gaussian < 0.01 < 1 < other.gaussian
    assert any("gaussian:1.00 explains" in remark for remark in known.remarks)
    assert not any("explains" in remark for remark in other.remarks)


def test_the_psf_goes_through_a_file_into_a_design(known: MeasuredPair, tmp_path: Path) -> None:
    path = tmp_path / "psf.tiff"
    save_psf(known, path)
    read = FilePsf(str(path))
    assert np.abs(read.psf() - known.blur.psf()).max() < 1e-6
    assert np.abs(parse_blur(f"file:{path}").psf() - known.blur.psf()).max() < 1e-6
    figures = design(known.blur, noise=known.noise).figures
    wanted = design(BLUR, noise=known.noise).figures
    assert figures.expected_gain_db == pytest.approx(wanted.expected_gain_db, abs=0.05)


@pytest.mark.parametrize("spec", ["gaussian:0.5", "motion:5@30"])
def test_every_psf_is_read_as_it_was_written(photo: np.ndarray, spec: str, tmp_path: Path) -> None:
    found = measure_pair(*pair(photo, parse_blur(spec), 3.0, "linear", (0.4, 0.1), 3))
    save_psf(found, tmp_path / "psf.tif")
    assert FilePsf(str(tmp_path / "psf.tif")).psf_read == found.blur
    with pytest.raises(MediaError, match="float pixels"):
        save_psf(found, tmp_path / "psf.png")


def test_record_and_rows_are_plain(known: MeasuredPair) -> None:
    record = json.loads(json.dumps(known.record, allow_nan=False))
    assert {"noise", "sigma_px", "sigma_px_low", "sigma_px_high", "confidence"} <= set(record)
    assert np.sum(record["taps"]) == pytest.approx(1)
    assert 0.9 < record["confidence"] <= 1
    assert all(isinstance(text, str) for row in known.rows for text in row)
    assert "explains the picture as well as the PSF" in dict(known.rows)["nearest Gaussian"]
    assert all(said[0].isupper() and said.endswith(".") for said in known.remarks)
    with pytest.raises(ValueRefused, match="in its interval"):
        replace(known, sigma_px_low=known.sigma_px + 1)


def test_brightness_does_not_count(photo: np.ndarray) -> None:
    made = pair(photo, BLUR, 1.0, "encoded", (0.0, 0.0), 0)
    blurred, sharp = ((image / 255).astype(np.float32) for image in made)
    ramp = np.linspace(0, 0.02, sharp.shape[1], dtype=np.float32)
    found = measure_pair(0.8 * blurred + 0.1 + ramp, sharp, light="encoded")
    plain = measure_pair(blurred, sharp, light="encoded")
    assert found.gain == pytest.approx(0.8 * plain.gain, rel=1e-3)
    assert found.offset == pytest.approx(0.11, abs=0.01)
    assert error_percent(found.blur, plain.blur) < 1
    assert any("0.800 times the contrast" in remark for remark in found.remarks)


def test_errors_of_taps_keep_their_sum(known: MeasuredPair) -> None:
    """Neighbours err in opposite ways: the sum is 1, and what passes at 0 is known exactly."""
    whole = np.sqrt(max(known.taps_covariance.sum(), 0.0))
    assert whole < 1e-3 * np.sqrt((known.taps_error**2).sum())
    low, high = _band(known, np.linspace(0, 0.5, 9))
    assert high[0] - low[0] < 1e-3 * (high - low).max()


def test_depths_channels_and_alpha_do_not_matter(
    soft: tuple[Image, Image], known: MeasuredPair
) -> None:
    sharp = soft[1]
    deep = [image.astype(np.uint16) * 257 for image in soft]
    colour = [np.dstack([image] * 3) for image in soft]
    alpha = [np.dstack([*[image] * 3, sharp // 2]) for image in soft]
    for one, other in ((deep[0], sharp), alpha, (colour[0], sharp)):
        found = measure_pair(one, other)
        assert found.sigma_px == pytest.approx(known.sigma_px, rel=1e-3)
        assert found.noise == pytest.approx(known.noise, rel=NOISE)


@pytest.mark.parametrize("light", ["pq"])
def test_hdr_curves_are_undone(photo: np.ndarray, light: Light) -> None:
    found = measure_pair(*pair(photo, BLUR, 1.0, light, (0.0, 0.0), 0), light=light)
    assert found.sigma_px == pytest.approx(1, abs=SIGMA)
    assert set(LIGHTS) > {light}


def _letters(size: tuple[int, ...], seed: int = 5) -> np.ndarray:
    """Strokes two pixels wide in rows, a third of the picture, True where drawn."""
    drawn = np.zeros(size, bool)
    random = np.random.default_rng(seed)
    for y in range(10, size[0] - 60, 60):
        for x in range(10, size[1] - 16, 14):
            y0, x0 = y + random.integers(0, 6), x + random.integers(0, 4)
            drawn[y0 : y0 + 14, x0 : x0 + 2] = True
            drawn[y0 + 6 : y0 + 8, x0 : x0 + 9] = True
    return drawn


def test_captions_sharp_in_both_are_left_out(soft: tuple[Image, Image]) -> None:
    blurred, sharp = (image.copy() for image in soft)
    drawn = _letters(sharp.shape)
    blurred[drawn] = sharp[drawn] = 240
    found = measure_pair(blurred, sharp)
    print(error_percent(found.blur, BLUR), found.remarks)
    assert error_percent(found.blur, BLUR) < GOAL_PERCENT
    assert any("captions" in remark for remark in found.remarks)


def test_what_moved_is_left_out(soft: tuple[Image, Image], known: MeasuredPair) -> None:
    blurred, sharp = (image.copy() for image in soft)
    blurred[40:140, 60:200] = np.roll(blurred, (5, 7), (0, 1))[40:140, 60:200]
    found = measure_pair(blurred, sharp)
    assert error_percent(found.blur, known.blur) < GOAL_PERCENT
    assert any("left out" in remark for remark in found.remarks)


def test_text_screens_and_logos_are_enough() -> None:
    text = np.where(_letters((256, 256)), 0.0, 1.0)
    y, x = np.mgrid[:256, :256]
    logo = np.where(np.hypot(y - 128, x - 128) < 80, 0.8, 0.0)
    for sharp in (text, logo):
        found = measure_pair(*pair(sharp, BLUR, 1.0, "linear", (0.0, 0.0), 0))
        assert found.sigma_px == pytest.approx(1, abs=SIGMA)


def test_one_picture_twice_has_nothing_to_undo(soft: tuple[Image, Image]) -> None:
    _, sharp = soft
    found = measure_pair(sharp, sharp)
    assert found.sigma_px_high < 0.25
    assert found.noise == 0
    assert len(found.blur.weights) == 1
    assert not any("gaussian" in remark for remark in found.remarks)


def test_negative_lobes_are_called_out_and_made_up_for(photo: np.ndarray) -> None:
    cubic = Upscale(1.5, "bicubic").psf()
    found = measure_pair(*pair(photo, _Taps(cubic), 0.5, "linear", (0.0, 0.0), 0))
    assert any("below 0" in remark for remark in found.remarks)
    assert found.taps.min() < -0.02
    w, none = np.linspace(0, np.pi / 2, 20), np.zeros(20)
    wanted = transfer(cubic, none, w)
    cut = transfer(np.maximum(cubic, 0) / np.maximum(cubic, 0).sum(), none, w)
    nearest = np.real(found.blur.otf(none, w))
    assert np.abs(nearest - wanted).max() < 0.7 * np.abs(cut - wanted).max()


class _Taps(Psf):
    """Taps that no Psf may have."""

    def __init__(self, taps: np.ndarray) -> None:
        object.__setattr__(self, "_taps", taps)


def test_pairs_of_no_use_are_refused_in_a_sentence(
    photo: np.ndarray, soft: tuple[Image, Image]
) -> None:
    blurred, sharp = soft
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (2, 200, 200), np.uint8)
    even = np.full((200, 200), 99, np.uint8)
    stripes = np.tile(np.repeat(random.integers(0, 256, 64, np.uint8), 4), (200, 1))
    broken = (sharp / 255).astype(np.float32)
    broken[3, 3] = np.nan
    huge = (sharp / 255).astype(np.float32)
    huge[3, 3], huge[9, 9] = 1e20, 3e38
    wide = pair(photo, Gaussian(9.0), 1.0, "linear", (0.0, 0.0), 0)[0]
    for one, other, said in (
        (blurred[:-2], sharp, "has the blurred one's size, and .* render the sharp one at the out"),
        (blurred[:16, :16], sharp[:16, :16], "at least 64 px a side, and the blurred .* is 16x16"),
        (even, even, "nothing to see a blur by"),
        (np.zeros_like(even), np.full_like(even, 255), "nothing to see a blur by"),
        (stripes, stripes, "in one direction only"),
        (noise[0], noise[1], "do not show the same"),
        (blurred, sharp[::-1].copy(), "do not show the same"),
        (blurred, broken, "some of the sharp picture are not"),
        (blurred, huge, "numbers of 10000 at most, and some of the sharp"),
        (sharp, blurred, "no blur to undo; swap them"),
        (255 - blurred, sharp, "as its negative is"),
        (np.full_like(sharp, 255), sharp, "blurred picture is black, white or covered"),
        (np.full_like(sharp, 90), sharp, "blurred picture is even where the sharp one has detail"),
        (wide, sharp, "and the blurred picture's is wider; reduce"),
    ):
        with pytest.raises(ValueRefused, match=said):
            measure_pair(one, other)
    with pytest.raises(ValueRefused, match="one array of pixels, not list"):
        measure_pair([blurred], [sharp])  # type: ignore[arg-type]
    with pytest.raises(ValueRefused, match="unknown light"):
        measure_pair(blurred, sharp, light="liner")  # type: ignore[arg-type]
    with pytest.raises(ValueRefused, match="float64"):
        measure_pair(photo, photo)
