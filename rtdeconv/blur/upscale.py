"""The blur that an upscaler leaves.

A source of pitch ``factor`` output pixels holds frequencies up to pi / factor. Output pixel n reads
the source at distances d (source pixels) that depend on its phase, so one wave ``exp(i v x)`` comes
out as ``A_n(v) exp(i v n)``, A_n(v) = sum of k(d) exp(-i v factor d), where A_n repeats every P
pixels for a factor P / Q. Its Fourier series over n,

    A_n(v) = sum over l of a_l(v) exp(2 pi i l n / P),

says all: a_0, the mean over phases, is the blur; a_l sends detail to the frequency v + 2 pi l / P
where it does not belong: images (aliasing), which no filter of fixed taps can tell from the
picture's own detail. What the output holds above pi / factor is nothing else, hence the response
there is 0, and not that of the stretched kernel, whose inverse amplifies the images: filters made
with it lose up to 3 dB against none where those made with this and `aliased` gain 1 or 2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import islice, product

import numpy as np

from rtdeconv.blur.base import Power, Spectrum, Taps, check_range
from rtdeconv.blur.kernels import KERNELS
from rtdeconv.errors import one_of, plain_number
from rtdeconv.grid import Array

MAX_FACTOR = 8.0

_MAX_Q = 16
"""A factor's denominator; factors between are taken to the nearest such fraction."""

_IMAGES = (-1, 0, 1)
"""Images farther out have under .004 of a wave's power, these up to .16."""

_UNSEEN = 0.1
"""Weight above the source's band, where the taps of ``psf`` need only stay tame."""


@dataclass(frozen=True)
class Upscale(Taps):
    """Interpolation to a grid ``factor`` times finer, picture corners aligned, weights of sum 1.

    ``otf`` is the mean response over the output's phases up to the source's band, and 0 above;
    ``psf`` the compact taps that have this response within the band (to .014 at factor 1.2, .01
    and less from 1.5 on) and ring as little as the scaler does.
    """

    factor: float
    kernel: str

    def __post_init__(self) -> None:
        check_range("an upscaling factor", self.factor, 1, MAX_FACTOR, "times")
        one_of("upscaling kernel", self.kernel, sorted(KERNELS))

    @property
    def spec(self) -> str:
        """``upscale:FACTOR:KERNEL``."""
        return f"upscale:{plain_number(self.factor)}:{self.kernel}"

    def scaled(self, factor: float) -> Upscale:
        """The factor times ``factor``, at least 1: below, nothing is stretched."""
        return Upscale(max(self.factor * factor, 1.0), self.kernel)

    @cached_property
    def _ratio(self) -> Fraction:
        return Fraction(self.factor).limit_denominator(_MAX_Q)

    @cached_property
    def _reads(self) -> tuple[Array, Array]:
        """Distances in output pixels and weights of the source pixels read, (phases, pixels)."""
        phases, kernel = self._ratio.numerator, KERNELS[self.kernel]
        positions = (np.arange(phases) + 0.5) / float(self._ratio) - 0.5
        nearest = np.floor(positions)[:, None] + np.arange(1 - kernel.reach, kernel.reach + 1)
        distances = positions[:, None] - nearest
        weights = kernel.weight(distances)
        return distances * float(self._ratio), weights / weights.sum(1, keepdims=True)

    def _series(self, v: Array, number: int) -> Spectrum:
        """a_l(v), ``number`` being l; 0 for v above the source's band."""
        distances, weights = self._reads
        phases = len(weights)
        turn = np.exp(-2j * math.pi * number * np.arange(phases) / phases)[:, None]
        lines, place = np.unique(v, return_inverse=True)  # nodes of a grid share few
        waves = np.exp(-1j * np.multiply.outer(lines, distances))
        inside = np.abs(lines) <= math.pi / float(self._ratio) * (1 + 1e-9)
        values = (waves * (weights * turn)).sum((-1, -2)) / phases * inside
        return np.asarray(values[place].reshape(v.shape))

    def _line(self, w: Array) -> Array:
        # the phases lie symmetrically about the pixel, so the mean is real
        return np.real(self._series(w, 0))

    def otf(self, wy: Array, wx: Array) -> Spectrum:
        """Mean over the phases at (wy, wx) radians per output pixel; 0 above the source's band."""
        return self._line(_wrapped(wy)) * self._line(_wrapped(wx))

    def aliased(self, spectrum: Power, wy: Array, wx: Array) -> Array:
        """Power of the images of a signal of that spectrum: ``sum |a_l(v)|^2 S(v)``."""
        q, phases = self._ratio.denominator, self._ratio.numerator
        numbers = sorted({k * q % phases for k in _IMAGES})
        images_y, images_x = ([self._image(w, number) for number in numbers] for w in (wy, wx))
        total = np.zeros(np.broadcast_shapes(wy.shape, wx.shape))
        # number 0 on both axes comes first and is the blur itself
        for (vy, power_y), (vx, power_x) in islice(product(images_y, images_x), 1, None):
            total += power_y * power_x * spectrum(vy, vx)
        return total

    def _image(self, w: Array, number: int) -> tuple[Array, Array]:
        """The frequency that image ``number`` brings to ``w``, and its power there."""
        v = _wrapped(w - 2 * math.pi * number / self._ratio.numerator)
        return v, np.abs(self._series(v, number)) ** 2

    def _integrated(self) -> Array:
        """Least squares on the mean response over all phases, the source's band counting most."""
        factor = float(self._ratio)
        reach = math.ceil(KERNELS[self.kernel].reach * factor)
        w = (np.arange(512) + 0.5) / 512 * math.pi
        distances, weights = self._reads
        wanted = (np.cos(np.multiply.outer(w, distances)) * weights).sum((-1, -2)) / len(weights)
        counted = np.where(w <= math.pi / factor, 1.0, math.sqrt(_UNSEEN))
        # 1 + sum of c (cos(n w) - 1): the taps sum to 1
        waves = np.cos(np.outer(w, np.arange(1, reach + 1))) - 1
        side = np.linalg.lstsq(waves * counted[:, None], (wanted - 1) * counted, rcond=None)[0] / 2
        line = np.concatenate([side[::-1], [1 - 2 * side.sum()], side])
        return np.outer(line, line)


def _wrapped(w: Array) -> Array:
    """The same frequency between -pi and pi."""
    return np.asarray((w + math.pi) % (2 * math.pi) - math.pi)
