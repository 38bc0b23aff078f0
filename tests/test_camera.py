"""Cameras, by a stand-in for OpenCV's: their frames, their names, and refusals without one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import cv2
import numpy as np
import pytest
from live_sources import rgb_of_shot

from rtdeconv.errors import MediaError
from rtdeconv.media.feeds import camera, cameras, open_feed


class FakeCapture:
    """cv2.VideoCapture of a camera with 40 frames in it, then unplugged."""

    plugged: ClassVar[set[int]] = {0}
    released: ClassVar[int] = 0

    def __init__(self, index: int) -> None:
        self._there, self._left = index in self.plugged, 40

    def isOpened(self) -> bool:  # noqa: N802
        return self._there

    def set(self, *_: object) -> bool:
        return False

    def grab(self) -> bool:
        self._left -= 1
        return self._left >= 0

    def retrieve(self, image: np.ndarray | None = None) -> tuple[bool, np.ndarray | None]:
        return True, np.dstack([np.full((4, 6), code, np.uint8) for code in (10, 20, 30)])

    def release(self) -> None:
        FakeCapture.released += 1


@pytest.fixture
def fake_camera(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cv2, "VideoCapture", FakeCapture)
    monkeypatch.setattr(camera, "_SYSFS", tmp_path)
    monkeypatch.setattr(camera.sys, "platform", "linux")
    for number, index, title in ((0, 0, "HD Webcam"), (1, 1, "HD Webcam"), (10, 0, "Capture")):
        place = tmp_path / f"video{number}"
        place.mkdir()
        (place / "index").write_text(f"{index}\n")
        (place / "name").write_text(f"{title}\n")


@pytest.mark.parametrize("source", ["0", "/dev/video0"])
@pytest.mark.usefixtures("fake_camera")
def test_a_camera_gives_red_green_blue_until_it_is_unplugged(source: str) -> None:
    feed = open_feed(source)
    assert (feed.name, feed.pace) == ("camera 0 (HD Webcam)", "live")
    shot = feed.read()
    assert shot is not None and shot.size == (6, 4)
    assert [int(plane[0, 0]) for plane in shot.planes] == [30, 20, 10]
    np.testing.assert_array_equal(rgb_of_shot(shot)[0, 0], [30, 20, 10])
    with pytest.raises(MediaError, match=r"camera 0 \(HD Webcam\) broke off \(unplugged"):
        for _ in range(40):
            feed.read()
    before = FakeCapture.released
    feed.close()
    feed.close()
    assert FakeCapture.released == before + 1
    assert feed.read() is None


@pytest.mark.usefixtures("fake_camera")
def test_shots_in_use_are_not_written_over_and_memory_goes_round() -> None:
    feed = open_feed("0")
    shots = [feed.read() for _ in range(camera._RING + 1)]
    feed.close()
    first, *others, again = shots
    for other in others:
        for plane, twin in zip(first.planes, other.planes, strict=True):
            assert not np.shares_memory(plane, twin)
    for plane, twin in zip(first.planes, again.planes, strict=True):
        assert np.shares_memory(plane, twin)


@pytest.mark.usefixtures("fake_camera")
def test_a_missing_camera_is_refused_with_those_that_are_there() -> None:
    assert cameras() == ["/dev/video0 (HD Webcam)", "/dev/video10 (Capture)"]
    found = "found: /dev/video0 (HD Webcam), /dev/video10 (Capture); name a video file"
    with pytest.raises(MediaError) as refused:
        open_feed("3")
    assert found in str(refused.value)


@pytest.mark.usefixtures("fake_camera")
def test_where_no_list_is_kept_cameras_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera.sys, "platform", "darwin")
    assert cameras() == ["camera 0"]


def test_no_camera_at_all_is_one_sentence_on_a_quiet_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(camera, "_SYSFS", tmp_path)
    with pytest.raises(MediaError, match="no camera 99 here that opens; found: none; name a video"):
        open_feed("99")
    assert capfd.readouterr().err == ""
