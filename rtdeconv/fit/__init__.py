"""Fitting a family to a target: one small file a family, one register of them all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rtdeconv.edges import overshoot
from rtdeconv.errors import ValueRefused, unknown_name
from rtdeconv.filters import Filter
from rtdeconv.fit import (
    comb,
    delta_separable,
    fetch,
    fir,
    gauss,
    masks,
    merged,
    polynomial,
    separable,
    tunable,
)
from rtdeconv.fit.adaptive.families import KINDS as ADAPTIVE
from rtdeconv.fit.adaptive.families import named_adaptive
from rtdeconv.fit.family import Family, Size
from rtdeconv.light import Light
from rtdeconv.target import Target, Weight, sampled

__all__ = [
    "ADAPTING",
    "AT_RUN_TIME",
    "FAMILIES",
    "Family",
    "Size",
    "family_named",
    "fit",
    "peak_gain",
]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        fetch.FAMILY,
        fir.FAMILY,
        merged.FAMILY,
        masks.CROSS,
        masks.DIAMOND,
        masks.FREE,
        delta_separable.FAMILY,
        comb.FAMILY,
        comb.MERGED,
        separable.FAMILY,
        separable.FIRLS,
        gauss.FAMILY,
        polynomial.FAMILY,
        polynomial.STRONG,
        polynomial.MILD,
        delta_separable.UNSHARP,
    )
}

AT_RUN_TIME = tuple(map(tunable.named_tunable, ("tunable", "tunable:1.5", "tunable:map")))
"""Filters that are told the blur while they run: asked for by name, never chosen for their cost."""

ADAPTING = tuple(map(named_adaptive, ("activity", "activity:prior", "activity-comb", "oriented")))
"""Filters that follow what they see, asked for by name: what they gain has to be measured."""

GAIN_ROUNDS = 6
"""Clips tried, at most: 1/64 of the gain's range is finer than anyone sees."""

NEAR_LIMIT, NEAR_ENOUGH = 0.985, 0.97
"""Shares of the largest gain: aimed at, and taken."""

OVERSHOOT_HAIR = 1e-3
"""What rounding a family's taps may add to an overshoot, as a fraction of the step."""


def family_named(name: str) -> Family:
    """The registered family; raises ValueRefused, the nearest name suggested."""
    stem = name.partition(":")[0]
    if stem == "polynomial" and stem != name:
        return polynomial.named_polynomial(name)
    if stem == "tunable":
        return tunable.named_tunable(name)
    if stem in ADAPTIVE:
        return named_adaptive(name)
    if name not in FAMILIES:
        raise unknown_name("method", name, (*FAMILIES, "tunable", *ADAPTIVE, "auto"))
    return FAMILIES[name]


def fit(
    target: Target,
    family: Family,
    size: Size,
    weight: Weight = "mse",
    near: Filter | None = None,
    light: Light = "encoded",
) -> Filter:
    """The filter of ``family`` and ``size`` nearest to ``target``, its limits obeyed.

    ``light``: in which the filter works; only filters that adapt differ by it. A family that
    searches starts from ``near`` alone where that is given: quick, and good where the target has
    changed little.

    With ``target.max_gain`` set, the *fitted* filter's peak gain obeys it: a fit overshoots a
    clipped target, so the clip is tightened until the fit's own peak is under it.
    """
    if size not in family.sizes:
        known = ", ".join(str(s) for s in family.sizes)
        raise ValueRefused(f"{family.counts} of {family.name} is one of {known}, not {size}")
    if near is not None and family.moved is not None:
        moved = family.moved
        family = replace(family, fit=lambda at, size: moved(at, size, near))
    if family.lit is not None:
        lit = family.lit
        family = replace(family, fit=lambda at, size: lit(at, size, light))
    found = family.fit(sampled(target, weight), size)
    if target.max_gain is not None and (peak := peak_gain(found)) > target.max_gain:
        found = _under_gain(target, family, size, weight, peak)
    limit = target.max_overshoot
    if limit is not None and _overshoot(found, target) > limit + OVERSHOOT_HAIR:
        raise _unkept("overshoot", limit, family, size)
    return found


def _overshoot(filter_: Filter, target: Target) -> float:
    """The worst over the sizes that the blur may have."""
    kernel = filter_.kernel()
    return max(overshoot(kernel, blur.psf()) for _, blur in target.sizes)


def _unkept(what: str, limit: float, family: Family, size: Size) -> ValueRefused:
    name = f"{family.name} {size}".strip()
    return ValueRefused(
        f"{name}, as it is fitted, does not keep its {what} under {limit:g}; raise --max-{what} "
        f"or choose another method"
    )


def _under_gain(
    target: Target, family: Family, size: Size, weight: Weight, peak_high: float
) -> Filter:
    """The fit to the largest clip that keeps its own peak under ``target.max_gain``, or near to it.

    The next clip is where the peak would meet the limit if it rose straight from 1 at a clip of 1
    to ``peak_high`` at the limit, kept well inside of what is left.
    """
    assert target.max_gain is not None
    limit, best = target.max_gain, None
    low, peak_low, high = 1.0, 1.0, limit
    for _ in range(GAIN_ROUNDS if limit > 1 else 0):
        share = (NEAR_LIMIT * limit - peak_low) / max(peak_high - peak_low, 1e-9)
        cap = low + float(np.clip(share, 0.1, 0.9)) * (high - low)
        found = family.fit(sampled(replace(target, max_gain=cap), weight), size)
        peak = peak_gain(found)
        if peak > limit:
            high, peak_high = cap, peak
            continue
        low, peak_low, best = cap, peak, found
        if peak >= NEAR_ENOUGH * limit:
            break
    if best is None:
        best = family.fit(sampled(replace(target, max_gain=1.0), weight), size)
        if peak_gain(best) > limit:
            raise _unkept("gain", limit, family, size)
    return best


def peak_gain(filter_: Filter) -> float:
    """Largest |G|, over a 256 x 256 DFT grid of the taps, Nyquist included."""
    return float(np.max(np.abs(np.fft.rfft2(filter_.kernel(), (256, 256)))))
