"""rtdeconv: designs real-time deblurring filters, proves them, and exports them as shaders.

import rtdeconv as rt
d = rt.design(rt.Gaussian(0.8) + rt.Disk(1.0), noise=1 / 255, fetches=9)
print(d)
d.export("glsl330", "deblur.frag")  # a self-contained shader
y = d.apply(x)                      # a numpy picture, uint8, uint16 or float32

m = rt.measure([x])                 # its blur and noise, and how sure that is
y = rt.design("auto", like=[x]).apply(x)
"""

from rtdeconv.blur import (
    Airy,
    Binomial,
    Box,
    Disk,
    FilePsf,
    Gaussian,
    Motion,
    Pixel,
    Psf,
    Upscale,
    measured_psf,
)
from rtdeconv.design_file import load, save
from rtdeconv.designer import compare, design
from rtdeconv.designs import Design
from rtdeconv.errors import RtdError
from rtdeconv.estimate import find_edges, measure, measure_edges, measure_pair

__version__ = "0.1.0"

__all__ = [
    "Airy",
    "Binomial",
    "Box",
    "Design",
    "Disk",
    "FilePsf",
    "Gaussian",
    "Motion",
    "Pixel",
    "Psf",
    "RtdError",
    "Upscale",
    "__version__",
    "compare",
    "design",
    "find_edges",
    "load",
    "measure",
    "measure_edges",
    "measure_pair",
    "measured_psf",
    "save",
]
