"""Least squares between pixels beside an edge and an ideal edge seen through a blur.

The residual is taken on display-encoded values, where camera noise and rounding are nearly white:
the model, in light, goes through the curve. A pixel at distance d from the edge is

    m(d) = (lo + u d) (1 - E(d)) + (hi + v d) E(d),

E the edge's response; u and v take up uneven lighting. What moves the edge changes d linearly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.estimate.edge.families import Family
from rtdeconv.estimate.edge.response import Response, read_off, response_of
from rtdeconv.grid import Array
from rtdeconv.light import Light, encode

LEVELS: Final = 4
"""lo, hi, u, v."""

STEPS: Final = 25
SETTLED: Final = 1e-6
"""Of the squared residual; less gained by a step ends the search."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Pixels beside an edge, all arrays of shape (n,) but ``moves``, (k, n).

    ``d_px``: distance from the first guess of the edge; ``moves``: how each of k unknowns of the
    edge's place changes it. ``values``: encoded. ``weight``: how many pixels each stands for.
    """

    d_px: Array
    moves: Array
    values: Array
    weight: Array
    angle_deg: float
    light: Light


@dataclass(frozen=True, eq=False)
class Solution:
    """``unknowns``: k moves, 4 levels, then the blur's; ``squares``: weighted sum of residuals."""

    family: Family
    unknowns: Array
    squares: float

    def moved(self, samples: Samples) -> Array:
        """Distances from the edge where it was found."""
        return np.asarray(samples.d_px + self.moves @ samples.moves)

    @property
    def moves(self) -> Array:
        """The edge's unknowns."""
        return self.unknowns[: -LEVELS - self.family.count]

    @property
    def levels(self) -> Array:
        """lo, hi, u, v."""
        return self.unknowns[-LEVELS - self.family.count : -self.family.count]

    @property
    def shape(self) -> Array:
        """The blur's own."""
        return self.unknowns[-self.family.count :]


def solved(samples: Samples, family: Family, levels: Array, start: Array) -> Solution:
    """The least squares of ``family`` from ``levels`` and the blur's ``start``.

    Gauss-Newton; a step that does not help is halved.
    """
    moves = np.zeros(len(samples.moves))
    here = Solution(family, np.concatenate([moves, levels, family.bounded(start)]), math.inf)
    residual, slopes = residual_slopes(samples, here)
    here = replace(here, squares=float(samples.weight @ residual**2))
    for _ in range(STEPS):
        normal, towards = _normal(slopes, residual, samples.weight)
        before, step = here.squares, -solved_scaled(normal, towards)
        for _ in range(6):
            unknowns = here.unknowns + step
            unknowns[-family.count :] = family.bounded(unknowns[-family.count :])
            tried = replace(here, unknowns=unknowns)
            error = residual_of(samples, tried)
            squares = float(samples.weight @ error**2)
            if squares < before:
                here = replace(tried, squares=squares)
                break
            step = step / 2
        if before - here.squares <= SETTLED * before:
            break
        residual, slopes = residual_slopes(samples, here)
    return here


def response_at(family: Family, shape: Array, angle_deg: float) -> Response:
    """Of an edge through the blur that ``shape`` describes."""
    return response_of(family.spectra(shape, angle_deg), angle_deg)


def residual_of(samples: Samples, at: Solution) -> Array:
    """Model less pixels, encoded."""
    d = at.moved(samples)
    esf, _ = read_off(response_at(at.family, at.shape, samples.angle_deg), d)
    return encode(_lit(at.levels, d, esf), samples.light) - samples.values


def residual_slopes(samples: Samples, at: Solution) -> tuple[Array, Array]:
    """The residual (n,) and its slopes by every unknown (unknowns, n)."""
    d = at.moved(samples)
    lo, hi, u, v = at.levels
    esf, lsf = read_off(response_at(at.family, at.shape, samples.angle_deg), d)
    lit = _lit(at.levels, d, esf)
    contrast = hi + v * d - lo - u * d
    along = contrast * lsf + u * (1 - esf) + v * esf
    rows = [along * move for move in samples.moves]
    rows += [1 - esf, esf, d * (1 - esf), d * esf]
    for index in range(at.family.count):
        moved, step = at.family.nudged(at.shape, index)
        other, _ = read_off(response_at(at.family, moved, samples.angle_deg), d)
        rows.append(contrast * (other - esf) / step)
    encoded = encode(lit, samples.light)
    h = 1e-5 * abs(hi - lo)
    curve = (encode(lit + h, samples.light) - encoded) / h
    return encoded - samples.values, np.array(rows) * curve


def _lit(levels: Array, d: Array, esf: Array) -> Array:
    lo, hi, u, v = levels
    return np.asarray((lo + u * d) * (1 - esf) + (hi + v * d) * esf)


def _normal(slopes: Array, residual: Array, weight: Array) -> tuple[Array, Array]:
    weighted = slopes * weight
    return weighted @ slopes.T, weighted @ residual


def solved_scaled(normal: Array, towards: Array) -> Array:
    """``normal`` (..., n, n) solved for ``towards`` (..., n), scaled first: unknowns have different
    units; those that change nothing stay."""
    scale = 1 / np.sqrt(np.maximum(np.einsum("...ii->...i", normal), 1e-30))
    even = normal * scale[..., :, None] * scale[..., None, :]
    even = even + 1e-10 * np.eye(even.shape[-1])
    return np.asarray(np.linalg.solve(even, (towards * scale)[..., None])[..., 0] * scale)


def resampled_shapes(
    samples: Samples, at: Solution, row_of: NDArray[np.intp], counts: Array
) -> Array:
    """The blur's unknowns had other rows been seen, shape (resamples, unknowns).

    ``row_of`` (n,) numbers the samples' rows, ``counts`` (resamples, rows) says how often each is
    drawn. One Gauss-Newton step from the solution, its sums taken row by row once for all.
    """
    residual, slopes = residual_slopes(samples, at)
    order = np.argsort(row_of, kind="stable")
    starts = np.searchsorted(row_of[order], np.arange(counts.shape[1]))
    slopes, residual = slopes[:, order], residual[order]
    size = len(slopes)
    upper = np.triu_indices(size)
    products = np.array([slopes[i] * slopes[j] for i, j in zip(*upper, strict=True)])
    normal = np.zeros((len(counts), size, size))
    normal[:, upper[0], upper[1]] = counts @ np.add.reduceat(products, starts, axis=1).T
    normal[:, upper[1], upper[0]] = normal[:, upper[0], upper[1]]
    towards = counts @ np.add.reduceat(slopes * residual, starts, axis=1).T
    return np.asarray(at.shape - solved_scaled(normal, towards)[:, -at.family.count :])
