"""Whether a blur is wider along one direction, from what it takes off the spectrum there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.estimate.blind.features import LEAST_POWER
from rtdeconv.estimate.blind.network import LARGEST_PX
from rtdeconv.estimate.blind.tiles import SIDE_PX, Tiles
from rtdeconv.grid import Array, half_frequencies
from rtdeconv.prior.periodograms import periodograms

NEAREST, FARTHEST = 4.0, 28.0
"""Radii in waves per tile: nearer, scenes differ; farther, the grid's corners."""

NEAR: Final = (-3, -2, -1, 1, 2, 3)

STEPS: Final = 8
"""Gauss-Newton steps; the answer stands still after about five."""

STEEPEST: Final = 12.0
"""Largest change of a log power in one step."""

RIDGE: Final = 1e-5
TINY: Final = 1e-12

SURE_PX2: Final = 0.6
SURE_SHARE: Final = 0.25
"""A lean beyond SURE_PX2 plus SURE_SHARE of the variance is the blur's and not the scene's:
`tools/measure_blind.py` counts the round blurs that exceed it."""

NARROWEST_PX: Final = 0.2

LEAST_PX: Final = 0.5
"""Of a smaller blur no direction is told from the scene's."""


@dataclass(frozen=True)
class Lean:
    """How far the variance of a blur lies above its mean along ``angle_deg``, from right toward
    down, and as far below it across."""

    size_px2: float
    angle_deg: float


def lean(tiles: Tiles, noise_power: float) -> Lean | None:
    """The lean of the blur of tiles (n, 64, 64); None where there are none.

    A Gaussian's log power is -w' C w. The tiles' mean power P is fitted, in its logarithm, by
    ``exp(r(ln |w|) + content(t) - |w|^2 (a cos 2t + b sin 2t)) + noise`` at frequencies |w| in
    directions t: r a cubic, content the scene's own lean, to the fourth harmonic.
    """
    if not len(tiles):
        return None
    noise_power = max(noise_power, LEAST_POWER)
    power = periodograms(tiles.astype(np.float64))[:, :, : SIDE_PX // 2 + 1]
    weight = 1 / np.maximum(power[:, NEAR, 1:4].mean((1, 2)), 4 * noise_power)
    mean = np.tensordot(weight, power, 1)
    wy, wx = half_frequencies((SIDE_PX, SIDE_PX))
    radius = np.hypot(wy, wx) * SIDE_PX / (2 * math.pi)
    used = (radius > NEAREST) & (radius < FARTHEST) & (wx > 0)
    y, x = (np.broadcast_to(w, used.shape)[used] for w in (wy, wx))
    unknowns = _fitted(_columns(y, x), mean[used], noise_power * float(weight.sum()))
    a, b = unknowns[:2]
    return Lean(float(np.hypot(a, b)), math.degrees(math.atan2(b, a)) / 2 % 180)


def _columns(y: Array, x: Array) -> Array:
    """What the log power at frequencies (y, x) is linear in, (n, 10); the first two the lean."""
    turn, square = np.arctan2(y, x), y * y + x * x
    scale = np.log(square)
    return np.stack(
        [
            -square * np.cos(2 * turn),
            -square * np.sin(2 * turn),
            *(trig(k * turn) for k in (2, 4) for trig in (np.cos, np.sin)),
            *(scale**k for k in range(4)),
        ],
        1,
    )


def _fitted(columns: Array, power: Array, noise_power: float) -> Array:
    """Unknowns of least squares of the log of ``power``; a small ridge holds what noise hides."""
    signal = np.maximum(power - noise_power, 0.1 * noise_power)
    unknowns = np.linalg.lstsq(columns, np.log(signal), rcond=None)[0]
    ridge = RIDGE * len(power) * np.eye(len(unknowns))
    for _ in range(STEPS):
        model = np.exp(np.clip(columns @ unknowns, -60, 60))
        rest = np.log(np.maximum(power, TINY) / (model + noise_power))
        slopes = columns * (model / (model + noise_power))[:, None]
        step = np.linalg.solve(slopes.T @ slopes + ridge, slopes.T @ rest)
        unknowns = unknowns + step / max(1.0, float(np.abs(columns @ step).max()) / STEEPEST)
    return unknowns


def oriented(found: Lean | None, sigma_px: float) -> Gaussian | None:
    """The oriented Gaussian of which ``sigma_px`` is the geometric mean, as which networks see it;
    None unless that is sure.

    With l the lean and g the mean: ``s1^2 - s2^2 = 2 l`` and ``s1 s2 = g^2`` give
    ``s^2 = sqrt(l^2 + g^4) +- l``.
    """
    if found is None or not LEAST_PX < sigma_px < LARGEST_PX:
        return None
    size = found.size_px2
    if size < SURE_PX2 + SURE_SHARE * sigma_px**2:
        return None
    middle = math.hypot(size, sigma_px**2)
    along, across = math.sqrt(middle + size), math.sqrt(middle - size)
    return Gaussian(round(along, 3), round(max(across, NARROWEST_PX), 3), round(found.angle_deg, 1))
