"""A-trous comb Laplacians."""

from __future__ import annotations

import numpy as np

from rtdeconv.filters import Comb, MergedComb
from rtdeconv.filters.comb import MAX_TERMS, band_kernels, bands, rounded_coefficients
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.grid import Array
from rtdeconv.target import Sampled
from rtdeconv.tuning import two_unknowns


def fit_comb(at: Sampled, size: Size) -> Comb:
    """The comb of ``size.terms`` bands of least weighted error."""
    return Comb(_fitted(at, size))


def fit_merged_comb(at: Sampled, size: Size) -> MergedComb:
    """The same comb, to be run with fewer fetches."""
    return MergedComb(_fitted(at, size))


def _fitted(at: Sampled, size: Size) -> tuple[float, ...]:
    assert size.terms is not None
    if size.terms == 2 and at.target.max_overshoot is None:
        found = two_terms(bands(at.grid.wy, at.grid.wx, 2), at)
    else:
        found = solve(band_kernels(size.terms), at)
    return rounded_coefficients(found)


def two_terms(basis: list[Array], at: Sampled) -> Array:
    """The normal equations of two unknowns, which are cheap enough for a shader:
    ``a_jk = mean W B_j B_k``, ``r_k = mean W B_k (wanted - 1)``."""
    b1, b2 = basis
    weight, wanted = at.fit_weight, at.wanted.real - 1
    a11, a12, a22 = (at.grid.mean(weight * p * q) for p, q in ((b1, b1), (b1, b2), (b2, b2)))
    r1, r2 = (at.grid.mean(weight * b * wanted) for b in (b1, b2))
    return np.array(two_unknowns(a11, a12, a22, r1, r2))


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
