"""Least squares by iteration: Van Cittert, Landweber, Tikhonov-Miller, ICTM.

y is the picture, A the blur, x the scene. Unregularised, noise grows with each iteration and
stopping is the regularisation; with the penalty of Tikhonov and Miller the limit itself is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from rtdeconv.reference.planes import Planes
from rtdeconv.reference.solver import Beyond, Problem

LAPLACIAN_SQUARED_NORM: Final = 64.0
"""``||L||^2``: the five-point Laplacian's response reaches 8, at both Nyquist frequencies."""


def van_cittert(problem: Problem, x: Planes) -> Iterator[Planes]:
    """``x + (y - A x)`` (Van Cittert 1931).

    After k steps from y the response is ``(1 - (1 - H)^(k+1)) / H``: it converges where
    |1 - H| < 1 and runs away where H is negative, as between the nulls of disks and boxes.
    """
    while True:
        x = x + problem.model.framed(problem.residual(x), "constant")
        yield x


def landweber(problem: Problem, x: Planes) -> Iterator[Planes]:
    """``x + t A^T (y - A x)``, t = 1 / ||A||^2 (Landweber 1951): steepest descent of the residual.

    After k steps from 0 the response is ``(1 - (1 - t |H|^2)^k) / H``.
    """
    step = 1 / problem.squared_norm
    while True:
        x = x + step * problem.descent(x)
        yield x


def landweber_plus(problem: Problem, x: Planes) -> Iterator[Planes]:
    """``max(x + t A^T (y - A x), 0)``: Landweber's step projected on light, which is never
    negative (Eicke 1992)."""
    step = 1 / problem.squared_norm
    while True:
        x = np.maximum(x + step * problem.descent(x), 0.0)
        yield x


def tikhonov_miller(problem: Problem, x: Planes) -> Iterator[Planes]:
    """``x + t (A^T (y - A x) - lambda L^T L x)``: steepest descent of
    ``||y - A x||^2 + lambda ||L x||^2`` (Tikhonov 1963, Miller 1970).

    L is the five-point Laplacian; the limit under ``wrap`` is the full-FFT ``laplacian``.
    """
    penalty = problem.target.laplacian_penalty()
    step = 1 / (problem.squared_norm + penalty * LAPLACIAN_SQUARED_NORM)
    while True:
        x = x + step * _regularised_descent(problem, x, penalty)
        yield x


def ictm(problem: Problem, x: Planes) -> Iterator[Planes]:
    """Iterative constrained Tikhonov-Miller: the same objective under x >= 0 by conjugate
    gradients, negatives clipped after each step (van Kempen et al. 1997).

    The objective never rises: where clipping bends a step uphill, steepest descent of a step that
    cannot overshoot takes its place and the directions start afresh.
    """
    penalty = problem.target.laplacian_penalty()
    safe_step = 1 / (problem.squared_norm + penalty * LAPLACIAN_SQUARED_NORM)
    x = np.maximum(x, 0.0)
    cost = regularised_cost(problem, x, penalty)
    direction, last_norm = np.zeros_like(x), np.inf
    while True:
        downhill = _regularised_descent(problem, x, penalty)
        # pixels at 0 that would go below stay there, and out of the search
        free = np.where((x > 0) | (downhill > 0), downhill, 0.0)
        norm = float(np.sum(free**2))
        # Fletcher and Reeves: d = r + |r|^2 / |r before|^2 d
        direction = free + (norm / last_norm) * direction
        # the least of a quadratic along d: t = (r, d) / (|A d|^2 + lambda |L d|^2)
        curvature = _curvature(problem, direction, penalty)
        step = float(np.sum(downhill * direction)) / curvature if curvature > 0 else 0.0
        ahead = np.maximum(x + step * direction, 0.0)
        ahead_cost = regularised_cost(problem, ahead, penalty)
        if ahead_cost > cost:
            ahead = np.maximum(x + safe_step * downhill, 0.0)
            ahead_cost = regularised_cost(problem, ahead, penalty)
            direction = np.zeros_like(x)
        x, cost, last_norm = ahead, ahead_cost, norm or np.inf
        yield x


def _curvature(problem: Problem, x: Planes, penalty: float) -> float:
    bent = _laplacian(x, problem.beyond)
    return float(np.sum(problem.model.apply(x) ** 2) + penalty * np.sum(bent**2))


def regularised_cost(problem: Problem, x: Planes, penalty: float) -> float:
    """``||y - A x||^2 + lambda ||L x||^2``."""
    bent = _laplacian(x, problem.beyond)
    return float(np.sum(problem.residual(x) ** 2) + penalty * np.sum(bent**2))


def _regularised_descent(problem: Problem, x: Planes, penalty: float) -> Planes:
    """``A^T (y - A x) - lambda L^T L x``, L being its own transpose."""
    bent = _laplacian(x, problem.beyond)
    return problem.descent(x) - penalty * _laplacian(bent, problem.beyond)


def _laplacian(x: Planes, beyond: Beyond) -> Planes:
    """``L x``: four times each pixel less its four neighbours.

    Beyond an edge lies the opposite one or the edge pixel itself, so L stays symmetric as a matrix.
    """
    padded = np.pad(x, ((1, 1), (1, 1), (0, 0)), mode=beyond)
    inner = padded[1:-1, 1:-1]
    above, below = padded[:-2, 1:-1], padded[2:, 1:-1]
    left, right = padded[1:-1, :-2], padded[1:-1, 2:]
    return 4 * inner - above - below - left - right
