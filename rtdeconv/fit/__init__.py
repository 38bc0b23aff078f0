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
from rtdeconv.fit.family import Family, Size
from rtdeconv.target import Target, Weight, sampled

__all__ = ["AT_RUN_TIME", "FAMILIES", "Family", "Size", "family_named", "fit", "peak_gain"]

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

GAIN_ROUNDS = 6
"""Bisections of the clip: 1/64 of the gain's range is finer than anyone sees."""

OVERSHOOT_HAIR = 1e-3
"""What rounding a family's taps may add to an overshoot, as a fraction of the step."""


def family_named(name: str) -> Family:
    """The registered family; raises ValueRefused, the nearest name suggested."""
    stem = name.partition(":")[0]
    if stem == "polynomial" and stem != name:
        return polynomial.named_polynomial(name)
    if stem == "tunable":
        return tunable.named_tunable(name)
    if name not in FAMILIES:
        raise unknown_name("method", name, (*FAMILIES, "tunable", "auto"))
    return FAMILIES[name]


def fit(target: Target, family: Family, size: Size, weight: Weight = "mse") -> Filter:
    """The filter of ``family`` and ``size`` nearest to ``target``, its limits obeyed.

    With ``target.max_gain`` set, the *fitted* filter's peak gain obeys it: a fit overshoots a
    clipped target, so the clip is tightened until the fit's own peak is under it.
    """
    if size not in family.sizes:
        known = ", ".join(str(s) for s in family.sizes)
        raise ValueRefused(f"{family.counts} of {family.name} is one of {known}, not {size}")
    found = family.fit(sampled(target, weight), size)
    if target.max_gain is not None and peak_gain(found) > target.max_gain:
        found = _under_gain(target, target.max_gain, family, size, weight)
    limit = target.max_overshoot
    if limit is not None and overshoot(found.kernel(), target.blur.psf()) > limit + OVERSHOOT_HAIR:
        raise ValueRefused(
            f"no {family.name} {size} keeps its overshoot under {limit:g}; "
            "raise --max-overshoot or choose another method"
        )
    return found


def _under_gain(target: Target, limit: float, family: Family, size: Size, weight: Weight) -> Filter:
    """Bisects for the largest clip whose fit keeps its own peak under ``limit``."""

    def clipped(cap: float) -> Filter:
        return family.fit(sampled(replace(target, max_gain=cap), weight), size)

    low, high, best = 1.0, limit, clipped(1.0)
    if peak_gain(best) > limit:
        raise ValueRefused(
            f"no {family.name} {size} keeps its gain under "
            f"{limit:g}; raise --max-gain or choose another method"
        )
    for _ in range(GAIN_ROUNDS):
        cap = (low + high) / 2
        found = clipped(cap)
        if peak_gain(found) <= limit:
            low, best = cap, found
        else:
            high = cap
    return best


def peak_gain(filter_: Filter) -> float:
    """Largest |G|, over a 256 x 256 DFT grid of the taps, Nyquist included."""
    return float(np.max(np.abs(np.fft.rfft2(filter_.kernel(), (256, 256)))))
