"""How much happens around a pixel, and in which direction: what adaptive filters go by.

From a 3x3 neighbourhood come Sobel's two derivatives g and what a binomial low-pass takes away, l.
Their energies, in units of what the stated noise alone would give, are the pixel's structure; mean
structure around a pixel gives its activity and its direction. In numpy the definition of what
shaders compute; arrays keep their precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.light import LUMA, Light, decode

Planes = NDArray[np.floating]

OCTAVES: Final = (-2.0, 8.0)
"""Activity runs from a quarter of the noise's own energy to 256 times that: below nothing is left
but noise, above noise no longer counts."""

MOST: Final = 1000.0
"""Of an energy: four times that of the highest class."""

HALF: Final = 0.5
"""Energy at which a direction is believed to one half, the noise's own being 1."""

SLOPES: Final[dict[Light, tuple[float, float, float]]] = {
    "encoded": (1.0, 0.0, 0.0),
    "linear": (0.0019, 2.8, 3.4),
    "gamma2": (0.001, 4.0, 0.0),
    "pq": (1e-5, 1.7, 100.0),
    "hlg": (1e-5, 0.95, 19.0),
}
"""(a, b, c): where light has the value v, a + b v + c v^2 is about the squared slope of its
decoding curve, by which the power of noise on encoded values grows in it."""

Factor = Literal["one", "c", "s", "cc+ss", "cc-ss", "2cs"]
"""What a weight may be multiplied by: 1, or a product of a direction's (c, s)."""

Curve = tuple[float, ...]
"""Values at equally spaced classes of activity, straight lines between."""

NEAR_WHITE: Final = (0.02, 0.016)
"""On encoded values: so far from white a pixel is no longer clipped, and so much nearer it is.
Further up, as HDR goes, it is not clipped either."""

NOISES: Final = 4.0
"""Standard deviations of the noise in l that are no corner either."""

LOST_POWER: Final = 1 - 8 / 16 + 36 / 256
"""Of white noise, in l: 1 - 2 * 4/16 + 36/256."""

SLOPE_POWER: Final = 12 / 64
"""The same in each of Sobel's derivatives, over 8."""

KINK: Final = (0.04, 0.04)
"""On encoded values: l at a clipped pixel that a blur may leave, and how much more is surely cut. A
blur that came after the clipping rounds every corner; clipping after it leaves one."""

TINY: Final = 1e-12
"""Added where 0 would be divided by: the square of a millionth."""

KEPT: Final = 0.8
"""Share of the past in steadied structure: a mean over about five frames."""

CHANGED: Final = (0.25, 0.75)
"""Squared change, in energies, up to which all of that share is kept, and from which nothing is.
Noise as stated gives 0.02 in the median and 0.1 in one of ten pixels, on flat ground as on edges; a
strong edge that moves by a tenth of a pixel between frames gives 0.5."""

PEAK: Final = 3.0
"""Room of a peak beyond its neighbours, in times it stands out from them: what the widest blurs
here take from a line, and more."""

MARK: Final = 40_000.0
"""What a cut corner adds to its energy. A mean above `MOST` tells of cut corners: one in forty is
seen, one in twenty fully, and half floats hold it, which end at 65504."""


@dataclass(frozen=True)
class Gauge:
    """``gain``: 1 over the structure of noise alone; ``detail``: what l counts beside g; ``slope``:
    see `SLOPES`; ``white``: where pictures are clipped, in the light of the filter."""

    gain: float
    detail: float
    slope: tuple[float, float, float]
    white: float

    def __post_init__(self) -> None:
        if not (0 < self.gain < np.inf and 0 <= self.detail < np.inf and 0 < self.white < np.inf):
            raise ValueRefused("a gauge has a finite gain and white above 0, and detail from 0 on")
        if not (self.slope[0] > 0 and min(self.slope) >= 0 and max(self.slope) < np.inf):
            raise ValueRefused("squared slopes are finite and above 0")

    @property
    def steep(self) -> float:
        """What a difference of encoded values becomes near white."""
        a, b, c = self.slope
        return math.sqrt(a + (b + c * self.white) * self.white)

    @property
    def noises(self) -> float:
        """`NOISES` standard deviations of l, on encoded values, times the root of ``gain``."""
        return NOISES * math.sqrt(LOST_POWER / _structure_power(self.detail))


def gauge(noise_power: float, detail: float, light: Light) -> Gauge:
    """The gauge for white noise of that power on encoded values."""
    gain = 1 / (noise_power * _structure_power(detail))
    return Gauge(gain, detail, SLOPES[light], float(decode(np.ones(1), light)[0]))


def _structure_power(detail: float) -> float:
    """Energy of structure for white noise of power 1."""
    return 2 * SLOPE_POWER + detail * LOST_POWER


def energy_response(wy: Planes, wx: Planes, detail: float) -> Planes:
    """What structure's energy passes of the power at (wy, wx) radians per pixel."""
    along, down = 1 + np.cos(wx), 1 + np.cos(wy)
    slopes = (np.sin(wx) * down) ** 2 + (np.sin(wy) * along) ** 2
    return np.asarray(slopes / 4 + detail * (1 - along * down / 4) ** 2)


def structure(around: Sequence[Planes], by: Gauge) -> Planes:
    """(gx^2 - gy^2, 2 gx gy, e = gx^2 + gy^2 + detail l^2) of a pixel's 3x3 neighbours, by rows,
    each (H, W, C): shape (H, W, 3), means over the channels, weighted as in luma.

    The last is increased by up to `MARK` the surer one of the channels is a corner that clipping
    left; there it tells of no direction.
    """
    nw, n, ne, w, here, e, sw, s, se = around
    gx = ((ne - nw) + 2 * (e - w) + (se - sw)) / 8
    gy = ((sw - nw) + 2 * (s - n) + (se - ne)) / 8
    low = (4 * here + 2 * (n + s + e + w) + (nw + ne + sw + se)) / 16
    shares = _shares(here)
    xx, yy, xy = (gx * gx) @ shares, (gy * gy) @ shares, (gx * gy) @ shares
    lost = here - low
    energy = xx + yy + by.detail * (lost * lost @ shares)
    brightness = np.maximum(low @ shares, 0)
    a, b, c = by.slope
    scale = by.gain / (a + (b + c * brightness) * brightness)
    scale = np.minimum(scale, MOST / np.maximum(energy, TINY))
    marked = energy * scale + MARK * cut_corner(here, lost, by).max(axis=-1)
    return np.stack([(xx - yy) * scale, 2 * xy * scale, marked], axis=-1)


def cut_corner(here: Planes, lost: Planes, by: Gauge) -> Planes:
    """How surely clipping cut a corner off, 0..1: ``lost`` is what a low-pass takes away there."""
    white = np.clip((NEAR_WHITE[0] - np.abs(here - by.white) / by.steep) / NEAR_WHITE[1], 0, 1)
    kink = max(KINK[0], by.noises / math.sqrt(by.gain))
    return np.asarray(white * np.clip((lost / by.steep - kink) / KINK[1], 0, 1))


def limited(value: Planes, around: Sequence[Planes], share: float) -> Planes:
    """``value`` (H, W, C) as it is within the range of the first nine of ``around``, the pixel and
    its neighbours by rows; beyond, bent by u / (1 + u^2)^(1/2), so that it never goes further than
    its room.

    Room is ``share`` of the range, and `PEAK` times as much as the pixel stands out: a peak or a
    line that blur lowered may rise again, a step's shoulder has no room of that kind. It stands out
    by what it exceeds the higher side in that of four directions where it exceeds it most, a side
    being the lower of two pixels; those further away follow the nine, by rows.
    """
    near, here = around[:9], around[4]
    low, high = np.minimum.reduce(near), np.maximum.reduce(near)
    far = [*around[9:13], here, *around[13:]]
    below = [np.minimum(*pair) for pair in zip(near, far, strict=True)]
    above = [np.maximum(*pair) for pair in zip(near, far, strict=True)]
    saddle = np.minimum.reduce([np.maximum(below[k], below[8 - k]) for k in range(4)])
    valley = np.maximum.reduce([np.minimum(above[k], above[8 - k]) for k in range(4)])
    range_ = share * (high - low)
    up = range_ + PEAK * np.maximum(here - saddle, 0)
    down = range_ + PEAK * np.maximum(valley - here, 0)
    over, under = np.maximum(value - high, 0), np.maximum(low - value, 0)
    return np.asarray(np.clip(value, low, high) + _bent(over, up) - _bent(under, down))


def _bent(beyond: Planes, room: Planes) -> Planes:
    return np.asarray(beyond * room / np.sqrt(room * room + beyond * beyond + TINY))


def limited_by_luma(value: Planes, around: Sequence[Planes], share: float) -> Planes:
    """All channels moved by what their luma's limit asks for."""
    shares = _shares(value)
    luma, near = value @ shares, [one @ shares for one in around]
    return np.asarray(value + (limited(luma, near, share) - luma)[..., None])


LIMITED: Final = {"channel": limited, "luma": limited_by_luma}


def _shares(planes: Planes) -> Planes:
    """Of the channels in luma."""
    return (LUMA if planes.shape[-1] == 3 else np.ones(1)).astype(planes.dtype)


def position(energy: Planes, count: int) -> Planes:
    """Where mean energy lies among ``count`` classes, 0..count - 1; classes stand at equal ratios
    over `OCTAVES`."""
    low, high = OCTAVES
    octaves = np.log2(np.clip(energy, 2.0**low, 2.0**high))
    return np.asarray((octaves - low) * ((count - 1) / (high - low)))


def direction(mean: Planes) -> tuple[Planes, Planes, Planes]:
    """(c, s, held) of mean structure (H, W, 3): cos and sin of twice the gradient's angle, less the
    less is known of it; how firmly a pixel is to stay within its neighbours, 0..1."""
    believed = mean[..., 2] + HALF
    held = np.clip(mean[..., 2] / MOST - 1, 0, 1)
    return mean[..., 0] / believed, mean[..., 1] / believed, held


def steadied(now: Planes, before: Planes, mean: Planes, mean_before: Planes) -> Planes:
    """Structure (H, W, 3) of a frame with that of the frames before mixed in, where nothing moved.

    ``before``: what this gave for the frame before; ``mean`` and ``mean_before``: the means of
    both around each pixel, which tell noise from change. Noise n on a gradient g changes its energy
    by 2 g n and n^2, so that the change squared grows as the energy does; where it is more, the
    frame stands alone.
    """
    both = mean[..., 2] + mean_before[..., 2] + 2 * HALF
    change = np.sum((mean - mean_before) ** 2, axis=-1) / both
    kept = KEPT * np.clip((CHANGED[1] - change) / (CHANGED[1] - CHANGED[0]), 0, 1)
    return np.asarray(now + kept[..., None] * (before - now))


def factor_of(name: Factor, c: Planes, s: Planes) -> Planes | float:
    """The factor of that name."""
    products: dict[Factor, Callable[[], Any]] = {
        "one": lambda: 1.0,
        "c": lambda: c,
        "s": lambda: s,
        "cc+ss": lambda: c * c + s * s,
        "cc-ss": lambda: c * c - s * s,
        "2cs": lambda: 2 * c * s,
    }
    return products[name]()


def rises(at: Planes, count: int) -> list[Planes]:
    """clip(at - k, 0, 1) for k = 0..count - 2: a curve given at the classes is its first value plus
    its differences times these."""
    return [np.clip(at - k, 0, 1) for k in range(count - 1)]


def curve(values: Sequence[float], rising: Sequence[Planes]) -> Planes | float:
    """The curve that has ``values`` at the classes, straight between them."""
    steps = np.diff(values)
    return sum((step * r for step, r in zip(steps, rising, strict=True)), start=values[0])


APART_PX: Final = 1.203125
GATHERED: Final = (
    (0.2, 0.0, 0.0),
    *((0.2, dx, dy) for dy in (-APART_PX, APART_PX) for dx in (-APART_PX, APART_PX)),
)
"""(weight, dx, dy) of the bilinear fetches that take the mean of structure around a pixel: as good
as a Gaussian of 1 px."""
