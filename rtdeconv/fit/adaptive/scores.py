"""What filters gain on the pictures that others are learned from, beside the full Wiener filter."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.filters.adaptive import Scored
from rtdeconv.fit.adaptive.evidence import per_encoded, responses
from rtdeconv.fit.adaptive.pictures import lessons
from rtdeconv.grid import Array, half_frequencies
from rtdeconv.light import Light
from rtdeconv.target import Target

LEAST_ERROR: Final = 1e-15
"""Squared: a ten thousandth of what rounding to 16 bits leaves. Where a blur does nothing and noise
is 0 nothing is left, and nothing gained."""


def scored_kernel(kernel: Array, target: Target, light: Light, pattern: str = "") -> Scored:
    """Of taps (n, n) that no picture had a part in."""
    errors = _errors(target, light, pattern, lambda y: responses(y, kernel[None])[0])
    return _score(errors, target, light, pattern)


def scored_savings(saved: Array, target: Target, light: Light, pattern: str) -> Scored:
    """Of a filter that saves so much of each picture's error."""
    return _score(_untouched(target, light, pattern) - saved, target, light, pattern)


def _score(errors: Array, target: Target, light: Light, pattern: str) -> Scored:
    """Mean gain in dB of pictures with these errors left."""
    before = _untouched(target, light, pattern)
    gain, full = (
        float(np.mean(10 * np.log10((before + LEAST_ERROR) / (left + LEAST_ERROR))))
        for left in (errors, _wiener(target, light, pattern))
    )
    return Scored(round(gain, 3), round(full, 3), len(before))


@lru_cache(maxsize=4)
def _untouched(target: Target, light: Light, pattern: str) -> Array:
    return _errors(target, light, pattern, lambda y: y)


@lru_cache(maxsize=4)
def _wiener(target: Target, light: Light, pattern: str) -> Array:
    return _errors(target, light, pattern, lambda y: _times(y, _full(target, y.shape)))


def _errors(
    target: Target, light: Light, pattern: str, restored: Callable[[Array], Array]
) -> Array:
    """Mean squared error of each picture, on encoded values to first order."""
    return np.array(
        [
            np.mean([np.mean(((x - restored(y)) * per_encoded(y, light)) ** 2) for x, y in pieces])
            for pieces in lessons(target, light, pattern)
        ]
    )


def _times(y: Array, response: Spectrum) -> Array:
    return np.fft.irfft2(np.fft.rfft2(y) * response, y.shape)


@lru_cache(maxsize=4)
def _full(target: Target, shape: tuple[int, ...]) -> Spectrum:
    """The full Wiener filter's response, the same for all pieces of a shape."""
    rows, columns = shape
    return target.response(*half_frequencies((rows, columns)))
