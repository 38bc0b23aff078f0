"""What is kept of a session: whole files, beside each other, and a sentence for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from live_sources import until

import rtdeconv
from rtdeconv import design_file
from rtdeconv.designs import Design
from rtdeconv.errors import MediaError
from rtdeconv.live.actions import Actions, free

NOON = datetime(2031, 5, 4, 12, 0, 0)
NAME = "rtdeconv-20310504-120000"
RNG = np.random.default_rng(3)
BEFORE, AFTER = (RNG.integers(0, 256, (24, 32, 3)).astype(np.uint8) for _ in range(2))


class Player:
    """Has one frame."""

    def read_before(self, rgb: np.ndarray) -> None:
        rgb[:] = BEFORE

    def read_after(self, rgb: np.ndarray) -> None:
        rgb[:] = AFTER


@dataclass
class Session:
    """What actions ask of a loop."""

    design: Design
    picture: tuple[int, int] | None = (32, 24)
    is_learning: bool = False
    player: Player = field(default_factory=Player)
    sinks: list[Any] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture(scope="module")
def design() -> Design:
    return rtdeconv.design("gaussian:0.8", method="fir")


@pytest.fixture
def loop(design) -> Session:
    return Session(design)


@pytest.fixture
def actions(loop, tmp_path) -> Iterator[Actions]:
    made = made_for(loop, tmp_path)
    yield made
    made.close()


def made_for(loop: Session, folder: Path) -> Actions:
    return Actions(loop, folder, today=lambda: NOON)  # type: ignore[arg-type]


def said_in_the_end(actions: Actions, loop: Session) -> str:
    """The last sentence when all is written."""

    def is_all_said() -> bool:
        actions.poll()
        return not actions._under_way

    until(is_all_said)
    return loop.said[-1]


def test_a_snapshot_is_the_frame_before_and_after_and_the_filter(loop, actions, tmp_path) -> None:
    actions.snapshot()
    said = said_in_the_end(actions, loop)
    (folder,) = tmp_path.iterdir()
    assert folder.name == NAME and str(folder) in said
    assert sorted(path.name for path in folder.iterdir()) == [
        "after.png",
        "before.png",
        "filter.json",
    ]
    for name, pixels in (("before", BEFORE), ("after", AFTER)):
        read = cv2.imread(str(folder / f"{name}.png"), cv2.IMREAD_COLOR_RGB)
        np.testing.assert_array_equal(read, pixels)
    again = design_file.load(folder / "filter.json")
    np.testing.assert_array_equal(again.filter.kernel(), loop.design.filter.kernel())


def test_nothing_is_written_over(loop, actions, tmp_path) -> None:
    for _ in range(2):
        actions.snapshot()
        actions.export()
    said_in_the_end(actions, loop)
    stem = loop.design.file_stem
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {NAME, f"{NAME}-2", f"{stem}.frag", f"{stem}-2.frag"}


def test_free_takes_the_first_name_that_is_not_there(tmp_path) -> None:
    for name in ("a.x", "a-2.x", "a-4.x"):
        (tmp_path / name).touch()
    assert free(tmp_path, "a", ".x").name == "a-3.x"
    assert free(tmp_path, "b", ".x").name == "b.x"


@pytest.mark.parametrize("what", ["snapshot", "export", "record"])
def test_where_nothing_can_be_written_one_sentence_says_so(loop, tmp_path, what) -> None:
    nowhere = tmp_path / "not there"
    actions = made_for(loop, nowhere)
    getattr(actions, what)()
    said = said_in_the_end(actions, loop)
    assert "cannot write" in said and "\n" not in said
    assert not nowhere.exists() and not loop.sinks and actions.recording_s is None


@pytest.mark.parametrize("what", ["snapshot", "record"])
def test_before_the_first_frame_there_is_nothing_to_keep(loop, actions, tmp_path, what) -> None:
    loop.picture = None
    getattr(actions, what)()
    assert "no frame yet" in said_in_the_end(actions, loop)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("what", ["snapshot", "export"])
def test_what_only_stands_in_is_not_kept(loop, actions, tmp_path, what) -> None:
    """It is no design: its figures mean nothing."""
    loop.is_learning = True
    getattr(actions, what)()
    assert "again in a moment" in said_in_the_end(actions, loop)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("host", ["glsl330", "godot4", "retroarch"])
def test_an_export_is_that_of_the_command_line(loop, actions, tmp_path, host) -> None:
    actions.host = host
    actions.export()
    assert "wrote " in said_in_the_end(actions, loop)
    written = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    assert written == loop.design.files(host, loop.design.file_stem)


def test_a_host_that_cannot_take_the_filter_gets_another_and_it_is_said(loop, tmp_path) -> None:
    loop.design = rtdeconv.design("gaussian:1.2", method="fir", taps=9)
    actions = made_for(loop, tmp_path)
    actions.host = "ffmpeg"
    actions.export()
    said = said_in_the_end(actions, loop)
    assert "instead" in said and "wrote " in said
    assert not any("fir-9" in path.name for path in tmp_path.iterdir())


def test_a_recording_holds_the_frames_sent(loop, actions, tmp_path) -> None:
    actions.record()
    (recorder,) = loop.sinks
    assert actions.recording_s is not None
    for number in range(4):
        recorder.send(AFTER, number / 30)
    actions.record()
    assert actions.recording_s is None and not loop.sinks
    assert "recorded 4 frames" in said_in_the_end(actions, loop)
    video = cv2.VideoCapture(str(tmp_path / f"{NAME}.mp4"))
    assert sum(video.read()[0] for _ in range(5)) == 4


def test_quitting_ends_a_recording(loop, actions, tmp_path) -> None:
    actions.record()
    loop.sinks[0].send(AFTER, 0.0)
    actions.close()
    assert cv2.VideoCapture(str(tmp_path / f"{NAME}.mp4")).read()[0]


def test_what_fails_while_the_session_ends_is_raised(loop, tmp_path) -> None:
    """Nobody looks at the screen any more."""
    actions = made_for(loop, tmp_path / "not there")
    actions.snapshot()
    with pytest.raises(MediaError, match="cannot write"):
        actions.close()
    actions.close()


def test_a_recording_without_a_frame_leaves_nothing(loop, actions, tmp_path) -> None:
    actions.record()
    actions.record()
    assert "no frame" in said_in_the_end(actions, loop)
    assert not any(tmp_path.iterdir())


def test_a_recorder_that_the_loop_let_go_is_ended(loop, actions) -> None:
    actions.record()
    loop.sinks.clear()
    actions.poll()
    assert actions.recording_s is None
