"""Filter structures: what the mathematics produces, with exact responses. No GPU words here."""

from rtdeconv.filters.base import (
    MAX_RADIUS,
    Filter,
    on_lattice,
    response_of,
    with_unit_sum,
)
from rtdeconv.filters.comb import Comb, MergedComb
from rtdeconv.filters.fetches import Fetches
from rtdeconv.filters.fir import Fir, fir_of
from rtdeconv.filters.gauss import GaussianLaplacian
from rtdeconv.filters.polynomial import Polynomial
from rtdeconv.filters.separable import DeltaSeparable, Separable

__all__ = [
    "MAX_RADIUS",
    "Comb",
    "DeltaSeparable",
    "Fetches",
    "Filter",
    "Fir",
    "GaussianLaplacian",
    "MergedComb",
    "Polynomial",
    "Separable",
    "fir_of",
    "on_lattice",
    "response_of",
    "with_unit_sum",
]
