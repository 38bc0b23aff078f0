"""Edges that can be measured, found in a picture a quarter as large.

There, the horizontal differences of a nearly vertical step are a thin slanted line. Tiles whose
squared differences have the moments of one such line are candidates; each is followed as far as
its rows go on, and given the flats on both sides as far as they are flat. What is found must pass
the checks of a measurement's line. Nearly horizontal edges are found in the transposed picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge.line import (
    LEAST_CONTRAST,
    LEAST_DEG,
    MOST_DEG,
    HaloClips,
    fitted_line,
    polynomial,
)
from rtdeconv.estimate.edge.region import LUMINANCE, Box, region_of, transposed
from rtdeconv.grid import Array
from rtdeconv.light import Light, checked_light
from rtdeconv.pixels import Image, checked_image, full_scale

SMALLER: Final = 4
BLOCK: Final = 6
"""Small pixels a side; tiles are two blocks a side, at every block."""

MOST_EDGES: Final = 16
MOST_TRIED: Final = 24
"""Edges that are looked at closely; of more, the worst are dropped."""

MOST_TILES: Final = 120

FAINT: Final = 0.012
"""Differences below are no edge."""

THIN: Final = 1.2
"""Rms width, in small pixels, of an edge that runs through a tile alone."""

ONE_SIGN: Final = 0.9
"""Share of the differences that have the edge's sign."""

SEARCH: Final = 3
"""Small pixels beside the line in which it is followed."""

LEAST_FLAT, MOST_FLAT = 4, 12
"""Small pixels on either side."""

FLAT: Final = 0.08
"""Of the contrast: rms of a flat along the edge."""

LEAST_LONG, MOST_LONG = 9, 100
ROUGH_DEG: Final = 0.2
"""How well a small picture gives the angle."""

ENDS: Final = 2
"""Small pixels left out at either end: corners."""


def find_edges(image: Image, *, light: Light = "linear") -> tuple[Box, ...]:
    """Regions of ``image`` that hold one slanted edge between flats, best first; maybe none.

    Best is long and of high contrast. An edge whose halo clips counts, too, and measuring it says
    that it was sharpened. Takes less than 100 ms for 1920x1080. Raises ValueRefused for an unknown
    light.
    """
    light = checked_light(light)
    image = checked_image(image)  # once: what is not contiguous would be copied for every edge
    small = _smaller(image)
    found = [
        (edge.worth, edge.box(across), across)
        for across in (False, True)
        for edge in _followed(small.T if across else small)
    ]
    found.sort(key=lambda one: -one[0])
    tried = found[:MOST_TRIED]
    good = (box for _, box, across in tried if _is_measurable(image, box, light, across))
    return tuple(islice(good, MOST_EDGES))


@dataclass(frozen=True, eq=False)
class _Edge:
    """x = ``x`` + ``slope`` y on rows ``first``..``last`` of a small picture, ``flat`` beside it on
    either side, ``contrast`` across."""

    x: float
    slope: float
    first: int
    last: int
    flat: int
    contrast: float

    @property
    def worth(self) -> float:
        """The inverse of sigma's error but for a factor."""
        return self.contrast * math.sqrt(self.last - self.first)

    def at(self, y: Array | NDArray[np.intp] | int) -> Array:
        """x on rows ``y``."""
        return np.asarray(self.x + self.slope * y)

    def covers(self, y: float, x: float) -> bool:
        """Whether it runs there."""
        near = abs(float(self.at(int(y))) - x) < 2 * BLOCK
        return self.first - BLOCK <= y <= self.last + BLOCK and near

    def box(self, across: bool) -> Box:
        """The region in the whole picture; transposed back where ``across``."""
        ends = sorted(float(self.at(y)) for y in (self.first, self.last))
        left, right = math.ceil(ends[0] - self.flat), math.floor(ends[1] + self.flat)
        y, height = SMALLER * self.first, SMALLER * (self.last + 1 - self.first)
        x, width = SMALLER * left, SMALLER * (right + 1 - left)
        return Box(y, x, height, width) if across else Box(x, y, width, height)


def _smaller(image: Image) -> Array:
    """Grey means of SMALLER x SMALLER pixels, 0..1; every other row is enough to find an edge."""
    height, width = (n // SMALLER * SMALLER for n in image.shape[:2])
    part = image[:height:2, :width]
    rows = part[::2].astype(np.float32) + part[1::2]
    total = rows[:, ::2] + rows[:, 1::2]
    total = total[:, ::2] + total[:, 1::2]
    scale = 2 * SMALLER * full_scale(image.dtype)
    grey = total if image.ndim == 2 else total[:, :, :3] @ np.array(LUMINANCE, np.float32)
    return np.nan_to_num(np.asarray(grey / scale, np.float32), posinf=1, neginf=0)


def _followed(small: Array) -> Iterator[_Edge]:
    """Nearly vertical edges of a small picture (H, W), each once."""
    if min(small.shape) < 2 * BLOCK:
        return
    steps = np.diff(small, axis=1)
    tried: list[_Edge] = []
    for y, x, slope in _candidates(steps)[:MOST_TILES]:
        if any(edge.covers(y, x) for edge in tried):
            continue
        edge = _follow(steps, y, x, slope)
        if edge is None:
            continue
        tried.append(edge)
        flanked = _with_flats(small, edge)
        if flanked is not None:
            yield flanked


def _candidates(steps: Array) -> list[tuple[float, float, float]]:
    """(y, x, slope) of tiles through which one line runs, the strongest first."""
    size = np.abs(steps)
    weight = np.where(size > FAINT, size, 0.0).astype(np.float64) ** 2
    height, width = (n // BLOCK * BLOCK for n in steps.shape)
    weight = weight[:height, :width]
    y, x = np.arange(height)[:, None] % BLOCK, np.arange(width)[None, :] % BLOCK
    local = [_block_sums(weight * of) for of in (1.0, y, x, y * y, x * y, x * x)]
    signed, unsigned = (_tiles(_block_sums(of[:height, :width])) for of in (steps, size))
    total, my, mx, yy, xy, xx = _tile_moments(local)
    with np.errstate(divide="ignore", invalid="ignore"):
        my, mx = my / total, mx / total
        yy, xy, xx = yy / total - my * my, xy / total - mx * my, xx / total - mx * mx
        slope = xy / yy
        thin = xx - slope * xy < THIN**2
    steep = np.abs(slope)
    good = thin & (yy > 0.6 * (2 * BLOCK) ** 2 / 12) & (np.abs(signed) > ONE_SIGN * unsigned)
    good &= (steep > math.tan(math.radians(LEAST_DEG / 2))) & (
        steep < math.tan(math.radians(MOST_DEG + 3))
    )
    good &= np.abs(signed) > LEAST_CONTRAST * 2 * BLOCK
    rows, columns = np.nonzero(good)
    order = np.argsort(-np.abs(signed[rows, columns]), kind="stable")
    return [
        (r * BLOCK + my[r, c], c * BLOCK + mx[r, c], slope[r, c])
        for r, c in zip(rows[order], columns[order], strict=True)
    ]


def _block_sums(values: Array) -> Array:
    height, width = values.shape
    return values.reshape(height // BLOCK, BLOCK, width // BLOCK, BLOCK).sum((1, 3))


def _tiles(blocks: Array) -> Array:
    """Sums of 2 x 2 blocks, at every block."""
    rows = blocks[1:] + blocks[:-1]
    return np.asarray(rows[:, 1:] + rows[:, :-1])


def _tile_moments(local: list[Array]) -> list[Array]:
    """Sums of weight times 1, y, x, y y, x y, x x over tiles, from their upper left corner, of the
    same sums over blocks from the blocks' corners."""
    one, y, x, yy, xy, xx = local
    parts = []
    for down in (0, 1):
        for right in (0, 1):
            b, a = BLOCK * down, BLOCK * right
            moved = (
                one,
                y + b * one,
                x + a * one,
                yy + 2 * b * y + b * b * one,
                xy + b * x + a * y + a * b * one,
                xx + 2 * a * x + a * a * one,
            )
            rows, columns = one.shape
            parts.append([m[down : rows - 1 + down, right : columns - 1 + right] for m in moved])
    return [np.asarray(sum(of)) for of in zip(*parts, strict=True)]


def _follow(steps: Array, y: float, x: float, slope: float) -> _Edge | None:
    """The edge through (y, x) as far as its rows go on; None where that is not far."""
    start = x - slope * y
    first, last = int(y) - BLOCK, int(y) + BLOCK
    for _ in range(5):
        first, last = max(first - 2 * BLOCK, 0), min(last + 2 * BLOCK, len(steps) - 1)
        rows = np.arange(first, last + 1)
        columns = np.rint(start + slope * rows).astype(np.intp)[:, None]
        columns = columns + np.arange(-SEARCH, SEARCH + 1)
        inside = (columns >= 0) & (columns < steps.shape[1])
        seen = steps[rows[:, None], np.clip(columns, 0, steps.shape[1] - 1)] * inside
        total = seen.sum(1)
        middle = int(y) - first
        usual = float(np.median(total[max(middle - BLOCK, 0) : middle + BLOCK]))
        enough = np.abs(total - usual) < 0.3 * abs(usual)
        centre = (seen * columns).sum(1) / np.where(enough, total, 1.0)
        good = enough & (np.abs(centre - start - slope * rows) < 1.0)
        before, after = np.flatnonzero(~good[:middle]), np.flatnonzero(~good[middle:])
        low = int(before[-1]) + 1 if len(before) else 0
        high = middle + int(after[0]) - 1 if len(after) else len(rows) - 1
        if high - low < BLOCK:
            return None
        grown = (first + low, first + high)
        at_y, slope = polynomial(rows[low : high + 1] - int(y), centre[low : high + 1], 1)
        start = at_y - slope * int(y)
        if grown[0] > first and grown[1] < last:
            break
        first, last = grown
    first, last = grown[0] + ENDS, grown[1] - ENDS
    last = min(last, first + MOST_LONG)
    steep = math.degrees(math.atan(abs(slope)))
    if last - first < LEAST_LONG or not LEAST_DEG - ROUGH_DEG < steep < MOST_DEG + ROUGH_DEG:
        return None
    return _Edge(float(start) + 0.5, float(slope), first, last, 0, abs(usual))


def _with_flats(small: Array, edge: _Edge) -> _Edge | None:
    """The edge with the flats that both of its sides have; None where they are too narrow."""
    rows = np.arange(edge.first, edge.last + 1)
    flat = MOST_FLAT
    for side in (-1, 1):
        at = edge.at(rows)[:, None] + side * np.arange(2, MOST_FLAT + 1)
        columns = np.rint(at).astype(np.intp)
        inside = ((columns >= 0) & (columns < small.shape[1])).all(0)
        values = small[rows[:, None], np.clip(columns, 0, small.shape[1] - 1)]
        level = np.median(values[:, 1])
        rough = np.sqrt(np.mean((values - level) ** 2, axis=0)) > FLAT * edge.contrast
        ends = np.flatnonzero(rough[1:] | ~inside[1:])
        flat = min(flat, int(ends[0]) + 2 if len(ends) else MOST_FLAT)
    if flat < LEAST_FLAT:
        return None
    return _Edge(edge.x, edge.slope, edge.first, edge.last, flat - 1, edge.contrast)


def _is_measurable(image: Image, box: Box, light: Light, across: bool) -> bool:
    try:
        region = region_of(image, box, light)
        region = transposed(region) if across else region
        fitted_line(region.grey, region.clipped)
    except HaloClips:
        return True  # for the measurement to say why it cannot be used
    except ValueRefused:
        return False
    return True
