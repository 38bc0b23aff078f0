"""Frames of a live session into a video file, without the session ever waiting for it."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError, ValueRefused, shown
from rtdeconv.media.encoders import quality_options, video_encoder
from rtdeconv.media.files import cannot_write, written_whole

SUFFIXES = (".mp4", ".mkv")

_MOST_WAITING = 8
_MILLISECOND = Fraction(1, 1000)
_BT709, _LIMITED = 1, 1

Rgb = npt.NDArray[np.uint8]


class Recorder:
    """A context manager that writes RGB frames and their times as H.264 (crf 18, BT.709).

    ``path``: .mp4 or .mkv, there only when whole. ``size``: (width, height) of the video; an odd
    one loses its last column or row, which 4:2:0 cannot hold. ``rate``: frames per second that
    players are told; each frame keeps its own time. Ctrl-C finishes the video as the end does;
    any other exception leaves none, and neither does a recording without a frame.

    Raises ValueRefused for another suffix or a size under 2x2, MediaError where the file cannot
    be written. ``frames`` and ``dropped`` count what was written and what came too fast.
    """

    def __init__(self, path: str | Path, size: tuple[int, int], *, rate: int = 30) -> None:
        self.path = Path(path)
        if self.path.suffix.lower() not in SUFFIXES:
            raise ValueRefused(
                f"a recording is written as {' or '.join(SUFFIXES)}, not {shown(self.path.name)}; "
                "rename it"
            )
        if min(size) < 2:
            raise ValueRefused(
                f"a recording is at least 2x2 pixels, not {size[0]}x{size[1]}; take a larger source"
            )
        self.size = size[0] // 2 * 2, size[1] // 2 * 2
        self.frames = self.dropped = 0
        self._rate = rate
        self._waiting: deque[tuple[Any, float]] = deque()
        self._changed = threading.Condition()
        self._ending = False
        self._failure: BaseException | None = None

    def __enter__(self) -> Recorder:
        self._whole = written_whole(self.path)
        hidden = self._whole.__enter__()
        try:
            self._container: Any = av.open(f"file:{hidden}", "w")
            self._stream = self._add_video()
        except av.FFmpegError as error:
            self._discard(error)
            raise cannot_write(self.path, error) from error
        except BaseException as error:
            self._discard(error)
            raise
        self._thread = threading.Thread(target=self._encode, name="recorder", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        wanted = error is None or isinstance(error, KeyboardInterrupt)
        try:
            self._end(wanted=wanted)
            if wanted:
                self._raise_failure()
        except BaseException as failure:
            self._discard(failure)
            raise
        if wanted and self.frames:
            self._whole.__exit__(None, None, None)
        else:
            self._discard(error or MediaError("no frame was recorded"))

    def send(self, rgb: Rgb, at_s: float) -> None:
        """Takes a frame, (H, W, 3), shown at ``at_s`` seconds of any clock; never waits.

        A frame of another size is scaled into the video's, between black bars. The caller may
        draw over ``rgb`` afterwards. Raises MediaError where an earlier frame could not be
        written, ValueRefused for another shape or dtype.
        """
        if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
            raise ValueRefused(
                f"a recorded frame is (H, W, 3) of uint8, not {rgb.shape} of {rgb.dtype}; "
                "convert it first"
            )
        self._raise_failure()
        if len(self._waiting) >= _MOST_WAITING:
            self.dropped += 1
            return
        # this copies
        frame = av.VideoFrame.from_ndarray(_fitted(rgb, self.size), format="rgb24")
        with self._changed:
            self._waiting.append((frame, at_s))
            self._changed.notify_all()

    def _add_video(self) -> Any:
        encoder = video_encoder(None, self.path).name
        stream = self._container.add_stream(encoder, rate=self._rate)
        context = stream.codec_context
        context.width, context.height = self.size
        context.pix_fmt = "yuv420p"
        context.time_base = stream.time_base = _MILLISECOND
        context.color_range, context.colorspace = _LIMITED, _BT709
        context.color_trc, context.color_primaries = _BT709, _BT709
        context.options = quality_options(encoder, 18, "veryfast")
        return stream

    def _encode(self) -> None:
        began_s: float | None = None
        last_ms = -1
        try:
            while (item := self._next()) is not None:
                frame, at_s = item
                began_s = at_s if began_s is None else began_s
                last_ms = max(round(1000.0 * (at_s - began_s)), last_ms + 1)
                self._container.mux(self._stream.encode(_coded(frame, last_ms)))
                self.frames += 1
            if self.frames:
                self._container.mux(self._stream.encode(None))
                self._container.close()
        except BaseException as error:  # raised where frames are sent, and at the end
            self._failure = error

    def _next(self) -> tuple[Any, float] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._ending)
            return self._waiting.popleft() if self._waiting else None

    def _end(self, *, wanted: bool) -> None:
        with self._changed:
            if not wanted:
                self._waiting.clear()
            self._ending = True
            self._changed.notify_all()
        self._thread.join()

    def _discard(self, error: BaseException) -> None:
        """Closes and removes what was written."""
        with contextlib.suppress(av.FFmpegError, ValueError, AttributeError):
            self._container.close()
        self._whole.__exit__(type(error), error, error.__traceback__)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise cannot_write(self.path, self._failure) from self._failure


def _coded(frame: Any, at_ms: int) -> Any:
    coded = frame.reformat(
        format="yuv420p",
        dst_colorspace="ITU709",
        dst_color_range="MPEG",
        interpolation="BICUBIC",
    )
    coded.pts, coded.time_base = at_ms, _MILLISECOND
    coded.color_range, coded.colorspace = _LIMITED, _BT709
    return coded


def _fitted(rgb: Rgb, size: tuple[int, int]) -> Rgb:
    """The frame at ``size``: as it is but for an odd last row or column, or between black bars."""
    import cv2

    width, height = size
    have_height, have_width = rgb.shape[:2]
    if (have_width // 2 * 2, have_height // 2 * 2) == size:
        return np.ascontiguousarray(rgb[:height, :width])
    scale = min(width / have_width, height / have_height)
    inner = max(round(have_width * scale), 1), max(round(have_height * scale), 1)
    shrinks = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (width - inner[0]) // 2, (height - inner[1]) // 2
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(
        rgb, inner, interpolation=shrinks
    )
    return canvas
