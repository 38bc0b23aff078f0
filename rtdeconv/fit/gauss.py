"""Gaussian-Laplacian sums."""

from __future__ import annotations

from rtdeconv.blur import transfer
from rtdeconv.filters import GaussianLaplacian
from rtdeconv.filters.gauss import difference_kernels
from rtdeconv.fit.least_squares import coefficients
from rtdeconv.target import Sampled

RADIUS = 5
"""11 x 11 taps hold the widest Gaussian (sigma 1.5) to 3.7 sigma."""


def fit_gauss(at: Sampled, terms: int) -> GaussianLaplacian:
    """The sum of ``terms`` differences of least weighted error."""
    kernels = difference_kernels(RADIUS)[:terms]
    basis = [transfer(kernel, at.grid.wy, at.grid.wx) for kernel in kernels]
    return GaussianLaplacian(tuple(float(c) for c in coefficients(basis, at)), RADIUS)
