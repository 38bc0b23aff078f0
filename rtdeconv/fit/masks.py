"""FIRs on part of a square: crosses, diamonds, and taps chosen by what they are worth."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rtdeconv.filters import Fir
from rtdeconv.filters.orbits import Offset, Orbit, orbit_kernels, orbits
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.fir import fir_on
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

FREE_RADIUS = 3
EXHAUSTIVE = 10
"""Orbits of which every choice is tried: a thousand."""


def _masked(at: Sampled, radius: int, keep: Callable[[Offset], bool]) -> Fir:
    """Every tap of the square that ``keep`` names, its orbit with it."""
    chosen = [orbit for orbit in orbits(radius, at.symmetry) if all(map(keep, orbit))]
    return fir_on(chosen, at)


def fit_cross(at: Sampled, size: Size) -> Fir:
    """Taps on both axes alone."""
    assert size.taps is not None
    return _masked(at, (size.taps - 1) // 4, lambda offset: 0 in offset)


def fit_diamond(at: Sampled, size: Size) -> Fir:
    """Taps within a distance, counted along the axes: 5, 13, 25 of them."""
    assert size.taps is not None
    radius = next(r for r in range(1, 8) if 2 * r * (r + 1) + 1 == size.taps)
    return _masked(at, radius, lambda offset: sum(map(abs, offset)) <= radius)


def fit_free(at: Sampled, size: Size) -> Fir:
    """The best choice of at most ``size.taps`` taps of 7x7, whole orbits of them.

    All choices are tried where the blur is mirrored in all axes (9 orbits). Elsewhere one orbit
    after the other is dropped, each time the one whose absence costs least for its taps.
    """
    assert size.taps is not None
    kept = orbits(FREE_RADIUS, at.symmetry)
    gram, right = _normal_equations(kept, at)
    choose = _best_subset if len(kept) <= EXHAUSTIVE else _thinned
    costs = np.array([len(orbit) for orbit in kept])
    return fir_on([kept[k] for k in choose(gram, right, costs, size.taps - 1)], at)


def _normal_equations(kept: list[Orbit], at: Sampled) -> tuple[Array, Array]:
    responses = at.grid.responses(orbit_kernels(kept))
    weighted = responses.conj() * (at.fit_weight * at.grid.weight)
    return (weighted @ responses.T).real, (weighted @ (at.wanted - 1)).real


def _best_subset(gram: Array, right: Array, costs: Array, taps: int) -> list[int]:
    """Of all subsets of at most ``taps``, the one of least error: of greatest ``r^T A^-1 r``.

    Unknowns that are left out become rows and columns of the identity.
    """
    count = len(right)
    subsets = (np.arange(1, 2**count)[:, None] >> np.arange(count)) & 1
    subsets = subsets[subsets @ costs <= taps]
    systems = gram * subsets[:, :, None] * subsets[:, None, :]
    systems[:, np.arange(count), np.arange(count)] += 1 - subsets
    sides = right * subsets
    found = np.linalg.solve(systems, sides[:, :, None])[:, :, 0]
    best = int(np.argmax(np.sum(sides * found, axis=1)))
    return [int(k) for k in np.flatnonzero(subsets[best])]


def _thinned(gram: Array, right: Array, costs: Array, taps: int) -> list[int]:
    """Backward elimination: dropping c_k and refitting the rest costs ``c_k^2 / (A^-1)_kk``."""
    index = list(range(len(right)))
    while costs[index].sum() > taps:
        inverse = np.linalg.inv(gram[np.ix_(index, index)])
        found = inverse @ right[index]
        del index[int(np.argmin(found**2 / np.diag(inverse) / costs[index]))]
    return index


CROSS = Family(
    name="cross",
    describes="FIR on both axes alone",
    counts="taps (in all)",
    sizes=tuple(Size(taps=n) for n in (5, 9, 13, 17)),
    usual=Size(taps=5),
    structure=Fir,
    fit=fit_cross,
)
DIAMOND = Family(
    name="diamond",
    describes="FIR on a diamond of pixels",
    counts="taps (in all)",
    sizes=tuple(Size(taps=n) for n in (5, 13, 25, 41)),
    usual=Size(taps=13),
    structure=Fir,
    fit=fit_diamond,
)
FREE = Family(
    name="free",
    describes="FIR on those taps of 7x7 that are worth most",
    counts="taps (at most, in all)",
    sizes=tuple(Size(taps=n) for n in (5, 9, 13, 17, 21, 25, 29, 37)),
    usual=Size(taps=13),
    structure=Fir,
    fit=fit_free,
)
