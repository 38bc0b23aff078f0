"""The levels beside an edge, from where neither its blur nor a sharpener's halo reaches.

A fit of the whole profile that also moves its slopes takes a halo for uneven lighting. Straight
lines through the far flats do not, and are led on to the edge.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge.samples import Beside
from rtdeconv.grid import Array
from rtdeconv.light import decode

HALO_SIGMAS, HALO_PX = 3.0, 4.0
"""A blur ends at 3 sigma; the halo of a sharpener of a px or two, 4 px on."""

LEAST_ROWS: Final = 0.75
"""Share of the rows on which a flat is seen."""

FLAT_PX: Final = 4.0
"""A flat narrower than that tells no slope: then less is left to the halo."""


def halo_px(sigma_px: float, reach_px: float) -> float:
    """How far from the edge the flats begin, in a region that reaches ``reach_px``."""
    return min(HALO_SIGMAS * sigma_px + HALO_PX, max(reach_px - FLAT_PX, reach_px / 2))


def levels_of(pixels: Beside, d_px: Array, away_px: float, counts: Array) -> Array:
    """Levels lo, hi and slopes u, v in light, of all rows and of each resample: (1 + n, 4).

    Of ``pixels`` at ``d_px`` that lie farther than ``away_px`` from the edge; ``counts`` (n, rows).
    Raises ValueRefused where a side has none.
    """
    lit = decode(pixels.samples.values, pixels.samples.light)
    everything = np.vstack([np.ones(counts.shape[1]), counts])
    sides = []
    for on in (d_px < -away_px, d_px > away_px):
        if len(np.unique(pixels.row_of[on])) < LEAST_ROWS * counts.shape[1]:
            raise ValueRefused(
                f"an edge is measured between two flats, which begin {away_px:.0f} px beside this "
                "one; mark a wider region with the edge in its middle"
            )
        sides.append(_lines(pixels.row_of[on], d_px[on], lit[on], everything))
    (lo, u), (hi, v) = sides
    return np.stack([lo, hi, u, v], axis=1)


def _lines(rows: NDArray[np.intp], d: Array, lit: Array, counts: Array) -> tuple[Array, Array]:
    """Value at 0 and slope of the straight line through each resample's pixels."""
    mean = float(d.mean())
    off = d - mean
    n, x, xx, y, xy = (
        counts @ np.bincount(rows, of, counts.shape[1])
        for of in (np.ones_like(d), off, off * off, lit, off * lit)
    )
    slope = (n * xy - x * y) / np.maximum(n * xx - x * x, 1e-9)
    return (y - slope * x) / np.maximum(n, 1) - slope * mean, slope
