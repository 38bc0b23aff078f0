"""Laws of structure steadied over time: videos through `apply`, and `live`; never pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from noisy_pictures import noised, soft_planes
from soft_pictures import video_of
from test_frame_player import texture_pixels
from test_stream import through

from rtdeconv import design
from rtdeconv.cli.restorer import Restorer, Settings
from rtdeconv.live.loop import Loop
from rtdeconv.live.offscreen import Offscreen
from rtdeconv.live.session import Session
from rtdeconv.live.settings import asked
from rtdeconv.media.colour import planes_of
from rtdeconv.media.video_in import VideoSource

ADAPTING = design(
    "gaussian:0.7", noise=2 / 255, adapt="activity", learn="prior", taps=5, light="encoded"
)


SIZE = (64, 80)


def noisy_frames(count: int, seed: int = 0) -> list[np.ndarray]:
    """One scene, other noise in every frame."""
    scene = soft_planes("astronaut", 0.7)[100 : 100 + SIZE[0], 180 : 180 + SIZE[1]]
    return [noised(scene, 2.0, seed + number) for number in range(count)]


def still_clip(path: Path, seed: int = 0, count: int = 5) -> Path:
    return video_of(path, noisy_frames(count, seed))


def restored_frames(
    restorer: Restorer, source: Path, *, apart: bool = False
) -> list[list[np.ndarray]]:
    """The planes of every frame as one way leaves them, or each ``apart`` by its own."""
    found = []
    with VideoSource(source) as video:
        way = restorer.way_of(video.info)
        for step in video.steps():
            if step.frame is not None:
                way = restorer.way_of(video.info) if apart else way
                through(way, step.frame)
                found.append([plane.astype(int) for plane in planes_of(step.frame)])
    return found


def largest_apart(one: list[list[np.ndarray]], other: list[list[np.ndarray]]) -> list[int]:
    """The largest difference of each frame's codes."""
    return [
        max(int(np.abs(a - b).max()) for a, b in zip(*both, strict=True))
        for both in zip(one, other, strict=True)
    ]


@pytest.mark.parametrize("device", ["cpu", "gpu"])
@pytest.mark.parametrize("luma", [False, True])
def test_frames_of_a_video_are_steadied(tmp_path: Path, device: str, luma: bool) -> None:
    source = still_clip(tmp_path / "in.mp4")
    with Restorer(ADAPTING, device, Settings(luma=luma)) as restorer:
        together = restored_frames(restorer, source)
        alone = restored_frames(restorer, source, apart=True)
    first, *later = largest_apart(together, alone)
    assert first == 0 and min(later) > 0


def test_machines_steady_alike(tmp_path: Path) -> None:
    source = still_clip(tmp_path / "in.mp4")
    found = []
    for device in ("cpu", "gpu"):
        with Restorer(ADAPTING, device, Settings(luma=True)) as restorer:
            found.append(restored_frames(restorer, source))
    assert max(largest_apart(*found)) <= 1


@pytest.mark.parametrize("device", ["cpu", "gpu"])
@pytest.mark.parametrize("luma", [False, True])
def test_a_video_begins_without_the_one_before_it(tmp_path: Path, device: str, luma: bool) -> None:
    first, second = (still_clip(tmp_path / f"{seed}.mp4", seed, 2) for seed in (0, 50))
    with Restorer(ADAPTING, device, Settings(luma=luma)) as restorer:
        restored_frames(restorer, first)
        after = restored_frames(restorer, second)
    with Restorer(ADAPTING, device, Settings(luma=luma)) as fresh:
        wanted = restored_frames(fresh, second)
    assert max(largest_apart(after, wanted)) == 0


@pytest.mark.parametrize("device", ["cpu", "gpu"])
def test_pictures_are_never_steadied(tmp_path: Path, device: str) -> None:
    pictures = noisy_frames(3)
    with Restorer(ADAPTING, device, Settings()) as restorer:
        restored_frames(restorer, still_clip(tmp_path / "in.mp4"))
        found = [restorer.picture(one) for one in pictures]
        again = [restorer.picture(one) for one in reversed(pictures)][::-1]
    for one, other in zip(found, again, strict=True):
        assert np.array_equal(one, other)


@contextmanager
def watched(path: Path, frames: list[np.ndarray]) -> Iterator[tuple[Loop, Offscreen]]:
    """A session that adapts to a video of these frames, which begins again in the end."""
    settings = asked("gaussian:0.7", {"light": "encoded"})
    made = Session(str(video_of(path, frames)), ADAPTING, settings)
    with made.offscreen(SIZE[::-1], paced=False) as (loop, screen):
        yield loop, screen


def test_a_control_that_moves_is_no_new_frame(tmp_path: Path) -> None:
    shown = []
    with watched(tmp_path / "in.mp4", noisy_frames(6)) as (loop, screen):
        loop.run_headless(screen, 4)
        loop.freeze(True)
        for strength in (1.0, 0.4, 1.0):
            loop.set_strength(strength)
            assert not loop.step(screen)
            shown.append(texture_pixels(loop.player.after).copy())
    assert np.array_equal(shown[0], shown[2]) and not np.array_equal(shown[0], shown[1])


@pytest.mark.parametrize("is_cut", [False, True])
def test_live_forgets_at_cuts(tmp_path: Path, monkeypatch, is_cut: bool) -> None:
    frames = noisy_frames(4)
    if is_cut:
        frames += [255 - frame for frame in frames]
    with watched(tmp_path / "in.mp4", frames) as (loop, screen):
        loop.run_headless(screen, 1)
        forgotten = []
        monkeypatch.setattr(loop.player, "forget", lambda: forgotten.append(True))
        loop.run_headless(screen, 30)
        assert bool(forgotten) == is_cut
