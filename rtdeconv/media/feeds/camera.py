"""Cameras, by OpenCV, which knows them on every system."""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourTags
from rtdeconv.media.feeds.shot import Shot, Turnstile, model_for
from rtdeconv.media.pixel_formats import PixelLayout

# Most cameras send 720p at 30 frames a second only as MJPEG, raw pictures far slower. A driver
# that cannot do it takes what it has.
_WANTED_CODE, _WANTED_WIDTH, _WANTED_HEIGHT = "MJPG", 1280, 720
_PROBED = 4

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

    def read(self) -> Shot | None:
        """The next frame; None once closed, MediaError where the camera has gone."""
        import cv2

        got = self._turnstile.pass_through(self._capture.read)
        arrived_s = time.perf_counter()
        if got is None:
            return None
        there, bgr = got
        if not there:
            raise MediaError(f"{self.name} broke off (unplugged, or taken by another program)")
        height, width = bgr.shape[:2]
        blue, green, red = cv2.split(bgr)
        model = model_for(_BGR, _UNTAGGED, width, height)
        return Shot((red, green, blue), model, arrived_s, None)

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
