"""The blurs that are tried on an edge, each as numbers that least squares can move.

A Gaussian is described by the variance of its taps and not by sigma, which below .3 px hardly
changes anything: edges are linear in the variance, and its error tells how small sigma may be.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.blur import Disk, Gaussian
from rtdeconv.estimate.edge.response import spectrum_of
from rtdeconv.grid import Array

LEAST_SIGMA_PX, MOST_SIGMA_PX = 0.1, 8.0
LEAST_RADIUS_PX, MOST_RADIUS_PX = 0.5, 16.0
"""A smaller disc lies within one pixel and blurs nothing."""


def tap_variance(sigma_px: float) -> float:
    """Of `Gaussian(sigma_px)`'s taps along an axis, px^2: sum over k >= 0 of 2 (2k + 1) Q, Q the
    share beyond k + 1/2; from 1 px on sigma^2 + 1/12, to 7 digits."""
    if sigma_px >= 1:
        return sigma_px**2 + 1 / 12
    scale = sigma_px * math.sqrt(2)
    return sum((2 * k + 1) * math.erfc((k + 0.5) / scale) for k in range(7))


def sigma_of(variance: float) -> float:
    """The inverse: sigma in px, 0 where there is no variance."""
    if variance <= tap_variance(LEAST_SIGMA_PX):
        return 0.0
    if variance >= tap_variance(1.0):
        return math.sqrt(variance - 1 / 12)
    low, high = LEAST_SIGMA_PX, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if tap_variance(middle) < variance else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Family:
    """Blurs of one kind. ``bounds``: least and most of each number that describes one."""

    name: str
    blurs: Callable[[Array], tuple[Gaussian | Disk, ...]]
    bounds: tuple[tuple[float, float], ...]
    starts: Callable[[float], tuple[float, ...]]
    """Numbers to begin from where the Gaussian fit has a sigma."""

    @property
    def count(self) -> int:
        """How many numbers describe one."""
        return len(self.bounds)

    def bounded(self, shape: Array) -> Array:
        """``shape`` moved into the bounds."""
        low, high = np.array(self.bounds).T
        return np.clip(shape, low, high)

    def nudged(self, shape: Array, index: int) -> tuple[Array, float]:
        """``shape`` with one number changed a little, and by how much; within the bounds."""
        step = 0.005 + 0.005 * float(shape[index])
        step = step if shape[index] + step <= self.bounds[index][1] else -step
        moved = shape.copy()
        moved[index] += step
        return moved, step

    def spectra(self, shape: Array, angle_deg: float) -> list[Array]:
        """Transforms along the normal, see `spectrum_of`."""
        return [spectrum_of(blur, angle_deg) for blur in self.blurs(shape)]


def _gaussian(variance: float) -> Gaussian:
    return Gaussian(max(sigma_of(variance), LEAST_SIGMA_PX))


def rounded(blur: Gaussian | Disk) -> Gaussian | Disk:
    """Its size to 4 decimals."""
    if isinstance(blur, Gaussian):
        return Gaussian(round(blur.sigma_px, 4))
    return Disk(round(blur.radius_px, 4))


_VARIANCES: Final = (0.0, MOST_SIGMA_PX**2 + 1 / 12)
_RADII: Final = (LEAST_RADIUS_PX, MOST_RADIUS_PX)

GAUSSIAN: Final = Family(
    "Gaussian",
    lambda shape: (_gaussian(shape[0]),),
    (_VARIANCES,),
    lambda sigma: (tap_variance(sigma),),
)
DISK: Final = Family(
    "disk",
    lambda shape: (Disk(float(shape[0])),),
    (_RADII,),
    lambda sigma: (max(2 * sigma, 0.8),),
)
BOTH: Final = Family(
    "disk, then Gaussian",
    lambda shape: (Disk(float(shape[0])), _gaussian(shape[1])),
    (_RADII, _VARIANCES),
    lambda sigma: (max(1.6 * sigma, 0.8), tap_variance(max(0.5 * sigma, 0.2))),
)
FAMILIES: Final = (GAUSSIAN, DISK, BOTH)
