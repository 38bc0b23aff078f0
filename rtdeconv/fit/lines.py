"""Lines of taps for separable filters, and the search for filters that are products of lines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from rtdeconv.blur import Spectrum, Symmetry
from rtdeconv.filters import with_unit_sum
from rtdeconv.filters.separable import Line
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

Model = Callable[[Array], tuple[Spectrum, Spectrum]]
"""Unknowns to (response, its derivative by each unknown, shape (k, nodes))."""

STEPS = 60
SETTLED = 1e-9
"""Relative gain of a step below which the search ends."""


def line_kernels(taps: int, symmetry: Symmetry) -> Array:
    """Basis lines, (k, taps), each adding up to 0: a centre tap of 1 less an offset's taps.

    Both taps of a mirrored pair together, unless the blur has no symmetry.
    """
    radius = taps // 2
    sides = ((-1, 1),) if symmetry != "none" else ((-1,), (1,))
    lines = []
    for distance in range(1, radius + 1):
        for side in sides:
            line = np.zeros(taps)
            line[radius] = 1.0
            for sign in side:
                line[radius + sign * distance] -= 1 / len(side)
            lines.append(line)
    return np.array(lines)


def waves(lines: Array, w: Array) -> Spectrum:
    """Responses of lines (k, taps) at ``w``, shape (k, nodes); real where all are mirrored."""
    offsets = np.arange(lines.shape[1]) - lines.shape[1] // 2
    phase = np.multiply.outer(offsets, w)
    real = lines @ np.cos(phase)
    mirrored = np.array_equal(lines, lines[:, ::-1])
    return real if mirrored else real - 1j * (lines @ np.sin(phase))


def line_of(basis: Array, unknowns: Array, bits: int) -> Line:
    """The line ``1 + sum c_k basis_k`` on a lattice, sum exactly 1."""
    return tuple(with_unit_sum(unknowns @ basis, bits=bits).tolist())


def gauss_newton(model: Model, start: Array, at: Sampled) -> Array:
    """Unknowns of locally least ``mean W |model - wanted|^2``, by Levenberg's damped steps."""
    root = np.sqrt(at.fit_weight * at.grid.weight)

    def rows(unknowns: Array) -> tuple[Array, Array]:
        response, slopes = model(unknowns)
        both = np.vstack([at.wanted - response, slopes]) * root
        stacked = np.hstack([both.real, both.imag]) if np.iscomplexobj(both) else both
        return stacked[0], stacked[1:].T

    unknowns, damping = start, 1e-3
    residual, slopes = rows(unknowns)
    error = residual @ residual
    for _ in range(STEPS):
        gram = slopes.T @ slopes
        damped = gram + damping * np.diag(np.diag(gram) + 1e-12 * np.trace(gram))
        # of least norm, as a blur of nearly nothing leaves unknowns that change nothing
        trial = unknowns + np.linalg.lstsq(damped, slopes.T @ residual, rcond=None)[0]
        trial_residual, trial_slopes = rows(trial)
        trial_error = trial_residual @ trial_residual
        if trial_error >= error:
            damping *= 8
            continue
        settled = error - trial_error < SETTLED * error
        unknowns, residual, slopes, error = trial, trial_residual, trial_slopes, trial_error
        damping /= 8
        if settled:
            break
    return unknowns
