"""Full 2-D least-squares FIR."""

from __future__ import annotations

import numpy as np

from rtdeconv.blur import Symmetry
from rtdeconv.filters import MAX_RADIUS, Fir, fir_of
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

Offset = tuple[int, int]
Orbit = list[Offset]


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


def orbits(radius: int, symmetry: Symmetry) -> list[Orbit]:
    """Sets of offsets (y, x) that share a weight, the centre left out."""
    reach = range(-radius, radius + 1)
    if symmetry == "none":
        return [[(y, x)] for y in reach for x in reach if (y, x) != (0, 0)]
    if symmetry == "point":
        return [[(y, x), (-y, -x)] for y in reach for x in reach if (y, x) > (0, 0)]
    first_octant = [(y, x) for y in range(1, radius + 1) for x in range(y + 1)]
    return [
        sorted({(s * p, t * q) for p, q in ((y, x), (x, y)) for s in (-1, 1) for t in (-1, 1)})
        for y, x in first_octant
    ]


def orbit_kernels(chosen: list[Orbit]) -> Array:
    """Basis taps, (k, n, n): a centre tap of 1 less an orbit's mean."""
    radius = max(abs(offset) for orbit in chosen for place in orbit for offset in place)
    kernels = np.zeros((len(chosen), 2 * radius + 1, 2 * radius + 1))
    kernels[:, radius, radius] = 1.0
    for kernel, orbit in zip(kernels, chosen, strict=True):
        for y, x in orbit:
            kernel[radius + y, radius + x] -= 1 / len(orbit)
    return kernels


FAMILY = Family(
    name="fir",
    describes="full 2-D FIR, every tap of a square free",
    counts="taps (per side)",
    sizes=tuple(Size(taps=n) for n in range(3, 2 * MAX_RADIUS + 2, 2)),
    usual=Size(taps=5),
    structure=Fir,
    fit=fit_fir,
)
