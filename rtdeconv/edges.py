"""Step edges, blurred and restored: the halos that users of sharpeners complain of."""

from __future__ import annotations

import numpy as np

from rtdeconv.grid import Array


def profiles(kernel: Array, psf: Array) -> list[Array]:
    """Profiles of a unit step blurred by ``psf`` and filtered by ``kernel``, both odd squares.

    Vertical, horizontal and the two diagonal edges. Taps summed along an edge are its line spread
    function; accumulated across it, that is the edge.
    """
    pairs = zip(_lines(kernel), _lines(psf), strict=True)
    return [np.cumsum(np.convolve(*pair)) for pair in pairs]


def overshoot(kernel: Array, psf: Array) -> float:
    """How far the worst of those edges leaves 0..1, as a fraction of the step; at least 0."""
    edges = profiles(kernel, psf)
    return max(0.0, *(max(float(e.max()) - 1.0, -float(e.min())) for e in edges))


def _lines(taps: Array) -> list[Array]:
    """Sums along both axes and both diagonals."""
    offsets = range(1 - len(taps), len(taps))
    diagonals = [
        np.array([np.trace(square, offset) for offset in offsets]) for square in (taps, taps[::-1])
    ]
    return [taps.sum(0), taps.sum(1), *diagonals]
