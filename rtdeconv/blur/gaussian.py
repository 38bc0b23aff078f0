"""Gaussian blur, round or oriented."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur.base import Symmetry, Taps, check_angle, check_range
from rtdeconv.errors import plain_number
from rtdeconv.grid import Array

MIN_SIGMA_PX, MAX_SIGMA_PX = 0.05, 20.0
"""Below, every tap but one is under 1e-20; above, no compact filter helps."""

_FEW = 20_000
"""Values that math.erfc works off sooner than scipy.special takes to import."""


@dataclass(frozen=True)
class Gaussian(Taps):
    """Gaussian integrated over pixels; ``sigma_y_px`` and ``angle_deg`` make it oriented.

    ``sigma_px`` lies along the axis that is turned ``angle_deg`` from right toward down.
    """

    sigma_px: float
    sigma_y_px: float | None = None
    angle_deg: float = 0.0

    def __post_init__(self) -> None:
        for sigma in self._sigmas:
            check_range("a Gaussian's sigma", sigma, MIN_SIGMA_PX, MAX_SIGMA_PX)
        check_angle(self.angle_deg)

    @property
    def _sigmas(self) -> tuple[float, float]:
        return self.sigma_px, self.sigma_px if self.sigma_y_px is None else self.sigma_y_px

    @property
    def spec(self) -> str:
        """``gaussian:S`` or ``gaussian:SxS@DEG``."""
        if self.sigma_y_px is None:
            return f"gaussian:{plain_number(self.sigma_px)}"
        turn = f"@{plain_number(self.angle_deg)}" if self.angle_deg else ""
        return f"gaussian:{plain_number(self.sigma_px)}x{plain_number(self.sigma_y_px)}{turn}"

    @property
    def symmetry(self) -> Symmetry:
        """8-fold when round."""
        return "8-fold" if self._sigmas[0] == self._sigmas[1] else "point"

    def scaled(self, factor: float) -> Gaussian:
        """Both sigmas times ``factor``."""
        across = None if self.sigma_y_px is None else self.sigma_y_px * factor
        return Gaussian(self.sigma_px * factor, across, self.angle_deg)

    def _integrated(self) -> Array:
        along, across = self._sigmas
        if along == across:
            line = gaussian_line(along, _radius(along))
            return np.asarray(np.outer(line, line), np.float64)
        if self.angle_deg % 180 == 0 or self.angle_deg % 180 == 90:
            x, y = (along, across) if self.angle_deg % 180 == 0 else (across, along)
            radius = _radius(max(x, y))
            lines = gaussian_line(y, radius), gaussian_line(x, radius)
            return np.asarray(np.outer(*lines), np.float64)
        return _oriented_taps(along, across, math.radians(self.angle_deg))


def _radius(sigma_px: float) -> int:
    """Taps beyond 6 sigma weigh under 1e-9."""
    return math.ceil(6 * sigma_px)


def gaussian_line(sigma_px: float, radius: int, centre: Array | float = 0.0) -> Array:
    """A unit Gaussian at ``centre`` integrated over the pixels -radius..radius (last axis)."""
    edges = (np.arange(-radius, radius + 2) - 0.5 - np.asarray(centre)[..., None]) / sigma_px
    return np.diff(_normal_cdf(edges), axis=-1)


def _normal_cdf(x: Array) -> Array:
    if x.size > _FEW:
        from scipy.special import ndtr

        return np.asarray(ndtr(x))
    erfc = np.vectorize(math.erfc, otypes=[float])
    return np.asarray(0.5 * erfc(-x / math.sqrt(2)))


def _oriented_taps(along: float, across: float, angle: float, nodes: int = 6) -> Array:
    """A turned Gaussian over pixels: given y, x is normal around a slope times y.

    Each row is integrated exactly along x and by Gauss-Legendre nodes along y; the rows are cut
    into slices no thicker than half the conditional sigma, so thin ellipses stay accurate.
    """
    cos, sin = math.cos(angle), math.sin(angle)
    var_x = (along * cos) ** 2 + (across * sin) ** 2
    var_y = (along * sin) ** 2 + (across * cos) ** 2
    slope = (along**2 - across**2) * sin * cos / var_y
    sigma_x = along * across / math.sqrt(var_y)
    radius = _radius(math.sqrt(max(var_x, var_y)))
    slices = math.ceil(2 * abs(slope) / sigma_x) + math.ceil(1 / math.sqrt(var_y))
    t, weight = np.polynomial.legendre.leggauss(nodes)
    offsets = ((np.arange(slices)[:, None] + (t + 1) / 2) / slices - 0.5).ravel()
    weights = np.tile(weight / 2, slices) / slices
    y = np.arange(-radius, radius + 1)[:, None] + offsets
    density = np.exp(-(y**2) / (2 * var_y)) / math.sqrt(2 * math.pi * var_y) * weights
    # row by row, or the thinnest ellipses would take half a gigabyte
    rows = zip(density, slope * y, strict=True)
    return np.array([d @ gaussian_line(sigma_x, radius, centres) for d, centres in rows])
