"""Plans with bilinear samples, drawn at random, and how far GL may be off on them."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import strategies as st
from worked_plans import SINGLE_FLOATS

from rtdeconv.bilinear import SUBTEXEL
from rtdeconv.light import Light
from rtdeconv.plan import (
    STRENGTH,
    Border,
    Fetch,
    Mix,
    Pass,
    Plan,
    Sample,
    Texel,
    Value,
    WeightedSum,
    weighted_sums,
)
from rtdeconv.rewrite import with_copy_first

REACH = 3

PLACED = 1e-5
"""Largest difference in the filter's light where weights come to 1 and two passes sample: GL gets a
position as a float32 share of the size, 40 px * 2^-24 px off, twice over, between neighbours that
differ by 1."""


def tolerance(plan: Plan) -> float:
    """Largest difference of float pictures on the encoded scale: SINGLE_FLOATS, and PLACED under
    the plan's weights. The sRGB curve is 12.92 steep, and a square root near 0 is that of it; in PQ
    `apart` allows for both."""
    if not plan.sampled_images:
        return SINGLE_FLOATS[plan.light]
    sums = [total for one in plan.passes for total in weighted_sums(one.expr)]
    placed = PLACED * math.prod(max(1.0, sum(abs(w) for w, _ in one.terms)) for one in sums)
    return SINGLE_FLOATS[plan.light] + on_codes(placed, plan.light)


def on_codes(error: float, light: Light) -> float:
    """What an error in the filter's light may be on the encoded scale, where the curve is
    steepest."""
    encoded = {
        "encoded": error,
        "linear": 12.92 * error,
        "gamma2": math.sqrt(error),
        "pq": 0.0,
        "hlg": math.sqrt(3 * error),
    }
    return encoded[light]


@st.composite
def sampled_plans(draw: st.DrawFn, border: Border, light: Light) -> Plan:
    """One or two passes that read pixels and between pixels, behind a copy where it takes one."""
    first, second = draw(sums(0)), draw(st.none() | sums(1))
    between = [Pass(first, "32f")] if second is not None else []
    result = Mix(Texel(0, 0, 0), second or first, Value(STRENGTH.name))
    passes = (*between, Pass(result, "target"))
    if light != "encoded":
        passes = with_copy_first(passes)
    return Plan(passes, border=border, light=light)


@st.composite
def sums(draw: st.DrawFn, image: int) -> WeightedSum:
    """2..5 fetches of ``image``, the first between pixels; absolute weights come to at most 1."""
    fetches = [draw(samples(image)), *draw(st.lists(fetches_of(image), min_size=1, max_size=4))]
    weights = [draw(st.floats(-1, 1, width=32)) / len(fetches) for _ in fetches]
    return WeightedSum(tuple(zip(weights, fetches, strict=True)))


def samples(image: int) -> st.SearchStrategy[Sample]:
    """Anywhere within REACH, whole pixels included."""
    steps = st.integers(-REACH * SUBTEXEL, REACH * SUBTEXEL)
    return st.builds(lambda dx, dy: Sample(image, dx / SUBTEXEL, dy / SUBTEXEL), steps, steps)


def fetches_of(image: int) -> st.SearchStrategy[Fetch]:
    """Samples and texels within REACH."""
    offsets = st.integers(-REACH, REACH)
    texels: Any = st.builds(lambda dx, dy: Texel(image, dx, dy), offsets, offsets)
    return samples(image) | texels
