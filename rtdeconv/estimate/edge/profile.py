"""The profile of an edge and its MTF, the way of ISO 12233, with error bars.

Pixels are projected on the edge's normal, so that frequencies are along it: what the standard does
by projecting on rows and scaling the frequency axis by cos(angle). Bins of 1/4 px average them, the
difference of neighbouring bins is the line spread, and its transform is divided by what both did:
averaging over a bin passes sinc(f / 4), and so does a difference of bins.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.estimate.edge.doubt import Redrawn
from rtdeconv.estimate.edge.samples import Beside
from rtdeconv.estimate.words import EIGHTY_SIGMAS
from rtdeconv.grid import Array
from rtdeconv.light import decode

BIN_PX: Final = 1 / 4
TAPER: Final = 0.3
"""Of the window, on either side, that falls off to 0."""

FREQS_CPP: Final = np.arange(0, 81) / 80
"""Cycles per pixel; 1 is twice Nyquist's."""
FREQS_CPP.setflags(write=False)

CHANCE: Final = 0.1
"""On either side of an interval."""

OVERSHOOT_PX: Final = 0.75
"""Halos are wider: the profile is averaged over as much before it is asked for one."""

LEAST_STEP: Final = 0.25
"""Of the contrast beside the edge: what lines through noisy flats leave of it far off."""


@dataclass(frozen=True, eq=False)
class Profile:
    """``esf`` at distances ``esf_px`` from the edge, ``lsf`` per px at ``lsf_px`` under its window,
    and ``mtf`` at FREQS_CPP with its standard error and the ends of its 80 % interval.

    ``over``: how far the profile goes beyond its flats, at distances ``over_px``, and
    ``over_error``, the standard error.
    """

    esf_px: Array
    esf: Array
    over_px: Array
    over: Array
    over_error: Array
    lsf_px: Array
    lsf: Array
    mtf: Array
    mtf_error: Array
    mtf_low: Array
    mtf_high: Array


def profile_of(pixels: Beside, d_px: Array, levels: Array, drawn: Redrawn) -> Profile:
    """Of ``pixels`` at ``d_px`` from the edge, between the ``levels`` of `levels_of`.

    Taken up to a px within their reach, on either side.
    """
    half_px = pixels.reach_px - 1
    bins = 2 * int(half_px / BIN_PX)
    centre_px = (np.arange(bins) + 0.5 - bins // 2) * BIN_PX
    # pixels are few phases, and their mean place is not the bin's middle
    off_px, lit = _binned(pixels, d_px, centre_px, drawn.counts)
    middle = lit - off_px * np.gradient(lit, BIN_PX, axis=1)
    esf = _evened(middle, centre_px, levels)
    between_px = (centre_px[1:] + centre_px[:-1]) / 2
    steps = np.diff(esf, axis=1) / BIN_PX * _window(between_px, half_px)
    transfer = _transfer(steps, between_px)
    error = np.sqrt((np.abs(transfer[1:] - transfer[0]) ** 2).mean(0) / 2)
    low, high = _ends(np.abs(transfer[0]), error, drawn.sigmas(EIGHTY_SIGMAS))
    wide = round(OVERSHOOT_PX / BIN_PX)
    smooth = np.lib.stride_tricks.sliding_window_view(esf, wide, axis=1).mean(-1)
    over = np.maximum(smooth[0] - 1, -smooth[0])
    over_px = np.lib.stride_tricks.sliding_window_view(centre_px, wide).mean(-1)
    seen_px = centre_px + off_px[0]
    seen = _evened(lit[:1], seen_px, levels[:1])[0]
    lsf_px = (seen_px[1:] + seen_px[:-1]) / 2
    return Profile(
        esf_px=seen_px,
        esf=seen,
        over_px=over_px,
        over=over,
        over_error=smooth[1:].std(0),
        lsf_px=lsf_px,
        lsf=np.diff(seen) / np.diff(seen_px) * _window(lsf_px, half_px),
        mtf=np.abs(transfer[0]),
        mtf_error=error,
        mtf_low=low,
        mtf_high=high,
    )


def _binned(pixels: Beside, d_px: Array, centre_px: Array, counts: Array) -> tuple[Array, Array]:
    """Mean place beside its centre and mean light of each bin, of all rows and of each resample:
    (1 + n, bins)."""
    bins = len(centre_px)
    at = np.floor(d_px / BIN_PX).astype(np.intp) + bins // 2
    inside = (at >= 0) & (at < bins)
    shape = (counts.shape[1], bins)
    cell = pixels.row_of[inside] * bins + at[inside]
    number = np.bincount(cell, minlength=shape[0] * bins).reshape(shape).astype(np.float64)
    off = d_px[inside] - centre_px[at[inside]]
    lit = decode(pixels.samples.values[inside], pixels.samples.light)
    everything = np.vstack([np.ones(shape[0]), counts])
    number = everything @ number
    off, light = (
        _filled(everything @ np.bincount(cell, of, shape[0] * bins).reshape(shape), number)
        for of in (off, lit)
    )
    return off, light


def _evened(lit: Array, d_px: Array, levels: Array) -> Array:
    """From 0 to 1: uneven lighting taken out."""
    lo, hi, u, v = levels.T[:, :, None]
    dark, bright = lo + u * d_px, hi + v * d_px
    step = np.maximum((bright - dark) / (hi - lo), LEAST_STEP) * (hi - lo)
    return np.asarray((lit - dark) / step)


def mtf50_of(mtf: Array) -> float:
    """Where ``mtf`` at FREQS_CPP first falls to 1/2, in cycles per pixel; the last if nowhere."""
    below = np.flatnonzero(mtf < 0.5)
    if not len(below):
        return float(FREQS_CPP[-1])
    n = int(below[0])
    share = (mtf[n - 1] - 0.5) / (mtf[n - 1] - mtf[n])
    return float(FREQS_CPP[n - 1] + share * (FREQS_CPP[n] - FREQS_CPP[n - 1]))


def _filled(total: Array, number: Array) -> Array:
    """Means; an empty bin, as happens at slopes of few phases, lies between its neighbours."""
    mean = total / np.maximum(number, 1)
    place = np.arange(mean.shape[1])
    for row in np.flatnonzero((number == 0).any(1)):
        known = number[row] > 0
        mean[row] = np.interp(place, place[known], mean[row, known])
    return np.asarray(mean)


def _window(lsf_px: Array, half_px: float) -> Array:
    """1 in the middle, a cosine at the ends."""
    inward = (half_px - np.abs(lsf_px)) / (TAPER * half_px)
    return np.sin(np.clip(inward, 0, 1) * math.pi / 2) ** 2


def _transfer(lsf: Array, lsf_px: Array) -> NDArray[np.complex128]:
    """Of line spreads (n, places), 1 at 0, by frequency."""
    wave = np.exp(-2j * math.pi * np.multiply.outer(lsf_px, FREQS_CPP))
    found = lsf @ wave
    return np.asarray(found / found[:, :1] / np.sinc(FREQS_CPP * BIN_PX) ** 2)


def _ends(size: Array, error: Array, sigmas: float) -> tuple[Array, Array]:
    """80 % interval of a modulus ``size``, ``error`` the deviation of its two parts.

    A modulus of noise alone, whose parts have the deviation s, exceeds s sqrt(2 ln 10) in a tenth
    of cases: a smaller one may be 0.
    """
    beyond_noise = np.sqrt(np.maximum(size**2 - 2 * math.log(1 / CHANCE) * error**2, 0))
    half = sigmas * error
    return np.minimum(np.maximum(size - half, 0), beyond_noise), size + half
