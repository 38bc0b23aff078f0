"""What the picture at hand tells about a design's unknowns."""

from rtdeconv.estimate.blind import Measured, measure
from rtdeconv.estimate.edge import MeasuredEdges, find_edges, measure_edges
from rtdeconv.estimate.noise import MeasuredNoise, measure_noise
from rtdeconv.estimate.pairs import MeasuredPair, measure_pair
from rtdeconv.estimate.strength import prior_strength

__all__ = [
    "Measured",
    "MeasuredEdges",
    "MeasuredNoise",
    "MeasuredPair",
    "find_edges",
    "measure",
    "measure_edges",
    "measure_noise",
    "measure_pair",
    "prior_strength",
]
