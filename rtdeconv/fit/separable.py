"""Separable filters, per axis: by least squares over the plane, and by `scipy.signal.firls`."""

from __future__ import annotations

import numpy as np

from rtdeconv.blur import Spectrum
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Separable
from rtdeconv.filters.separable import Line
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.lines import gauss_newton, line_kernels, line_of, waves
from rtdeconv.grid import Array
from rtdeconv.target import Sampled

LINE_BITS = 22

FIRLS_BANDS = 32
"""Bands, gaps as wide between them, in which firls draws its desired response straight."""

SMALLEST_SUM = 0.1
"""Of a line before it is divided by it."""


def fit_separable(at: Sampled, size: Size) -> Separable:
    """The product of two lines of locally least weighted error over the plane.

    ``G = v u`` with ``v = 1 + sum a_k b_k(wy)``, ``u = 1 + sum c_k b_k(wx)``; a blur that is the
    same in both axes gets the same line twice. The Wiener filter of a separable blur is not
    separable, so up to 1.3 dB is lost against a 5x5.
    """
    assert size.taps is not None
    basis = line_kernels(size.taps, at.symmetry)
    down, along = waves(basis, at.grid.wy), waves(basis, at.grid.wx)
    count, same = len(basis), at.symmetry == "8-fold"

    def model(unknowns: Array) -> tuple[Spectrum, Spectrum]:
        v, u = 1 + unknowns[:count] @ down, 1 + unknowns[-count:] @ along
        by_v, by_u = down * u, along * v
        return v * u, by_v + by_u if same else np.vstack([by_v, by_u])

    found = gauss_newton(model, np.zeros(count if same else 2 * count), at)
    return Separable(
        rows=line_of(basis, found[:count], LINE_BITS),
        columns=line_of(basis, found[-count:], LINE_BITS),
    )


def fit_firls(at: Sampled, size: Size) -> Separable:
    """One line for each axis by `scipy.signal.firls`, from the target along that axis.

    Least squares in one dimension under the expected error's weight along the axis. firls lets DC
    drift, so the line is divided by its sum. It makes lines without phase: of a blur without
    symmetry only the real part is undone.
    """
    assert size.taps is not None
    w, none = np.linspace(0, np.pi, 2 * FIRLS_BANDS), np.zeros(2 * FIRLS_BANDS)
    return Separable(
        rows=_firls_line(at, size.taps, w, none), columns=_firls_line(at, size.taps, none, w)
    )


def _firls_line(at: Sampled, taps: int, wy: Array, wx: Array) -> Line:
    from scipy.signal import firls

    target = at.target
    weight = target.blurred_power(wy, wx) if at.weight == "mse" else np.ones_like(wy)
    desired = target.response(wy, wx).real
    if desired.min() < 0:
        raise ValueRefused("firls takes no negative response, which a blur with nulls asks for")
    edges = np.maximum(wy, wx) / np.pi
    line = firls(taps, edges, desired, weight=weight.reshape(-1, 2).mean(1))
    if not abs(line.sum()) > SMALLEST_SUM:
        raise ValueRefused("firls loses grey here; choose --method separable")
    unknowns = -2 * line[taps // 2 + 1 :] / line.sum()
    return line_of(line_kernels(taps, "8-fold"), unknowns, LINE_BITS)


_SIZES = tuple(Size(taps=n) for n in range(3, 16, 2))

FAMILY = Family(
    name="separable",
    describes="one line of taps per axis, least squares over the plane",
    counts="taps (per axis)",
    sizes=_SIZES,
    usual=Size(taps=7),
    structure=Separable,
    fit=fit_separable,
)
FIRLS = Family(
    name="firls",
    describes="one line of taps per axis by scipy.signal.firls, the textbook way",
    counts="taps (per axis)",
    sizes=_SIZES,
    usual=Size(taps=7),
    structure=Separable,
    fit=fit_firls,
)
