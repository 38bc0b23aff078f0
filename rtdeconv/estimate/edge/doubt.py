"""How sure the figures of an edge are: rows drawn anew, and what no model explains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.estimate.edge.families import sigma_of
from rtdeconv.estimate.edge.samples import Beside
from rtdeconv.estimate.edge.solver import (
    Samples,
    Solution,
    resampled_shapes,
    residual_of,
    residual_slopes,
    solved_scaled,
)
from rtdeconv.estimate.words import EIGHTY_SIGMAS
from rtdeconv.grid import Array

RESAMPLES: Final = 80
DRAWN_ROWS: Final = 4
"""Neighbours drawn together: codecs and demosaicing err alike in them."""

SEED: Final = 12233
"""The same region gives the same error bars."""

ROUNDED: Final = 0.001
"""Standard error of sigma, of itself, that no resampling sees: rounding without noise is alike in
all rows."""

CHANCE_POWER: Final = 2.0
"""Of the noise's; less is no misfit."""

ALIKE_PX: Final = 0.5
"""Across the edge: what a model misses there has one sign."""


@dataclass(frozen=True, eq=False)
class Redrawn:
    """``counts`` (resamples, rows): how often each row is drawn, in ``blocks`` of neighbours."""

    counts: Array
    blocks: int

    def sigmas(self, normal: float) -> float:
        """How many of the resamples' standard deviations reach as far as ``normal`` of the true.

        Resampling b blocks has a variance of (b - 1) / b of the truth, and knows it from b - 1
        differences: sqrt(b / (b - 1)) times Student's t.
        """
        return math.sqrt(self.blocks / (self.blocks - 1)) * student(normal, self.blocks - 1)


def redrawn(rows: int) -> Redrawn:
    """Of an edge of ``rows``, DRAWN_ROWS at a time."""
    blocks = math.ceil(rows / DRAWN_ROWS)
    drawn = np.random.default_rng(SEED).multinomial(blocks, [1 / blocks] * blocks, RESAMPLES)
    counts = np.repeat(drawn, DRAWN_ROWS, axis=1)[:, :rows].astype(np.float64)
    return Redrawn(counts, blocks)


def student(normal: float, freedom: int) -> float:
    """The quantile of Student's t with ``freedom`` >= 4 where a normal number has ``normal``.

    Cornish and Fisher's series (Abramowitz and Stegun 26.7.5); 1 % short at 4 and 2 sigmas.
    """
    z, n = normal, float(freedom)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def interval_of(
    pixels: Beside, found: Solution, drawn: Redrawn, systematic: float
) -> tuple[float, float]:
    """80 % of the Gaussian's sigma: the spread of its variance over resampled rows, and beside it
    ``systematic``, the standard error that is alike in all rows."""
    resampled = resampled_shapes(pixels.samples, found, pixels.row_of, drawn.counts)[:, 0]
    variance = found.shape[0]
    alike = EIGHTY_SIGMAS * math.hypot(2 * ROUNDED * variance, systematic)
    half = math.hypot(drawn.sigmas(EIGHTY_SIGMAS) * float(np.std(resampled)), alike)
    return sigma_of(variance - half), sigma_of(variance + half)


@dataclass(frozen=True)
class Missed:
    """What the best model leaves where all rows err alike.

    ``variance``: the standard error of the Gaussian's variance by it, px^2. ``apart``: its power
    over what noise within the bins explains, at least 1: as many pixels count as one.
    """

    variance: float
    apart: float


def missed_by(few: Samples, lost: float, gaussian: Solution, best: Solution, pixels: int) -> Missed:
    """Of binned samples ``few`` of ``pixels`` pixels, ``lost`` their squares within bins.

    The residual's sums over ALIKE_PX are taken as independent of each other (a sandwich
    estimator): a Gauss-Newton step of each by itself tells how far it would move the variance.
    """
    residual = residual_of(few, best)
    _, slopes = residual_slopes(few, gaussian)
    cell = np.floor(few.d_px / ALIKE_PX).astype(np.intp)
    cell -= cell.min()
    sums = np.array([np.bincount(cell, row) for row in slopes * (few.weight * residual)])
    normal = (slopes * few.weight) @ slopes.T
    noise = lost / max(pixels - len(few.values), 1)
    steps = solved_scaled(normal, sums.T)[:, -1]
    by_noise = noise * float(solved_scaled(normal, np.eye(len(normal))[-1])[-1])
    number = np.bincount(cell, few.weight)
    power = np.bincount(cell, few.weight * residual) ** 2 / np.maximum(number, 1)
    spare = max(np.count_nonzero(number) - len(slopes), 1)
    apart = float(power.sum()) / spare / max(noise, 1e-12)
    # twice what noise makes is chance, as a blur is told by a few cells
    systematic = math.sqrt(max(float(steps @ steps) - CHANCE_POWER * by_noise, 0.0))
    return Missed(systematic, max(apart, 1.0))
