"""Two pictures in one, the second shown to the right of the first.

What is shown to the right lies elsewhere in a picture that is stored turned or mirrored.
"""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import ValueRefused
from rtdeconv.media.colour import planes_of
from rtdeconv.media.pixel_formats import PixelLayout

Side = Literal["right", "left", "below", "above"]
"""Where, among stored pixels, lies what is shown to the right."""

_SIDE_OF_ORIENTATION: Final[dict[int, Side]] = {
    1: "right",
    2: "left",
    3: "left",
    4: "right",
    5: "below",
    6: "above",
    7: "above",
    8: "below",
}
"""By EXIF's orientation, which says on which sides row 0 and column 0 are shown."""


def side_of_picture(orientation: int) -> Side:
    """The side for EXIF's ``orientation``, 1..8."""
    return _SIDE_OF_ORIENTATION.get(orientation, "right")


def side_of_frame(frame: Any) -> Side:
    """The side for a frame, by the display matrix it may carry."""
    for data in frame.side_data:
        if data.type.name == "DISPLAYMATRIX":
            # (x, y) is shown at x' = a x + c y + ..., so that x' grows along x or along y
            matrix = np.frombuffer(data, np.int32)
            a, c = int(matrix[0]), int(matrix[3])
            if abs(c) > abs(a):
                return "below" if c > 0 else "above"
            return "left" if a < 0 else "right"
    return "right"


def beside(before: npt.NDArray[Any], after: npt.NDArray[Any], side: Side) -> npt.NDArray[Any]:
    """Both pictures (H, W, ...) in one of twice the width or height."""
    pair = (before, after) if side in ("right", "below") else (after, before)
    return np.concatenate(pair, axis=1 if side in ("right", "left") else 0)


def doubled_size(width: int, height: int, layout: PixelLayout, side: Side) -> tuple[int, int]:
    """(width, height) of two frames beside each other.

    Raises ValueRefused where a chroma sample would lie half in one and half in the other.
    """
    across = side in ("right", "left")
    cell, length = layout.chroma[not across], (height, width)[across]
    if length % cell:
        what = "width" if across else "height"
        raise ValueRefused(
            f"a comparison needs a {what} that {cell} divides, as {cell} pixels share their "
            f"chroma, not {length}; crop the input"
        )
    return (2 * width, height) if across else (width, 2 * height)


def doubled(frame: Any, side: Side) -> Any:
    """A frame for two: time as in ``frame``, whose pixels are in the first place."""
    across = side in ("right", "left")
    width, height = frame.width * (1 + across), frame.height * (2 - across)
    both = type(frame)(width, height, frame.format.name)
    both.pts, both.time_base, both.duration = frame.pts, frame.time_base, frame.duration
    _paste(frame, both, first=side in ("right", "below"))
    return both


def put_second(frame: Any, both: Any, side: Side) -> None:
    """Pixels of ``frame`` in the second place of ``both``."""
    _paste(frame, both, first=side in ("left", "above"))


def _paste(frame: Any, both: Any, *, first: bool) -> None:
    """Into the left or upper half, or the other one."""
    for part, whole in zip(planes_of(frame), planes_of(both), strict=True):
        height, width = part.shape
        place = whole[:height, :width] if first else whole[-height:, -width:]
        np.copyto(place, part)
