"""Blur measured from ordinary pictures, nothing else known of them."""

from rtdeconv.estimate.blind.measure import measure
from rtdeconv.estimate.blind.measured import Measured

__all__ = ["Measured", "measure"]
