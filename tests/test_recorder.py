"""Laws of recordings and the virtual camera: whole or absent, times kept, nobody waits."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any, ClassVar

import av
import numpy as np
import pytest

from rtdeconv.errors import DeviceError, MediaError, RtdError, ValueRefused
from rtdeconv.live.virtual_camera import VirtualCamera
from rtdeconv.media import recorder as recorders
from rtdeconv.media.recorder import Recorder

# H.264 at crf 18 on smooth pictures, and one rounding to 8-bit YUV and back
LOSSY_CODES = 8.0


def smooth(width: int, height: int, phase: float = 0.0) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    wave = np.sin(x / 9 + phase) * np.cos(y / 11)
    return np.stack([128 + 90 * wave, 128 - 60 * wave, 90 + 40 * wave], axis=-1).astype(np.uint8)


def read_back(path: Path) -> tuple[list[np.ndarray], list[float], Any]:
    with av.open(str(path)) as file:
        frames = list(file.decode(video=0))
        rgb = [frame.to_ndarray(format="rgb24") for frame in frames]
        return rgb, [frame.time for frame in frames], frames[0]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_a_recording_keeps_pictures_times_and_tags(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    times_s = [7.0, 7.033, 7.1, 7.101, 7.5, 9.0]
    pictures = [smooth(64, 48, phase) for phase in range(6)]
    scratch = np.empty_like(pictures[0])
    with Recorder(path, (64, 48)) as recorder:
        for rgb, at_s in zip(pictures, times_s, strict=True):
            scratch[:] = rgb
            recorder.send(scratch, at_s)
            scratch[:] = 0
        assert not path.exists()
    assert (recorder.frames, recorder.dropped) == (6, 0)
    seen, stamps, first = read_back(path)
    assert stamps == pytest.approx([at_s - 7.0 for at_s in times_s], abs=1e-3)
    for rgb, expected in zip(seen, pictures, strict=True):
        assert np.abs(rgb.astype(float) - expected).mean() < LOSSY_CODES
    tags = first.color_range, first.colorspace, first.color_trc, first.color_primaries
    assert [int(tag) for tag in tags] == [1, 1, 1, 1]
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_odd_sizes_lose_a_line_and_other_sizes_get_bars(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with Recorder(path, (65, 49)) as recorder:
        assert recorder.size == (64, 48)
        recorder.send(smooth(65, 49), 0.0)
        recorder.send(np.full((96, 96, 3), 200, np.uint8), 0.1)
    seen, _, _ = read_back(path)
    assert np.abs(seen[0].astype(float) - smooth(65, 49)[:48, :64]).mean() < LOSSY_CODES
    assert np.abs(seen[1][:, 10:54].astype(float) - 200).mean() < LOSSY_CODES
    assert seen[1][:, :5].mean() < LOSSY_CODES and seen[1][:, -5:].mean() < LOSSY_CODES


def test_times_that_stand_still_go_on_by_a_millisecond(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.mp4", (64, 48)) as recorder:
        for at_s in (1.0, 1.0, 0.5, 1.2):
            recorder.send(smooth(64, 48), at_s)
    _, stamps, _ = read_back(tmp_path / "a.mp4")
    assert stamps == pytest.approx([0.0, 0.001, 0.002, 0.2], abs=1e-4)


@pytest.mark.parametrize(
    ("stop", "left"), [(KeyboardInterrupt(), ["a.mp4"]), (RuntimeError("x"), [])]
)
def test_ctrl_c_finishes_the_video_and_other_ends_leave_none(
    tmp_path: Path, stop: BaseException, left: list[str]
) -> None:
    def record() -> None:
        with Recorder(tmp_path / "a.mp4", (64, 48)) as recorder:
            for number in range(5):
                recorder.send(smooth(64, 48), number / 30)
            raise stop

    with pytest.raises(type(stop)):
        record()
    assert [one.name for one in tmp_path.iterdir()] == left
    if left:
        assert len(read_back(tmp_path / "a.mp4")[0]) == 5


def test_a_recording_without_a_frame_is_no_file(tmp_path: Path) -> None:
    with Recorder(tmp_path / "a.mp4", (64, 48)) as recorder:
        pass
    assert recorder.frames == 0
    assert list(tmp_path.iterdir()) == []


def test_what_comes_too_fast_is_dropped_and_counted(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    with Recorder(tmp_path / "a.mp4", (640, 480)) as recorder:
        for number in range(60):
            recorder.send(rgb, number / 30)
    assert recorder.dropped > 0
    assert recorder.frames + recorder.dropped == 60
    assert len(read_back(tmp_path / "a.mp4")[0]) == recorder.frames


def test_a_disk_that_refuses_is_told_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(recorders, "_coded", full)

    def record() -> None:
        with Recorder(tmp_path / "a.mp4", (64, 48)) as recorder:
            recorder.send(smooth(64, 48), 0.0)

    with pytest.raises(MediaError, match="the disk is full"):
        record()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "size", "said"),
    [
        ("a.avi", (64, 48), r"written as \.mp4 or \.mkv"),
        ("a.mp4", (1, 48), "at least 2x2"),
    ],
)
def test_refusals(tmp_path: Path, name: str, size: tuple[int, int], said: str) -> None:
    with pytest.raises(ValueRefused, match=said):
        Recorder(tmp_path / name, size)


def test_a_folder_that_is_not_there_and_a_frame_of_another_kind(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="there is no folder"):
        Recorder(tmp_path / "none" / "a.mp4", (64, 48)).__enter__()
    with (
        pytest.raises(ValueRefused, match=r"\(H, W, 3\) of uint8"),
        Recorder(tmp_path / "a.mp4", (64, 48)) as recorder,
    ):
        recorder.send(np.zeros((48, 64), np.uint8), 0.0)


class FakeCamera:
    """pyvirtualcam's camera, of sizes up to 1920x1080."""

    opened: ClassVar[list[tuple[int, int]]] = []
    shown: ClassVar[list[np.ndarray]] = []
    device = "/dev/video7"

    def __init__(self, *, width: int, height: int, fps: float, fmt: str) -> None:
        if width > 1920:
            raise RuntimeError("'v4l2loopback' backend: No v4l2 loopback device found")
        assert (fps, fmt) == (30.0, "rgb24")
        self.opened.append((width, height))

    def send(self, rgb: np.ndarray) -> None:
        assert rgb.shape[1::-1] == self.opened[-1]
        self.shown.append(rgb)

    def close(self) -> None:
        self.opened.append((0, 0))


def test_a_virtual_camera_follows_the_size_of_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = types.SimpleNamespace(Camera=FakeCamera, PixelFormat=types.SimpleNamespace(RGB="rgb24"))
    monkeypatch.setitem(sys.modules, "pyvirtualcam", fake)
    camera = VirtualCamera((64, 48))
    assert camera.name == "/dev/video7"
    for size in ((64, 48), (64, 48), (32, 20)):
        camera.send(smooth(*size), 1.0)
    camera.close()
    assert FakeCamera.opened == [(64, 48), (0, 0), (32, 20), (0, 0)]
    assert len(FakeCamera.shown) == 3
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(DeviceError, match="sudo modprobe v4l2loopback"):
        VirtualCamera((4000, 2000))


def test_a_missing_package_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyvirtualcam", None)
    with pytest.raises(RtdError, match=r"pip install 'rtdeconv\[virtual-camera\]'"):
        VirtualCamera()
