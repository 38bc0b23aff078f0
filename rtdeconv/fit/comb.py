"""A-trous comb Laplacians."""

from __future__ import annotations

import numpy as np

from rtdeconv.filters import Comb, on_lattice
from rtdeconv.filters.comb import bands
from rtdeconv.fit.least_squares import coefficients
from rtdeconv.grid import Array
from rtdeconv.target import Sampled


def fit_comb(at: Sampled, terms: int) -> Comb:
    """The comb of ``terms`` bands of least weighted error, coefficients on their lattice."""
    basis = bands(at.grid.wy, at.grid.wx, terms)
    found = two_terms(basis, at) if terms == 2 else coefficients(basis, at)
    # taps are sixteenths of coefficients, and sums of up to four of those
    return Comb(tuple(float(c) for c in on_lattice(found, bits=16)))


def two_terms(basis: list[Array], at: Sampled) -> Array:
    """The normal equations of two unknowns by Cramer's rule, cheap enough for a shader.

    ``a_jk = mean W B_j B_k``, ``r_k = mean W B_k (wanted - 1)``, det = a11 a22 - a12^2, which is
    positive because the two bands peak at different frequencies.
    """
    b1, b2 = basis
    weight, wanted = at.fit_weight, at.wanted - 1
    a11, a12, a22 = (at.grid.mean(weight * p * q) for p, q in ((b1, b1), (b1, b2), (b2, b2)))
    r1, r2 = (at.grid.mean(weight * b * wanted) for b in (b1, b2))
    det = a11 * a22 - a12 * a12
    return np.array([(a22 * r1 - a12 * r2) / det, (a11 * r2 - a12 * r1) / det])
