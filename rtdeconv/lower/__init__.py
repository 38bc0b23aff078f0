"""Lowering: filters to plans."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from rtdeconv.filters import (
    Comb,
    DeltaSeparable,
    Fetches,
    Filter,
    Fir,
    GaussianLaplacian,
    MergedComb,
    Polynomial,
    Separable,
    fir_of,
)
from rtdeconv.filters.adaptive import ActivityFir
from rtdeconv.filters.comb import BINOMIAL
from rtdeconv.filters.tunable import TunableComb
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.lower.adaptive import adaptive_plan
from rtdeconv.lower.terms import Term, summed, taps
from rtdeconv.lower.tunable import tunable_plan
from rtdeconv.plan import (
    STRENGTH,
    Border,
    Mix,
    Pass,
    Plan,
    Sample,
    Store,
    Texel,
    Value,
    WeightedSum,
    fetch_at,
)
from rtdeconv.rewrite import with_copy_first


def lower(filter_: Filter, *, light: Light, border: Border) -> Plan:
    """The plan that runs ``filter_``: its passes, the last mixed with the source by `STRENGTH`.

    Hardware would interpolate encoded values, so a filter that samples the source between pixels
    gets a first pass that decodes it, where the light asks for that.
    """
    if isinstance(filter_, TunableComb):
        return tunable_plan(filter_, light=light, border=border)
    if isinstance(filter_, ActivityFir) and filter_.classes > 1:
        return adaptive_plan(filter_, light=light, border=border)
    sums = _passes(filter_)
    between = zip(sums[:-1], _stores(sums, light), strict=True)
    result = Mix(Texel(0, 0, 0), sums[-1], Value(STRENGTH.name))
    passes = (*(Pass(total, store) for total, store in between), Pass(result, "target"))
    if light != "encoded" and any(_samples_source(total) for total in sums):
        passes = with_copy_first(passes)
    return Plan(passes, border=border, light=light)


def _samples_source(total: WeightedSum) -> bool:
    return any(isinstance(fetch, Sample) and fetch.image == 0 for _, fetch in total.terms)


@singledispatch
def _passes(filter_: Filter) -> list[WeightedSum]:
    """What each pass adds up, in order; pass k writes image k."""
    raise TypeError(f"no lowering for {type(filter_).__name__}")


@_passes.register(Fir)
@_passes.register(GaussianLaplacian)
def _one_pass(filter_: Fir | GaussianLaplacian) -> list[WeightedSum]:
    return [summed(taps(0, filter_.kernel()))]


@_passes.register
def _one_class(filter_: ActivityFir) -> list[WeightedSum]:
    return _one_pass(fir_of(filter_.kernel()))


@_passes.register
def _fetches(filter_: Fetches) -> list[WeightedSum]:
    return [summed([(weight, fetch_at(0, dx, dy)) for weight, dx, dy in filter_.samples])]


@_passes.register
def _separable(filter_: Separable) -> list[WeightedSum]:
    return [summed(taps(0, _column(filter_.rows))), summed(taps(1, _row(filter_.columns)))]


@_passes.register
def _delta_separable(filter_: DeltaSeparable) -> list[WeightedSum]:
    """One pass down for each term, then the source and every term's line along."""
    total = sum(amount for amount, *_ in filter_.terms)
    final: list[Term] = [(1 + total, Texel(0, 0, 0))]
    for image, (amount, _, columns) in enumerate(filter_.terms, start=1):
        final += taps(image, -amount * _row(columns))
    return [*(summed(taps(0, _column(rows))) for _, rows, _ in filter_.terms), summed(final)]


@_passes.register
def _comb(filter_: Comb) -> list[WeightedSum]:
    lows = [taps(k, BINOMIAL, 2**k) for k in range(len(filter_.coefficients))]
    return _banded(filter_.coefficients, lows)


@_passes.register
def _merged_comb(filter_: MergedComb) -> list[WeightedSum]:
    """Four samples between pixels average 2x2 each: together the binomial of distance 1."""
    lows = [taps(k, BINOMIAL, 2**k) for k in range(len(filter_.coefficients))]
    lows[0] = [(0.25, Sample(0, dx, dy)) for dy in (-0.5, 0.5) for dx in (-0.5, 0.5)]
    return _banded(filter_.coefficients, lows)


@_passes.register
def _polynomial(filter_: Polynomial) -> list[WeightedSum]:
    blur = np.array(filter_.taps)
    return _banded(filter_.coefficients, [taps(k, blur) for k in range(len(filter_.coefficients))])


def _banded(c: tuple[float, ...], lows: list[list[Term]]) -> list[WeightedSum]:
    """``1 + sum c_k (low_(k-1) - low_k)``, low_0 the source, low_k made from low_(k-1).

    Collected by image: the source weighs 1 + c1, image k weighs c_(k+1) - c_k; the last low-pass
    needs no image, the last pass adds -c_n times its taps itself.
    """
    weights = [1 + c[0], *(c[k] - c[k - 1] for k in range(1, len(c)))]
    final: list[Term] = [(weight, Texel(k, 0, 0)) for k, weight in enumerate(weights)]
    final += [(-c[-1] * weight, fetch) for weight, fetch in lows[-1]]
    return [*(summed(low) for low in lows[:-1]), summed(final)]


def _row(line: tuple[float, ...]) -> Array:
    return np.array(line)[None, :]


def _column(line: tuple[float, ...]) -> Array:
    return np.array(line)[:, None]


def _stores(sums: list[WeightedSum], light: Light) -> list[Store]:
    """Formats of the images between passes: half floats where their rounding stays invisible.

    One step of a half is up to 2^-11 below 1. Times the weights on its way to the result, summed
    over every way (a walk from the result back), it must come to at most one such step. In linear
    light a dark result beside a bright edge is then encoded with a slope of 12.92, which makes the
    step a code and a half of 255, so none is safe there; the other curves are steeper still.
    """
    reach = [0.0] * len(sums) + [STRENGTH.high]
    for number in range(len(sums), 0, -1):
        for weight, fetch in sums[number - 1].terms:
            reach[fetch.image] += abs(weight) * reach[number]
    safe = light == "encoded"
    return ["16f" if safe and gain <= 1.0 else "32f" for gain in reach[1:-1]]
