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

Array = NDArray[np.floating]
Response = Callable[[Array, Array], NDArray[np.inexact]]
"""A transfer function: (wy, wx) in radians per pixel, broadcastable, to complex or real values."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Nodes ``wy``, ``wx`` and their quadrature ``weight``, each of shape (nodes,).

    The nodes are frequencies (y, x) of an n x n DFT.
    """

    wy: Array
    wx: Array
    weight: Array
    n: int
    y: NDArray[np.intp]
    x: NDArray[np.intp]

    def mean(self, values: NDArray[np.inexact]) -> float:
        """Mean over the frequency square of a real quantity given at the nodes, shape (n,)."""
        return float(np.real(self.weight @ values))

    def responses(self, kernels: Array) -> NDArray[np.complex128]:
        """Exact transfer functions of centred taps (k, m, m), m <= n, shape (k, nodes).

        For nodes with wy >= 0, by one FFT each: cheaper than waves from a few taps on.
        """
        offsets = np.arange(kernels.shape[-1]) - kernels.shape[-1] // 2
        padded = np.zeros((len(kernels), self.n, self.n))
        padded[:, offsets[:, None], offsets] = kernels
        return np.fft.rfft2(padded, axes=(-1, -2))[:, self.y, self.x]


@lru_cache
def octant(n: int = 128) -> Grid:
    """The n x n DFT frequencies with 0 <= wx <= wy, for spectra mirrored in axes and diagonals.

    Equal steps are the best quadrature there is for a smooth periodic spectrum, and next to the
    null lines of a box, where the Wiener error spikes, they fail more gently than Gauss-Legendre.
    """
    k = np.arange(n // 2 + 1)
    y, x = (index[np.tril_indices(len(k))] for index in np.meshgrid(k, k, indexing="ij"))
    mirrored = [np.where((index == 0) | (index == n // 2), 1, 2) for index in (y, x)]
    return _grid(n, y, x, mirrored[0] * mirrored[1] * np.where(y == x, 1, 2))


@lru_cache
def half_plane(n: int = 64) -> Grid:
    """The n x n DFT frequencies with wy >= 0, for real point-symmetric filters: G(-w) = G(w)."""
    y, x = np.meshgrid(np.arange(n // 2 + 1), np.arange(n), indexing="ij")
    return _grid(n, y, x, np.where((y == 0) | (y == n // 2), 1, 2))


@lru_cache
def dense(n: int = 64) -> Grid:
    """All n x n DFT frequencies, Nyquist included."""
    y, x = np.meshgrid(np.arange(n), np.arange(n), indexing="ij")
    return _grid(n, y, x, np.ones_like(y))


def fft_frequencies(shape: tuple[int, int]) -> tuple[Array, Array]:
    """(wy, wx) of an FFT of ``shape``, of shapes (H, 1) and (1, W)."""
    wy, wx = (np.asarray(2 * np.pi * np.fft.fftfreq(n), np.float64) for n in shape)
    return wy[:, None], wx[None, :]


def half_frequencies(shape: tuple[int, int]) -> tuple[Array, Array]:
    """The same for a real picture, the rest of whose spectrum mirrors these: (1, W // 2 + 1)."""
    wy, wx = fft_frequencies(shape)
    return wy, wx[:, : shape[1] // 2 + 1]


def _grid(n: int, y: NDArray[np.intp], x: NDArray[np.intp], count: NDArray[np.intp]) -> Grid:
    """Nodes at DFT indices (y, x), each standing for ``count`` of the n^2."""
    wy, wx = ((2 * np.pi * a.ravel() / n + np.pi) % (2 * np.pi) - np.pi for a in (y, x))
    weight = np.asarray(count.ravel() / count.sum(), np.float64)
    grid = Grid(wy, wx, weight, n, y.ravel(), x.ravel())
    for array in (grid.wy, grid.wx, grid.weight, grid.y, grid.x):
        array.setflags(write=False)
    return grid
