"""The interpreter against scipy, and the laws of a plan that it defines."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import ndimage
from worked_plans import (
    DTYPES,
    ODD,
    SIZED,
    TINY,
    difference,
    firs,
    fitted,
    picture,
    plan_of,
    small_pictures,
    with_single_floats,
)

from rtdeconv import interpret
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import Size
from rtdeconv.light import LIGHTS, decode, encode
from rtdeconv.lower import lower
from rtdeconv.pixels import full_scale
from rtdeconv.plan import BORDERS, Pass, Plan, Texel
from rtdeconv.rewrite import decode_once

SCIPY_MODE = {"clamp": "nearest", "mirror": "reflect", "wrap": "grid-wrap", "zero": "constant"}

SAME_SUM = 1e-12
"""The same float64 products added in another order."""

SINGLE_STORE = 1e-5
"""A value stored as float32 moves by 6e-8; a gain of 4 and the sRGB curve's 12.92 enlarge that."""


def _colour(plan: Plan, source: np.ndarray) -> np.ndarray:
    return interpret.colour(plan, source, {"strength": 1.0})


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [ODD, *TINY])
@pytest.mark.parametrize(
    "sized",
    [
        ("fir", Size(taps=3)),
        ("fir", Size(taps=15)),
        ("gauss", Size(terms=5)),
        ("comb", Size(terms=1)),
    ],
    ids=str,
)
def test_one_pass_is_scipys_correlation(sized, size, border) -> None:
    source = picture(size, np.float32, channels=1).astype(float)
    kernel = fitted(*sized).kernel()
    wanted = ndimage.correlate(source, kernel, mode=SCIPY_MODE[border])
    got = _colour(plan_of(*sized, "encoded", border), source[:, :, None])[:, :, 0]
    assert difference(got, wanted) < SAME_SUM


@pytest.mark.parametrize("terms", [2, 3])
@pytest.mark.parametrize("size", [ODD, *TINY])
def test_wrapped_passes_are_one_correlation_with_the_equivalent_kernel(terms, size) -> None:
    source = picture(size, np.float32, channels=1).astype(float)
    plan = with_single_floats(plan_of("comb", Size(terms=terms), "encoded", "wrap"))
    wanted = ndimage.correlate(source, fitted("comb", Size(terms=terms)).kernel(), mode="grid-wrap")
    got = _colour(plan, source[:, :, None])[:, :, 0]
    assert difference(got, wanted) < SINGLE_STORE


@pytest.mark.parametrize("border", BORDERS)
@given(filter_=firs(), image=small_pictures())
@settings(deadline=None, max_examples=40)
def test_any_small_filter_is_scipys_correlation(filter_, image, border) -> None:
    source = image[:, :, 0] if image.ndim == 3 else image
    source = source.astype(float) / full_scale(image.dtype)
    wanted = ndimage.correlate(source, filter_.kernel(), mode=SCIPY_MODE[border])
    got = _colour(lower(filter_, light="encoded", border=border), source[:, :, None])[:, :, 0]
    assert difference(got, wanted) < SAME_SUM


@pytest.mark.parametrize("border", BORDERS)
def test_border_index_of_positions_far_outside(border) -> None:
    seen = interpret.border_index(np.arange(-4, 8), 3, border).tolist()
    assert (
        seen
        == {
            "clamp": [0, 0, 0, 0, 0, 1, 2, 2, 2, 2, 2, 2],
            "mirror": [2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0, 1],
            "wrap": [2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1],
            "zero": [-1, -1, -1, -1, 0, 1, 2, -1, -1, -1, -1, -1],
        }[border]
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_strength_0_is_the_input_and_alpha_is_kept(dtype, channels) -> None:
    image = picture(ODD, dtype, channels)
    plan = plan_of("comb", Size(terms=2))
    assert np.array_equal(interpret.run(plan, image, strength=0.0), image)
    if channels == 4:
        assert np.array_equal(interpret.run(plan, image)[:, :, 3], image[:, :, 3])


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("strength", [0.25, 0.5, 1.5])
def test_strength_mixes_in_the_filters_light(light, strength) -> None:
    plan = plan_of("fir", Size(taps=5), light)
    source = picture(ODD, np.float32).astype(float)
    full = decode(_colour(plan, source), light)
    wanted = encode((1 - strength) * decode(source, light) + strength * full, light)
    got = interpret.colour(plan, source, {"strength": strength})
    # encode undoes decode to 1e-16, which the root of gamma2 makes 1e-8
    assert difference(got, wanted) < 1e-7


@pytest.mark.parametrize("sized", SIZED, ids=str)
@pytest.mark.parametrize("border", [b for b in BORDERS if b != "zero"])
@pytest.mark.parametrize("light", LIGHTS)
def test_flat_grey_stays_flat(sized, border, light) -> None:
    image = np.full((*ODD, 3), 119, np.uint8)
    assert np.array_equal(interpret.run(plan_of(*sized, light, border), image), image)


def test_values_beyond_0_and_1_survive_in_floats_and_clip_in_integers() -> None:
    plan = plan_of("fir", Size(taps=5), "encoded")
    step = np.zeros((9, 9), np.float32)
    step[:, 5:] = 4.0
    result = interpret.run(plan, step)
    assert result.min() < -0.1
    assert result.max() > 4.1
    codes = interpret.run(plan, (step * 255 / 4).astype(np.uint8))
    assert (codes.min(), codes.max()) == (0, 255)


@given(image=small_pictures())
@settings(deadline=None, max_examples=40)
def test_decoding_once_keeps_the_picture(image) -> None:
    plan = with_single_floats(plan_of("comb", Size(terms=2)))
    source = image[..., None] if image.ndim == 2 else image[:, :, :3]
    source = source.astype(float) / full_scale(image.dtype)
    once = decode_once(plan)
    assert len(once.passes) == len(plan.passes) + 1
    assert once.reach == plan.reach
    # stored values reach decode(4) = 28, their results -28 * 12.92 and beyond
    assert difference(_colour(once, source), _colour(plan, source)) < 30 * SINGLE_STORE


def test_decoding_once_leaves_encoded_light_alone() -> None:
    plan = plan_of("fir", Size(taps=5), "encoded")
    assert decode_once(plan) is plan


@pytest.mark.parametrize(("store", "digits"), [("16f", 10), ("32f", 23)])
def test_stored_images_are_rounded_to_their_format(store, digits) -> None:
    passes = (Pass(Texel(0, 0, 0), store), Pass(Texel(1, 0, 0), "target"))
    between = 1 + 2.0 ** -(digits + 1) * np.array([0.9, 1.1]).reshape(1, 2, 1)
    got = _colour(Plan(passes, border="clamp", light="encoded"), between)
    assert got.ravel().tolist() == [1.0, 1 + 2.0**-digits]


@pytest.mark.parametrize("strength", [-0.1, 1.6, float("nan"), float("inf")])
def test_strength_out_of_range_is_refused(strength) -> None:
    with pytest.raises(ValueRefused, match=r"strength is 0\.\.1\.5"):
        interpret.run(plan_of("fir", Size(taps=3)), picture(ODD, np.uint8), strength=strength)


@pytest.mark.parametrize(
    "image",
    [np.zeros((3, 3)), np.zeros((3, 3, 2), np.uint8), np.zeros((0, 3), np.uint8), np.uint8(3)],
)
def test_what_is_no_picture_is_refused(image) -> None:
    with pytest.raises(ValueRefused):
        interpret.run(plan_of("fir", Size(taps=3)), image)
