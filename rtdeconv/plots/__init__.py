"""Figures: what a survey found, and what was measured, drawn for a talk.

Each ``plot_`` raises as `check_plot`, and MediaError where the file cannot be written.
"""

from rtdeconv.plots.edges import plot_edges
from rtdeconv.plots.page import check_plot
from rtdeconv.plots.pairs import plot_pair
from rtdeconv.plots.spectrum import plot_measured
from rtdeconv.plots.survey import plot_survey

__all__ = ["check_plot", "plot_edges", "plot_measured", "plot_pair", "plot_survey"]
