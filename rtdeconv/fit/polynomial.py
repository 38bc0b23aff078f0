"""Polynomial reblurring: coefficients fitted, or given as (alpha, beta)."""

from __future__ import annotations

import re
from functools import partial

import numpy as np

from rtdeconv.blur import Blur
from rtdeconv.errors import ValueRefused, plain_number, shown
from rtdeconv.filters import MAX_RADIUS, Polynomial, on_lattice, with_unit_sum
from rtdeconv.filters.polynomial import MAX_DEGREE, power_bands
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.least_squares import solve
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

TAP_BITS, COEFFICIENT_BITS = 14, 10
"""A coefficient times a tap must be exact in float32, which carries 24."""

OUTSIDE = 0.005
"""Share of the blur that may be cut off to have fewer taps to read."""

GIVEN = re.compile(r"polynomial:([^,]+),([^,]+)")


def fit_polynomial(at: Sampled, size: Size) -> Polynomial:
    """The polynomial of degree ``size.terms`` in the blur of least weighted error."""
    assert size.terms is not None
    taps = _cut_taps(at.target.blur)
    return _polynomial(solve(power_bands(taps, size.terms), at), taps)


def given_polynomial(at: Sampled, size: Size, *, alpha: float, beta: float) -> Polynomial:
    """The polynomial of third degree of M. Delbracio et al., "Polyblur", 2021, whatever the noise.

    ``a3 K^3 + a2 K^2 + a1 K + a0`` with ``a3 = alpha/2 - beta + 2``, ``a2 = 3 beta - alpha - 6``,
    ``a1 = 5 - 3 beta + alpha/2`` and ``a0 = beta``, which add up to 1. Larger alpha amplifies the
    middle frequencies more, larger beta the highest.
    """
    a3, a2 = alpha / 2 - beta + 2, 3 * beta - alpha - 6
    # with G = 1 + c1 (1 - K) + ...: the power K^n has c_(n+1) - c_n
    c3 = -a3
    c2 = c3 - a2
    return _polynomial(np.array([beta - 1, c2, c3]), _cut_taps(at.target.blur))


def named_polynomial(name: str) -> Family:
    """The family of ``polynomial:ALPHA,BETA``; raises ValueRefused for other texts."""
    match = GIVEN.fullmatch(name)
    try:
        alpha, beta = (float(text) for text in match.groups()) if match else (np.nan, np.nan)
    except ValueError:
        alpha = beta = np.nan
    if not (abs(alpha) <= 100 and abs(beta) <= 100):
        raise ValueRefused(f"write polynomial:ALPHA,BETA (such as 6,1), not {shown(name)}")
    return Family(
        name=f"polynomial:{plain_number(alpha)},{plain_number(beta)}",
        describes="polynomial of the blur with given alpha and beta (Polyblur), blind to noise",
        counts="",
        sizes=(Size(),),
        usual=Size(),
        structure=Polynomial,
        fit=partial(given_polynomial, alpha=alpha, beta=beta),
        given="coefficients given by alpha and beta, not fitted",
    )


def _polynomial(coefficients: Array, taps: Array) -> Polynomial:
    return Polynomial(
        coefficients=tuple(float(c) for c in on_lattice(coefficients, bits=COEFFICIENT_BITS)),
        taps=tuple(tuple(float(tap) for tap in row) for row in taps),
    )


def _cut_taps(blur: Blur) -> Array:
    """The blur's taps without the outermost ones that hold less than `OUTSIDE`, sum exactly 1."""
    psf = blur.psf()
    middle = len(psf) // 2
    for radius in range(min(middle, MAX_RADIUS) + 1):
        inside = slice(middle - radius, middle + radius + 1)
        if psf[inside, inside].sum() >= 1 - OUTSIDE:
            break
    return with_unit_sum(psf[inside, inside] / psf[inside, inside].sum(), bits=TAP_BITS)


FAMILY = Family(
    name="polynomial",
    describes="polynomial of the blur itself, coefficients fitted",
    counts="terms (degree)",
    sizes=tuple(Size(terms=n) for n in range(1, MAX_DEGREE + 1)),
    usual=Size(terms=MAX_DEGREE),
    structure=Polynomial,
    fit=fit_polynomial,
)
STRONG, MILD = (named_polynomial(f"polynomial:{given}") for given in ("6,1", "2,4"))
