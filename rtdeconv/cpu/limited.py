"""Limits on OpenCV: see `rtdeconv.activity.limited`."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from rtdeconv.activity import limited
from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.cpu.strips import strips
from rtdeconv.cpu.taps import padded
from rtdeconv.light import LUMA
from rtdeconv.plan import Border, Limited

NINE: Final = np.ones((3, 3), np.uint8)


def limited_image(
    node: Limited, value: Planes, near: Planes, border: Border, scratch: Scratch
) -> Planes:
    """``value`` kept near the neighbours in ``near``; both (H, W) or (H, W, 3)."""
    out = scratch.take(value.shape)
    wide = padded(near, 1, border, scratch)
    for strip in strips(value.shape, scratch):
        part, around = value[strip.lines], wide[strip.top : strip.top + strip.rows + 2]
        if node.by == "channel" or value.ndim == 2:
            kept = limited(part, _range(around), node.share)
        else:
            luma = _luma(part)
            change = limited(luma, _range(_luma(around)), node.share) - luma
            kept = part + change[..., None]
        np.copyto(out[strip.lines], kept)
    return out


def _luma(colours: Planes) -> Planes:
    return cv2.transform(colours, LUMA[None])


def _range(wide: Planes) -> tuple[Planes, Planes]:
    """The least and the largest of each pixel's nine, the margin of 1 left out."""
    low, high = cv2.erode(wide, NINE), cv2.dilate(wide, NINE)
    return low[1:-1, 1:-1], high[1:-1, 1:-1]
