"""The parts of pictures that tell how blurred they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.estimate.numbers import measurable
from rtdeconv.pixels import Image, full_scale
from rtdeconv.prior.periodograms import blocks_at, places

SIDE_PX: Final = 64

CANDIDATES: Final = 900
MOST_TILES: Final = 56
"""Of all pictures together: they are transformed in some 20 ms."""

CLIPPED: Final = 0.1
"""Share of pixels at 0 or 1 from which on a tile is left out: clipping makes edges look sharp."""

Tiles = NDArray[np.float32]


def edged_tiles(pictures: Sequence[Image]) -> Tiles:
    """Tiles (n, 64, 64), 0..1, from the half of each picture that has the strongest steps.

    Green alone is looked at: it holds most of luma, and the noise of one channel. Of that half they
    are spread evenly, so that a caption, which has the strongest of all, gives few; and in other
    places from frame to frame, so that still ones show more together. n may be 0.
    """
    most = max(MOST_TILES // max(len(pictures), 1), 1)
    phases = (np.arange(len(pictures)) + 0.5) / max(len(pictures), 1)
    found = [
        _of_picture(_green(measurable(one)), most, p)
        for one, p in zip(pictures, phases, strict=True)
    ]
    return np.concatenate(found) if found else np.empty((0, SIDE_PX, SIDE_PX), np.float32)


def _green(picture: Image) -> Image:
    return picture if picture.ndim == 2 else picture[:, :, 1]


def _of_picture(plane: Image, most: int, phase: float) -> Tiles:
    cut = blocks_at(plane, places(plane, SIDE_PX, CANDIDATES), SIDE_PX)[:, 0]
    scale = full_scale(plane.dtype)
    # NaN is neither above 0 nor below 1
    inside = ((cut > 0) & (cut < scale)).mean((1, 2)) > 1 - CLIPPED
    cut = cut[inside & np.isfinite(cut).all((1, 2))]
    if not len(cut):
        return np.empty((0, SIDE_PX, SIDE_PX), np.float32)
    steps = np.maximum(_steepest(cut), _steepest(cut.swapaxes(1, 2)))
    half = max((len(cut) + 1) // 2, min(most, len(cut)))
    edged = np.sort(np.argsort(-steps, kind="stable")[:half])
    count = min(most, half)
    spread = ((np.arange(count) + phase) * half / count).astype(np.intp)
    return (cut[edged[spread]] / scale).astype(np.float32)


def _steepest(cut: NDArray[Any]) -> NDArray[np.float32]:
    """The largest step within each tile (n, side, side), along every third row."""
    return np.abs(np.diff(cut[:, ::3].astype(np.float32), axis=2)).max((1, 2))
