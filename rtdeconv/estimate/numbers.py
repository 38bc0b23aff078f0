"""Pixels that are numbers, and those that are none."""

from __future__ import annotations

from typing import Final, cast

import numpy as np

from rtdeconv.errors import ValueRefused
from rtdeconv.pixels import Image, checked_image

LARGEST: Final = 1e4
"""Times white: no scene holds more, and squares of it are far from the end of float32."""


def measurable(picture: Image) -> Image:
    """The picture with every float that is no number of at most 1e4 in size made NaN, for which
    differences and comparisons do not warn. Raises ValueRefused for what is no picture."""
    given: object = picture
    if not isinstance(given, np.ndarray):
        raise ValueRefused(
            f"a picture is one array of pixels, not {type(given).__name__}; give that"
        )
    picture = checked_image(picture)
    if picture.dtype.kind != "f":
        return picture
    numbers = np.isfinite(picture) & (np.abs(picture) <= np.float32(LARGEST))
    return picture if numbers.all() else cast(Image, np.where(numbers, picture, np.float32("nan")))


def unmeasurable(picture: Image) -> int:
    """How many pixels of a `measurable` picture have a colour that is no number."""
    if picture.dtype.kind != "f":
        return 0
    colour = picture[:, :, None] if picture.ndim == 2 else picture[:, :, :3]
    return int(np.count_nonzero(np.isnan(colour).any(2)))
