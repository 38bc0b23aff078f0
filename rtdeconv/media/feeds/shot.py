"""One frame as it arrives, and what every source of such frames is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, Protocol, TypeVar

import numpy.typing as npt

from rtdeconv.media.colour import (
    ColourModel,
    ColourTags,
    Curve,
    colour_model,
    planes_of,
    tags_of,
)
from rtdeconv.media.pixel_formats import PixelLayout, layout_of, working_format

Pace = Literal["live", "file", "still"]
Item = TypeVar("Item")

# A device that hangs in a read is left to the system rather than waited for.
_LET_GO_S = 0.5


@dataclass(frozen=True, eq=False)
class Shot:
    """One frame as it arrived.

    ``planes``: (h, w) uint8 or uint16 each, in the order of ``model``; read-only, on the decoder's
    own memory. ``model``: the map to RGB, the same object while size and format stay the same.
    ``arrived_s``: `time.perf_counter` when its packet or picture came, before decoding.
    ``stamp_s``: the source's own time, None where it tells none. ``passed``: frames that had come
    since the last shot and were left out for this one. ``curve``: what codes the light.
    """

    planes: tuple[npt.NDArray[Any], ...]
    model: ColourModel
    arrived_s: float
    stamp_s: float | None
    passed: int = 0
    curve: Curve = "srgb"

    def __post_init__(self) -> None:
        for plane in self.planes:
            plane.flags.writeable = False  # decoders predict later frames from this memory

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.planes[0].shape
        return width, height


class Feed(Protocol):
    """A source of frames. ``name`` is what a person calls it.

    ``pace``: "live" frames come when they come, those of a "file" have a time to be shown at, a
    "still" has one.
    """

    @property
    def name(self) -> str:
        """What a person calls it: "camera 0 (HD Webcam)", an address, a file's name."""

    @property
    def pace(self) -> Pace:
        """Who decides when a frame is there."""

    def read(self) -> Shot | None:
        """Waits for the next frame; None at the end or when closed, MediaError where it breaks."""

    def rewound(self) -> bool:
        """Whether `read` goes on at the beginning; else the source is to be opened again.

        MediaError where it breaks.
        """

    def close(self) -> None:
        """Lets go of the source, from any thread; a `read` that waits there ends."""


@lru_cache(maxsize=16)
def model_for(layout: PixelLayout, tags: ColourTags, width: int, height: int) -> ColourModel:
    """`colour_model`, one object for one format, a source that is opened again included."""
    return colour_model(layout, tags, width, height)


def shot_of(frame: Any, arrived_s: float, stamp_s: float | None, passed: int = 0) -> Shot:
    """A decoded frame on its own memory; MediaError for formats and matrices not handled."""
    work = working_format(frame.format.name)
    if frame.format.name != work:
        frame = frame.reformat(format=work)
    tags = tags_of(frame)
    model = model_for(layout_of(work), tags, frame.width, frame.height)
    planes = planes_of(frame)
    ordered = tuple(planes[index] for index in model.order)
    return Shot(ordered, model, arrived_s, stamp_s, passed, tags.curve)


class Turnstile:
    """Lets one thread read a source and another close it, never both at once."""

    def __init__(self, release: Callable[[], None]) -> None:
        self._release = release
        self._lock = threading.Lock()
        self._closed = False

    def pass_through(self, read: Callable[[], Item]) -> Item | None:
        """What ``read`` returns; None once closed."""
        with self._lock:
            return None if self._closed else read()

    def close(self) -> None:
        """Releases the source, once; a read under way is waited for half a second."""
        if self._closed:
            return
        self._closed = True
        if self._lock.acquire(timeout=_LET_GO_S):
            try:
                self._release()
            finally:
                self._lock.release()
