"""What every blur offers, and the transfer function of taps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array

Symmetry = Literal["8-fold", "point"]
"""8-fold: mirrored in both axes and both diagonals. point: only P(-x) = P(x)."""


@runtime_checkable
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
    cos_y, sin_y = np.cos(phase_y) @ taps, np.sin(phase_y) @ taps
    cos_x, sin_x = np.cos(phase_x), np.sin(phase_x)
    if wy.ndim == 2 and wy.shape[1] == wx.shape[0] == 1:  # axes of a picture: never every pair
        return np.asarray(cos_y[:, 0] @ cos_x[0].T - sin_y[:, 0] @ sin_x[0].T)
    return np.asarray((cos_y * cos_x).sum(-1) - (sin_y * sin_x).sum(-1))


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
