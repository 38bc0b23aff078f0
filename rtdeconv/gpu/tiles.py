"""Cutting pictures that exceed the texture limit, so that the seams cannot be found.

A pixel depends on a neighbourhood of ``reach``, so a tile's result is right that far from a cut.

    |<-------- tile 0 -------->|
                    |<-------- tile 1 -------->|
    |=======================|======================...   = kept
                    reach>|  |<reach

A tile that touches the picture's edge touches it with the texture's edge: there every pass of the
shader meets its own border, which padding the source once would not reproduce.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.plan import Border


@dataclass(frozen=True, eq=False)
class Span:
    """One tile along one axis.

    ``read`` are the source positions of its pixels, shape (length,); of its result, ``crop`` is
    kept and lands at ``kept`` of the picture. ``start`` is where its first pixel would lie, below 0
    where a wrapped picture's tile begins before it.
    """

    start: int
    read: NDArray[np.intp]
    crop: slice
    kept: slice


def spans(size: int, limit: int, reach: int, border: Border) -> list[Span]:
    """Tiles of one length, at most ``limit``, that together keep 0..size-1.

    Raises ValueRefused where nothing of a tile would remain between its margins.
    """
    if size <= limit:
        return [Span(0, np.arange(size), slice(0, size), slice(0, size))]
    step = limit - 2 * reach
    if step < 1:
        raise ValueRefused(f"tiles of this filter are over {2 * reach} px wide, not {limit}")
    # wrapped pictures have no edge to touch: the first tile begins ``reach`` before them
    first, last = (-reach, size + reach - limit) if border == "wrap" else (0, size - limit)
    starts = [*range(first, last, step), last]
    cuts = [0, *(start + reach for start in starts[1:]), size]
    return [
        Span(
            start=start,
            read=np.arange(start, start + limit) % size,
            crop=slice(low - start, high - start),
            kept=slice(low, high),
        )
        for start, (low, high) in zip(starts, pairwise(cuts), strict=True)
    ]
