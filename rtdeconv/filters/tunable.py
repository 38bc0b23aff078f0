"""Comb Laplacians of two bands that are told the blur and the noise while they run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.filters.comb import Comb, rounded_coefficients
from rtdeconv.grid import Array
from rtdeconv.tuning import SIGMAS_PX, Solver, coefficients

MAX_NOISE = 0.1
"""Standard deviation: 25 of 255 is as much as a person lets pass."""


@dataclass(frozen=True)
class TunableComb:
    """``G = 1 + c1 (1 - C1) + c2 (C1 - C1 C2)``, (c1, c2) the solver's for this sigma and noise.

    ``sigma_px`` is the standard deviation of the Gaussian blur, ``noise`` that of the noise on the
    0..1 scale: what a run takes where it is told nothing, and what kernel and response hold for.
    """

    solver: Solver
    sigma_px: float
    noise: float

    def __post_init__(self) -> None:
        _check_sigma(self.sigma_px)
        if not (math.isfinite(self.noise) and 0 <= self.noise <= MAX_NOISE):
            raise ValueRefused(
                f"a tunable filter takes noise of 0..{MAX_NOISE:g}, not {shown(self.noise)}"
            )

    @property
    def label(self) -> str:
        """``comb Laplacian of 2 bands, tunable``."""
        return f"{self._comb.label}, tunable"

    @cached_property
    def _comb(self) -> Comb:
        found = coefficients(self.solver, self.sigma_px, self.noise)
        return Comb(rounded_coefficients(np.array(found, float)))

    def kernel(self) -> Array:
        """Its impulse response where nothing is told, 7x7."""
        return self._comb.kernel()

    def response(self, wy: Array, wx: Array) -> Array:
        """Its exact transfer function where nothing is told."""
        return self._comb.response(wy, wx)


@dataclass(frozen=True)
class RadialComb(TunableComb):
    """The same with ``sigma_px`` in the middle of the picture and ``sigma_at_edge_px`` at its
    corners, in between by the squared distance from the middle: a lens."""

    sigma_at_edge_px: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_sigma(self.sigma_at_edge_px)

    @property
    def label(self) -> str:
        """``comb Laplacian of 2 bands, tunable, radial``."""
        return f"{super().label}, radial"


@dataclass(frozen=True)
class MappedComb(TunableComb):
    """The same with the sigma of each pixel read from a map: ``sigma_px`` where that is 1."""

    @property
    def label(self) -> str:
        """``comb Laplacian of 2 bands, tunable, by map``."""
        return f"{super().label}, by map"


def _check_sigma(sigma_px: float) -> None:
    widest = SIGMAS_PX[1]
    if not (math.isfinite(sigma_px) and 0 <= sigma_px <= widest):
        raise ValueRefused(
            f"a tunable filter undoes a Gaussian of 0..{widest:g} px, not {shown(sigma_px)}"
        )
