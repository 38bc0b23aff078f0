"""Blurs given by their taps: arrays, and pictures of a point of light."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from rtdeconv.blur.base import Symmetry, Taps
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import Array

MAX_TAPS: Final = 129
"""Taps per side that a Psf may have."""

MAX_WEIGHT: Final = 65535
"""Taps are whole numbers up to this, so that a PSF is written exactly in few characters."""

OFF_CENTRE_PX: Final = 0.1
"""How far a centroid may lie from the middle tap: a filter moves the picture back by that much."""

CENTRED_PX: Final = 0.005
"""How well `centred` centres."""

_MOVES: Final = 8

Weights = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, init=False, repr=False)
class Psf(Taps):
    """A blur from its taps: an odd by odd array, none negative, centred on its middle tap.

    Kept as ``weights``, whole numbers: taps that are whole numbers up to `MAX_WEIGHT` exactly,
    others to 1 / `MAX_WEIGHT` of the largest. For a picture of a point of light, which has a
    background and a place of its own, see `measured_psf`; ``remarks`` say what that did.
    """

    weights: Weights
    remarks: tuple[str, ...] = field(compare=False)

    def __init__(self, taps: npt.ArrayLike, remarks: tuple[str, ...] = ()) -> None:
        object.__setattr__(self, "weights", _weights(_checked(taps)))
        object.__setattr__(self, "remarks", remarks)

    def __repr__(self) -> str:
        return f"Psf({self.label})"

    @property
    def spec(self) -> str:
        """``psf:`` and the weights, row by row: ``psf:0,1,0/1,4,1/0,1,0``."""
        return "psf:" + "/".join(",".join(map(str, row)) for row in self.weights)

    @property
    def label(self) -> str:
        """``psf`` and its size, unless the spec is as short."""
        size = len(self.weights)
        return self.spec if size <= 3 else f"psf of {size}x{size} taps"

    @property
    def symmetry(self) -> Symmetry:
        """The strongest that the weights have exactly."""
        weights = np.array(self.weights)
        if not np.array_equal(weights, weights[::-1, ::-1]):
            return "none"
        square = np.array_equal(weights, weights.T) and np.array_equal(weights, weights[::-1])
        return "8-fold" if square else "point"

    def scaled(self, factor: float) -> Psf:
        """The cubic through the taps, stretched by ``factor``."""
        if not (math.isfinite(factor) and 0.1 <= factor <= 10):
            raise ValueRefused(f"a PSF is scaled by 0.1..10, not {factor!r}")
        if factor == 1:
            return self
        reach = math.ceil(len(self.weights) // 2 * factor)
        if 2 * reach + 1 > MAX_TAPS:
            raise ValueRefused(
                f"scaled by {factor:g}, this PSF has more than {MAX_TAPS} taps a side; crop it"
            )
        return Psf(centred(resampled(self.psf(), reach, factor=factor)))

    def _integrated(self) -> Array:
        return np.array(self.weights, np.float64)


def resampled(
    taps: Array, reach: int, *, factor: float = 1.0, shift_px: tuple[float, float] = (0.0, 0.0)
) -> Array:
    """The cubic spline through ``taps`` (n, n), stretched by ``factor`` and moved by (y, x).

    A spline adds no variance of its own, as linear interpolation does (a quarter px^2 at half a
    pixel); where it falls below 0 beside a steep edge it is cut.
    """
    from scipy.ndimage import affine_transform  # a fifth of a second to import

    first = [len(taps) // 2 - (reach + shift) / factor for shift in shift_px]
    size = (2 * reach + 1,) * 2
    shrunk = np.eye(2) / factor
    moved = affine_transform(taps, shrunk, first, size, order=3, mode="grid-constant")
    return np.maximum(moved, 0.0)


def centroid(taps: Array) -> tuple[float, float]:
    """(y, x) of the centre of gravity, in pixels from the middle of ``taps`` (h, w)."""
    places = [np.arange(n) - (n - 1) / 2 for n in taps.shape]
    total = taps.sum()
    return float(taps.sum(1) @ places[0] / total), float(taps.sum(0) @ places[1] / total)


def centred(taps: Array) -> Array:
    """``taps`` (n, n) moved by a fraction of a pixel until the centroid is the middle tap.

    Moved again while the cut at 0 leaves some of the way, which it does less each time.
    """
    for _ in range(_MOVES):
        y, x = centroid(taps)
        if math.hypot(y, x) <= CENTRED_PX:
            break
        reach = min(len(taps) // 2 + 1, MAX_TAPS // 2)
        taps = resampled(taps, reach, shift_px=(-y, -x))
    return taps


def near_one(values: Array) -> Array:
    """``values`` times the power of 2 that brings the largest to .5..1: exact, and no sum of them
    overflows or falls below what floats hold."""
    return np.ldexp(values, -math.frexp(float(np.abs(values).max()))[1])


def _checked(taps: npt.ArrayLike) -> Array:
    """``taps`` as a square of float64; raises ValueRefused for what is no PSF."""
    try:
        values = np.asarray(taps, np.float64)
    except (TypeError, ValueError):
        raise ValueRefused("a PSF is rows of numbers, all rows of one length") from None
    if values.ndim != 2 or not all(n % 2 and n <= MAX_TAPS for n in values.shape):
        raise ValueRefused(
            f"a PSF is an odd by odd array of at most {MAX_TAPS} taps a side, not of shape "
            f"{values.shape}; pad or crop it so that its middle tap is its centre"
        )
    if not np.isfinite(values).all() or values.min() < 0 or values.max() <= 0:
        raise ValueRefused("a PSF's taps are finite, none negative and not all 0")
    y, x = centroid(near_one(values))
    if math.hypot(y, x) > OFF_CENTRE_PX:
        raise ValueRefused(
            f"this PSF's centroid lies ({x:+.2f}, {y:+.2f}) px from its middle tap, and the filter "
            f"would move the picture by that; centre it, or use measured_psf, which does"
        )
    return values


def _weights(taps: Array) -> Weights:
    """Odd by odd taps as a square of whole numbers without common factor or empty rim."""
    whole = taps.max() <= MAX_WEIGHT and np.array_equal(taps, np.rint(taps))
    even = near_one(taps)
    counts = np.rint(taps if whole else even * (MAX_WEIGHT / even.max())).astype(np.int64)
    counts //= np.gcd.reduce(counts, axis=None)
    middle_y, middle_x = (n // 2 for n in counts.shape)
    hit_y, hit_x = np.nonzero(counts)
    reach = max(np.abs(hit_y - middle_y).max(), np.abs(hit_x - middle_x).max())
    square = np.zeros((2 * reach + 1, 2 * reach + 1), np.int64)
    square[hit_y - middle_y + reach, hit_x - middle_x + reach] = counts[hit_y, hit_x]
    return tuple(tuple(row) for row in square.tolist())
