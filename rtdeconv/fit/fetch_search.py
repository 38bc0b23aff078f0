"""Where to put bilinear fetches: many starts, each descending in places and weights together.

Fetches come in sets that turns about the centre leave as they are; the place of one fetch stands
for its set. A set's weight is shared by its fetches, and the centre weighs what is left to 1.
Everything runs on many candidates at once: places have shape (candidates, sets, 2), (x, y) in px of
the impulse response.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.bilinear import SUBTEXEL
from rtdeconv.filters import MAX_RADIUS
from rtdeconv.fit.tap_error import TapError, turned
from rtdeconv.grid import Array

SAMPLE_ERROR: Final = 2.0**-18
"""Error power of a bilinear sample that fits allow for, relative to the picture's: texture units
may mix with weights of 8 bits, off by up to 2^-9. It keeps weights from growing and cancelling."""

MAX_SCATTERED, SCATTER_WORK = 200, 1600
"""Scattered starts: at most so many, and fewer of many sets, whose time grows with the square."""

NEAR_PX, FAR_PX = 1.5, 6.0
"""Half sides, smallest and largest, of the squares that starts are scattered over."""

EXTENDED: Final = 32
"""Starts that are candidates of fewer fetches with one set more."""

STEP_PX: Final = 0.5
"""Grid of the places that a further set is tried at; descent goes on from there."""

ROUNDS: Final = (8, 6)
"""Steps of descent, after each of which a quarter of the candidates goes on."""

LAST_ROUNDS: Final = 15
"""Steps of descent of those FINISHED."""

KEPT, FINISHED = 12, 4
"""Candidates, at least, that a search ends with, and those of them worth finishing."""

ALIKE: Final = 1e-3
"""Candidates whose errors differ by less than this fraction have most likely met."""

HAIR: Final = 1e-4
"""An error less by this fraction of the untouched picture's is not worth a step of 1/256 px."""

ROUNDING: Final = 1e-12
"""Differences of errors below this fraction of mean W are rounding: all that is left where nothing
has to be done, as under a cap that no inverse keeps to."""

_NEIGHBOURS: Final = np.array([(x, y) for y in (-1, 0, 1) for x in (-1, 0, 1) if x or y]) / SUBTEXEL
_SLOPE: Final = np.array([-1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Candidates:
    """Sets of fetches, their weights (candidates, sets) and errors (candidates,)."""

    places: Array
    weights: Array
    errors: Array

    def best(self, count: int) -> Candidates:
        """The ``count`` of least error, best first; of those that are alike, one."""
        order = np.argsort(self.errors, kind="stable")
        gaps = np.diff(self.errors[order], prepend=-np.inf)
        return self.only(order[gaps > ALIKE * np.abs(self.errors[order])][:count])

    def only(self, chosen: NDArray[np.intp]) -> Candidates:
        """Those of the given numbers."""
        return Candidates(self.places[chosen], self.weights[chosen], self.errors[chosen])

    def replaced(self, chosen: NDArray[np.bool_], others: Candidates) -> Candidates:
        """``others`` in the place of the chosen ones."""
        return Candidates(
            np.where(chosen[:, None, None], others.places, self.places),
            np.where(chosen[:, None], others.weights, self.weights),
            np.where(chosen, others.errors, self.errors),
        )


@lru_cache(maxsize=64)
def searched(form: TapError, sets: int) -> Candidates:
    """The best candidates of ``sets`` sets, never worse than those of two fetches less."""
    if sets == 0:
        return Candidates(np.zeros((1, 0, 2)), np.zeros((1, 0)), np.array([form.untouched]))
    more = min(sets, max(2 // len(form.turns), 1))
    found = searched(form, sets - more)
    for _ in range(more):
        found = _solved_apart(form, _extended(form, found))
    found = _solved_apart(form, np.concatenate([found.places, _scattered(sets)]))
    for rounds in ROUNDS:
        found = _descended(form, found, rounds)
        found = found.best(max(len(found.errors) // 4, KEPT))
    return found


def finished(form: TapError, found: Candidates) -> Candidates:
    """The best of ``found`` with places in whole 1/SUBTEXEL px: no step of one place to a
    neighbour, the weights solved again, makes it better."""
    places = _descended(form, found.best(FINISHED), LAST_ROUNDS).places
    whole = np.floor(places)
    fraction = np.clip(np.rint(SUBTEXEL * (places - whole)), 1, SUBTEXEL - 1) / SUBTEXEL
    now = solved(form, np.where(places == whole, places, whole + fraction))
    sets, hair = places.shape[1], max(HAIR * form.untouched, ROUNDING * form.power)
    moves = np.einsum("nd,st->sntd", _NEIGHBOURS, np.eye(sets)).reshape(-1, sets, 2)
    while True:
        tried = np.clip(now.places[:, None] + moves, -MAX_RADIUS, MAX_RADIUS)
        flat = tried.reshape(-1, sets, 2)
        allowed = distinct(form, flat)
        flat[~allowed] = np.repeat(now.places, len(moves), axis=0)[~allowed]
        there = solved(form, flat)
        first = np.argmin(there.errors.reshape(len(now.errors), -1), axis=1)
        there = there.only(first + len(moves) * np.arange(len(first)))
        better = there.errors < now.errors - hair
        if not better.any():
            return now.best(1)
        now = now.replaced(better, there)


def solved(form: TapError, places: Array) -> Candidates:
    """``places`` with the weights of least error."""
    index, shares = _mixed(form, places, np.floor(places))
    gram, pull = _equations(form, index, shares[:, :, :1])
    weights = np.asarray(np.linalg.solve(gram, pull[..., None])[..., 0], np.float64)
    return Candidates(places, weights, form.untouched - np.sum(weights * pull, axis=1))


def _solved_apart(form: TapError, places: Array) -> Candidates:
    return solved(form, places[distinct(form, places)])


def distinct(form: TapError, places: Array) -> NDArray[np.bool_]:
    """Whether no two fetches of a candidate lie on the same pixel, between the same two, or between
    the same four: there they could collapse onto one another."""
    middles = (np.floor(places) + np.ceil(places)).astype(np.intp) + 2 * MAX_RADIUS
    centre = np.full((len(places), 1), 2 * MAX_RADIUS)
    taken = form.faces[
        np.concatenate([middles[..., 1], centre], axis=1),
        np.concatenate([middles[..., 0], centre], axis=1),
    ]
    taken.sort(axis=1)
    return np.all(taken[:, 1:] > taken[:, :-1], axis=1)


def _descended(form: TapError, found: Candidates, rounds: int) -> Candidates:
    """Levenberg-Marquardt steps of all places, each within its cell, the weights solved after."""
    damping = np.full((len(found.errors), 1), 1e-2)
    for number in range(rounds):
        # a place on the line between two cells belongs to either in turn
        corner = np.floor(found.places) if number % 2 else np.ceil(found.places) - 1
        places = corner + np.clip(found.places - corner + _step(form, found, corner, damping), 0, 1)
        places = np.clip(places, -MAX_RADIUS, MAX_RADIUS)
        allowed = distinct(form, places)
        there = solved(form, np.where(allowed[:, None, None], places, found.places))
        better = there.errors < found.errors
        found = found.replaced(better, there)
        damping = np.clip(np.where(better[:, None], damping / 4, damping * 4), 1e-7, 1e6)
    return found


def _step(form: TapError, found: Candidates, corner: Array, damping: Array) -> Array:
    """Where the places should go, from the normal equations of weights and places together.

    A place at the border of its cell that would leave it is held.
    """
    index, shares = _mixed(form, found.places, corner)
    shares[:, :, 1:] *= found.weights[..., None, None]
    gram, pull = _equations(form, index, shares)
    slope = (gram[:, :, ::3] @ found.weights[..., None])[..., 0] - pull
    inside, downhill = found.places - corner, -slope.reshape(*found.weights.shape, 3)
    held = np.zeros_like(downhill, dtype=bool)
    held[..., 1:] = ((inside <= 0) & (downhill[..., 1:] < 0)) | (
        (inside >= 1) & (downhill[..., 1:] > 0)
    )
    free = ~held.reshape(slope.shape)
    gram *= free[:, :, None] & free[:, None, :]
    diagonal = np.arange(gram.shape[1])
    gram[:, diagonal, diagonal] *= 1 + damping
    gram[:, diagonal, diagonal] += np.where(free, 1e-12 * form.power, 1.0)
    step = np.linalg.solve(gram, (-slope * free)[..., None])
    return step.reshape(held.shape)[..., 1:]


def _mixed(form: TapError, places: Array, corner: Array) -> tuple[NDArray[np.intp], Array]:
    """Orbits of the four pixels that a place in the cell right of and below ``corner`` mixes,
    (candidates, sets, 4), and their shares and those derived by x and by y, (..., 3, 4)."""
    inside = places - corner
    along = np.stack([1 - inside, inside], -1)
    shares = np.empty((*places.shape[:-1], 3, 2, 2))
    shares[..., 0, :, :] = along[..., 1, :, None] * along[..., 0, None, :]
    shares[..., 1, :, :] = along[..., 1, :, None] * _SLOPE
    shares[..., 2, :, :] = along[..., 0, None, :] * _SLOPE[:, None]
    cell = corner.astype(np.intp) + MAX_RADIUS + 1
    index = form.cells[cell[..., 1], cell[..., 0]]
    return index, shares.reshape(*places.shape[:-1], 3, 4)


def _equations(form: TapError, index: NDArray[np.intp], shares: Array) -> tuple[Array, Array]:
    """Normal equations of taps that mix the orbits ``index`` in ``shares``, (..., sets, k, 4).

    The first of the k is a set's weight, and pays for the errors of its samples.
    """
    count, sets, k, _ = shares.shape
    mixed = form.gram[index.reshape(count, 4 * sets, 1), index.reshape(count, 1, 4 * sets)]
    rows = (shares @ mixed.reshape(count, sets, 4, 4 * sets)).reshape(count, sets * k, sets, 4)
    gram = rows.swapaxes(1, 2) @ shares.swapaxes(2, 3)
    gram = gram.swapaxes(1, 2).reshape(count, sets * k, sets * k)
    weight = np.arange(0, sets * k, k)
    gram[:, weight, weight] += SAMPLE_ERROR * form.power / len(form.turns)
    pull = (shares @ form.pull[index][..., None])[..., 0]
    return gram, pull.reshape(count, sets * k)


def _extended(form: TapError, found: Candidates) -> Array:
    """Candidates with the one more set each that lessens their error most.

    A new column v against weights solved for A w = b gains ``(v.b - v'A w)^2 / (v'v - v'A^-1 v)``,
    products being those of the form.
    """
    added = _grid(form)[:, None]
    index, shares = _mixed(form, added, np.floor(added))
    columns = (shares[:, 0, :1] @ form.gram[index[:, 0]])[:, 0]
    own, pull = _equations(form, index, shares[:, :, :1])
    index, shares = _mixed(form, found.places, np.floor(found.places))
    cross = (shares[:, :, :1] @ columns.T[index])[:, :, 0]
    gram, _ = _equations(form, index, shares[:, :, :1])
    rest = own[:, 0, 0] - np.sum(cross * np.linalg.solve(gram, cross), axis=1)
    toward = pull[:, 0] - np.sum(cross * found.weights[..., None], axis=1)
    errors = found.errors[:, None] - toward**2 / np.maximum(rest, 1e-9 * own[:, 0, 0])
    each = np.argsort(errors, axis=1, kind="stable")[:, : max(EXTENDED // len(errors), 4)]
    parent = np.repeat(np.arange(len(errors)), each.shape[1])
    order = np.argsort(errors[parent, each.ravel()], kind="stable")[:EXTENDED]
    return np.concatenate([found.places[parent], added[each.ravel()]], axis=1)[order]


def _grid(form: TapError) -> Array:
    """One place of every set that lies on a grid of STEP_PX within FAR_PX, the centre left out."""
    steps = np.arange(-FAR_PX, FAR_PX + STEP_PX, STEP_PX)
    places = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    places = places[(np.hypot(*places.T) > 0) & (np.hypot(*places.T) <= FAR_PX)]
    images = np.stack([turned(places, turn) @ (1, 4 * FAR_PX) for turn in form.turns])
    return places[images[0] == images.min(axis=0)]


def _scattered(sets: int) -> Array:
    """Places spread evenly over all their dimensions and over the sizes of their square.

    The fractional parts of multiples of 1/p, 1/p^2, ... with p^(d+1) = p + 1 (Roberts' R_d).
    """
    dimensions = 2 * sets + 1
    p = 2.0
    for _ in range(64):
        p = (1 + p) ** (1 / (dimensions + 1))
    count = np.arange(1, 1 + min(MAX_SCATTERED, SCATTER_WORK // sets**2))
    even = (0.5 + np.multiply.outer(count, p ** -np.arange(1.0, dimensions + 1))) % 1
    half_side = NEAR_PX + (FAR_PX - NEAR_PX) * even[:, 0]
    return (2 * even[:, 1:] - 1).reshape(-1, sets, 2) * half_side[:, None, None]
