"""Terms of weighted sums: taps as fetches, gathered and put in reading order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from rtdeconv.filters.comb import BINOMIAL
from rtdeconv.grid import Array
from rtdeconv.plan import Fetch, Texel, WeightedSum, reading_order

Term = tuple[float, Fetch]


def taps(image: int, kernel: Array, distance: int = 1) -> list[Term]:
    """What reads ``image`` with an impulse response: a tap to the right reads to the left."""
    middle_y, middle_x = (n // 2 for n in kernel.shape)
    return [
        (float(kernel[y, x]), Texel(image, (middle_x - x) * distance, (middle_y - y) * distance))
        for y, x in np.ndindex(kernel.shape)
    ]


def summed(terms: Iterable[Term]) -> WeightedSum:
    """Fetches merged, zeros dropped, centre first."""
    merged: dict[Fetch, float] = {}
    for weight, fetch in terms:
        merged[fetch] = merged.get(fetch, 0.0) + weight
    kept = [(weight, fetch) for fetch, weight in merged.items() if weight or _is_centre(fetch)]
    return WeightedSum(tuple(sorted(kept, key=reading_order)))


def _is_centre(fetch: Fetch) -> bool:
    return (fetch.dx, fetch.dy) == (0, 0)


def comb_bands() -> tuple[WeightedSum, WeightedSum]:
    """``source - C1`` and ``C1 - C1 C2``, image 1 being the source's C1."""
    here, smooth = Texel(0, 0, 0), Texel(1, 0, 0)
    wide = [(1.0, smooth), *taps(1, -BINOMIAL, distance=2)]
    return summed([(1.0, here), (-1.0, smooth)]), summed(wide)
