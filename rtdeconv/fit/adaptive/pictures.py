"""Sharp pictures to learn from: those packaged, or the user's own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from rtdeconv.grid import Array
from rtdeconv.media.pictures import read_picture
from rtdeconv.pixels import unit_colour
from rtdeconv.prior.images import lumas

SHEET: Final = Path(__file__).parents[2] / "data" / "learning.png"
"""A column of pieces for each of fourteen pictures (tools/learning_pictures.py)."""

PIECE_PX: Final = 80
PIECES: Final = 7

Pieces = Sequence[Sequence[Array]]
"""Sharp pieces (H, W) of each picture, encoded, 0..1."""


@lru_cache(maxsize=4)
def sharp_pieces(pattern: str) -> Pieces:
    """Those packaged where ``pattern`` is empty, else pieces of the pictures that it matches.

    Raises ValueRefused where nothing matches or a picture is small, MediaError for a broken one.
    """
    if not pattern:
        sheet = unit_colour(read_picture(SHEET).pixels)[:, :, 0]
        return [_rows(column) for column in np.hsplit(sheet, sheet.shape[1] // PIECE_PX)]
    return [_spread(np.asarray(luma, np.float64)) for luma in lumas(pattern)]


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
