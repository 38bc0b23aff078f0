"""Gaussian-Laplacian sums."""

from __future__ import annotations

from rtdeconv.filters import GaussianLaplacian
from rtdeconv.filters.gauss import SIGMAS_PX, difference_kernels
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.target import Sampled

RADIUS = 5
"""11 x 11 taps hold the widest Gaussian (sigma 1.5) to 3.7 sigma."""


def fit_gauss(at: Sampled, size: Size) -> GaussianLaplacian:
    """The sum of ``size.terms`` differences of least weighted error."""
    kernels = difference_kernels(RADIUS)[: size.terms]
    return GaussianLaplacian(tuple(float(c) for c in solve(kernels, at)), RADIUS)


FAMILY = Family(
    name="gauss",
    describes="Gaussian-Laplacian sum, folded to one 11x11 kernel",
    counts="terms (differences of Gaussians)",
    sizes=tuple(Size(terms=n) for n in range(1, len(SIGMAS_PX) + 1)),
    usual=Size(terms=len(SIGMAS_PX)),
    structure=GaussianLaplacian,
    fit=fit_gauss,
)
