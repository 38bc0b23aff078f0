"""Shrinkage of wavelets: ISTA and FISTA.

A step of Landweber's, then each detail drawn towards 0 by its band's t, which is the proximal map
of ``sum t |W x|`` for an orthonormal basis W. Undecimated, that is done in every shift of the Haar
basis and averaged (cycle spinning, Coifman and Donoho 1995), which is again the proximal map of a
convex function, the proximal average of the shifts' penalties (Yu 2013): both methods minimise it
plus ``||y - A x||^2 / 2``, and what is known of them holds.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final

import numpy as np

from rtdeconv.errors import RtdError
from rtdeconv.grid import Array
from rtdeconv.reference.planes import Planes
from rtdeconv.reference.solver import Beyond, Problem

WAVELET: Final = "haar"
"""Longer wavelets ring beside edges, and mild blurs leave no fine pattern that would repay them."""

LEVELS: Final = 3
"""Bands of 1, 2 and 4 px: a mild blur leaves coarser ones alone."""

WEIGHT: Final = math.sqrt(2)

Details = list[tuple[Planes, ...]]
"""Three bands (H, W, C) a level, the coarsest level first."""


def ista(problem: Problem, x: Planes, *, weight: float = WEIGHT) -> Iterator[Planes]:
    """``shrunk(x + s A^T (y - A x))``, s = 1 / ||A||^2 (Daubechies, Defrise and De Mol 2004)."""
    shrinkage = estimated_shrinkage(problem, weight)
    while True:
        x = _stepped(problem, x, shrinkage)
        yield x


def fista(problem: Problem, x: Planes, *, weight: float = WEIGHT) -> Iterator[Planes]:
    """ISTA's step, taken not from x_k but from ``x_k + (t_k - 1) / t_k+1 (x_k - x_k-1)`` beyond
    it, with ``t_k+1 = (1 + sqrt(1 + 4 t_k^2)) / 2`` (Beck and Teboulle 2009)."""
    shrinkage = estimated_shrinkage(problem, weight)
    ahead, pace = x, 1.0
    while True:
        before, x = x, _stepped(problem, ahead, shrinkage)
        faster = (1 + math.sqrt(1 + 4 * pace**2)) / 2
        ahead, pace = x + (pace - 1) / faster * (x - before), faster
        yield x


@dataclass(frozen=True, eq=False)
class Shrinkage:
    """The proximal map of the penalty: ``thresholds`` of shape (LEVELS, 3), coarsest first."""

    thresholds: Array
    beyond: Beyond

    def shrunk(self, x: Planes, step: float) -> Planes:
        """What minimises ``||u - x||^2 / 2 + step * penalty(u)``."""
        smooth, details = _analysed(x, self.beyond)
        kept = [
            tuple(_soft(band, step * t) for band, t in zip(level, thresholds, strict=True))
            for level, thresholds in zip(details, self.thresholds, strict=True)
        ]
        return _synthesised(smooth, kept, x.shape)


def estimated_shrinkage(problem: Problem, weight: float) -> Shrinkage:
    """Thresholds ``weight * N / deviation``, each band's deviation measured on the full-FFT Wiener
    restoration: textures keep what smooth pictures lose.

    sqrt(2) is the most probable scene under Laplacian-distributed details, 1 is BayesShrink's
    (Chang, Yu and Vetterli 2000); a larger weight is smoother, 0 is Landweber's method.
    """
    _, details = _analysed(problem.wiener, problem.beyond)
    # undecimated bands are 2^level times smaller than those of the orthonormal bases they average
    smaller = 2.0 ** -np.arange(LEVELS, 0, -1)[:, None]
    measured = np.array([[np.sqrt(np.mean(band**2)) for band in level] for level in details])
    deviation = np.maximum(measured / smaller, np.finfo(float).tiny)
    return Shrinkage(weight * problem.noise.power / deviation * smaller, problem.beyond)


def _analysed(x: Planes, beyond: Beyond) -> tuple[Planes, Details]:
    """The smooth band and the details of ``x`` in a tight frame: together they have the energy of
    x, extended so far beyond its edges that no wavelet on it feels the transform's own border."""
    pywt = _pywt()
    reach = (2**LEVELS - 1) * (pywt.Wavelet(WAVELET).dec_len - 1)
    pads = [(reach, reach + -(n + 2 * reach) % 2**LEVELS) for n in x.shape[:2]]
    extended = np.pad(x, (*pads, (0, 0)), mode=beyond)
    smooth, *details = pywt.swt2(
        extended, WAVELET, level=LEVELS, axes=(0, 1), trim_approx=True, norm=True
    )
    return smooth, details


def _synthesised(smooth: Planes, details: Details, shape: tuple[int, ...]) -> Planes:
    """The picture of ``shape`` that was `_analysed`."""
    pywt = _pywt()
    extended = pywt.iswt2([smooth, *details], WAVELET, norm=True, axes=(0, 1))
    reach = (2**LEVELS - 1) * (pywt.Wavelet(WAVELET).dec_len - 1)
    return np.asarray(extended[reach : reach + shape[0], reach : reach + shape[1]], np.float64)


def _stepped(problem: Problem, x: Planes, shrinkage: Shrinkage) -> Planes:
    step = 1 / problem.squared_norm
    return shrinkage.shrunk(x + step * problem.descent(x), step)


def _soft(band: Planes, threshold: float) -> Planes:
    """Towards 0 by the threshold, and no further."""
    return np.sign(band) * np.maximum(np.abs(band) - threshold, 0.0)


def _pywt() -> ModuleType:
    try:
        import pywt
    except ImportError:
        raise RtdError("wavelets need PyWavelets: pip install 'rtdeconv[reference]'") from None
    return pywt
