"""A picture as strips of rows, each with its colours as planes.

Arrays of one strip fit into a processor's cache together, which makes adding them up several times
faster. All strips of a picture are of one height: the last one begins within the one before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from rtdeconv.cpu.scratch import Planes, Scratch

PIXELS: Final = 24 * 1280
"""About so many make a strip, and never fewer rows than `ROWS`, or margins would cost too much."""

ROWS: Final = 8


@dataclass(frozen=True)
class Strip:
    """Rows ``top`` to ``top + rows`` of a picture of so many ``columns``."""

    top: int
    rows: int
    columns: int

    @property
    def lines(self) -> slice:
        """The rows of the strip in a whole picture."""
        return slice(self.top, self.top + self.rows)

    @property
    def shape(self) -> tuple[int, int]:
        """(rows, columns)."""
        return self.rows, self.columns


def strips(shape: tuple[int, ...], scratch: Scratch) -> Iterator[Strip]:
    """Strips that cover a picture (H, W, ...); what is taken for one is free again for the next."""
    height, width = shape[:2]
    rows = min(height, max(ROWS, PIXELS // width))
    used = scratch.taken
    for top in range(0, height, rows):
        scratch.rewind(used)
        yield Strip(min(top, height - rows), rows, width)


def planes(wide: Planes, strip: Strip, reach: int, scratch: Scratch) -> list[Planes]:
    """The colours of a strip, each (rows + 2 reach, columns + 2 reach), of an image that has
    ``reach`` more pixels on each side."""
    part = wide[strip.top : strip.top + strip.rows + 2 * reach]
    if part.ndim == 2:
        return [part]
    apart = list(scratch.take((part.shape[2], *part.shape[:2])))
    cv2.split(part, apart)
    return apart


def put_together(apart: list[Planes], out: Planes) -> None:
    """To ``out``, rows of an image, the planes of its colours."""
    if len(apart) == 1:
        np.copyto(out, apart[0])
    else:
        cv2.merge(apart, dst=out)


def inner(wide: Planes, strip: Strip, reach: int, dx: int = 0, dy: int = 0) -> Planes:
    """A plane without its margins of ``reach``, read (dx, dy) further right and down."""
    top, left = reach + dy, reach + dx
    return wide[top : top + strip.rows, left : left + strip.columns]
