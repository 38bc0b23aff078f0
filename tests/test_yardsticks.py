"""The yardsticks of tools/quality.py against pixels worked out by hand and their own laws."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import yardsticks
from quality_goals import mean_gain_db
from quality_methods import best_sharpener, sharpeners
from quality_scenes import Cell, Torus, pictures, scenes
from yardsticks import CAS_STRENGTHS, RCAS_STOPS, Planes

EXACT = 1e-12
"""Rounding of a few sums."""

PUBLISHED_TOLERANCE_DB = 0.05
"""Another implementation, whose strengths between the end points were not stated."""

SIZE = 7
MIDDLE = SIZE // 2


def bright_pixel(*, level: float = 0.25, peak: float = 0.5, corner: float | None = None) -> Planes:
    """Flat ``level``, in it a pixel of ``peak`` and perhaps another at its lower right corner."""
    planes = np.full((SIZE, SIZE, 1), level)
    planes[MIDDLE, MIDDLE] = peak
    planes[MIDDLE + 1, MIDDLE + 1] = level if corner is None else corner
    return planes


def cas(planes: Planes, strength: float, taps: int = 5) -> Planes:
    return next(yardsticks.cas(planes, [strength], taps=taps))


def rcas(planes: Planes, stops: float = 0.0, *, spares_noise: bool = False) -> Planes:
    return next(yardsticks.rcas(planes, [stops], spares_noise=spares_noise))


@pytest.mark.parametrize("level", [0.0, 0.2, 0.5, 1.0])
@pytest.mark.parametrize("method", sharpeners(), ids=lambda method: method.title)
def test_flat_grey_stays(method, level: float) -> None:
    flat = Torus(np.full((SIZE, SIZE, 3), level))
    found = list(method.run(flat))
    assert len(found) == method.settings
    for planes in found:
        np.testing.assert_allclose(planes, level, atol=EXACT)


@pytest.mark.parametrize(("strength", "divisor"), [(0.0, 8.0), (0.5, 6.5), (1.0, 5.0)])
def test_cas_of_a_bright_pixel(strength: float, divisor: float) -> None:
    """On the pixel and beside it mn = .25, mx = .5, so A = sqrt(min(.25, .5) / .5) = sqrt(.5)."""
    w = -np.sqrt(0.5) / divisor
    out = cas(bright_pixel(), strength)[:, :, 0]
    assert out[MIDDLE, MIDDLE] == pytest.approx((4 * w * 0.25 + 0.5) / (1 + 4 * w), abs=EXACT)
    beside = (w * (0.5 + 3 * 0.25) + 0.25) / (1 + 4 * w)
    assert out[MIDDLE, MIDDLE - 1] == pytest.approx(beside, abs=EXACT)
    assert out[MIDDLE + 1, MIDDLE + 1] == pytest.approx(0.25, abs=EXACT)


def test_cas_of_nine_taps_averages_with_the_square() -> None:
    """A dark corner is in the 3x3 alone: mn = (.25 + .05) / 2 = .15 there, mx stays .5."""
    planes = bright_pixel(corner=0.05)
    w = -np.sqrt(0.15 / 0.5) / 5
    found = cas(planes, 1.0, taps=9)[MIDDLE, MIDDLE, 0]
    assert found == pytest.approx((4 * w * 0.25 + 0.5) / (1 + 4 * w), abs=EXACT)
    assert found != pytest.approx(cas(planes, 1.0)[MIDDLE, MIDDLE, 0], abs=0.01)


def test_cas_takes_greens_weight_for_every_channel() -> None:
    """Flat green of .5 gives A = 1, whatever the other channels hold."""
    planes = np.repeat(bright_pixel(), 3, axis=2)
    planes[:, :, 1] = 0.5
    w = -1 / 5
    out = cas(planes, 1.0)[MIDDLE, MIDDLE]
    bright = (4 * w * 0.25 + 0.5) / (1 + 4 * w)
    np.testing.assert_allclose(out, [bright, 0.5, bright], atol=EXACT)


def test_rcas_of_a_bright_pixel_reaches_white() -> None:
    """hitMin = .25 / 1, hitMax = .5 / -3: the lobe of -1/6 puts the pixel on 1, not above."""
    assert rcas(bright_pixel())[MIDDLE, MIDDLE, 0] == pytest.approx(1.0, abs=EXACT)


def test_a_stop_of_rcas_halves_the_lobe() -> None:
    expected = (0.5 - 4 * 0.25 / 12) / (1 - 4 / 12)
    found = rcas(bright_pixel(), stops=1.0)[MIDDLE, MIDDLE, 0]
    assert found == pytest.approx(expected, abs=EXACT)


def test_the_noise_flag_of_rcas_halves_the_lobe_of_a_lone_pixel() -> None:
    """There |mean of the ring - pixel| is the whole range."""
    spared = rcas(bright_pixel(), spares_noise=True)[MIDDLE, MIDDLE, 0]
    assert spared == pytest.approx(rcas(bright_pixel(), 1.0)[MIDDLE, MIDDLE, 0], abs=EXACT)


def test_the_lobe_of_rcas_is_limited() -> None:
    """Around .5, hitMax of a pixel of .51 allows -.245; the limit is -3/16."""
    found = rcas(bright_pixel(level=0.5, peak=0.51))[MIDDLE, MIDDLE, 0]
    assert found == pytest.approx((0.51 - 0.75 * 0.5) / (1 - 0.75), abs=EXACT)


@pytest.mark.parametrize("spares_noise", [False, True])
def test_rcas_stays_within_black_and_white(spares_noise: bool) -> None:
    planes = np.random.default_rng(0).random((32, 32, 3))
    for out in yardsticks.rcas(planes, RCAS_STOPS, spares_noise=spares_noise):
        assert -EXACT <= out.min() and out.max() <= 1 + EXACT


def _cas_both(planes: Planes) -> Iterable[Planes]:
    return [out for n in (5, 9) for out in yardsticks.cas(planes, CAS_STRENGTHS, taps=n)]


def _rcas_both(planes: Planes) -> Iterable[Planes]:
    return [
        out for s in (False, True) for out in yardsticks.rcas(planes, RCAS_STOPS, spares_noise=s)
    ]


@pytest.mark.parametrize("run", [_cas_both, _rcas_both])
def test_grey_in_three_channels_is_grey(run: Callable[[Planes], Iterable[Planes]]) -> None:
    grey = np.random.default_rng(1).random((16, 16, 1))
    for one, three in zip(run(grey), run(np.repeat(grey, 3, axis=2)), strict=True):
        np.testing.assert_allclose(np.repeat(one, 3, axis=2), three, atol=EXACT)


def test_stronger_settings_sharpen_more() -> None:
    planes = bright_pixel(peak=0.3)
    for outs in (
        yardsticks.cas(planes, CAS_STRENGTHS, taps=5),
        yardsticks.rcas(planes, RCAS_STOPS[::-1], spares_noise=False),
        yardsticks.unsharp(planes, np.full_like(planes, 0.25), yardsticks.UNSHARP_AMOUNTS),
    ):
        peaks = [out[MIDDLE, MIDDLE, 0] for out in outs]
        assert peaks[0] > 0.3
        assert np.all(np.diff(peaks) > 0)


def test_unsharp_masks_add_what_blurring_took() -> None:
    planes, softer = bright_pixel(), np.full((SIZE, SIZE, 1), 0.25)
    nothing, twice = yardsticks.unsharp(planes, softer, [0.0, 2.0])
    np.testing.assert_array_equal(nothing, planes)
    assert twice[MIDDLE, MIDDLE, 0] == 0.5 + 2 * 0.25


@pytest.mark.parametrize(("alpha", "beta"), [(6.0, 1.0), (2.0, 4.0)])
def test_polyblur_is_flat_to_first_order(alpha: float, beta: float) -> None:
    """G(1) = 1, G'(1) = -1, so that h G(h) is flat at h = 1, G''(1) = alpha and G(0) = beta."""
    step = 2.0**-10
    low, at, high = yardsticks.polyblur_response(np.array([1 - step, 1.0, 1 + step]), alpha, beta)
    third = (alpha / 2 - beta + 2) * step**2  # of the central difference of a cubic
    assert at == pytest.approx(1.0, abs=EXACT)
    assert (high - low) / (2 * step) == pytest.approx(-1.0 + third, abs=1e-9)
    assert (high - 2 * at + low) / step**2 == pytest.approx(alpha, abs=1e-6)
    assert yardsticks.polyblur_response(np.zeros(1), alpha, beta)[0] == beta


def test_plain_wiener_of_no_blur_is_no_filter() -> None:
    untouched = np.zeros((11, 11))
    untouched[5, 5] = 1.0
    for kernel in yardsticks.plain_wiener_kernels(np.ones((1, 1)), yardsticks.NOISE_TO_SIGNAL):
        np.testing.assert_allclose(kernel, untouched, atol=EXACT)


def test_plain_wiener_in_much_noise_is_the_blur_mirrored() -> None:
    """``H* / (|H|^2 + k)`` goes to H* / k, within 1 / k of it."""
    psf = np.random.default_rng(2).random((3, 3))
    psf /= psf.sum()
    (kernel,) = yardsticks.plain_wiener_kernels(psf, [1e6])
    np.testing.assert_allclose(kernel[4:7, 4:7], psf[::-1, ::-1], atol=1e-5)
    assert kernel.sum() == pytest.approx(1.0, abs=EXACT)


def test_best_of_cas_and_rcas_is_as_measured_before() -> None:
    """2.57 dB at sigma .7 and noise 1/255, by another implementation of the same words."""
    found = scenes(Cell("gaussian:0.7", noise=1.0), pictures("grey"))
    gain = mean_gain_db(found, best_sharpener())
    print(f"best of CAS and RCAS: {gain:.3f} dB")
    assert abs(gain - 2.57) <= PUBLISHED_TOLERANCE_DB
