"""Full 2-D least-squares FIR."""

from __future__ import annotations

import numpy as np

from rtdeconv.blur import Symmetry
from rtdeconv.filters import Fir, with_unit_sum
from rtdeconv.fit.least_squares import coefficients
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

Offset = tuple[int, int]


def fit_fir(at: Sampled, taps: int) -> Fir:
    """The ``taps`` x ``taps`` FIR of least weighted error; every orbit of taps is one unknown.

    The basis of an orbit is 1 - its mean wave, that is a centre tap minus the orbit's mean.
    """
    radius = taps // 2
    orbits = _orbits(radius, at.symmetry)
    unknowns = coefficients([1 - _mean_wave(orbit, at) for orbit in orbits], at)
    kernel = np.zeros((taps, taps))
    kernel[radius, radius] = 1.0
    for unknown, orbit in zip(unknowns, orbits, strict=True):
        kernel[radius, radius] += unknown
        for y, x in orbit:
            kernel[radius + y, radius + x] -= unknown / len(orbit)
    return Fir(tuple(tuple(float(tap) for tap in row) for row in with_unit_sum(kernel)))


def _orbits(radius: int, symmetry: Symmetry) -> list[list[Offset]]:
    """Sets of offsets (y, x) that share a weight, the centre left out."""
    reach = range(-radius, radius + 1)
    if symmetry == "point":
        return [[(y, x), (-y, -x)] for y in reach for x in reach if (y, x) > (0, 0)]
    first_octant = [(y, x) for y in range(1, radius + 1) for x in range(y + 1)]
    return [
        sorted({(s * p, t * q) for p, q in ((y, x), (x, y)) for s in (-1, 1) for t in (-1, 1)})
        for y, x in first_octant
    ]


def _mean_wave(orbit: list[Offset], at: Sampled) -> Array:
    """Mean of cos(wy y + wx x) over the orbit."""
    waves = [np.cos(y * at.grid.wy + x * at.grid.wx) for y, x in orbit]
    return np.asarray(np.mean(waves, axis=0))
