"""2-D FIR: the taps of an odd square, any of which may be zero."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import MAX_RADIUS, response_of, with_unit_sum
from rtdeconv.grid import Array

MAX_COEFFICIENT = 1e4


@dataclass(frozen=True)
class Fir:
    """Taps by rows, an odd square up to 15 x 15, sum 1."""

    taps: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        size = len(self.taps)
        if size % 2 == 0 or size > 2 * MAX_RADIUS + 1 or any(len(r) != size for r in self.taps):
            raise ValueRefused(f"an FIR is an odd square of at most {2 * MAX_RADIUS + 1} taps")
        flat = [tap for row in self.taps for tap in row]
        if not all(math.isfinite(tap) and abs(tap) <= MAX_COEFFICIENT for tap in flat):
            raise ValueRefused(f"taps are finite and within +-{MAX_COEFFICIENT:g}")
        if math.fsum(flat) != 1.0:
            raise ValueRefused(
                f"taps sum to exactly 1, or grey changes; these sum to {math.fsum(flat):.17g}"
            )

    @property
    def label(self) -> str:
        """``5x5 FIR``, or ``9-tap FIR in 5x5`` where taps are zero."""
        square = f"{len(self.taps)}x{len(self.taps)}"
        used = sum(tap != 0 for row in self.taps for tap in row)
        return f"{square} FIR" if used == len(self.taps) ** 2 else f"{used}-tap FIR in {square}"

    def kernel(self) -> Array:
        """The taps, shape (n, n)."""
        return np.array(self.taps, float)

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """Sum of tap * exp(-i (wy y + wx x))."""
        return response_of(self.kernel(), wy, wx)


def fir_of(kernel: Array) -> Fir:
    """Taps on their lattice, the centre chosen so that they sum to 1."""
    return Fir(tuple(tuple(float(tap) for tap in row) for row in with_unit_sum(kernel)))
