"""The OpenCV executor against the interpreter on plans that adapt, and steadied over time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage
from worked_plans import (
    CODE,
    DTYPES,
    ODD,
    TINY,
    difference,
    picture,
    small_pictures,
    with_single_floats,
)

from rtdeconv import interpret
from rtdeconv.activity import steadied
from rtdeconv.cpu import CpuPlayer
from rtdeconv.cpu.scratch import Scratch
from rtdeconv.cpu.steady import Steady
from rtdeconv.filters.adaptive import ActivityFir, OrientedFir, Scored
from rtdeconv.light import LIGHTS, decode
from rtdeconv.lower import lower
from rtdeconv.pixels import full_scale, unit_colour
from rtdeconv.plan import BORDERS, Pass, Plan, Sample, Texel, WeightedSum, footprint
from rtdeconv.rewrite import limited, with_copy_first

NOISE = 1 / 255
KINDS = [(ActivityFir, 2, "8-fold"), (ActivityFir, 1, "none"), (OrientedFir, 3, "8-fold")]
BY = ["channel", "luma"]

SINGLES = 1e-5
"""Float32 adds up 24 bands of 49 taps under weights of some 0.3; in structure it carries 7 digits
of energies up to 1000, weights follow their logarithm."""

PQ_SINGLES = 2e-4
"""In PQ's light, of its white: next to it, a 79th root that float32 has rounded by 3e-8 decodes to
2e-5 more or less, which 24 bands weigh by up to 10 altogether."""

TIES = 2e-3
"""Share of 8-bit codes that differ; and of pixels that a tie reached, where float32 and float64
fell on two sides of it when structure was rounded to half floats: 25 pixels' structure, three
numbers each, is rounded to 11 digits of which float32 knows the twelfth and six more."""

FAR = 2e-3
"""How far such a pixel may be off: structure changes by a 2000th, or 1 part in 100 of a mark of a
clipped corner, and the hold on its pixel by as much of what it takes away."""


def plan_of(kind, radius, symmetry="8-fold", light="encoded", border="clamp", seed=0) -> Plan:
    """A filter with any weights, which grow with activity as those of real ones do."""
    rng = np.random.default_rng(seed)
    weights = rng.normal(0, 0.3, (len(kind.bank_of(radius, symmetry).columns), 1))
    curves = weights * np.linspace(0, 1, 5) + rng.normal(0, 0.05, (len(weights), 5))
    filter_ = kind(radius, NOISE**2, tuple(map(tuple, curves.tolist())), Scored(1.0, 1.0, 1))
    return lower(filter_, light=light, border=border)


def scene(size=(96, 112), seed=0, noise=NOISE) -> np.ndarray:
    """Discs, a slope and a bright field that clips, softened, with noise; (H, W, 3), 0..1."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[: size[0], : size[1]][..., None].astype(float)
    planes = 0.2 + 0.3 * x / size[1] + np.zeros(3)
    for _ in range(12):
        row, column, radius = rng.uniform(0, size[0]), rng.uniform(0, size[1]), rng.uniform(3, 12)
        inside = 1 / (1 + np.exp(1.5 * (np.hypot(y - row, x - column) - radius)))
        planes += inside * (rng.uniform(0, 1.2, 3) - planes)
    return np.clip(planes + rng.normal(0, noise, planes.shape), 0, 1)


def stored(planes: np.ndarray, dtype: type) -> np.ndarray:
    full = full_scale(np.dtype(dtype))
    return (planes if full == 1.0 else np.rint(planes * full)).astype(dtype)


def off(plan: Plan, image: np.ndarray) -> np.ndarray:
    """How far apart the two executors are, pixel by pixel, in the plan's light, of its white."""
    found, wanted = CpuPlayer(plan).run(image), interpret.run(plan, image)
    assert (found.shape, found.dtype) == (wanted.shape, wanted.dtype)
    got, due = (decode(unit_colour(one), plan.light) for one in (found, wanted))
    return np.abs(got - due).max(axis=-1) / decode(np.ones(1), plan.light)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_arithmetic_is_that_of_single_floats(kind, border, channels) -> None:
    plan = with_single_floats(plan_of(*kind, border=border))
    for image in (picture(ODD, np.float32, channels), stored(scene(), np.float32)):
        assert difference(CpuPlayer(plan).run(image), interpret.run(plan, image)) <= SINGLES


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_only_ties_of_structure_go_further(kind, light) -> None:
    """In the plan's light: encoding is steep near black."""
    apart = off(plan_of(*kind, light=light), stored(scene(), np.float32))
    ties = np.mean(apart > (PQ_SINGLES if light == "pq" else SINGLES))
    print(f"share {ties:.2g}, most {apart.max():.2g}")
    assert ties <= TIES
    assert apart.max() <= FAR


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_8_bit_codes_are_exact_but_for_ties(kind, light, border) -> None:
    plan, image = plan_of(*kind, light=light, border=border), stored(scene(), np.uint8)
    found, wanted = CpuPlayer(plan).run(image), interpret.run(plan, image)
    assert difference(found, wanted) <= CODE
    assert np.mean(found != wanted) <= TIES


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_every_layout(kind, dtype, channels) -> None:
    plan, image = with_single_floats(plan_of(*kind)), picture(ODD, dtype, channels)
    player = CpuPlayer(plan)
    tolerance = SINGLES if dtype == np.float32 else CODE
    assert difference(player.run(image), interpret.run(plan, image)) <= tolerance
    assert np.array_equal(player.run(image, strength=0.0), image)
    if channels == 4:
        assert np.array_equal(player.run(image)[:, :, 3], image[:, :, 3])


@pytest.mark.parametrize("by", BY)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("border", BORDERS)
def test_limits(by, channels, border) -> None:
    plan = limited(with_single_floats(plan_of(OrientedFir, 2, border=border)), 0.2, by)
    image = picture(ODD, np.float32, channels)
    player = CpuPlayer(plan)
    for strength in (0.5, 1.0):
        wanted = interpret.run(plan, image, strength=strength)
        assert difference(player.run(image, strength=strength), wanted) <= SINGLES


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [*TINY, (4, 1), (1, 4), (4, 4)])
@pytest.mark.parametrize("channels", [1, 3])
def test_pictures_smaller_than_the_kernel(size, border, channels) -> None:
    plan = limited(with_single_floats(plan_of(OrientedFir, 3, border=border)), 0.2)
    image = picture(size, np.float32, channels)
    assert difference(CpuPlayer(plan).run(image), interpret.run(plan, image)) <= SINGLES


@pytest.mark.parametrize("border", BORDERS)
@given(image=small_pictures(), seed=st.integers(0, 99), strength=st.floats(0.0, 1.5))
@settings(deadline=None, max_examples=30)
def test_any_small_picture(image, seed, strength, border) -> None:
    plan = with_single_floats(plan_of(ActivityFir, 1, "point", border=border, seed=seed))
    got = CpuPlayer(plan).run(image, strength=strength)
    wanted = interpret.run(plan, image, strength=strength)
    # floats reach 4, differences 5
    assert difference(got, wanted) <= (10 * SINGLES if image.dtype == np.float32 else CODE)


def test_a_copy_that_comes_first_changes_nothing() -> None:
    plan = plan_of(ActivityFir, 2, light="linear")
    image = stored(scene(), np.uint8)
    moved = replace(plan, passes=with_copy_first(plan.passes))
    assert np.array_equal(CpuPlayer(moved).run(image), CpuPlayer(plan).run(image))


def test_strips_cover_a_picture_of_any_height(monkeypatch) -> None:
    plan, image = plan_of(OrientedFir, 2), picture((61, 37), np.float32)
    whole = CpuPlayer(plan).run(image)
    for rows in (1, 7, 60):
        monkeypatch.setattr("rtdeconv.cpu.strips.PIXELS", rows * 37)
        monkeypatch.setattr("rtdeconv.cpu.strips.ROWS", rows)
        assert np.array_equal(CpuPlayer(plan).run(image), whole)


def test_what_is_no_number_stays_where_it_is() -> None:
    plan, image = plan_of(OrientedFir, 3), picture((40, 40), np.float32)
    wanted = CpuPlayer(plan).run(image)
    for value in (np.nan, np.inf):
        spoiled = image.copy()
        spoiled[20, 20] = value
        found = CpuPlayer(plan).run(spoiled)
        near = np.zeros((40, 40), bool)
        reach = plan.reach
        near[20 - reach : 21 + reach, 20 - reach : 21 + reach] = True
        assert np.allclose(found[~near], wanted[~near], rtol=0, atol=SINGLES)


@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize("by", BY)
def test_patches_beyond_float32_stay_local_and_warn_nobody(light, by) -> None:
    plan = limited(plan_of(*KINDS[0], light=light), 0.04, by)
    whole = picture((40, 40), np.float32)
    for value in (np.inf, 1e30):
        spoiled = whole.copy()
        spoiled[4:10, 4:10] = value
        kept = np.ones((40, 40), bool)
        kept[:20, :20] = False
        restored = CpuPlayer(plan).run(spoiled)
        assert np.array_equal(restored[kept], CpuPlayer(plan).run(whole)[kept])


def test_steady_frames_take_no_new_working_arrays(monkeypatch) -> None:
    player = CpuPlayer(limited(plan_of(OrientedFir, 2, border="wrap"), 0.2), steady=True)
    image = picture(ODD, np.uint8)
    wanted = player.run(image)
    player.run(image)
    monkeypatch.setattr(np, "empty", pytest.fail)
    assert np.array_equal(player.run(image), wanted)


def test_the_first_frame_and_one_that_is_still_are_plain() -> None:
    plan, image = plan_of(OrientedFir, 2), stored(scene(), np.uint8)
    player, wanted = CpuPlayer(plan, steady=True), CpuPlayer(plan).run(image)
    for _ in range(3):
        assert np.array_equal(player.run(image), wanted)


def test_a_plan_without_structure_is_left_alone() -> None:
    linear = ActivityFir(1, NOISE**2, ((0.5,), (0.25,)), Scored(1.0, 1.0, 1))
    plan = lower(linear, light="encoded", border="clamp")
    player = CpuPlayer(plan, steady=True)
    for seed in range(3):
        image = stored(scene(seed=seed), np.uint8)
        assert np.array_equal(player.run(image), CpuPlayer(plan).run(image))


def test_what_changes_is_plain_at_once() -> None:
    plan = plan_of(OrientedFir, 2)
    before = np.full((48, 96, 3), 128, np.uint8)
    after = before.copy()
    after[:, :48] = picture((48, 48), np.uint8)
    player, plain = CpuPlayer(plan, steady=True), CpuPlayer(plan).run(after)
    player.run(before)
    found = player.run(after)
    margin = plan.reach + 2
    for columns in (slice(48 - margin), slice(48 + margin, None)):
        assert np.array_equal(found[:, columns], plain[:, columns])


@pytest.mark.parametrize("again", ["forget", "size", "bypass"])
def test_what_starts_anew(again) -> None:
    plan = plan_of(OrientedFir, 2)
    player = CpuPlayer(plan, steady=True)
    first, second = (stored(scene(noise=NOISE, seed=1) * k, np.uint8) for k in (1.0, 0.98))
    plain = CpuPlayer(plan).run(second)
    player.run(first)
    assert not np.array_equal(player.run(second), plain)
    player.run(first)
    if again == "forget":
        player.forget()
    elif again == "size":
        player.run(first[1:].copy())
    else:
        player.run(first, strength=0.0)
    assert np.array_equal(player.run(second), plain)


def test_noise_on_a_still_scene_flickers_less() -> None:
    """Where a filter sharpens what is active: noise that is taken for activity is sharpened too."""
    curves = (tuple(np.linspace(0, 0.5, 5).tolist()),) * 5
    sharpens = ActivityFir(2, NOISE**2, curves, Scored(1.0, 1.0, 1))
    plan, rng = lower(sharpens, light="encoded", border="clamp"), np.random.default_rng(0)
    still = 0.98 * scene(noise=0.0)
    frames = [stored(still + rng.normal(0, NOISE, still.shape), np.float32) for _ in range(16)]
    kept, before = (
        float(np.mean(np.var([player.run(one) for one in frames][6:], axis=0)))
        for player in (CpuPlayer(plan, steady=True), CpuPlayer(plan))
    )
    print(f"temporal variance {kept / before:.3f} of that without")
    assert kept < before


def test_steadied_structure_is_that_of_the_definition() -> None:
    plan, rng = plan_of(OrientedFir, 2, border="mirror"), np.random.default_rng(0)
    before, now = rng.gamma(2.0, 1.0, (2, 3, 40, 50)).astype(np.float16).astype(np.float32)
    now[:, :, :25] = before[:, :, :25] * np.float32(1.25)
    taps = np.zeros((5, 5))
    for texel, weight in footprint(plan.passes[1].expr.b.mean).items():
        taps[2 + texel.dy, 2 + texel.dx] = weight
    seen = [one.astype(float) for one in (now, before)]
    means = [np.stack([ndimage.correlate(p, taps, mode="reflect") for p in one]) for one in seen]
    wanted = steadied(*(one.transpose(1, 2, 0) for one in (*seen, *means))).astype(np.float16)
    steady = Steady(plan)
    steady.mix_in(1, before, Scratch())
    steady.mix_in(1, now, Scratch())
    found = now.transpose(1, 2, 0)
    assert np.mean(found != wanted) <= TIES
    assert np.allclose(found, wanted, rtol=1e-3, atol=1e-5)


def test_what_was_no_number_is_forgotten() -> None:
    plan, image = plan_of(OrientedFir, 2), picture((40, 40), np.float32)
    player, spoiled = CpuPlayer(plan, steady=True), image.copy()
    spoiled[20, 20] = np.nan
    player.run(spoiled)
    assert np.isfinite(player.run(image)).all()


def test_sums_may_read_between_pixels_and_from_other_images() -> None:
    plan = with_single_floats(plan_of(ActivityFir, 2))
    structure, last = plan.passes
    node = last.expr.b
    terms = ((1.0, Texel(2, 0, 0)), (-0.5, Sample(0, 0.5, -0.25)), (-0.5, Texel(0, -2, 1)))
    bands = (replace(node.bands[0], total=WeightedSum(terms)), *node.bands[1:])
    mixed = replace(last.expr, b=replace(node, base=Texel(0, 1, 0), bands=bands))
    passes = (structure, Pass(Texel(0, 0, 0), "32f"), replace(last, expr=mixed))
    image = stored(scene(), np.float32)
    plan = replace(plan, passes=passes)
    assert difference(CpuPlayer(plan).run(image), interpret.run(plan, image)) <= SINGLES
