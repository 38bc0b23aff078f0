"""Lowering of filters that adapt: a pass for structure, then bands under their weights."""

from __future__ import annotations

from rtdeconv.activity import GATHERED, gauge
from rtdeconv.filters.adaptive import ActivityFir
from rtdeconv.light import Light
from rtdeconv.lower.terms import summed, taps
from rtdeconv.plan import (
    STRENGTH,
    Adapted,
    Band,
    Border,
    Mix,
    Pass,
    Plan,
    Structure,
    Texel,
    Value,
    WeightedSum,
    fetch_at,
    nine,
)


def adaptive_plan(filter_: ActivityFir, *, light: Light, border: Border) -> Plan:
    """Image 1 is the source's structure. Its numbers are ratios, so half floats hold them: an
    eleventh digit of a logarithm moves no weight."""
    by = gauge(filter_.noise_power, filter_.detail, light)
    mean = WeightedSum(tuple((weight, fetch_at(1, dx, dy)) for weight, dx, dy in GATHERED))
    here = Texel(0, 0, 0)
    result = Adapted(here, _bands(filter_), mean, nine(0))
    return Plan(
        (
            Pass(Structure(nine(0), by), "16f"),
            Pass(Mix(here, result, Value(STRENGTH.name)), "target"),
        ),
        border=border,
        light=light,
    )


def _bands(filter_: ActivityFir) -> tuple[Band, ...]:
    """One for each kernel of the filter's bank, with all its factors."""
    return tuple(
        Band(_without_zeros(summed(taps(0, kernel))), weights)
        for kernel, weights in zip(filter_.bank.kernels, filter_.weights, strict=True)
    )


def _without_zeros(total: WeightedSum) -> WeightedSum:
    return WeightedSum(tuple((weight, fetch) for weight, fetch in total.terms if weight))
