"""How blocks of a picture share their power among coarse, middle and fine detail.

Orthonormal cosine transforms of 8 x 8 pixels keep white noise white and its shares independent:
blocks may be chosen by their coarse detail without any bias of the noise in their fine detail.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.grid import Array
from rtdeconv.pixels import Image, full_scale
from rtdeconv.prior.periodograms import CLIPPED, Places, blocks_at

SIDE_PX: Final = 8

_ROW, _COLUMN = np.divmod(np.arange(SIDE_PX**2), SIDE_PX)
_SUM = _ROW + _COLUMN
_MIDDLE = (_SUM >= 5) & (_SUM <= 8)

COARSE: Final = (_SUM >= 1) & (_SUM <= 4) | _MIDDLE & (_ROW % 2 == 0)
MIDDLE: Final = _MIDDLE & (_ROW % 2 == 1)
FINE: Final = _SUM >= 11
"""Coefficients of each, (64,), by the sum of their two frequency indices. Every other row of the
middle ones serves the choice of blocks: what detail they hold shows best beside the fine ones."""

Blocks = NDArray[np.float32]
Band = NDArray[np.bool_]


@dataclass(frozen=True)
class Bands:
    """Per block: its mean value, 0..1, and its power per coefficient, each of shape (n,)."""

    level: Array
    coarse: Array
    middle: Array
    fine: Array

    def __len__(self) -> int:
        return len(self.level)

    def at(self, index: NDArray[np.intp] | NDArray[np.bool_]) -> Bands:
        """The blocks of this index or mask."""
        return Bands(self.level[index], self.coarse[index], self.middle[index], self.fine[index])

    def over(self, power: Array) -> Bands:
        """The same with every block's powers in units of its own ``power``, (n,)."""
        return Bands(self.level, self.coarse / power, self.middle / power, self.fine / power)


def cut(picture: Image, places: Places) -> Blocks:
    """Blocks of a picture by channel, (channels, n, 64), 0..1."""
    found = blocks_at(picture, places, SIDE_PX)
    flat = found.reshape(*found.shape[:2], SIDE_PX**2).swapaxes(0, 1).astype(np.float32)
    return flat / np.float32(full_scale(picture.dtype))


def unclipped(blocks: Blocks) -> NDArray[np.bool_]:
    """Of (..., 64), which hold numbers that are hardly ever at 0 or 1, or beyond."""
    # NaN is neither above 0 nor below 1
    inside = ((blocks > 0) & (blocks < 1)).mean(-1) > 1 - CLIPPED
    return inside & np.isfinite(blocks).all(-1)


def bands(blocks: Blocks, level: Array) -> Bands:
    """The bands of blocks (n, 64) whose mean values are ``level``, (n,)."""
    powers = np.square(blocks @ cosines()) @ _means()
    return Bands(level, *powers.T.astype(np.float64))


def typical(powers: Array, band: Band, quantile: float = 0.5) -> float:
    """Mean of the powers of white noise in a band, from a quantile of theirs, above 0 and below 1.

    The median is not moved by few blocks with detail. By Wilson and Hilferty, the mean of k
    squared normal numbers is about (1 - b + z sqrt(b))^3 of its expectation at the quantile where
    a normal number is z, b = 2 / (9 k).
    """
    b = 2 / (9 * np.count_nonzero(band))
    z = NormalDist().inv_cdf(quantile)
    return float(np.quantile(powers, quantile)) / (1 - b + z * math.sqrt(b)) ** 3


@lru_cache
def cosines() -> NDArray[np.float32]:
    """The orthonormal cosine transform of a block, shape (pixel, frequency), 64 each."""
    line = np.arange(SIDE_PX)
    waves = np.cos(np.pi / SIDE_PX * np.multiply.outer(line, line + 0.5)) * math.sqrt(2 / SIDE_PX)
    waves[0] /= math.sqrt(2)
    return np.kron(waves, waves).T.astype(np.float32)


@lru_cache
def _means() -> NDArray[np.float32]:
    """What takes the mean over each band's coefficients, (64, 3)."""
    return np.stack([band / np.count_nonzero(band) for band in (COARSE, MIDDLE, FINE)], 1).astype(
        np.float32
    )
