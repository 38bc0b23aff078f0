"""What is done with the frames of one video, as three steps for three threads.

    taken                restored               put_back
    (decoding thread) -> (calling thread)    -> (encoding thread)

Arrays go round from the last step to the first, so that a steady stream allocates none.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import ValueRefused
from rtdeconv.media.colour import Scratch, add_change, colour_model, planes_of, rgb_of
from rtdeconv.media.video_in import VideoInfo
from rtdeconv.pixels import Codes

Pixels = npt.NDArray[Any]
Restore = Callable[[Pixels], Pixels]
"""A picture (see `rtdeconv.pixels`) restored: the same shape and type."""
RestoreInto = Callable[[Pixels, Pixels], Pixels]
"""The same with a place for the result, which may be the picture itself; what is returned counts,
and it may lie elsewhere."""


class FrameWay(Protocol):
    """What is done with every frame of one video; each step is called from one thread, in order.

    Frames are PyAV's, planar, in the video's working format.
    """

    def taken(self, frame: Any) -> Any:
        """What the restoration needs of a frame, which stays as it is."""
        ...

    def restored(self, given: Any) -> Any:
        """What ``put_back`` needs, made of what was taken."""
        ...

    def put_back(self, frame: Any, given: Any, result: Any) -> None:
        """Change the frame's planes in place; ``given`` and ``result`` are not used again."""
        ...


WayOf = Callable[[VideoInfo], FrameWay]
"""How a way is made once the video's size, layout and colours are known."""


class RgbWay:
    """Restores frames seen as RGB (H, W, 3), uint8 or (deeper than 8 bits) uint16 over 0..65535.

    The change of RGB is added to the frame's own planes.
    """

    def __init__(self, info: VideoInfo, restore: RestoreInto) -> None:
        self._model = colour_model(info.layout, info.tags, info.width, info.height)
        self._restore = restore
        self._arrays = Arrays((info.height, info.width, 3), self._model.rgb_dtype)
        self._taking: Scratch = {}
        self._putting: Scratch = {}

    def taken(self, frame: Any) -> Pixels:
        """The frame as RGB."""
        return rgb_of(frame, self._model, self._taking, out=self._arrays.take())

    def restored(self, given: Pixels) -> tuple[Pixels, Pixels]:
        """The restored RGB, and the array that was meant for it."""
        place = self._arrays.take()
        return checked(given, self._restore(given, place)), place

    def put_back(self, frame: Any, given: Pixels, result: tuple[Pixels, Pixels]) -> None:
        """Adds the change to the planes."""
        add_change(frame, given, result[0], self._model, self._putting)
        self._arrays.give(given, result[1])


class LumaWay:
    """Restores the luma plane of YUV or grey frames (H, W), uint8 or uint16, as its codes stand.

    No colour is converted; chroma and alpha keep every bit. `luma_codes` says what codes mean. As
    in RGB, nothing is restored beyond black and white: codes that lie there get the change added.
    """

    def __init__(self, info: VideoInfo, restore: RestoreInto) -> None:
        self._codes = luma_codes(info)
        self._restore = restore
        dtype = np.uint8 if info.layout.depth == 8 else np.uint16
        self._arrays = Arrays((info.height, info.width), dtype)

    def taken(self, frame: Any) -> Pixels:
        """A copy of the luma plane, cut to black and white, without the padding of its rows."""
        return self._cut(planes_of(frame)[0], self._arrays.take())

    def restored(self, given: Pixels) -> Pixels:
        """The restored plane; in the same array where the restoration can."""
        return checked(given, self._restore(given, given))

    def put_back(self, frame: Any, given: Pixels, result: Pixels) -> None:
        """Replaces the luma plane."""
        plane, beyond = planes_of(frame)[0], self._arrays.take()
        np.minimum(plane, self._codes.top, out=plane)
        np.subtract(plane, self._cut(plane, beyond), out=beyond)
        # what is negative wraps, and back again in the sum, which is 0 at least and top at most
        np.add(self._cut(result, given), beyond, out=plane)
        self._arrays.give(given, beyond)

    def _cut(self, luma: Pixels, out: Pixels) -> Pixels:
        return np.clip(luma, self._codes.black, self._codes.white, out=out)


def luma_codes(info: VideoInfo) -> Codes:
    """What the codes of the first plane of YUV or grey video mean: limited range unless told."""
    depth = info.layout.depth
    top = 2**depth - 1
    if info.tags.full_range:
        return Codes(0, top, top)
    return Codes(16 << (depth - 8), 235 << (depth - 8), top)


def anywhere(restore: Restore) -> RestoreInto:
    """A restoration that makes a new array for each result."""
    return lambda image, _: restore(image)


def checked(before: Pixels, after: Pixels) -> Pixels:
    """``after``, contiguous; ValueRefused where it is not of the shape and type of ``before``."""
    if after.shape != before.shape or after.dtype != before.dtype:
        raise ValueRefused(
            f"a restoration must return {before.dtype} {before.shape}, "
            f"not {after.dtype} {after.shape}"
        )
    return np.ascontiguousarray(after)


class Arrays:
    """Arrays of one kind that go from thread to thread and come back."""

    def __init__(self, shape: tuple[int, ...], dtype: npt.DTypeLike) -> None:
        self._shape, self._dtype = shape, dtype
        self._free: deque[Pixels] = deque()  # its append and pop are safe between threads

    def take(self) -> Pixels:
        """One that nobody uses; its contents are left over."""
        try:
            return self._free.pop()
        except IndexError:
            return np.empty(self._shape, self._dtype)

    def give(self, *arrays: Pixels) -> None:
        """Back for the next frame."""
        self._free.extend(arrays)
