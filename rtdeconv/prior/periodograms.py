"""The power of a picture at every frequency, measured on windowed blocks."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.grid import Array
from rtdeconv.pixels import Image, full_scale

BAR: Final = 2 / 255
"""Rows and columns along a picture's sides that vary by no more than this are bars."""

CLIPPED: Final = 0.05
"""Share of pixels at 0 or 1 from which on a block is left out: noise and blur end there."""

Places = tuple[NDArray[np.intp], NDArray[np.intp]]


def blocks(image: Image, side: int, most: int) -> Array:
    """About ``most`` blocks at the most, (n, side, side), 0..1, spread evenly over an image.

    Every colour channel gives its own. Bars along the sides are cut off first; blocks that are
    clipped or hold no numbers are left out. n may be 0.
    """
    found = blocks_at(image, places(image, side, most), side).reshape(-1, side, side)
    found = found.astype(np.float64) / full_scale(image.dtype)
    inside = ((found > 0) & (found < 1)).mean((1, 2))
    return found[(inside > 1 - CLIPPED) & np.isfinite(found).all((1, 2))]


def places(image: Image, side: int, most: int) -> Places:
    """First rows and columns of the blocks that `blocks` takes, on a grid; perhaps none."""
    colour = _colour(image)
    rows, columns = _without_bars(colour)
    down, right = rows.stop - rows.start, columns.stop - columns.start
    if min(down, right) < side:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    hop = max(side / 2, math.sqrt(colour.shape[2] * down * right / most))
    return rows.start + _starts(down, side, hop), columns.start + _starts(right, side, hop)


def blocks_at(image: Image, at: Places, side: int) -> NDArray[Any]:
    """All blocks of these places by channel, (n, channels, side, side), as they are stored."""
    colour = _colour(image)
    if not len(at[0]):
        return np.empty((0, colour.shape[2], side, side), image.dtype)
    views = np.lib.stride_tricks.sliding_window_view(colour, (side, side), (0, 1))
    return views[np.ix_(*at)].reshape(-1, colour.shape[2], side, side)


def periodograms(cut: Array) -> Array:
    """Power per pixel of blocks (n, side, side) at the FFT's frequencies, same shape.

    Each block's mean is removed and a Hann window laid over it, whose power is 1 on average:
    white noise of variance N has the power N everywhere.
    """
    side = cut.shape[-1]
    line = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
    window = np.multiply.outer(line, line)
    mean = (cut * window).sum((1, 2), keepdims=True) / window.sum()
    half = np.square(np.abs(np.fft.rfft2((cut - mean) * window))) / (window**2).sum()
    # of real values, power at -w is power at w
    turned = np.roll(half[:, ::-1, (side - 1) // 2 : 0 : -1], 1, axis=1)
    return np.concatenate([half, turned], axis=2)


def _colour(image: Image) -> NDArray[Any]:
    return image[:, :, None] if image.ndim == 2 else image[:, :, :3]


def _without_bars(colour: NDArray[Any]) -> tuple[slice, slice]:
    """Rows and columns of (H, W, C) between those that are flat, letterboxes for instance."""
    limit = BAR * full_scale(colour.dtype)
    rows = _between(colour, limit)
    columns = _between(np.moveaxis(colour[rows], 1, 0), limit) if colour[rows].size else rows
    if colour[rows, columns].size:
        return rows, columns
    # flat all over: no bars beside a picture, but the picture
    return slice(0, colour.shape[0]), slice(0, colour.shape[1])


def _between(lines: NDArray[Any], limit: float) -> slice:
    first, last = (_first_varying(each, limit) for each in (lines, lines[::-1]))
    return slice(first, max(len(lines) - last, first))


def _first_varying(lines: NDArray[Any], limit: float) -> int:
    """The first of the lines (n, pixels, channels) that varies by more than ``limit``, or n."""
    varying = (at for at, line in enumerate(lines) if (np.ptp(line, axis=0) > limit).any())
    return next(varying, len(lines))


def _starts(size: int, side: int, hop: float) -> NDArray[np.intp]:
    """First pixels of blocks over ``size`` pixels, end to end, ``hop`` or a bit more apart."""
    count = int((size - side) / hop) + 1
    return np.rint(np.linspace(0, size - side, count)).astype(np.intp)
