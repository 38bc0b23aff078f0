"""Network streams, pipes and capture devices, read to the newest frame.

    packets as they come     the newest frame
    (a thread that waits) -> (the reader: decodes what has come)

The two are apart so that a packet's time of arrival is true while an earlier one is decoded, and
so that closing need not wait for a network that is silent.
"""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import Any

import av
from av.codec.context import Flags

from rtdeconv.errors import MediaError
from rtdeconv.media.feeds.shot import Pace, Shot, shot_of
from rtdeconv.media.files import cannot_read, cause

_OPEN_TIMEOUT_S = 5.0
_READ_TIMEOUT_S = 2.0
_LET_GO_S = 1.0
# FFmpeg's own bounds, 5 MB, 5 s and 20 frames to find the rate, are for files. What is read
# here is kept and decoded, so that a first key frame is not lost.
_OPTIONS = {
    "probesize": "500000",
    "analyzeduration": "500000",
    "fpsprobesize": "0",
    "rtsp_transport": "tcp",
}
# Beyond this the network has to wait: bounds memory where no key frame ever comes.
_MOST_WAITING = 256
# Formats without time stamps: FFmpeg counts 25 frames to the second, whatever the camera does.
_COUNTED = {"mpjpeg", "mjpeg", "image2pipe", "jpeg_pipe", "h264", "hevc"}


class Stream:
    """A stream by URL, or by ``file:`` and the name of a pipe or device.

    A stream of known length is a file behind a URL: nothing of it is skipped. Of any other, a read
    gives the newest frame that has come. Raises MediaError where it does not open.
    """

    def __init__(self, source: str) -> None:
        self.name = _without_password(source.removeprefix("file:"))
        self._container = _opened(source, self.name)
        self._stream = _video_of(self._container, self.name)
        self.pace: Pace = "file" if self._container.duration else "live"
        self._decoder = _decoder_of(self._stream, self.pace)
        self._unit_s = self._stream.time_base
        self._stamped = self._container.format.name not in _COUNTED
        self._frames: list[Any] = []
        self._packets: deque[Any] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._end: str | None = None
        self._fetching = threading.Thread(
            target=self._fetch, name=f"packets of {self.name}", daemon=True
        )
        self._fetching.start()

    def read(self) -> Shot | None:
        """The newest frame, waited for; None at the end of a file and once closed.

        Raises MediaError where the stream ends, breaks off or is silent for 2 s.
        """
        # What comes before the first frame of all is all decoded, and not counted: MJPEG's decoder
        # takes a first picture lower than its header promised for half of an interlaced one.
        going, passed = self._decoder.is_open, 0
        while not self._frames:
            packets = self._waited_for()
            if not packets and not self._held_to_the_end():
                return None
            if self.pace == "live" and going:
                packets, left_out = _from_newest_key(packets)
                if left_out:
                    self._decoder.flush_buffers()
                passed += left_out
            for packet in packets:
                self._frames.extend(self._decoded(packet))
        if self.pace == "live":
            passed += len(self._frames) - 1 if going else 0
            self._frames = self._frames[-1:]
        frame = self._frames.pop(0)
        # frames that the decoder held to the end come without their unit of time
        known = self._stamped and frame.pts is not None
        stamp_s = float(frame.pts * self._unit_s) if known else None
        return shot_of(frame, frame.opaque, stamp_s, passed)

    def rewound(self) -> bool:
        """False: what was shown is gone, or has to be asked for again."""
        return False

    def close(self) -> None:
        """Ends a waiting `read` at once; the connection ends when the network next lets go, which
        is waited for: an interpreter that ends while FFmpeg reads may crash."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if threading.current_thread() is not self._fetching:
            self._fetching.join(_LET_GO_S)

    def _waited_for(self) -> list[Any]:
        """What has come, one packet at a time of a file; empty when nothing more will come."""
        with self._changed:
            self._changed.wait_for(lambda: self._packets or self._closed or self._end is not None)
            count = 0 if self._closed else len(self._packets)
            taken = min(count, 1) if self.pace == "file" else count
            packets = [self._packets.popleft() for _ in range(taken)]
            self._changed.notify_all()
        return packets

    def _held_to_the_end(self) -> bool:
        """Whether the decoder of a file still held frames; raises MediaError where it broke."""
        if self._closed:
            return False
        if self.pace == "live" or self._end:
            raise MediaError(f"{self.name} broke off ({self._end or 'the stream ended'})")
        self._frames.extend(self._decoded(None))
        return bool(self._frames)

    def _decoded(self, packet: Any) -> list[Any]:
        try:
            frames: list[Any] = self._decoder.decode(packet)
        except av.FFmpegError:
            return []  # a damaged packet; a later one may be whole
        return frames

    def _fetch(self) -> None:
        end = ""
        try:
            for packet in self._container.demux(self._stream):
                packet.opaque = time.perf_counter()  # copied to the frame that comes of it
                if packet.size and not self._handed_over(packet):
                    break
        except av.FFmpegError as error:
            end = _why(error)
        finally:
            with self._changed:
                self._end = end
                self._changed.notify_all()
            self._container.close()

    def _handed_over(self, packet: Any) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._packets) < _MOST_WAITING)
            self._packets.append(packet)
            self._changed.notify_all()
            return not self._closed


def _from_newest_key(packets: list[Any]) -> tuple[list[Any], int]:
    """What is needed to decode the newest frame, and how many packets are not.

    Everything from the newest key frame on; all of it where none has come, because those frames
    build on ones decoded before.
    """
    keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
    first = keys[-1] if keys else 0
    return packets[first:], first


def _opened(source: str, name: str) -> Any:
    """In a thread of its own: Ctrl-C would wait for a silent server, and for ever for a pipe."""
    opened: Future[Any] = Future()

    def open_() -> None:
        try:
            opened.set_result(
                av.open(
                    source,
                    options=dict(_OPTIONS),
                    timeout=(_OPEN_TIMEOUT_S, _READ_TIMEOUT_S),
                    metadata_errors="replace",
                )
            )
        except BaseException as error:
            opened.set_exception(error)

    threading.Thread(target=open_, name=f"opening {name}", daemon=True).start()
    try:
        return opened.result()
    except (av.FFmpegError, ValueError) as error:
        why = f"{_why(error)}; check the address and that something is sent there"
        raise cannot_read("stream", name, why) from error


def _video_of(container: Any, name: str) -> Any:
    streams = [one for one in container.streams.video if one.codec_context is not None]
    if not streams:
        container.close()
        raise cannot_read("stream", name, "no video is in it; name another")
    return streams[0]


def _decoder_of(stream: Any, pace: Pace) -> Any:
    # Threads that each decode a frame hold as many frames back.
    stream.thread_type = "AUTO" if pace == "file" else "SLICE"
    decoder = stream.codec_context
    decoder.flags |= Flags.copy_opaque
    if pace == "live":
        decoder.flags |= Flags.low_delay
    return decoder


def _why(error: Exception) -> str:
    if isinstance(error, av.ExitError):
        return "nothing came in time"
    if isinstance(error, av.InvalidDataError):
        return "what comes is cut off or no video"
    return cause(error)


def _without_password(source: str) -> str:
    return re.sub(r"//[^/@]*@", "//", source)
