"""Slanted edges: the blur across an edge of a chart, or of anything straight and sharp."""

from rtdeconv.estimate.edge.combine import MeasuredEdges, measure_edges
from rtdeconv.estimate.edge.find import find_edges
from rtdeconv.estimate.edge.measure import measure_edge
from rtdeconv.estimate.edge.region import Box, parse_box
from rtdeconv.estimate.edge.result import Fit, MeasuredEdge

__all__ = [
    "Box",
    "Fit",
    "MeasuredEdge",
    "MeasuredEdges",
    "find_edges",
    "measure_edge",
    "measure_edges",
    "parse_box",
]
