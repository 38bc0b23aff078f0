"""The picture plus what separable low-passes leave of it; unsharp masks are the simplest ones."""

from __future__ import annotations

import math

import numpy as np

from rtdeconv.blur import Spectrum, gaussian_line
from rtdeconv.filters import DeltaSeparable, on_lattice, with_unit_sum
from rtdeconv.filters.separable import Line
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.fit.lines import gauss_newton, line_kernels, line_of, waves
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

LINE_BITS, AMOUNT_BITS = 13, 11
"""An amount times a tap must be exact in float32, which carries 24."""

MAX_AMOUNT = 16.0
"""Beyond, lines differ from the untouched pixel by less than a stored image can tell."""

STARTS_PX = (0.5, 0.9, 1.4)
UNSHARP_SIGMAS_PX = np.geomspace(0.4, 3.0, 16)


def fit_delta_separable(at: Sampled, size: Size) -> DeltaSeparable:
    """Lines and amounts of locally least weighted error, from several starts.

    ``G = 1 + sum s (1 - v u)``; given the lines, the amounts are linear and solved last, under the
    limits that the target sets.
    """
    assert size.taps is not None and size.terms is not None
    found = [_searched(at, size.taps, sigmas) for sigmas in _starts(size.terms)]
    fitted = [_with_amounts(lines, at) for lines in found]
    return min(fitted, key=lambda one: at.kernel_error(one.kernel()))


def fit_unsharp(at: Sampled, size: Size) -> DeltaSeparable:
    """The best Gaussian and the best amount: what an unsharp mask can do when it knows the blur."""
    assert size.taps is not None
    fitted = [_with_amounts([_gaussian_lines(s, size.taps)], at) for s in UNSHARP_SIGMAS_PX]
    return min(fitted, key=lambda one: at.kernel_error(one.kernel()))


def _starts(terms: int) -> list[tuple[float, ...]]:
    if terms == 1:
        return [(sigma,) for sigma in STARTS_PX]
    return [(a, b) for a in STARTS_PX for b in STARTS_PX if a < b]


def _searched(at: Sampled, taps: int, sigmas_px: tuple[float, ...]) -> list[tuple[Line, Line]]:
    """Lines from Gaussians of ``sigmas_px`` to the nearest optimum."""
    basis = line_kernels(taps, at.symmetry)
    down, along = waves(basis, at.grid.wy), waves(basis, at.grid.wx)
    count, same = len(basis), at.symmetry == "8-fold"
    each = 1 + count * (1 if same else 2)

    def term(unknowns: Array) -> tuple[Spectrum, Spectrum]:
        bounded, a, c = math.tanh(unknowns[0]), unknowns[1 : 1 + count], unknowns[-count:]
        amount, v, u = MAX_AMOUNT * bounded, 1 + a @ down, 1 + c @ along
        by_v, by_u = -amount * down * u, -amount * along * v
        slopes = by_v + by_u if same else np.vstack([by_v, by_u])
        by_amount = MAX_AMOUNT * (1 - bounded**2) * (1 - v * u)
        return amount * (1 - v * u), np.vstack([by_amount, slopes])

    def model(unknowns: Array) -> tuple[Spectrum, Spectrum]:
        values, slopes = zip(*map(term, unknowns.reshape(-1, each)), strict=True)
        return 1 + sum(values), np.vstack(slopes)

    lines = [_gaussian_lines(sigma, taps) for sigma in sigmas_px]
    amounts = [amount for amount, *_ in _with_amounts(lines, at).terms]
    starts = [_unknowns(np.array(rows), at.symmetry == "none") for rows, _ in lines]
    start = np.concatenate(
        [
            [np.arctanh(np.clip(amount / MAX_AMOUNT, -0.9, 0.9)), *line, *(() if same else line)]
            for amount, line in zip(amounts, starts, strict=True)
        ]
    )
    found = gauss_newton(model, start, at).reshape(-1, each)
    return [
        (line_of(basis, one[1 : 1 + count], LINE_BITS), line_of(basis, one[-count:], LINE_BITS))
        for one in found
    ]


def _unknowns(line: Array, is_free: bool) -> Array:
    """Coefficients on `line_kernels` of a mirrored line."""
    side = line[len(line) // 2 + 1 :]
    return np.repeat(-side, 2) if is_free else -2 * side


def _gaussian_lines(sigma_px: float, taps: int) -> tuple[Line, Line]:
    """A Gaussian integrated over pixels, cut to ``taps``, for both axes."""
    weights = gaussian_line(sigma_px, taps // 2)
    line = tuple(with_unit_sum(weights / weights.sum(), bits=LINE_BITS).tolist())
    return line, line


def _with_amounts(lines: list[tuple[Line, Line]], at: Sampled) -> DeltaSeparable:
    kernels = np.array([-np.outer(rows, columns) for rows, columns in lines])
    centre = kernels.shape[-1] // 2
    kernels[:, centre, centre] += 1.0
    amounts = on_lattice(solve(kernels, at), bits=AMOUNT_BITS)
    return DeltaSeparable(tuple((float(s), *pair) for s, pair in zip(amounts, lines, strict=True)))


FAMILY = Family(
    name="delta-separable",
    describes="the picture plus what one or two separable low-passes leave of it",
    counts="taps (per axis) - terms (low-passes)",
    sizes=tuple(Size(taps=n, terms=k) for k in (1, 2) for n in (3, 5, 7, 9)),
    usual=Size(taps=5, terms=1),
    structure=DeltaSeparable,
    fit=fit_delta_separable,
)
UNSHARP = Family(
    name="unsharp",
    describes="unsharp mask: one Gaussian, its best width and amount",
    counts="taps (per axis)",
    sizes=tuple(Size(taps=n) for n in (3, 5, 7, 9, 11)),
    usual=Size(taps=7),
    structure=DeltaSeparable,
    fit=fit_unsharp,
)
