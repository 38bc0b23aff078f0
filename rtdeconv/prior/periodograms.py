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


def blocks(image: Image, side: int, most: int) -> Array:
    """About ``most`` blocks at the most, (n, side, side), 0..1, spread evenly over an image.

    Every colour channel gives its own. Bars along the sides are cut off first; blocks that are
    clipped or hold no numbers are left out. n may be 0.
    """
    colour = _without_bars(image[:, :, None] if image.ndim == 2 else image[:, :, :3])
    height, width, channels = colour.shape
    if min(height, width) < side:
        return np.empty((0, side, side))
    hop = max(side / 2, math.sqrt(channels * height * width / most))
    down, right = (_starts(size, side, hop) for size in (height, width))
    views = np.lib.stride_tricks.sliding_window_view(colour, (side, side, 1))[..., 0]
    found = views[np.ix_(down, right)].reshape(-1, side, side).astype(np.float64)
    found /= full_scale(image.dtype)
    # NaN is neither above 0 nor below 1
    inside = ((found > 0) & (found < 1)).mean((1, 2))
    return found[inside > 1 - CLIPPED]


def periodograms(cut: Array) -> Array:
    """Power per pixel of blocks (n, side, side) at the FFT's frequencies, same shape.

    Each block's mean is removed and a Hann window laid over it, whose power is 1 on average:
    white noise of variance N has the power N everywhere.
    """
    side = cut.shape[-1]
    line = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** 2
    window = np.multiply.outer(line, line)
    mean = (cut * window).sum((1, 2), keepdims=True) / window.sum()
    power = np.abs(np.fft.fft2((cut - mean) * window)) ** 2
    return np.asarray(power / (window**2).sum())


def _without_bars(colour: NDArray[Any]) -> NDArray[Any]:
    """(H, W, C) less rows and columns along its sides that are flat, letterboxes for instance."""
    limit = BAR * full_scale(colour.dtype)
    for axis in (0, 1):
        varies = (np.ptp(colour, axis=1 - axis) > limit).any(-1)
        kept = np.flatnonzero(varies)
        first, last = (kept[0], kept[-1] + 1) if len(kept) else (0, 0)
        colour = colour[first:last] if axis == 0 else colour[:, first:last]
        if colour.size == 0:
            return colour
    return colour


def _starts(size: int, side: int, hop: float) -> NDArray[np.intp]:
    """First pixels of blocks over ``size`` pixels, end to end, ``hop`` or a bit more apart."""
    count = int((size - side) / hop) + 1
    return np.rint(np.linspace(0, size - side, count)).astype(np.intp)
