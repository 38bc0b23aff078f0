"""Luma of a frame as it was decoded: whole, or pieces of a large one. Nothing is resized, which
would measure the resizing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.grid import Array
from rtdeconv.media.feeds import Shot
from rtdeconv.pixels import Image

WHOLE_PX: Final = 2**21
"""Frames of so many pixels are looked at whole."""

PIECE_PX: Final = 512
"""Side of the pieces of larger ones, one in the middle of every quarter."""


def luma_pieces(shot: Shot) -> tuple[Image, ...]:
    """Luma, or green where a frame is RGB, as (h, w) uint8 or uint16 whose full range is 0..1."""
    plane, scale, black = _luma(shot)
    return tuple(_full_range(piece, scale, black) for piece in _pieces(plane))


def luma_points(shot: Shot, most: int) -> Array:
    """Luma, or green, 0..1, of at most about ``most`` pixels along the longer side, evenly spread;
    pixels as they are, and no mean of others."""
    plane, scale, black = _luma(shot)
    step = max(max(plane.shape) // most, 1)
    picked = plane[step // 2 :: step, step // 2 :: step]
    return np.asarray(np.clip(scale * (picked - black) / np.iinfo(plane.dtype).max, 0, 1))


def _luma(shot: Shot) -> tuple[NDArray[Any], float, float]:
    """A plane, and the scale and the code of black that make it span its type's full range."""
    to_rgb, planes = shot.model.to_rgb, shot.planes
    of_green = to_rgb[1].astype(np.float64)
    place = int(np.argmax(of_green[:-1]))
    scale = float(of_green[place])
    # grey pixels have middle chroma, and in RGB the other planes do not count
    middle = float(1 << (shot.model.depth - 1))
    others = sum(float(one) for index, one in enumerate(of_green[:-1]) if index != place)
    return planes[place], scale, -(float(of_green[-1]) + others * middle) / scale


def _pieces(plane: NDArray[Any]) -> list[NDArray[Any]]:
    if plane.size <= WHOLE_PX:
        return [plane]
    height, width = plane.shape
    down, across = min(PIECE_PX, height // 2), min(PIECE_PX, width // 2)
    return [
        plane[y : y + down, x : x + across]
        for y in (height // 4 - down // 2, 3 * height // 4 - down // 2)
        for x in (width // 4 - across // 2, 3 * width // 4 - across // 2)
    ]


def _full_range(piece: NDArray[Any], scale: float, black: float) -> Image:
    """``scale (code - black)`` by a table of all codes, clipped as a screen clips it."""
    codes = np.arange(256 if piece.dtype == np.uint8 else 65536)
    top = np.iinfo(piece.dtype).max
    table = np.clip(np.rint(scale * (codes - black)), 0, top).astype(piece.dtype)
    return np.asarray(table[piece])
