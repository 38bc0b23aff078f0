"""`rtdeconv live` without a window: the loop of the window, offscreen."""

from __future__ import annotations

import json
import os
import threading
import time
import tracemalloc
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from command_line import CLIP, refused, run
from live_sources import camera_words, free_port, pictures, running, until
from media_clips import BT2020_PQ, Clip, write_clip

from rtdeconv import design, interpret
from rtdeconv.errors import DeviceError, MediaError
from rtdeconv.live.loop import Loop
from rtdeconv.live.offscreen import Offscreen
from rtdeconv.live.session import Session
from rtdeconv.live.settings import Settings, asked
from rtdeconv.media.feeds import open_feed
from rtdeconv.media.pictures import read_picture

FIR = {"method": "fir", "taps": 5, "light": "encoded"}
SCREEN = (400, 300)
PATIENCE_S = 20.0


def session(source, blur="gaussian:0.8", **options) -> Session:
    return Session(str(source), design(blur, **options), asked(blur, options))


def test_frames_are_shown_and_told(capsys, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip())
    words = ("gaussian:0.8", "--method", "fir", "--source", source, "--headless", "--frames", 7)
    status, out, err = run(capsys, "live", *words)
    assert (status, err) == (0, "")
    told = dict(line.split(maxsplit=1) for line in out.splitlines() if len(line.split()) > 1)
    assert "frames shown          7" in out
    assert {"device", "filter", "source", "drawing", "arrival", "reconnected"} <= {*told}
    status, out, _ = run(capsys, "live", *words, "--json")
    told = json.loads(out)
    assert (status, told["shown"], told["resumed"]) == (0, 7, 0)
    assert told["latency_ms"] > 0 and 0 < told["shown_share"] <= 1


def test_a_picture_is_one_frame(capsys, picture: Path) -> None:
    words = ("live", "gaussian:0.8", "--method", "fir", "--source", picture, "--headless")
    assert run(capsys, *words, "--frames", 1)[0] == 0
    status, _, err = run(capsys, *words, "--frames", 3)
    assert status == 1 and "ended after 1 of 3 frames" in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--headless",), "add --frames N"),
        (("--headless", "--frames", 0), "1 or more"),
        (("--headless", "--frames", 2), "there is no camera 0 here"),
        (("--headless", "--frames", 2, "--source", "nothing.mp4"), "there is no such file"),
        (("--headless", "--frames", 2, "--strength", 2), "strength is 0..1.5, not 2"),
        (("--headless", "--frames", 2, "--sigma-map"), "no map"),
        (("--headless", "--frames", 2, "--prior-var", "auto"), "give a number"),
    ],
)
def test_refusals(capsys, words, says) -> None:
    assert says in refused(capsys, "live", "gaussian:0.8", *words)


def test_the_list_of_cameras_is_in_the_refusal(capsys) -> None:
    assert "found: " in refused(capsys, "live", "--headless", "--frames", 1)


def test_without_a_screen_the_window_is_refused(capsys, picture: Path, monkeypatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert "--headless" in refused(capsys, "live", *("gaussian:0.8", "--source", picture))


def test_what_is_seen_is_what_the_interpreter_makes(picture: Path) -> None:
    """One to one: before left of the line, after on its right, the frame in the middle."""
    made = session(picture, **FIR)
    pixels = read_picture(picture).pixels
    height, width = pixels.shape[:2]
    with made.offscreen((width, height)) as (loop, screen):
        loop.framing = loop.framing.one_to_one()
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        seen = screen.pixels().astype(int)
    middle = round(width / 2)
    wanted = interpret.run(made.design.plan, pixels).astype(int)
    assert np.array_equal(seen[:, : middle - 1], pixels[:, : middle - 1])
    assert np.abs(seen[:, middle + 1 :] - wanted[:, middle + 1 :]).max() <= 1


def test_a_new_design_is_shown_though_no_frame_comes(picture: Path) -> None:
    woken = threading.Event()
    made = session(picture, **FIR)
    with made.offscreen(SCREEN, wake=woken.set) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        loop.framing = loop.framing.flipped()
        loop.step(screen)
        before = screen.pixels()
        loop.set(asked("gaussian:1.4", FIR))
        until(lambda: not loop.step(screen) and loop.design.target.blur.spec == "gaussian:1.4")
        loop.step(screen)
        assert not np.array_equal(before, screen.pixels())
        assert loop.player.compiled == 1 and loop.redesign_ms > 0


def test_a_tunable_filter_obeys_at_the_next_frame(picture: Path) -> None:
    made = session(picture, tunable=True)
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        rgb = np.empty((*loop.picture[::-1], 3), np.uint8)
        loop.set(asked("gaussian:1.3", {"tunable": True}))
        loop.step(screen)
        loop.player.read_after(rgb)
        pixels = read_picture(picture).pixels
        wanted = interpret.run(made.design.plan, pixels, values={"sigma": 1.3, "noise": 1 / 255})
    assert np.abs(rgb.astype(int) - wanted).max() <= 1


def test_a_refused_setting_leaves_the_filter(picture: Path) -> None:
    made = session(picture, **FIR)
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        loop.set(Settings("disk:0"))
        until(lambda: not loop.step(screen) and not loop.designing)
        assert "disk" in loop.refusal and loop.design == made.design


def test_a_frozen_picture_stays(tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip())
    with session(source, **FIR).offscreen(SCREEN) as (loop, screen):
        loop.run_headless(screen, 3)
        loop.freeze(True)
        before = screen.pixels()
        for _ in range(20):
            assert not loop.step(screen)
        assert np.array_equal(before, screen.pixels())
        loop.freeze(False)
        loop.run_headless(screen, 3)


def test_a_stream_that_changes_size_goes_on(tmp_path: Path) -> None:
    sizes = [(320, 240), (384, 160), (330, 210)]
    parts = [pictures(tmp_path / f"{w}.mjpeg", f"{w}x{h}").read_bytes() for w, h in sizes]
    pipe = tmp_path / "pipe.mjpeg"
    os.mkfifo(pipe)
    seen = set()

    def send() -> None:
        with pipe.open("wb") as out:
            for size, part in zip(sizes, parts, strict=True):
                while size not in seen:
                    out.write(part)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    with session(pipe, **FIR).offscreen(SCREEN) as (loop, screen):
        while sender.is_alive():
            loop.source.wait(0.05)
            loop.step(screen)
            seen.add(loop.picture)
    sender.join()
    assert seen >= {*sizes}


def opened(held: ExitStack, made: Session) -> tuple[Loop, Offscreen]:
    """The session's loop and screen, as soon as its server is there."""
    deadline_s = time.perf_counter() + PATIENCE_S
    while True:
        try:
            return held.enter_context(made.offscreen(SCREEN))
        except MediaError:
            assert time.perf_counter() < deadline_s
            time.sleep(0.02)


def test_a_camera_that_breaks_off_is_told_and_comes_back() -> None:
    url = f"http://127.0.0.1:{free_port()}/cam.mjpg"
    with ExitStack() as held:
        with running(*camera_words(url, size="160x120")):
            loop, screen = opened(held, session(url, **FIR))
            loop.run_headless(screen, 5)
        until(lambda: not loop.step(screen) and loop.source.status.state == "lost")
        assert any("trying again" in sentence for sentence in loop.spoken())
        with running(*camera_words(url, size="160x120")):
            until(lambda: loop.step(screen) and loop.source.status.resumed == 1)
            assert loop.spoken() == []


def test_newer_frames_win_and_every_frame_is_counted() -> None:
    """A loop slower than its source: what is not shown is skipped, and the newest is shown."""
    turns, at_once = 4, 3
    with session(CLIP, **FIR).offscreen(SCREEN, paced=False) as (loop, screen):
        loop.run_headless(screen, 1)
        for _ in range(turns):
            came = loop.source.status.arrived
            until(lambda came=came: loop.source.status.arrived >= came + at_once)
            assert loop.step(screen)
        figures, status = loop.figures(), loop.source.status
    assert figures.shown == 1 + turns
    assert figures.skipped >= turns * (at_once - 1)
    assert status.arrived >= figures.shown + figures.skipped


def test_a_loop_that_cannot_be_made_leaves_no_thread(picture: Path, monkeypatch) -> None:
    def broken(*_, **__):
        raise DeviceError("no loop today")

    monkeypatch.setattr("rtdeconv.live.session.Loop", broken)
    before = {*threading.enumerate()}
    with pytest.raises(DeviceError), session(picture, **FIR).offscreen(SCREEN):
        pass
    assert {*threading.enumerate()} <= before


def test_the_virtual_camera_gets_every_frame_and_is_given_back(picture: Path, monkeypatch) -> None:
    class Camera:
        sent, closed = 0, 0

        def send(self, rgb, at_s) -> None:
            Camera.sent += 1

        def close(self) -> None:
            Camera.closed += 1

    monkeypatch.setattr("rtdeconv.live.virtual_camera.VirtualCamera", Camera)
    made = replace(session(picture, **FIR), virtual_camera=True)
    made.headless(SCREEN, 1)
    assert (Camera.sent, Camera.closed) == (1, 1)


def test_what_ended_a_source_is_told(tmp_path: Path, monkeypatch) -> None:
    path = write_clip(tmp_path / "in.mkv", Clip())
    frames = len(Clip().times_ms)

    def opened(source: str):
        feed = open_feed(source)
        feed.rewound = lambda: False  # as a source that has to be opened again
        path.write_text("not a video any more")
        return feed

    monkeypatch.setattr("rtdeconv.live.session.open_feed", opened)
    told = session(path, **FIR).headless(SCREEN, 10 * frames, paced=False)
    assert told.figures.shown <= frames and "cannot read video" in told.said


def test_sinks_get_every_frame_and_a_broken_one_is_let_go(tmp_path: Path) -> None:
    class Kept:
        def __init__(self) -> None:
            self.frames = []

        def send(self, rgb, at_s) -> None:
            if len(self.frames) == 3:
                raise DeviceError("it broke off")
            self.frames.append((rgb.copy(), at_s))

    source = write_clip(tmp_path / "in.mkv", Clip())
    kept = Kept()
    with session(source, **FIR).offscreen(SCREEN) as (loop, screen):
        loop.sinks.append(kept)
        loop.run_headless(screen, 6)
        assert loop.sinks == [] and "it broke off" in loop.spoken()
    assert len(kept.frames) == 3
    feed = open_feed(str(source))
    assert kept.frames[0][0].shape[:2] == feed.read().size[::-1]
    feed.close()


@pytest.mark.parametrize("light", ["linear", "encoded", "gamma2"])
def test_a_source_in_pq_is_restored_by_its_own_curve(tmp_path: Path, light: str) -> None:
    clip = Clip(pixel_format="yuv420p10le", codec="libx265", options={}, tags=BT2020_PQ)
    source = write_clip(tmp_path / "pq.mkv", clip)
    made = session(source, method="fir", taps=5, light=light)
    with made.offscreen(SCREEN) as (loop, screen):
        loop.freeze(False)
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        before, after = (np.empty((*loop.picture[::-1], 3), np.uint8) for _ in range(2))
        loop.player.read_before(before)
        loop.player.read_after(after)
    if light == "gamma2":
        assert "coded by PQ" in loop.refusal and np.array_equal(before, after)
        return
    own = {"linear": "pq"}.get(light, light)
    plan = design("gaussian:0.8", method="fir", taps=5, light=own).plan
    # the frame has 16 bits on the GPU, and 8 here
    wanted = interpret.run(plan, before).astype(int)
    assert np.quantile(np.abs(after - wanted), 0.95) <= 2


def test_a_steady_stream_allocates_nothing(tmp_path: Path) -> None:
    """No array of a frame's size is made from frame to frame, and no GL object anew."""
    clip = Clip(size=(640, 480))
    source = write_clip(tmp_path / "in.mkv", clip)
    with session(source, **FIR).offscreen((640, 480), paced=False) as (loop, screen):
        loop.run_headless(screen, 5)
        kept = loop.player.before, loop.player.after
        tracemalloc.start()
        loop.run_headless(screen, 40)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert (loop.player.before, loop.player.after) == kept and loop.player.compiled == 1
    print(f"{peak} bytes at most beyond what was there")
    assert peak < 640 * 480


@pytest.mark.parametrize("light", ["gamma2", "hlg"])
def test_a_light_that_the_source_has_not_is_refused(capsys, tmp_path: Path, light: str) -> None:
    clip = Clip(pixel_format="yuv420p10le", codec="libx265", options={}, tags=BT2020_PQ)
    source = write_clip(tmp_path / "pq.mkv", clip)
    words = ("gaussian:0.8", "--method", "fir", "--light", light, "--source", source)
    assert "coded by PQ" in refused(capsys, "live", *words, "--headless", "--frames", 5)


def test_what_comes_while_frozen_is_not_skipped(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.mjpeg"
    part = pictures(tmp_path / "part.mjpeg", "320x240").read_bytes()
    os.mkfifo(pipe)
    done = threading.Event()

    def send() -> None:
        with suppress(BrokenPipeError), pipe.open("wb") as out:
            while not done.is_set():
                out.write(part)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    with session(pipe, **FIR).offscreen(SCREEN) as (loop, screen):
        loop.run_headless(screen, 3)
        loop.freeze(True)
        before, came = loop.figures().skipped, loop.source.status.skipped
        until(lambda: loop.source.status.skipped > came + 50)
        assert loop.figures().skipped == before
        done.set()
