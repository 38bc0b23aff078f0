"""The prior measured on the user's own sharp pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array, octant
from rtdeconv.light import LUMA
from rtdeconv.media.pictures import is_picture, read_picture
from rtdeconv.pixels import Image, centre_of, size_words, unit_colour
from rtdeconv.prior.base import check_var
from rtdeconv.prior.periodograms import blocks, periodograms

NODES: Final = 48
LOWEST_CPP: Final = 1 / 64
HIGHEST_CPP: Final = math.sqrt(0.5)
"""The nodes run from two waves a block, which removing its mean leaves alone, to the corner."""

BLOCK_PX: Final = 128
MOST_BLOCKS: Final = 512
MOST_PICTURES: Final = 16
MOST_PX: Final = 2048
"""Side of the centre that is taken of larger pictures."""

FLOOR: Final = 1e-12
"""Least power, as a fraction of the largest: enlarged pictures have next to none up there."""

MAX_PATTERN: Final = 180


@dataclass(frozen=True)
class Images:
    """Radial spectrum of the pictures that ``pattern`` matched, carried as numbers.

    ``powers``: powers per pixel as measured, at frequencies in equal ratios from LOWEST_CPP to
    HIGHEST_CPP; between them powers of the frequency, below the first constant. ``var`` scales
    them; the pictures' own is `usual_var`.
    """

    pattern: str
    powers: tuple[float, ...]
    var: float

    name: ClassVar[str] = "images"

    def __post_init__(self) -> None:
        check_var(self.var)
        if not 0 < len(self.pattern) <= MAX_PATTERN:
            raise ValueRefused(
                f"a pattern of pictures has 1..{MAX_PATTERN} characters, not {len(self.pattern)}"
            )
        if not 2 <= len(self.powers) <= 256:
            raise ValueRefused(f"a measured spectrum has 2..256 powers, not {len(self.powers)}")
        if not all(math.isfinite(power) and power > 0 for power in self.powers):
            raise ValueRefused("a measured spectrum holds positive numbers only")

    @property
    def spec(self) -> str:
        """How it is written on the command line."""
        return f"{self.name}:{self.pattern}"

    @cached_property
    def usual_var(self) -> float:
        """Mean of the powers over the frequency square: the pictures' variance, in detail finer
        than half a block."""
        grid = octant()
        return grid.mean(self._measured(grid.wy, grid.wx))

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """The measured powers, scaled to ``var``."""
        return self.var / self.usual_var * self._measured(wy, wx)

    def _measured(self, wy: Array, wx: Array) -> Array:
        freq_cpp = np.maximum(np.hypot(wy, wx) / (2 * math.pi), LOWEST_CPP)
        nodes = np.log(_nodes_cpp(len(self.powers)))
        return np.exp(np.interp(np.log(freq_cpp), nodes, np.log(self.powers)))


def measured(pattern: str, var: float | None = None) -> Images:
    """The prior of the sharp pictures that ``pattern`` matches: ``photos/*.png``, ``**`` for any
    folders.

    At most MOST_PICTURES are read, spread evenly over the sorted names, MOST_PX of the centre of
    each. Their noise is in the spectrum and nobody can tell it from detail: take clean ones.
    Raises ValueRefused where nothing matches or a picture is small or flat, MediaError where one
    is broken.
    """
    powers = radial_powers(lumas(pattern))
    own = Images(pattern, powers, 1.0).usual_var
    return Images(pattern, powers, own if var is None else var)


def lumas(pattern: str) -> list[Image]:
    """The centres of at most MOST_PICTURES pictures, spread over the sorted names: grey, float32.

    Raises ValueRefused where nothing matches, one is small or not finite, MediaError for a broken
    one.
    """
    return [_luma_of(path) for path in _matching(pattern)]


def radial_powers(lumas: Sequence[Image]) -> tuple[float, ...]:
    """Mean power per pixel of grey pictures (H, W) around the rings of the nodes, five digits."""
    total, count = np.zeros((BLOCK_PX, BLOCK_PX)), 0
    for luma in lumas:
        power = periodograms(blocks(luma, BLOCK_PX, MOST_BLOCKS // len(lumas)))
        total, count = total + power.sum(0), count + len(power)
    if not total.any():
        raise ValueRefused(
            "the prior's pictures are flat or clipped all over; choose some with detail"
        )
    axis = np.fft.fftfreq(BLOCK_PX)
    freq_cpp = np.hypot(axis[:, None], axis)
    # times f^2 a picture's spectrum is nearly level, so that a ring's slope does not weigh
    level = freq_cpp**2 * total / count
    nodes = _nodes_cpp(NODES)
    found = [_ring_mean(level, freq_cpp, node) / node**2 for node in nodes]
    least = max(found) * FLOOR
    return tuple(float(f"{max(power, least):.5g}") for power in found)


def _nodes_cpp(count: int) -> Array:
    return np.geomspace(LOWEST_CPP, HIGHEST_CPP, count)


def _ring_mean(values: Array, freq_cpp: Array, node: float) -> float:
    """Mean of ``values`` near a frequency: a hat one node wide, or one bin where that is more."""
    ratio = (HIGHEST_CPP / LOWEST_CPP) ** (1 / (NODES - 1))
    width = max(node * (ratio - 1), 1 / BLOCK_PX)
    hat = np.maximum(1 - np.abs(freq_cpp - node) / width, 0)
    return float((values * hat).sum() / hat.sum())


def _matching(pattern: str) -> list[Path]:
    try:
        place = Path(pattern).expanduser()
        folder = Path(place.anchor)
        found = sorted(p for p in folder.glob(str(place.relative_to(folder))) if is_picture(p))
    except (ValueError, OSError, RuntimeError, IndexError):
        found = []  # no pattern at all: empty, a lone dot, a broken **, an unknown ~user
    if not found:
        raise ValueRefused(f"no picture matches {shown(pattern)}; try a pattern like photos/*.png")
    chosen = np.linspace(0, len(found) - 1, min(len(found), MOST_PICTURES))
    return [found[round(index)] for index in chosen]


def _luma_of(path: Path) -> Image:
    """The picture's centre in grey, float32 (H, W)."""
    pixels = read_picture(path).pixels
    if min(pixels.shape[:2]) < BLOCK_PX:
        size = size_words(pixels)
        raise ValueRefused(
            f"sharp pictures have at least {BLOCK_PX} px a side, not {size} like {shown(str(path))}"
        )
    colour = unit_colour(centre_of(pixels, MOST_PX))
    grey = colour[:, :, 0] if colour.shape[2] == 1 else colour @ LUMA
    if not np.isfinite(grey).all():
        name = shown(str(path))
        raise ValueRefused(f"picture {name} holds values that are not finite; leave it out")
    return grey.astype(np.float32)
