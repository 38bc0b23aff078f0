"""The plan's rules, and lowering of every registered family."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worked_plans import with_single_floats

from rtdeconv import interpret
from rtdeconv.blur import parse_blur
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Comb, Fir, with_unit_sum
from rtdeconv.fit import FAMILIES, Size, fit
from rtdeconv.lower import lower
from rtdeconv.noise import Noise
from rtdeconv.plan import (
    Expr,
    FromMap,
    Map,
    Mix,
    Parameter,
    Pass,
    Plan,
    Radial,
    Sample,
    Scalar,
    Texel,
    Tuned,
    Value,
    WeightedSum,
)
from rtdeconv.prior import Ar1
from rtdeconv.target import Target
from rtdeconv.tuning import Table

EVERY = [(family, size) for family in FAMILIES.values() for size in family.sizes]

KERNEL_TOLERANCE = 1e-12
"""Sums are float64; stored images are single floats, exact for an impulse of sixteenths."""


def _plan(*passes: Pass, **changes) -> Plan:
    return Plan(passes, border="clamp", light="encoded", **changes)


def _sampled(image: int, dx: float, dy: float) -> Pass:
    return Pass(WeightedSum(((1.0, Sample(image, dx, dy)),)), "target")


def _tuned(base: Expr, sigma: Scalar, band: Expr | None = None) -> Pass:
    solver = Table((((0.0, 0.0),) * 2,) * 2, (0.1, 0.2))
    return Pass(Tuned(base, (band or HERE, HERE), solver, sigma, STRONG), "target")


STRONG = Value("strength")
HERE = Texel(0, 0, 0)
SUM = WeightedSum(((1.0, HERE),))
OUT = Pass(HERE, "target")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: _plan(), "1..16 passes"),
        (lambda: _plan(Pass(HERE, "16f")), "only the last stores 'target'"),
        (lambda: _plan(OUT, OUT), "only the last stores 'target'"),
        (lambda: _plan(Pass(Texel(1, 0, 0), "target")), "not yet written"),
        (lambda: _plan(Pass(Texel(0, 8, 0), "target")), "at most 7 px"),
        (lambda: _plan(Pass(WeightedSum(((math.nan, HERE),)), "target")), "not finite"),
        (lambda: _plan(Pass(WeightedSum(((1.0, HERE),) * 1025), "target")), "1024 texels"),
        (lambda: _plan(Pass(Mix(HERE, HERE, Value("x")), "target")), "undeclared parameter"),
        (lambda: _plan(Pass(Mix(SUM, SUM, Value("strength")), "target")), "one weighted sum"),
        (lambda: _plan(_sampled(0, 0.1, 0.0)), "multiples of 1/256 px"),
        (lambda: _plan(_sampled(0, 0.0, math.nan)), "multiples of 1/256 px"),
        (lambda: _plan(_sampled(0, 7.5, 0.0)), "at most 7 px"),
        (lambda: _plan(_sampled(1, 0.5, 0.0)), "not yet written"),
        (lambda: Plan((_sampled(0, 0.5, 0.0),), border="clamp", light="linear"), "copy first"),
        (lambda: _plan(_tuned(HERE, FromMap("blur", STRONG))), "undeclared map 'blur'"),
        (lambda: _plan(_tuned(HERE, Radial(STRONG, Value("edge")))), "undeclared parameter 'edge'"),
        (lambda: _plan(_tuned(_tuned(HERE, STRONG).expr, STRONG)), "tuned once"),
        (lambda: _plan(_tuned(HERE, STRONG, Mix(HERE, HERE, STRONG))), "tuned once"),
        (lambda: _plan(_tuned(SUM, STRONG)), "one weighted sum, or is tuned"),
        (lambda: _plan(OUT, maps=(Map("a", ""), Map("a", ""))), "maps share a name"),
        (lambda: _plan(OUT, maps=(Map("A", ""),)), "map's name is lower-case"),
        (lambda: _plan(OUT, bypass="x"), "no parameter"),
        (lambda: _plan(OUT, parameters=(Parameter("a b", 0, 0, 1, ""),)), "lower-case"),
        (lambda: _plan(OUT, parameters=(Parameter("a", 2, 0, 1, ""),)), "low <= default"),
        (lambda: Plan((OUT,), border="edge", light="encoded"), "unknown border"),
        (lambda: Plan((OUT,), border="clamp", light="srgb"), "unknown light"),
    ],
)
def test_bad_plans_are_refused(make, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        make()


@pytest.mark.parametrize(
    ("filter_", "fetches", "passes", "reach"),
    [
        (Comb((0.5,)), 9, 1, 1),
        (Comb((0.5, 0.25)), 19, 2, 3),
        (Comb((0.5, 0.25, 0.125)), 29, 3, 7),
    ],
)
def test_costs_of_combs(filter_: Comb, fetches: int, passes: int, reach: int) -> None:
    plan = lower(filter_, light="linear", border="clamp")
    assert (plan.fetches, len(plan.passes), plan.reach) == (fetches, passes, reach)
    assert plan.cost == fetches + 4 * (passes - 1)


@pytest.mark.parametrize(("family", "size"), EVERY, ids=[f"{f.name}-{s}" for f, s in EVERY])
def test_impulse_response_of_every_plan_is_the_filters_kernel(family, size: Size) -> None:
    target = Target(parse_blur("gaussian:0.8"), Noise(2 / 255), Ar1())
    found = fit(target, family, size)
    plan = with_single_floats(lower(found, light="encoded", border="zero"))
    kernel = found.kernel()
    impulse = np.zeros((*kernel.shape, 1))
    impulse[len(kernel) // 2, len(kernel) // 2] = 1.0
    response = interpret.colour(plan, impulse, {"strength": 1.0})[:, :, 0]
    np.testing.assert_allclose(response, kernel, atol=KERNEL_TOLERANCE)


@given(
    st.lists(st.floats(-3, 3), min_size=5, max_size=5),
    st.sampled_from(["clamp", "mirror", "wrap"]),  # black outside is not grey
)
def test_flat_grey_stays_flat(weights: list[float], border) -> None:
    taps = np.zeros((3, 3))
    taps.flat[:4], taps.flat[8:4:-1] = weights[:4], weights[:4]
    fir = Fir(tuple(map(tuple, with_unit_sum(taps).tolist())))
    plan = lower(fir, light="linear", border=border)
    grey = np.full((4, 5), 77, np.uint8)
    assert np.array_equal(interpret.run(plan, grey), grey)


def test_intermediate_format_follows_the_weight_on_it() -> None:
    def first(coefficients: tuple[float, ...], light) -> str:
        return lower(Comb(coefficients), light=light, border="clamp").passes[0].store

    assert first((0.25, 0.25), "encoded") == "16f"
    assert first((9.0, -7.0), "encoded") == "32f"
    assert first((0.5, 0.5), "linear") == "32f"
