"""What a pass computes: fetches, what they add up to, and scalars that may differ from pixel to
pixel.

The vocabulary grows by one node when a feature needs it; no node exists without a user.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rtdeconv.activity import Curve, Factor, Gauge
from rtdeconv.bilinear import shares
from rtdeconv.plan.limit import LimitedBy
from rtdeconv.tuning import Solver


@dataclass(frozen=True)
class Texel:
    """One fetch: the pixel of ``image`` that lies (dx, dy) right of and below the written one."""

    image: int
    dx: int
    dy: int


@dataclass(frozen=True)
class Sample:
    """One bilinear fetch of ``image`` between pixels, (dx, dy) right of and below the written one.

    Offsets are multiples of 1/SUBTEXEL. The hardware mixes up to four pixels for the price of one,
    but as they are stored: the source may only be sampled where the light is "encoded", elsewhere a
    pass decodes it first.
    """

    image: int
    dx: float
    dy: float


Fetch = Texel | Sample


@dataclass(frozen=True)
class WeightedSum:
    """Sum of weight * fetch, added in the order of ``terms``."""

    terms: tuple[tuple[float, Fetch], ...]


@dataclass(frozen=True)
class Value:
    """The run-time value of the named parameter, the same for every pixel."""

    name: str


@dataclass(frozen=True)
class Radial:
    """``middle`` in the middle of the picture, ``corner`` at its corners, between them linear in
    the squared distance from the middle (of pixel centres), as lenses lose sharpness."""

    middle: Value
    corner: Value


@dataclass(frozen=True)
class FromMap:
    """The red channel of the named map at the pixel, 0..1, times ``scale``; never below 0."""

    name: str
    scale: Value


Scalar = Value | Radial | FromMap
"""A number for each pixel."""


@dataclass(frozen=True)
class Mix:
    """``a * (1 - amount) + b * amount``, extrapolating for amounts above 1."""

    a: Expr
    b: Expr
    amount: Value


@dataclass(frozen=True)
class Tuned:
    """``base + c1 * bands[0] + c2 * bands[1]``, (c1, c2) the solver's for the pixel's sigma."""

    base: Expr
    bands: tuple[Expr, Expr]
    solver: Solver
    sigma: Scalar
    noise: Value


def nine(image: int) -> tuple[Texel, ...]:
    """A pixel and its eight neighbours, by rows."""
    return tuple(Texel(image, dx, dy) for dy in (-1, 0, 1) for dx in (-1, 0, 1))


def star(image: int) -> tuple[Texel, ...]:
    """Those nine, and the eight that lie twice as far away, by rows."""
    far = (Texel(image, 2 * t.dx, 2 * t.dy) for t in nine(image) if (t.dx, t.dy) != (0, 0))
    return (*nine(image), *far)


@dataclass(frozen=True)
class Structure:
    """What a pixel's nine neighbours, by rows, say of it by `rtdeconv.activity.structure`: three
    numbers for each pixel and no colour. A pass's whole expression."""

    around: tuple[Texel, ...]
    gauge: Gauge


@dataclass(frozen=True)
class Band:
    """A sum whose weights add up to 0, and what it is multiplied by: the sum of curve * factor."""

    total: WeightedSum
    weights: tuple[tuple[Factor, Curve], ...]


@dataclass(frozen=True)
class Adapted:
    """``base`` and every band times its weight, which follows the ``mean`` of structure around the
    pixel; near clipped highlights held within the nine pixels ``around``.

    All curves are given at as many classes, two or more.
    """

    base: Texel
    bands: tuple[Band, ...]
    mean: WeightedSum
    around: tuple[Texel, ...]

    @property
    def classes(self) -> int:
        """At how many classes its curves are given."""
        return len(self.bands[0].weights[0][1])

    @property
    def turns(self) -> bool:
        """Whether weights follow the direction too."""
        return any(factor != "one" for band in self.bands for factor, _ in band.weights)


@dataclass(frozen=True)
class Limited:
    """``value`` kept near the pixels ``around`` by `rtdeconv.activity.limited`: at most ``share``
    of the range beyond that of a pixel and its neighbours, more at peaks and lines. Channel by
    channel, or all channels moved by what their luma asks for, which changes no hue.
    """

    value: Expr
    around: tuple[Texel, ...]
    share: float
    by: LimitedBy


Expr = Texel | WeightedSum | Mix | Tuned | Structure | Adapted | Limited
"""An expression: a colour for each pixel, but for structure."""


def fetch_at(image: int, dx: float, dy: float) -> Fetch:
    """The texel where the offset is a whole pixel, else the sample."""
    if dx % 1 == dy % 1 == 0:
        return Texel(image, int(dx), int(dy))
    return Sample(image, dx, dy)


def reach_px(fetch: Fetch) -> int:
    """How far away, per axis, the pixels of a fetch may lie."""
    return math.ceil(max(abs(fetch.dx), abs(fetch.dy)))


def corners(sample: Sample) -> list[tuple[float, Texel]]:
    """The pixels that a sample mixes and their shares, which add up to 1; no share is 0."""
    mixed = shares(sample.dx, sample.dy)
    return [(share, Texel(sample.image, x, y)) for share, x, y in mixed]


def footprint(total: WeightedSum) -> dict[Texel, float]:
    """What a sum weighs each pixel with, a sample counting for the pixels it mixes."""
    found: dict[Texel, float] = {}
    for weight, fetch in total.terms:
        parts = corners(fetch) if isinstance(fetch, Sample) else [(1.0, fetch)]
        for share, texel in parts:
            found[texel] = found.get(texel, 0.0) + weight * share
    return found


def reading_order(term: tuple[float, Fetch]) -> tuple[float, ...]:
    """By image, then outward, taps of equal weight side by side."""
    weight, t = term
    near, far = sorted((abs(t.dx), abs(t.dy)))
    return (t.image, t.dx**2 + t.dy**2, far, near, weight, t.dy, t.dx)
