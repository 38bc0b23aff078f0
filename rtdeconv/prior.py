"""What sharp pictures look like on average: their power spectrum, on display-encoded values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from rtdeconv.errors import ValueRefused, shown, unknown_name
from rtdeconv.grid import Array

ALIASES = 4
"""Spectral replicas summed per axis and side; the rest is an integral."""


class Prior(Protocol):
    """A signal model."""

    @property
    def name(self) -> str:
        """Its name on the command line."""
        ...

    @property
    def var(self) -> float:
        """Variance of the signal, which scales the spectrum."""
        ...

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """Power per pixel at (wy, wx) radians per pixel, positive, broadcast shape."""
        ...


@dataclass(frozen=True)
class Ar1:
    """Autocorrelation ``var * rho^distance`` with distance in pixels: the steep natural spectrum.

    Larger ``var`` believes in more texture and restores harder; grass and brick want less.
    """

    var: float = 0.05
    rho: float = 0.95

    name = "ar1"

    def __post_init__(self) -> None:
        _check_var(self.var)
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
class Flat:
    """White signal: all detail equally likely. Kept to reproduce textbook designs; it over-sharpens
    real pictures badly, since they have far less power at high frequencies."""

    var: float = 1.0

    name = "flat"

    def __post_init__(self) -> None:
        _check_var(self.var)

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """``var`` everywhere."""
        return np.full(np.broadcast_shapes(np.shape(wy), np.shape(wx)), self.var)


PRIORS: dict[str, type[Ar1] | type[Flat]] = {"ar1": Ar1, "flat": Flat}


def prior_named(name: str, var: float | None = None) -> Ar1 | Flat:
    """The prior called ``name``, its usual variance unless ``var`` is given."""
    if name not in PRIORS:
        raise unknown_name("prior", name, PRIORS)
    return PRIORS[name]() if var is None else PRIORS[name](var=var)


def _replicas() -> list[float]:
    return [2 * math.pi * k for k in range(-ALIASES, ALIASES + 1)]


def _check_var(var: float) -> None:
    if not (math.isfinite(var) and 0 < var <= 1e6):
        raise ValueRefused(f"the prior's variance is a positive number, not {shown(var)}")
