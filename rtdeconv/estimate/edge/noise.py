"""Noise on the flats beside an edge."""

from __future__ import annotations

import math

import numpy as np

from rtdeconv.estimate.edge.region import Region
from rtdeconv.estimate.edge.samples import Beside


def flat_noise(region: Region, pixels: Beside, away_px: float) -> float:
    """Standard deviation of a channel's encoded values, without rounding, farther than ``away_px``
    from the edge.

    A plane is taken out of each side; the sides and channels count alike.
    """
    d = pixels.samples.d_px
    powers = []
    for side in (d < -away_px, d > away_px):
        y, x = pixels.place[:, side]
        if len(y) < 32:
            continue
        plane = np.stack([np.ones(len(y)), y - y.mean(), x - x.mean()])
        values = region.colour[y, x].T
        fitted = np.linalg.solve(plane @ plane.T, plane @ values.T)
        powers.append(((values - fitted.T @ plane) ** 2).sum(1) / (len(y) - len(plane)))
    if not powers:
        return 0.0
    return math.sqrt(max(float(np.mean(powers)) - region.step**2 / 12, 0.0))
