"""Readings of a scene, one after the other, made into one estimate that moves slowly."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

LASTS_S: Final = 3.0
"""After so long a reading counts e times less."""

LEAST_PX: Final = 0.1
"""Sizes are averaged in ratios, for which nothing at all stands as this."""

LEAST_WEIGHT: Final = 1e-6
"""Of all readings together; below, none is more confident than another."""

SURPRISES: Final = 2
"""Sure readings in a row that agree with each other and not with the estimate, and so replace it:
a change that no cut told, such as a lens that found its focus."""

SURE: Final = 0.5
"""A reading less confident than this surprises nobody."""


@dataclass(frozen=True)
class Reading:
    """One measurement: sizes in px, ``low_px``..``high_px`` an interval, confidence 0..1; noise,
    and that which filters are made for, on the 0..1 scale."""

    at_s: float
    sigma_px: float
    low_px: float
    high_px: float
    confidence: float
    noise: float
    noise_allowed: float
    prior_var: float


class Follower:
    """Readings weighted by their confidence and their age.

    With ages a, confidences c and d = exp(-a / LASTS_S): log sigma, the log of the interval's high
    end and the detail are means weighted by c d; both noises, the confidence itself and the low end
    by d. It is the low end that filters are made for: unsure readings, which know none, take it
    away and leave sigma where it was.
    """

    def __init__(self) -> None:
        self._readings: list[Reading] = []
        self._surprises: list[Reading] = []

    def begin_again(self) -> None:
        """Forgets the scene."""
        self._readings, self._surprises = [], []

    def add(self, reading: Reading) -> Reading:
        """Takes a reading in; returns the estimate then, which is a reading itself."""
        known = self._readings
        if not known or _meet(reading, self._estimate(reading.at_s)) or reading.confidence < SURE:
            self._surprises = []
            known[:] = [one for one in known if one.at_s > reading.at_s - 5 * LASTS_S]
            known.append(reading)
        else:
            self._surprises = [*filter(lambda one: _meet(one, reading), self._surprises), reading]
            if len(self._surprises) == SURPRISES:
                known[:], self._surprises = self._surprises, []
        return self._estimate(reading.at_s)

    def _estimate(self, now_s: float) -> Reading:
        known = self._readings
        faded = [math.exp((one.at_s - now_s) / LASTS_S) for one in known]
        weights = [one.confidence * d for one, d in zip(known, faded, strict=True)]
        if sum(weights) < LEAST_WEIGHT:
            weights = faded
        sigma_px = _mean_ratio([one.sigma_px for one in known], weights)
        low_px = _mean([one.low_px for one in known], faded)
        high_px = _mean_ratio([one.high_px for one in known], weights)
        return Reading(
            at_s=now_s,
            sigma_px=sigma_px,
            low_px=min(low_px, sigma_px),
            high_px=max(high_px, sigma_px),
            confidence=_mean([one.confidence for one in known], faded),
            noise=_mean([one.noise for one in known], faded),
            noise_allowed=_mean([one.noise_allowed for one in known], faded),
            prior_var=_mean([one.prior_var for one in known], weights),
        )


def _meet(one: Reading, other: Reading) -> bool:
    """Whether their intervals have a size in common."""
    return one.low_px <= other.high_px and other.low_px <= one.high_px


def _mean(values: list[float], weights: list[float]) -> float:
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


def _mean_ratio(values: list[float], weights: list[float]) -> float:
    """The mean of logarithms, as a value; all at nothing is nothing."""
    if max(values) <= LEAST_PX:
        return _mean(values, weights)
    return math.exp(_mean([math.log(max(one, LEAST_PX)) for one in values], weights))
