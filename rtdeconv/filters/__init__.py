"""Filter families: what the mathematics produces, with exact responses. No GPU words here."""

from rtdeconv.filters.base import MAX_RADIUS, Filter, on_lattice, with_unit_sum
from rtdeconv.filters.comb import Comb
from rtdeconv.filters.fir import Fir
from rtdeconv.filters.gauss import GaussianLaplacian

__all__ = [
    "MAX_RADIUS",
    "Comb",
    "Filter",
    "Fir",
    "GaussianLaplacian",
    "on_lattice",
    "with_unit_sum",
]
