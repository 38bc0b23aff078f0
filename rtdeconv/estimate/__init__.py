"""What the picture at hand tells about a design's unknowns."""

from rtdeconv.estimate.strength import prior_strength

__all__ = ["prior_strength"]
