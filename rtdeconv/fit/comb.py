"""A-trous comb Laplacians."""

from __future__ import annotations

import numpy as np

from rtdeconv.filters import Comb, MergedComb, on_lattice
from rtdeconv.filters.comb import MAX_TERMS, band_kernels, bands
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.grid import Array
from rtdeconv.target import Sampled


def fit_comb(at: Sampled, size: Size) -> Comb:
    """The comb of ``size.terms`` bands of least weighted error."""
    return Comb(_fitted(at, size))


def fit_merged_comb(at: Sampled, size: Size) -> MergedComb:
    """The same comb, to be run with fewer fetches."""
    return MergedComb(_fitted(at, size))


def _fitted(at: Sampled, size: Size) -> tuple[float, ...]:
    """Coefficients on a lattice: taps are sixteenths of them, and sums of up to four of those."""
    assert size.terms is not None
    if size.terms == 2 and at.target.max_overshoot is None:
        found = two_terms(bands(at.grid.wy, at.grid.wx, 2), at)
    else:
        found = solve(band_kernels(size.terms), at)
    return tuple(float(c) for c in on_lattice(found, bits=16))


def two_terms(basis: list[Array], at: Sampled) -> Array:
    """The normal equations of two unknowns by Cramer's rule, cheap enough for a shader.

    ``a_jk = mean W B_j B_k``, ``r_k = mean W B_k (wanted - 1)``, det = a11 a22 - a12^2, which is
    positive because the two bands peak at different frequencies.
    """
    b1, b2 = basis
    weight, wanted = at.fit_weight, at.wanted.real - 1
    a11, a12, a22 = (at.grid.mean(weight * p * q) for p, q in ((b1, b1), (b1, b2), (b2, b2)))
    r1, r2 = (at.grid.mean(weight * b * wanted) for b in (b1, b2))
    det = a11 * a22 - a12 * a12
    return np.array([(a22 * r1 - a12 * r2) / det, (a11 * r2 - a12 * r1) / det])


_SIZES = tuple(Size(terms=n) for n in range(1, MAX_TERMS + 1))

FAMILY = Family(
    name="comb",
    describes="a-trous comb Laplacian, one pass a band",
    counts="terms (bands)",
    sizes=_SIZES,
    usual=Size(terms=2),
    structure=Comb,
    fit=fit_comb,
)
MERGED = Family(
    name="comb-merged",
    describes="a-trous comb Laplacian, its first band read by bilinear fetches",
    counts="terms (bands)",
    sizes=_SIZES,
    usual=Size(terms=2),
    structure=MergedComb,
    fit=fit_merged_comb,
)
