"""Pictures and frames from a file through a restoration into a file."""

from rtdeconv.stream.pictures import on_luma, restore_picture
from rtdeconv.stream.spread import spread_frames
from rtdeconv.stream.videos import OnProgress, StreamReport, restore_video, video_frames
from rtdeconv.stream.ways import (
    FrameWay,
    LumaWay,
    Restore,
    RestoreInto,
    RgbWay,
    WayOf,
    anywhere,
    luma_codes,
)

__all__ = [
    "FrameWay",
    "LumaWay",
    "OnProgress",
    "Restore",
    "RestoreInto",
    "RgbWay",
    "StreamReport",
    "WayOf",
    "anywhere",
    "luma_codes",
    "on_luma",
    "restore_picture",
    "restore_video",
    "spread_frames",
    "video_frames",
]
