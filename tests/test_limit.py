"""Halo limits: laws of the bend, steps, peaks and lines, hues, plans."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rtdeconv as rt
from rtdeconv import activity, interpret
from rtdeconv.plan import BORDERS, Limit, parse_limit, star
from rtdeconv.rewrite import limited

SHARES = st.floats(0, 4)
SEEDS = st.integers(0, 2**32 - 1)


def seventeen(planes: np.ndarray) -> list[np.ndarray]:
    """What a limit looks at around each pixel, borders wrapped."""
    return [np.roll(planes, (-t.dy, -t.dx), (0, 1)) for t in star(0)]


def scene(seed: int, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).random((12, 14, channels))


@given(SEEDS, SHARES)
@settings(max_examples=40, deadline=None)
def test_within_the_range_nothing_changes(seed: int, share: float) -> None:
    around = seventeen(scene(seed))
    low, high = np.minimum.reduce(around[:9]), np.maximum.reduce(around[:9])
    inside = low + (high - low) * scene(seed + 1)
    assert np.allclose(activity.limited(inside, around, share), inside, atol=1e-12)


@given(SEEDS, SHARES, st.floats(0.1, 100))
@settings(max_examples=40, deadline=None)
def test_results_stay_in_their_room(seed: int, share: float, size: float) -> None:
    planes = scene(seed)
    around = seventeen(planes)
    low, high = np.minimum.reduce(around[:9]), np.maximum.reduce(around[:9])
    value = planes + size * (scene(seed + 1) - 0.5)
    found = activity.limited(value, around, share)
    standing_out = np.abs(np.array(around) - planes).max(0)
    most = share * (high - low) + activity.PEAK * standing_out
    assert (found <= high + most + 1e-9).all() and (found >= low - most - 1e-9).all()
    moved = np.abs(found - planes) <= np.abs(value - planes) + 1e-9
    assert moved.all(), "a limit only takes away"


def test_a_limit_of_nothing_is_the_range_where_nothing_stands_out() -> None:
    ramp = np.tile(np.linspace(0, 1, 16), (16, 1))[:, :, None]
    found = activity.limited(ramp + 5.0, seventeen(ramp), 0.0)
    assert np.allclose(found[4:-4, 4:-4], np.roll(ramp, -1, 1)[4:-4, 4:-4], atol=1e-6)


@pytest.mark.parametrize("sign", [1, -1])
def test_peaks_and_lines_have_room_and_steps_have_not(sign: int) -> None:
    flat = np.full((15, 15, 1), 0.5)
    point, line, step = flat.copy(), flat.copy(), flat.copy()
    point[7, 7] += 0.1 * sign
    line[:, 7] += 0.1 * sign
    step[:, 7:] += 0.1 * sign
    for planes, room in ((point, 0.3), (line, 0.3), (step, 0.0)):
        far = activity.limited(planes + 1e6 * sign, seventeen(planes), 0.0)
        assert abs(far[7, 7, 0] - planes[7, 7, 0]) == pytest.approx(room, abs=1e-3)


def test_luma_moves_all_channels_alike() -> None:
    planes = scene(1)
    value = planes + (scene(2) - 0.5)
    change = activity.limited_by_luma(value, seventeen(planes), 0.1) - value
    assert np.allclose(change[..., :1], change) and np.abs(change).max() > 0.05
    grey = np.repeat(scene(3, 1), 3, axis=2)
    wanted = np.repeat(grey[..., :1] * 2 - 0.5, 3, axis=2)
    around = seventeen(grey)
    by_channel, by_luma = (f(wanted, around, 0.1) for f in activity.LIMITED.values())
    assert np.allclose(by_channel, by_luma), "the same where there is no colour"


@pytest.mark.parametrize("blur", ["gaussian:0.5", "gaussian:0.7", "gaussian:1", "gaussian:1.5"])
@pytest.mark.parametrize(
    "options",
    [
        {"method": "fir", "taps": 5},
        {"method": "separable", "taps": 7},
        {"adapt": "activity", "learn": "prior", "taps": 5, "terms": 5},
        {"adapt": "oriented", "taps": 5, "terms": 5},
    ],
    ids=lambda options: "-".join(map(str, options.values())),
)
def test_steps_overshoot_by_three_percent_at_most(blur: str, options) -> None:
    free, held = (
        rt.design(blur, light="encoded", limit=limit, **options) for limit in (None, 0.04)
    )
    print(f"{blur}: {100 * free.figures.overshoot:.1f} -> {100 * held.figures.overshoot:.1f} %")
    assert held.figures.overshoot <= 0.03
    assert held.figures.overshoot < free.figures.overshoot


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("by", ["channel", "luma"])
def test_limited_plans_keep_grey_and_obey_strength(by, border) -> None:
    plan = limited(rt.design("gaussian:0.8", method="fir", taps=3, border=border).plan, 0.04, by)
    picture = np.rint(255 * scene(5)).astype(np.uint8)
    assert np.array_equal(interpret.run(plan, picture, strength=0.0), picture)
    grey = np.full_like(picture, 90)
    if border != "zero":
        assert np.array_equal(interpret.run(plan, grey), grey)
    turned = interpret.run(plan, np.ascontiguousarray(np.rot90(picture)))
    assert np.abs(np.rot90(interpret.run(plan, picture)).astype(int) - turned).max() <= 1


@pytest.mark.parametrize("options", [{"sigma_map": True}, {"sigma_at_edge": 1.2}])
def test_filters_told_the_blur_are_limited_too(options) -> None:
    """Their halo is told for the blur they were made for, the same all over."""
    plain = rt.design("gaussian:0.8", tunable=True, limit=0.04)
    found = rt.design("gaussian:0.8", limit=0.04, **options)
    assert abs(found.figures.overshoot - plain.figures.overshoot) < 1e-3


def test_limits_cost_what_is_not_fetched_anyway() -> None:
    for taps, more in ((3, 8), (5, 0), (7, 0)):
        plan = rt.design("gaussian:0.8", method="fir", taps=taps).plan
        assert limited(plan, 0.04).fetches == plan.fetches + more


@pytest.mark.parametrize("text", ["0.04", "0.5:luma", "0", "4"])
def test_limits_are_written_as_they_are_read(text: str) -> None:
    assert parse_limit(text).spec == text
    assert parse_limit(0.25) == Limit(0.25)
