"""The pixels beside an edge's line, as what least squares and the profile take."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge.line import Line
from rtdeconv.estimate.edge.solver import Samples
from rtdeconv.grid import Array
from rtdeconv.light import Light

LEAST_FLAT_PX: Final = 6
"""That the region holds on either side of the edge, on the rows that are used."""

MOST_FLAT_PX: Final = 48
FINE_PX: Final = 1 / 16
"""Bins for trying further blurs: within one, a profile is a straight line."""


@dataclass(frozen=True, eq=False)
class Beside:
    """Pixels within ``reach_px`` of a line; ``row_of`` numbers their rows, ``place`` is where they
    lie in the region, (y, x) of shape (2, n)."""

    samples: Samples
    row_of: NDArray[np.intp]
    place: NDArray[np.intp]
    reach_px: float
    kept_rows: NDArray[np.intp]
    """Which of all rows beside the line those are."""

    @property
    def rows(self) -> int:
        """How many."""
        return int(self.row_of[-1]) + 1


def beside(grey: Array, line: Line, light: Light, most_px: float = MOST_FLAT_PX) -> Beside:
    """Pixels of ``grey`` (H, W) up to ``most_px`` beside ``line``; raises ValueRefused where the
    region is too narrow.

    Of the half of the rows that keep farthest from the region's sides, or more.
    """
    x = line.at(line.rows)
    room = np.minimum(x, grey.shape[1] - 1 - x)
    cos = math.cos(math.radians(line.angle_deg))
    reach = min(float(np.quantile(room, 0.1)) * cos, most_px)
    if reach < LEAST_FLAT_PX:
        raise ValueRefused(
            f"an edge needs {LEAST_FLAT_PX} px on either side within its region, not "
            f"{max(reach, 0):.0f}; mark a wider one"
        )
    rows = line.rows[room * cos >= reach]
    start = np.rint(line.at(rows)).astype(np.intp)
    offsets = np.arange(-math.floor(reach), math.floor(reach) + 1)
    at = start[:, None] + offsets
    row = np.broadcast_to(rows[:, None], at.shape)
    inside = (at >= 0) & (at < grey.shape[1])
    y, xs = row[inside], at[inside]
    t = (y - line.middle) / len(grey)
    d = line.rising * cos * (xs - line.at(y))
    one = np.full_like(d, -line.rising * cos)
    moves = np.array([one, one * t, one * t * t])
    number = np.broadcast_to(np.arange(len(rows))[:, None], at.shape)[inside]
    samples = Samples(d, moves, grey[y, xs], np.ones(len(d)), line.angle_deg, light)
    return Beside(samples, number, np.array([y, xs]), reach, np.arange(len(rows)))


def within(pixels: Beside, reach_px: float) -> Beside:
    """Those nearer to the edge than ``reach_px``."""
    kept = np.abs(pixels.samples.d_px) <= reach_px
    return _kept(replace(pixels, reach_px=min(reach_px, pixels.reach_px)), kept)


def of_rows(pixels: Beside, rows: NDArray[np.bool_]) -> Beside:
    """Those of the rows marked, numbered anew."""
    kept = _kept(pixels, rows[pixels.row_of])
    number = (np.cumsum(rows) - 1)[kept.row_of]
    return replace(kept, row_of=number, kept_rows=pixels.kept_rows[rows])


def _kept(pixels: Beside, kept: NDArray[np.bool_]) -> Beside:
    s = pixels.samples
    fewer = replace(
        s,
        d_px=s.d_px[kept],
        moves=s.moves[:, kept],
        values=s.values[kept],
        weight=s.weight[kept],
    )
    return replace(pixels, samples=fewer, row_of=pixels.row_of[kept], place=pixels.place[:, kept])


def binned(samples: Samples, d_px: Array) -> tuple[Samples, float]:
    """Means in bins of FINE_PX, the edge as it lies, and the squares within the bins.

    ``d_px``: where the samples are. Only the whole edge can still be moved.
    """
    cell = np.floor(d_px / FINE_PX).astype(np.intp)
    cell -= cell.min()
    number = np.bincount(cell)
    used = number > 0
    place, values, squared = (
        np.bincount(cell, of)[used] / number[used]
        for of in (d_px, samples.values, samples.values**2)
    )
    weight = number[used].astype(np.float64)
    lost = float(weight @ (squared - values**2))
    moves = np.full((1, len(place)), 1.0)
    return replace(samples, d_px=place, moves=moves, values=values, weight=weight), lost
