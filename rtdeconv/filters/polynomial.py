"""Polynomial reblurring: a polynomial in the blur itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import check_bounded, check_square, response_of
from rtdeconv.grid import Array

MAX_DEGREE = 3


@dataclass(frozen=True)
class Polynomial:
    """``G = 1 + c1 (1 - K) + c2 (K - K^2) + c3 (K^2 - K^3)``, K the blur ``taps`` of sum 1.

    Every band reads the picture blurred once more, so a degree costs one blur.
    """

    coefficients: tuple[float, ...]
    taps: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.coefficients) <= MAX_DEGREE:
            raise ValueRefused(f"a polynomial has degree 1..{MAX_DEGREE}")
        check_bounded("coefficients", self.coefficients)
        check_square("a blur", self.taps)
        flat = [tap for row in self.taps for tap in row]
        if not all(math.isfinite(tap) and abs(tap) <= 2 for tap in flat) or math.fsum(flat) != 1.0:
            raise ValueRefused("the taps of a blur are within +-2 and sum to exactly 1")

    @property
    def label(self) -> str:
        """``polynomial of degree 3``."""
        return f"polynomial of degree {len(self.coefficients)}"

    def kernel(self) -> Array:
        """The equivalent single kernel, wider than the blur by its degree."""
        bands = power_bands(np.array(self.taps), len(self.coefficients))
        total = np.tensordot(self.coefficients, bands, 1)
        centre = len(total) // 2
        total[centre, centre] += 1.0
        return total

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """The formula above."""
        k = response_of(np.array(self.taps), wy, wx)
        return np.asarray(
            1 + sum(c * (k**n - k ** (n + 1)) for n, c in enumerate(self.coefficients))
        )


def power_bands(taps: Array, degree: int) -> Array:
    """Taps of ``K^n - K^(n+1)``, n < degree, (degree, m, m), each adding up to 0."""
    size = degree * (len(taps) - 1) + 1
    spectrum = np.fft.rfft2(taps, (size, size))
    powers = [np.fft.irfft2(spectrum**n, (size, size)) for n in range(degree + 1)]
    radius = len(taps) // 2
    centred = [
        np.roll(power, [degree * radius - n * radius] * 2, (0, 1)) for n, power in enumerate(powers)
    ]
    return -np.diff(np.array(centred), axis=0)
