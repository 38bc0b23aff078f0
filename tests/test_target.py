"""Noise, prior, target and quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rtdeconv.blur import parse_blur
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import dense, half_plane, octant
from rtdeconv.noise import Noise, noise_text, number_or_fraction
from rtdeconv.prior import Ar1, Flat
from rtdeconv.target import KINDS, Target, checked_weight, sampled

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
    assert number_or_fraction(text) == value
    assert number_or_fraction(noise_text(value)) == value


@pytest.mark.parametrize("text", ["", "x", "1/0", "1/2/3", "2 of 255"])
def test_bad_noise_text_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="2/255"):
        number_or_fraction(text)


@pytest.mark.parametrize("sigma", [-0.1, math.nan, math.inf, 2.0])
def test_bad_noise_is_refused(sigma: float) -> None:
    with pytest.raises(ValueRefused, match="standard deviation"):
        Noise(sigma)


@pytest.mark.parametrize("bits", [0, 17, 8.0])
def test_bad_bits_are_refused(bits: int) -> None:
    with pytest.raises(ValueRefused, match=r"1\.\.16"):
        Noise(0.01, bits)


def test_unknown_names_suggest_the_nearest() -> None:
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


def _kind(kind: str, **given) -> Target:
    return Target(parse_blur("gaussian:0.8"), Noise(2 / 255), Ar1(), kind=kind, **given)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_keeps_grey_and_obeys_the_cap(kind: str) -> None:
    target, grid = _kind(kind, max_gain=2.5), dense()
    response = target.response(grid.wy, grid.wx)
    assert math.isclose(response[0], 1.0, rel_tol=1e-12)
    assert np.abs(response).max() <= 2.5 * (1 + 1e-12)


def test_tikhonov_is_wiener_under_a_flat_prior_of_the_same_variance() -> None:
    grid = dense()
    flat = Target(parse_blur("gaussian:0.8"), Noise(2 / 255), Flat(var=Ar1().var))
    found = _kind("tikhonov").response(grid.wy, grid.wx)
    np.testing.assert_allclose(found, flat.response(grid.wy, grid.wx), rtol=1e-12)


def test_laplacian_penalty_is_that_of_the_priors_laplacian_energy() -> None:
    grid = dense()
    h, n = parse_blur("gaussian:0.8").otf(grid.wy, grid.wx), Noise(2 / 255).power
    laplacian = 4 - 2 * np.cos(grid.wy) - 2 * np.cos(grid.wx)
    penalty = n / grid.mean(Ar1().spectrum(grid.wy, grid.wx) * laplacian**2)
    found = _kind("laplacian").response(grid.wy, grid.wx)
    np.testing.assert_allclose(found, h / (h * h + penalty * laplacian**2), rtol=1e-12)


def test_inverse_and_truncation_are_one_over_the_blur_or_their_limit() -> None:
    grid = dense()
    h = parse_blur("gaussian:0.8").otf(grid.wy, grid.wx)
    inverse = _kind("inverse", max_gain=4.0).response(grid.wy, grid.wx)
    np.testing.assert_allclose(inverse, np.minimum(1 / h, 4.0), rtol=1e-12)
    truncated = _kind("truncated").response(grid.wy, grid.wx)
    kept = h > math.sqrt(Noise(2 / 255).power / Ar1().var)
    assert 0 < kept.sum() < kept.size
    np.testing.assert_allclose(truncated, np.where(kept, 1 / h, 0.0), rtol=1e-12)
    with pytest.raises(ValueRefused, match="add --max-gain"):
        _kind("inverse")


@pytest.mark.parametrize("kind", KINDS)
def test_no_kind_has_less_expected_error_than_wiener(kind: str) -> None:
    target = _kind(kind, max_gain=20.0)
    at = sampled(target)
    error = at.expected_error(target.response(at.grid.wy, at.grid.wx))
    assert error >= at.wiener_error() * (1 - 1e-12)


def test_expected_error_of_a_range_is_the_mean_over_its_sizes() -> None:
    target = _kind("wiener", spread=0.2)
    at = sampled(target)
    response = target.response(at.grid.wy, at.grid.wx)
    one_by_one = sum(
        weight * sampled(Target(blur, Noise(2 / 255), Ar1())).expected_error(response)
        for weight, blur in target.sizes
    )
    assert math.isclose(at.expected_error(response), one_by_one, rel_tol=1e-9)
    best = target.wiener(at.grid.wy, at.grid.wx)
    assert math.isclose(at.expected_error(best), at.wiener_error(), rel_tol=1e-9)
    assert at.expected_error(best * 1.01) > at.wiener_error()
    assert at.expected_error(best * 0.99) > at.wiener_error()


def test_a_robust_design_does_better_than_a_plain_one_at_the_small_end() -> None:
    """And by forecast gives away less than 2 dB at the stated size, on pictures about .5."""
    for sigma in (0.5, 0.7, 1.0, 1.5):
        blur = parse_blur(f"gaussian:{sigma}")
        plain, robust = (Target(blur, Noise(), Ar1(), spread=spread) for spread in (0.0, 0.2))
        errors = {}
        for name, size in (("small", 0.8), ("stated", 1.0)):
            at = sampled(Target(blur.scaled(size), Noise(), Ar1()))
            both = [at.expected_error(t.wiener(at.grid.wy, at.grid.wx)) for t in (plain, robust)]
            errors[name] = 10 * math.log10(both[0] / both[1])
        print(sigma, errors)
        assert errors["small"] > 0.9
        assert errors["stated"] > -2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"spread": -0.1}, "range of sizes"),
        ({"spread": 0.9}, "range of sizes"),
        ({"max_overshoot": -0.01}, "overshoot"),
        ({"max_overshoot": math.nan}, "overshoot"),
    ],
)
def test_bad_limits_are_refused(given, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        _kind("wiener", **given)


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_errors_far_below_the_signal_keep_their_digits(spread: float) -> None:
    """What the Wiener filter leaves is what any form of the expected error says of its response."""
    target = Target(parse_blur("gaussian:0.3"), Noise(0.0, 16), Flat(1e6), spread=spread)
    at = sampled(target)
    least = at.wiener_error()
    assert least > 0
    assert at.expected_error(at.wanted) == pytest.approx(least, rel=1e-6)
