"""Sets of taps that share a weight, and what they add up to: orbits of a symmetry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from rtdeconv.activity import Factor
from rtdeconv.blur import Symmetry
from rtdeconv.grid import Array

Offset = tuple[int, int]
Orbit = list[Offset]

ROUND: Final[tuple[Factor, ...]] = ("one", "cc+ss", "cc-ss")
"""Products of a direction that a turn by a quarter and a mirror leave alone."""

TURNING: Final[tuple[Factor, ...]] = ("c", "s", "2cs")
"""Those that it changes, as cos 2a, sin 2a and sin 4a of an angle a."""


def orbits(radius: int, symmetry: Symmetry) -> list[Orbit]:
    """Sets of offsets (y, x) that share a weight, the centre left out."""
    reach = range(-radius, radius + 1)
    if symmetry == "none":
        return [[(y, x)] for y in reach for x in reach if (y, x) != (0, 0)]
    if symmetry == "point":
        return [[(y, x), (-y, -x)] for y in reach for x in reach if (y, x) > (0, 0)]
    first_octant = [(y, x) for y in range(1, radius + 1) for x in range(y + 1)]
    return [_turned(place) for place in first_octant]


def _turned(place: Offset) -> Orbit:
    y, x = place
    return sorted({(s * p, t * q) for p, q in ((y, x), (x, y)) for s in (-1, 1) for t in (-1, 1)})


def orbit_kernels(chosen: Sequence[Orbit]) -> Array:
    """Basis taps, (k, n, n): a centre tap of 1 less an orbit's mean."""
    radius = max(abs(offset) for orbit in chosen for place in orbit for offset in place)
    kernels = np.zeros((len(chosen), 2 * radius + 1, 2 * radius + 1))
    kernels[:, radius, radius] = 1.0
    for kernel, orbit in zip(kernels, chosen, strict=True):
        for y, x in orbit:
            kernel[radius + y, radius + x] -= 1 / len(orbit)
    return kernels


@dataclass(frozen=True, eq=False)
class Bank:
    """Bands of a filter, taps (k, n, n) that add up to 0 each, and the factors of the direction
    that each may be weighed by.

    ``places``: an offset of each band's orbit, which names it in larger banks too.
    """

    kernels: Array
    places: tuple[Offset, ...]
    factors: tuple[tuple[Factor, ...], ...]

    @property
    def columns(self) -> list[tuple[Offset, Factor]]:
        """(place, factor) of every weight, band by band."""
        rows = zip(self.places, self.factors, strict=True)
        return [(place, factor) for place, names in rows for factor in names]


@lru_cache
def even_bank(radius: int, symmetry: Symmetry) -> Bank:
    """Orbits of a symmetry, whatever the direction."""
    chosen = orbits(radius, symmetry)
    places = tuple(orbit[0] for orbit in chosen)
    return Bank(orbit_kernels(chosen), places, (("one",),) * len(chosen))


@lru_cache
def turning_bank(radius: int) -> Bank:
    """The 8-fold orbits, and their taps with the signs of cos 2a, sin 2a and sin 4a of a tap's
    angle a, where these are not 0 all over.

    A weight that turns with the picture by quarters and mirrors is, band by band, a product of the
    direction's (c, s) of the band's own kind: so eight directions share what is learned.
    """
    even = even_bank(radius, "8-fold")
    kernels, places = [*even.kernels], [*even.places]
    factors: list[tuple[Factor, ...]] = [ROUND] * len(places)
    for kind in TURNING:
        for orbit in orbits(radius, "8-fold"):
            signs = [_sign(kind, *place) for place in orbit]
            if any(signs):
                kernel = np.zeros_like(kernels[0])
                for (y, x), sign in zip(orbit, signs, strict=True):
                    kernel[radius + y, radius + x] = sign / len(orbit)
                kernels.append(kernel)
                places.append(orbit[0])
                factors.append((kind,))
    return Bank(np.array(kernels), tuple(places), tuple(factors))


def _sign(kind: Factor, y: int, x: int) -> int:
    """Of cos 2a, sin 2a or sin 4a = 2 cos 2a sin 2a at the angle of (y, x)."""
    cos, sin = int(np.sign(x * x - y * y)), int(np.sign(x * y))
    return {"c": cos, "s": sin, "2cs": cos * sin}[kind]
