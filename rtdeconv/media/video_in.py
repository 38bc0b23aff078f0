"""A video file read to its end, broken packets and all."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from types import TracebackType
from typing import Any

import av

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourTags, tags_of
from rtdeconv.media.files import cannot_read, cause, existing_file
from rtdeconv.media.pixel_formats import PixelLayout, layout_of, working_format
from rtdeconv.media.tally import Tally

# Packets of other streams handed over at once: bounds memory where a file stores them apart.
_MOST_PACKETS = 256
# Packets of these may hold a frame that is never shown, or none; that is not a lost frame.
_HIDES_FRAMES = {"vp8", "mpeg4"}
# Headers and packets round times to 1 ms, and the last packet may not know its duration.
_SHORT_S = 0.25
# FFmpeg shows text files as typed on a terminal; nobody means that by a video.
_NOT_VIDEO = {"tty"}


@dataclass(frozen=True)
class VideoInfo:
    """What is known of a video before it is read.

    ``pixel_format`` is planar: what frames are worked on in. ``rate`` is the average in frames/s,
    ``frames`` an estimate (None: unknown), ``time_base`` the seconds of one time stamp unit.
    """

    width: int
    height: int
    pixel_format: str
    layout: PixelLayout
    tags: ColourTags
    time_base: Fraction
    rate: Fraction
    frames: int | None


@dataclass(frozen=True)
class Step:
    """A decoded frame (None at the end) and the packets of other streams read before it."""

    frame: Any
    packets: list[Any]


class VideoSource:
    """The first video stream of a file, with every other stream's packets; a context manager.

    Raises MediaError where there is no such file, no video in it, or no frame can be decoded.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = existing_file(path, "video")
        self._tally = Tally()
        try:
            # The prefix keeps FFmpeg from reading "concat:..." or "http:..." into a file's name.
            self.container: Any = av.open(f"file:{self.path}", metadata_errors="replace")
        except (av.FFmpegError, UnicodeError) as error:
            unknown = isinstance(error, (av.InvalidDataError, UnicodeError))
            why = "it is no video, or its index is cut off" if unknown else cause(error)
            raise self._unreadable(why) from error
        try:
            self.stream = self._choose_stream()
            self._steps = self._read()
            self._first = self._first_step()
            self.info = self._describe(self._first.frame)
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> VideoSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.container.close()

    @property
    def first_frame(self) -> Any:
        """The first decoded frame: the one that tells rotation, interlacing and HDR metadata."""
        return self._first.frame

    @property
    def early_packets(self) -> list[Any]:
        """Packets of other streams that were read before the first frame."""
        return self._first.packets

    @property
    def frames_lost(self) -> int:
        """Frames that the file promises and nobody can decode; final once ``steps`` has ended."""
        tally = self._tally
        silent = tally.packets - tally.frames
        context = self.stream.codec_context
        # an interlaced frame may come in two packets
        whole = not self.first_frame.interlaced_frame
        countable = whole and context.name not in _HIDES_FRAMES
        missing = max(silent, 0) if countable else tally.broken
        promised = self.stream.frames if countable else 0
        return missing + max(promised - tally.packets - tally.trimmed, 0)

    @property
    def losses(self) -> tuple[str, ...]:
        """What reading lost, one sentence each; final once ``steps`` has ended."""
        return self._tally.losses(self.frames_lost)

    def rewind(self, share: float = 0.0) -> None:
        """Back to the beginning, or to the keyframe before a ``share`` (0..1) of the duration:
        `steps` may be called once more, and counts anew. MediaError where that cannot be read."""
        begin, duration = self.container.start_time or 0, self.container.duration or 0
        try:
            self.container.seek(begin + int(share * duration))
        except av.FFmpegError as error:
            raise self._unreadable(cause(error)) from error
        self.stream.codec_context.flush_buffers()
        self._tally = Tally()
        self._steps = self._read()
        self._first = self._first_step()

    def steps(self) -> Iterator[Step]:
        """Every frame in order of display, with the other streams' packets; call once.

        Frames are writable, in ``info.pixel_format``, their time stamps strictly rising.
        """
        last: int | None = None
        for step in itertools.chain([self._first], self._steps):
            if step.frame is None:
                yield step
                continue
            frame = self._in_working_format(step.frame)
            last = self._stamped(frame, last)
            yield Step(frame, step.packets)

    def _read(self) -> Iterator[Step]:
        """Frames as the decoder gives them; nothing it says of one packet stops the next."""
        others: list[Any] = []
        try:
            for packet in self.container.demux():
                if packet.pts is not None:
                    end = float((packet.pts + (packet.duration or 0)) * packet.time_base)
                    self._tally.reached_s = max(self._tally.reached_s, end)
                if packet.stream_index != self.stream.index:
                    # The demuxer ends each stream with an empty packet; a muxer wants none.
                    if packet.size:
                        others.append(packet)
                    if len(others) >= _MOST_PACKETS:
                        yield Step(None, others)
                        others = []
                    continue
                if packet.size == 0:
                    continue
                for frame in self._decoded(packet):
                    yield Step(frame, others)
                    others = []
        except av.FFmpegError:
            self._tally.ended_early = True
        for frame in self._drained():
            yield Step(frame, others)
            others = []
        self._tally.ended_early |= self._stops_short()
        yield Step(None, others)

    def _stops_short(self) -> bool:
        """Whether a Matroska file ends before the time in its header; others count frames."""
        container = self.container
        if "matroska" not in container.format.name or not container.duration:
            return False
        promised = ((container.start_time or 0) + container.duration) / av.time_base
        return bool(promised - self._tally.reached_s > _SHORT_S)

    def _decoded(self, packet: Any) -> list[Any]:
        tally = self._tally
        if packet.is_discard:
            tally.trimmed += 1
        else:
            tally.packets += 1
        try:
            frames: list[Any] = self.stream.codec_context.decode(packet)
        except av.FFmpegError:
            tally.broken += 1
            return []
        return self._counted(frames)

    def _drained(self) -> Iterator[Any]:
        """The frames the decoder still holds at the end; it may stumble over several."""
        for _ in range(_MOST_PACKETS):
            try:
                yield from self._counted(self.stream.codec_context.decode(None))
                return
            except av.EOFError:
                return
            except av.FFmpegError:
                self._tally.broken += 1

    def _counted(self, frames: list[Any]) -> list[Any]:
        self._tally.frames += len(frames)
        self._tally.damaged += sum(frame.is_corrupt for frame in frames)
        return frames

    def _in_working_format(self, frame: Any) -> Any:
        info = self.info
        if (frame.width, frame.height) != (info.width, info.height):
            sizes = f"{info.width}x{info.height} to {frame.width}x{frame.height}"
            why = f"its size changes from {sizes}; split it there first"
            raise cannot_read("video", self.path, why)
        # Frames that the decoder held to the end come without their unit of time.
        frame.time_base = info.time_base
        if frame.format.name != info.pixel_format:
            return frame.reformat(format=info.pixel_format)
        # Decoders predict from the frames they hand out: write on a copy where it is shared.
        frame.make_writable()
        return frame

    def _stamped(self, frame: Any, last: int | None) -> int:
        """Give the frame a time stamp later than ``last`` where it has none; returns it."""
        step = max(round(1 / (self.info.rate * self.info.time_base)), 1)
        if frame.pts is None:
            frame.pts = 0 if last is None else last + step
        elif last is not None and frame.pts <= last:
            frame.pts = last + 1
            self._tally.retimed += 1
        return int(frame.pts)

    def _unreadable(self, why: str) -> MediaError:
        return cannot_read("video", self.path, f"{why}; check that it plays elsewhere")

    def _choose_stream(self) -> Any:
        if self.container.format.name in _NOT_VIDEO:
            raise self._unreadable("it is a text, not a video")
        for stream in self.container.streams.video:
            if stream.disposition & av.stream.Disposition.attached_pic:
                continue
            if stream.codec_context is None:
                raise self._unreadable("its video codec is unknown")
            stream.thread_type = "AUTO"
            return stream
        raise self._unreadable("it has no video stream")

    def _first_step(self) -> Step:
        early: list[Any] = []
        for step in self._steps:
            early += step.packets
            if step.frame is not None:
                return Step(step.frame, early)
        raise self._unreadable("none of its frames can be decoded")

    def _describe(self, frame: Any) -> VideoInfo:
        stream = self.stream
        rate = stream.average_rate or stream.guessed_rate or Fraction(25)
        span = stream.duration * stream.time_base if stream.duration else None
        if span is None and self.container.duration:
            span = Fraction(self.container.duration, av.time_base)
        estimate = stream.frames or (round(span * rate) if span else None)
        work = working_format(frame.format.name)
        return VideoInfo(
            frame.width,
            frame.height,
            work,
            layout_of(work),
            tags_of(frame),
            stream.time_base,
            rate,
            estimate,
        )
