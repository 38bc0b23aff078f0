"""Where a blur leaves nothing to restore."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.blur.base import Blur

NEARLY_NOTHING: Final = 0.02
"""Amplitude that counts as lost: restoring it would amplify noise 50 times."""

_NODES: Final = 256


@dataclass(frozen=True)
class Nulls:
    """``lowest_cpp``: the lowest frequency that is lost, in cycles per pixel, None where none is;
    ``share``: of the frequency square, 0..1; ``crossed``: the response changes sign there."""

    lowest_cpp: float | None
    share: float
    crossed: bool

    def __str__(self) -> str:
        if self.lowest_cpp is None:
            return "the blur keeps something of every frequency"
        kind = "has nulls" if self.crossed else f"falls under {NEARLY_NOTHING:.0%}"
        return (
            f"the blur {kind} from {self.lowest_cpp:.2f} cycles per pixel on; {self.share:.0%} of "
            f"all frequencies are lost, and no linear filter brings them back"
        )


def nulls(blur: Blur) -> Nulls:
    """Where the blur's response is under `NEARLY_NOTHING`, found on a grid of 1/256 cycle per px.

    The null lines of a real response, thinner than the grid, are found by the change of sign.
    """
    half = np.arange(_NODES // 2 + 1) / _NODES
    full = np.arange(-_NODES // 2, _NODES // 2 + 1) / _NODES
    otf = blur.otf(2 * math.pi * half[:, None], 2 * math.pi * full[None, :])
    radius = np.hypot(half[:, None], full[None, :])
    lost = np.abs(otf) < NEARLY_NOTHING
    lowest = [radius[lost].min()] if lost.any() else []
    crossings: list[float] = []
    if not np.iscomplexobj(otf):
        for h, r in ((otf, radius), (otf.T, radius.T)):
            change = h[1:] * h[:-1] < 0
            before, after = np.abs(h[:-1][change]), np.abs(h[1:][change])
            crossings += list((r[:-1][change] * after + r[1:][change] * before) / (before + after))
    lowest += [min(crossings)] if crossings else []
    counted = np.ones_like(radius)
    counted[[0, -1]] /= 2
    counted[:, [0, -1]] /= 2
    return Nulls(
        lowest_cpp=float(min(lowest)) if lowest else None,
        share=float((lost * counted).sum() / counted.sum()),
        crossed=bool(crossings),
    )
