"""Sharp pictures to learn from: those packaged, or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from rtdeconv.fit.adaptive.evidence import Pair
from rtdeconv.grid import Array
from rtdeconv.light import Light, decode
from rtdeconv.media.pictures import read_picture
from rtdeconv.pixels import unit_colour
from rtdeconv.prior import Ar1
from rtdeconv.prior.images import lumas
from rtdeconv.reference import degraded
from rtdeconv.target import Target

SHEET: Final = Path(__file__).parents[2] / "data" / "learning.png"
"""A column of pieces for each of fourteen pictures (tools/learning_pictures.py)."""

PIECE_PX: Final = 80
PIECES: Final = 7

USUAL_PRIOR: Final = Ar1()

SEEDS: Final = 1000
"""Apart are the seeds of two pictures' noise."""

Pieces = Sequence[Sequence[Array]]
"""Sharp pieces (H, W) of each picture, encoded, 0..1."""


@lru_cache(maxsize=4)
def sharp_pieces(pattern: str) -> Pieces:
    """Those packaged where ``pattern`` is empty, else pieces of the pictures that it matches.

    Beyond black and white these are cut off, as what is blurred is. Raises ValueRefused where
    nothing matches or a picture is small or not finite, MediaError for a broken one.
    """
    if not pattern:
        sheet = unit_colour(read_picture(SHEET).pixels)[:, :, 0]
        return [_rows(column) for column in np.hsplit(sheet, sheet.shape[1] // PIECE_PX)]
    return [_spread(np.clip(luma, 0, 1).astype(np.float64)) for luma in lumas(pattern)]


def plain(target: Target) -> Target:
    """Its blur and noise; pictures know nothing of the rest."""
    return Target(target.blur, target.noise, USUAL_PRIOR, spread=target.spread)


def lessons(target: Target, light: Light, pattern: str) -> Sequence[Sequence[Pair]]:
    """Those pieces put through the target's blur and noise. Where the blur's size is a range, it is
    one of that by turns."""
    return _lessons(plain(target), light, pattern)


@lru_cache(maxsize=6)
def _lessons(target: Target, light: Light, pattern: str) -> Sequence[Sequence[Pair]]:
    blurs = [blur for _, blur in target.sizes]
    found = []
    for number, pieces in enumerate(sharp_pieces(pattern)):
        seeds = range(SEEDS * number, SEEDS * number + len(pieces))
        seen = [replace(target, blur=blurs[seed % len(blurs)], spread=0.0) for seed in seeds]
        found.append([_blurred(*one, light) for one in zip(pieces, seen, seeds, strict=True)])
    return found


def _blurred(sharp: Array, target: Target, seed: int, light: Light) -> Pair:
    planes = np.asarray(sharp, np.float64)[:, :, None]
    _, soft = degraded(planes, target, light=light, border="wrap", seed=seed)
    x, y = (np.asarray(decode(one, light))[:, :, 0] for one in (planes, soft))
    return x, y


def _rows(column: Array) -> list[Array]:
    return np.vsplit(column, len(column) // PIECE_PX)


def _spread(luma: Array) -> list[Array]:
    """Pieces evenly over a picture, as many as the packaged ones have or as it has room for."""
    rows, columns = (size // PIECE_PX for size in luma.shape)
    places = [(y, x) for y in range(rows) for x in range(columns)]
    chosen = np.linspace(0, len(places) - 1, min(len(places), 2 * PIECES)).round().astype(int)
    return [
        luma[y * PIECE_PX : (y + 1) * PIECE_PX, x * PIECE_PX : (x + 1) * PIECE_PX]
        for y, x in (places[index] for index in chosen)
    ]
