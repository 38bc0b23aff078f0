"""Disk, box and binomial blurs."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur.base import Taps, check_range
from rtdeconv.errors import ValueRefused, plain_number, shown
from rtdeconv.grid import Array

MIN_WIDTH_PX, MAX_WIDTH_PX = 0.1, 64


@dataclass(frozen=True)
class Disk(Taps):
    """Uniform disc: the geometric blur of a lens out of focus. Tap = covered area of the pixel."""

    radius_px: float

    def __post_init__(self) -> None:
        check_range("a disk's radius", self.radius_px, MIN_WIDTH_PX / 2, MAX_WIDTH_PX / 2)

    @property
    def spec(self) -> str:
        """``disk:R``."""
        return f"disk:{plain_number(self.radius_px)}"

    def scaled(self, factor: float) -> Disk:
        """The radius times ``factor``."""
        return Disk(self.radius_px * factor)

    def _integrated(self) -> Array:
        reach = math.ceil(self.radius_px + 0.5) - 1
        edges = np.arange(-reach, reach + 2, dtype=np.float64) - 0.5
        corner = _disc_corner_area(edges[:, None], edges[None, :], self.radius_px)
        return np.diff(np.diff(corner, axis=0), axis=1)


@dataclass(frozen=True)
class Box(Taps):
    """Uniform square of any width; widths other than odd ones end in partly covered pixels."""

    width_px: float

    def __post_init__(self) -> None:
        check_range("a box's width", self.width_px, MIN_WIDTH_PX, MAX_WIDTH_PX)

    @property
    def spec(self) -> str:
        """``box:W``."""
        return f"box:{plain_number(self.width_px)}"

    def scaled(self, factor: float) -> Box:
        """The width times ``factor``."""
        return Box(self.width_px * factor)

    def _integrated(self) -> Array:
        reach = max(math.ceil((self.width_px - 1) / 2), 0)
        edges = np.clip(np.arange(-reach, reach + 2) - 0.5, -self.width_px / 2, self.width_px / 2)
        return np.outer(np.diff(edges), np.diff(edges))


@dataclass(frozen=True)
class Binomial(Taps):
    """Row ``taps`` of Pascal's triangle per axis.

    Even rows fall between pixels; area sampling averages neighbours, which is the next odd row.
    """

    taps: int

    def __post_init__(self) -> None:
        if not (isinstance(self.taps, int) and 1 <= self.taps <= MAX_WIDTH_PX):
            raise ValueRefused(
                f"a binomial has 1..{MAX_WIDTH_PX} taps, a whole number, not {shown(self.taps)}"
            )

    @property
    def spec(self) -> str:
        """``binomial:N``."""
        return f"binomial:{self.taps}"

    def scaled(self, factor: float) -> Binomial:
        """Itself: a filter of whole taps is known exactly, whoever applied it."""
        return self

    def _integrated(self) -> Array:
        order = self.taps // 2 * 2
        row = np.array([math.comb(order, k) for k in range(order + 1)], float)
        return np.outer(row, row)


def _disc_corner_area(y: Array, x: Array, radius: float) -> Array:
    """Signed area of the disc inside the rectangle from the centre to the corner (x, y).

    For a corner inside, that is x y. Outside, with both clipped to the disc and u = sqrt(r^2 - y^2)
    the abscissa where the top edge leaves the disc: u y + integral from u to x of sqrt(r^2 - t^2).
    """
    sign = np.sign(x) * np.sign(y)
    x, y = np.minimum(np.abs(x), radius), np.minimum(np.abs(y), radius)
    # y = radius gives -4e-16 for some, whose squares Python and numpy round differently
    leave = np.minimum(np.sqrt(np.maximum(radius**2 - y**2, 0.0)), x)

    def under_arc(t: Array) -> Array:
        inside = np.sqrt(np.maximum(radius**2 - t**2, 0.0))
        return (t * inside + radius**2 * np.arcsin(np.clip(t / radius, -1, 1))) / 2

    return np.asarray(sign * (leave * y + under_arc(x) - under_arc(leave)))
