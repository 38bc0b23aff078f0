"""Where an edge runs: the centroid of each row's first difference, and a line through them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.grid import Array

LEAST_DEG, MOST_DEG = 2.0, 12.0
"""Off the axis: below, too few phases of the pixel grid; above, rows mix the two directions."""

LEAST_CONTRAST: Final = 0.05
"""Of display-encoded values."""

LEAST_ROWS: Final = 20
LEAST_SHARE: Final = 0.5
"""Of the rows, that must be usable."""

REACH_PX: Final = 12
"""The centroid is taken of so many pixels on either side."""

SMOOTHED_PX: Final = 5
"""Of a row, before its steepest place is looked for."""

OFF_PX: Final = 1.5
"""Rows whose centroid is farther from the line are left out: dust, scratches, another edge."""

REJECTIONS: Final = 3
"""Rounds of it."""

STRAIGHT_PX: Final = 0.6
"""The usual distance of a row's centroid from the line; more is no straight edge, or noise."""

BENT: Final = 0.02
"""Of the length, that distortion may bend the edge by."""


HALO_PX: Final = 6
"""A sharpener's halo ends within; the flats go on beyond."""

CLIPPED_FLAT: Final = 0.1
"""Share of its pixels; below, the flat itself does not clip."""


class HaloClips(ValueRefused):
    """An edge that clips beside it though its flats do not: it was sharpened."""


@dataclass(frozen=True, eq=False)
class Line:
    """x = c0 + c1 t + c2 t^2 on row r, t = r - ``middle``; ``coefficients`` are c0, c1, c2.

    ``rows``: the rows of which it is believed. ``rising``: 1 where the right side is the brighter
    one, else -1.
    """

    coefficients: tuple[float, float, float]
    middle: float
    rows: NDArray[np.intp]
    rising: int

    def at(self, rows: Array | NDArray[np.intp]) -> Array:
        """x on ``rows``."""
        t = rows - self.middle
        c0, c1, c2 = self.coefficients
        return np.asarray(c0 + c1 * t + c2 * t * t)

    def moved(self, moves: Array, height: int) -> Line:
        """By ``moves`` px, px a height, px a height^2 in the powers of t."""
        scale = float(height) ** np.arange(3)
        c0, c1, c2 = np.array(self.coefficients) + moves / scale
        return replace(self, coefficients=(float(c0), float(c1), float(c2)))

    @property
    def bow_px(self) -> float:
        """How far the ends lie off the tangent at the middle."""
        return self.coefficients[2] * self.middle**2

    @property
    def angle_deg(self) -> float:
        """Off the axis of the rows' number, positive where x grows with it."""
        return math.degrees(math.atan(self.coefficients[1]))


def runs_across(grey: Array) -> bool:
    """Whether the edge in ``grey`` is nearer to horizontal: then its rows are the columns."""
    down, right = (np.abs(_net_change(grey, axis)).mean() for axis in (0, 1))
    return bool(down > right)


def _net_change(grey: Array, axis: int) -> Array:
    """From end to end: bars and specks, which come and go, have none."""
    first = np.take(grey, range(SMOOTHED_PX), axis).mean(axis)
    return np.asarray(np.take(grey, range(-SMOOTHED_PX, 0), axis).mean(axis) - first)


def fitted_line(grey: Array, clipped: NDArray[np.bool_]) -> Line:
    """The line of a nearly vertical edge in ``grey`` (H, W); raises ValueRefused."""
    smooth = _boxed(grey, 1)
    difference = np.diff(smooth, axis=1)
    rising = 1 if difference.sum() >= 0 else -1
    _check_contrast(smooth)
    rows = np.arange(len(grey))
    steepest = np.argmax(rising * difference, axis=1) + SMOOTHED_PX / 2
    slope = _median_slope(steepest)
    line = Line((_median(steepest - slope * rows), slope, 0.0), 0.0, rows, rising)
    for order in (1, 2, 2):
        centres, believed = _centroids(grey, line)
        line = _through(rows[believed], centres[believed], order, rising, len(rows))
    _check_straight(centres - line.at(rows), believed)
    _check_line(line, clipped)
    unclipped = _unclipped(line, clipped)
    return Line(line.coefficients, line.middle, line.rows[unclipped[line.rows]], rising)


def _boxed(grey: Array, axis: int) -> Array:
    """Means of SMOOTHED_PX neighbours."""
    total = np.cumsum(grey, axis=axis)
    size = grey.shape[axis]
    upper = np.take(total, range(SMOOTHED_PX, size), axis)
    return np.asarray((upper - np.take(total, range(size - SMOOTHED_PX), axis)) / SMOOTHED_PX)


def _median(values: Array) -> float:
    return float(np.median(values))


def _median_slope(places: Array) -> float:
    """Of all pairs half the rows apart: right while fewer than a quarter of rows are wrong."""
    half = len(places) // 2
    return _median(places[half:] - places[: len(places) - half]) / half


def _check_contrast(smooth: Array) -> None:
    low, high = np.quantile(smooth, (0.05, 0.95))
    if high - low < LEAST_CONTRAST:
        raise ValueRefused(
            f"an edge needs a contrast of at least {LEAST_CONTRAST:g} of white, not "
            f"{high - low:.3f}; mark a stronger one"
        )


def _centroids(grey: Array, line: Line) -> tuple[Array, NDArray[np.bool_]]:
    """Of each row's difference under a Hann window about ``line``, and which rows have one."""
    rows = np.arange(len(grey))
    starts = np.rint(line.at(rows) - 0.5).astype(np.intp)
    at = starts[:, None] + np.arange(-REACH_PX, REACH_PX + 1)
    inside = (at >= 0) & (at < grey.shape[1] - 1)
    at = np.clip(at, 0, grey.shape[1] - 2)
    steps = line.rising * (grey[rows[:, None], at + 1] - grey[rows[:, None], at]) * inside
    place = at + 0.5
    off = place - line.at(rows)[:, None]
    steps = steps * np.cos(np.clip(off / (REACH_PX + 1), -1, 1) * math.pi / 2) ** 2
    total = steps.sum(1)
    believed = (total > 0.4 * max(_median(total), 1e-9)) & (inside.sum(1) > REACH_PX)
    return (steps * place).sum(1) / np.where(believed, total, 1.0), believed


def _through(rows: NDArray[np.intp], centres: Array, order: int, rising: int, height: int) -> Line:
    """The polynomial through ``centres``, rows far from it left out; raises ValueRefused."""
    kept = np.ones(len(rows), bool)
    middle = (height - 1) / 2
    for _ in range(REJECTIONS):
        if kept.sum() < max(LEAST_ROWS, LEAST_SHARE * height):
            raise ValueRefused(
                f"a straight edge is found on at least {LEAST_SHARE:.0%} of the rows and "
                f"{LEAST_ROWS} of them, not on {int(kept.sum())} of {height}; mark a region that "
                f"one edge crosses from end to end"
            )
        t = rows - middle
        found = polynomial(t[kept], centres[kept], order)
        apart = np.abs(centres - sum(c * t**power for power, c in enumerate(found)))
        spread = 1.4826 * _median(apart)
        kept = apart <= max(min(3 * spread, OFF_PX), 0.3)
    c0, c1, c2 = (*found, 0.0, 0.0)[:3]
    return Line((float(c0), float(c1), float(c2)), middle, rows[kept], rising)


def polynomial(t: Array | NDArray[np.intp], values: Array, order: int) -> Array:
    """Coefficients of least squares, the lowest power first; t near 0 and no powers above 2, for
    which normal equations do and take a third of numpy's time."""
    scale = float(np.abs(t).max()) or 1.0
    powers = (t / scale) ** np.arange(order + 1)[:, None]
    found = np.linalg.solve(powers @ powers.T, powers @ values)
    return np.asarray(found / scale ** np.arange(order + 1))


def _check_straight(apart: Array, believed: NDArray[np.bool_]) -> None:
    spread = 1.4826 * _median(np.abs(apart[believed]))
    if spread > STRAIGHT_PX:
        raise ValueRefused(
            f"rows lie {spread:.1f} px off a straight line, and an edge is measured up to "
            f"{STRAIGHT_PX:g}; mark a straight edge with more contrast or less noise"
        )


def _check_line(line: Line, clipped: NDArray[np.bool_]) -> None:
    height = len(clipped)
    angle = abs(line.angle_deg)
    if not LEAST_DEG <= angle <= MOST_DEG:
        raise ValueRefused(
            f"an edge is measured at {LEAST_DEG:g}..{MOST_DEG:g} degrees off an axis, not at "
            f"{angle:.1f}; turn the chart or the camera"
        )
    bow = abs(line.coefficients[2]) * (height / 2) ** 2
    if bow > BENT * height:
        raise ValueRefused(
            f"an edge is straight to {BENT:.0%} of its length, not bent by {bow:.1f} px in "
            f"{height}; mark a shorter part"
        )
    if height * abs(line.coefficients[1]) < 1:
        raise ValueRefused(
            f"an edge crosses at least one pixel column on its way, not {height} px at "
            f"{angle:.1f} degrees; mark a longer part"
        )
    if (unclipped := _unclipped(line, clipped)[line.rows]).mean() < LEAST_SHARE:
        if _clips_beyond_halo(line, clipped) < CLIPPED_FLAT:
            raise HaloClips(
                f"an edge is measured unsharpened, but this one clips only within {HALO_PX} px of "
                "it, as the halo of sharpening does; switch sharpening off and measure again"
            )
        raise ValueRefused(
            f"an edge is measured between black and white, but {1 - unclipped.mean():.0%} of its "
            f"rows hold clipped pixels; expose so that neither side clips"
        )


def _clips_beyond_halo(line: Line, clipped: NDArray[np.bool_]) -> float:
    """The larger of both flats' shares of clipped pixels, 1 where none is within the region."""
    at = np.rint(line.at(line.rows)).astype(np.intp)[:, None]
    shares = []
    for side in (-1, 1):
        place = at + side * np.arange(HALO_PX + 1, REACH_PX + 1)
        inside = (place >= 0) & (place < clipped.shape[1])
        seen = clipped[line.rows[:, None], np.clip(place, 0, clipped.shape[1] - 1)][inside]
        shares.append(float(seen.mean()) if len(seen) else 1.0)
    return max(shares)


def _unclipped(line: Line, clipped: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows without a clipped pixel within reach of the edge."""
    rows = np.arange(len(clipped))
    at = np.rint(line.at(rows)).astype(np.intp)[:, None] + np.arange(-REACH_PX, REACH_PX + 1)
    return np.asarray(~clipped[rows[:, None], np.clip(at, 0, clipped.shape[1] - 1)].any(1))
