"""Weighted sums as taps, borders, and how images are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np

from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.plan import Border, Store, Texel, WeightedSum, footprint, reach_px

Kernels = list[tuple[int, Planes]]
"""(image, its taps), one for each image that a sum reads."""

_BORDER: Final[dict[Border, int]] = {
    "clamp": cv2.BORDER_REPLICATE,
    "mirror": cv2.BORDER_REFLECT,
    "wrap": cv2.BORDER_WRAP,
    "zero": cv2.BORDER_CONSTANT,
}

NINE: Final = np.ones((3, 3), np.uint8)


def kernels(total: WeightedSum) -> Kernels:
    """The terms of each image read, as taps."""
    weights = footprint(total)
    images = sorted({texel.image for texel in weights})
    return [
        (image, square({texel: w for texel, w in weights.items() if texel.image == image}))
        for image in images
    ]


def square(weights: Mapping[Texel, float]) -> Planes:
    """Dense (2 reach + 1, 2 reach + 1)."""
    reach = max(map(reach_px, weights))
    taps = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for texel, weight in weights.items():
        taps[reach + texel.dy, reach + texel.dx] = weight
    return taps


def correlated(image: Planes, taps: Planes, border: Border, scratch: Scratch) -> Planes:
    """One filter2D. It knows no wrapped border, so such a picture is padded and cut again."""
    reach = len(taps) // 2
    if border != "wrap":
        filtered = scratch.take(image.shape)
        return cv2.filter2D(image, cv2.CV_32F, taps, dst=filtered, borderType=_BORDER[border])
    height, width = image.shape[:2]
    wide = padded(image, reach, border, scratch)
    filtered = cv2.filter2D(wide, cv2.CV_32F, taps, dst=scratch.take(wide.shape))
    return filtered[reach : reach + height, reach : reach + width]


def padded(image: Planes, reach: int, border: Border, scratch: Scratch) -> Planes:
    """``image`` (H, W) or (H, W, C) with ``reach`` more pixels on each side."""
    height, width = image.shape[:2]
    wide = scratch.take((height + 2 * reach, width + 2 * reach, *image.shape[2:]))
    return cv2.copyMakeBorder(image, *(4 * (reach,)), _BORDER[border], dst=wide)


def extremes(image: Planes) -> tuple[Planes, Planes]:
    """The least and the largest of each pixel and its eight neighbours."""
    return cv2.erode(image, NINE), cv2.dilate(image, NINE)


def stored(image: Planes, store: Store, scratch: Scratch) -> Planes:
    """``image`` as its format keeps it.

    Half floats by Veltkamp's splitting: t = (2^13 + 1) x, t - (t - x) is x to 11 binary digits,
    ties to even. Below 6e-5, where half floats lose digits, more of them are kept, and above 65504
    the numbers go on; four times faster than by way of an array of halves.
    """
    if store != "16f":
        return image
    scaled, kept = scratch.take(image.shape), scratch.take(image.shape)
    np.multiply(image, np.float32(2**13 + 1), out=scaled)
    np.subtract(scaled, image, out=kept)
    return np.subtract(scaled, kept, out=kept)
