"""Laws of every registered blur, closed forms of each, and refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv.blur import KINDS, Gaussian, parse_blur
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import dense

SPECS = [kind.example for kind in KINDS.values()] + [
    "gaussian:0.3",
    "gaussian:0.8",
    "gaussian:2x0.1@17",
    "gaussian:1x0.5@90",
    "disk:0.3",
    "disk:3.7",
    "box:2",
    "box:0.5",
    "box:4.4",
    "binomial:4",
    "disk:1.2+gaussian:0.4",
    "gaussian:1.2x0.6@30+box:2",
]


@pytest.mark.parametrize("spec", SPECS)
def test_laws_of_every_blur(spec: str) -> None:
    blur = parse_blur(spec)
    taps = blur.psf()
    assert taps.ndim == 2 and taps.shape[0] == taps.shape[1] and len(taps) % 2 == 1
    assert math.isclose(taps.sum(), 1.0, abs_tol=1e-12)
    assert taps.min() > -1e-15
    np.testing.assert_allclose(taps, taps[::-1, ::-1], atol=1e-14)  # no shift
    if blur.symmetry == "8-fold":
        np.testing.assert_allclose(taps, taps.T, atol=1e-14)
        np.testing.assert_allclose(taps, taps[::-1], atol=1e-14)
    assert parse_blur(blur.spec) == blur


@pytest.mark.parametrize("spec", SPECS)
def test_otf_is_the_dft_of_the_taps(spec: str) -> None:
    blur, n = parse_blur(spec), 64
    taps = blur.psf()
    padded = np.zeros((n, n))
    padded[: len(taps), : len(taps)] = taps
    centred = np.roll(padded, [-(len(taps) // 2)] * 2, (0, 1))
    grid = dense(n)
    expected = np.fft.fft2(centred).ravel()
    np.testing.assert_allclose(blur.otf(grid.wy, grid.wx), expected, atol=1e-12)


def _moments(taps: np.ndarray) -> tuple[float, float, float]:
    y, x = np.mgrid[: len(taps), : len(taps)] - len(taps) // 2
    return (taps * x * x).sum(), (taps * y * y).sum(), (taps * x * y).sum()


@given(st.floats(0.8, 3), st.floats(0.8, 3), st.floats(-180, 180))
def test_oriented_gaussian_has_the_covariance_it_says(a: float, b: float, degrees: float) -> None:
    """A pixel adds 1/12 per axis. Sampling adds an alias of order exp(-2 pi^2 sigma^2), under 1e-4
    from sigma 0.8 on."""
    xx, yy, xy = _moments(Gaussian(a, b, degrees).psf())
    t = math.radians(degrees)
    expected_xx = a**2 * math.cos(t) ** 2 + b**2 * math.sin(t) ** 2 + 1 / 12
    expected_yy = a**2 * math.sin(t) ** 2 + b**2 * math.cos(t) ** 2 + 1 / 12
    expected_xy = (a**2 - b**2) * math.sin(t) * math.cos(t)
    slack = 1e-4
    assert abs(xx - expected_xx) < slack
    assert abs(yy - expected_yy) < slack
    assert abs(xy - expected_xy) < slack


def test_oriented_gaussian_meets_brute_force_integration() -> None:
    a, b, t = 1.2, 0.6, math.radians(30)
    n, radius = 256, 7
    fine = (np.arange(n * (2 * radius + 1)) + 0.5) / n - 0.5 - radius
    x, y = fine[None, :], fine[:, None]
    u, v = x * math.cos(t) + y * math.sin(t), -x * math.sin(t) + y * math.cos(t)
    density = np.exp(-(u**2) / (2 * a * a) - v**2 / (2 * b * b))
    size = 2 * radius + 1
    taps = density.reshape(size, n, size, n).sum((1, 3))
    found = Gaussian(1.2, 0.6, 30).psf()
    cut = len(found) // 2 - radius
    inner = found[cut : cut + size, cut : cut + size]
    np.testing.assert_allclose(inner, taps / taps.sum(), atol=1e-6)


def test_gaussian_taps_are_erf_differences() -> None:
    line = [math.erf((k + 0.5) / 0.8 / 2**0.5) - math.erf((k - 0.5) / 0.8 / 2**0.5) for k in (0, 1)]
    taps = parse_blur("gaussian:0.8").psf()
    middle = len(taps) // 2
    assert math.isclose(taps[middle, middle + 1] / taps[middle, middle], line[1] / line[0])


def test_disk_taps_are_covered_areas() -> None:
    taps = parse_blur("disk:1.5").psf() * math.pi * 1.5**2
    assert math.isclose(taps[1, 1], 1.0)
    # edge pixel [0.5, 1.5] x [-0.5, 0.5]: 2 * integral over 0..0.5 of sqrt(2.25 - y^2) - 0.5
    arc = (0.5 * math.sqrt(2.0) + 2.25 * math.asin(1 / 3)) / 2
    assert math.isclose(taps[1, 2], 2 * arc - 0.5)


def test_even_sizes_are_centred_by_area_sampling() -> None:
    np.testing.assert_allclose(parse_blur("box:2").psf()[1], np.array([1, 2, 1]) / 8)
    np.testing.assert_allclose(parse_blur("binomial:2").psf()[1], np.array([1, 2, 1]) / 8)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("gaussian:-1", "0.05..20 px"),
        ("gaussian:nan", "0.05..20 px"),
        ("gaussian:1e9", "0.05..20 px"),
        ("gaussian:", "expected sigma"),
        ("gaussian:1@30", "expected sigma"),
        ("gaussian:1x1@1e9", "degrees"),
        ("gausian:1", "did you mean 'gaussian'"),
        ("zzz", "known: binomial, box, disk, gaussian"),
        ("", "unknown blur"),
        ("disk:inf", "radius"),
        ("box:1x2", "expected one number"),
        ("binomial:2.5", "whole number"),
        ("gaussian:1+", "expected sigma"),
        ("+".join(["box:3"] * 9), "at most 8 parts"),
    ],
)
def test_bad_blurs_are_refused_with_the_reason(spec: str, words: str) -> None:
    with pytest.raises(ValueRefused, match=words.replace(".", r"\.").replace("+", r"\+")):
        parse_blur(spec)
