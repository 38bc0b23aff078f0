"""Motion, the sensor's pixel and diffraction against closed forms and brute force."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import j1

from rtdeconv.blur import Airy, Motion, Pixel
from rtdeconv.blur.camera import AIRY_CUT, PIXEL_REACH_PX


def pixel_slack(width: float) -> float:
    """What cutting the taps moves the response at Nyquist. Its even continuation has a kink of
    twice the slope (cos u - sinc u) / pi there, u = pi width / 2: taps of slope / (pi n^2)."""
    u = math.pi * width / 2
    return 2 * abs(math.cos(u) - math.sin(u) / u) / math.pi**2 / (PIXEL_REACH_PX + 0.5)


def test_motion_along_an_axis_is_a_row_with_partly_covered_ends() -> None:
    np.testing.assert_allclose(Motion(4).psf()[2], np.array([1, 2, 2, 2, 1]) / 8, atol=1e-15)
    np.testing.assert_allclose(Motion(3).psf()[1], np.ones(3) / 3, atol=1e-15)
    np.testing.assert_allclose(Motion(3, -90).psf()[:, 1], np.ones(3) / 3, atol=1e-15)
    np.testing.assert_allclose(Motion(1, 180).psf(), [[1]])


def test_motion_along_a_diagonal_lies_on_the_diagonal() -> None:
    pixel = math.sqrt(2)
    end = (4 - pixel) / 2 / 4  # a segment of 4 px: one whole diagonal, two ends
    np.testing.assert_allclose(Motion(4, 45).psf(), np.diag([end, pixel / 4, end]), atol=1e-15)
    np.testing.assert_allclose(Motion(4, -45).psf(), Motion(4, 45).psf()[::-1], atol=1e-15)


@pytest.mark.parametrize(("length", "degrees"), [(5, 30), (0.9, 50), (23.7, 101), (64, -3)])
def test_motion_taps_are_the_time_spent_in_each_pixel(length: float, degrees: float) -> None:
    count = 400_000
    along = ((np.arange(count) + 0.5) / count - 0.5) * length
    x, y = along * math.cos(math.radians(degrees)), along * math.sin(math.radians(degrees))
    taps = Motion(length, degrees).psf()
    reach = len(taps) // 2
    edges = np.arange(-reach, reach + 2) - 0.5
    spent = np.histogram2d(y, x, (edges, edges))[0] / count
    counting = 4 / count  # each of the cuts falls somewhere between two of the points
    np.testing.assert_allclose(taps, spent, rtol=0, atol=counting)


@pytest.mark.parametrize("width", [0.3, 1.0, 2.0])
def test_a_pixel_has_its_own_response_without_aliases(width: float) -> None:
    w = np.linspace(0, math.pi, 64)
    found = Pixel(width).otf(w, 0 * w)
    expected = np.sinc(width * w / (2 * math.pi))
    asymptote = 0.05  # the first taps that are cut are not quite slope / (pi n^2)
    assert math.isclose(np.abs(found - expected).max(), pixel_slack(width), rel_tol=asymptote)
    assert np.sqrt(np.mean((found - expected) ** 2)) < pixel_slack(width) / 5
    assert len(Pixel(width).psf()) == 2 * PIXEL_REACH_PX + 1


def test_a_pixel_averages_a_picture_that_it_resolves() -> None:
    """A wave of .2 cycles per pixel, finely sampled, averaged over each pixel."""
    fine, w = 500, 2 * math.pi * 0.2
    x = (np.arange(15 * fine) + 0.5) / fine - 7.5
    averaged = np.cos(w * x).reshape(15, fine).mean(1)[7]
    response = Pixel(1).otf(np.zeros(1), np.array([w]))
    np.testing.assert_allclose(response, averaged, atol=2e-3)


def test_airy_taps_are_the_airy_pattern_over_pixels() -> None:
    """(2 J1(v) / v)^2, v = pi r / spot, integrated by 12 x 12 Gauss nodes in each of 5 x 5 px."""
    airy, (nodes, weight) = Airy(8, 0.55, 3.5), np.polynomial.legendre.leggauss(12)
    place = (np.arange(-2, 3)[:, None] + nodes / 2).ravel()
    v = math.pi * np.hypot(place[:, None], place) / airy.spot_px
    density = (2 * j1(v) / v) ** 2 * math.pi / (4 * airy.spot_px**2)
    expected = np.einsum("yixj,i,j", density.reshape(5, 12, 5, 12), weight / 2, weight / 2)
    taps = airy.psf()
    middle = len(taps) // 2
    found = taps[middle - 2 : middle + 3, middle - 2 : middle + 3]
    # the taps lack the faint rings and sum to 1 all the same
    assert 1 < found.sum() / expected.sum() < 1 + AIRY_CUT
    # the DFT folds the rings onto these pixels: spot / (pi r)^3 over a lattice of pitch 256, whose
    # sum of 1 / r^3 is 9.03; dividing by a sum of 25 pixels counts it up to 25 times
    folded = 25 * 9.03 * airy.spot_px / (math.pi * 256) ** 3
    np.testing.assert_allclose(found / found.sum(), expected / expected.sum(), atol=folded)


@pytest.mark.parametrize("airy", [Airy(8, 0.55, 3.5), Airy(16, 0.55, 4), Airy(2.8, 0.45, 4)])
def test_airy_keeps_the_closed_form_but_for_the_veil(airy: Airy) -> None:
    """Below the first alias, at 1 - 1 / spot cycles per pixel: MTF of the aperture times sinc."""
    last = min(0.5, 1 - 1 / airy.spot_px) if airy.spot_px > 1 else 0.02
    frequency = np.linspace(0.01, last, 40)
    v = np.minimum(frequency * airy.spot_px, 1)
    mtf = 2 / math.pi * (np.arccos(v) - v * np.sqrt(1 - v * v)) * np.sinc(frequency)
    found = airy.otf(2 * math.pi * frequency, 0 * frequency)
    assert np.abs(found - mtf).max() < AIRY_CUT
