"""Damaged videos, refusals and interruptions: every loss is said, and nothing half-done stays."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from media_clips import (
    Clip,
    break_packet,
    contents,
    write_clip,
)

from rtdeconv.errors import RtdError, ValueRefused
from rtdeconv.media.colour import ColourTags, colour_model, rgb_of
from rtdeconv.media.pixel_formats import layout_of
from rtdeconv.media.video_in import VideoSource
from rtdeconv.stream import RgbWay, StreamReport, anywhere, restore_video


def identity(rgb: np.ndarray) -> np.ndarray:
    return rgb


def restored(source: Path, target: Path, restore: Any = identity, **options: Any) -> StreamReport:
    return restore_video(source, target, partial(RgbWay, restore=anywhere(restore)), **options)


def leftovers(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_subtitles_that_do_not_fit_are_a_loss(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(subtitles="subrip"))
    report = restored(source, tmp_path / "out.mp4")
    assert report.frames == 12
    assert len(report.losses) == 1
    assert "subtitle" in report.losses[0]
    assert "mp4 cannot hold it" in report.losses[0]


def test_rgb_into_h264_is_a_loss_that_is_said(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(pixel_format="bgr0", codec="ffv1", options={}))
    report = restored(source, tmp_path / "out.mp4", crf=0)
    assert any("RGB" in sentence for sentence in report.losses)
    with av.open(str(source)) as a, av.open(str(tmp_path / "out.mp4")) as b:
        for old, new in zip(a.decode(video=0), b.decode(video=0), strict=True):
            model = colour_model(layout_of(new.format.name), ColourTags(1, 2, 2, False), 64, 48)
            error = rgb_of(new, model).astype(int) - old.to_ndarray(format="rgb24")
            # 8-bit YUV codes are worth up to 2.1 codes of blue.
            assert np.abs(error).max() <= 4


def test_a_broken_packet_costs_no_more_than_itself(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(options={"crf": "10", "g": "1"}))
    break_packet(source, 5)
    report = restored(source, tmp_path / "out.mkv")
    assert report.frames >= 11
    assert report.frames + report.frames_lost == 12
    assert report.losses
    assert len(contents(tmp_path / "out.mkv").planes) == report.frames


@pytest.mark.parametrize("suffix", [".mkv", ".mp4"])
def test_a_truncated_clip_is_kept_as_far_as_it_goes(tmp_path: Path, suffix: str) -> None:
    options = {"movflags": "faststart"} if suffix == ".mp4" else {}
    source = write_clip(tmp_path / f"in{suffix}", Clip(times_ms=tuple(range(0, 1600, 40))))
    if options:
        whole = source.rename(tmp_path / "whole.mp4")
        with av.open(str(whole)) as old, av.open(str(source), "w", options=options) as new:
            copies = {s.index: new.add_stream_from_template(s, opaque=True) for s in old.streams}
            for packet in old.demux():
                if packet.dts is not None:
                    packet.stream = copies[packet.stream_index]
                    new.mux(packet)
    data = source.read_bytes()
    source.write_bytes(data[: len(data) // 2])
    report = restored(source, tmp_path / f"out{suffix}")
    assert 0 < report.frames < 40
    assert report.losses
    assert len(contents(tmp_path / f"out{suffix}").planes) == report.frames


# --- refusals ----------------------------------------------------------------------------------


def refusal(source: Path, target: Path, **options: Any) -> str:
    """The one sentence of a refusal, after which nothing is left in the target's folder."""
    before = sorted(target.parent.iterdir()) if target.parent.is_dir() else []
    with pytest.raises(RtdError) as caught:
        restored(source, target, **options)
    assert (sorted(target.parent.iterdir()) if target.parent.is_dir() else []) == before
    text = str(caught.value)
    assert "\n" not in text
    assert len(text) < 300
    return text


@pytest.mark.parametrize("kind", ["missing", "empty", "text", "folder", "sound", "picture bytes"])
def test_inputs_that_are_no_video(tmp_path: Path, kind: str) -> None:
    source = tmp_path / "in.mp4"
    if kind == "empty":
        source.touch()
    elif kind == "text":
        source = tmp_path / "in.txt"
        source.write_text("hello\n" * 50)
    elif kind == "folder":
        source.mkdir()
    elif kind == "sound":
        with av.open(str(source), "w") as out:
            stream = out.add_stream("aac", rate=48000)
            silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
            silence.sample_rate = 48000
            out.mux(stream.encode(silence))
            out.mux(stream.encode(None))
    elif kind == "picture bytes":
        source.write_bytes(bytes(range(256)) * 20)
    assert "cannot read video" in refusal(source, tmp_path / "out.mp4")


def test_a_video_without_one_good_frame(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(times_ms=(0,), audio=None))
    break_packet(source, 0)
    assert "none of its frames" in refusal(source, tmp_path / "out.mkv")


def test_targets_that_cannot_be(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mp4", Clip())
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "link.mp4").symlink_to(source)
    assert "input itself" in refusal(source, source)
    assert "input itself" in refusal(source, tmp_path / "link.mp4")
    assert "folder" in refusal(source, tmp_path / "folder.mp4")
    assert "no folder" in refusal(source, tmp_path / "nowhere" / "out.mp4")
    assert "no folder" in refusal(source, source / "out.mp4")
    assert "written as .mp4" in refusal(source, tmp_path / "out.xyz")
    assert ".mkv" in refusal(source, tmp_path / "out.webm", codec="libx264")


def test_options_that_cannot_be(tmp_path: Path) -> None:
    source, target = write_clip(tmp_path / "in.mp4", Clip()), tmp_path / "out.mp4"
    assert "did you mean 'libx264'" in refusal(source, target, codec="libx2644")
    assert "video codec" in refusal(source, target, codec="aac")
    assert "did you mean 'veryfast'" in refusal(source, target, preset="veryfasst")
    assert "0..63" in refusal(source, target, crf=-1)


def test_odd_sizes_and_deep_formats_name_another_codec(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip(size=(63, 47), codec="ffv1", options={}))
    assert "63x47" in refusal(source, tmp_path / "out.mp4")
    assert restored(source, tmp_path / "out.webm", codec="libvpx-vp9").frames == 12
    deep = Clip(pixel_format="yuv420p12le", codec="ffv1", options={})
    source = write_clip(tmp_path / "deep.mkv", deep)
    assert "12 bits" in refusal(source, tmp_path / "out.mp4")


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_interrupted_run_leaves_nothing(tmp_path: Path, error: type[BaseException]) -> None:
    source = write_clip(tmp_path / "in.mp4", Clip(times_ms=tuple(range(0, 4000, 40))))
    target = tmp_path / "out.mp4"
    target.write_text("an earlier result")
    calls = []

    def stop_at_seven(rgb: np.ndarray) -> np.ndarray:
        calls.append(1)
        if len(calls) == 7:
            raise error
        return rgb

    threads = threading.active_count()
    with pytest.raises(error):
        restored(source, target, stop_at_seven)
    assert target.read_text() == "an earlier result"
    assert leftovers(tmp_path) == []
    assert threading.active_count() == threads


def test_a_restoration_that_changes_the_shape_is_refused(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mp4", Clip())
    with pytest.raises(ValueRefused, match="must return uint8"):
        restored(source, tmp_path / "out.mp4", lambda rgb: rgb[1:])
    assert leftovers(tmp_path) == []


def test_reading_is_a_context_that_closes(tmp_path: Path) -> None:
    with VideoSource(write_clip(tmp_path / "in.mp4", Clip())) as source:
        frames = [step.frame for step in source.steps() if step.frame is not None]
    assert len(frames) == source.info.frames == 12
    assert source.frames_lost == 0
