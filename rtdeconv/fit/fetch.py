"""Bilinear fetches, their places and weights designed together, in one pass."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np

from rtdeconv.bilinear import Spot, spread
from rtdeconv.blur import Symmetry
from rtdeconv.filters import Filter, on_lattice
from rtdeconv.filters.fetches import Fetches
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.fetch_search import Candidates, finished, searched, solved
from rtdeconv.fit.least_squares import solve
from rtdeconv.fit.tap_error import (
    HALF_TURN,
    NO_TURN,
    QUARTER_TURNS,
    Turns,
    tap_error,
    turned,
)
from rtdeconv.grid import Array
from rtdeconv.target import SAME_DB, Sampled, sampled

_TURNS: Final[dict[Symmetry, tuple[Turns, ...]]] = {
    "8-fold": (QUARTER_TURNS, HALF_TURN),
    "point": (HALF_TURN,),
    "none": (NO_TURN,),
}
"""Turns that may leave the fetches as they are, most first, where a blur has that symmetry.

Mirror images are not asked for: a fetch beside an axis mixes the tap on it with one next to it, and
four of them, turned by quarters, do most of what takes eight that are mirrored as well.
"""


def fit_fetch(at: Sampled, size: Size) -> Fetches:
    """The ``size.taps`` fetches of least weighted error that were found, one of them the centre."""
    assert size.taps is not None
    around = size.taps - 1
    found = [
        (turns, _found(at, turns, around // len(turns)))
        for turns in _TURNS[at.symmetry]
        if around % len(turns) == 0
    ]
    # the last has the fewest turns to obey, and should leave the least error; of those alike, the
    # one of the most turns treats the most directions the same
    limit = 10 ** (SAME_DB / 10) * (at.wiener_error() + found[-1][1].errors[0])
    turns, best = next(
        (turns, one) for turns, one in found if at.wiener_error() + one.errors[0] <= limit
    )
    return _filter(at, turns, best)


def moved_fetch(at: Sampled, size: Size, near: Filter) -> Fetches:
    """The fetches of ``near``, moved downhill to where they are best for ``at``: in a tenth of a
    search's time, and as good where little has changed. One of another size is searched for."""
    if isinstance(near, Fetches) and len(near.samples) == size.taps:
        places = [(-x, -y) for _, x, y in near.samples if x or y]
        for turns in _TURNS[at.symmetry]:
            sets = _sets(turns, places)
            if len(sets) * len(turns) == size.taps - 1:
                form = tap_error(at, turns)
                return _filter(at, turns, finished(form, solved(form, np.array([sets]))))
    return fit_fetch(at, size)


def _sets(turns: Turns, places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """One place of each set that ``turns`` leave as it is."""
    loose, found = set(places), []
    for place in places:
        turned_ones = set(_around(turns, np.array(place)))
        if turned_ones <= loose:
            found.append(place)
            loose -= turned_ones
    return found


def _filter(at: Sampled, turns: Turns, best: Candidates) -> Fetches:
    """The best candidate as a filter, its weights within the target's limit of overshoot."""
    places, weights = best.places[0], best.weights[0]
    if at.target.max_overshoot is not None:
        weights = _limited(at, turns, places)
    samples = _samples(turns, places, weights)
    if at.symmetry == "8-fold":  # all of one error: chosen by rule, not by the last digit
        samples = min(_mirrored(samples))
    return Fetches(samples)


def _found(at: Sampled, turns: Turns, sets: int) -> Candidates:
    """The best sets. A cap on the gain moves places little: all caps begin where none is set."""
    form = tap_error(at, turns)
    if at.target.max_gain is None:
        return finished(form, searched(form, sets))
    free = sampled(replace(at.target, kind="wiener", max_gain=None))
    starts = searched(tap_error(free, turns), sets).places
    return finished(form, solved(form, starts))


def _limited(at: Sampled, turns: Turns, places: Array) -> Array:
    """Weights of least error among those that obey the target's limit of overshoot."""
    radius = math.ceil(np.max(np.abs(places)))
    share = 1 / len(turns)
    sets = [[(share, *spot) for spot in _around(turns, place)] for place in places]
    centre = spread([(1.0, 0.0, 0.0)], radius)
    return -solve(np.array([centre - spread(spots, radius) for spots in sets]), at)


def _samples(turns: Turns, places: Array, weights: Array) -> tuple[Spot, ...]:
    """The centre and all fetches of the sets, outward, weights on their lattice.

    A tap to the right of the impulse response is a fetch to the left.
    """
    each = on_lattice(np.append(weights / len(turns), 1 - weights.sum()))[:-1]
    spots = [
        (float(weight), 0.0 - x, 0.0 - y)
        for weight, place in zip(each, places, strict=True)
        for x, y in _around(turns, place)
    ]
    centre = 1.0 - math.fsum(weight for weight, *_ in spots)
    return _outward([(centre, 0.0, 0.0), *spots])


def _mirrored(samples: tuple[Spot, ...]) -> list[tuple[Spot, ...]]:
    """The samples and their mirror images in axes and diagonals, one of each two that a half turn
    swaps."""
    images = []
    for sign in (1.0, -1.0):
        images.append([(weight, 0.0 + sign * x, y) for weight, x, y in samples])
        images.append([(weight, 0.0 + sign * y, x) for weight, x, y in samples])
    return [_outward(image) for image in images]


def _outward(spots: list[Spot]) -> tuple[Spot, ...]:
    return tuple(sorted(spots, key=lambda spot: (spot[1] ** 2 + spot[2] ** 2, *spot)))


def _around(turns: Turns, place: Array) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (turned(place, turn) for turn in turns)]


FAMILY = Family(
    name="fetch",
    describes="bilinear fetches, places and weights designed together",
    counts="taps (fetches in all)",
    sizes=tuple(Size(taps=n) for n in range(5, 18, 2)),
    usual=Size(taps=9),
    structure=Fetches,
    fit=fit_fetch,
    moved=moved_fetch,
)
