"""Blurs: point spread functions on the pixel grid and their exact transfer functions.

A blur is an array of taps that sum to 1. Continuous shapes are integrated over pixels, so the
discrete transfer function of the taps is exact, aliasing included. An upscaler alone has a
response that no taps have: see `rtdeconv.blur.upscale`.
"""

from rtdeconv.blur.base import (
    Blur,
    Chain,
    Power,
    Spectrum,
    Symmetry,
    complex_transfer,
    transfer,
)
from rtdeconv.blur.camera import Airy, Motion, Pixel
from rtdeconv.blur.gaussian import Gaussian, gaussian_line
from rtdeconv.blur.nulls import Nulls, nulls
from rtdeconv.blur.psf import Psf
from rtdeconv.blur.psf_picture import FilePsf, measured_psf, portable, remarks
from rtdeconv.blur.shapes import Binomial, Box, Disk
from rtdeconv.blur.spec import KINDS, parse_blur
from rtdeconv.blur.upscale import Upscale

__all__ = [
    "KINDS",
    "Airy",
    "Binomial",
    "Blur",
    "Box",
    "Chain",
    "Disk",
    "FilePsf",
    "Gaussian",
    "Motion",
    "Nulls",
    "Pixel",
    "Power",
    "Psf",
    "Spectrum",
    "Symmetry",
    "Upscale",
    "complex_transfer",
    "gaussian_line",
    "measured_psf",
    "nulls",
    "parse_blur",
    "portable",
    "remarks",
    "transfer",
]
