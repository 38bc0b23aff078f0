"""Small synthetic clips, written with PyAV, and what tests read back from a video file."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

MILLISECOND = Fraction(1, 1000)
BT709_LIMITED = {"colorspace": 1, "color_range": 1, "color_trc": 1, "color_primaries": 1}
BT2020_PQ = {"colorspace": 9, "color_range": 1, "color_trc": 16, "color_primaries": 9}
BT601_FULL = {"colorspace": 6, "color_range": 2, "color_trc": 6, "color_primaries": 6}


@dataclass(frozen=True)
class Clip:
    """What a clip is made of; ``times_ms`` are the frames' time stamps."""

    size: tuple[int, int] = (64, 48)
    pixel_format: str = "yuv420p"
    codec: str = "libx264"
    options: dict[str, str] = field(default_factory=lambda: {"crf": "10", "g": "4"})
    times_ms: tuple[int, ...] = tuple(range(0, 480, 40))
    tags: dict[str, int] = field(default_factory=dict)
    audio: str | None = "aac"
    subtitles: str | None = None
    chapters: tuple[tuple[int, int, str], ...] = ()
    rotation: int | None = None
    title: str = "A clip"


def write_clip(path: Path, clip: Clip) -> Path:
    """Write ``clip`` to ``path`` and return the path."""
    with av.open(str(path), "w") as out:
        video = _add_video(out, clip)
        audio = out.add_stream(clip.audio, rate=48000) if clip.audio else None
        if audio is not None:
            audio.metadata["language"] = "deu"
        text = _add_subtitles(out, clip.subtitles) if clip.subtitles else None
        out.metadata["title"] = clip.title
        out.set_chapters([_chapter(index, *entry) for index, entry in enumerate(clip.chapters, 1)])
        for index, time_ms in enumerate(clip.times_ms):
            out.mux(video.encode(_frame(clip, index, time_ms)))
            if audio is not None:
                out.mux(audio.encode(_tone(index)))
        out.mux(video.encode(None))
        if audio is not None:
            out.mux(audio.encode(None))
        if text is not None:
            _mux_subtitles(out, text)
    return path


def _add_video(out: Any, clip: Clip) -> Any:
    video = out.add_stream(clip.codec, rate=25, options=dict(clip.options))
    context = video.codec_context
    context.width, context.height = clip.size
    context.pix_fmt = clip.pixel_format
    context.time_base = video.time_base = MILLISECOND
    for name, value in clip.tags.items():
        setattr(context, name, value)
    if clip.rotation is not None:
        video.set_display_rotation(clip.rotation)
    return video


def _frame(clip: Clip, index: int, time_ms: int) -> Any:
    width, height = clip.size
    y, x = np.mgrid[:height, :width]
    wave = np.sin(x / 3 + index / 2) * np.cos(y / 4)
    rgb = np.stack([128 + 90 * wave, 128 - 60 * wave, 100 + (x + 3 * index) % 100], axis=-1)
    frame = av.VideoFrame.from_ndarray(rgb.astype(np.uint8), format="rgb24")
    if clip.pixel_format != "rgb24":
        frame = frame.reformat(format=clip.pixel_format)
    for name, value in clip.tags.items():
        setattr(frame, name, value)
    frame.pts, frame.time_base = time_ms, MILLISECOND
    return frame


def _tone(index: int, samples: int = 1920) -> Any:
    """40 ms of a stereo tone at 48 kHz."""
    at = np.arange(index * samples, (index + 1) * samples)
    tone = (0.3 * np.sin(2 * np.pi * 440 * at / 48000)).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(np.stack([tone, tone]), format="fltp", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48000, index * samples, Fraction(1, 48000)
    return frame


def _add_subtitles(out: Any, codec: str) -> Any:
    stream = out.add_mux_stream(codec)
    stream.time_base = MILLISECOND
    stream.metadata["language"] = "fra"
    return stream


def _mux_subtitles(out: Any, stream: Any) -> None:
    for start_ms, line in ((40, b"one"), (240, b"two")):
        packet = av.Packet(line)
        packet.pts = packet.dts = start_ms
        packet.duration, packet.time_base, packet.stream = 100, MILLISECOND, stream
        out.mux(packet)


def _chapter(index: int, start_ms: int, end_ms: int, title: str) -> dict[str, Any]:
    return {
        "id": index,
        "start": start_ms,
        "end": end_ms,
        "time_base": MILLISECOND,
        "metadata": {"title": title},
    }


@dataclass(frozen=True)
class Contents:
    """What a video file holds: times in s, packets as bytes, planes as bytes per frame."""

    times: tuple[Fraction, ...]
    planes: tuple[bytes, ...]
    pixel_format: str
    tags: dict[str, int]
    rotation: int
    packets: dict[str, list[bytes]]
    languages: dict[str, str]
    chapters: list[tuple[float, float, str]]
    title: str | None
    aspect: Fraction | None


def contents(path: Path) -> Contents:
    """Read all of a video file."""
    frames: list[Any] = []
    packets: dict[str, list[bytes]] = {}
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        for packet in file.demux():
            if packet.stream.index == video.index:
                frames += packet.decode()
            elif packet.dts is not None:
                packets.setdefault(packet.stream.type, []).append(bytes(packet))
        first = frames[0]
        return Contents(
            times=tuple(frame.pts * frame.time_base for frame in frames),
            planes=tuple(b"".join(_plane_bytes(frame)) for frame in frames),
            pixel_format=first.format.name,
            tags={name: int(getattr(first, name)) for name in BT709_LIMITED},
            rotation=first.rotation,
            packets=packets,
            languages={
                stream.type: stream.language or "und"
                for stream in file.streams
                # Chapters in MP4 are a data stream as well.
                if stream.type != "data"
            },
            chapters=[
                (
                    float(entry["start"] * entry["time_base"]),
                    float(entry["end"] * entry["time_base"]),
                    entry["metadata"].get("title", ""),
                )
                for entry in file.chapters()
            ],
            title=file.metadata.get("title"),
            aspect=video.sample_aspect_ratio,
        )


def _plane_bytes(frame: Any) -> Iterable[bytes]:
    for plane in frame.planes:
        lines = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        used = plane.width * (2 if frame.format.components[0].bits > 8 else 1)
        yield lines[:, :used].tobytes()


def break_packet(path: Path, number: int) -> None:
    """Overwrite the body of video packet ``number`` of a file in place with nonsense."""
    with av.open(str(path)) as file:
        packets = (packet for packet in file.demux(video=0) if packet.size)
        packet = next(itertools.islice(packets, number, None))
        at, size = packet.pos, packet.size
    data = bytearray(path.read_bytes())
    data[at + 6 : at + size] = b"\xff" * (size - 6)
    path.write_bytes(bytes(data))
