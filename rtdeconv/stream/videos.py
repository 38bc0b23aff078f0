"""A video from a file through a way of restoring frames into a file.

    decode, take            restore                 put back, encode, write
    (thread)            ->  (the calling thread) -> (thread)

The restoration stays in the calling thread because it may own a GL context. The queues between
the three hold a few frames, so memory does not grow with the clip.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from rtdeconv.media.beside import Side, doubled, doubled_size, put_second, side_of_frame
from rtdeconv.media.colour import colour_model, rgb_of
from rtdeconv.media.files import written_whole
from rtdeconv.media.video_in import Step, VideoSource
from rtdeconv.media.video_out import VideoSink
from rtdeconv.stream.channel import Channel, Closed
from rtdeconv.stream.ways import FrameWay, Pixels, WayOf

OnProgress = Callable[[int, int | None], None]
"""Gets the frames done and an estimate of all, None where nobody knows."""


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


@dataclass(frozen=True)
class _Work:
    """One step on its way, with what was taken of its frame and what became of it."""

    step: Step
    given: Any = None
    result: Any = None


def restore_video(
    source_path: str | os.PathLike[str],
    target_path: str | os.PathLike[str],
    way_of: WayOf,
    *,
    compare: bool = False,
    codec: str | None = None,
    crf: float = 18,
    preset: str = "veryfast",
    on_progress: OnProgress | None = None,
) -> StreamReport:
    """Restore every frame of a video file into another; audio and the rest are copied.

    ``way_of`` makes the way of restoring (`rtdeconv.stream.ways`) once the video is known. Frames
    come in order, to ``restored`` in the calling thread. ``compare`` writes the input's frames and
    the restored ones beside each other, as they are shown. Raises MediaError or ValueRefused;
    then, as after Ctrl-C, no output is left and an existing file of that name stands.
    """
    began = time.perf_counter()
    with (
        VideoSource(source_path) as source,
        written_whole(target_path, source=source_path) as hidden,
    ):
        info = source.info
        side = side_of_frame(source.first_frame) if compare else None
        size = doubled_size(info.width, info.height, info.layout, side) if side else None
        options: dict[str, Any] = {"codec": codec, "crf": crf, "preset": preset, "size": size}
        name = os.fspath(target_path)
        with VideoSink(hidden, source, name=name, **options) as sink:
            frames = _Pipeline(source, sink, way_of(info), side).run(on_progress)
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


class _Pipeline:
    """The three stages of one video."""

    def __init__(
        self, source: VideoSource, sink: VideoSink, way: FrameWay, side: Side | None
    ) -> None:
        self._source, self._sink, self._way, self._side = source, sink, way, side
        self._decoded: Channel[_Work | None] = Channel()
        self._restored: Channel[_Work | None] = Channel()

    def run(self, on_progress: OnProgress | None) -> int:
        """Run them to the end or the first failure; returns the frames written."""
        threads = [
            threading.Thread(target=stage, daemon=True) for stage in (self._decode, self._encode)
        ]
        frames = 0
        try:
            for thread in threads:
                thread.start()
            while (work := self._decoded.get()) is not None:
                if work.step.frame is None:
                    self._restored.put(work)
                    continue
                result = self._way.restored(work.given)
                self._restored.put(_Work(work.step, work.given, result))
                frames += 1
                if on_progress is not None:
                    on_progress(frames, self._source.info.frames)
            self._restored.put(None)
            threads[1].join()
            self._restored.raise_failure()
        finally:
            # Ends both threads whatever happened here; after a good end they are gone already.
            for channel in (self._decoded, self._restored):
                channel.fail(Closed())
            for thread in threads:
                if thread.ident is not None:
                    thread.join()
        return frames

    def _decode(self) -> None:
        try:
            for step in self._source.steps():
                given = None if step.frame is None else self._way.taken(step.frame)
                self._decoded.put(_Work(step, given))
            self._decoded.put(None)
        except BaseException as error:
            self._decoded.fail(error)

    def _encode(self) -> None:
        try:
            while (work := self._restored.get()) is not None:
                self._sink.write(work.step if work.step.frame is None else self._finished(work))
        except BaseException as error:
            self._restored.fail(error)

    def _finished(self, work: _Work) -> Step:
        """The step with its frame restored."""
        frame = work.step.frame
        if self._side is None:
            self._way.put_back(frame, work.given, work.result)
            return work.step
        both = doubled(frame, self._side)
        self._way.put_back(frame, work.given, work.result)
        put_second(frame, both, self._side)
        return Step(both, work.step.packets)
