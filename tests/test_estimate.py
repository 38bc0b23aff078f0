"""The prior's strength found from blurred pictures: what was put in comes out, and no other
strength restores better."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np
import pytest

from rtdeconv.blur import Blur, parse_blur
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate import prior_strength
from rtdeconv.estimate.strength import LEAST, MOST
from rtdeconv.grid import fft_frequencies
from rtdeconv.media.pictures import read_picture
from rtdeconv.metrics import psnr_db
from rtdeconv.noise import Noise
from rtdeconv.pixels import Image, unit_colour
from rtdeconv.prior import Ar1, Flat, Images, Power, Prior
from rtdeconv.target import Target, sampled

BLUR = parse_blur("gaussian:0.8")
NOISE = Noise(1 / 255)
FINE = Noise(0.02 / 255, 16)
"""Far below the detail, so that only the signal sets the scale."""

RECOVERED = 0.4
RECOVERED_DB = 0.05
"""The risk is shallow: on 256 x 256 pixels its bottom moves by a third, which costs .03 dB. The
noise, taken from where the power is least, comes out a little low and the strength a little high.
"""

SCALED = 0.03
"""Contrast and strength scale alike to the noise that does not."""

UNDISTURBED = 0.15
"""Other blocks are cut from the same picture once something is added to it."""

MISSED_DB = 0.1
"""Of the best that any strength gives one picture."""

MISTAKEN_DB = 0.3
"""The same where the stated noise is half or twice the true one."""

PHOTO_LIKE = Images("any", (5.5, 1.7, 0.5, 0.2, 0.06, 0.017, 0.004, 0.0009), 0.008)


@lru_cache
def _field(prior: Prior, side: int = 256) -> np.ndarray:
    """A periodic picture drawn from the prior, mean 0."""
    wy, wx = fft_frequencies((side, side))
    white = np.random.default_rng(7).standard_normal((side, side))
    return np.fft.ifft2(np.fft.fft2(white) * np.sqrt(prior.spectrum(wy, wx))).real


def _filtered(plane: np.ndarray, response) -> np.ndarray:
    g = response(*fft_frequencies(plane.shape))
    return np.fft.ifft2(np.fft.fft2(plane) * g).real


def _soft(sharp: np.ndarray, noise: Noise, blur: Blur = BLUR) -> Image:
    """``sharp`` (H, W) blurred, noisy, rounded; periodic."""
    white = np.random.default_rng(3).standard_normal(sharp.shape)
    soft = _filtered(sharp, blur.otf) + noise.sigma * white
    kind = np.uint8 if noise.bits <= 8 else np.uint16
    return np.rint(np.clip(soft, 0, 1) * np.iinfo(kind).max).astype(kind)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    """The middle of the bundled picture in grey, (192, 256), of faint but fine detail."""
    with as_file(files("rtdeconv") / "data" / "chelsea.png") as path:
        return unit_colour(read_picture(path).pixels)[60:252, 90:346] @ [0.299, 0.587, 0.114]


@pytest.mark.parametrize("spec", ["gaussian:0.6", "gaussian:1.2", "disk:1.5", "motion:4@30"])
@pytest.mark.parametrize(
    "prior", [Ar1(0.01), Power(0.003), Flat(4e-4), PHOTO_LIKE], ids=lambda p: p.name
)
def test_the_strength_put_in_comes_out(prior: Prior, spec: str) -> None:
    blur = parse_blur(spec)
    soft = _soft(0.5 + _field(prior), NOISE, blur)
    found = prior_strength([soft], blur, NOISE, replace(prior, var=1.0))
    at = sampled(Target(blur, NOISE, prior))
    filtered = Target(blur, NOISE, replace(prior, var=found)).wiener(at.grid.wy, at.grid.wx)
    loss_db = 10 * math.log10(at.expected_error(filtered) / at.wiener_error())
    print(f"{found / prior.var:.2f} of the strength put in, {loss_db:.3f} dB lost")
    assert math.isclose(found, prior.var, rel_tol=RECOVERED)
    assert loss_db < RECOVERED_DB


def test_contrast_counts_squared() -> None:
    sharp = _field(Ar1(0.008))
    full, half = (
        prior_strength([_soft(0.5 + k * sharp, FINE)], BLUR, FINE, Ar1()) for k in (1, 0.5)
    )
    assert math.isclose(full, 4 * half, rel_tol=SCALED)


@pytest.mark.parametrize("prior", [Ar1(), Power(), PHOTO_LIKE], ids=lambda p: p.name)
@pytest.mark.parametrize(
    ("spec", "stated", "missed_db"),
    [
        ("gaussian:0.7", 1.0, MISSED_DB),
        ("gaussian:1.2", 1.0, MISSED_DB),
        ("disk:1.5", 1.0, MISSED_DB),
        ("gaussian:0.7", 0.5, MISTAKEN_DB),
        ("gaussian:0.7", 2.0, MISTAKEN_DB),
    ],
)
def test_no_strength_restores_a_photo_better(
    photo: np.ndarray, prior: Prior, spec: str, stated: float, missed_db: float
) -> None:
    blur, said = parse_blur(spec), Noise(stated * NOISE.sigma)
    stored = _soft(photo, NOISE, blur)
    soft = unit_colour(stored)[:, :, 0]
    found = prior_strength([stored], blur, said, prior)

    def gain_db(var: float) -> float:
        wanted = Target(blur, said, replace(prior, var=var))
        return psnr_db(_filtered(soft, wanted.response), photo) - psnr_db(soft, photo)

    others = [gain_db(found * factor) for factor in (0.125, 0.25, 0.5, 0.7, 1.4, 2.0, 4.0, 8.0)]
    print(
        f"usual {gain_db(prior.usual_var):.2f}, found {gain_db(found):.2f}, {np.round(others, 2)}"
    )
    assert gain_db(found) > max(others) - missed_db


def test_bars_captions_and_clipping_do_not_count() -> None:
    soft = _soft(0.5 + _field(Ar1(0.01)), NOISE)
    alone = prior_strength([soft], BLUR, NOISE, Ar1())
    letterbox = np.pad(soft, ((70, 70), (0, 0)), constant_values=16)
    pillars = np.pad(np.dstack([soft] * 3), ((0, 0), (90, 90), (0, 0)))
    captioned, overexposed = (np.pad(soft, ((0, 0), (0, 256)), mode="wrap") for _ in range(2))
    captioned[:, 300:] = 235
    overexposed[:, 300:] = 255
    for picture in (letterbox, pillars, captioned, overexposed):
        found = prior_strength([picture], BLUR, NOISE, Ar1())
        print(found / alone)
        assert math.isclose(found, alone, rel_tol=UNDISTURBED)


def test_frames_count_alike_in_any_order() -> None:
    soft = _soft(0.5 + _field(Ar1(0.01)), NOISE)
    faint = _soft(0.5 + 0.5 * _field(Ar1(0.01)), NOISE)
    one, two = (prior_strength([f], BLUR, NOISE, Ar1()) for f in (soft, faint))
    both = prior_strength([soft, faint], BLUR, NOISE, Ar1())
    assert two < both < one
    assert math.isclose(both, prior_strength([faint, soft], BLUR, NOISE, Ar1()), rel_tol=1e-9)
    deep = soft.astype(np.uint16) * 257
    assert math.isclose(one, prior_strength([deep], BLUR, NOISE, Ar1()), rel_tol=1e-9)


@pytest.mark.parametrize("prior", [Ar1(), Power(), Flat(), PHOTO_LIKE], ids=lambda p: p.name)
def test_noise_alone_gives_the_least_and_endless_detail_the_most(prior: Prior) -> None:
    white = 0.5 + NOISE.sigma * np.random.default_rng(0).standard_normal((128, 200))
    noisy, flat = ((255 * plane).astype(np.uint8) for plane in (white, 0 * white + 0.5))
    least = prior_strength([noisy], BLUR, NOISE, prior)
    assert prior_strength([flat], BLUR, NOISE, prior) == least
    most = prior_strength([_soft(0.5 + _field(Flat(0.02)), NOISE)], BLUR, NOISE, prior)
    assert math.isclose(most / least, MOST / LEAST)
    quarter, zero = np.array([math.pi / 2]), np.zeros(1)
    usual = Ar1().spectrum(quarter, zero)[0]
    detail = replace(prior, var=most).spectrum(quarter, zero)[0]
    assert math.isclose(detail, MOST * usual)


def test_a_range_of_sizes_does_not_take_a_small_blur_for_detail() -> None:
    """Stated a fifth too wide, a blur seems to have left more detail than there was."""
    soft = _soft(0.5 + _field(Ar1(0.01)), NOISE, parse_blur("gaussian:0.8"))
    wide = parse_blur("gaussian:0.96")
    certain = prior_strength([soft], wide, NOISE, Ar1())
    ranged = prior_strength([soft], wide, NOISE, Ar1(), spread=0.2)
    assert 0.01 < ranged < certain


def test_any_number_of_pictures_may_be_looked_at() -> None:
    one = _soft(0.5 + 0.1 * _field(Ar1(), 64), NOISE)
    some, many = (prior_strength([one] * count, BLUR, NOISE, Ar1()) for count in (4, 1025))
    assert many == pytest.approx(some, rel=0.1)


def test_unfit_pictures_are_refused() -> None:
    fit = np.zeros((64, 64), np.uint8)
    with pytest.raises(ValueRefused, match="at least one picture"):
        prior_strength([], BLUR, NOISE, Ar1())
    with pytest.raises(ValueRefused, match="at least 64 px a side, not 80x63"):
        prior_strength([fit, np.zeros((63, 80), np.uint8)], BLUR, NOISE, Ar1())
    with pytest.raises(ValueRefused, match="float64"):
        prior_strength([np.zeros((64, 64))], BLUR, NOISE, Ar1())  # type: ignore[list-item]


def test_pixels_that_are_no_numbers_are_left_out() -> None:
    soft = (_soft(0.5 + _field(Ar1(0.01)), NOISE) / 255).astype(np.float32)
    alone = prior_strength([soft], BLUR, NOISE, Ar1())
    soft[:9] = np.nan
    assert math.isclose(prior_strength([soft], BLUR, NOISE, Ar1()), alone, rel_tol=UNDISTURBED)
