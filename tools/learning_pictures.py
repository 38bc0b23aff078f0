"""Makes rtdeconv/data/learning.png, the sharp pieces that adaptive filters are learned from.

    python tools/learning_pictures.py

Fourteen pictures packaged with scikit-image that are free to be passed on (public domain, CC0 or no
known restrictions), a column each; of each, pieces from places drawn with a fixed seed, in luma
(Rec. 601). Columns in even and odd places are halves that share no scene: a filter learned from one
is scored on the other.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import skimage.data
from numpy.typing import NDArray

from rtdeconv.fit.adaptive.pictures import PIECE_PX, PIECES, SHEET
from rtdeconv.light import LUMA

EVEN = "astronaut chelsea rocket grass coins text cell".split()
ODD = "camera coffee brick gravel hubble_deep_field retina immunohistochemistry".split()
NAMES = [name for pair in zip(EVEN, ODD, strict=True) for name in pair]

SEED = 7


def sheet() -> NDArray[np.uint8]:
    """Columns of pieces, one for each picture."""
    rng = np.random.default_rng(SEED)
    return np.hstack([np.vstack(_pieces(name, rng)) for name in NAMES])


def _pieces(name: str, rng: np.random.Generator) -> list[NDArray[np.uint8]]:
    pixels = getattr(skimage.data, name)()
    grey = pixels if pixels.ndim == 2 else np.rint(pixels[:, :, :3] @ LUMA).astype(np.uint8)
    corners = [
        [int(rng.integers(0, size - PIECE_PX + 1)) for size in grey.shape] for _ in range(PIECES)
    ]
    return [grey[y : y + PIECE_PX, x : x + PIECE_PX] for y, x in corners]


if __name__ == "__main__":
    Path(SHEET).parent.mkdir(exist_ok=True)
    cv2.imwrite(str(SHEET), sheet(), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    print(f"wrote {SHEET}")
