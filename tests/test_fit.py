"""Laws of every registered family at every size, and closed forms."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest

from rtdeconv.blur import complex_transfer, parse_blur, transfer
from rtdeconv.edges import overshoot
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Fir, on_lattice, with_unit_sum
from rtdeconv.filters.comb import bands
from rtdeconv.fit import FAMILIES, OVERSHOOT_HAIR, Size, family_named, fit, peak_gain
from rtdeconv.fit.least_squares import solve
from rtdeconv.fit.lines import gauss_newton
from rtdeconv.grid import dense
from rtdeconv.lower import lower
from rtdeconv.metrics import dc_gain
from rtdeconv.noise import Noise
from rtdeconv.plan import weighted_sums
from rtdeconv.prior import Ar1
from rtdeconv.target import Target, sampled
from rtdeconv.tuning import two_unknowns

EVERY = [(family, size) for family in FAMILIES.values() for size in family.sizes]
EVERY_ID = [f"{family.name}-{size}" for family, size in EVERY]
BLIND = {"polynomial:6,1", "polynomial:2,4", "firls"}
"""They do not weigh the noise, or not in two dimensions, and may do more harm than good."""

NESTED = {"fir", "cross", "diamond", "free", "gauss", "comb", "comb-merged", "polynomial"}
"""Linear in their unknowns, a size's filters among those of the next. The others are searched for,
or each size has its own basis."""

FIVE = Size(taps=5)
SPECS = ["gaussian:0.8", "gaussian:1.2x0.6@30", "disk:1.5", "box:3"]

RESPONSE_TOLERANCE = 1e-12
"""Two ways to add the same cosines in float64."""


def _target(spec: str, noise: float = 2.0, max_gain: float | None = None) -> Target:
    return Target(parse_blur(spec), Noise(noise / 255), Ar1(), max_gain)


SAME_EQUATIONS = 1e-9
"""The same well-conditioned least squares, its rows in another order."""

QUADRATURE = 0.02
"""Expected errors on an octant or half of the frequencies against all of a coarser grid."""


def _dense_error(response: np.ndarray, target: Target) -> float:
    grid = dense()
    h, s = target.blur.otf(grid.wy, grid.wx), target.prior.spectrum(grid.wy, grid.wx)
    n = target.noise.power
    return grid.mean(np.abs(1 - response * h) ** 2 * s + np.abs(response) ** 2 * n)


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize(("family", "size"), EVERY, ids=EVERY_ID)
def test_laws_of_every_family(family, size: Size, spec: str) -> None:
    try:
        found = fit(_target(spec), family, size)
    except ValueRefused as refusal:
        assert family.name == "firls", refusal  # which takes no negative response
        return
    grid, zero = dense(), np.zeros(1)
    assert abs(dc_gain(found) - 1) < RESPONSE_TOLERANCE
    assert abs(found.response(zero, zero)[0] - 1) < RESPONSE_TOLERANCE
    np.testing.assert_allclose(
        found.response(grid.wy, grid.wx),
        complex_transfer(found.kernel(), grid.wy, grid.wx),
        atol=RESPONSE_TOLERANCE * 100,
    )
    at = sampled(_target(spec))
    error = at.kernel_error(found.kernel())
    dense_error = _dense_error(found.response(grid.wy, grid.wx), _target(spec))
    assert math.isclose(error, dense_error, rel_tol=QUADRATURE)
    assert at.wiener_error() <= error
    if family.name not in BLIND:
        assert error < at.expected_error(np.ones_like(at.otf))


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("name", FAMILIES)
def test_weights_of_every_plan_are_exact_in_single_floats(name: str, spec: str) -> None:
    """What is validated is what ships: no weight is rounded, and no pass changes grey."""
    family = FAMILIES[name]
    try:
        found = fit(_target(spec), family, family.usual)
    except ValueRefused as refusal:
        assert name == "firls", refusal
        return
    grey = [1.0]
    for one in lower(found, light="encoded", border="clamp").passes:
        for total in weighted_sums(one.expr):
            weights = np.array([weight for weight, _ in total.terms])
            assert np.array_equal(weights.astype(np.float32), weights)
            grey.append(math.fsum(weight * grey[fetch.image] for weight, fetch in total.terms))
    assert grey == [1.0] * len(grey)


@pytest.mark.parametrize("name", sorted(NESTED))
def test_more_terms_never_lose(name: str) -> None:
    at = sampled(_target("gaussian:1.2"))
    family = FAMILIES[name]
    errors = [
        at.expected_error(
            fit(_target("gaussian:1.2"), family, size).response(at.grid.wy, at.grid.wx)
        )
        for size in family.sizes
    ]
    assert all(b <= a * (1 + 1e-6) for a, b in itertools.pairwise(errors)), errors


@pytest.mark.parametrize("weight", ["mse", "uniform"])
def test_fir_minimises_the_weighted_error(weight: str) -> None:
    """No small change of any orbit makes it better."""
    at = sampled(_target("gaussian:0.8"), weight)
    found = fit(_target("gaussian:0.8"), FAMILIES["fir"], FIVE, weight)

    def error(taps: np.ndarray) -> float:
        g = transfer(taps, at.grid.wy, at.grid.wx)
        return at.grid.mean(at.fit_weight * (g - at.wanted) ** 2)

    best = error(found.kernel())
    for y, x in ((0, 1), (1, 1), (0, 2), (1, 2), (2, 2)):
        for step in (-1e-3, 1e-3):
            taps = found.kernel()
            for p, q in {(y, x), (x, y)}:
                for s in (-1, 1):
                    for t in (-1, 1):
                        taps[2 + s * p, 2 + t * q] += step / 8
            taps[2, 2] += 1 - taps.sum()
            assert error(taps) > best


def test_weighted_fit_beats_the_uniform_one_where_it_counts() -> None:
    target = _target("gaussian:1", 1.0)
    at = sampled(target)
    errors = [
        at.expected_error(fit(target, FAMILIES["fir"], FIVE, w).response(at.grid.wy, at.grid.wx))
        for w in ("mse", "uniform")
    ]
    assert errors[0] < errors[1]


@pytest.mark.parametrize(
    ("sigma", "expected"),
    [(0.3, (0.232, -0.018)), (0.5, (1.515, -0.464)), (0.7, (5.78, -2.98))],
)
def test_two_term_comb_gives_the_known_one_dimensional_values(sigma: float, expected) -> None:
    """1-D, unweighted, flat prior, noise power .01^2; values from numpy's lstsq at the frequencies
    linspace(0, pi, 512). Both ends count whole there, which moves the third digit."""
    w = np.linspace(0, math.pi, 512)
    h, power = parse_blur(f"gaussian:{sigma}").otf(np.zeros(512), w), 0.01**2
    missing = h / (h * h + power) - 1
    b1, b2 = bands(np.zeros(512), w, 2)
    gram = (np.mean(p * q) for p, q in ((b1, b1), (b1, b2), (b2, b2)))
    found = two_unknowns(*gram, np.mean(b1 * missing), np.mean(b2 * missing))
    digits = 3 if sigma < 0.7 else 2
    np.testing.assert_allclose(found, expected, atol=0.6 * 10**-digits)


def test_combs_of_two_terms_solve_those_equations() -> None:
    """As tunable filters do, in their shaders."""
    at = sampled(_target("gaussian:0.8"))
    b1, b2 = bands(at.grid.wy, at.grid.wx, 2)
    missing = at.wanted.real - 1
    gram = (at.grid.mean(at.fit_weight * p * q) for p, q in ((b1, b1), (b1, b2), (b2, b2)))
    right = (at.grid.mean(at.fit_weight * b * missing) for b in (b1, b2))
    found = fit(at.target, FAMILIES["comb"], Size(terms=2))
    np.testing.assert_allclose(found.coefficients, two_unknowns(*gram, *right), atol=2.0**-14)


def test_a_basis_that_is_not_mirrored_is_solved_for_all_its_mirror_images() -> None:
    """As a blur that is mirrored needs, though its nodes are an eighth of the frequencies."""
    at = sampled(_target("gaussian:1"))
    kernels = np.random.default_rng(2).normal(size=(3, 5, 5))
    kernels += kernels[:, ::-1, ::-1]
    kernels[:, 2, 2] -= kernels.sum((1, 2))
    found = solve(kernels, at)
    for image in (kernels[:, ::-1], kernels.swapaxes(1, 2)):
        np.testing.assert_allclose(solve(image, at), found, rtol=SAME_EQUATIONS)

    def error(weights: np.ndarray) -> float:
        taps = np.tensordot(weights, kernels, 1)
        taps[2, 2] += 1.0
        return at.kernel_error(taps)

    steps = 0.01 * np.vstack([np.eye(3), -np.eye(3)])
    assert all(error(found + step) > error(found) for step in steps)


@pytest.mark.parametrize(("family", "size"), EVERY, ids=EVERY_ID)
def test_the_fitted_gain_obeys_its_cap(family, size: Size) -> None:
    try:
        found = fit(_target("gaussian:1", 0.5, max_gain=2.0), family, size)
    except ValueRefused as refusal:
        assert family.name.startswith("polynomial:"), refusal  # nothing to choose in those
        return
    assert peak_gain(found) <= 2.0
    if family.name in NESTED:
        assert peak_gain(found) > 1.5  # and is not far below it
    finer = np.abs(np.fft.rfft2(found.kernel(), (1024, 1024))).max()
    assert finer <= 2.0 * (1 + 1e-3)  # between the frequencies looked at


def test_a_cap_of_one_leaves_nothing_to_restore_or_is_refused() -> None:
    for family in FAMILIES.values():
        try:
            found = fit(_target("gaussian:1", 0.5, max_gain=1.0), family, family.usual)
        except ValueRefused as refusal:
            assert "max-gain" in str(refusal)
        else:
            assert peak_gain(found) <= 1.0


@pytest.mark.parametrize("spec", ["psf:1", "gaussian:0.05", "upscale:1:bicubic"])
def test_a_blur_that_does_nothing_leaves_little_to_do(spec: str) -> None:
    """Noise alone is to be taken away: bases made of the blur are 0; gains exceed 1 by a ripple."""
    for family in FAMILIES.values():
        if family.name not in BLIND:
            assert peak_gain(fit(_target(spec), family, family.usual)) < 1.001


def test_overshoot_is_limited_over_all_sizes_of_the_blur() -> None:
    """The small end overshoots most; separable lines are not solved under limits, only judged."""
    target = Target(parse_blur("gaussian:1"), Noise(), Ar1(), spread=0.3)
    family = FAMILIES["separable"]
    stated = overshoot(fit(target, family, family.usual).kernel(), target.blur.psf())
    limited = replace(target, max_overshoot=stated + 2 * OVERSHOOT_HAIR)
    with pytest.raises(ValueRefused, match="overshoot"):
        fit(limited, family, family.usual)
    kernel = fit(limited, FAMILIES["fir"], Size(taps=7)).kernel()
    worst = max(overshoot(kernel, blur.psf()) for _, blur in target.sizes)
    assert worst <= stated + 3 * OVERSHOOT_HAIR


@pytest.mark.parametrize("name", FAMILIES)
def test_a_limit_that_the_blur_itself_breaks_is_refused_by_its_name(name: str) -> None:
    target = replace(_target("upscale:2:bicubic"), max_overshoot=0.0)
    with pytest.raises(ValueRefused, match=r"overshoot.*; raise --max-overshoot"):
        fit(target, FAMILIES[name], FAMILIES[name].usual)


def test_unknowns_that_change_nothing_stay() -> None:
    at = sampled(_target("gaussian:0.7"))
    nothing = np.ones_like(at.wanted), np.zeros((3, len(at.wanted)))
    start = np.array([0.1, -0.2, 0.3])
    assert gauss_newton(lambda _: nothing, start, at) == pytest.approx(start)


def test_sizes_and_names_are_checked() -> None:
    with pytest.raises(ValueRefused, match="of fir is one of 3, 5"):
        fit(_target("gaussian:1"), FAMILIES["fir"], Size(taps=4))
    with pytest.raises(ValueRefused, match="did you mean 'gauss'"):
        family_named("gaus")


def test_lattice_keeps_sums_exact() -> None:
    taps = np.random.default_rng(1).normal(size=(5, 5))
    exact = with_unit_sum(taps)
    assert math.fsum(exact.ravel()) == 1.0
    assert np.array_equal(on_lattice(exact), exact)
    assert float(np.sum(exact.astype(np.float32))) == 1.0


@pytest.mark.parametrize(
    ("taps", "words"),
    [
        (((1.0, 0.0), (0.0, 0.0)), "odd square"),
        (((0.0,) * 3, (0.0, 1.0, 0.0)), "odd square"),
        (((0.0, 0.0, 0.0), (0.0, 0.9, 0.0), (0.0, 0.0, 0.0)), "sum to exactly 1"),
        (((math.nan,),), "finite"),
    ],
)
def test_bad_taps_are_refused(taps, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        Fir(taps)
