"""Full 2-D least-squares FIR."""

from __future__ import annotations

import numpy as np

from rtdeconv.filters import MAX_RADIUS, Fir, fir_of
from rtdeconv.filters.orbits import Orbit, orbit_kernels, orbits
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.target import Sampled


def fit_fir(at: Sampled, size: Size) -> Fir:
    """The FIR of least weighted error with ``size.taps`` a side."""
    assert size.taps is not None
    return fir_on(orbits(size.taps // 2, at.symmetry), at)


def fir_on(chosen: list[Orbit], at: Sampled) -> Fir:
    """The FIR of least weighted error whose taps lie on ``chosen`` and at the centre."""
    kernels = orbit_kernels(chosen)
    taps = np.tensordot(solve(kernels, at), kernels, 1)
    taps[len(taps) // 2, len(taps) // 2] += 1.0
    return fir_of(taps)


FAMILY = Family(
    name="fir",
    describes="full 2-D FIR, every tap of a square free",
    counts="taps (per side)",
    sizes=tuple(Size(taps=n) for n in range(3, 2 * MAX_RADIUS + 2, 2)),
    usual=Size(taps=5),
    structure=Fir,
    fit=fit_fir,
)
