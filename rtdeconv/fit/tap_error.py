"""The weighted error of taps on pixels as a quadratic form: thousands of candidates a millisecond.

However a filter comes by its taps t, its error ``mean W |G - wanted|^2`` with
``G = sum t_k exp(-i w.k)`` is ``t' R t - 2 c' t + mean W |wanted|^2``, where ``R_kl = r(k - l)``,
``r(d) = mean W cos(w.d)`` and ``c(k) = Re mean W wanted exp(i w.k)``. The frequencies are done with
once r and c are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.filters import MAX_RADIUS
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

Turn = tuple[int, int]
"""A turn about the centre in quarters of a circle: (cos, sin)."""

Turns = tuple[Turn, ...]

NO_TURN: Final[Turns] = ((1, 0),)
HALF_TURN: Final[Turns] = (*NO_TURN, (-1, 0))
QUARTER_TURNS: Final[Turns] = (*HALF_TURN, (0, 1), (0, -1))

SIDE: Final = 2 * MAX_RADIUS + 1


@dataclass(frozen=True, eq=False)
class TapError:
    """Error of taps that ``turns`` leave as they are, by what each orbit of pixels weighs in all.

    For u, those weights less 1 at the centre and so with sum 0, the error is ``untouched + u' gram
    u - 2 pull' u``; ``power`` is mean W. ``cells``: orbits of the pixels left and right above, left
    and right below in the cell that begins at pixel (y, x) - MAX_RADIUS - 1, shape (SIDE + 1,
    SIDE + 1, 4). ``faces``: orbits of twice the offsets, shape (2 SIDE - 1,) * 2: of pixels, of the
    edges between two and of the cells between four.
    """

    turns: Turns
    gram: Array
    pull: Array
    untouched: float
    power: float
    cells: NDArray[np.intp]
    faces: NDArray[np.intp]


@lru_cache(maxsize=32)
def tap_error(at: Sampled, turns: Turns) -> TapError:
    """The error against ``at`` of taps within MAX_RADIUS; the target must allow ``turns``."""
    heads, orbit = _orbits(MAX_RADIUS, turns)
    power, pull, const = _tables(at)
    # an orbit's taps weigh alike and r is the same all round: one pixel stands for all of them
    x, y = heads.T
    gram = np.zeros((len(heads),) * 2)
    for turn in turns:
        other_x, other_y = turned(heads, turn).T
        dy, dx = y[:, None] - other_y, x[:, None] - other_x
        gram += power[dy + SIDE - 1, dx + SIDE - 1] / len(turns)
    pull = pull[y + MAX_RADIUS, x + MAX_RADIUS]
    centre = orbit[MAX_RADIUS, MAX_RADIUS]
    untouched = const + gram[centre, centre] - 2 * pull[centre]
    # taps to taps less 1 at the centre; then what feels only sums of 0
    pull = pull - gram[centre]
    ring = np.pad(orbit, 1, mode="edge")  # pixels beyond the reach, mixed in by a share of 0
    return TapError(
        turns=turns,
        gram=gram - gram[centre] - gram[:, [centre]] + gram[centre, centre],
        pull=pull - pull[centre],
        untouched=float(untouched),
        power=float(power[SIDE - 1, SIDE - 1]),
        cells=np.stack([ring[:-1, :-1], ring[:-1, 1:], ring[1:, :-1], ring[1:, 1:]], -1),
        faces=_orbits(2 * MAX_RADIUS, turns)[1],
    )


def turned(offsets: NDArray[Any], turn: Turn) -> NDArray[Any]:
    """Offsets (x, y), the last axis, turned about the centre."""
    cos, sin = turn
    x, y = offsets[..., 0], offsets[..., 1]
    return np.stack([cos * x - sin * y, sin * x + cos * y], -1)


def _orbits(radius: int, turns: Turns) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """One offset (x, y) of each orbit of the square, and the orbit of each offset [y, x]."""
    side = 2 * radius + 1
    numbers = np.arange(side * side)
    offsets = np.stack([numbers % side, numbers // side], -1) - radius
    images = [(turned(offsets, turn) + radius) @ (1, side) for turn in turns]
    first, orbit = np.unique(np.min(images, axis=0), return_inverse=True)
    return offsets[first], orbit.reshape(side, side)


@lru_cache(maxsize=4)
def _tables(at: Sampled) -> tuple[Array, Array, float]:
    """r on offsets up to 2 MAX_RADIUS and c up to MAX_RADIUS, index [y, x], and mean W |wanted|^2.

    The nodes hold every frequency or its mirror images; averaged over those, the tables are whole.
    """
    reach = np.arange(1 - SIDE, SIDE)
    wave_y, wave_x = (np.exp(1j * np.multiply.outer(reach, w)) for w in (at.grid.wy, at.grid.wx))
    weight = at.grid.weight * at.fit_weight
    near = slice(MAX_RADIUS, MAX_RADIUS + SIDE)
    power = ((wave_y * weight) @ wave_x.T).real
    pull = ((wave_y[near] * weight * at.wanted) @ wave_x[near].T).real
    if at.symmetry == "8-fold":
        power, pull = (_all_round(table) for table in (power, pull))
    return power, pull, at.grid.mean(at.fit_weight * np.abs(at.wanted) ** 2)


def _all_round(table: Array) -> Array:
    """Mean of a square and its mirror images in both axes and diagonals."""
    for mirrored in (lambda a: a[::-1], lambda a: a[:, ::-1], np.transpose):
        table = (table + mirrored(table)) / 2
    return table
