"""What sharp pictures, put through a blur, say about the best weights: normal equations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.activity import (
    GATHERED,
    SLOPES,
    direction,
    factor_of,
    gauge,
    position,
    structure,
)
from rtdeconv.bilinear import shares
from rtdeconv.filters.orbits import Bank
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.target import Target

FINE: Final = 5
"""Classes at which evidence is gathered; curves of 1, 2 and 3 classes are some of these."""

Pair = tuple[Array, Array]
"""A piece (H, W) and what blur and noise left of it, both in the light of the filter."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """What weights c save of each picture's squared error, ``2 right' c - c' gram c``, on encoded
    values to first order, per pixel.

    ``gram``: (pictures, m, m), ``right``: (pictures, m), weights in the order of ``bank``'s columns
    and, within a column, of the classes. ``asked_gram``, ``asked_right``: the same of what weights
    are solved for, rougher noise included.
    """

    bank: Bank
    gram: Array
    right: Array
    asked_gram: Array
    asked_right: Array

    def __len__(self) -> int:
        return len(self.right)

    def spread(self, bank: Bank, classes: int) -> Array:
        """What makes weights of these columns from those of a smaller bank and of fewer classes, in
        the same orders: (m, columns * classes)."""
        places = [self.bank.columns.index(column) for column in bank.columns]
        return np.kron(np.eye(len(self.bank.columns))[:, places], coarse(classes))

    def of(self, pictures: NDArray[np.intp]) -> Evidence:
        """Some of the pictures."""
        parts = (self.gram, self.right, self.asked_gram, self.asked_right)
        return Evidence(self.bank, *(part[pictures] for part in parts))

    def saved(self, weights: Array, bank: Bank, classes: int) -> Array:
        """By what each picture's error falls, for weights of ``bank`` at ``classes``."""
        c = self.spread(bank, classes) @ weights
        quadratic = np.einsum("i,pij,j->p", c, self.gram, c)
        return np.asarray(2 * self.right @ c - quadratic)


def coarse(classes: int) -> Array:
    """Values at the `FINE` classes of a curve given at ``classes``, (FINE, classes)."""
    if classes == 1:
        return np.ones((FINE, 1))
    fine = np.linspace(0, classes - 1, FINE)
    return np.maximum(0, 1 - np.abs(fine[:, None] - np.arange(classes)))


@dataclass(frozen=True)
class Task:
    """What is to be learned: to undo ``target``'s blur in ``light`` by weighing ``bank``, activity
    taken with that much ``detail``."""

    target: Target
    light: Light
    bank: Bank
    detail: float


def gathered(sharp: Sequence[Sequence[Pair]], task: Task) -> tuple[Array, Array]:
    """``gram`` and ``right`` of each picture's pieces, sharp and blurred."""
    grams, rights = [], []
    count = len(task.bank.columns) * FINE
    for pieces in sharp:
        gram, right = np.zeros((count, count)), np.zeros(count)
        places, rows = zip(*(_seen(x, y, task) for x, y in pieces), strict=True)
        for at, part in _by_class(np.concatenate(places), np.hstack(rows)):
            products = part @ part.T / sum(x.size for x, _ in pieces)
            gram[np.ix_(at, at)] += products[:-1, :-1]
            right[at] += products[:-1, -1]
        grams.append(gram)
        rights.append(right)
    return np.array(grams), np.array(rights)


def per_encoded(y: Array, light: Light) -> Array:
    """By what differences in light are about those of encoded values."""
    a, b, c = SLOPES[light]
    v = np.maximum(y, 0)
    return 1 / np.sqrt(a + (b + c * v) * v)


def _seen(x: Array, y: Array, task: Task) -> tuple[Array, Array]:
    """For each pixel its place among the classes, what each column multiplies there and, last, what
    is to be restored: shapes (pixels,) and (columns + 1, pixels)."""
    around = [rolled(y, dy, dx)[:, :, None] for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
    found = structure(around, gauge(task.target.noise.power, task.detail, task.light))
    mean = _mean_structure(found)
    c, s, _ = direction(mean)
    scale = per_encoded(y, task.light)
    factors = zip(responses(y, task.bank.kernels) * scale, task.bank.factors, strict=True)
    columns = [band * factor_of(name, c, s) for band, names in factors for name in names]
    rows = np.array([*columns, (x - y) * scale]).reshape(len(columns) + 1, -1)
    return position(mean[..., 2], FINE).ravel(), rows


def _by_class(at: Array, rows: Array) -> Iterator[tuple[NDArray[np.intp], Array]]:
    """For each pair of neighbouring classes: the weights that act between them, and for each pixel
    there what each weight multiplies; below it, what is to be restored."""
    count = len(rows) - 1
    below = np.minimum(at.astype(int), FINE - 2)
    for k in range(FINE - 1):
        chosen = below == k
        if chosen.any():
            above, part = at[chosen] - k, rows[:, chosen]
            weights = np.arange(count) * FINE + k
            yield (
                np.concatenate([weights, weights + 1]),
                np.concatenate([part[:-1] * (1 - above), part[:-1] * above, part[-1:]]),
            )


def _mean_structure(found: Array) -> Array:
    parts = (
        weight * share * rolled(found, y, x)
        for weight, dx, dy in GATHERED
        for share, x, y in shares(dx, dy)
    )
    return reduce(np.add, parts)


def responses(y: Array, kernels: Array) -> Array:
    """``y`` filtered by each impulse response (k, n, n), its borders wrapped: (k, H, W)."""
    reach = kernels.shape[-1] // 2
    out = np.zeros((len(kernels), *y.shape))
    for i, j in np.ndindex(kernels.shape[1:]):
        taps = kernels[:, i, j]
        used = np.flatnonzero(taps)
        if len(used):
            out[used] += taps[used, None, None] * rolled(y, reach - i, reach - j)
    return out


def rolled(planes: Array, dy: int, dx: int) -> Array:
    """What lies dy below and dx right of each pixel."""
    return np.roll(planes, (-dy, -dx), (0, 1))
