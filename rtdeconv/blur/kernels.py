"""Interpolation kernels: what scalers put between pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from rtdeconv.grid import Array


@dataclass(frozen=True)
class Kernel:
    """Weight of a source pixel at a distance in source pixels; nought from ``reach`` on."""

    reach: int
    weight: Callable[[Array], Array]


def _triangle(x: Array) -> Array:
    return np.maximum(1 - np.abs(x), 0)


def _cubic(x: Array, b: float, c: float) -> Array:
    """The family of Mitchell and Netravali, *Reconstruction Filters in Computer Graphics*."""
    x = np.abs(x)
    near = ((12 - 9 * b - 6 * c) * x + (-18 + 12 * b + 6 * c)) * x * x + (6 - 2 * b)
    far = (((-b - 6 * c) * x + (6 * b + 30 * c)) * x + (-12 * b - 48 * c)) * x + (8 * b + 24 * c)
    return np.asarray(np.where(x < 1, near, np.where(x < 2, far, 0)) / 6)


def _lanczos(x: Array) -> Array:
    return np.asarray(np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0))


KERNELS: Final[dict[str, Kernel]] = {
    "bilinear": Kernel(1, _triangle),
    "bicubic": Kernel(2, partial(_cubic, b=0.0, c=0.5)),
    "mitchell": Kernel(2, partial(_cubic, b=1 / 3, c=1 / 3)),
    "lanczos": Kernel(3, _lanczos),
}
"""``bicubic`` is Catmull-Rom (a = -1/2), ``lanczos`` has three lobes."""
