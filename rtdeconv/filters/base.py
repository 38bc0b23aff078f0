"""What every filter family offers, and the lattice its taps live on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Protocol

import numpy as np

from rtdeconv.blur import Spectrum, complex_transfer, transfer
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import Array

LATTICE_BITS: Final = 22

MAX_RADIUS: Final = 7
"""15 x 15 taps: the largest neighbourhood that one pass of any GL may address."""

MAX_COEFFICIENT: Final = 1e4
"""Of a tap, a weight or a coefficient; mild blurs ask for a hundredth of that."""


class Filter(Protocol):
    """A restoring filter, a frozen dataclass: real taps, DC gain exactly 1."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def label(self) -> str:
        """What a person calls it: ``5x5 FIR``."""
        ...

    def kernel(self) -> Array:
        """Its impulse response, odd square (n, n)."""
        ...

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """Its exact transfer function at (wy, wx) radians per pixel, broadcast shape."""
        ...


def response_of(taps: Array, wy: Array, wx: Array) -> Spectrum:
    """Exact response of taps (n, n), real where they are point-symmetric."""
    symmetric = np.array_equal(taps, taps[::-1, ::-1])
    return transfer(taps, wy, wx) if symmetric else complex_transfer(taps, wy, wx)


def on_lattice(values: Array, *, bits: int = LATTICE_BITS) -> Array:
    """``values`` rounded to ``bits`` binary digits below the largest (at least below 1).

    float32 carries 24, so that taps on a lattice, and their sums, are exact there: what is
    validated is what ships. Taps that are fractions of a value need it on fewer bits.
    """
    largest = max(float(np.max(np.abs(values), initial=0.0)), 1.0)
    step = 2.0 ** (math.ceil(math.log2(largest)) - bits)
    return np.asarray(np.rint(values / step) * step)


def with_unit_sum(taps: Array, *, bits: int = LATTICE_BITS) -> Array:
    """Taps on their lattice, the centre chosen so that they sum to 1 without rounding error."""
    rounded = on_lattice(taps, bits=bits)
    centre = tuple(n // 2 for n in rounded.shape)
    rounded[centre] += 1.0 - math.fsum(rounded.ravel())
    return rounded


def check_bounded(what: str, values: Iterable[float]) -> None:
    """Refuses numbers that are not finite or beyond `MAX_COEFFICIENT`."""
    if not all(math.isfinite(value) and abs(value) <= MAX_COEFFICIENT for value in values):
        raise ValueRefused(f"{what} are finite and within +-{MAX_COEFFICIENT:g}")


def check_unit_sum(what: str, values: Iterable[float]) -> None:
    """Refuses numbers that do not sum to exactly 1."""
    total = math.fsum(values)
    if total != 1.0:
        raise ValueRefused(f"{what} sum to exactly 1, or grey changes; these sum to {total:.17g}")


def check_square(what: str, taps: Sequence[Sequence[float]]) -> None:
    """Refuses rows that are no odd square within `MAX_RADIUS`."""
    size = len(taps)
    if size % 2 == 0 or size > 2 * MAX_RADIUS + 1 or any(len(row) != size for row in taps):
        raise ValueRefused(f"{what} is an odd square of at most {2 * MAX_RADIUS + 1} taps")
