"""Readings made into an estimate, wishes for the filter, and the thread that measures."""

from __future__ import annotations

import itertools
import time
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from live_measured import Hand, found, known, reading, scene, shot
from live_sources import until

from rtdeconv.estimate.blind.measured import CODEC_NOISE
from rtdeconv.live.auto.following import LASTS_S, LEAST_PX, Follower, Reading
from rtdeconv.live.auto.leading import reading_of
from rtdeconv.live.auto.watcher import AHEAD_S, EVERY_S, SHARE, Watcher
from rtdeconv.live.auto.wishes import OFF_PX, ON_PX, known_by, wanted
from rtdeconv.live.settings import Settings

PATIENCE_S = 20.0


# ---- what is made of it


@given(
    st.lists(
        st.tuples(st.floats(0, 3), st.floats(0, 1), st.floats(0, 4), st.floats(0, 0.05)),
        min_size=1,
        max_size=12,
    )
)
def test_an_estimate_lies_among_its_readings(given_readings):
    follower, at_s = Follower(), 0.0
    readings = []
    for sigma, confidence, rest_s, noise in given_readings:
        at_s += rest_s
        readings.append(reading(sigma, confidence, at_s, noise=noise))
        now = follower.add(readings[-1])
        for name in ("sigma_px", "low_px", "high_px", "confidence", "noise"):
            values = [getattr(one, name) for one in readings]
            # sizes are averaged in ratios, in which nothing stands as a tenth of a pixel
            assert min(values) - 1e-9 <= getattr(now, name) <= max(*values, LEAST_PX) + 1e-9
        assert now.low_px <= now.sigma_px + 1e-9 and now.sigma_px <= now.high_px + 1e-9


def test_a_reading_fades():
    follower = Follower()
    follower.add(reading(1.0, 0.8))
    soon = follower.add(reading(1.2, 0.8, at_s=0.1)).sigma_px
    late = follower.add(reading(1.2, 0.8, at_s=3 * LASTS_S)).sigma_px
    assert 1.09 < soon < 1.11 and 1.19 < late < 1.2


def test_unsure_readings_take_confidence_and_leave_the_size():
    follower = Follower()
    before = follower.add(reading(1.0, 0.9))
    for step in range(1, 8):
        now = follower.add(reading(0.3, 0.0, at_s=float(step)))
        assert now.confidence < before.confidence
        before = now
    assert now.sigma_px == pytest.approx(1.0)
    assert now.confidence < 0.15 and now.low_px < 0.15


def test_one_odd_reading_is_passed_over_and_two_that_agree_are_a_change():
    follower = Follower()
    for step in range(5):
        follower.add(reading(0.6, 0.9, at_s=float(step)))
    assert follower.add(reading(2.0, 0.9, at_s=5.0)).sigma_px == pytest.approx(0.6)
    assert follower.add(reading(1.2, 0.9, at_s=6.0)).sigma_px == pytest.approx(0.6)
    assert follower.add(reading(1.25, 0.9, at_s=7.0)).sigma_px == pytest.approx(1.225, abs=0.01)


@given(st.floats(0, 3), st.floats(0, 1), st.floats(0, 1))
def test_less_confidence_never_undoes_more(sigma_px, one, other):
    low, high = sorted((one, other))
    less, more = known(sigma_px, low), known(sigma_px, high)
    assert 0 <= less.undone_px <= more.undone_px <= sigma_px
    assert known(sigma_px, 0.0).undone_px == 0


@given(st.floats(0.5, 2.4), st.floats(0.6, 1), st.floats(0, 0.05), st.floats(1e-4, 1))
def test_what_was_followed_is_not_followed_again(sigma_px, confidence, noise, prior_var):
    """The filter is not designed again for what it was designed for, nor for hardly more."""
    one = known(sigma_px, confidence, noise=noise, prior_var=prior_var)
    assume(one.undone_px > 0)
    settings = wanted(one, Settings("disk:1"), frozenset())
    kind, _, size = settings.blur.partition(":")
    assert kind == "gaussian" and float(size) == pytest.approx(one.undone_px, abs=0.006)
    assert wanted(one, settings, frozenset()) is settings
    hardly = known(1.01 * sigma_px, confidence, noise=noise, prior_var=prior_var)
    assert wanted(hardly, settings, frozenset()) is settings
    other = known(1.2 * sigma_px, confidence, noise=noise, prior_var=prior_var)
    assert wanted(other, settings, frozenset()) != settings


def test_behind_a_codec_filters_are_made_for_more_noise_than_is_seen():
    """As `apply auto` does, and by a mean: codecs leave their blocks in some frames only."""
    clean = found(1.3, 0.9, noise=0.3 / 255)
    coded = replace(clean, noise=replace(clean.noise, defects=("blocky",)))
    assert coded.noise_allowed == CODEC_NOISE > clean.noise_allowed
    follower, seen = Follower(), []
    for at_s, one in enumerate((coded, clean, clean)):
        estimate = follower.add(reading_of(one, float(at_s)))
        seen.append(wanted(known_by(estimate, one), Settings("disk:1"), frozenset()).noise)
    assert seen[0] == pytest.approx(CODEC_NOISE) and seen[0] > seen[1] > seen[2]
    assert seen[2] > 1.5 * clean.noise_allowed


def test_what_a_person_gave_stays():
    start = Settings("gaussian:0.8", noise=0.02, sigma_range=5.0, more={"prior_var": 0.5})
    fixed = frozenset(("noise", "sigma_range", "prior_var"))
    led = wanted(known(1.4, 0.8, noise=0.004, prior_var=0.01), start, fixed)
    assert led.blur != start.blur and replace(led, blur=start.blur) == start


def test_nothing_to_undo_leaves_the_filter_for_what_follows():
    start = Settings("gaussian:0.8")
    assert wanted(known(0.2, 0.0), start, frozenset()) is start


def low_end(low_px: float) -> Reading:
    return Reading(0.0, low_px + 0.2, low_px, low_px + 0.4, 0.6, 0.01, 0.01, 0.02)


def test_a_filter_does_not_come_and_go_with_the_low_end():
    """It comes above the size where it goes; a scene begins with what a picture would get."""
    middle = (OFF_PX + ON_PX) / 2
    undid, seen = None, []
    for by_px in (0.01, -0.04, 0.04, -0.06, 0.04, -0.04, 0.06, -0.04):
        one = known_by(low_end(middle + by_px), found(), undid)
        undid = one.undone_px > 0
        seen.append(undid)
    assert seen == [True, True, True, False, False, False, True, True]
    assert known_by(low_end(middle - 0.01), found()).undone_px == 0


@given(st.floats(OFF_PX - 0.1, ON_PX + 0.1), st.sampled_from([True, False, None]))
def test_what_is_undone_on_either_side_of_a_threshold_is_lawful(low_px, undid):
    """The figures led by stay a measurement, and no range of sizes is left to a blur of none."""
    one = known_by(low_end(low_px), found(), undid)
    assert one.estimate.low_px == low_px
    assert one.undone_px == 0 or OFF_PX <= one.undone_px <= one.estimate.sigma_px
    settings = wanted(one, Settings("gaussian:0.8"), frozenset())
    assert (settings.blur == "gaussian:0.8") == (one.undone_px == 0)


# ---- the thread


def watched(took_s: float, count: int, *, cuts: bool) -> list[tuple[float, float]]:
    """When measurements that take so long begin and end by a clock set by hand, the camera standing
    still or cutting with every frame."""
    clock, spans = Hand(), []

    def measure(_):
        began_s = clock.now_s
        clock.now_s += took_s
        spans.append((began_s, clock.now_s))
        return found()

    watcher = Watcher(lambda: measure, clock=clock, work_clock=clock)
    try:
        deadline_s = time.monotonic() + PATIENCE_S
        while len(spans) < count and time.monotonic() < deadline_s:
            if cuts:
                watcher.begin_scene()
            for _ in range(10):
                clock.now_s += 0.02
                watcher.offer(shot(scene(0, 9, 16)))
                time.sleep(0.0002)
    finally:
        watcher.close()
    assert len(spans) >= count
    return spans


@pytest.mark.parametrize("took_s", [0.002, 0.1, 0.5])
def test_measuring_takes_no_more_than_its_share(took_s):
    """By a clock set by hand. The first one, which also loads what it needs, is not counted."""
    spans = watched(took_s, 5, cuts=False)
    for (before_s, ended_s), (began_s, _) in itertools.pairwise(spans[1:]):
        assert began_s - ended_s >= EVERY_S - 1e-9
        assert ended_s - before_s <= SHARE * (began_s - before_s) + 1e-9


def test_many_cuts_take_their_share_in_the_long_run():
    """New scenes are measured sooner, which is paid back."""
    took_s = 0.1
    (_, warm_s), *spans = watched(took_s, 14, cuts=True)
    assert spans[1][0] - spans[0][1] < EVERY_S  # sooner
    for number, (_, ended_s) in enumerate(spans, 1):
        share = SHARE * (ended_s - warm_s + AHEAD_S)
        assert number * took_s <= share + took_s + 1e-9


def test_a_new_scene_is_measured_before_its_time_and_says_which_it_is():
    clock = Hand()
    watcher = Watcher(lambda: lambda _: found(), clock=clock, work_clock=clock)
    try:
        clock.now_s = 1.0
        watcher.offer(shot(scene(0)))
        until(lambda: watcher.poll() is not None)
        number = watcher.begin_scene()
        clock.now_s += EVERY_S / 2
        watcher.offer(shot(scene(1)))
        answers = []
        until(lambda: answers.append(watcher.poll()) or answers[-1] is not None)
        assert answers[-1].scene == number
    finally:
        watcher.close()
