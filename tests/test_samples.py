"""Bilinear samples: every executor on them, and the merging of taps into them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sampled_plans import sampled_plans, samples, tolerance
from scipy import ndimage
from worked_plans import CODE, DTYPES, ODD, TINY, apart, difference, picture

from rtdeconv import gpu, interpret
from rtdeconv.bilinear import SUBTEXEL, merged, spread
from rtdeconv.cpu import CpuPlayer
from rtdeconv.errors import ValueRefused
from rtdeconv.light import LIGHTS
from rtdeconv.plan import BORDERS, STRENGTH, Mix, Pass, Plan, Sample, Texel, Value, WeightedSum
from rtdeconv.rewrite import (
    decode_once,
    merge_taps,
    split_samples,
    with_copy_first,
    without_copy,
)

SCIPY_MODE = {"clamp": "nearest", "mirror": "reflect", "wrap": "grid-wrap", "zero": "grid-constant"}

SAME_SUM = 1e-12
"""The same float64 products added in another order."""

BINOMIAL = np.outer([1, 2, 1], [1, 2, 1]) / 16
RING = -np.ones((3, 3))
RING[1, 1] = 9.0
DILATED = np.zeros((5, 5))
DILATED[::2, ::2] = BINOMIAL
HERE = Texel(0, 0, 0)

few_examples = settings(
    deadline=None,
    max_examples=3,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _plan(*terms, border="clamp", light="encoded") -> Plan:
    result = Mix(HERE, WeightedSum(terms), Value(STRENGTH.name))
    return Plan((Pass(result, "target"),), border=border, light=light)


def _taps_plan(taps, border="clamp") -> Plan:
    radius = len(taps) // 2
    terms = [
        (float(tap), Texel(0, x - radius, y - radius))
        for (y, x), tap in np.ndenumerate(taps)
        if tap
    ]
    return _plan(*terms, border=border)


def _colour(plan: Plan, source: np.ndarray) -> np.ndarray:
    return interpret.colour(plan, source, {"strength": 1.0})


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", [ODD, *TINY])
@given(sample=samples(0))
@settings(deadline=None, max_examples=20)
def test_a_sample_is_scipys_linear_interpolation(border, size, sample) -> None:
    source = picture(size, np.float32, channels=1).astype(float)
    y, x = np.indices(size)
    wanted = ndimage.map_coordinates(
        source, [y + sample.dy, x + sample.dx], order=1, mode=SCIPY_MODE[border]
    )
    got = _colour(_plan((1.0, sample), border=border), source[:, :, None])[:, :, 0]
    assert difference(got, wanted) < SAME_SUM


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("border", BORDERS)
@given(data=st.data())
@few_examples
def test_every_executor_agrees_on_any_samples(gl, border, light, data) -> None:
    plan = data.draw(sampled_plans(border, light))
    for dtype, allowed in ((np.float32, tolerance(plan)), (np.uint8, CODE)):
        image = picture(ODD, dtype)
        wanted = interpret.run(plan, image)
        assert apart(CpuPlayer(plan).run(image), wanted, light) <= allowed
        for make in (gpu.Player, gpu.quick_player):
            with make(plan, context=gl) as player:
                assert apart(player.run(image), wanted, light) <= allowed


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("size", TINY)
def test_pictures_smaller_than_the_reach(gl, border, size) -> None:
    plan = _plan((0.5, Sample(0, -6.25, 1.5)), (0.5, Sample(0, 3.75, -6.5)), border=border)
    with gpu.Player(plan, context=gl) as player:
        for channels in (1, 3, 4):
            image = picture(size, np.float32, channels)
            wanted = interpret.run(plan, image)
            assert difference(player.run(image), wanted) <= tolerance(plan)
            assert difference(CpuPlayer(plan).run(image), wanted) <= tolerance(plan)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", DTYPES)
def test_8_bit_sources_are_not_rounded_when_sampled(gl, dtype, channels) -> None:
    """Weights of 8 and -7 would show it 8 times over."""
    plan = _plan((8.0, Sample(0, 0.3125, -0.5)), (-7.0, Sample(0, -0.25, 0.125)))
    image = picture(ODD, dtype, channels)
    wanted = interpret.run(plan, image)
    with gpu.Player(plan, context=gl) as player:
        codes = {np.uint8: CODE, np.uint16: 65535 * tolerance(plan)}
        assert difference(player.run(image), wanted) <= codes.get(dtype, tolerance(plan))
        assert np.array_equal(player.run(image, strength=0.0), image)


@pytest.mark.parametrize("border", BORDERS)
def test_tiles_of_samples_leave_no_seam(gl, border) -> None:
    plan = _plan((0.75, Sample(0, 1.5, -0.5)), (0.25, Sample(0, -2.25, 2.75)), border=border)
    image = picture((37, 41), np.float32)
    with gpu.Player(plan, context=gl, max_texture=18) as tiled:
        assert difference(tiled.run(image), interpret.run(plan, image)) <= tolerance(plan)


def test_samples_know_which_way_is_down(gl) -> None:
    plan = _plan((1.0, Sample(0, 0.5, 1.25)))
    assert not plan.has_mirrored_rows
    assert _plan((1.0, Sample(0, 0.5, 1.25)), (1.0, Sample(0, 0.5, -1.25))).has_mirrored_rows
    image = picture(ODD, np.uint8)
    with gpu.Player(plan, context=gl, switches={"RTD_ROWS_UP": 1}) as bottom_first:
        turned = bottom_first.run(np.ascontiguousarray(image[::-1]))[::-1]
    assert difference(turned, interpret.run(plan, image)) <= CODE


def test_a_copy_may_be_sampled_where_the_source_may_not() -> None:
    terms = (0.5, Sample(0, 0.5, 0.0)), (0.5, Sample(0, -0.5, 0.0))
    encoded = _plan(*terms)
    linear = Plan(with_copy_first(encoded.passes), border="clamp", light="linear")
    source = picture(ODD, np.float32).astype(float)
    in_light = interpret.colour(encoded, source, {"strength": 1.0})
    assert linear.fetches == encoded.fetches + 1
    assert difference(_colour(linear, source), in_light) > 0.01
    assert decode_once(linear).reach == linear.reach == encoded.reach == 1


@pytest.mark.parametrize(
    ("taps", "fetches"),
    [
        (BINOMIAL, 4),
        (np.ones((3, 3)), 4),
        (np.ones((5, 5)), 9),
        (np.ones((7, 7)), 16),
        (np.ones((1, 1)), 1),
        (np.eye(3), 3),
        (np.outer([0, 1, 0], [1, 2, 1]), 2),
        (RING, 5),
        (DILATED, 9),
        (np.zeros((3, 3)), 0),
    ],
    ids=["binomial", "3x3", "5x5", "7x7", "dot", "diagonal", "row", "ring", "dilated", "none"],
)
def test_fetches_of_merged_taps(taps, fetches) -> None:
    assert len(merged(taps.astype(float))) == fetches


def test_a_binomial_is_four_samples_exactly() -> None:
    found = merged(BINOMIAL)
    assert {(dx, dy) for _, dx, dy in found} == {(x, y) for x in (-0.5, 0.5) for y in (-0.5, 0.5)}
    assert np.array_equal(spread(found, 1), BINOMIAL)


@st.composite
def _squares(draw: st.DrawFn) -> np.ndarray:
    """3x3 to 7x7, lattice values of either sign and zeros; some of them point-symmetric."""
    size = draw(st.sampled_from([3, 5, 7]))
    lattice = st.integers(-64, 64).map(lambda n: n / 64)
    taps = draw(hnp.arrays(np.float64, (size, size), elements=lattice))
    return taps + taps[::-1, ::-1] if draw(st.booleans()) else taps


@given(taps=_squares())
@settings(deadline=None)
def test_merging_taps_moves_them_by_half_a_step_at_most(taps) -> None:
    found = merged(taps)
    assert len(found) <= np.count_nonzero(taps)
    assert math.fsum(weight for weight, _, _ in found) == taps.sum()
    moved = 0.5 / SUBTEXEL * sum(abs(weight) for weight, _, _ in found)
    got = spread(found, len(taps) // 2)
    # each axis moves a part once, and counts where it leaves and where it arrives
    assert np.abs(got - taps).sum() <= 4 * moved + SAME_SUM
    if np.array_equal(taps, taps[::-1, ::-1]):
        assert np.array_equal(got, got[::-1, ::-1])


@pytest.mark.parametrize("border", BORDERS)
@given(taps=_squares())
@settings(deadline=None, max_examples=30)
def test_merging_a_plan_keeps_the_picture(border, taps) -> None:
    plan = _taps_plan(taps, border)
    fewer = merge_taps(plan)
    assert fewer.fetches <= plan.fetches
    assert fewer.reach <= plan.reach
    # half a step, of the difference of two neighbours (at most 1), along both axes
    tolerance = 2 * 0.5 / SUBTEXEL * np.abs(taps).sum() + SAME_SUM
    source = picture(ODD, np.float32).astype(float)
    assert difference(_colour(fewer, source), _colour(plan, source)) <= tolerance


def test_merging_leaves_an_encoded_source_alone_where_light_is_decoded() -> None:
    terms = tuple((1 / 9, Texel(0, x, y)) for x in (-1, 0, 1) for y in (-1, 0, 1))
    plan = _plan(*terms, light="linear")
    assert merge_taps(plan) == plan
    once = decode_once(plan)
    # the centre is read for the mix as well: the ring in pairs, that one, and the copy's
    assert (once.fetches, merge_taps(once).fetches) == (10, 6)


@pytest.mark.parametrize("border", BORDERS)
@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_splitting_samples_keeps_the_picture(border, data) -> None:
    plan = data.draw(sampled_plans(border, "encoded"))
    split = split_samples(plan)
    assert not split.sampled_images and split.reach == plan.reach
    source = picture(ODD, np.float32).astype(float)
    with_doubles = {"stored": lambda image, store: image}
    got, wanted = (
        interpret.colour(one, source, {"strength": 1.0}, **with_doubles) for one in (split, plan)
    )
    assert difference(got, wanted) <= SAME_SUM


@pytest.mark.parametrize("border", BORDERS)
@given(data=st.data())
@settings(deadline=None, max_examples=20)
def test_a_source_in_linear_light_needs_no_copy(border, data) -> None:
    """The copy's rounding to single floats falls away with it."""
    plan = data.draw(sampled_plans(border, "linear"))
    direct = without_copy(plan)
    assert direct.arrival == "linear"
    assert len(direct.passes) == len(plan.passes) - 1 and direct.fetches == plan.fetches - 1
    source = picture(ODD, np.float32).astype(float)
    assert difference(_colour(direct, source), _colour(plan, source)) <= tolerance(plan)
    without = _plan((1.0, HERE), light="linear")
    assert without_copy(without) == without


def test_a_sample_of_the_source_mixes_what_is_added_up() -> None:
    between = ((1.0, Sample(0, 0.5, 0.0)),)
    for light, arrival in (("linear", "encoded"), ("encoded", "linear")):
        with pytest.raises(ValueRefused, match="put a copy first"):
            replace(_plan(*between), light=light, arrival=arrival)
