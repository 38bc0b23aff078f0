"""Frequency nodes and weights: where responses are evaluated and averaged.

Frequencies are radians per pixel. A grid's weights sum to 1, so ``grid.mean(f)`` is the mean of f
over the whole frequency square, each grid using the symmetry its name says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Response = Callable[[Array, Array], NDArray[np.inexact]]
"""A transfer function: (wy, wx) in radians per pixel, broadcastable, to complex or real values."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Nodes ``wy``, ``wx`` and their quadrature ``weight``, each of shape (n,)."""

    wy: Array
    wx: Array
    weight: Array

    def mean(self, values: NDArray[np.inexact]) -> float:
        """Mean over the frequency square of a real quantity given at the nodes, shape (n,)."""
        return float(np.real(self.weight @ values))


@lru_cache
def quadrant(nodes: int = 24) -> Grid:
    """Gauss-Legendre nodes on [0, pi]^2, for spectra that are even in each axis.

    Substituting w = pi t^2 crowds the nodes toward DC, where natural spectra are steep.
    """
    axis, weight = _crowded_axis(nodes)
    return _product(axis, weight, axis, weight)


@lru_cache
def half_plane(nodes: int = 20) -> Grid:
    """The same on wy >= 0, any wx, for real filters without symmetry: G(-w) = conj G(w)."""
    axis, weight = _crowded_axis(nodes)
    both, both_weight = np.concatenate([-axis[::-1], axis]), np.concatenate([weight[::-1], weight])
    return _product(axis, weight, both, both_weight / 2)


@lru_cache
def dense(n: int = 64) -> Grid:
    """The n x n DFT frequencies, Nyquist included: where peaks are looked for."""
    axis = np.asarray(2 * np.pi * np.fft.fftfreq(n), np.float64)
    return _product(axis, np.full(n, 1 / n), axis, np.full(n, 1 / n))


def fft_frequencies(shape: tuple[int, int]) -> tuple[Array, Array]:
    """(wy, wx) of an FFT of ``shape``, of shapes (H, 1) and (1, W)."""
    wy, wx = (np.asarray(2 * np.pi * np.fft.fftfreq(n), np.float64) for n in shape)
    return wy[:, None], wx[None, :]


def _crowded_axis(nodes: int) -> tuple[Array, Array]:
    t, weight = np.polynomial.legendre.leggauss(nodes)
    t = np.asarray((t + 1) / 2, np.float64)
    return np.pi * t**2, np.asarray(weight, np.float64) * t


def _product(y: Array, y_weight: Array, x: Array, x_weight: Array) -> Grid:
    wy, wx = np.meshgrid(y, x, indexing="ij")
    weight = np.outer(y_weight, x_weight)
    arrays = [np.ascontiguousarray(a.ravel()) for a in (wy, wx, weight)]
    for array in arrays:
        array.setflags(write=False)
    return Grid(*arrays)
