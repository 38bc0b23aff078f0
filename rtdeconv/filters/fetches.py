"""A weighted sum of bilinear fetches: positions and weights designed together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from rtdeconv.bilinear import SUBTEXEL, Spot, spread
from rtdeconv.blur import Spectrum
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.base import MAX_RADIUS, check_bounded, check_unit_sum, response_of
from rtdeconv.grid import Array

MAX_FETCHES = 64

WEIGHT_STEP = 2.0**-22
"""Weights are whole multiples: times fractions of SUBTEXEL each, their sums stay exact."""


@dataclass(frozen=True)
class Fetches:
    """``out = sum weight * in(x + dx, y + dy)``, each read filtered between its four pixels.

    Samples are (weight, dx, dy), the offsets in whole 1/SUBTEXEL px right of and below the written
    pixel. Weights are exact in float32 and sum to exactly 1; taps, which are fractions of weights,
    and their sum are exact in float64.
    """

    samples: tuple[Spot, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.samples) <= MAX_FETCHES:
            raise ValueRefused(f"there are 1..{MAX_FETCHES} fetches, not {len(self.samples)}")
        weights = [weight for weight, *_ in self.samples]
        check_bounded("weights", weights)
        for weight, *place in self.samples:
            if float(np.float32(weight)) != weight or (weight / WEIGHT_STEP) % 1:
                raise ValueRefused(f"weights are multiples of 2^-22 in single floats, not {weight}")
            if not all(abs(offset) <= MAX_RADIUS for offset in place):
                raise ValueRefused(f"offsets are at most {MAX_RADIUS} px, not {tuple(place)}")
            if any((SUBTEXEL * offset) % 1 for offset in place):
                raise ValueRefused(f"offsets are whole 1/{SUBTEXEL} px, not {tuple(place)}")
        if len({(dx, dy) for _, dx, dy in self.samples}) < len(self.samples):
            raise ValueRefused("two fetches of one place are one fetch: add their weights")
        check_unit_sum("weights", weights)

    @property
    def label(self) -> str:
        """``9 bilinear fetches``."""
        return f"{len(self.samples)} bilinear fetches"

    @cached_property
    def _taps(self) -> Array:
        """A fetch to the right is a tap to the left of the impulse response."""
        reach = max(abs(offset) for _, *place in self.samples for offset in place)
        mirrored = [(weight, -dx, -dy) for weight, dx, dy in self.samples]
        return spread(mirrored, math.ceil(reach))

    def kernel(self) -> Array:
        """The taps that the samples add up to, the smallest odd square that holds them."""
        return self._taps.copy()

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """Response of the taps, real for point-symmetric samples."""
        return response_of(self._taps, wy, wx)
