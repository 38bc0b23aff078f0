"""Cameras, by OpenCV, which knows them on every system."""

from __future__ import annotations

import sys
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourTags
from rtdeconv.media.feeds.shot import Shot, Turnstile, model_for
from rtdeconv.media.pixel_formats import PixelLayout

# Most cameras send 720p at 30 frames a second only as MJPEG, raw pictures far slower. A driver
# that cannot do it takes what it has.
_WANTED_CODE, _WANTED_WIDTH, _WANTED_HEIGHT = "MJPG", 1280, 720
_PROBED = 4
# Planes that are written in turn: one is on the screen, one waits to be, one is being taken over.
_RING = 4

_SYSFS = Path("/sys/class/video4linux")
_BGR = PixelLayout("rgb", 8, (1, 1), False, True)
_UNTAGGED = ColourTags(2, 2, 2, None)


class Camera:
    """Camera number ``index`` as the system counts them.

    Raises MediaError, with what was found instead, where there is none or another program has it.
    """

    pace: Literal["live"] = "live"

    def __init__(self, index: int) -> None:
        capture = _opened(index)
        if capture is None:
            found = ", ".join(cameras()) or "none"
            raise MediaError(
                f"there is no camera {index} here that opens; found: {found}; name a video file, "
                "a picture or a URL with --source"
            )
        title = _title(_SYSFS / f"video{index}") if sys.platform == "linux" else ""
        self.name = f"camera {index}" + (f" ({title})" if title else "")
        self._capture = capture
        self._turnstile = Turnstile(capture.release)
        self._bgr: npt.NDArray[Any] | None = None
        self._ring: deque[list[npt.NDArray[Any]]] = deque()

    def read(self) -> Shot | None:
        """The next frame; None once closed, MediaError where the camera has gone."""
        import cv2

        grabbed = self._turnstile.pass_through(self._capture.grab)
        arrived_s = time.perf_counter()
        got = grabbed and self._turnstile.pass_through(lambda: self._capture.retrieve(self._bgr))
        if grabbed is None or got is None:
            return None
        there, self._bgr = got or (False, None)
        if not there or self._bgr is None:
            raise MediaError(f"{self.name} broke off (unplugged, or taken by another program)")
        height, width = self._bgr.shape[:2]
        planes = self._next_planes((height, width))
        for channel, plane in enumerate(planes):
            cv2.extractChannel(self._bgr, 2 - channel, dst=plane)
        views = tuple(plane[:] for plane in planes)  # a shot may not be written, the ring is
        return Shot(views, model_for(_BGR, _UNTAGGED, width, height), arrived_s, None)

    def _next_planes(self, size: tuple[int, int]) -> list[npt.NDArray[Any]]:
        """Planes (h, w) for red, green and blue that no one looks at."""
        if not self._ring or self._ring[0][0].shape != size:
            sets = [[np.empty(size, np.uint8) for _ in range(3)] for _ in range(_RING)]
            self._ring = deque(sets)
        self._ring.rotate(-1)
        return self._ring[0]

    def rewound(self) -> bool:
        """False: what was shown is gone, or has to be asked for again."""
        return False

    def close(self) -> None:
        """Gives the camera back."""
        self._turnstile.close()


def cameras() -> list[str]:
    """What cameras are found here, such as "/dev/video0 (HD Webcam)".

    Linux tells without opening them; elsewhere the first few are tried.
    """
    if sys.platform == "linux":
        return [_described(place) for place in _sysfs_places()]
    found = []
    for index in range(_PROBED):
        if (capture := _opened(index)) is not None:
            capture.release()
            found.append(f"camera {index}")
    return found


def _sysfs_places() -> list[Path]:
    """The devices that give pictures: a camera's second one gives data about them."""
    places = [place for place in _SYSFS.glob("video*") if _text(place / "index") in ("0", "")]
    return sorted(places, key=lambda place: (len(place.name), place.name))


def _described(place: Path) -> str:
    title = _title(place)
    return f"/dev/{place.name}" + (f" ({title})" if title else "")


def _title(place: Path) -> str:
    return _text(place / "name")


def _text(path: Path) -> str:
    with suppress(OSError):
        return path.read_text(encoding="utf-8", errors="replace").strip()
    return ""


def _opened(index: int) -> Any | None:
    """The camera, None where it does not open. OpenCV's own warnings are kept off the terminal."""
    import cv2

    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        capture = cv2.VideoCapture(index)
    finally:
        cv2.utils.logging.setLogLevel(level)
    if not capture.isOpened():
        capture.release()
        return None
    capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*_WANTED_CODE))
    capture.set(cv2.CAP_PROP_FRAME_WIDTH, _WANTED_WIDTH)
    capture.set(cv2.CAP_PROP_FRAME_HEIGHT, _WANTED_HEIGHT)
    capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
    return capture
