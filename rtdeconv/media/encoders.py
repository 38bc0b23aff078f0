"""Encoders by name: their pixel formats and the options that carry quality and speed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import av
import av.codec

from rtdeconv.errors import ValueRefused, shown, unknown_name
from rtdeconv.media.pixel_formats import layout_of, storable_format
from rtdeconv.media.video_in import VideoInfo

PRESETS = (
    "ultrafast",
    "superfast",
    "veryfast",
    "faster",
    "fast",
    "medium",
    "slow",
    "slower",
    "veryslow",
)
_PER_SUFFIX = {".webm": "libvpx-vp9"}
_DEFAULT = "libx264"

# These have no crf; they take FFmpeg's quantiser, 1 (best) to 31. What is in neither list is
# lossless, as ffv1, or has one quality of its own, as ProRes.
_BY_QUANTISER = ("mpeg4", "mjpeg", "mpeg1video", "mpeg2video")


def video_encoder(name: str | None, target: Path) -> Any:
    """The encoder called ``name`` (None: H.264, or VP9 for .webm).

    Raises ValueRefused for a name FFmpeg does not know, or that is no video encoder here.
    """
    wanted = name or _PER_SUFFIX.get(target.suffix.lower(), _DEFAULT)
    try:
        codec = av.Codec(wanted, "w")
    except (ValueError, av.FFmpegError) as error:
        raise unknown_name("video codec", wanted, _encoder_names()) from error
    if codec.type != "video":
        raise ValueRefused(f"codec {shown(wanted)} is for {codec.type}; name a video codec")
    return codec


def _encoder_names() -> list[str]:
    names = []
    for name in av.codec.codecs_available:
        try:
            codec = av.Codec(name, "w")
        except (ValueError, av.FFmpegError):
            continue
        if codec.type == "video":
            names.append(name)
    return names


def stored_format(codec: Any, info: VideoInfo) -> str:
    """The pixel format ``codec`` stores the video in; never less depth or chroma than it has.

    Raises ValueRefused where the codec has none, or cannot take an odd size in it.
    """
    offered = [item.name for item in codec.video_formats or []]
    # An encoder that lists nothing takes what it is given, or refuses when it is opened.
    chosen = storable_format(info.pixel_format, offered) if offered else info.pixel_format
    if chosen is None:
        raise ValueRefused(
            f"codec {codec.name} cannot hold {info.pixel_format} ({info.layout.depth} bits) "
            "without losing depth or chroma; name another, for example --codec ffv1 into .mkv"
        )
    across, down = layout_of(chosen).chroma
    odd = info.width % across or info.height % down
    if odd and codec.name in ("libx264", "libx265"):
        raise ValueRefused(
            f"codec {codec.name} needs sizes that {across}x{down} divides in {chosen}, not "
            f"{info.width}x{info.height}; crop the input, or use --codec ffv1 into .mkv "
            "or --codec libvpx-vp9"
        )
    return chosen


def quality_options(name: str, crf: float, preset: str) -> dict[str, str]:
    """Encoder options for a constant quality ``crf`` and a speed in x264's words.

    ``crf`` is the encoder's own scale (larger: smaller file, worse picture). VP9 and AV1 get
    their own nearest speed, MPEG-4 and older a matching quantiser, the rest neither.
    """
    if not 0 <= crf <= 63:
        raise ValueRefused(f"crf must lie in 0..63, not {crf:g}; 18 is visually lossless in H.264")
    if preset not in PRESETS:
        raise unknown_name("preset", preset, PRESETS)
    speed = len(PRESETS) - 1 - PRESETS.index(preset)
    if name in ("libx264", "libx264rgb"):
        return {"crf": f"{crf:g}", "preset": preset}
    if name == "libx265":
        # x265 prints to the terminal by itself unless told not to.
        return {"crf": f"{crf:g}", "preset": preset, "x265-params": "log-level=none"}
    if name == "libvpx-vp9":
        return {"crf": f"{crf:g}", "deadline": "good", "cpu-used": str(speed), "row-mt": "1"}
    if name == "libsvtav1":
        # SVT prints its banner by itself; level 1 leaves errors.
        os.environ.setdefault("SVT_LOG", "1")
        return {"crf": f"{crf:g}", "preset": str(4 + speed)}
    if name in _BY_QUANTISER:
        quantiser = str(max(round(crf / 2), 1))
        return {"qmin": quantiser, "qmax": quantiser}
    if name == "libvpx":
        raise ValueRefused("codec libvpx (VP8) has no constant quality; use --codec libvpx-vp9")
    return {}
