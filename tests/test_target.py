"""Noise, prior, target and quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rtdeconv.blur import parse_blur
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import dense, half_plane, octant
from rtdeconv.noise import Noise, noise_sigma, noise_text
from rtdeconv.prior import PRIORS, Ar1, Flat, prior_named
from rtdeconv.target import Target, checked_weight, sampled

QUADRATURE_DB = 0.01
NULLS_QUADRATURE_DB = 0.2
"""Few nodes against a dense grid. A smooth spectrum is met exactly; on the null lines and rings of
boxes and disks the Wiener error has spikes that any grid meets by chance."""


def test_noise_counts_quantisation() -> None:
    assert math.isclose(Noise(0.0, 8).power, 1 / 255**2 / 12)
    assert math.isclose(Noise(0.01, 16).power, 1e-4 + 1 / 65535**2 / 12)


@pytest.mark.parametrize(
    ("text", "value"), [("0.01", 0.01), ("2/255", 2 / 255), (".5/255", 0.5 / 255)]
)
def test_noise_is_read_and_written(text: str, value: float) -> None:
    assert noise_sigma(text) == value
    assert noise_sigma(noise_text(value)) == value


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/2/3", "2 of 255"])
def test_bad_noise_text_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="2/255"):
        noise_sigma(text)


@pytest.mark.parametrize("sigma", [-0.1, math.nan, math.inf, 2.0])
def test_bad_noise_is_refused(sigma: float) -> None:
    with pytest.raises(ValueRefused, match="standard deviation"):
        Noise(sigma)


@pytest.mark.parametrize("bits", [0, 17, 8.0])
def test_bad_bits_are_refused(bits: int) -> None:
    with pytest.raises(ValueRefused, match=r"1\.\.16"):
        Noise(0.01, bits)


@pytest.mark.parametrize("name", PRIORS)
def test_every_prior_is_positive_and_scales_with_its_variance(name: str) -> None:
    grid = dense(32)
    one, two = (prior_named(name, var).spectrum(grid.wy, grid.wx) for var in (1.0, 2.0))
    assert one.min() > 0
    np.testing.assert_allclose(two, 2 * one)


def test_ar1_spectrum_sums_to_its_variance_and_autocorrelation() -> None:
    """The mean of a spectrum over the square is the variance; its cosine moment at a distance is
    var * rho^distance."""
    grid = dense(512)
    s = Ar1(var=0.05).spectrum(grid.wy, grid.wx)
    for distance in (0, 1, 3):
        moment = grid.mean(s * np.cos(distance * grid.wx))
        assert math.isclose(moment, 0.05 * 0.95**distance, rel_tol=2e-3)


@pytest.mark.parametrize("var", [0.0, -1.0, math.nan, math.inf])
def test_bad_variances_are_refused(var: float) -> None:
    for name in PRIORS:
        with pytest.raises(ValueRefused, match="variance"):
            prior_named(name, var)


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(ValueRefused, match="did you mean 'ar1'"):
        prior_named("arl")
    with pytest.raises(ValueRefused, match="did you mean 'uniform'"):
        checked_weight("unifrom")


def test_flat_wiener_never_amplifies_more_than_half_the_noise_ratio() -> None:
    """h / (h^2 + N) peaks at 1 / (2 sqrt N), where h falls that far."""
    target = Target(parse_blur("gaussian:2"), Noise(0.05, 16), Flat())
    grid = dense(256)
    peak = target.wiener(grid.wy, grid.wx).max()
    assert math.isclose(peak, 1 / (2 * math.sqrt(target.noise.power)), rel_tol=1e-3)


def test_response_is_one_at_dc_and_obeys_the_cap() -> None:
    target = Target(parse_blur("gaussian:0.8"), Noise(), Ar1(), max_gain=2.0)
    grid = dense()
    response = target.response(grid.wy, grid.wx)
    assert math.isclose(response[0], 1.0, rel_tol=1e-15)
    assert np.abs(response).max() == 2.0
    with pytest.raises(ValueRefused, match="at least 1"):
        Target(parse_blur("gaussian:0.8"), Noise(), Ar1(), max_gain=0.5)


@pytest.mark.parametrize("make", [octant, half_plane, dense])
def test_grid_weights_sum_to_one(make) -> None:
    assert math.isclose(make().weight.sum(), 1.0)


@pytest.mark.parametrize(
    ("spec", "tolerance"),
    [
        ("gaussian:0.5", QUADRATURE_DB),
        ("gaussian:1.6", QUADRATURE_DB),
        ("gaussian:1.2x0.6@30", QUADRATURE_DB),
        ("disk:1.5", QUADRATURE_DB),
        ("disk:4", NULLS_QUADRATURE_DB),
        ("disk:8", NULLS_QUADRATURE_DB),
        ("box:5", NULLS_QUADRATURE_DB),
        ("box:9", NULLS_QUADRATURE_DB),
        ("box:15", NULLS_QUADRATURE_DB),
        ("gaussian:1x0.5@20+box:5", NULLS_QUADRATURE_DB),
    ],
)
@pytest.mark.parametrize("noise", [0.5, 5.0])
def test_quadrature_agrees_with_a_dense_grid(spec: str, tolerance: float, noise: float) -> None:
    target = Target(parse_blur(spec), Noise(noise / 255), Ar1())
    fine = octant(1024) if target.blur.symmetry == "8-fold" else half_plane(512)
    at = sampled(target)
    h = target.blur.otf(fine.wy, fine.wx)
    s, n = target.prior.spectrum(fine.wy, fine.wx), target.noise.power
    least = fine.mean(s * n / (h * h * s + n))
    nothing = fine.mean((1 - h) ** 2 * s + n)
    assert abs(10 * math.log10(at.wiener_error() / least)) < tolerance
    assert abs(10 * math.log10(at.expected_error(at.otf * 0 + 1) / nothing)) < tolerance


def test_wiener_attains_the_least_error() -> None:
    target = Target(parse_blur("gaussian:1"), Noise(), Ar1())
    at = sampled(target)
    wiener = target.wiener(at.grid.wy, at.grid.wx)
    assert math.isclose(at.expected_error(wiener), at.wiener_error(), rel_tol=1e-12)
    assert at.expected_error(wiener * 1.01) > at.wiener_error()
