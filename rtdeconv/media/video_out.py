"""A video file written from restored frames, with all else its source holds."""

from __future__ import annotations

import contextlib
import errno
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.media.encoders import quality_options, stored_format, video_encoder
from rtdeconv.media.files import cannot_write
from rtdeconv.media.pixel_formats import layout_of
from rtdeconv.media.side_streams import (
    copy_container_facts,
    copy_stream_facts,
    copy_streams,
    is_gap,
)
from rtdeconv.media.video_in import Step, VideoSource

_BT709 = 1
_RANGE_UNTOLD, _RANGE_LIMITED, _RANGE_FULL = 0, 1, 2
_HDR_FACTS = ("MASTERING_DISPLAY_METADATA", "CONTENT_LIGHT_LEVEL", "DYNAMIC_HDR_PLUS")


SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".webm")


def _check_suffix(name: Path) -> None:
    """Containers that keep time stamps, rotation and several streams in one file; no others."""
    if name.suffix.lower() not in SUFFIXES:
        raise ValueRefused(
            f"video is written as {', '.join(SUFFIXES)}, not {shown(name.name)}; rename the output"
        )


class VideoSink:
    """The output of one restored video; a context manager that finishes it or lets it go.

    Everything that can be refused is refused here, before a byte is written: ValueRefused for
    options, MediaError for files. ``losses`` says what the output could not take over. ``name``
    is what messages call the file, where ``path`` is a hidden one; ``size`` (width, height) is
    that of the frames to come, where it is not the source's.
    """

    def __init__(
        self,
        path: Path,
        source: VideoSource,
        *,
        codec: str | None = None,
        crf: float = 18,
        preset: str = "veryfast",
        name: str | None = None,
        size: tuple[int, int] | None = None,
    ) -> None:
        self.path = path
        self._name = name or str(path)
        _check_suffix(Path(self._name))
        width, height = size or (source.info.width, source.info.height)
        self._info = replace(source.info, width=width, height=height)
        self._refused_packets = 0
        encoder = video_encoder(codec, path)
        self._format = stored_format(encoder, self._info)
        self._container: Any = av.open(f"file:{path}", "w")
        try:
            self._stream = self._add_video(encoder.name, source, crf, preset)
            self._losses = self._take_over(source)
        except BaseException:
            self._abandon()
            raise

    def __enter__(self) -> VideoSink:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self._abandon()
            return
        try:
            self._container.mux(self._stream.encode(None))
            self._container.close()
        except av.FFmpegError as failure:
            self._abandon()
            raise cannot_write(self._name, failure) from failure
        except BaseException:
            self._abandon()
            raise

    def write(self, step: Step) -> None:
        """Encode a frame and copy the packets read before it; MediaError where that fails."""
        try:
            for packet in step.packets:
                self._copy(packet)
            if step.frame is not None:
                self._container.mux(self._stream.encode(self._ready(step.frame)))
        except av.FFmpegError as error:
            raise cannot_write(self._name, error) from error

    @property
    def losses(self) -> tuple[str, ...]:
        """What the output could not take over, one sentence each; final once all is written."""
        if not self._refused_packets:
            return self._losses
        said = f"{self._refused_packets} packets of sound or subtitles with impossible time stamps"
        return (*self._losses, said)

    def _copy(self, packet: Any) -> None:
        copy = self._copies.get(packet.stream_index)
        if copy is None or is_gap(packet):
            return
        if packet.dts is None:
            # Cover pictures have no time at all, and belong at the start.
            packet.pts = packet.dts = packet.pts or 0
        packet.stream = copy
        try:
            self._container.mux(packet)
        except av.FFmpegError as error:
            if error.errno != errno.EINVAL:
                raise
            self._refused_packets += 1

    def _abandon(self) -> None:
        # Closing writes the trailer; after a failure it may fail as well, and nobody keeps it.
        with contextlib.suppress(av.FFmpegError, ValueError):
            self._container.close()

    def _add_video(self, encoder: str, source: VideoSource, crf: float, preset: str) -> Any:
        info, given = self._info, source.stream
        try:
            stream = self._container.add_stream(encoder, rate=info.rate)
        except ValueError as error:
            suffix = self.path.suffix
            way = "another --codec" if suffix == ".mkv" else "another --codec or write .mkv"
            raise ValueRefused(
                f"a {suffix} file cannot hold codec {encoder} here; name {way}"
            ) from error
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = info.width, info.height, self._format
        context.time_base = stream.time_base = info.time_base
        if given.sample_aspect_ratio:
            context.sample_aspect_ratio = given.sample_aspect_ratio
        context.color_range, context.colorspace = self._range_and_matrix()
        context.color_trc, context.color_primaries = info.tags.transfer, info.tags.primaries
        context.flags |= av.codec.context.Flags.frame_duration
        context.options = quality_options(encoder, crf, preset)
        # PyAV asks for slices, each coded by a thread: x264 is a fifth faster by whole frames
        context.thread_type = "AUTO"
        try:
            context.open()
        except (av.FFmpegError, ValueError) as error:
            raise ValueRefused(
                f"codec {encoder} does not take {info.width}x{info.height} {self._format} with "
                f"time stamps in units of {info.time_base} s, crf {crf:g}; try another codec or crf"
            ) from error
        return stream

    def _range_and_matrix(self) -> tuple[int, int]:
        tags = self._info.tags
        if self._info.layout.kind == "rgb" and layout_of(self._format).kind == "yuv":
            return _RANGE_LIMITED, _BT709
        told = {None: _RANGE_UNTOLD, False: _RANGE_LIMITED, True: _RANGE_FULL}
        return told[tags.full_range], tags.matrix

    def _take_over(self, source: VideoSource) -> tuple[str, ...]:
        """Copy what surrounds the frames; returns what could not be."""
        copy_container_facts(source.container, self._container)
        copy_stream_facts(source.stream, self._stream)
        self._copies, losses = copy_streams(
            source.container, self._container, source.stream, source.early_packets
        )
        have, want = layout_of(self._format), self._info.layout
        if want.kind == "rgb" and have.kind == "yuv":
            losses.append(f"RGB was stored as {self._format}, BT.709 limited range")
        if want.alpha and not have.alpha:
            losses.append(f"the alpha channel: {self._stream.codec_context.name} stores none")
        return (*losses, *self._take_over_first_frame(source.first_frame))

    def _take_over_first_frame(self, frame: Any) -> list[str]:
        losses = []
        facts = {data.type.name: data for data in frame.side_data}
        if "DISPLAYMATRIX" in facts:
            # Nine native 32-bit fixed-point numbers: rotation and mirroring in one.
            matrix = np.frombuffer(facts["DISPLAYMATRIX"], np.int32)[:9].tolist()
            if hasattr(self._stream, "set_display_matrix"):
                self._stream.set_display_matrix(matrix)
            else:
                losses.append("the rotation mark: PyAV before 18 cannot write it")
        if any(name in facts for name in _HDR_FACTS):
            losses.append("the HDR mastering metadata; its colour tags are kept")
        if frame.interlaced_frame:
            losses.append("interlacing: both fields were filtered and stored as one frame")
        return losses

    def _ready(self, frame: Any) -> Any:
        """The frame in the stored format, with no picture type left from the source's encoder."""
        if frame.format.name != self._format:
            frame = self._converted(frame)
        frame.pict_type = 0
        frame.color_range, frame.colorspace = self._range_and_matrix()
        return frame

    def _converted(self, frame: Any) -> Any:
        if self._format == frame.format.name.replace("yuvj", "yuv"):
            # The same planes under another name: full range is said by the tag alone.
            renamed = av.VideoFrame(frame.width, frame.height, self._format)
            for new, old in zip(renamed.planes, frame.planes, strict=True):
                lines = np.frombuffer(old, np.uint8).reshape(old.height, old.line_size)
                np.frombuffer(new, np.uint8).reshape(new.height, new.line_size)[:, : new.width] = (
                    lines[:, : old.width]
                )
            renamed.pts, renamed.time_base, renamed.duration = (
                frame.pts,
                frame.time_base,
                frame.duration,
            )
            return renamed
        if self._range_and_matrix()[1] == _BT709 and self._info.layout.kind == "rgb":
            return frame.reformat(
                format=self._format,
                dst_colorspace="ITU709",
                dst_color_range="MPEG",
                interpolation="BICUBIC",
            )
        return frame.reformat(format=self._format)
