"""Laws of every registered blur, closed forms of each, and refusals."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv.blur import (
    KINDS,
    Chain,
    Disk,
    Gaussian,
    Upscale,
    complex_transfer,
    nulls,
    parse_blur,
    transfer,
)
from rtdeconv.blur.psf import OFF_CENTRE_PX
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import dense
from rtdeconv.media.pictures import Picture, write_picture

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
    "motion:0.4",
    "motion:3",
    "motion:4.3@90",
    "motion:11.7@-160",
    "pixel:0.5",
    "airy:4,0.5,5",
    "psf:1,2,3,4,5,4,3,2,1",
    "psf:1,2,1/0,4,0/0,3,0",
    "motion:5@30+psf:1,2,1/0,4,0/0,3,0",
    "file:psf.png+disk:1",
]

UPSCALED = ["upscale:1.5:bilinear", "upscale:2:lanczos", "upscale:1.25:bicubic+disk:1"]
"""Above their source's band their response is 0, which no taps can say."""

AS_IT_IS = ("binomial:", "pixel:", "upscale:1.25")
"""Blurs whose size is known, and factors that would fall under 1."""


@pytest.fixture(autouse=True)
def psf_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ``psf.png`` of the examples: a lopsided spot."""
    spot = np.zeros((15, 15), np.uint8)
    spot[6:9, 6:10] = [[10, 40, 30, 0], [60, 200, 90, 10], [20, 40, 80, 20]]
    write_picture(tmp_path / "psf.png", Picture(spot))
    monkeypatch.chdir(tmp_path)


def _centroid(taps: np.ndarray) -> float:
    offsets = np.arange(len(taps)) - len(taps) // 2
    return math.hypot(offsets @ taps.sum(0), offsets @ taps.sum(1))


@pytest.mark.parametrize("spec", SPECS + UPSCALED)
def test_laws_of_every_blur(spec: str) -> None:
    blur = parse_blur(spec)
    taps = blur.psf()
    assert taps.ndim == 2 and taps.shape[0] == taps.shape[1] and len(taps) % 2 == 1
    assert math.isclose(taps.sum(), 1.0, abs_tol=1e-12)
    signed = "pixel" in spec or "upscale" in spec
    assert signed or taps.min() > -1e-15
    if blur.symmetry == "none":
        assert _centroid(taps) < OFF_CENTRE_PX
    else:
        np.testing.assert_allclose(taps, taps[::-1, ::-1], atol=1e-14)  # no shift
    if blur.symmetry == "8-fold":
        np.testing.assert_allclose(taps, taps.T, atol=1e-14)
        np.testing.assert_allclose(taps, taps[::-1], atol=1e-14)
    again = parse_blur(blur.spec)
    assert again == blur and hash(again) == hash(blur)


@pytest.mark.parametrize("spec", [spec for spec in SPECS if "upscale" not in spec])
def test_otf_is_the_dft_of_the_taps(spec: str) -> None:
    blur, n = parse_blur(spec), 64
    taps = blur.psf()
    padded = np.zeros((n, n))
    padded[: len(taps), : len(taps)] = taps
    centred = np.roll(padded, [-(len(taps) // 2)] * 2, (0, 1))
    grid = dense(n)
    expected = np.fft.fft2(centred).ravel()
    found = blur.otf(grid.wy, grid.wx)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert np.iscomplexobj(found) == (blur.symmetry == "none")
    np.testing.assert_allclose(found[0], 1, atol=1e-12)


@pytest.mark.parametrize("spec", SPECS + UPSCALED)
def test_otf_on_the_axes_of_a_picture_is_the_same(spec: str) -> None:
    blur, (wy, wx) = parse_blur(spec), (np.linspace(-3, 3, 5), np.linspace(0, 3, 4))
    every = blur.otf(*(w.ravel() for w in np.meshgrid(wy, wx, indexing="ij")))
    np.testing.assert_allclose(blur.otf(wy[:, None], wx[None]).ravel(), every, atol=1e-12)


@pytest.mark.parametrize("spec", SPECS + UPSCALED)
def test_scaling_widens_a_blur_and_comes_back(spec: str) -> None:
    blur = parse_blur(spec)
    assert blur.scaled(1.0).psf().tolist() == blur.psf().tolist()
    if spec.startswith(AS_IT_IS):
        return
    twice, low = blur.scaled(2.0), np.array([0.05])
    if "upscale" not in spec and len(twice.psf()) > 1:  # a scaler keeps low frequencies anyway
        assert abs(twice.otf(low, low)[0]) < abs(blur.otf(low, low)[0])
    if "psf" not in spec:  # taps go through a cubic; lengths double and halve exactly
        assert twice.scaled(0.5) == blur


def test_plus_convolves_and_flattens() -> None:
    three = Gaussian(0.5) + Disk(1.0) + parse_blur("box:2+motion:3")
    assert isinstance(three, Chain) and len(three.parts) == 4
    assert three == parse_blur("gaussian:0.5+disk:1+box:2+motion:3")
    assert three.symmetry == "point"
    assert Chain((Chain(three.parts[:2]), Chain(three.parts[2:]))) == three
    with pytest.raises(ValueRefused, match="at least 2"):
        Chain((Disk(1.0),))
    assert (three + parse_blur("file:psf.png")).symmetry == "none"
    with pytest.raises(TypeError):
        _ = Gaussian(0.5) + 1  # type: ignore[operator]
    with pytest.raises(ValueRefused, match="at most 8 parts"):
        _ = three + three + Disk(1.0)


def test_both_transfers_agree_where_taps_are_symmetric() -> None:
    taps, grid = Gaussian(1.2, 0.6, 30).psf(), dense(16)
    both = complex_transfer(taps, grid.wy, grid.wx), transfer(taps, grid.wy, grid.wx)
    np.testing.assert_allclose(*both, atol=1e-14)


def test_a_moved_point_has_the_phase_of_its_place() -> None:
    taps = np.zeros((5, 5))
    taps[3, 0] = 1  # one down, two to the left
    wy, wx = np.array([0.3]), np.array([-0.8])
    expected = np.exp(-1j * (0.3 * 1 + -0.8 * -2))
    np.testing.assert_allclose(complex_transfer(taps, wy, wx), expected, atol=1e-15)


@pytest.mark.parametrize("spec", ["motion:6.3@20", "gaussian:1.5x0.4@20"])
def test_turning_a_blur_turns_its_taps(spec: str) -> None:
    taps = parse_blur(spec).psf()
    quarter = parse_blur(spec.replace("@20", "@110")).psf()
    mirrored = parse_blur(spec.replace("@20", "@70")).psf()
    downwards = parse_blur(spec.replace("@20", "@-20")).psf()
    np.testing.assert_allclose(quarter, np.rot90(taps), atol=1e-12)
    np.testing.assert_allclose(mirrored, taps.T, atol=1e-12)
    np.testing.assert_allclose(downwards, taps[::-1], atol=1e-12)


def test_nulls_are_told_where_they_are() -> None:
    # taps 1 2 2 2 1: H = sin(2 w) cot(w / 2) / 4. Under .02 where |w - pi/2| < .04 (slope -1/2) and
    # pi - w < sqrt(.08), together .04 / (pi / 2) + sqrt(.08) / pi of all
    step = 1 / 256
    motion = nulls(parse_blur("motion:4"))
    assert motion.crossed and motion.lowest_cpp is not None
    assert 0.25 - 0.04 / (2 * math.pi) <= motion.lowest_cpp <= 0.25
    assert abs(motion.share - (0.08 + math.sqrt(0.08)) / math.pi) < 2 * step
    assert "has nulls from 0.25 cycles per pixel on; 11% of" in str(motion)
    # exp(-2 s^2 pi^2 f^2) = .02, a little sooner for the pixel's sinc; the rest is lost
    fades = nulls(parse_blur("gaussian:2"))
    radius = math.sqrt(math.log(50) / 2) / (2 * math.pi)
    assert not fades.crossed and fades.lowest_cpp is not None
    assert radius - 2 * step < fades.lowest_cpp < radius
    assert 0 < fades.share - (1 - math.pi * radius**2) < 0.01
    assert "falls under 2% from 0.22" in str(fades)
    whole = nulls(parse_blur("gaussian:0.5"))
    assert whole.lowest_cpp is None and whole.share == 0
    # the source's band is a quarter of the square
    assert abs(nulls(Upscale(2, "lanczos")).share - 0.75) < 4 * step


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


def test_a_disk_of_any_radius_has_taps() -> None:
    """This one's square, by Python, is below its square by numpy."""
    assert np.isfinite(Disk(3.963117857672733).psf()).all()


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
        ("zzz", "known: airy, binomial, box, disk, file, gaussian, motion, pixel, psf, upscale"),
        ("", "unknown blur"),
        ("disk:inf", "radius"),
        ("box:1x2", "expected one number"),
        ("binomial:2.5", "whole number"),
        ("gaussian:1+", "expected sigma"),
        ("+".join(["box:3"] * 9), "at most 8 parts"),
        ("box:3+gausian:1", "did you mean 'gaussian'"),
        ("motion:0", "0.1..64 px"),
        ("motion:65", "0.1..64 px"),
        ("motion:5@400", "-360..360 degrees"),
        ("motion:5x2@30", "expected length, or length @ degrees"),
        ("upscale:0.9:bilinear", "1..8 times"),
        ("upscale:nan:bilinear", "1..8 times"),
        ("upscale:2:bilinaer", "did you mean 'bilinear'"),
        ("upscale:2", "such as upscale:1.5:bilinear"),
        ("pixel:3", "0.1..2 px"),
        ("airy:8", "expected f-number, wavelength in um, pixel pitch in um"),
        ("airy:0,0.55,3.5", "an f-number is 0.5..256"),
        ("airy:8,0.55,0", "a pixel pitch is 0.1..100 um"),
        ("airy:8,55,3.5", "a wavelength is 0.1..20 um"),
        ("airy:22,0.55,1", "0.1..3 px"),
        ("file:", "expected the path"),
        ("psf:1,2/3", "all rows of one length"),
        ("psf:1,2/3,4", "odd by odd"),
        ("psf:1,-2,1", "none negative"),
        ("psf:0", "not all 0"),
        ("psf:1,0,0", "centroid lies (-1.00, +0.00) px"),
    ],
)
def test_bad_blurs_are_refused_with_the_reason(spec: str, words: str) -> None:
    with pytest.raises(ValueRefused, match=re.escape(words)):
        parse_blur(spec)
