"""Fitting a family to a target: one small file a family, one register of them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rtdeconv.errors import ValueRefused, unknown_name
from rtdeconv.filters import MAX_RADIUS, Filter
from rtdeconv.filters.comb import MAX_TERMS as MAX_COMB_TERMS
from rtdeconv.filters.gauss import SIGMAS_PX
from rtdeconv.fit.comb import fit_comb
from rtdeconv.fit.fir import fit_fir
from rtdeconv.fit.gauss import fit_gauss
from rtdeconv.target import Sampled, Target, Weight, sampled


@dataclass(frozen=True)
class Family:
    """A registered family: its name, what its size is called, the sizes there are, its fit."""

    name: str
    describes: str
    size_option: str
    sizes: tuple[int, ...]
    usual_size: int
    fit: Callable[[Sampled, int], Filter]


_ALL = (
    Family(
        name="fir",
        describes="full 2-D FIR, every tap of a square free",
        size_option="taps",
        sizes=tuple(range(3, 2 * MAX_RADIUS + 2, 2)),
        usual_size=5,
        fit=fit_fir,
    ),
    Family(
        name="gauss",
        describes="Gaussian-Laplacian sum, folded to one 11x11 kernel",
        size_option="terms",
        sizes=tuple(range(1, len(SIGMAS_PX) + 1)),
        usual_size=len(SIGMAS_PX),
        fit=fit_gauss,
    ),
    Family(
        name="comb",
        describes="a-trous comb Laplacian, one pass a band",
        size_option="terms",
        sizes=tuple(range(1, MAX_COMB_TERMS + 1)),
        usual_size=2,
        fit=fit_comb,
    ),
)

FAMILIES: dict[str, Family] = {family.name: family for family in _ALL}

GAIN_ROUNDS = 6
"""Bisections of the clip: 1/64 of the gain's range is finer than anyone sees."""


def family_named(name: str) -> Family:
    """The registered family; raises ValueRefused, the nearest name suggested."""
    if name not in FAMILIES:
        raise unknown_name("method", name, (*FAMILIES, "auto"))
    return FAMILIES[name]


def fit(target: Target, family: Family, size: int, weight: Weight = "mse") -> Filter:
    """The filter of ``family`` and ``size`` nearest to ``target``.

    With ``target.max_gain`` set, the *fitted* filter's peak gain obeys it: a fit overshoots a
    clipped target, so the clip is tightened until the fit's own peak is under it.
    """
    if size not in family.sizes:
        known = ", ".join(str(s) for s in family.sizes)
        raise ValueRefused(f"{family.size_option} of {family.name} is one of {known}, not {size}")
    found = family.fit(sampled(target, weight), size)
    if target.max_gain is None or peak_gain(found) <= target.max_gain:
        return found
    return _under_gain(target, target.max_gain, family, size, weight)


def _under_gain(target: Target, limit: float, family: Family, size: int, weight: Weight) -> Filter:
    """Bisects for the largest clip whose fit keeps its own peak under ``limit``."""

    def clipped(cap: float) -> Filter:
        return family.fit(sampled(target.capped(cap), weight), size)

    low, high, best = 1.0, limit, clipped(1.0)
    if peak_gain(best) > limit:
        raise ValueRefused(
            f"no {family.name} of {family.size_option} {size} keeps its gain under "
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
