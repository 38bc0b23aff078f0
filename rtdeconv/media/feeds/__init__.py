"""Where live frames come from: cameras, network streams, video files, pictures."""

from __future__ import annotations

import re
from pathlib import Path

from rtdeconv.media.feeds.camera import Camera, cameras
from rtdeconv.media.feeds.files import Still, VideoFile
from rtdeconv.media.feeds.shot import Feed, Pace, Shot
from rtdeconv.media.feeds.stream import Stream
from rtdeconv.media.pictures import is_picture

__all__ = ["Feed", "Pace", "Shot", "cameras", "open_feed"]


def open_feed(source: str) -> Feed:
    """Opens a camera (its number, or /dev/video0), a URL, a pipe, a picture or a video file.

    Raises MediaError where nothing of that name gives pictures.
    """
    number = re.fullmatch(r"(?:/dev/video)?([0-9]{1,4})", source)
    if number:
        return Camera(int(number[1]))
    if "://" in source:
        return Stream(source)
    if _flows(source):
        return Stream(f"file:{source}")
    return Still(source) if is_picture(source) else VideoFile(source)


def _flows(source: str) -> bool:
    """Whether it is a pipe or a device, whose frames come when they come."""
    try:
        place = Path(source)
        return place.is_fifo() or place.is_char_device()
    except (OSError, ValueError):
        return False
