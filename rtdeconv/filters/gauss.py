"""Gaussian-Laplacian sum: differences of Gaussians of growing width, folded to one kernel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from rtdeconv.blur import gaussian_line, transfer
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.filters.base import MAX_RADIUS, check_bounded, with_unit_sum
from rtdeconv.grid import Array

SIGMAS_PX = (0.3, 0.6, 0.9, 1.2, 1.5)


@dataclass(frozen=True)
class GaussianLaplacian:
    """``G = 1 + sum c_k (F_k - F_{k+1})``, F_0 = 1, F_k a Gaussian of ``SIGMAS_PX[k-1]``.

    The coefficients reach +-90 and cancel, so they are never run one by one through stored images:
    the sum is folded to one kernel of (2 radius + 1)^2 taps.
    """

    coefficients: tuple[float, ...]
    radius: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.coefficients) <= len(SIGMAS_PX):
            raise ValueRefused(f"a Gaussian-Laplacian sum has 1..{len(SIGMAS_PX)} terms")
        check_bounded("coefficients", self.coefficients)
        if not 1 <= self.radius <= MAX_RADIUS:
            raise ValueRefused(f"the radius is 1..{MAX_RADIUS} px, not {shown(self.radius)}")

    @property
    def label(self) -> str:
        """``Gaussian-Laplacian sum of 5``."""
        return f"Gaussian-Laplacian sum of {len(self.coefficients)}"

    @cached_property
    def _taps(self) -> Array:
        kernels = difference_kernels(self.radius)[: len(self.coefficients)]
        taps = np.tensordot(self.coefficients, kernels, 1)
        taps[self.radius, self.radius] += 1.0
        return with_unit_sum(taps)

    def kernel(self) -> Array:
        """The folded taps, shape (2 radius + 1,) * 2."""
        return self._taps.copy()

    def response(self, wy: Array, wx: Array) -> Array:
        """Response of the folded taps."""
        return transfer(self._taps, wy, wx)


def difference_kernels(radius: int) -> Array:
    """Taps of F_k - F_{k+1}, (k, n, n), each summing to 0, cut to the radius and renormalised.

    The cut is part of the basis, so a fit takes it into account.
    """
    gaussians = [_delta(radius)] + [_gaussian(sigma, radius) for sigma in SIGMAS_PX]
    return np.array([a - b for a, b in pairwise(gaussians)])


def _delta(radius: int) -> Array:
    taps = np.zeros((2 * radius + 1,) * 2)
    taps[radius, radius] = 1.0
    return taps


def _gaussian(sigma_px: float, radius: int) -> Array:
    line = gaussian_line(sigma_px, radius)
    return np.outer(line, line) / line.sum() ** 2
