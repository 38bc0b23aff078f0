"""Blurs: point spread functions on the pixel grid and their exact transfer functions.

A blur is an array of taps that sum to 1. Continuous shapes are integrated over pixels, so the
discrete transfer function of the taps is exact, aliasing included.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused, shown

Array = NDArray[np.float64]
Symmetry = Literal["8-fold", "point"]
"""8-fold: mirrored in both axes and both diagonals. point: only P(-x) = P(x)."""


class Blur(Protocol):
    """A known blur."""

    @property
    def spec(self) -> str:
        """How it is written on the command line; parses back to an equal blur."""
        ...

    @property
    def symmetry(self) -> Symmetry:
        """The symmetry its restoring filter may share."""
        ...

    def psf(self) -> Array:
        """Taps, odd square (n, n), sum 1, centred."""
        ...

    def otf(self, wy: Array, wx: Array) -> Array:
        """Transfer function at (wy, wx) radians per pixel, real, 1 at DC, broadcast shape."""
        ...


def transfer(taps: Array, wy: Array, wx: Array) -> Array:
    """Exact response of point-symmetric taps (n, n): sum of taps * cos(wy y + wx x).

    Split into cos cos - sin sin, so that an axis costs n waves per node and not n^2.
    """
    offsets = np.arange(len(taps)) - len(taps) // 2
    phase_y, phase_x = np.multiply.outer(wy, offsets), np.multiply.outer(wx, offsets)
    even = (np.cos(phase_y) @ taps * np.cos(phase_x)).sum(-1)
    return np.asarray(even - (np.sin(phase_y) @ taps * np.sin(phase_x)).sum(-1))


@dataclass(frozen=True)
class Taps:
    """A blur whose taps are computed once."""

    @cached_property
    def _taps(self) -> Array:
        taps = self._integrated()
        taps = taps / taps.sum()
        taps.setflags(write=False)
        return taps

    @property
    def symmetry(self) -> Symmetry:
        """8-fold, unless a blur says otherwise."""
        return "8-fold"

    def _integrated(self) -> Array:
        raise AssertionError("every blur integrates its own shape")

    def psf(self) -> Array:
        """Taps, odd square (n, n), sum 1, centred."""
        return self._taps

    def otf(self, wy: Array, wx: Array) -> Array:
        """Transfer function of the taps at (wy, wx) radians per pixel."""
        return transfer(self._taps, wy, wx)


def check_range(what: str, value: float, low: float, high: float) -> None:
    """Refuses a length in pixels outside low..high."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueRefused(f"{what} is {low:g}..{high:g} px, not {shown(value)}")
