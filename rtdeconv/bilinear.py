"""What a GPU's bilinear filter mixes, and how taps become fewer fetches by it.

A sample at (dx, dy) pixels right of and below the written pixel mixes the four around it. Offsets
are whole multiples of 1/SUBTEXEL px: what is rounded here is what is validated and what ships.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Taps = NDArray[np.floating]
"""An odd square, index [y, x], the centre in the middle."""

Spot = tuple[float, float, float]
"""A sample: (weight, dx, dy)."""

Cell = tuple[int, int]
"""A pixel: (y, x) below and right of the centre."""

Group = list[tuple[float, Cell]]
"""What one sample reads: (share of the tap, its cell)."""

SUBTEXEL: Final = 256
"""Steps per pixel at which every GPU can filter: they keep at least 8 bits of the fraction."""

RANK_ONE: Final = 1e-6
"""By how much of its largest tap an outer product may miss: taps on their lattice do."""

LATTICE_BITS: Final = 20
"""Digits of a tap that is computed here: its halves, and sums of four, are exact in float32."""

CENTRE: Final = (0, 0)


def shares(dx: float, dy: float) -> list[tuple[float, int, int]]:
    """(share, x, y) of each pixel that a sample mixes; they add up to 1 and none is 0."""
    left, top = math.floor(dx), math.floor(dy)
    right, down = dx - left, dy - top
    mixed = (
        (share_y * share_x, x, y)
        for share_y, y in ((1 - down, top), (down, top + 1))
        for share_x, x in ((1 - right, left), (right, left + 1))
    )
    return [one for one in mixed if one[0]]


def spread(spots: Iterable[Spot], radius: int) -> Taps:
    """The taps that samples add up to, shape (2 radius + 1,) * 2."""
    taps = np.zeros((2 * radius + 1,) * 2)
    for weight, dx, dy in spots:
        for share, x, y in shares(dx, dy):
            taps[radius + y, radius + x] += weight * share
    return taps


def merged(taps: Taps) -> list[Spot]:
    """Samples that add up to ``taps``, but for the rounding of their positions to 1/SUBTEXEL px.

    Two neighbours of one sign are one sample at their centroid; an outer product of one sign is
    merged along each axis, a 3x3 binomial into 4, whatever else its centre weighs. Weights are sums
    of taps or of halves of them, so their sum is that of the taps. Point-symmetric taps give
    point-symmetric samples.
    """
    spots = [_spot(taps, group) for group in _pairs(taps)]
    product = _outer_product(taps)
    if product is not None:
        rest = float((taps - product)[len(taps) // 2, len(taps) // 2])
        others = _added(rest, [_spot(product, group) for group in _products(product)])
        spots = min(others, spots, key=len)
    return sorted(spots, key=_reading_order)


def _spot(taps: Taps, group: Group) -> Spot:
    parts = [(share * _tap(taps, cell), cell) for share, cell in group]
    weight = math.fsum(part for part, _ in parts)
    dy, dx = (sum(part * cell[axis] for part, cell in parts) / weight for axis in (0, 1))
    return weight, round(SUBTEXEL * dx) / SUBTEXEL, round(SUBTEXEL * dy) / SUBTEXEL


def _reading_order(spot: Spot) -> tuple[float, ...]:
    """Outward, equal weights side by side."""
    weight, dx, dy = spot
    return (dx * dx + dy * dy, weight, dy, dx)


def _tap(taps: Taps, cell: Cell) -> float:
    radius = len(taps) // 2
    return float(taps[radius + cell[0], radius + cell[1]]) if max(map(abs, cell)) <= radius else 0.0


def _cells(taps: Taps) -> list[Cell]:
    """Where taps are not 0, by rows."""
    radius = len(taps) // 2
    return [(int(y) - radius, int(x) - radius) for y, x in np.argwhere(taps)]


def _pairs(taps: Taps) -> list[Group]:
    """As many pairs of neighbours of one sign as there can be, the rest one by one.

    Point-symmetric taps are paired on one half, the other half being its mirror image. The centre,
    its own mirror image, would go to two pairs by halves. It is matched last: as no cell is freed
    again for another, that happens only where it saves a sample.
    """
    symmetric = np.array_equal(taps, taps[::-1, ::-1])

    def vertex(cell: Cell) -> Cell:
        return max(cell, _mirrored(cell)) if symmetric else cell

    def mates(cell: Cell) -> list[Cell]:
        y, x = cell
        near = ((y, x - 1), (y, x + 1), (y - 1, x), (y + 1, x))
        return [other for other in near if _tap(taps, cell) * _tap(taps, other) > 0]

    vertices = sorted({vertex(cell) for cell in _cells(taps)}, reverse=True)
    partner = _matching({cell: [vertex(mate) for mate in mates(cell)] for cell in vertices})
    groups: list[Group] = []
    for cell in vertices:
        if cell in partner:
            mate = next(mate for mate in mates(cell) if vertex(mate) == partner[cell])
            groups.append([(0.5 if symmetric and cell == CENTRE else 1.0, cell), (1.0, mate)])
        elif cell not in partner.values():
            groups.append([(1.0, cell)])
    if symmetric:
        twins = [[(share, _mirrored(cell)) for share, cell in group] for group in groups]
        groups += [twin for twin, group in zip(twins, groups, strict=True) if twin != group]
    return groups


def _mirrored(cell: Cell) -> Cell:
    return -cell[0], -cell[1]


def _matching(mates: Mapping[Cell, Sequence[Cell]]) -> dict[Cell, Cell]:
    """The largest matching, from even cells to odd ones, grown by augmenting paths.

    Neighbours differ in colour, as on a chessboard, which makes the graph bipartite; mirror images
    agree.
    """
    taken: dict[Cell, Cell] = {}

    def augment(cell: Cell, tried: set[Cell]) -> bool:
        for mate in mates[cell]:
            if mate not in tried:
                tried.add(mate)
                if mate not in taken or augment(taken[mate], tried):
                    taken[mate] = cell
                    return True
        return False

    for cell in mates:
        if sum(cell) % 2 == 0:
            augment(cell, set())
    return {cell: mate for mate, cell in taken.items()}


def _box(taps: Taps) -> tuple[range, range]:
    """Rows and columns, from the centre, beyond which all taps are 0."""
    spans = zip(*_cells(taps), strict=True)
    rows, columns = (range(min(span), max(span) + 1) for span in spans)
    return rows, columns


def _outer_product(taps: Taps) -> Taps | None:
    """The column times row of one sign that the taps are, save the centre; None where they are not.

    A centre of its own is rounded to a lattice, so that weights and their sum stay exact.
    """
    radius = len(taps) // 2
    apart = taps.copy()
    apart[radius], apart[:, radius] = 0.0, 0.0
    y, x = np.unravel_index(np.argmax(np.abs(apart)), taps.shape)
    if not apart[y, x]:
        return None
    product = np.outer(taps[:, x], taps[y]) / taps[y, x]
    largest = float(np.max(np.abs(product)))
    found = taps.copy()
    if abs(product[radius, radius] - taps[radius, radius]) > RANK_ONE * largest:
        lattice = 2.0 ** (math.ceil(math.log2(largest)) - LATTICE_BITS)
        found[radius, radius] = np.rint(product[radius, radius] / lattice) * lattice
    rows, columns = _box(found)
    full = len(_cells(found)) == len(rows) * len(columns)
    one_sign = np.all(found >= 0) or np.all(found <= 0)
    near = np.max(np.abs(product - found)) <= RANK_ONE * largest
    return found if full and one_sign and near else None


def _added(centre: float, spots: list[Spot]) -> list[Spot]:
    """The spots with ``centre`` added to the one at the centre."""
    here = centre + math.fsum(weight for weight, *at in spots if at == [0, 0])
    others = [spot for spot in spots if spot[1:] != (0, 0)]
    return [*others, (here, 0.0, 0.0)] if here else others


def _products(taps: Taps) -> list[Group]:
    """The merges of the rows times those of the columns."""
    rows, columns = _box(taps)
    return [
        [(share_y * share_x, (rows[y], columns[x])) for share_y, y in down for share_x, x in along]
        for down in _line(len(rows))
        for along in _line(len(columns))
    ]


def _line(count: int) -> list[list[tuple[float, int]]]:
    """A line's taps two by two; a middle one stays alone or goes by halves to both sides."""
    whole, middle = [(1.0, k) for k in range(count)], count // 2
    if count % 4 == 1:
        return [*_twos(whole[:middle]), [whole[middle]], *_twos(whole[middle + 1 :])]
    if count % 4 == 3:
        whole[middle : middle + 1] = 2 * [(0.5, middle)]
    return _twos(whole)


def _twos(parts: list[tuple[float, int]]) -> list[list[tuple[float, int]]]:
    return [parts[k : k + 2] for k in range(0, len(parts), 2)]
