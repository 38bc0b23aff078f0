"""Lowering of filters that adapt: a pass for structure, then bands under their weights."""

from __future__ import annotations

from rtdeconv.activity import GATHERED, gauge
from rtdeconv.filters.adaptive import ActivityComb, ActivityFir
from rtdeconv.filters.comb import BINOMIAL
from rtdeconv.light import Light
from rtdeconv.lower.terms import comb_bands, summed, taps
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
from rtdeconv.rewrite import merge_taps


def adaptive_plan(filter_: ActivityFir, *, light: Light, border: Border) -> Plan:
    """A pass for structure and one for the result; a comb's low-pass comes before.

    Structure's numbers are ratios, so half floats hold them: an eleventh digit of a logarithm moves
    no weight. A low-pass is kept in single floats, as weights reach 10.
    """
    is_comb = isinstance(filter_, ActivityComb)
    lows = [Pass(summed(taps(0, BINOMIAL)), "32f")] if is_comb else []
    seen = Pass(Structure(nine(0), gauge(filter_.noise_power, filter_.detail, light)), "16f")
    number = len(lows) + 1
    mean = WeightedSum(tuple((weight, fetch_at(number, dx, dy)) for weight, dx, dy in GATHERED))
    here = Texel(0, 0, 0)
    totals = comb_bands() if is_comb else _fir_bands(filter_)
    bands = (Band(*pair) for pair in zip(totals, filter_.weights, strict=True))
    result = Mix(here, Adapted(here, tuple(bands), mean, nine(0)), Value(STRENGTH.name))
    plan = Plan((*lows, seen, Pass(result, "target")), border=border, light=light)
    return merge_taps(plan) if is_comb else plan


def _fir_bands(filter_: ActivityFir) -> list[WeightedSum]:
    return [_without_zeros(summed(taps(0, kernel))) for kernel in filter_.bank.kernels]


def _without_zeros(total: WeightedSum) -> WeightedSum:
    return WeightedSum(tuple((weight, fetch) for weight, fetch in total.terms if weight))
