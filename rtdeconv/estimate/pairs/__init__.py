"""The blur between a sharp and a blurred picture of the same frame.

`measure_pair` registers both to a fraction of a pixel, gathers least-squares equations for the taps
from the places with the most detail, and solves them under a prior whose size the pictures choose.
`tools/measure_pairs.py` prints how well that goes.
"""

from rtdeconv.estimate.pairs.measure import measure_pair
from rtdeconv.estimate.pairs.measured import MeasuredPair, save_psf

__all__ = ["MeasuredPair", "measure_pair", "save_psf"]
