"""How much detail a blurred picture holds: the strength at which a prior restores it best.

Let the blur respond by H and pass the power M (|H|^2 for one size), N be the noise power and v S a
prior of unknown strength v. The Wiener filter is G = H* q, q = v S / (M v S + N), divided by its
value at DC. The squared error that it leaves on a picture X seen as Y,

    E|G Y - X|^2 = |G|^2 E|Y|^2 - 2 Re(G E[Y X*]) + E|X|^2,    E[Y X*] = H (E|Y|^2 - N) / M,

needs nothing but Y's own power P: v is where mean |H|^2 (P q^2 - 2 (P - N) q / M) is smallest
(Stein's unbiased risk). Checked on the ten pictures of `tools/figures.py`, mean over blurs of .5,
.7, 1 and 1.5 px and noise 1, 2.55 and 7.65: the full filter gains 2.58 dB at ar1's usual strength,
2.98 dB here, 3.01 dB at each picture's best strength. The likelihood of P under M v S + N, which
fits all frequencies alike though no picture has the prior's slope, gives 2.84 dB.

The noise that was stated counts in G as it must, but in the risk only as far as the picture does
not contradict it: taken at its word, noise understated by a tenth would be restored as detail.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.blur import Blur
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.numbers import measurable
from rtdeconv.grid import Array, fft_frequencies
from rtdeconv.noise import Noise
from rtdeconv.pixels import Image, size_words
from rtdeconv.prior import Ar1, Prior
from rtdeconv.prior.periodograms import blocks, periodograms
from rtdeconv.target import Target

BLOCK_PX: Final = 64
MOST_BLOCKS: Final = 256

LEAST: Final = 1 / 64
MOST: Final = 2.0
"""Bounds of the detail, at a quarter wave per pixel, in that of the usual ar1: LEAST is still no
strong smoothing, should the first frames of a clip be black; beyond MOST nothing is gained, but a
blur stated too wide, which makes a picture seem full of detail, would ask for it."""

STEPS: Final = 57
"""Eight strengths an octave, then a parabola through the best and its neighbours."""

QUIET: Final = 0.5
"""Blocks with less than this share of the noise never saw it: captions, codec-smoothed sky."""

HEARD: Final = 1.5
"""Frequencies count where the power is this many times the noise's."""

PASSED: Final = 0.1
"""They count where the blur passes this much of their amplitude: beside a null, all that curves and
clipping left there would be taken for detail that the blur removed."""

CLEAR: Final = 3.0
"""Where the power is this many times its least, it is taken for signal to measure the rest by."""

DOUBT: Final = 1.5
"""The signal may be this many times what the prior's slope continues it to be."""

RING_BINS: Final = 40
"""Rings of fewer frequencies are too few to look for the least power in."""


def prior_strength(
    pictures: Sequence[Image], blur: Blur, noise: Noise, prior: Prior, *, spread: float = 0.0
) -> float:
    """The variance with which ``prior`` restores these blurred pictures, or frames, best.

    ``spread`` as in `Target`. Blocks count alike, and colour channels one by one, as in PSNR. The
    pictures are taken as blurred on encoded values; where that happened in linear light, signal and
    noise scale by the same slope and the answer stays. A blur stated a tenth too wide doubles it.
    The least variance where there is nothing but noise. Raises ValueRefused.
    """
    wy, wx = fft_frequencies((BLOCK_PX, BLOCK_PX))
    mean, passed = Target(blur, noise, prior, spread=spread).moments(wy, wx)
    shape = prior.spectrum(wy, wx) / prior.var
    power = _mean_power(pictures, noise)
    ring = np.rint(np.hypot(wy, wx) * BLOCK_PX / (2 * math.pi)).astype(np.intp)
    heard = _ring_means(power, ring)
    floor = _noise_heard(heard, _ring_means(passed * shape, ring), ring, noise.power)
    at = (heard > HEARD * floor)[ring] & (passed > PASSED**2)
    candidates = _usual(prior) * np.geomspace(LEAST, MOST, STEPS)
    if not at.any():
        return float(candidates[0])
    level = shape[0, 0]
    shape, passed, power, coherent = shape[at], passed[at], power[at], np.abs(mean[at]) ** 2
    risks = np.empty(STEPS)
    for index, var in enumerate(candidates):
        at_zero = var * level / (var * level + noise.power)
        q = var * shape / (passed * var * shape + noise.power) / at_zero
        risks[index] = np.mean(coherent * (power * q**2 - 2 * (power - floor) * q / passed))
    return _least(candidates, risks)


def _usual(prior: Prior) -> float:
    """The variance that gives ``prior`` the detail of the usual ar1 at a quarter wave a pixel."""
    quarter, zero = np.array([math.pi / 2]), np.zeros(1)
    usual, own = (model.spectrum(quarter, zero)[0] for model in (Ar1(), prior))
    return float(usual / own * prior.var)


def _mean_power(pictures: Sequence[Image], noise: Noise) -> Array:
    """Power per pixel at the FFT's frequencies of a block; the noise's where nothing is usable."""
    if not pictures:
        raise ValueRefused("the prior's strength is estimated from at least one picture")
    total, count = np.zeros((BLOCK_PX, BLOCK_PX)), 0
    for picture in map(measurable, pictures):
        if min(picture.shape[:2]) < BLOCK_PX:
            size = size_words(picture)
            raise ValueRefused(
                f"the prior's strength is estimated from at least {BLOCK_PX} px a side, not "
                f"{size}; give it as a number"
            )
        found = periodograms(blocks(picture, BLOCK_PX, max(MOST_BLOCKS // len(pictures), 1)))
        found = found[found.mean((1, 2)) > QUIET * noise.power]
        total, count = total + found.sum(0), count + len(found)
    return total / count if count else np.full_like(total, noise.power)


def _ring_means(values: Array, ring: NDArray[np.intp]) -> Array:
    """Mean at every radius in FFT bins, shape (radii,)."""
    return np.asarray(np.bincount(ring.ravel(), values.ravel()) / np.bincount(ring.ravel()))


def _noise_heard(heard: Array, expected: Array, ring: NDArray[np.intp], stated: float) -> float:
    """``stated`` noise power, moved into what the powers ``heard`` on rings allow.

    Noise is at most the least power. Of that, signal is what continues from the last ring that is
    CLEAR of it: two rings solve heard = v expected + noise for v, and DOUBT allows for a picture
    less steep than the prior.
    """
    enough = np.bincount(ring.ravel()) >= RING_BINS
    least = int(np.argmin(np.where(enough, heard, np.inf)))
    most_noise = float(heard[least])
    clear = np.flatnonzero(enough & (heard > CLEAR * most_noise) & (expected > expected[least]))
    if not len(clear):
        return most_noise
    last = clear[-1]
    v = (heard[last] - most_noise) / (expected[last] - expected[least])
    return min(max(stated, most_noise - DOUBT * float(v * expected[least])), most_noise)


def _least(candidates: Array, risks: Array) -> float:
    """Where the risk is smallest, between the candidates in equal ratios."""
    best = int(np.argmin(risks))
    if best in (0, len(candidates) - 1):
        return float(candidates[best])
    before, at, after = risks[best - 1 : best + 2]
    shift = (before - after) / (2 * (before - 2 * at + after))
    return float(candidates[best] * (candidates[1] / candidates[0]) ** shift)
