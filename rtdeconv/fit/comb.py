"""A-trous comb Laplacians."""

from __future__ import annotations

from rtdeconv.filters import Comb, MergedComb
from rtdeconv.filters.comb import MAX_TERMS, band_kernels, rounded_coefficients
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.target import Sampled


def fit_comb(at: Sampled, size: Size) -> Comb:
    """The comb of ``size.terms`` bands of least weighted error."""
    return Comb(_fitted(at, size))


def fit_merged_comb(at: Sampled, size: Size) -> MergedComb:
    """The same comb, to be run with fewer fetches."""
    return MergedComb(_fitted(at, size))


def _fitted(at: Sampled, size: Size) -> tuple[float, ...]:
    assert size.terms is not None
    return rounded_coefficients(solve(band_kernels(size.terms), at))


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
