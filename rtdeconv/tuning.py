"""The two coefficients of a tunable filter as functions of blur and noise, cheap at every pixel.

``sigma``: the Gaussian blur's standard deviation in pixels; ``noise``: the noise's on the 0..1
scale; numbers or arrays, which keep their precision. Two forms, in numpy the definition of what
shaders compute: the normal equations themselves, and a table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused

LARGEST: Final = 1e6
"""Of any number of a solver: what it makes of such is finite in single floats."""

CHECKED: Final = 18
"""Blurs at which a solver's coefficients are checked: a tenth of a pixel apart."""

Values = float | NDArray[np.floating]

SIGMAS_PX: Final = (0.3, 2.0)
"""Blurs that coefficients are solved for; the nearest stands for what lies outside."""

SHARP_PX: Final = 0.05
"""What is blurred no more than that stays as it is: coefficients rise from 0 here to their full
size at the narrowest blur. That one gives 5 % of a pixel to each neighbour, .2 px gives .6 %."""


@dataclass(frozen=True)
class Decay:
    """``exp(-rate sigma^2)``, and what it adds to (a11, a12, a22) and to (r1, r2)."""

    rate: float
    gram: tuple[float, float, float]
    right: tuple[float, float]


@dataclass(frozen=True)
class Moments:
    """The normal equations ``a11 c1 + a12 c2 = r1, a12 c1 + a22 c2 = r2``, solved on the spot.

    With H the blur, S the signal's spectrum and N the noise power, ``a_jk = mean (H^2 S + N) B_j
    B_k`` and ``r_k = mean (H - H^2) S B_k - N B_k``, linear in N. At every frequency H is a sum of
    ``exp(-rate sigma^2)``, one for each alias, and so are these means: a few rates with fitted
    weights stand for all frequencies.

    ``noise_gram`` and ``noise_right`` are what N multiplies; N is ``noise^2 + rounding``.
    """

    decays: tuple[Decay, ...]
    noise_gram: tuple[float, float, float]
    noise_right: tuple[float, float]
    rounding: float

    def __post_init__(self) -> None:
        _check_bounded(n for d in self.decays for n in (d.rate, *d.gram, *d.right))
        _check_bounded((*self.noise_gram, *self.noise_right, self.rounding))
        if min([self.rounding, *(d.rate for d in self.decays)]) < 0:
            raise ValueRefused("rates and the rounding's noise power are 0 or more")
        with np.errstate(all="ignore"):  # equations that say nothing are refused for their results
            found = self.solved(np.linspace(*SIGMAS_PX, CHECKED)[:, None], np.array([0.0, 1.0]))
        _check_bounded(number for part in found for number in np.ravel(part))

    def solved(self, sigma: Values, noise: Values) -> tuple[Values, Values]:
        """(c1, c2) within `SIGMAS_PX`."""
        power = noise * noise + self.rounding
        gram = [power * n for n in self.noise_gram]
        right = [power * n for n in self.noise_right]
        for decay in self.decays:
            gaussian = np.exp(-decay.rate * (sigma * sigma))
            gram = [a + gaussian * n for a, n in zip(gram, decay.gram, strict=True)]
            right = [r + gaussian * n for r, n in zip(right, decay.right, strict=True)]
        return two_unknowns(*gram, *right)


@dataclass(frozen=True)
class Table:
    """(c1, c2) at equal steps of sigma over `SIGMAS_PX`, one row each, and at equal ratios of noise
    over ``noises``, one column each; bilinear between, the nearest outside."""

    rows: tuple[tuple[tuple[float, float], ...], ...]
    noises: tuple[float, float]

    def __post_init__(self) -> None:
        if len(self.rows) < 2 or len({len(row) for row in self.rows}) > 1 or len(self.rows[0]) < 2:
            raise ValueRefused("a table has two rows and two columns at least, all of one length")
        if not 0 < self.noises[0] < self.noises[1]:
            raise ValueRefused("a table's noises rise from above 0")
        _check_bounded((*self.noises, *(c for row in self.rows for pair in row for c in pair)))

    @property
    def steps(self) -> tuple[float, float]:
        """Rows per pixel of sigma, columns per factor 2 of noise."""
        low, high = SIGMAS_PX
        octaves = math.log2(self.noises[1] / self.noises[0])
        return (len(self.rows) - 1) / (high - low), (len(self.rows[0]) - 1) / octaves

    def solved(self, sigma: Values, noise: Values) -> tuple[Values, Values]:
        """(c1, c2) within `SIGMAS_PX`."""
        down, along = self.steps
        row = (sigma - SIGMAS_PX[0]) * down
        column = np.log2(np.maximum(noise, self.noises[0]) / self.noises[0]) * along
        c1, c2 = np.moveaxis(np.array(self.rows), -1, 0)
        return _bilinear(c1, row, column), _bilinear(c2, row, column)


Solver = Moments | Table


def two_unknowns(
    a11: Values, a12: Values, a22: Values, r1: Values, r2: Values
) -> tuple[Values, Values]:
    """(c1, c2) of ``a11 c1 + a12 c2 = r1, a12 c1 + a22 c2 = r2`` by Cramer's rule.

    The determinant is positive because the two bands peak at different frequencies.
    """
    det = a11 * a22 - a12 * a12
    return (a22 * r1 - a12 * r2) / det, (a11 * r2 - a12 * r1) / det


def coefficients(solver: Solver, sigma: Values, noise: Values) -> tuple[Values, Values]:
    """(c1, c2) for any sigma and noise of 0 or more: what is sharp already gives (0, 0)."""
    c1, c2 = solver.solved(np.clip(sigma, *SIGMAS_PX), noise)
    blurred = faded(sigma)
    return c1 * blurred, c2 * blurred


def faded(sigma: Values) -> Values:
    """0 up to `SHARP_PX`, 1 from the narrowest blur solved for; smooth between (smoothstep)."""
    rise = np.clip((sigma - SHARP_PX) / (SIGMAS_PX[0] - SHARP_PX), 0.0, 1.0)
    return rise * rise * (3.0 - 2.0 * rise)


def _bilinear(table: NDArray[np.float64], row: Values, column: Values) -> Values:
    """``table`` between its entries; positions beyond it are moved to its edge."""
    top, down = _split(row, len(table))
    left, right = _split(column, len(table[0]))
    upper = table[top, left] * (1 - right) + table[top, left + 1] * right
    lower = table[top + 1, left] * (1 - right) + table[top + 1, left + 1] * right
    return upper * (1 - down) + lower * down


def _split(position: Values, count: int) -> tuple[NDArray[np.intp], Values]:
    """The entry before a position, and how far on towards the next it lies."""
    inside = np.clip(position, 0.0, count - 1)
    before = np.minimum(np.floor(inside), count - 2).astype(np.intp)
    return before, inside - before


def _check_bounded(numbers: Iterable[float]) -> None:
    if not all(abs(number) <= LARGEST for number in numbers):  # not a number neither
        raise ValueRefused(f"numbers of a tunable filter are finite and within +-{LARGEST:g}")
