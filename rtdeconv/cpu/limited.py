"""Limits on OpenCV: see `rtdeconv.activity.limited`."""

from __future__ import annotations

from typing import Final

import numpy as np

from rtdeconv.activity import LIMITED
from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.cpu.strips import strips
from rtdeconv.cpu.taps import padded
from rtdeconv.plan import Border, Limited

REACH: Final = 2
"""How far a limit looks, px."""


def limited_image(
    node: Limited, value: Planes, near: Planes, border: Border, scratch: Scratch
) -> Planes:
    """``value`` kept near the neighbours in ``near``; both (H, W) or (H, W, 3)."""
    out = scratch.take(value.shape)
    width = value.shape[1]
    wide = padded(near, REACH, border, scratch)
    is_grey = value.ndim == 2
    for strip in strips(value.shape, scratch):
        part = value[strip.lines]
        around = [
            wide[top : top + strip.rows, left : left + width]
            for top, left in (
                (strip.top + REACH + texel.dy, REACH + texel.dx) for texel in node.around
            )
        ]
        if is_grey:
            part, around = part[..., None], [one[..., None] for one in around]
        kept = LIMITED[node.by](part, around, np.float32(node.share))
        np.copyto(out[strip.lines], kept[..., 0] if is_grey else kept)
    return out
