"""Lowering of tunable combs: two passes, the coefficients computed where they are used."""

from __future__ import annotations

from functools import singledispatch

from rtdeconv.filters.comb import BINOMIAL
from rtdeconv.filters.tunable import MAX_NOISE, MappedComb, RadialComb, TunableComb
from rtdeconv.light import Light
from rtdeconv.lower.terms import comb_bands, summed, taps
from rtdeconv.plan import (
    STRENGTH,
    Border,
    FromMap,
    Map,
    Mix,
    Parameter,
    Pass,
    Plan,
    Radial,
    Scalar,
    Texel,
    Tuned,
    Value,
)
from rtdeconv.rewrite import merge_taps
from rtdeconv.tuning import SIGMAS_PX

MAX_SCALE_PX = 20.0
"""Of a map's white; what lies beyond the widest blur is treated as that."""


def tunable_plan(filter_: TunableComb, *, light: Light, border: Border) -> Plan:
    """Image 1 is the source's binomial C1; ``band 1 = source - C1``, ``band 2 = C1 - C1 C2``.

    Coefficients reach 10, so image 1 is kept in single floats. Where the source may be sampled, C1
    takes 4 bilinear fetches.
    """
    low = summed(taps(0, BINOMIAL))
    here = Texel(0, 0, 0)
    bands = comb_bands()
    sigma, told, maps = _sigma(filter_)
    noise = Parameter("noise", filter_.noise, 0.0, MAX_NOISE, "noise, sigma on the 0..1 scale")
    tuned = Tuned(here, bands, filter_.solver, sigma, Value(noise.name))
    result = Mix(here, tuned, Value(STRENGTH.name))
    plan = Plan(
        (Pass(low, "32f"), Pass(result, "target")),
        border=border,
        light=light,
        parameters=(STRENGTH, *told, noise),
        maps=maps,
    )
    return merge_taps(plan)


@singledispatch
def _sigma(filter_: TunableComb) -> tuple[Scalar, tuple[Parameter, ...], tuple[Map, ...]]:
    """Where sigma comes from, and the parameters and maps that takes."""
    return Value("sigma"), (_blur("sigma", filter_.sigma_px, "blur, sigma in px"),), ()


@_sigma.register
def _radial(filter_: RadialComb) -> tuple[Scalar, tuple[Parameter, ...], tuple[Map, ...]]:
    middle = _blur("sigma", filter_.sigma_px, "blur in the middle, sigma in px")
    edge = _blur("sigma_at_edge", filter_.sigma_at_edge_px, "blur in the corners, sigma in px")
    return Radial(Value(middle.name), Value(edge.name)), (middle, edge), ()


@_sigma.register
def _mapped(filter_: MappedComb) -> tuple[Scalar, tuple[Parameter, ...], tuple[Map, ...]]:
    label = "sigma in px where the map is 1; above 2 is 2"
    scale = Parameter("sigma", filter_.sigma_px, 0.0, MAX_SCALE_PX, label)
    return FromMap("sigma", Value(scale.name)), (scale,), (Map("sigma", "blur"),)


def _blur(name: str, default: float, label: str) -> Parameter:
    return Parameter(name, default, 0.0, SIGMAS_PX[1], label)
