"""Blurs: point spread functions on the pixel grid and their exact transfer functions.

A blur is an array of taps that sum to 1. Continuous shapes are integrated over pixels, so the
discrete transfer function of the taps is exact, aliasing included.
"""

from rtdeconv.blur.base import Blur, Symmetry, transfer
from rtdeconv.blur.chain import Chain
from rtdeconv.blur.gaussian import Gaussian
from rtdeconv.blur.shapes import Binomial, Box, Disk
from rtdeconv.blur.spec import KINDS, parse_blur

__all__ = [
    "KINDS",
    "Binomial",
    "Blur",
    "Box",
    "Chain",
    "Disk",
    "Gaussian",
    "Symmetry",
    "parse_blur",
    "transfer",
]
