"""Separable filters, alone and around the untouched pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import MAX_RADIUS, check_bounded, check_unit_sum, response_of
from rtdeconv.grid import Array

Line = tuple[float, ...]

MAX_TERMS = 2


@dataclass(frozen=True)
class Separable:
    """``G = v(wy) u(wx)``: ``rows`` are the taps down a column, ``columns`` those along a row, each
    of odd length and sum 1. Two passes; an edge that lies oblique gets no treatment of its own."""

    rows: Line
    columns: Line

    def __post_init__(self) -> None:
        for line in (self.rows, self.columns):
            check_line(line)
        if len(self.rows) != len(self.columns):
            raise ValueRefused("a separable filter has as many taps down as along")

    @property
    def label(self) -> str:
        """``separable 7+7``."""
        return f"separable {len(self.rows)}+{len(self.columns)}"

    def kernel(self) -> Array:
        """The outer product of both lines."""
        return np.outer(self.rows, self.columns)

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """Response of the taps."""
        return response_of(self.kernel(), wy, wx)


@dataclass(frozen=True)
class DeltaSeparable:
    """``G = 1 + sum s_k (1 - v_k(wy) u_k(wx))``: the picture plus what a separable low-pass leaves.

    A term is (s, rows, columns), both lines of sum 1: one pass down for each, one more for all.
    """

    terms: tuple[tuple[float, Line, Line], ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.terms) <= MAX_TERMS:
            raise ValueRefused(f"a delta + separable filter has 1..{MAX_TERMS} terms")
        check_bounded("amounts", (amount for amount, *_ in self.terms))
        for _, rows, columns in self.terms:
            check_line(rows)
            check_line(columns)
        if len({len(line) for _, *lines in self.terms for line in lines}) != 1:
            raise ValueRefused("all lines of a delta + separable filter are as long")

    @property
    def label(self) -> str:
        """``delta + separable 5+5``, ``delta + 2 separable 5+5``."""
        size, count = len(self.terms[0][1]), len(self.terms)
        return f"delta + {f'{count} ' if count > 1 else ''}separable {size}+{size}"

    def kernel(self) -> Array:
        """The equivalent single kernel."""
        size = len(self.terms[0][1])
        total = np.zeros((size, size))
        for amount, rows, columns in self.terms:
            total -= amount * np.outer(rows, columns)
        total[size // 2, size // 2] += 1.0 + sum(amount for amount, *_ in self.terms)
        return total

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """Response of the equivalent kernel."""
        return response_of(self.kernel(), wy, wx)


def check_line(line: Line) -> None:
    """Refuses a line of taps that is even, too long, not finite or does not sum to 1."""
    if len(line) % 2 == 0 or len(line) > 2 * MAX_RADIUS + 1:
        raise ValueRefused(f"a line has an odd number of taps, at most {2 * MAX_RADIUS + 1}")
    check_bounded("taps", line)
    check_unit_sum("taps", line)
