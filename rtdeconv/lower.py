"""Lowering: filters to plans."""

from __future__ import annotations

from functools import singledispatch

import numpy as np

from rtdeconv.filters import Comb, Filter, Fir, GaussianLaplacian
from rtdeconv.filters.comb import BINOMIAL
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.plan import (
    STRENGTH,
    Border,
    Mix,
    Pass,
    Plan,
    Store,
    Texel,
    Value,
    WeightedSum,
)


def lower(filter_: Filter, *, light: Light, border: Border) -> Plan:
    """The plan that runs ``filter_``: its passes, the last mixed with the source by `STRENGTH`."""
    sums = _passes(filter_)
    result = Mix(Texel(0, 0, 0), sums[-1], Value(STRENGTH.name))
    between = zip(sums[:-1], _stores(sums, light), strict=True)
    return Plan(
        (*(Pass(total, store) for total, store in between), Pass(result, "target")),
        border=border,
        light=light,
    )


@singledispatch
def _passes(filter_: Filter) -> list[WeightedSum]:
    """What each pass adds up, in order; pass k writes image k."""
    raise TypeError(f"no lowering for {type(filter_).__name__}")


@_passes.register(Fir)
@_passes.register(GaussianLaplacian)
def _one_pass(filter_: Fir | GaussianLaplacian) -> list[WeightedSum]:
    return [_sum([(0, filter_.kernel(), 1)])]


@_passes.register
def _comb(filter_: Comb) -> list[WeightedSum]:
    """Band k is image k minus its binomial at distance 2^k; the last binomial needs no image.

    Collected by image: the source weighs 1 + c1, image k weighs c_{k+1} - c_k, and the last image
    also carries -c_n times its dilated binomial.
    """
    c = filter_.coefficients
    last = len(c) - 1
    lows = [_sum([(k, BINOMIAL, 2**k)]) for k in range(last)]
    one = np.ones((1, 1))
    weights = [1 + c[0], *(c[k] - c[k - 1] for k in range(1, len(c)))]
    final = [(k, weight * one, 1) for k, weight in enumerate(weights)]
    return [*lows, _sum([*final, (last, -c[last] * BINOMIAL, 2**last)])]


def _sum(kernels: list[tuple[int, Array, int]]) -> WeightedSum:
    """(image, odd square taps, distance) added up: texels merged, zeros dropped, centre first."""
    merged: dict[Texel, float] = {}
    for image, taps, distance in kernels:
        radius = len(taps) // 2
        for y, x in np.ndindex(taps.shape):
            texel = Texel(image, (x - radius) * distance, (y - radius) * distance)
            merged[texel] = merged.get(texel, 0.0) + float(taps[y, x])
    kept = [(weight, texel) for texel, weight in merged.items() if weight or _is_centre(texel)]
    return WeightedSum(tuple(sorted(kept, key=_reading_order)))


def _is_centre(texel: Texel) -> bool:
    return (texel.dx, texel.dy) == (0, 0)


def _reading_order(term: tuple[float, Texel]) -> tuple[float, ...]:
    """By image, then outward, taps of equal weight side by side."""
    weight, t = term
    near, far = sorted((abs(t.dx), abs(t.dy)))
    return (t.image, t.dx**2 + t.dy**2, far, near, weight, t.dy, t.dx)


def _stores(sums: list[WeightedSum], light: Light) -> list[Store]:
    """Formats of the images between passes: half floats where their rounding stays invisible.

    One step of a half is up to 2^-11 below 1. Times the weights on its way to the result, summed
    over every way (a walk from the result back), it must come to at most one such step. In linear
    light a dark result beside a bright edge is then encoded with a slope of 12.92, which makes the
    step a code and a half of 255, so none is safe there.
    """
    reach = [0.0] * len(sums) + [STRENGTH.high]
    for number in range(len(sums), 0, -1):
        for weight, texel in sums[number - 1].terms:
            reach[texel.image] += abs(weight) * reach[number]
    safe = light == "encoded"
    return ["16f" if safe and gain <= 1.0 else "32f" for gain in reach[1:-1]]
