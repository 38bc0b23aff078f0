"""Frames from a file through a restoration into a file.

    decode, YUV -> RGB      restore                 add the change, encode, write
    (thread)            ->  (the calling thread) -> (thread)

The restoration stays in the calling thread because it may own a GL context. The queues between
the three hold a few frames, so memory does not grow with the clip.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import ValueRefused
from rtdeconv.media.colour import ColourModel, Scratch, add_change, colour_model, rgb_of
from rtdeconv.media.files import written_whole
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.media.video_in import Step, VideoSource
from rtdeconv.media.video_out import VideoSink

_QUEUED_FRAMES = 4

Pixels = npt.NDArray[Any]
Restore = Callable[[Pixels], Pixels]
Item = TypeVar("Item")


@dataclass(frozen=True)
class StreamReport:
    """What restoring a video did: frames written, wall-clock seconds, and what was lost.

    ``frames_lost``: frames of the input that could not be decoded. ``losses``: a sentence for
    everything the output does not hold though the input did, those frames included.
    """

    frames: int
    seconds: float
    frames_lost: int
    losses: tuple[str, ...]


class _Closed(Exception):
    """The other end of a channel has gone; the thread that meets it simply ends."""


class _Channel(Generic[Item]):
    """A queue of a few items between two threads, which either may fail or close."""

    def __init__(self) -> None:
        self._items: deque[Item] = deque()
        self._changed = threading.Condition()
        self._error: BaseException | None = None

    def put(self, item: Item) -> None:
        """Hand over an item, waiting for room; raises what the channel failed with."""
        with self._changed:
            while len(self._items) >= _QUEUED_FRAMES and self._error is None:
                self._changed.wait()
            self.raise_failure()
            self._items.append(item)
            self._changed.notify_all()

    def get(self) -> Item:
        """Take the oldest item, waiting for one; raises what the channel failed with."""
        with self._changed:
            while not self._items and self._error is None:
                self._changed.wait()
            self.raise_failure()
            item = self._items.popleft()
            self._changed.notify_all()
            return item

    def fail(self, error: BaseException) -> None:
        """Make both ends raise ``error`` from now on; the first failure stands."""
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()

    def raise_failure(self) -> None:
        """Raise what the channel failed with, if it did."""
        if self._error is not None:
            raise self._error


@dataclass(frozen=True)
class _Work:
    """One step on its way: its RGB before and after, None where the step has no frame."""

    step: Step
    before: Pixels | None
    after: Pixels | None


def restore_video(
    source_path: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    restore: Restore,
    *,
    light: str,
    codec: str | None = None,
    crf: float = 18,
    preset: str = "veryfast",
    on_progress: Callable[[int, int | None], None] | None = None,
) -> StreamReport:
    """Restore every frame of a video file into another; audio and the rest are copied.

    ``restore`` maps RGB (H, W, 3), uint8 or (deeper than 8 bits) uint16 over 0..65535, to the
    same shape and type; it is called in order, from the calling thread. ``light`` is what the
    filter works in: PQ and HLG sources take "encoded" only. ``on_progress`` gets frames done and
    an estimate of all. Raises MediaError or ValueRefused; then, as after Ctrl-C, no output is
    left and an existing file of that name stands.
    """
    began = time.perf_counter()
    with (
        VideoSource(source_path) as source,
        written_whole(target_path, source=source_path) as hidden,
    ):
        _refuse_hdr_light(source, light)
        info = source.info
        model = colour_model(info.layout, info.tags, info.width, info.height)
        name = os.fspath(target_path)
        with VideoSink(hidden, source, codec=codec, crf=crf, preset=preset, name=name) as sink:
            frames = _run(source, sink, model, restore, on_progress)
    return StreamReport(
        frames, time.perf_counter() - began, source.frames_lost, (*sink.losses, *source.losses)
    )


def video_frames(path: str | os.PathLike[str]) -> Iterator[Pixels]:
    """Every frame of a video file as RGB (H, W, 3), uint8 or uint16 over 0..65535."""
    with VideoSource(path) as source:
        info = source.info
        model = colour_model(info.layout, info.tags, info.width, info.height)
        for step in source.steps():
            if step.frame is not None:
                yield rgb_of(step.frame, model)


def restore_picture(
    source_path: str | os.PathLike[str], target_path: str | os.PathLike[str], restore: Restore
) -> None:
    """Restore a picture file into another, its metadata kept.

    ``restore`` takes grey (H, W), RGB (H, W, 3) or RGBA (H, W, 4) of uint8, uint16 or float32 and
    returns the same shape and type. Raises MediaError or ValueRefused, nothing being written.
    """
    picture = read_picture(source_path)
    pixels = _checked(picture.pixels, restore(picture.pixels))
    write_picture(target_path, Picture(pixels, picture.metadata), source=source_path)


def _refuse_hdr_light(source: VideoSource, light: str) -> None:
    tags = source.info.tags
    if light != "encoded" and (tags.is_pq or tags.is_hlg):
        curve = "PQ" if tags.is_pq else "HLG"
        raise ValueRefused(
            f"{curve} video is filtered in encoded light only, not {light!r}; "
            "add --light encoded to the design"
        )


def _checked(before: Pixels, after: Pixels) -> Pixels:
    if after.shape != before.shape or after.dtype != before.dtype:
        raise ValueRefused(
            f"a restoration must return {before.dtype} {before.shape}, "
            f"not {after.dtype} {after.shape}"
        )
    return np.ascontiguousarray(after)


def _run(
    source: VideoSource,
    sink: VideoSink,
    model: ColourModel,
    restore: Restore,
    on_progress: Callable[[int, int | None], None] | None,
) -> int:
    """Run the three stages to the end or the first failure; returns the frames written."""
    decoded: _Channel[_Work | None] = _Channel()
    restored: _Channel[_Work | None] = _Channel()
    threads = [
        threading.Thread(target=_decode, args=(source, model, decoded), daemon=True),
        threading.Thread(target=_encode, args=(sink, model, restored), daemon=True),
    ]
    frames = 0
    try:
        for thread in threads:
            thread.start()
        while (work := decoded.get()) is not None:
            if work.before is not None:
                after = _checked(work.before, restore(work.before))
                work = _Work(work.step, work.before, after)
                frames += 1
            restored.put(work)
            if work.before is not None and on_progress is not None:
                on_progress(frames, source.info.frames)
        restored.put(None)
        threads[1].join()
        restored.raise_failure()
    finally:
        # Ends both threads whatever happened here; after a good end they are gone already.
        for channel in (decoded, restored):
            channel.fail(_Closed())
        for thread in threads:
            if thread.ident is not None:
                thread.join()
    return frames


def _decode(source: VideoSource, model: ColourModel, decoded: _Channel[_Work | None]) -> None:
    try:
        for step in source.steps():
            before = None if step.frame is None else rgb_of(step.frame, model)
            decoded.put(_Work(step, before, None))
        decoded.put(None)
    except BaseException as error:
        decoded.fail(error)


def _encode(sink: VideoSink, model: ColourModel, restored: _Channel[_Work | None]) -> None:
    scratch: Scratch = {}
    try:
        while (work := restored.get()) is not None:
            if work.before is not None and work.after is not None:
                add_change(work.step.frame, work.before, work.after, model, scratch)
            sink.write(work.step)
    except BaseException as error:
        restored.fail(error)
