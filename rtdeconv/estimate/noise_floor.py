"""The power of white noise under a picture's detail, and how it rises with brightness."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from rtdeconv.estimate.bands import FINE, MIDDLE, Band, Bands, typical
from rtdeconv.grid import Array

FLATTEST: Final = 0.3
FEWEST: Final = 60
BINS: Final = 12
IN_A_BIN: Final = 5
"""Blocks that are looked at, in at most so many bins of rising coarse detail."""

LEAST_LEFT: Final = 0.35
"""Share of the fine power that stays noise at least: the bins' scatter, or a codec that spared the
flat ones, can make the line too steep."""

STEEPEST: Final = 0.8

DOUBT: Final = 0.2
"""Of what a bin's detail adds to the middle band, so much may be missing from the line."""

MEDIAN_COST: Final = math.pi / 2
"""Variance of a median over that of a mean, of many normal numbers."""

LEVELS: Final = 16
ON_A_LEVEL: Final = 48
FEWEST_ON_A_LEVEL: Final = 24
FEWEST_LEVELS: Final = 4
"""Sixteenths of the brightness and how many blocks each needs, and how many of them a line does."""

SCATTER: Final = 0.1
"""Levels differ by so much for other reasons than their noise."""

TEXTURED: Final = 3.0
"""Deviations above the line that no level counts for more than: it has no flat block."""

ROUNDS: Final = 12

SURE: Final = 12.0
"""Fall of chi square from which on a rise is believed: 3.5 sigma."""

LEAST_RISE: Final = 0.3
"""The rise must change the variance over the levels found by this share of its mean."""

LEAST_SHARE: Final = 0.05
"""Of the variance at black: no level has less."""

TINY: Final = 1e-30
"""Added to squares of powers where all may be 0."""


class Rise(NamedTuple):
    """Variance read2 + gain v at the brightness v, and the points that it was fitted to."""

    read2: float
    gain: float
    levels: tuple[float, ...]
    variances: tuple[float, ...]

    def variance(self, level: Array) -> Array:
        """Of the noise at these brightnesses, 0..1."""
        return np.maximum(self.read2 + self.gain * level, LEAST_SHARE * self.read2)


def flattest(found: Bands, share: float = FLATTEST, fewest: int = FEWEST) -> Bands:
    """The blocks with the least coarse detail, in rising order."""
    order = np.argsort(found.coarse)
    return found.at(order[: max(int(len(order) * share), fewest)])


def white_power(found: Bands) -> float:
    """Fine power without what detail is in it; blocks, at least one.

    With detail D of middle and r D of fine power, fine = N + r (middle - N): a line through the
    bins' (middle, fine), whose slope, less its own standard error, is r. It meets the diagonal,
    where white noise lies, at N.
    """
    flat = flattest(found)
    middle, fine = _binned(flat.middle, MIDDLE), _binned(flat.fine, FINE)
    r = _slope(middle, fine)
    noise = np.maximum((fine - r * middle) / (1 - r), LEAST_LEFT * fine)
    chance = _chance(len(flat) / len(fine)) * np.median(fine) ** 2
    doubt = (DOUBT * np.maximum(middle - fine, 0)) ** 2
    return float(np.average(noise, weights=1 / (chance + doubt + TINY)))


def rise(found: Bands, rounding: float) -> Rise:
    """How the variance, less that of ``rounding``, depends on brightness; 0 where that is not sure.

    It rises where values are those of a sensor, and falls behind a transfer curve, which is steep
    at black.

    Each level's flattest blocks give a point. Texture only ever adds, so points above the line
    count less and less.
    """
    points = np.array(list(_points(found, rounding))).reshape(-1, 3)
    levels, variances, counts = points.T
    shown = tuple(map(float, levels)), tuple(map(float, variances))
    even = float(np.median(variances)) if len(points) else 0.0
    if len(points) < FEWEST_LEVELS or even <= 0:
        return Rise(even, 0.0, *shown)
    relative = np.array([_chance(count) for count in counts]) + SCATTER**2
    flat, chi2_flat = _fitted(np.zeros_like(levels), variances, relative)
    line, chi2_line = _fitted(levels, variances, relative)
    change = line[1] * float(np.ptp(levels)) / (line[0] + line[1] * float(levels.mean()) + TINY)
    if chi2_flat - chi2_line < SURE or abs(change) < LEAST_RISE:
        return Rise(flat[0], 0.0, *shown)
    return Rise(*line, *shown)


def _points(found: Bands, rounding: float) -> Iterator[tuple[float, float, int]]:
    """Brightness, variance and number of blocks of every level that has enough."""
    at = np.minimum((found.level * LEVELS).astype(np.intp), LEVELS - 1)
    for level in range(LEVELS):
        here = found.at(at == level)
        if len(here) >= ON_A_LEVEL:
            flat = flattest(here, fewest=FEWEST_ON_A_LEVEL)
            variance = max(typical(flat.fine, FINE) - rounding, 0.0)
            yield float(flat.level.mean()), variance, len(flat)


def _fitted(x: Array, y: Array, relative: Array) -> tuple[tuple[float, float], float]:
    """y = a + b x, nowhere in 0..1 below 0, by weights that settle in some rounds, and its chi
    square."""
    a, b = float(np.median(y)), 0.0
    for _ in range(ROUNDS):
        fitted = a + b * x
        variance = relative * np.maximum(fitted, 0.1 * a) ** 2 + TINY
        above = np.maximum((y - fitted) / np.sqrt(variance), 1.0)
        weight = 1 / (variance * above**2)
        a, b = _line(x, y, weight)
    off = (y - a - b * x) / np.sqrt(variance)
    return (a, b), float(np.sum(np.minimum(off, TEXTURED) ** 2))


def _line(x: Array, y: Array, weight: Array) -> tuple[float, float]:
    mean_x, mean_y = (float(np.average(each, weights=weight)) for each in (x, y))
    spread = float(np.sum(weight * (x - mean_x) ** 2))
    b = float(np.sum(weight * (x - mean_x) * (y - mean_y))) / (spread + TINY) if spread > 0 else 0.0
    a = mean_y - b * mean_x
    if a < 0:
        return 0.0, _through_zero(x, y, weight)
    if a + b < 0:
        a = _through_zero(1 - x, y, weight)
        return a, -a
    return a, b


def _through_zero(x: Array, y: Array, weight: Array) -> float:
    """The slope of y = b x."""
    return float(np.sum(weight * x * y) / (np.sum(weight * x * x) + TINY))


def _binned(powers: Array, band: Band) -> Array:
    bins = min(max(len(powers) // IN_A_BIN, 1), BINS)
    return np.array([typical(part, band) for part in np.array_split(powers, bins)])


def _chance(blocks: float) -> float:
    """Relative variance of the typical fine power of so many blocks."""
    return 2 * MEDIAN_COST / (np.count_nonzero(FINE) * blocks)


def _slope(x: Array, y: Array) -> float:
    """Slope of y over x where y's errors grow with y, less its standard error; 0..STEEPEST."""
    if len(x) < BINS:
        return 0.0
    weight = 1 / (y**2 + TINY)
    off_x, off_y = (each - np.average(each, weights=weight) for each in (x, y))
    spread = float(np.sum(weight * off_x**2)) + TINY
    slope = float(np.sum(weight * off_x * off_y)) / spread
    left = float(np.sum(weight * (off_y - slope * off_x) ** 2)) / (len(x) - 2)
    return min(max(slope - math.sqrt(left / spread), 0.0), STEEPEST)
