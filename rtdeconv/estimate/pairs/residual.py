"""What the taps leave: noise, and whether it is white."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.estimate.pairs.evidence import TILE_PX, Place, cut, windows
from rtdeconv.estimate.pairs.frames import Frame, Shift, lit, moved, slope
from rtdeconv.grid import Array

MOST_TILES: Final = 64


@dataclass(frozen=True)
class Residual:
    """``noise`` on encoded values 0..1, rounding excluded; ``alike`` the correlation of neighbours,
    0 for white noise; ``offset`` in light."""

    noise: float
    alike: float
    offset: float


def residual(
    frame: Frame,
    places: list[Place],
    taps: Array,
    shift: Shift,
    steps: tuple[float, float],
) -> Residual:
    """Over some of the tiles, channel by channel."""
    rests, offsets = [], []
    chosen = places[:: -(-len(places) // MOST_TILES)]
    for channel in range(frame.sharp_colour.shape[2]):
        keen = moved(lit(frame.sharp_colour[..., channel], frame.light), shift)
        for place in chosen:
            rest, level = _rest(frame, keen, place, channel, taps)
            rests.append(rest)
            offsets.append(level)
    left = np.array(rests)
    power = float(np.nanmean(left**2))
    below, beside = left[:, 1:] * left[:, :-1], left[:, :, 1:] * left[:, :, :-1]
    rounding = (steps[0] ** 2 + steps[1] ** 2 * float((taps**2).sum())) / 12
    return Residual(
        noise=float(np.sqrt(max(power - rounding, 0.0))),
        alike=float((np.nanmean(below) + np.nanmean(beside)) / 2 / max(power, 1e-30)),
        offset=float(np.median(offsets)),
    )


def _rest(
    frame: Frame, keen: Array, place: Place, channel: int, taps: Array
) -> tuple[Array, float]:
    """What one channel of a tile leaves on encoded values, less its level; that level in light.

    ``keen`` is the sharp channel in light, moved; pixels left out are NaN.
    """
    made = windows(keen, place, len(taps) // 2) @ taps.ravel()
    soft = lit(cut(frame.blurred_colour[..., channel], place), frame.light)
    hidden, scale = cut(frame.left_out, place), slope(soft, frame.light)
    weight = np.where(hidden, 0.0, 1 / scale**2)
    level = float((soft - made) @ weight / weight.sum())
    rest = np.where(hidden, np.nan, (soft - made - level) / scale)
    return rest.reshape(TILE_PX, TILE_PX), level
