"""The OpenCV executor against the interpreter."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worked_plans import (
    CODE,
    DTYPES,
    EVERY_PLAN,
    EVERY_PLAN_ID,
    ODD,
    SINGLE_FLOATS,
    TINY,
    apart,
    difference,
    firs,
    picture,
    plan_of,
    small_pictures,
    with_single_floats,
)

from rtdeconv import interpret
from rtdeconv.cpu import CpuPlayer
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import Size
from rtdeconv.light import LIGHTS
from rtdeconv.lower import lower
from rtdeconv.plan import BORDERS, Pass, Plan, Texel

CODE_16 = 2
"""Half an index of the encoding table is .9 of a 16-bit code, and the result is rounded again."""

TIES = 2e-3
"""Share of 8-bit codes that may differ: those within .01 code of a tie, were they spread evenly."""


@pytest.mark.parametrize(("sized", "border", "light"), EVERY_PLAN, ids=EVERY_PLAN_ID)
def test_every_plan_on_float_pictures(sized, border, light) -> None:
    plan = with_single_floats(plan_of(*sized, light, border))
    image = picture(ODD, np.float32)
    got, wanted = CpuPlayer(plan).run(image), interpret.run(plan, image)
    assert apart(got, wanted, light) <= SINGLE_FLOATS[light]


@pytest.mark.parametrize(("sized", "border", "light"), EVERY_PLAN, ids=EVERY_PLAN_ID)
def test_every_plan_on_integer_pictures(sized, border, light) -> None:
    plan = plan_of(*sized, light, border)
    for dtype, tolerance in ((np.uint8, CODE), (np.uint16, CODE_16)):
        image = picture(ODD, dtype)
        got, wanted = CpuPlayer(plan).run(image), interpret.run(plan, image)
        assert apart(got, wanted, light) <= tolerance


@pytest.mark.parametrize("light", [light for light in LIGHTS if light != "encoded"])
def test_8_bit_codes_are_exact_but_for_ties(light) -> None:
    plan = plan_of("fir", Size(taps=5), light)
    image = picture((360, 640), np.uint8)
    differing = np.mean(CpuPlayer(plan).run(image) != interpret.run(plan, image))
    print(f"share of differing codes {differing:.2g}")
    assert differing < TIES


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    "sized", [("fir", Size(taps=15)), ("gauss", Size(terms=5)), ("comb", Size(terms=3))], ids=str
)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_pictures_smaller_than_the_kernel(size, border, sized, channels) -> None:
    plan = with_single_floats(plan_of(*sized, "encoded", border))
    image = picture(size, np.float32, channels)
    got, wanted = CpuPlayer(plan).run(image), interpret.run(plan, image)
    assert difference(got, wanted) <= SINGLE_FLOATS["encoded"]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_every_layout(dtype, channels) -> None:
    plan, image = plan_of("comb", Size(terms=2), "encoded"), picture(ODD, dtype, channels)
    player = CpuPlayer(plan)
    tolerance = SINGLE_FLOATS["encoded"] if dtype == np.float32 else CODE
    assert difference(player.run(image), interpret.run(plan, image)) <= tolerance
    assert np.array_equal(player.run(image, strength=0.0), image)
    if channels == 4:
        assert np.array_equal(player.run(image)[:, :, 3], image[:, :, 3])


@pytest.mark.parametrize("border", BORDERS)
@given(filter_=firs(), image=small_pictures(), strength=st.floats(0.0, 1.5))
@settings(deadline=None, max_examples=50)
def test_any_small_filter_on_any_small_picture(filter_, image, strength, border) -> None:
    plan = lower(filter_, light="encoded", border=border)
    got = CpuPlayer(plan).run(image, strength=strength)
    wanted = interpret.run(plan, image, strength=strength)
    # floats reach 4 and sums of taps 100
    tolerance = 100 * SINGLE_FLOATS["encoded"] if image.dtype == np.float32 else CODE
    assert difference(got, wanted) <= tolerance


def test_frames_do_not_share_their_arrays() -> None:
    player = CpuPlayer(plan_of("comb", Size(terms=2)))
    for dtype in DTYPES:
        first, second = picture(ODD, dtype, 4, seed=1), picture(ODD, dtype, 4, seed=2)
        untouched = first.copy()
        result = player.run(first)
        kept = result.copy()
        player.run(second)
        assert np.array_equal(result, kept)
        assert np.array_equal(first, untouched)
        player.run(picture((5, 4), dtype))
        assert np.array_equal(player.run(first), kept)


def test_steady_frames_take_no_new_working_arrays(monkeypatch) -> None:
    player = CpuPlayer(plan_of("comb", Size(terms=3), border="wrap"))
    image = picture(ODD, np.uint8)
    wanted = player.run(image)
    monkeypatch.setattr(np, "empty", pytest.fail)
    assert np.array_equal(player.run(image), wanted)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_a_result_may_take_the_place_of_its_picture(dtype, channels, strength) -> None:
    player = CpuPlayer(plan_of("comb", Size(terms=2), "encoded"))
    image = picture(ODD, dtype, channels)
    wanted = player.run(image, strength=strength)
    given = image.copy()
    assert player.run(given, strength=strength, out=given) is given
    assert np.array_equal(given, wanted)
    elsewhere = np.zeros_like(image)
    assert player.run(image, strength=strength, out=elsewhere) is elsewhere
    assert np.array_equal(elsewhere, wanted)


def test_a_place_of_another_shape_or_type_is_refused() -> None:
    player, image = CpuPlayer(plan_of("fir", Size(taps=3))), picture(ODD, np.uint8)
    for out in (image[1:].copy(), image.astype(np.uint16)):
        with pytest.raises(ValueRefused, match="out cannot be"):
            player.run(image, out=out)


def test_views_with_gaps_and_negative_steps_are_read_right() -> None:
    player, image = CpuPlayer(plan_of("fir", Size(taps=5))), picture(ODD, np.uint8)
    for view in (image[::-1, ::2], image[:, :, ::-1], np.asfortranarray(image)):
        assert np.array_equal(player.run(view), player.run(view.copy()))


@pytest.mark.parametrize("strength", [-0.1, 1.6, float("nan")])
def test_strength_out_of_range_is_refused(strength) -> None:
    with pytest.raises(ValueRefused, match=r"strength is 0\.\.1\.5"):
        CpuPlayer(plan_of("fir", Size(taps=3))).run(picture(ODD, np.uint8), strength=strength)


def test_a_shifted_texel_reads_its_neighbour() -> None:
    plan = Plan((Pass(Texel(0, 1, 0), "target"),), border="clamp", light="encoded")
    image = picture(ODD, np.uint8)
    assert np.array_equal(CpuPlayer(plan).run(image), interpret.run(plan, image))


@pytest.mark.parametrize("dtype", [">u2", ">f4"])
def test_foreign_byte_orders_are_the_same_picture(dtype) -> None:
    plan = plan_of("fir", Size(taps=3))
    native = picture(ODD, np.dtype(dtype).newbyteorder("="))
    for run in (CpuPlayer(plan).run, partial(interpret.run, plan)):
        assert np.array_equal(run(native.astype(dtype)), run(native))
