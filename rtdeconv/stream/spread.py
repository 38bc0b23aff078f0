"""Some frames of a video, to learn from what they show."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from rtdeconv.media.colour import colour_model, rgb_of
from rtdeconv.media.video_in import VideoSource
from rtdeconv.stream.ways import Pixels

SHORT: Final = 240
"""Frames of a clip that is read through; in longer ones keyframes are looked for."""


def spread_frames(path: str | os.PathLike[str], most: int) -> list[Pixels]:
    """Up to ``most`` frames from all over a video, as RGB (H, W, 3), uint8 or uint16, in order.

    At least one. Fewer where a file cannot be entered in so many places. Raises MediaError.
    """
    with VideoSource(path) as source:
        info = source.info
        model = colour_model(info.layout, info.tags, info.width, info.height)
        is_long = info.frames is not None and info.frames > SHORT
        found = [rgb_of(frame, model) for frame in _entered(source, most)] if is_long else []
        if len(found) > 1:
            return found
        if is_long:
            source.rewind()  # it can be entered at its beginning alone
        return [rgb_of(frame, model) for frame in _evenly(source, most)]


def _frames(source: VideoSource) -> Iterator[Any]:
    return (step.frame for step in source.steps() if step.frame is not None)


def _evenly(source: VideoSource, most: int) -> Iterator[Any]:
    """Every so many frames of the first ones: all of a short clip, or of one of unknown length."""
    count = min(source.info.frames or SHORT, SHORT)
    return islice(_frames(source), 0, SHORT, -(-count // most))


def _entered(source: VideoSource, most: int) -> Iterator[Any]:
    """The keyframes before evenly spread moments, each once."""
    last = None
    for index in range(most):
        if index:
            source.rewind(index / most)
        frame = next(_frames(source))
        if last is None or frame.pts > last:
            last = frame.pts
            yield frame
