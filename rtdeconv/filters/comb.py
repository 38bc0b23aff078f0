"""A-trous comb Laplacians: bands between binomials whose taps stand 1, 2, 4 px apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import check_bounded, on_lattice
from rtdeconv.grid import Array

MAX_TERMS = 3
BINOMIAL = np.outer([0.25, 0.5, 0.25], [0.25, 0.5, 0.25])

COEFFICIENT_BITS = 16
"""Taps are sixteenths of coefficients, and sums of up to four of those: exact in float32."""


@dataclass(frozen=True)
class Comb:
    """``G = 1 + c1 (1 - C1) + c2 (C1 - C1 C2) + c3 (C1 C2 - C1 C2 C4)``.

    ``C_d(w) = (1 + cos d w) / 2`` per axis, so one term costs a 3x3 of 9 fetches, and each further
    band reads the previous one: 19 fetches in two passes, 29 in three.
    """

    coefficients: tuple[float, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.coefficients) <= MAX_TERMS:
            raise ValueRefused(f"a comb has 1..{MAX_TERMS} terms, not {len(self.coefficients)}")
        check_bounded("coefficients", self.coefficients)

    @property
    def label(self) -> str:
        """``comb Laplacian of 2 bands``."""
        bands = len(self.coefficients)
        return f"comb Laplacian of {bands} band{'s' if bands > 1 else ''}"

    def kernel(self) -> Array:
        """The equivalent single kernel: 3x3, 7x7 or 15x15."""
        bands = band_kernels(len(self.coefficients))
        total = np.tensordot(self.coefficients, bands, 1)
        centre = len(total) // 2
        total[centre, centre] += 1.0
        return total

    def response(self, wy: Array, wx: Array) -> Array:
        """The formula above."""
        total = np.ones(np.broadcast_shapes(np.shape(wy), np.shape(wx)))
        for coefficient, band in zip(
            self.coefficients, bands(wy, wx, len(self.coefficients)), strict=True
        ):
            total += coefficient * band
        return total


@dataclass(frozen=True)
class MergedComb(Comb):
    """The same filter with its first binomial read by 4 bilinear fetches of equal weight, half a
    pixel off both ways, where the hardware averages the pixels for nothing."""

    @property
    def label(self) -> str:
        """``merged comb Laplacian of 2 bands``."""
        return f"merged {super().label}"


def bands(wy: Array, wx: Array, terms: int) -> list[Array]:
    """Responses of the band differences, each 0 at DC."""
    out: list[Array] = []
    low: Array = np.ones(np.broadcast_shapes(np.shape(wy), np.shape(wx)))
    for k in range(terms):
        lower = low * (1 + np.cos(2**k * wy)) * (1 + np.cos(2**k * wx)) / 4
        out.append(low - lower)
        low = lower
    return out


def rounded_coefficients(found: Array) -> tuple[float, ...]:
    """Coefficients on the lattice on which a comb's taps are exact."""
    return tuple(float(c) for c in on_lattice(found, bits=COEFFICIENT_BITS))


def band_kernels(terms: int) -> Array:
    """Taps of the band differences, (terms, n, n), each adding up to 0."""
    radius = 2**terms - 1
    low = np.zeros((2 * radius + 1,) * 2)
    low[radius, radius] = 1.0
    out = []
    for k in range(terms):
        lower = _dilated_binomial(low, 2**k)
        out.append(low - lower)
        low = lower
    return np.array(out)


def _dilated_binomial(taps: Array, distance: int) -> Array:
    """Circular convolution is safe here: the square is as wide as the last band."""
    out = taps
    for axis in (0, 1):
        shifted = np.roll(out, distance, axis) + np.roll(out, -distance, axis)
        out = out / 2 + shifted / 4
    return out
