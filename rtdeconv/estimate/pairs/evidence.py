"""What pairs of pictures say about taps: normal equations, gathered tile by tile.

Over the pixels x of a tile, B(x) = level + sum over k of p(k) S(x - k) + noise. Each tile has a
level of its own, which is projected out: a lamp, fog or a vignette between the two versions does
not matter. Borders need no taper, for windows reach beyond the tile into the picture. Pixels count
by the inverse of the slope of the light, so that their noise is that of the encoded values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.pairs.frames import Frame, slope
from rtdeconv.grid import Array
from rtdeconv.pixels import full_scale

TILE_PX: Final = 32
MOST_TILES: Final = 320
WORK: Final = 4.5e9
"""Multiplications for one set of equations: taps to the fourth power times pixels."""

LEAST_PIXELS: Final = 256
"""Of a tile, that must be left for it to count."""

DETAIL: Final = 1.5 / 255
"""Standard deviation in a tile below which there is nothing to see a blur by."""


def _box() -> Array:
    """Means of 5 neighbours along a tile's side, of fewer at its ends, as a matrix."""
    at = np.arange(TILE_PX)
    near = (np.abs(np.subtract.outer(at, at)) <= 2).astype(np.float64)
    return near / near.sum(1, keepdims=True)


_BOX: Final = _box()


@dataclass(frozen=True)
class Place:
    """A tile: its upper left pixel."""

    y: int
    x: int


@dataclass(frozen=True, eq=False)
class Equations:
    """``gram`` p = ``cross`` for the taps p of a window, (n, n) and (n,), n = (2 reach + 1)^2.

    ``energy`` is the sum of squares of what is to be explained, ``count`` its degrees of freedom.
    """

    gram: Array
    cross: Array
    energy: float
    count: float

    def left(self, taps: Array) -> float:
        """Sum of squares that ``taps`` (n,) leave."""
        return float(self.energy - 2 * taps @ self.cross + taps @ self.gram @ taps)


def total(parts: list[Equations]) -> Equations:
    """The sum of at least one."""
    gram, cross = sum(p.gram for p in parts), sum(p.cross for p in parts)
    return Equations(
        np.asarray(gram),
        np.asarray(cross),
        sum(p.energy for p in parts),
        sum(p.count for p in parts),
    )


def detailed_places(frame: Frame, margin: int) -> list[Place]:
    """The tiles with the most detail on encoded values, most first.

    Raises ValueRefused where there is none.
    """
    stored = frame.sharp_colour[:, :, frame.sharp_colour.shape[2] // 2]
    height, width = stored.shape
    found: list[tuple[float, Place]] = []
    detailed = 0
    for y in range(margin, height - margin - TILE_PX + 1, TILE_PX):
        for x in range(margin, width - margin - TILE_PX + 1, TILE_PX):
            here = slice(y, y + TILE_PX), slice(x, x + TILE_PX)
            tile = stored[here] / full_scale(stored.dtype)
            if tile.std() < DETAIL:
                continue
            detailed += 1
            hidden = np.count_nonzero(frame.left_out[here])
            if hidden <= TILE_PX**2 - LEAST_PIXELS:
                fine = np.square(np.diff(tile, axis=0)).sum() + np.square(np.diff(tile)).sum()
                found.append((float(fine) * (1 - hidden / TILE_PX**2), Place(y, x)))
    if not found:
        raise _nothing_seen(detailed > 0)
    found.sort(key=lambda one: -one[0])
    return [place for _, place in found]


def _nothing_seen(has_detail: bool) -> ValueRefused:
    if has_detail:
        return ValueRefused(
            "the blurred picture is black, white or covered by captions wherever the sharp one has "
            "detail; supply one that is exposed alike"
        )
    return ValueRefused(
        "the sharp picture is even everywhere, and there is nothing to see a blur by; supply a "
        "frame full of detail"
    )


def affordable(reach: int) -> int:
    """How many tiles equations of this reach are gathered from."""
    return int(np.clip(WORK / ((2 * reach + 1) ** 4 * TILE_PX**2), 24, MOST_TILES))


def windows(sharp: Array, place: Place, reach: int) -> Array:
    """S(x - k) for the pixels x of a tile, row by row, and taps k: (pixels, taps)."""
    side = 2 * reach + 1
    around = sharp[
        place.y - reach : place.y + TILE_PX + reach, place.x - reach : place.x + TILE_PX + reach
    ]
    views = np.lib.stride_tricks.sliding_window_view(around, (side, side))
    # tap k reads the pixel at -k
    return views[:, :, ::-1, ::-1].reshape(TILE_PX**2, side**2)


def cut(plane: NDArray[Any], place: Place) -> NDArray[Any]:
    """The pixels of a tile, row by row, shape (pixels, ...)."""
    tile = plane[place.y : place.y + TILE_PX, place.x : place.x + TILE_PX]
    return tile.reshape(TILE_PX**2, *plane.shape[2:])


def importance(frame: Frame, place: Place) -> Array:
    """1 / noise of a tile's pixels, in units of the encoded values' noise; 0 where left out.

    Of a mean over 5x5 pixels: importance that followed the noise would lean to one side.
    """
    grid = cut(frame.blurred, place).reshape(TILE_PX, TILE_PX)
    soft = _BOX @ grid @ _BOX.T
    return np.where(cut(frame.left_out, place), 0.0, 1 / slope(soft.ravel(), frame.light))


def equations(frame: Frame, sharp: Array, place: Place, reach: int) -> Equations:
    """Of one tile; ``sharp`` is the frame's, moved onto its blurred picture."""
    weight = importance(frame, place)
    rows, seen = windows(sharp, place, reach), cut(frame.blurred, place)
    # near its level, so that projecting the level out does not cancel digits
    level = sharp[place.y, place.x]
    rows = (rows - level) * weight[:, None]
    seen = (seen - level) * weight
    unit = weight / np.sqrt(max(float(weight @ weight), 1e-30))
    along, seen_along = unit @ rows, float(unit @ seen)
    return Equations(
        gram=rows.T @ rows - np.outer(along, along),
        cross=rows.T @ seen - along * seen_along,
        energy=float(seen @ seen) - seen_along**2,
        count=float((weight > 0).sum()) - 1,
    )
