"""Servers that send test pictures, always ended, and feeds made of numbers."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourTags
from rtdeconv.media.feeds import Feed, Pace, Shot, open_feed
from rtdeconv.media.feeds.shot import model_for
from rtdeconv.media.pixel_formats import layout_of

FFMPEG = ["ffmpeg", "-nostdin", "-v", "error", "-y"]


def free_port() -> int:
    """A TCP port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    """ffmpeg with these arguments, killed in the end."""
    process = subprocess.Popen([*FFMPEG, *words], stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def camera_words(url: str, *, size: str = "640x360", rate: int = 30) -> list[str]:
    """Arguments of a paced MJPEG camera behind ``url``."""
    given = ["-re", "-f", "lavfi", "-i", f"testsrc2=s={size}:r={rate}"]
    return [*given, *"-c:v mjpeg -q:v 3 -f mpjpeg -listen 1".split(), url]


def pictures(path: Path, *sizes: str, seconds: float = 0.5) -> Path:
    """Motion JPEG of testsrc2, one piece of video after another, a size each."""
    whole = b""
    for size in sizes:
        given = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r=30", "-t", str(seconds)]
        words = [*FFMPEG, *given, *"-c:v mjpeg -q:v 3 -f mjpeg".split(), str(path)]
        subprocess.run(words, check=True)
        whole += path.read_bytes()
    path.write_bytes(whole)
    return path


def opened_soon(source: str, timeout_s: float = 5.0) -> Feed:
    """The feed, as soon as its server is there."""
    deadline_s = time.perf_counter() + timeout_s
    while True:
        try:
            return open_feed(source)
        except MediaError:
            if time.perf_counter() > deadline_s:
                raise
            time.sleep(0.02)


def until(holds: Callable[[], bool], timeout_s: float = 8.0) -> None:
    """Waits until it holds; fails after ``timeout_s``."""
    deadline_s = time.perf_counter() + timeout_s
    while not holds():
        assert time.perf_counter() < deadline_s, "it never happened"
        time.sleep(0.005)


def rgb_of_shot(shot: Shot) -> np.ndarray:
    """The shot as RGB by its own model, chroma interpolated as for files."""
    width, height = shot.size
    full = [
        plane
        if plane.shape == (height, width)
        else cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)
        for plane in shot.planes
    ]
    return cv2.transform(cv2.merge(full), shot.model.to_rgb)


def shot_numbered(number: int, *, stamp_s: float | None = None, passed: int = 0) -> Shot:
    """A grey frame of 2x2 pixels that carries a number."""
    plane = np.full((2, 2), number % 256, np.uint8)
    model = model_for(layout_of("gray"), ColourTags(2, 2, 2, True), 2, 2)
    return Shot((plane,), model, time.perf_counter(), stamp_s, passed)


class Scripted:
    """A feed that hands over what it was given: shots, and refusals to raise."""

    name = "script"

    def __init__(
        self,
        items: Iterator[Shot | MediaError],
        pace: Pace = "file",
        before: Callable[[], None] = lambda: None,
    ) -> None:
        self.pace = pace
        self.closed = 0
        self._items, self._before = items, before

    def read(self) -> Shot | None:
        self._before()
        item = next(self._items, None)
        if isinstance(item, MediaError):
            raise item
        return item

    def rewound(self) -> bool:
        return False

    def close(self) -> None:
        self.closed += 1
