"""The one equation behind every family: weighted least squares for ``G = 1 + sum c_k B_k``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rtdeconv.grid import Array
from rtdeconv.target import Sampled

RIDGE = 1e-10
"""Price of coefficient size, relative to the mean diagonal of the normal equations: keeps bases
that nearly cancel from running away, and is far below what the fit can feel."""


def coefficients(basis: Sequence[Array], at: Sampled) -> Array:
    """The c_k that minimise ``mean W |1 + sum c_k B_k - wanted|^2``, shape (len(basis),).

    Every B_k is 0 at DC, so flat grey stays flat whatever the c_k. Solved by orthogonal factors
    with the ridge as further rows, which halves the digits that normal equations would lose.
    """
    root = np.sqrt(at.fit_weight * at.grid.weight)
    matrix = np.stack(basis, axis=1) * root[:, None]
    ridge = np.sqrt(RIDGE * np.mean(np.sum(matrix**2, axis=0)))
    rows = np.vstack([matrix, ridge * np.eye(len(basis))])
    wanted = np.concatenate([(at.wanted - 1) * root, np.zeros(len(basis))])
    return np.asarray(np.linalg.lstsq(rows, wanted, rcond=None)[0])
