"""Full 2-D FIR: every tap of an odd square is free."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur import transfer
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import MAX_RADIUS
from rtdeconv.grid import Array

MAX_COEFFICIENT = 1e4


@dataclass(frozen=True)
class Fir:
    """Taps by rows, an odd square up to 15 x 15, point-symmetric, sum 1."""

    taps: tuple[tuple[float, ...], ...]

    family = "fir"

    def __post_init__(self) -> None:
        size = len(self.taps)
        if size % 2 == 0 or size > 2 * MAX_RADIUS + 1 or any(len(r) != size for r in self.taps):
            raise ValueRefused(f"an FIR is an odd square of at most {2 * MAX_RADIUS + 1} taps")
        flat = [tap for row in self.taps for tap in row]
        if not all(math.isfinite(tap) and abs(tap) <= MAX_COEFFICIENT for tap in flat):
            raise ValueRefused(f"taps are finite and within +-{MAX_COEFFICIENT:g}")
        if flat != flat[::-1]:
            raise ValueRefused("taps must be point-symmetric, or the filter shifts the picture")
        if math.fsum(flat) != 1.0:
            raise ValueRefused(
                f"taps sum to exactly 1, or grey changes; these sum to {math.fsum(flat):.17g}"
            )

    @property
    def size(self) -> int:
        """Taps per side."""
        return len(self.taps)

    @property
    def label(self) -> str:
        """``5x5 FIR``."""
        return f"{len(self.taps)}x{len(self.taps)} FIR"

    def kernel(self) -> Array:
        """The taps, shape (n, n)."""
        return np.array(self.taps, float)

    def response(self, wy: Array, wx: Array) -> Array:
        """Sum of tap * cos(wy y + wx x)."""
        return transfer(self.kernel(), wy, wx)
