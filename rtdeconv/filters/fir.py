"""2-D FIR: the taps of an odd square, any of which may be zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.filters.base import (
    check_bounded,
    check_square,
    check_unit_sum,
    response_of,
    with_unit_sum,
)
from rtdeconv.grid import Array


@dataclass(frozen=True)
class Fir:
    """Taps by rows, an odd square up to 15 x 15, sum 1."""

    taps: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        check_square("an FIR", self.taps)
        flat = [tap for row in self.taps for tap in row]
        check_bounded("taps", flat)
        check_unit_sum("taps", flat)

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
