"""Gaussians as first guesses: round ones of any place, oriented ones of the middle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from rtdeconv.blur import Gaussian, gaussian_line
from rtdeconv.estimate.pairs.evidence import Equations
from rtdeconv.grid import Array

STEPS: Final = 12
STARTS_PX: Final = (0.25, 0.5, 0.9, 1.5, 2.5)
LEAST_SIGMA_PX, MOST_SIGMA_PX = 0.06, 6.0

Shape = Callable[[Array], Array]
"""Parameters to taps (n,)."""


def round_gaussian(parameters: Array, reach: int) -> Array:
    """``(log sigma, y, x)`` to taps (n,)."""
    sigma = float(np.clip(math.exp(parameters[0]), LEAST_SIGMA_PX, MOST_SIGMA_PX))
    # gaussian_line's centre is where its middle tap lies
    line_y, line_x = (gaussian_line(sigma, reach, np.array(at)) for at in parameters[1:])
    return np.outer(line_y, line_x).ravel()


def oriented_gaussian(parameters: Array, reach: int) -> Array:
    """The logarithm of the covariance, ``(yy, yx, xx)``, to taps (n,) about the middle."""
    return _cropped(oriented(parameters).psf(), reach)


def oriented(parameters: Array) -> Gaussian:
    """The same as a blur."""
    yy, yx, xx = parameters
    logs, axes = np.linalg.eigh([[yy, yx], [yx, xx]])
    across, along = (
        float(np.clip(math.exp(log / 2), LEAST_SIGMA_PX, MOST_SIGMA_PX)) for log in logs
    )
    if along - across < 1e-9 * along:
        return Gaussian(along)
    return Gaussian(along, across, math.degrees(math.atan2(axes[0, 1], axes[1, 1])))


def _cropped(taps: Array, reach: int) -> Array:
    own = len(taps) // 2
    if own < reach:
        return np.pad(taps, reach - own).ravel()
    inner = slice(own - reach, own + reach + 1)
    return taps[inner, inner].ravel()


def tangents(shape: Shape, parameters: Array) -> Array:
    """Derivatives of the taps by every parameter, (n, parameters)."""
    step = 1e-4
    moves = np.eye(len(parameters)) * step
    return np.stack(
        [(shape(parameters + m) - shape(parameters - m)) / (2 * step) for m in moves], 1
    )


def fitted(shape: Shape, start: Array, found: Equations) -> tuple[Array, float]:
    """The parameters and the gain that leave least, by damped Gauss-Newton from ``start``."""
    at, damping = start, 1e-3
    gain, left = _gain(shape(at), found)
    for _ in range(STEPS):
        taps, slopes = shape(at), gain * tangents(shape, at)
        basis = np.column_stack([slopes, taps])
        normal = basis.T @ found.gram @ basis
        wanted = basis.T @ (found.cross - gain * (found.gram @ taps))
        normal[np.diag_indices_from(normal)] *= 1 + damping
        move = np.linalg.lstsq(normal, wanted, rcond=1e-14)[0][:-1]
        move *= min(1.0, 0.5 / max(float(np.abs(move).max()), 1e-12))
        next_gain, next_left = _gain(shape(at + move), found)
        if next_left <= left:
            done = left - next_left < 1e-9 * found.energy
            at, gain, left, damping = at + move, next_gain, next_left, damping / 5
            if done and np.abs(move).max() < 1e-4:
                break
        else:
            damping = max(damping, 1e-3) * 20
    return at, gain


def _gain(taps: Array, found: Equations) -> tuple[float, float]:
    """The best factor of ``taps`` and what it leaves."""
    reach, power = float(taps @ found.cross), float(taps @ found.gram @ taps)
    gain = reach / max(power, 1e-30)
    return gain, found.energy - gain * reach


def placed_round(found: Equations, reach: int) -> tuple[Array, float]:
    """The best round Gaussian: ``(log sigma, y, x)`` and its gain."""

    def shape(parameters: Array) -> Array:
        return round_gaussian(parameters, reach)

    starts = [np.array([math.log(sigma), 0.0, 0.0]) for sigma in STARTS_PX]
    best = min(starts, key=lambda start: _gain(shape(start), found)[1])
    return fitted(shape, best, found)


def sigma_of(taps: Array) -> tuple[float, Array]:
    """Sigma of the round Gaussian nearest to ``taps`` (m, m) of sum 1, and how it follows the taps.

    Nearest in the sum of squares; the second is its derivative by every tap, (m m,).
    """
    reach = len(taps) // 2
    plain = Equations(np.eye(taps.size), taps.ravel(), float((taps**2).sum()), float(taps.size))

    def shape(parameters: Array) -> Array:
        return round_gaussian(np.array([parameters[0], 0.0, 0.0]), reach)

    starts = [np.array([math.log(sigma)]) for sigma in STARTS_PX]
    best = min(starts, key=lambda start: _gain(shape(start), plain)[1])
    at, gain = fitted(shape, best, plain)
    sigma = float(np.clip(math.exp(at[0]), LEAST_SIGMA_PX, MOST_SIGMA_PX))
    along = gain * tangents(shape, at)[:, 0]
    # the gain is free: only what it cannot follow counts
    taps_then = shape(at)
    along = along - taps_then * (taps_then @ along) / (taps_then @ taps_then)
    return sigma, sigma * along / max(float(along @ along), 1e-30)
