"""The response a compact filter should have, and the error any response is expected to leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, Literal, get_args

import numpy as np

from rtdeconv.blur import Blur, Symmetry
from rtdeconv.errors import ValueRefused, one_of, shown
from rtdeconv.grid import Array, Grid, half_plane, octant
from rtdeconv.noise import Noise
from rtdeconv.prior import Prior

Weight = Literal["mse", "uniform"]
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)


def checked_weight(name: str) -> Weight:
    """``name`` as a weight; raises ValueRefused for an unknown one."""
    return one_of("weight", name, WEIGHTS)


@dataclass(frozen=True)
class Target:
    """Wiener restoration of a known blur, its gain capped at ``max_gain`` where that is given."""

    blur: Blur
    noise: Noise
    prior: Prior
    max_gain: float | None = None

    def __post_init__(self) -> None:
        gain = self.max_gain
        if gain is not None and not (math.isfinite(gain) and gain >= 1):
            raise ValueRefused(f"the largest gain is at least 1 (flat grey's), not {shown(gain)}")

    def wiener(self, wy: Array, wx: Array) -> Array:
        """``H S / (H^2 S + N)``: no filter at all leaves a smaller expected squared error."""
        h, s = self.blur.otf(wy, wx), self.prior.spectrum(wy, wx)
        return np.asarray(h * s / (h * h * s + self.noise.power))

    def response(self, wy: Array, wx: Array) -> Array:
        """The reference's response: Wiener's, divided by its value at DC so that grey stays grey,
        |G| clipped to ``max_gain``."""
        zero = np.zeros(1)
        return self.clipped(self.wiener(wy, wx) / self.wiener(zero, zero))

    def clipped(self, g: Array) -> Array:
        """A response with |G| held under ``max_gain``."""
        return g if self.max_gain is None else np.clip(g, -self.max_gain, self.max_gain)

    def capped(self, max_gain: float) -> Target:
        """The same target under another cap."""
        return replace(self, max_gain=max_gain)

    def grid(self) -> Grid:
        """Nodes that suit the blur's symmetry."""
        return octant() if self.blur.symmetry == "8-fold" else half_plane()


@dataclass(frozen=True, eq=False)
class Sampled:
    """A target at the nodes of a grid, all arrays of shape (n,): what fits and forecasts need.

    ``wanted`` is Wiener's response clipped, not divided by its value at DC: filters are 1 there by
    construction, and dividing would only move their fit off the least error.
    """

    grid: Grid
    symmetry: Symmetry
    otf: Array
    spectrum: Array
    noise_power: float
    wanted: Array
    fit_weight: Array

    def expected_error(self, response: Array) -> float:
        """Expected squared error per pixel ``mean |1 - G H|^2 S + |G|^2 N`` of a response G."""
        residual = (1 - response * self.otf) ** 2 * self.spectrum
        return self.grid.mean(residual + response**2 * self.noise_power)

    def wiener_error(self) -> float:
        """The least that any filter can leave: ``mean S N / (H^2 S + N)``."""
        power = self.otf**2 * self.spectrum + self.noise_power
        return self.grid.mean(self.spectrum * self.noise_power / power)


@lru_cache(maxsize=16)
def sampled(target: Target, weight: Weight = "mse") -> Sampled:
    """``target`` at its grid's nodes.

    For any G, ``E(G) = E(Wiener) + mean W |G - Wiener|^2`` with ``W = H^2 S + N``, so least squares
    under the weight W *is* expected-PSNR-optimal design. ``uniform`` leaves W out and fits
    frequencies that no picture contains; it reproduces textbook designs and loses up to 7 dB.
    """
    grid = target.grid()
    h, s = target.blur.otf(grid.wy, grid.wx), target.prior.spectrum(grid.wy, grid.wx)
    power = h * h * s + target.noise.power
    return Sampled(
        grid=grid,
        symmetry=target.blur.symmetry,
        otf=h,
        spectrum=s,
        noise_power=target.noise.power,
        wanted=target.clipped(h * s / power),
        fit_weight=power if weight == "mse" else np.ones_like(power),
    )
