"""Auto in `rtdeconv live`: in the loop, by its key, and what is told of it."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from command_line import run
from live_measured import found, scene, shot
from live_sources import until
from skimage import data
from soft_pictures import blurred, video_of

from rtdeconv import design
from rtdeconv.errors import ValueRefused
from rtdeconv.live.auto import Auto, leading
from rtdeconv.live.commands import COMMANDS
from rtdeconv.live.session import Session
from rtdeconv.live.settings import Settings, asked

FIR = {"method": "fir", "taps": 5, "light": "encoded"}
SCREEN = (320, 240)
PATIENCE_S = 20.0


@pytest.fixture
def measured(monkeypatch):
    """Stands in for the measurement: what it is to answer, and how often it was asked."""
    told = SimpleNamespace(answer=found(1.5, 0.9), calls=0)

    def measure(pictures):
        told.calls += 1
        if isinstance(told.answer, Exception):
            raise told.answer
        return told.answer

    monkeypatch.setattr(leading, "_load", lambda: measure)
    return told


def session(source, **options) -> Session:
    blur = "gaussian:0.8"
    settings = asked(blur, FIR)
    return Session(str(source), design(blur, **FIR), settings, auto=True, **options)


def turns(loop, screen, holds, timeout_s: float = PATIENCE_S) -> None:
    """Turns until it holds."""
    until(lambda: loop.step(screen) is not None and holds(), timeout_s)


# ---- in the loop


def test_frames_are_shown_as_they_come_until_something_is_known(picture, measured):
    measured.answer = ValueRefused("there is nothing to measure in this picture")
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        turns(loop, screen, lambda: "nothing to measure" in loop.auto.said)
        assert loop.auto.is_idle and loop.auto.is_unsure and not loop.is_restoring
        rgb = [np.empty((*loop.picture[::-1], 3), np.uint8) for _ in range(2)]
        loop.player.read_before(rgb[0])
        loop.player.read_after(rgb[1])
        assert np.array_equal(*rgb)


def test_the_filter_follows_what_is_measured(picture, measured):
    measured.answer = found(1.3, 0.9, noise=2 / 255)
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None and not loop.designing)
        assert loop.is_restoring
        target = loop.design.target
        size = round(measured.answer.undone_px, 2)
        assert target.blur.spec == f"gaussian:{size:g}"
        assert target.noise.sigma == pytest.approx(2 / 255)
        assert target.range_percent == pytest.approx(measured.answer.sigma_range)
        assert target.prior.var == 0.02
        assert "sigma 1.30 px (1.17-1.43), noise 2.0/255, confidence 0.90" in loop.auto.said
        rgb = [np.empty((*loop.picture[::-1], 3), np.uint8) for _ in range(2)]
        loop.player.read_before(rgb[0])
        loop.player.read_after(rgb[1])
        assert not np.array_equal(*rgb)


def test_low_confidence_does_less_and_says_so(picture, measured):
    measured.answer = found(1.3, 0.0)
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None)
        assert "unsure, doing nothing" in loop.auto.said and not loop.is_restoring
    measured.answer = found(2.0, 0.4)
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None)
        assert "unsure, doing less" in loop.auto.said and loop.is_restoring
        assert 0 < float(loop.settings.blur.partition(":")[2]) < 2.0
    measured.answer = replace(found(0.0, 0.0), sigma_px_high=20.0, has_edges=False)
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None)
        assert "too few edges" in loop.auto.said and not loop.is_restoring


def test_a_sharp_source_is_no_warning(picture, measured):
    measured.answer = replace(found(0.2, 0.0), sigma_px_high=0.6)
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None)
        assert loop.auto.said.startswith("nothing to undo") and not loop.auto.is_unsure
        assert not loop.is_restoring


def test_a_hand_on_what_is_measured_ends_it_and_elsewhere_does_not(picture, measured):
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        turns(loop, screen, lambda: loop.auto.known is not None)
        loop.set(replace(loop.settings, light="gamma2", max_overshoot=0.2))
        assert loop.auto.is_on
        loop.set(replace(loop.settings, blur="gaussian:0.5"))
        assert not loop.auto.is_on and loop.auto.said == ""
        assert loop.settings.blur == "gaussian:0.5" and loop.is_restoring
        turns(loop, screen, lambda: loop.design.target.blur.spec == "gaussian:0.5")


def test_the_key_turns_it_on_and_off(picture, measured):
    """On for a still picture too, of which no other frame comes."""
    made = Session(str(picture), design("gaussian:0.8", **FIR), asked("gaussian:0.8", FIR))
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        assert not loop.auto.is_on and measured.calls == 0
        window: Any = SimpleNamespace()
        actions: Any = SimpleNamespace()
        COMMANDS["auto"](window, loop, actions)
        assert loop.auto.is_on and loop.is_restoring  # the filter at hand goes on till then
        turns(loop, screen, lambda: loop.settings.blur != "gaussian:0.8")
        led = loop.settings
        COMMANDS["auto"](window, loop, actions)
        assert not loop.auto.is_on and loop.settings is led


def test_an_answer_about_the_scene_before_is_not_followed():
    asked_for, may_go = threading.Event(), threading.Event()

    def measure(_):
        asked_for.set()
        assert may_go.wait(PATIENCE_S)
        return found(2.0)

    auto, settings = Auto(is_on=True, load=lambda: measure), Settings("gaussian:0.8")
    try:
        until(lambda: auto.see(shot(scene(0))) or asked_for.is_set())
        auto.see(shot(scene(1)))
        assert auto.scenes == 2
        may_go.set()
        auto.wait(PATIENCE_S)
        assert auto.led(settings) is settings and auto.known is None
    finally:
        may_go.set()
        auto.close()


def test_what_breaks_the_measurement_is_not_hidden(picture, measured):
    measured.answer = RuntimeError("a mistake of ours")
    with session(picture).offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S)
        with pytest.raises(RuntimeError, match="a mistake of ours"):
            turns(loop, screen, lambda: False)


def test_no_thread_is_left(picture, measured):
    before = {*threading.enumerate()}
    for _ in range(3):
        with session(picture).offscreen(SCREEN) as (loop, screen):
            assert loop.source.wait(PATIENCE_S) and loop.step(screen)
            turns(loop, screen, lambda: loop.auto.known is not None)
    assert {*threading.enumerate()} <= before


def test_the_statistics_tell_what_was_measured(capsys, picture, measured):
    words = ("live", "auto", "--method", "fir", "--source", picture, "--headless", "--frames", 1)
    status, out, err = run(capsys, *words)
    assert (status, err) == (0, "")
    assert "measured              sigma 1.50 px (1.35-1.65), noise 1.5/255" in out
    assert f"undone                {measured.answer.undone_px:.2f} px\n" in out
    status, out, _ = run(capsys, *words, "--json", "--prior-var", "auto")
    told = json.loads(out)["auto"]
    assert (status, told["sigma_px"], told["scenes"], told["measured"]) == (
        0,
        pytest.approx(1.5),
        1,
        1,
    )
    assert {"sigma_px_low", "sigma_px_high", "noise", "confidence", "undone_px"} <= {*told}


def test_the_statistics_of_nothing_undone_name_no_filter(capsys, picture, measured):
    measured.answer = replace(found(0.2, 0.0), sigma_px_high=0.6)
    words = ("live", "auto", "--method", "fir", "--source", picture, "--headless", "--frames", 1)
    _, out, _ = run(capsys, *words)
    assert "filter                none, frames are shown as they come\n" in out
    assert "undone                nothing\n" in out and "gaussian" not in out
    told = json.loads(run(capsys, *words, "--json")[1])
    assert told["filter"].startswith("none") and told["auto"]["undone_px"] == 0
    assert told["auto"]["measuring_share"] is None  # of one measurement, which loads what it needs


def test_the_statistics_of_what_is_unknown_are_null(capsys, picture, measured):
    measured.answer = replace(found(0.0, 0.0), sigma_px_high=3.0, has_edges=False)
    words = ("live", "auto", "--method", "fir", "--source", picture, "--headless", "--frames", 1)
    told = json.loads(run(capsys, *words, "--json")[1])["auto"]
    assert [told[name] for name in ("sigma_px", "sigma_px_low", "sigma_px_high")] == 3 * [None]
    assert told["confidence"] == 0 and told["noise"] > 0


def test_a_blurred_clip_is_measured_while_it_runs(capsys, tmp_path):
    soft = blurred(data.astronaut(), "gaussian:1.2", noise=0.5)
    clip = video_of(tmp_path / "clip.mp4", [np.roll(soft, 2 * n, 1) for n in range(12)])
    words = ("live", "auto", "--method", "fir", "--light", "encoded", "--source", clip)
    status, out, err = run(capsys, *words, "--headless", "--frames", 12, "--json")
    told = json.loads(out)["auto"]
    assert (status, err) == (0, "")
    assert told["sigma_px_low"] <= 1.2 <= told["sigma_px_high"]
    assert told["sigma_px"] == pytest.approx(1.2, abs=0.25)
    assert told["noise"] < 1.5 / 255 and told["confidence"] > 0.5
    assert 0 < told["undone_px"] <= told["sigma_px"]


def test_another_scene_is_measured_anew():
    """By the real measurement: what was known of the first scene is not mixed in."""
    scenes = [(data.astronaut(), "gaussian:0.7"), (255 - data.coffee(), "gaussian:2")]
    auto, settings = Auto(is_on=True), Settings("gaussian:0.8")
    try:
        for number, (pixels, spec) in enumerate(scenes, 1):
            frame = shot(blurred(pixels[..., 1], spec))
            until(
                lambda frame=frame, number=number: (
                    auto.see(frame)
                    or (auto.led(settings) and auto.known is not None and auto.measured == number)
                ),
                PATIENCE_S,
            )
            assert auto.scenes == number
            size = float(spec.partition(":")[2])
            assert auto.known.estimate.sigma_px == pytest.approx(size, abs=0.35)
    finally:
        auto.close()


def test_without_auto_there_is_nothing_to_tell(capsys, picture):
    words = ("live", "gaussian:0.8", "--method", "fir", "--source", picture, "--headless")
    status, out, _ = run(capsys, *words, "--frames", 1, "--json")
    assert status == 0 and json.loads(out)["auto"] is None
