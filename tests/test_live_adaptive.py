"""`rtdeconv live` with filters that adapt: what stands in while they are learned."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from command_line import run
from live_sources import until
from media_clips import Clip, write_clip
from test_live import PATIENCE_S, SCREEN, session

from rtdeconv import design, interpret
from rtdeconv.gpu.programs import Drawing
from rtdeconv.live.settings import asked
from rtdeconv.live.stand_in import stand_in
from rtdeconv.media.pictures import read_picture
from rtdeconv.plan import Plan

ADAPTING = {"method": "activity", "taps": 5, "terms": 5, "light": "encoded"}


def test_a_stand_in_is_shown_while_a_filter_is_learned(picture: Path) -> None:
    """It is never the session's design; the learned filter is, and is what is shown in the end."""
    made = session(picture, **ADAPTING)
    pixels = read_picture(picture).pixels
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        rgb = np.empty((*loop.picture[::-1], 3), np.uint8)

        def is_shown(plan: Plan) -> bool:
            loop.step(screen)
            loop.player.read_after(rgb)
            return np.abs(rgb.astype(int) - interpret.run(plan, pixels)).max() <= 1

        changed = asked("gaussian:1.3", {**ADAPTING, "limit": 0.2})
        loop.set(changed)
        until(lambda: loop.step(screen) or loop.is_learning)
        assert loop.design == made.design and loop.designing
        assert is_shown(stand_in(changed).plan)
        until(lambda: not loop.step(screen) and not loop.designing, PATIENCE_S)
        assert not loop.is_learning and loop.design == design("gaussian:1.3", **changed.options)
        assert is_shown(loop.design.plan)


def test_a_refusal_ends_what_stands_in(picture: Path) -> None:
    """Pictures to learn from are looked for only when the settings rest."""
    made = session(picture, **ADAPTING)
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        before = screen.pixels()
        loop.set(asked("gaussian:1.3", {**ADAPTING, "method": "activity:nowhere/*.png"}))
        until(lambda: loop.step(screen) or loop.is_learning)
        until(lambda: not loop.step(screen) and not loop.designing, PATIENCE_S)
        assert "nowhere" in loop.refusal and not loop.is_learning and loop.design == made.design
        loop.step(screen)
        assert np.array_equal(before, screen.pixels())


def test_moving_what_adapts_compiles_nothing(picture: Path, monkeypatch) -> None:
    """Neither what stands in, nor the noise that activity is measured against, nor a limit's share
    makes a shader anew: that would be seen."""
    made = session(picture, **ADAPTING, limit=0.5)
    with made.offscreen(SCREEN) as (loop, screen):
        assert loop.source.wait(PATIENCE_S) and loop.step(screen)
        built = []
        whole = Drawing.__init__
        monkeypatch.setattr(Drawing, "__init__", lambda *words: built.append(1) or whole(*words))
        for changes in ({"noise": 3 / 255}, {"limit": 0.25}, {"blur": "gaussian:0.9"}):
            words = {**ADAPTING, "limit": 0.5, **changes}
            loop.set(asked(words.pop("blur", "gaussian:0.8"), words))
            until(lambda: not loop.step(screen) and not loop.designing, PATIENCE_S)
        assert loop.design.target.blur.spec == "gaussian:0.9" and not built


def test_adaptive_filters_run_by_their_options_and_from_a_file(capsys, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", Clip())
    words = ("gaussian:0.8", "--adapt", "activity", "--terms", 3, "--limit", "0.3:luma")
    filter_ = tmp_path / "filter.json"
    assert run(capsys, "design", *words, "-o", filter_)[0] == 0
    told = []
    for given in (words, (filter_,)):
        to_end = ("--source", source, "--headless", "--frames", 5, "--json")
        status, out, err = run(capsys, "live", *given, *to_end)
        assert (status, err) == (0, "")
        told.append(json.loads(out)["filter"])
    assert told[0] == told[1] and "activity" in told[0]
