"""What makes a picture's noise other than white: clipping, a codec's blocks, smoothing.

The limits were set between 228 pictures made from those packaged with scikit-image, blurred and
noisy ones among them, none of which is called blocky, and the same through JPEG, H.264, a median
filter and enlarging. `tools/measure_noise.py` counts what is found: JPEG of quality 75 and less and
H.264 at crf 28 in ten of ten, at quality 90 in eight, below a sharp texture or noise that the codec
kept; smoothed noise in seven to nine. Pixels repeated by a whole factor are sure to be seen, as
long as nothing was done to them since.

Not recognised: filters that flatten flat parts and spare the others, bilateral or non-local means,
for they leave just what a clean picture has, less than rounding where it is flat and all fine power
in its texture; enlarging by cubic or Lanczos filters, unless noise makes it "denoised"; smooth
noise under a texture that fills the picture. Noise is then that of the flat parts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.estimate.bands import FINE, MIDDLE, SIDE_PX, Bands, Blocks, cosines, typical
from rtdeconv.estimate.noise_floor import FEWEST, flattest
from rtdeconv.grid import Array
from rtdeconv.light import LUMA
from rtdeconv.pixels import Image, full_scale

CLIPPED_SHARE: Final = 0.1
"""Of values at 0 or 1; ordinary photographs have up to .07."""

FACTORS: Final = (2, 3, 4)
SLICES: Final = 64
FEWEST_STEPS: Final = 16
DENSE: Final = 0.25
"""How often pixels may be repeated; in how many rows and columns that is looked for; how many steps
it takes, and in which share of the places where one may be: lines drawn at even pixels keep more
room between them."""

PATCHES: Final = 384
MOST_PICTURES: Final = 4
FEWEST_PATCHES: Final = 8
"""Patches of a picture that are looked at for a grid, and how many pictures are: each alone, for
moving frames take their grid along."""

ROUNDING: Final = 0.02 / 255**2
"""Power that counts as none: a quarter of 8 bits' rounding."""

GRIDS: Final = ((8, 0.22, 3.0), (8, 0.14, 4.2), (4, 0.08, 2.4))
"""Period of a grid in px, how much less fine power (natural log) the best phase must have than the
others, and that in standard deviations of theirs. JPEG shows at 8, H.264 with its 4 px at 4."""

FLATTEST: Final = 0.1
"""Share of blocks in which smooth noise is looked for, less than its measure takes: the less
texture, the surer."""

STEEP: Final = 3.0
"""Middle over fine power of flat blocks from which on their noise is not white."""

EVEN: Final = 0.7
"""Share of the middle power that the quietest tenth of flat blocks must have as well: noise is
everywhere, texture is not."""

HEARD: Final = 0.5 / 255**2
"""Middle power above the fine one from which on it is worth a word."""


def clipped(blocks: Sequence[Blocks]) -> float:
    """Share of the blocks' values at 0 or 1, or beyond."""
    count = sum(each.size for each in blocks)
    ends = sum(np.count_nonzero((each <= 0) | (each >= 1)) for each in blocks)
    return float(ends / max(count, 1))


def enlarged(pictures: Sequence[Image]) -> bool:
    """Whether pixels are repeated 2, 3 or 4 times along both sides.

    Neighbours differ at one phase of the factor only, in rows as in columns.
    """
    return any(
        all(_repeats(_steps(plane), factor) for plane in (one, one.T))
        for one in (p if p.ndim == 2 else p[:, :, 1] for p in pictures[:1])
        for factor in FACTORS
    )


def _steps(plane: Image) -> NDArray[np.bool_]:
    """Whether pixel x + 1 differs from x in some rows of ``plane`` (H, W), shape (W - 1,)."""
    rows = plane[:: max(len(plane) // SLICES, 1)]
    return np.asarray((rows[:, 1:] != rows[:, :-1]).any(0))


def _repeats(steps: NDArray[np.bool_], factor: int) -> bool:
    at = np.flatnonzero(steps)
    if len(at) < FEWEST_STEPS or np.any((at - at[0]) % factor):
        return False
    return len(at) > DENSE * (at[-1] - at[0]) / factor


def blocky(pictures: Sequence[Image]) -> bool:
    """Whether fine detail is missing at one phase of a grid of blocks, as codecs leave it.

    A transform aligned with the codec's finds the coefficients that it rounded to 0; shifted by a
    pixel, blocks straddle the edges and find them filled. A picture scaled since is not recognised.
    """
    return any(_has_grid(_patches(picture)) for picture in pictures[:MOST_PICTURES])


def smoothed(found: Bands) -> bool:
    """Whether the noise of flat blocks is much weaker in fine detail than in middle detail."""
    flat = flattest(found, FLATTEST)
    if len(flat) < FEWEST:
        return False
    middle, fine = typical(flat.middle, MIDDLE), typical(flat.fine, FINE)
    even = typical(flat.middle, MIDDLE, 0.1) - fine > EVEN * (middle - fine)
    return even and middle > STEEP * fine and middle - fine > HEARD


def _has_grid(patches: NDArray[np.float32]) -> bool:
    if len(patches) < FEWEST_PATCHES:
        return False
    fine = _fine_at_phases(patches)
    return any(_stands_out(_folded(fine, period), gap, sure) for period, gap, sure in GRIDS)


def _patches(picture: Image) -> NDArray[np.float32]:
    """Luma around places a multiple of 8 px from the corner, (n, 15, 15), none clipped or flat."""
    span = 2 * SIDE_PX - 1
    height, width = picture.shape[:2]
    if min(height, width) < span:
        return np.empty((0, span, span), np.float32)
    hop = max(int(math.sqrt(height * width / PATCHES)) // SIDE_PX, 1) * SIDE_PX
    views = np.lib.stride_tricks.sliding_window_view(picture, (span, span), (0, 1))
    found = views[::hop, ::hop].astype(np.float32) / np.float32(full_scale(picture.dtype))
    if picture.ndim == 3:
        found = np.tensordot(found[:, :, :3], LUMA.astype(np.float32), (2, 0))
    found = found.reshape(-1, span, span)
    inside = ((found > 0) & (found < 1)).all((1, 2))
    return found[inside & (np.ptp(found, axis=(1, 2)) > 0)]


def _fine_at_phases(patches: NDArray[np.float32]) -> Array:
    """Mean log power of the finer half of a block's coefficients at 8 x 8 shifts."""
    views = np.lib.stride_tricks.sliding_window_view(patches, (SIDE_PX, SIDE_PX), (1, 2))
    powers = np.square(views.reshape(-1, SIDE_PX**2) @ cosines()[:, _finer_half()])
    logs = np.log(powers.mean(-1) + ROUNDING)
    return np.asarray(logs.reshape(-1, SIDE_PX, SIDE_PX).mean(0), np.float64)


def _finer_half() -> NDArray[np.bool_]:
    index = np.add.outer(np.arange(SIDE_PX), np.arange(SIDE_PX)).ravel()
    return index >= SIDE_PX - 1


def _folded(fine: Array, period: int) -> Array:
    """(period, period): the mean over the shifts that a grid of this period cannot tell apart."""
    times = SIDE_PX // period
    return fine.reshape(times, period, times, period).mean((0, 2))


def _stands_out(fine: Array, gap: float, sure: float) -> bool:
    """Whether the least is below all others by ``gap`` and by ``sure`` of their deviations."""
    least, *others = np.sort(fine.ravel())
    fall = float(np.median(others)) - float(least)
    return fall > gap and fall > sure * float(np.std(others))
