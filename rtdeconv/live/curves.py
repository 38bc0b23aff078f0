"""What the plots show of a design, computed beside the frames: responses, kernel, a step edge."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.designs import Design
from rtdeconv.grid import Array

NODES: Final = 65
EDGE_PX: Final = 8


@dataclass(frozen=True, eq=False)
class Curves:
    """Of one design, along the horizontal axis; of one that adapts, its most active class.

    ``freq_cpp``: cycles per pixel, (65,); ``blur``, ``target``, ``achieved``: amplitudes there, and
    ``both``: blur times filter. ``kernel``: taps (n, n). ``edge_px``: positions; ``edge_blurred``,
    ``edge_restored``: a step from 0 to 1, in the filter's light.
    """

    freq_cpp: Array
    blur: Array
    target: Array
    achieved: Array
    both: Array
    kernel: Array
    edge_px: Array
    edge_blurred: Array
    edge_restored: Array


def curves(design: Design) -> Curves:
    """The curves of ``design``."""
    w = np.linspace(0, math.pi, NODES)
    none = np.zeros_like(w)
    blur = np.real(design.target.blur.otf(none, w))
    achieved = np.real(design.filter.response(none, w))
    x = np.arange(-EDGE_PX, EDGE_PX + 1, dtype=np.float64)
    kernel = design.filter.kernel()
    blurred = _step(design.target.blur.psf().sum(0), x)
    restored = _step(np.convolve(design.target.blur.psf().sum(0), kernel.sum(0)), x)
    return Curves(
        freq_cpp=w / (2 * math.pi),
        blur=blur,
        target=np.real(design.target.response(none, w)),
        achieved=achieved,
        both=blur * achieved,
        kernel=kernel,
        edge_px=x,
        edge_blurred=blurred,
        edge_restored=restored,
    )


def _step(line: Array, x: Array) -> Array:
    """A step between pixels -1 and 0 through the taps of a line, at whole positions ``x``."""
    below = np.concatenate([[0.0], np.cumsum(line)])
    reached = np.clip(x + len(line) // 2 + 1, 0, len(line)).astype(int)
    return np.asarray(below[reached])
