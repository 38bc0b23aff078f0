"""Priors in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, Final

import numpy as np

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array
from rtdeconv.prior.base import check_var

ALIASES: Final = 4
"""Spectral replicas summed per axis and side; the rest is an integral."""

SCALE: Final = 0.0094
SLOPE: Final = 2.4
"""Radial fit to the 68 test pictures of the Berkeley segmentation data set, .02 < f < .5."""

KNEE_CPP: Final = 0.0086
"""Where the law stops growing towards DC, or no variance would hold it: with p = SLOPE,
c = SCALE, its integral over the disk of f < .5 is ``pi c p/(p-2) knee^(2-p)`` less
``2 pi c/(p-2) .5^(2-p)``, and the corners add .0082; the knee makes the sum 1."""


@dataclass(frozen=True)
class Ar1:
    """Autocorrelation ``var * rho^distance`` with distance in pixels: the steep natural spectrum.

    Larger ``var`` believes in more texture and restores harder; grass and brick want less.
    """

    var: float = 0.05
    rho: float = 0.95

    name: ClassVar[str] = "ar1"
    spec: ClassVar[str] = "ar1"
    usual_var: ClassVar[float] = 0.05

    def __post_init__(self) -> None:
        check_var(self.var)
        if not 0 < self.rho < 1:
            raise ValueRefused(f"rho lies between 0 and 1, not {shown(self.rho)}")

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """The continuous spectrum ``2 pi a var / (a^2 + |w|^2)^1.5``, a = -ln rho, aliased.

        A DFT of the sampled autocorrelation would go negative where it is cut off. Replicas beyond
        ALIASES are an integral over the plane outside a square: of half side R it is 4 sqrt(2) / R
        for 1/|w|^3, and a density of one replica per (2 pi)^2.
        """
        a = -math.log(self.rho)
        square_y, square_x = ([(w + p) ** 2 for p in _replicas()] for w in (wy, wx))
        total = np.zeros(np.broadcast_shapes(np.shape(wy), np.shape(wx)))
        for y in square_y:
            partial = a * a + y
            for x in square_x:
                r2 = partial + x
                total += 1 / (r2 * np.sqrt(r2))
        half_side = 2 * math.pi * (ALIASES + 0.5)
        total += 4 * math.sqrt(2) / half_side / (2 * math.pi) ** 2
        return 2 * math.pi * a * self.var * total


@dataclass(frozen=True)
class Power:
    """``var * c / f^p``, f the radial frequency in cycles per pixel: a power law.

    The law was fitted to pixels, so aliases are in it and no replicas are summed; the corners of
    the square, f > .5, continue it. The usual ``var`` is the best for ten pictures together, whose
    own is .04: their finest detail lies below the law.
    """

    var: float = 0.015

    name: ClassVar[str] = "power"
    spec: ClassVar[str] = "power"
    usual_var: ClassVar[float] = 0.015

    def __post_init__(self) -> None:
        check_var(self.var)

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """The law, constant below KNEE_CPP."""
        freq_cpp = np.maximum(np.hypot(wy, wx) / (2 * math.pi), KNEE_CPP)
        return np.asarray(self.var * SCALE * freq_cpp**-SLOPE)


@dataclass(frozen=True)
class Flat:
    """White signal: all detail equally likely. Kept to reproduce textbook designs; it over-sharpens
    real pictures badly, since they have far less power at high frequencies."""

    var: float = 1.0

    name: ClassVar[str] = "flat"
    spec: ClassVar[str] = "flat"
    usual_var: ClassVar[float] = 1.0

    def __post_init__(self) -> None:
        check_var(self.var)

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """``var`` everywhere."""
        return np.full(np.broadcast_shapes(np.shape(wy), np.shape(wx)), self.var)


def _replicas() -> list[float]:
    return [2 * math.pi * k for k in range(-ALIASES, ALIASES + 1)]
