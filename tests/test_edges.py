"""Step edges in closed form, and fits under an overshoot limit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rtdeconv.blur import parse_blur
from rtdeconv.edges import OBLIQUE, STRAIGHT, _rises, overshoot, profiles
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import FAMILIES, OVERSHOOT_HAIR, Size, fit
from rtdeconv.fit.least_squares import solve
from rtdeconv.noise import Noise
from rtdeconv.prior import Ar1
from rtdeconv.target import Target, sampled

LINEAR = ["fir", "cross", "diamond", "free", "gauss", "comb", "polynomial"]

QP_TOLERANCE = 1e-6
"""Least squares under inequalities by two ways that share no code; SLSQP stops at about this."""


def _target(limit: float | None, blur: str = "gaussian:0.8", spread: float = 0.0) -> Target:
    return Target(parse_blur(blur), Noise(), Ar1(), spread=spread, max_overshoot=limit)


def _area(distance: np.ndarray, shift: float) -> np.ndarray:
    """Shares of pixels beyond ``distance = -shift``, distance 2 y + x or y + 2 x: the integral of
    the trapezoid that a pixel shows such an edge, 1/2 high from -1/2 to 1/2, 0 from 3/2 on."""
    t = np.linspace(-1.5, 1.5, 3001)
    height = np.interp(t, [-1.5, -0.5, 0.5, 1.5], [0, 0.5, 0.5, 0])
    risen = np.concatenate([[0], np.cumsum((height[1:] + height[:-1]) / 2)]) * (t[1] - t[0])
    return np.interp(distance + shift, t, risen)


def test_profiles_are_those_of_a_filtered_picture() -> None:
    """A half plane, blurred and filtered by scipy, read across the edge, in all directions."""
    from scipy.ndimage import convolve

    rng = np.random.default_rng(1)
    psf, kernel = rng.random((3, 3)), rng.normal(size=(5, 5))
    psf, kernel = psf / psf.sum(), kernel / kernel.sum()
    y, x = np.mgrid[-20:21, -20:21]
    edges = [(down * y + right * x, 0.0) for down, right in STRAIGHT]
    edges += [(down * y + right * x, c) for down, right in OBLIQUE for c in (0.0, 0.5)]
    values = profiles(kernel[None], psf)[0]
    rises = (rise for each in _rises(5, 3, psf.tobytes()).values() for rise in each)
    ends = np.cumsum([rise.shape[1] for rise in rises])[:-1]
    for (distance, shift), found in zip(edges, np.split(values, ends), strict=True):
        step = _area(distance, shift) if np.ptp(distance) > 80 else (distance >= 0).astype(float)
        edge = convolve(convolve(step, psf), kernel)
        middle = np.abs(y) + np.abs(x) < 12
        across = [edge[middle & (distance == d)] for d in range(-6, 7)]
        assert max(np.ptp(values) for values in across) < 1e-12
        line = np.array([values[0] for values in across])
        whole = np.concatenate([np.zeros(13), found, np.ones(13)])
        windows = np.lib.stride_tricks.sliding_window_view(whole, 13)
        assert np.abs(windows - line).max(axis=1).min() < 1e-12


@pytest.mark.parametrize("limit", [0.0, 0.03, 0.06])
@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_obeys_the_limit_or_says_why_not(name: str, limit: float) -> None:
    family = FAMILIES[name]
    target = _target(limit)
    try:
        found = fit(target, family, family.usual)
    except ValueRefused as refusal:
        assert "max-overshoot" in str(refusal)
        assert name not in LINEAR
        return
    assert overshoot(found.kernel(), target.blur.psf()) <= limit + OVERSHOOT_HAIR


def test_a_limit_that_is_not_reached_changes_nothing() -> None:
    family = FAMILIES["fir"]
    assert fit(_target(None), family, Size(taps=5)) == fit(_target(0.9), family, Size(taps=5))


def test_the_limit_costs_least_that_it_can() -> None:
    """The same convex problem by another solver: scipy's SLSQP on the normal equations."""
    from scipy.optimize import minimize

    from rtdeconv.filters.orbits import orbit_kernels, orbits

    at = sampled(_target(0.03))
    kernels = orbit_kernels(orbits(2, "8-fold"))
    found = solve(kernels, at)
    basis = at.grid.responses(kernels).real
    weight = at.fit_weight * at.grid.weight
    gram, right = (basis * weight) @ basis.T, (basis * weight) @ (at.wanted - 1)
    centre = np.zeros((5, 5))
    centre[2, 2] = 1.0
    psf = at.target.blur.psf()
    start, slopes = profiles(centre[None], psf)[0], profiles(kernels, psf).T
    other = minimize(
        lambda c: 1e3 * (c @ gram @ c - 2 * right @ c),
        np.zeros(len(kernels)),
        jac=lambda c: 2e3 * (gram @ c - right),
        constraints={
            "type": "ineq",
            "fun": lambda c: np.concatenate([1.03 - start - slopes @ c, 0.03 + start + slopes @ c]),
            "jac": lambda c: np.concatenate([-slopes, slopes]),
        },
        method="SLSQP",
        options={"maxiter": 500, "ftol": 1e-12},
    ).x
    cost, least = (c @ gram @ c - 2 * right @ c for c in (found, other))
    print(f"costs {cost:.9g} and {least:.9g}")
    assert math.isclose(cost, least, rel_tol=QP_TOLERANCE)


def test_the_limit_holds_over_a_range_of_sizes() -> None:
    target = _target(0.03, spread=0.2)
    found = fit(target, FAMILIES["fir"], Size(taps=7))
    for factor in (0.8, 0.9, 1.0, 1.1, 1.2):
        psf = target.blur.scaled(factor).psf()
        assert overshoot(found.kernel(), psf) <= 0.03 + OVERSHOOT_HAIR
