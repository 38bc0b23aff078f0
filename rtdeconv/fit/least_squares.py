"""The one equation behind every family: weighted least squares for ``G = 1 + sum c_k B_k``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rtdeconv.edges import profiles
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

RIDGE = 1e-10
"""Price of coefficient size, relative to the mean diagonal of the normal equations: keeps bases
that nearly cancel from running away, and is far below what the fit can feel."""

LEAST_RIDGE = 1e-100
"""Where every basis is 0, as those made of a blur that does nothing: coefficients are then 0."""

EDGE_SLACK = 1e-9
"""Allowed past the overshoot limit: edges that no coefficient moves miss 0 and 1 by rounding."""


HOPELESS = 1e-10
"""A residual of the dual problem that is rounding: the least error it stands for is its inverse,
and no picture has an error of 1e10."""


def solve(kernels: Array, at: Sampled) -> Array:
    """The c_k of least weighted error for basis taps (k, m, m), each adding up to 0.

    Where the target limits overshoot, the same least squares under linear inequalities: edges are
    linear in the c_k.
    """
    bases: list[NDArray[np.inexact]] = [at.grid.responses(image) for image in at.images(kernels)]
    if np.array_equal(kernels, kernels[:, ::-1, ::-1]):
        bases = [basis.real for basis in bases]
    triangle, right = _equations(bases, at)
    free = np.asarray(np.linalg.solve(triangle, right), np.float64)
    limit = at.target.max_overshoot
    if limit is None:
        return free
    return _constrained(triangle, free, *_edge_limits(kernels, at, limit + EDGE_SLACK))


def _equations(bases: Sequence[NDArray[np.inexact]], at: Sampled) -> tuple[Array, Array]:
    """(R, b) with ``|R c - b|^2`` the error of coefficients c but for a constant, the mean over
    ``bases``, the ridge's price included.

    By orthogonal factors, which lose half the digits that normal equations would. Coefficients are
    real, so a complex basis gives two rows a node, and a real one feels no imaginary part.
    """
    root = np.sqrt(at.fit_weight * at.grid.weight / len(bases))
    rows = np.hstack([np.vstack([basis, at.wanted[None] - 1]) * root for basis in bases]).T
    if np.iscomplexobj(bases[0]):
        rows = np.concatenate([rows.real, rows.imag])
    rows, count = rows.real, len(bases[0])
    ridge = np.sqrt(RIDGE * np.mean(np.sum(rows[:, :count] ** 2, axis=0))) + LEAST_RIDGE
    stacked = np.vstack([rows, ridge * np.eye(count, count + 1)])
    triangle = np.asarray(np.linalg.qr(stacked, mode="r"))
    return triangle[:count, :count], triangle[:count, count]


def _edge_limits(kernels: Array, at: Sampled, limit: float) -> tuple[Array, Array]:
    """(A, b) such that no edge leaves ``-limit .. 1 + limit`` where ``A c >= b``.

    For every size that the target's blur may have.
    """
    size = kernels.shape[-1]
    centre = np.zeros((size, size))
    centre[size // 2, size // 2] = 1.0
    above, below = [], []
    for _, blur in at.target.sizes:
        psf = blur.psf()
        start, steps = profiles(centre[None], psf)[0], profiles(kernels, psf).T
        above += [-steps, steps]
        below += [start - 1 - limit, -limit - start]
    return np.concatenate(above), np.concatenate(below)


def _constrained(triangle: Array, free: Array, above: Array, below: Array) -> Array:
    """Least squares under ``above c >= below``, ``free`` being the solution without.

    Problem LSI of Lawson and Hanson, *Solving Least Squares Problems*, ch. 23: with
    z = R (c - free) the squared error is |z|^2 and a constant, a least distance; its dual is
    non-negative least squares.
    """
    if np.all(above @ free >= below):
        return free
    from scipy.optimize import nnls

    slopes = np.linalg.solve(triangle.T, above.T)
    matrix = np.vstack([slopes, below - above @ free])
    unit = np.zeros(len(matrix))
    unit[-1] = 1.0
    dual, _ = nnls(matrix, unit)
    residual = matrix @ dual - unit
    if abs(residual[-1]) < HOPELESS:
        raise ValueRefused("the blur itself overshoots more than that; raise --max-overshoot")
    return np.asarray(free + np.linalg.solve(triangle, -residual[:-1] / residual[-1]))
