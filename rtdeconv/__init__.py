"""rtdeconv: designs real-time deblurring filters, proves them, and exports them as shaders.

import rtdeconv as rt
d = rt.design("gaussian:0.8", noise=2 / 255)
sharp = d.apply(soft)              # a numpy picture, uint8, uint16 or float32
text = d.export("glsl330")         # a self-contained shader
"""

from rtdeconv.design_file import load, save
from rtdeconv.designer import compare, design
from rtdeconv.designs import Design
from rtdeconv.errors import RtdError

__version__ = "0.1.0"

__all__ = ["Design", "RtdError", "__version__", "compare", "design", "load", "save"]
