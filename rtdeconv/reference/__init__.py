"""Reference solvers: what a blur's restoration can reach when time does not count.

Full-FFT filters (`FULL_FFT`) and iterative solvers (`SOLVERS`), one register each, offline only:
they say how much a compact filter leaves on the table.
"""

from __future__ import annotations

from rtdeconv.reference.borders import SURROUNDS, Blurring, Surround, blurring, edge_taper
from rtdeconv.reference.degrading import degraded, with_noise
from rtdeconv.reference.fft import FULL_FFT, FullFft, blurred, filtered, restored
from rtdeconv.reference.linear import ictm, landweber, landweber_plus, tikhonov_miller, van_cittert
from rtdeconv.reference.planes import Planes
from rtdeconv.reference.richardson_lucy import richardson_lucy, richardson_lucy_tv
from rtdeconv.reference.solver import Callback, Problem, Solver
from rtdeconv.reference.wavelets import fista, ista

_ALL = (
    Solver(
        name="van-cittert",
        describes="adds back what the blur took, again and again",
        source="Van Cittert 1931",
        iterates=van_cittert,
        stop="explained",
        iterations=100,
    ),
    Solver(
        name="landweber",
        describes="steepest descent of the residual",
        source="Landweber 1951",
        iterates=landweber,
        stop="explained",
        iterations=200,
    ),
    Solver(
        name="landweber-plus",
        describes="steepest descent of the residual, never negative",
        source="Eicke 1992",
        iterates=landweber_plus,
        stop="explained",
        iterations=200,
    ),
    Solver(
        name="tikhonov-miller",
        describes="steepest descent of residual and roughness",
        source="Tikhonov 1963, Miller 1970",
        iterates=tikhonov_miller,
        stop="settled",
        iterations=200,
    ),
    Solver(
        name="ictm",
        describes="conjugate gradients on residual and roughness, never negative",
        source="van Kempen et al. 1997",
        iterates=ictm,
        stop="settled",
        iterations=100,
    ),
    Solver(
        name="richardson-lucy",
        describes="the most likely light under Poisson noise",
        source="Richardson 1972, Lucy 1974",
        iterates=richardson_lucy,
        stop="explained",
        iterations=100,
    ),
    Solver(
        name="richardson-lucy-tv",
        describes="the same, less total variation",
        source="Dey et al. 2006",
        iterates=richardson_lucy_tv,
        stop="settled",
        iterations=100,
    ),
    Solver(
        name="ista",
        describes="shrinks wavelet details at each step of Landweber's",
        source="Daubechies, Defrise and De Mol 2004",
        iterates=ista,
        stop="settled",
        iterations=100,
        start=Problem.by_wiener,
    ),
    Solver(
        name="fista",
        describes="ISTA with momentum",
        source="Beck and Teboulle 2009",
        iterates=fista,
        stop="settled",
        iterations=100,
        start=Problem.by_wiener,
    ),
)

SOLVERS: dict[str, Solver] = {solver.name: solver for solver in _ALL}

__all__ = [
    "FULL_FFT",
    "SOLVERS",
    "SURROUNDS",
    "Blurring",
    "Callback",
    "FullFft",
    "Planes",
    "Problem",
    "Solver",
    "Surround",
    "blurred",
    "blurring",
    "degraded",
    "edge_taper",
    "filtered",
    "restored",
    "with_noise",
]
