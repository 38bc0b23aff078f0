"""What people sharpen and deblur with today, written from the published formulas for benchmarks.

Planes are (H, W, C) floats of 0..1 that wrap at their borders, as an FFT takes them. Functions that
try settings yield one picture each, in the order of the settings. numpy alone, nothing of rtdeconv.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float64]
Spectrum = NDArray[np.inexact]

CAS_STRENGTHS = tuple(np.linspace(0.0, 1.0, 17))
RCAS_STOPS = tuple(np.linspace(0.0, 3.0, 13))
UNSHARP_AMOUNTS = tuple(np.geomspace(0.1, 16.0, 33))
NOISE_TO_SIGNAL = tuple(np.geomspace(1e-4, 1.0, 25))

RCAS_LIMIT = 3 / 16
TINY = 1e-9
"""Stands for zero under a fraction; one 8-bit code is four million times as much."""


def cas(planes: Planes, strengths: Iterable[float], *, taps: int) -> Iterator[Planes]:
    """AMD's contrast-adaptive sharpening (FidelityFX CAS, T. Lottes) at each strength of 0..1.

    Least and greatest value mn, mx over the plus shape give ``A = sqrt(min(mn, 1 - mx) / mx)``,
    0..1, and its four neighbours the weight ``w = -A / (8 .. 5)``. With 9 ``taps`` mn and mx are
    averaged with those of the 3x3. The weight of green serves all channels.
    """
    mn, mx = _plus_range(planes)
    if taps == 9:
        # the least of the plus shape's rows above, here and below is that of the square; min and
        # max along one axis after the other reach its corners
        mn = (mn + _square(planes, np.minimum)) / 2
        mx = (mx + _square(planes, np.maximum)) / 2
    amount = np.sqrt(np.clip(np.minimum(mn, 1 - mx) / np.maximum(mx, TINY), 0, 1))
    green = amount[..., amount.shape[-1] // 2, None]
    ring = sum(_ring(planes))
    for strength in strengths:
        weight = -green / (8 - 3 * strength)
        yield (weight * ring + planes) / (1 + 4 * weight)


def rcas(planes: Planes, stops: Iterable[float], *, spares_noise: bool) -> Iterator[Planes]:
    """AMD's robust contrast-adaptive sharpening (FSR 1, T. Lottes), weakened by each of ``stops``.

    The lobe is the most negative weight of the four neighbours that leaves 0..1 nowhere, in the
    channel that allows least, at most `RCAS_LIMIT`. ``spares_noise``: up to half of it is taken
    back where the pixel differs from its neighbours' mean by as much as they do among themselves.
    """
    ring = _ring(planes)
    mn, mx = np.minimum.reduce(ring), np.maximum.reduce(ring)
    hit_min = np.minimum(mn, planes) / np.maximum(4 * mx, TINY)
    hit_max = (1 - np.maximum(mx, planes)) / np.minimum(4 * mn - 4, -TINY)
    lobe = np.max(np.maximum(-hit_min, hit_max), axis=-1, keepdims=True)
    lobe = np.clip(lobe, -RCAS_LIMIT, 0)
    if spares_noise:
        lobe *= 1 - _noisiness(planes) / 2
    total = sum(ring)
    for stop in stops:
        weight = lobe * 2.0**-stop
        yield (weight * total + planes) / (1 + 4 * weight)


def _noisiness(planes: Planes) -> Planes:
    """``|mean of the ring - pixel| / range`` of the luma R/2 + G + B/2, (H, W, 1), 0..1."""
    share = np.array([1.0] if planes.shape[-1] == 1 else [0.5, 1.0, 0.5])
    luma = (planes @ share)[..., None]
    mn, mx = _plus_range(luma)
    return np.clip(np.abs(sum(_ring(luma)) / 4 - luma) / np.maximum(mx - mn, TINY), 0, 1)


def unsharp(planes: Planes, softer: Planes, amounts: Iterable[float]) -> Iterator[Planes]:
    """Unsharp mask: the picture and ``amounts`` of what blurring it to ``softer`` took away."""
    for amount in amounts:
        yield planes + amount * (planes - softer)


def polyblur_response(h: Spectrum, alpha: float, beta: float) -> Spectrum:
    """``a3 h^3 + a2 h^2 + a1 h + a0`` of the blur's own response h (M. Delbracio et al.,
    "Polyblur", 2021): 1 at DC, beta where the blur leaves nothing."""
    a3, a2, a1 = alpha / 2 - beta + 2, 3 * beta - alpha - 6, 5 - 3 * beta + alpha / 2
    return ((a3 * h + a2) * h + a1) * h + beta


def plain_wiener_kernels(
    psf: Planes, ratios: Iterable[float], *, taps: int = 11, n: int = 128
) -> Iterator[Planes]:
    """Textbook Wiener filters ``H* / (|H|^2 + k)``, a noise-to-signal ratio k each, cut to
    ``taps`` a side and divided by their sum: impulse responses (taps, taps)."""
    reach = np.arange(len(psf)) - len(psf) // 2
    field = np.zeros((n, n))
    np.add.at(field, (reach[:, None] % n, reach % n), psf)
    h = np.fft.fft2(field)
    inside = np.arange(taps) - taps // 2
    for ratio in ratios:
        whole = np.fft.ifft2(np.conj(h) / (np.abs(h) ** 2 + ratio)).real
        cut = whole[inside[:, None], inside]
        yield cut / cut.sum()


def _ring(planes: Planes) -> list[Planes]:
    """The neighbours above, below, left and right."""
    return [np.roll(planes, step, axis) for axis, step in product((0, 1), (1, -1))]


def _plus_range(planes: Planes) -> tuple[Planes, Planes]:
    """Least and greatest over a pixel and its ring."""
    plus = [planes, *_ring(planes)]
    return np.minimum.reduce(plus), np.maximum.reduce(plus)


def _square(planes: Planes, extreme: np.ufunc) -> Planes:
    """Least or greatest over the 3x3."""
    for axis in (0, 1):
        planes = extreme.reduce([planes, *(np.roll(planes, step, axis) for step in (1, -1))])
    return planes
