"""Multiplicative solvers for light: Richardson-Lucy, and with total variation.

They climb the Poisson likelihood of y under A x, and keep x positive and its sum. White noise is
not Poisson's: it counts most in the dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from rtdeconv.grid import dense
from rtdeconv.reference.planes import Planes
from rtdeconv.reference.solver import Beyond, Problem

DARK: Final = 1e-12
"""Light below this is none; it keeps quotients finite."""

FAINT: Final = 1e-3
"""Pixels of a frame that give the picture less of their light than this stay as they are."""

TV_WEIGHT: Final = math.sqrt(2)
MAX_TV_PRICE: Final = 0.25
"""|div(grad x / |grad x|)| is under 4, so that up to here the denominator stays positive."""

LEAST_GRADIENT: Final = 1e-6
"""Where less than this changes, there is no direction."""


def richardson_lucy(problem: Problem, x: Planes) -> Iterator[Planes]:
    """``x / A^T 1 * A^T (y / A x)`` (Richardson 1972, Lucy 1974).

    A^T 1 is what each pixel of the scene gives the picture: 1 under ``wrap``, less near the edges
    where light is lost (Bertero and Boccacci 2005).
    """
    given = problem.model.adjoint(np.ones_like(problem.picture))
    x = np.maximum(x, DARK)
    while True:
        x = np.maximum(x * _correction(problem, x, given), DARK)
        yield x


def richardson_lucy_tv(
    problem: Problem, x: Planes, *, weight: float = TV_WEIGHT
) -> Iterator[Planes]:
    """Richardson and Lucy's step over ``1 - w div(grad x / |grad x|)``: the likelihood less w times
    the total variation of x (Dey et al. 2006)."""
    given = problem.model.adjoint(np.ones_like(problem.picture))
    price = tv_price(problem, weight)
    x = np.maximum(x, DARK)
    while True:
        smoothed = x / (1 - price * _bend(x, price, problem.beyond))
        x = np.maximum(smoothed * _correction(problem, x, given), DARK)
        yield x


def tv_price(problem: Problem, weight: float) -> float:
    """The w of `richardson_lucy_tv`: ``weight * N / (deviation * mean(y))``.

    With weight sqrt(2), ``weight * N / deviation`` makes the most probable scene under white noise
    and Laplacian-distributed differences of neighbours, whose deviation is the prior's:
    ``mean(S |1 - exp(i w)|^2)``, averaged over both axes. Poisson noise that is as strong at the
    picture's mean makes it that much smaller.
    """
    grid = dense()
    s = problem.prior.spectrum(grid.wy, grid.wx)
    variance = grid.mean(s * (2 - np.cos(grid.wy) - np.cos(grid.wx)))
    brightness = max(float(np.mean(problem.picture)), DARK)
    return min(weight * problem.noise.power / math.sqrt(variance) / brightness, MAX_TV_PRICE)


def _correction(problem: Problem, x: Planes, given: Planes) -> Planes:
    """``A^T (y / A x) / A^T 1``, 1 where x explains y."""
    expected = np.maximum(problem.model.apply(x), DARK)
    wanted = problem.model.adjoint(np.maximum(problem.picture, 0.0) / expected)
    return np.where(given > FAINT, wanted / np.maximum(given, FAINT), 1.0)


def _bend(x: Planes, price: float, beyond: Beyond) -> Planes:
    """``div(grad x / |grad x|)``: forward differences, 0 beyond an edge unless the picture wraps,
    then backward ones, which are minus their transpose.

    |grad x| is rounded off below 4 w: in flat places the step is one of diffusion by
    ``w x / |grad x|``, which overshoots beyond 1/4.
    """
    after = np.pad(x, ((0, 1), (0, 1), (0, 0)), mode=beyond)
    down, right = np.diff(after, axis=0)[:, :-1], np.diff(after, axis=1)[:-1]
    length = np.sqrt(down**2 + right**2 + max(4 * price, LEAST_GRADIENT) ** 2)
    down, right = down / length, right / length
    return down - np.roll(down, 1, 0) + right - np.roll(right, 1, 1)
