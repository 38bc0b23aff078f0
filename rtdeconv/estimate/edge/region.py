"""The part of a picture that holds an edge, and its luminance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import Image, checked_image, code_step, unit_colour

LEAST_LONG_PX: Final = 24
"""Along the edge; less has too few rows to tell the edge's place from its blur."""

LEAST_WIDE_PX: Final = 16
"""Across it; less has no flats beside a blur of a pixel."""

MOST_PIXELS: Final = 2**21
"""More than any edge needs, and measured in seconds."""

WRITTEN: Final = re.compile(",".join([r"\s*([+-]?[0-9]{1,9})\s*"] * 4))
"""A box; `int` alone takes 1_50 and the digits of other scripts, too."""

LUMINANCE: Final = (0.2126, 0.7152, 0.0722)
"""Of linear R, G and B (ITU-R BT.709)."""


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels; (``x``, ``y``) is its upper left one."""

    x: int
    y: int
    width: int
    height: int

    def __post_init__(self) -> None:
        numbers = (self.x, self.y, self.width, self.height)
        if not all(isinstance(one, (int, np.integer)) for one in numbers):
            raise ValueRefused(f"a region is X,Y,W,H in whole pixels, not {self}; round it")
        if min(self.x, self.y) < 0 or min(self.width, self.height) < 1:
            raise ValueRefused(
                f"a region starts at 0,0 or beyond and is at least 1x1, not {self}; give X,Y,W,H"
            )

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"


def parse_box(text: str) -> Box:
    """``X,Y,W,H`` in pixels, whole numbers. Raises ValueRefused."""
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise ValueRefused(
            f"a region is X,Y,W,H in whole pixels, such as 120,80,60,100, not {shown(text)}"
        )
    return Box(*map(int, found.groups()))


@dataclass(frozen=True, eq=False)
class Region:
    """Pixels of a box, display-encoded, 0..1.

    ``colour``: (H, W, 1 or 3). ``grey``: (H, W), the encoded value of their luminance. ``clipped``:
    (H, W), whether a channel is at the end of its range. ``step``: of its codes, 0 for floats.
    """

    colour: Array
    grey: Array
    clipped: NDArray[np.bool_]
    step: float


def region_of(image: Image, box: Box, light: Light) -> Region:
    """The pixels of ``box``; raises ValueRefused where it leaves the picture or is too small."""
    image = checked_image(image)
    height, width = image.shape[:2]
    if box.x + box.width > width or box.y + box.height > height:
        raise ValueRefused(f"a region lies within the picture, {width}x{height}, not at {box}")
    short, long = sorted((box.width, box.height))
    if short < LEAST_WIDE_PX or long < LEAST_LONG_PX:
        raise ValueRefused(
            f"an edge is measured in at least {LEAST_WIDE_PX} px across and {LEAST_LONG_PX} along "
            f"it, not {box.width}x{box.height}; mark a larger region"
        )
    if box.width * box.height > MOST_PIXELS:
        raise ValueRefused(
            f"a region holds one edge and at most {MOST_PIXELS} pixels, not {box.width}x"
            f"{box.height}; mark a smaller one"
        )
    part = image[box.y : box.y + box.height, box.x : box.x + box.width]
    colour = unit_colour(part)
    if not np.isfinite(colour).all():
        raise ValueRefused(
            f"pixels are finite numbers, but the region {box} holds NaN or infinity; mark another"
        )
    clipped = np.asarray(((colour == 0) | (colour == 1)).any(-1))
    return Region(colour, _grey(colour, light), clipped, code_step(part.dtype))


def transposed(region: Region) -> Region:
    """Rows as columns."""
    colour = region.colour.transpose(1, 0, 2)
    return Region(colour, region.grey.T, region.clipped.T, region.step)


def _grey(colour: Array, light: Light) -> Array:
    if colour.shape[2] == 1:
        return colour[:, :, 0]
    return encode(decode(colour, light) @ np.array(LUMINANCE), light)
