"""Settings, the designs that are made for them beside the frames, and their curves."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv import design
from rtdeconv.blur import parse_blur
from rtdeconv.designer import refit
from rtdeconv.fit import ADAPTING, FAMILIES, family_named
from rtdeconv.live.curves import curves
from rtdeconv.live.redesign import Redesigner
from rtdeconv.live.settings import SIZES_PX, Settings, SimpleBlur, asked, of_design, simple_blur
from rtdeconv.live.stand_in import stand_in
from rtdeconv.live.statistics import WINDOW, Statistics
from rtdeconv.plan import Limit, parse_limit

PATIENCE_S = 20.0


@pytest.fixture
def answers():
    """Makes a redesigner and waits for its last answer."""
    made = []

    def wait_for(one):
        until = time.monotonic() + PATIENCE_S
        found = []
        while time.monotonic() < until:
            answer = one.poll()
            if answer is not None:
                found.append(answer)
            elif not one.busy:
                break
            time.sleep(0.002)
        return found

    def make(settings):
        start = design(settings.blur, **settings.options)
        made.append(Redesigner(start, settings))
        return made[-1], wait_for

    yield make
    for one in made:
        one.close()


def test_the_newest_settings_are_designed_for(answers):
    redesigner, wait_for = answers(Settings("gaussian:0.7", method="fir"))
    for sigma in (0.8, 0.9, 1.0):
        redesigner.ask(Settings(f"gaussian:{sigma}", method="fir"))
    last = wait_for(redesigner)[-1]
    assert last.design == design("gaussian:1.0", method="fir")
    assert last.curves is not None and last.took_ms > 0


def test_a_family_at_hand_answers_first_and_the_choice_follows(answers):
    start = Settings("gaussian:0.6")
    redesigner, wait_for = answers(start)
    family = design("gaussian:0.6").method, design("gaussian:0.6").size
    redesigner.ask(Settings("gaussian:1.3"))
    first, *_, last = wait_for(redesigner)
    assert (first.design.method, first.design.size) == family
    assert last.design == design("gaussian:1.3")


def learned(blur: str, **changes) -> Settings:
    return replace(Settings(blur, light="encoded").with_method("activity"), **changes)


def test_while_a_filter_is_learned_another_stands_in(answers):
    redesigner, wait_for = answers(learned("gaussian:0.7"))
    redesigner.ask(learned("gaussian:0.9"))
    first, last = wait_for(redesigner)
    assert first.design is None and first.stand_in.target.blur.spec == "gaussian:0.9"
    assert last.stand_in is None
    assert last.design == design("gaussian:0.9", **learned("gaussian:0.9").options)
    assert last.design.scored is not None


def test_what_was_learned_serves_other_limits_and_sizes(answers):
    """Nothing flashes up between: the learned filter is there as soon as another would be."""
    redesigner, wait_for = answers(learned("gaussian:0.7"))
    for changed in ({"limit": Limit(0.25, "luma")}, {"more": {"taps": 7, "terms": 3}}):
        redesigner.ask(learned("gaussian:0.7", **changed))
        (answer,) = wait_for(redesigner)
        assert answer.stand_in is None and answer.design.limit == changed.get("limit")


@pytest.mark.parametrize("way", [one.name for one in ADAPTING])
def test_a_stand_in_adapts_as_what_it_stands_in_for(way):
    settings = Settings("disk:1", light="gamma2", limit=Limit(0.5)).with_method(way)
    other = stand_in(settings)
    assert other.adapts and other.limit == settings.limit and other.light == settings.light
    assert other.size == family_named(way).usual
    assert other.filter.classes == other.size.terms
    if way == "activity:prior":
        assert other.plan == design("disk:1", **settings.options).plan


@pytest.mark.parametrize(
    ("method", "changes", "says"),
    [
        ("activity", {"max_overshoot": 0.1}, "--limit holds halos"),
        ("oriented", {"blur": "motion:3@20"}, "take --adapt activity"),
        ("fir", {"blur": "disk:0"}, "disk"),
    ],
)
def test_nothing_stands_in_for_what_is_refused(answers, method, changes, says):
    redesigner, wait_for = answers(Settings("gaussian:0.7", method="fir"))
    redesigner.ask(replace(Settings("gaussian:0.7").with_method(method), **changes))
    (refused,) = wait_for(redesigner)
    assert refused.design is None and refused.stand_in is None and says in refused.refusal


def test_a_refusal_is_a_sentence_and_the_next_wish_is_heard(answers):
    redesigner, wait_for = answers(Settings("gaussian:0.7", method="fir"))
    redesigner.ask(Settings("gaussian:-1", method="fir"))
    (refused,) = wait_for(redesigner)
    assert refused.design is None and "gaussian" in refused.refusal
    redesigner.ask(Settings("gaussian:0.9", method="fir"))
    assert wait_for(redesigner)[-1].design is not None


def test_an_answer_that_nobody_took_is_still_to_come():
    """Or the window would call the filter before it the one for the settings."""
    woken = threading.Event()
    settings = Settings("gaussian:0.7", method="fir")
    redesigner = Redesigner(design("gaussian:0.7", method="fir"), settings, wake=woken.set)
    redesigner.ask(Settings("gaussian:0.9", method="fir"))
    assert woken.wait(PATIENCE_S)
    redesigner.close()  # nothing is under way any more
    assert redesigner.busy
    assert redesigner.poll() is not None and not redesigner.busy


def test_whoever_waits_is_woken():
    woken = threading.Event()
    settings = Settings("gaussian:0.7", method="fir")
    redesigner = Redesigner(design("gaussian:0.7", method="fir"), settings, wake=woken.set)
    redesigner.ask(Settings("gaussian:0.9", method="fir"))
    assert woken.wait(PATIENCE_S)
    redesigner.close()


@pytest.mark.parametrize("family", FAMILIES)
def test_refitting_what_did_not_change_changes_nothing(family):
    found = design("gaussian:0.8", method=family, noise=2 / 255)
    again = refit(found, "gaussian:0.8", noise=2 / 255)
    assert again.expected_error == pytest.approx(found.expected_error, rel=1e-3)
    assert again.plan.fetches == found.plan.fetches


@pytest.mark.parametrize("taps", [5, 9, 13, 17])
@pytest.mark.parametrize("blur", ["gaussian:0.75", "gaussian:1.2x0.6@30", "motion:3@20"])
def test_moved_fetches_stay_near_what_a_search_finds(taps, blur):
    """One slider step on: within a twentieth of a dB of the whole search, fetches and all."""
    found = design(blur, method="fetch", taps=taps)
    further = parse_blur(blur).scaled(1.03)
    moved, searched = refit(found, further), design(further, method="fetch", taps=taps)
    assert moved.plan.fetches <= searched.plan.fetches
    assert moved.expected_loss_db <= searched.expected_loss_db + 0.05


@given(
    kind=st.sampled_from(sorted(SIZES_PX)),
    size=st.integers(1, 90).map(lambda n: n / 10),
    angle=st.integers(-90, 90),
)
def test_simple_blurs_are_read_as_they_are_written(kind, size, angle):
    blur = SimpleBlur(kind, size, angle if kind == "motion" else 0.0)
    assert simple_blur(blur.spec) == blur


def test_other_blurs_are_not_simple():
    for spec in ("gaussian:1.2x0.6@30", "disk:1+gaussian:0.5", "upscale:2:bilinear", "airy:8,.5,3"):
        assert simple_blur(spec) is None


@pytest.mark.parametrize("family", [*FAMILIES, *(one.name for one in ADAPTING)])
def test_settings_of_a_design_make_it_again(family):
    size = family_named(family).usual.options
    words = {"method": family, "border": "mirror", "light": "encoded", "limit": "0.3:luma", **size}
    found = design("disk:1.2", noise=2 / 255, **words)
    settings = of_design(found)
    again = design(settings.blur, **settings.options)
    assert np.array_equal(again.filter.kernel(), found.filter.kernel())
    assert again.plan == found.plan
    assert of_design(again) == settings


@pytest.mark.parametrize("limit", [0, 0.3, "0.5", "1:luma"])
@pytest.mark.parametrize(
    ("words", "method"),
    [
        ({"adapt": "activity"}, "activity"),
        ({"adapt": "activity", "learn": "prior"}, "activity:prior"),
        ({"adapt": "oriented", "learn": "some/*.png"}, "oriented:some/*.png"),
        ({"adapt": "activity", "method": "comb"}, "activity-comb"),
    ],
)
def test_ways_to_adapt_and_limits_become_settings(words, method, limit):
    settings = asked("gaussian:0.9", {**words, "limit": limit, "terms": 3})
    assert settings.adapts and (settings.method, settings.more) == (method, {"terms": 3})
    assert settings.limit == parse_limit(limit)
    assert parse_limit(settings.options["limit"]) == settings.limit


def test_options_of_the_command_line_become_settings():
    settings = asked("gaussian:0.9", {"noise": 0.01, "tunable": True, "border": "wrap"})
    assert (settings.method, settings.noise, settings.more) == ("tunable", 0.01, {"border": "wrap"})
    plan = design("gaussian:0.9", **settings.options).plan
    assert settings.values(plan) == {"sigma": 0.9, "noise": 0.01}
    assert Settings("gaussian:9", noise=5).values(plan) == {"sigma": 2.0, "noise": 0.1}
    assert settings.values(design("gaussian:0.9", method="fir").plan) == {}


def test_another_family_comes_in_its_usual_size():
    settings = Settings("gaussian:0.8", fetches=9, more={"taps": 13, "border": "wrap"})
    other = settings.with_method("comb")
    assert (other.fetches, other.more) == (None, {"border": "wrap"})
    adaptive = settings.with_method("oriented")
    assert adaptive.more == {"border": "wrap", **family_named("oriented").usual.options}


@pytest.mark.parametrize("blur", ["gaussian:0.8", "box:3", "disk:1.5", "box:2"])
def test_curves_are_those_of_the_blur_and_filter(blur):
    found = design(blur, method="fir")
    drawn = curves(found)
    assert drawn.achieved[0] == pytest.approx(1) and drawn.blur[0] == pytest.approx(1)
    psf, kernel = found.target.blur.psf(), found.filter.kernel()
    step = (np.arange(-40, 41) >= 0).astype(float)
    blurred = np.convolve(step, psf.sum(0), "same")
    restored = np.convolve(blurred, kernel.sum(0), "same")
    at = 40 + drawn.edge_px.astype(int)
    assert drawn.edge_blurred == pytest.approx(blurred[at])
    assert drawn.edge_restored == pytest.approx(restored[at])


def test_curves_of_what_adapts_are_those_of_its_most_active_class():
    found = design("gaussian:0.8", method="activity", taps=5, terms=3)
    assert np.array_equal(curves(found).kernel, found.filter.kernels()[-1])


def test_statistics_count_and_look_back():
    counted = Statistics()
    for n in range(3 * WINDOW):
        at = n / 50
        counted.frame(arrived_s=at, draw_s=0.004, shown_s=at + 0.010, skipped=7)
    counted.hold(skipped=WINDOW + 7)
    assert counted.figures(skipped=9 * WINDOW).skipped == WINDOW
    counted.go_on(skipped=9 * WINDOW)
    figures = counted.figures(skipped=9 * WINDOW)
    assert (figures.shown, figures.shown_share) == (3 * WINDOW, 0.75)
    assert figures.shown_fps == pytest.approx(50)
    assert figures.draw_ms == pytest.approx(4)
    assert figures.latency_ms == pytest.approx(10) == figures.late_ms


@pytest.mark.parametrize("count", [1, 2, 19, 20, 21, 100])
def test_nineteen_of_twenty_frames_are_within_the_late_one(count: int) -> None:
    counted = Statistics()
    late_ms = np.random.default_rng(0).permutation(count) + 1.0
    for ms in late_ms:
        counted.frame(arrived_s=0.0, draw_s=0.0, shown_s=ms / 1000, skipped=0)
    figures = counted.figures(skipped=0)
    within = sum(ms <= figures.late_ms + 1e-9 for ms in late_ms)
    assert 0.95 <= within / count < 0.95 + 1 / count + 1e-9
    assert figures.latency_ms <= figures.late_ms
