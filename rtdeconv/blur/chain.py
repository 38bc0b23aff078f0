"""Several blurs one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from rtdeconv.blur.base import Blur, Symmetry, Taps
from rtdeconv.grid import Array


@dataclass(frozen=True)
class Chain(Taps):
    """Several blurs one after the other: their taps convolved."""

    parts: tuple[Blur, ...]

    @property
    def spec(self) -> str:
        """The parts joined by ``+``."""
        return "+".join(part.spec for part in self.parts)

    @property
    def symmetry(self) -> Symmetry:
        """8-fold when every part is."""
        return "8-fold" if all(p.symmetry == "8-fold" for p in self.parts) else "point"

    def _integrated(self) -> Array:
        return reduce(_convolved, (part.psf() for part in self.parts))


def _convolved(a: Array, b: Array) -> Array:
    size = len(a) + len(b) - 1
    spectrum = np.fft.rfft2(a, (size, size)) * np.fft.rfft2(b, (size, size))
    return np.fft.irfft2(spectrum, (size, size))
