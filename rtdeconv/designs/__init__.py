"""Finished designs: the blur, the target that undoes it, the filter, what it promises."""

from rtdeconv.designs.design import Design, Figures, Manner, fitted, manner_of
from rtdeconv.designs.words import (
    DEFAULT_BORDER,
    DEFAULT_KIND,
    DEFAULT_LIGHT,
    DEFAULT_PRIOR,
    DEFAULT_WEIGHT,
    scored_on,
    tuning_said,
)

__all__ = [
    "DEFAULT_BORDER",
    "DEFAULT_KIND",
    "DEFAULT_LIGHT",
    "DEFAULT_PRIOR",
    "DEFAULT_WEIGHT",
    "Design",
    "Figures",
    "Manner",
    "fitted",
    "manner_of",
    "scored_on",
    "tuning_said",
]
