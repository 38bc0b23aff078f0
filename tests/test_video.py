"""Laws of video files in and out: what the filter does not change, the file keeps."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from media_clips import (
    BT601_FULL,
    BT709_LIMITED,
    BT2020_PQ,
    Clip,
    contents,
    write_clip,
)

from rtdeconv.stream import RgbWay, StreamReport, anywhere, restore_video

LOSSLESS = {"codec": "ffv1"}


def identity(rgb: np.ndarray) -> np.ndarray:
    return rgb


def restored(source: Path, target: Path, restore: Any = identity, **options: Any) -> StreamReport:
    return restore_video(source, target, partial(RgbWay, restore=anywhere(restore)), **options)


CLIPS = {
    "plain.mp4": Clip(),
    "silent.mp4": Clip(audio=None),
    "varying.mkv": Clip(times_ms=(0, 40, 90, 100, 250, 251, 400, 1000)),
    "varying.mp4": Clip(times_ms=(0, 40, 90, 100, 250, 251, 400, 1000)),
    "late.mkv": Clip(times_ms=tuple(range(520, 900, 40))),
    "tagged.mp4": Clip(tags=BT709_LIMITED),
    "full.mp4": Clip(tags=BT601_FULL),
    "full_j.mkv": Clip(pixel_format="yuvj420p", tags=BT601_FULL),
    "pq.mkv": Clip(pixel_format="yuv420p10le", tags=BT2020_PQ),
    "hevc.mp4": Clip(
        pixel_format="yuv420p10le",
        codec="libx265",
        options={"x265-params": "log-level=none", "crf": "10"},
        tags=BT2020_PQ,
    ),
    "chroma.mkv": Clip(pixel_format="yuv422p"),
    "grey.mkv": Clip(pixel_format="gray", codec="ffv1", options={}),
    "rgb.mkv": Clip(pixel_format="bgr0", codec="ffv1", options={}),
    "odd.mkv": Clip(size=(63, 47), codec="ffv1", options={}),
    "spoken.mkv": Clip(subtitles="subrip"),
    "spoken.mp4": Clip(subtitles="mov_text"),
    "chapters.mkv": Clip(chapters=((0, 200, "Start"), (200, 480, "End"))),
    "chapters.mp4": Clip(chapters=((0, 200, "Start"), (200, 480, "End"))),
    "flac.mkv": Clip(audio="flac"),
}
if hasattr(av.video.stream.VideoStream, "set_display_rotation"):  # PyAV 18, Python 3.11 on
    CLIPS |= {"turned.mp4": Clip(rotation=90), "turned.mkv": Clip(rotation=-90)}


def stated_tags(name: str, found: dict[str, int]) -> dict[str, int]:
    """Untagged grey is full range, which the output says: YUV would be taken for limited."""
    return {**found, "color_range": 2} if name == "grey.mkv" else found


@pytest.mark.parametrize("name", CLIPS)
def test_identity_into_a_lossless_file_keeps_everything(tmp_path: Path, name: str) -> None:
    source = write_clip(tmp_path / name, CLIPS[name])
    report = restored(source, tmp_path / "out.mkv", **LOSSLESS)
    old, new = contents(source), contents(tmp_path / "out.mkv")
    assert report.frames == len(old.planes) == len(new.planes)
    assert report.frames_lost == 0
    assert new.planes == old.planes
    # Matroska counts in ms, and starts at 0 what starts before it (audio's priming).
    first = new.times[0] - old.times[0]
    for a, b in zip(old.times, new.times, strict=True):
        assert abs(b - a - first) <= 0.001, "time stamps drift"
    assert abs(first) < 0.05
    assert new.packets.get("audio") == old.packets.get("audio")
    assert new.tags == stated_tags(name, old.tags)
    assert (new.rotation, new.aspect) == (old.rotation, old.aspect)
    assert new.chapters == old.chapters
    assert new.title == old.title == "A clip"
    if "spoken.mp4" not in name:
        assert report.losses == ()
        assert new.packets == old.packets
        assert new.languages == old.languages


@pytest.mark.parametrize("name", [name for name in CLIPS if name not in ("odd.mkv", "rgb.mkv")])
def test_h264_into_the_same_container_keeps_all_but_pixels(tmp_path: Path, name: str) -> None:
    source = write_clip(tmp_path / name, CLIPS[name])
    target = tmp_path / f"out{source.suffix}"
    report = restored(source, target, crf=4, preset="ultrafast")
    old, new = contents(source), contents(target)
    assert report.losses == ()
    assert report.frames == len(old.planes) == len(new.planes)
    assert new.packets == old.packets
    assert new.languages == old.languages
    assert (new.rotation, new.aspect) == (old.rotation, old.aspect)
    assert new.chapters == old.chapters
    assert new.tags == stated_tags(name, old.tags)
    first = new.times[0] - old.times[0]
    assert [t - first for t in new.times] == list(old.times)
    deep = np.uint16 if "10" in new.pixel_format else np.uint8
    for a, b in zip(old.planes, new.planes, strict=True):
        # H.264 decoders hand out grey with empty chroma planes behind it.
        codes = np.frombuffer(b, deep)[: len(a) // deep().itemsize]
        error = np.frombuffer(a, deep).astype(int) - codes
        peak = 1023 if deep is np.uint16 else 255
        assert np.sqrt(np.mean(error**2.0)) < 0.01 * peak


def test_a_changed_frame_arrives_changed(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(tags=BT709_LIMITED, audio=None))

    def brighter(rgb: np.ndarray) -> np.ndarray:
        return np.minimum(rgb.astype(int) + 10, 255).astype(np.uint8)

    restored(source, tmp_path / "out.mkv", brighter, **LOSSLESS)
    old, new = contents(source), contents(tmp_path / "out.mkv")
    luma = 64 * 48
    for a, b in zip(old.planes, new.planes, strict=True):
        moved = np.frombuffer(b, np.uint8)[:luma].astype(int) - np.frombuffer(a, np.uint8)[:luma]
        assert np.median(moved) == round(10 * 219 / 255)


def test_deep_video_is_handed_over_deep(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", CLIPS["pq.mkv"])
    seen: list[tuple[object, ...]] = []

    def note(rgb: np.ndarray) -> np.ndarray:
        seen.append((rgb.dtype, rgb.shape, threading.current_thread()))
        return rgb

    restored(source, tmp_path / "out.mkv", note)
    assert set(seen) == {(np.dtype(np.uint16), (48, 64, 3), threading.current_thread())}


def test_progress_counts_every_frame(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mp4", Clip())
    calls: list[tuple[int, int | None]] = []
    restored(source, tmp_path / "out.mp4", on_progress=lambda *call: calls.append(call))
    assert calls == [(done, 12) for done in range(1, 13)]


def test_webm_is_vp9(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(audio="libopus"))
    report = restored(source, tmp_path / "out.webm")
    assert report.losses == ()
    assert contents(tmp_path / "out.webm").packets == contents(source).packets
    with av.open(str(tmp_path / "out.webm")) as file:
        assert file.streams.video[0].codec_context.name in ("vp9", "libvpx-vp9")


def covered(path: Path) -> bytes | None:
    with av.open(str(path)) as file:
        for packet in file.demux():
            if packet.stream.disposition & av.stream.Disposition.attached_pic and packet.size:
                return bytes(packet)
    return None


@pytest.mark.parametrize("first", [".mp4", ".mkv"])
@pytest.mark.parametrize("second", [".mp4", ".mkv"])
def test_a_cover_picture_stays_the_cover(tmp_path: Path, first: str, second: str) -> None:
    done, coded = cv2.imencode(".jpg", np.full((16, 16, 3), 99, np.uint8))
    assert done
    plain, source = write_clip(tmp_path / "plain.mkv", Clip()), tmp_path / f"in{first}"
    with av.open(str(plain)) as old, av.open(str(source), "w") as new:
        copy = new.add_stream_from_template(old.streams.video[0], opaque=True)
        if first == ".mkv":
            new.add_attachment("cover.jpg", "image/jpeg", coded.tobytes())
        else:
            cover = new.add_mux_stream("mjpeg", width=16, height=16)
            cover.disposition = av.stream.Disposition.attached_pic
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = copy
                new.mux(packet)
        if first == ".mp4":
            packet = av.Packet(coded.tobytes())
            packet.pts = packet.dts = 0
            packet.stream = cover
            new.mux(packet)
    assert covered(source) == coded.tobytes()
    report = restored(source, tmp_path / f"out{second}")
    assert (report.frames, report.losses) == (12, ())
    assert covered(tmp_path / f"out{second}") == coded.tobytes()


def test_attachments_stay_or_are_a_loss(tmp_path: Path) -> None:
    plain, source = write_clip(tmp_path / "plain.mkv", Clip()), tmp_path / "in.mkv"
    with av.open(str(plain)) as old, av.open(str(source), "w") as new:
        copy = new.add_stream_from_template(old.streams.video[0], opaque=True)
        new.add_attachment("font.ttf", "font/ttf", b"not really a font")
        for packet in old.demux(video=0):
            if packet.size:
                packet.stream = copy
                new.mux(packet)
    assert restored(source, tmp_path / "out.mkv").losses == ()
    with av.open(str(tmp_path / "out.mkv")) as file:
        assert [item.data for item in file.streams.attachments] == [b"not really a font"]
    assert "attachment" in restored(source, tmp_path / "out.mp4").losses[0]
