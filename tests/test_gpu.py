"""The moderngl player against the interpreter: the exported text, and the player's quick way."""

from __future__ import annotations

from collections import Counter
from typing import Any

import moderngl
import numpy as np
import pytest
from golden_plans import text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sampled_plans import tolerance
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

from rtdeconv import design, gpu, interpret
from rtdeconv.errors import DeviceError, ValueRefused
from rtdeconv.filters import Comb
from rtdeconv.fit import Size
from rtdeconv.gpu.tiles import spans
from rtdeconv.lower import lower
from rtdeconv.plan import BORDERS

WAYS = {"exported": gpu.Player, "quick": gpu.quick_player}

every_plan = pytest.mark.parametrize(
    ("sized", "border", "light"), EVERY_PLAN[::7], ids=EVERY_PLAN_ID[::7]
)
"""Compiling takes its time: each filter at two or three of the twenty borders and lights, which
come up in turn, as 7 has no factor in common with 20."""

HALF_TARGET = 1e-3
"""One step of a half float between 1 and 2 is 9.8e-4: GL may truncate, and llvmpipe does."""

HALF_IMAGES = 6e-4
"""An image stored in half floats is truncated where numpy rounds: below 1 that is a step of 4.9e-4,
under weights that add up to at most 1."""


@pytest.fixture(params=WAYS)
def way(request) -> Any:
    """A way to make a player of a plan."""
    return WAYS[request.param]


@every_plan
def test_every_plan(gl, way, sized, border, light) -> None:
    plan = with_single_floats(plan_of(*sized, light, border))
    image = picture(ODD, np.float32)
    with way(plan, context=gl) as player:
        assert apart(player.run(image), interpret.run(plan, image), light) <= tolerance(plan)


@every_plan
def test_every_plan_on_8_bit_pictures(gl, way, sized, border, light) -> None:
    plan = plan_of(*sized, light, border)
    image = picture(ODD, np.uint8)
    with way(plan, context=gl) as player:
        assert apart(player.run(image), interpret.run(plan, image), light) <= CODE


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("light", ["linear", "encoded"])
def test_every_layout(gl, way, dtype, channels, light) -> None:
    plan, image = plan_of("fir", Size(taps=5), light), picture(ODD, dtype, channels)
    with way(plan, context=gl) as player:
        for strength in (0.5, 1.0, 1.5):
            got = player.run(image, strength=strength)
            wanted = interpret.run(plan, image, strength=strength)
            assert difference(got, wanted) <= (CODE if dtype != np.float32 else tolerance(plan))
            if channels == 4:
                assert np.array_equal(got[:, :, 3], image[:, :, 3])
        assert np.array_equal(player.run(image, strength=0.0), image)


def test_images_in_half_floats(gl, way) -> None:
    plan = lower(Comb((0.25, 0.25, 0.125)), light="encoded", border="clamp")
    image = picture(ODD, np.float32)
    assert any(one.store == "16f" for one in plan.passes)
    with way(plan, context=gl) as player:
        assert difference(player.run(image), interpret.run(plan, image)) <= HALF_IMAGES


@every_plan
def test_every_plan_on_half_float_targets(gl, sized, border, light) -> None:
    plan = plan_of(*sized, light, border)
    image = picture(ODD, np.float32)
    wanted = interpret.run(plan, image)
    with gpu.Player(plan, context=gl, float_target="16f") as player:
        got = player.run(image)
    seen = np.abs(wanted) < 2
    assert apart(got[seen], wanted[seen], light) <= HALF_TARGET


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("terms", [1, 3])
def test_pictures_smaller_than_the_kernel(gl, way, size, border, terms) -> None:
    plan = with_single_floats(plan_of("comb", Size(terms=terms), "encoded", border))
    with way(plan, context=gl) as player:
        for channels in (1, 3):
            image = picture(size, np.float32, channels)
            wanted = interpret.run(plan, image)
            assert difference(player.run(image), wanted) <= SINGLE_FLOATS["encoded"]


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize(
    "sized", [("fir", Size(taps=5)), ("comb", Size(terms=2)), ("comb", Size(terms=3))], ids=str
)
@pytest.mark.parametrize("size", [(37, 41), (61, 9)])
def test_tiles_leave_no_seam(gl, border, sized, size) -> None:
    plan = plan_of(*sized, "gamma2", border)
    with (
        gpu.Player(plan, context=gl) as whole,
        gpu.Player(plan, context=gl, max_texture=18) as tiled,
    ):
        for dtype in (np.uint8, np.float32):
            image = picture(size, dtype)
            for strength in (1.0, 0.0):
                wanted = whole.run(image, strength=strength)
                assert np.array_equal(tiled.run(image, strength=strength), wanted)


@given(
    size=st.integers(1, 200),
    limit=st.integers(1, 80),
    reach=st.integers(0, 20),
    border=st.sampled_from(BORDERS),
)
def test_spans_keep_every_pixel_once(size, limit, reach, border) -> None:
    if limit <= 2 * reach and size > limit:
        with pytest.raises(ValueRefused, match="tiles"):
            spans(size, limit, reach, border)
        return
    tiles = spans(size, limit, reach, border)
    kept = [position for tile in tiles for position in range(size)[tile.kept]]
    assert kept == list(range(size))
    assert len({len(tile.read) for tile in tiles}) == 1
    for tile in tiles:
        assert len(tile.read) <= limit
        assert tile.read[tile.crop].tolist() == list(range(size)[tile.kept])


def test_floats_beyond_0_and_1_survive(gl, way) -> None:
    plan = plan_of("fir", Size(taps=5), "encoded")
    image = picture(ODD, np.float32) * np.float32(8) - np.float32(2)
    with way(plan, context=gl) as player:
        got = player.run(image)
        assert difference(got, interpret.run(plan, image)) <= 8 * SINGLE_FLOATS["encoded"]
        assert got.min() < -2
        assert got.max() > 6
        # a power of two only moves exponents, so a linear filter commutes with it to the bit
        assert np.array_equal(player.run(image * np.float32(4)), got * np.float32(4))
        assert np.array_equal(player.run(image, strength=0.0), image)


@pytest.mark.parametrize("border", BORDERS)
@given(filter_=firs(), image=small_pictures(), strength=st.floats(0.0, 1.5))
@settings(
    deadline=None,
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_small_filter_on_any_small_picture(gl, filter_, image, strength, border) -> None:
    plan = lower(filter_, light="encoded", border=border)
    with gpu.Player(plan, context=gl) as player:
        got = player.run(image, strength=strength)
    wanted = interpret.run(plan, image, strength=strength)
    # floats reach 4 and sums of taps 100
    tolerance = 100 * SINGLE_FLOATS["encoded"] if image.dtype == np.float32 else CODE
    assert difference(got, wanted) <= tolerance


class _Counting:
    """A context that counts what is built with it."""

    BUILDERS = ("texture", "framebuffer", "scope", "program", "vertex_array", "buffer", "sampler")

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self.built: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        if name in self.BUILDERS:
            self.built[name] += 1
        return getattr(self._context, name)


def test_programs_are_compiled_once_and_textures_once_a_size(gl) -> None:
    counting = _Counting(gl)
    with gpu.Player(plan_of("comb", Size(terms=2)), context=counting) as player:
        assert counting.built["program"] == 2
        player.run(picture(ODD, np.uint8))
        steady = counting.built.copy()
        player.run(picture(ODD, np.uint8, seed=1), strength=0.5)
        assert counting.built == steady
        player.run(picture((9, 8), np.uint8))
        assert counting.built["texture"] == 2 * steady["texture"]
        assert counting.built["program"] == 2


def test_the_callers_gl_state_neither_matters_nor_changes(gl) -> None:
    plan, image = plan_of("comb", Size(terms=2)), picture(ODD, np.uint8)
    with gpu.Player(plan, context=gl) as player:
        wanted = player.run(image)
        screen = gl.simple_framebuffer((4, 4))
        screen.use()
        gl.enable_only(moderngl.BLEND | moderngl.DEPTH_TEST | moderngl.CULL_FACE)
        try:
            assert np.array_equal(player.run(image), wanted)
            assert gl.fbo.glo == screen.glo
        finally:
            gl.enable_only(moderngl.NOTHING)
            screen.release()


def test_the_given_text_is_what_runs(gl) -> None:
    plan, image = plan_of("fir", Size(taps=3), "encoded"), picture(ODD, np.uint8)
    found = text(plan)
    with gpu.Player(plan, text=found, context=gl) as player:
        assert difference(player.run(image), interpret.run(plan, image)) <= CODE
    wrong = found.replace("rtd_result = vec4(", "rtd_result = 0.5 * vec4(")
    with gpu.Player(plan, text=wrong, context=gl) as player:
        assert difference(player.run(image), interpret.run(plan, image)) > 50


def test_a_text_that_does_not_compile_is_refused(gl) -> None:
    with pytest.raises(DeviceError, match="refuses the shader's pass 1"):
        gpu.Player(
            plan_of("fir", Size(taps=3)),
            text="#version 330 core\nvoid main() { nothing; }",
            context=gl,
        )


def test_players_with_contexts_of_their_own_do_not_meet(gl) -> None:
    image = picture(ODD, np.uint8)
    plans = [plan_of("fir", Size(taps=3)), plan_of("comb", Size(terms=2))]
    players = [gpu.Player(plan) for plan in plans]
    for _ in range(2):
        for plan, player in zip(plans, players, strict=True):
            assert difference(player.run(image), interpret.run(plan, image)) <= CODE
    players[0].close()
    assert difference(players[1].run(image), interpret.run(plans[1], image)) <= CODE
    players[1].close()


def test_missing_gl_is_one_sentence_with_the_remedy(monkeypatch) -> None:
    def no_library(*_: Any, **__: Any) -> None:
        raise Exception("libGL.so not loaded")

    monkeypatch.setattr(moderngl, "create_context", no_library)
    with pytest.raises(DeviceError, match=r"libGL\.so.*apt-get install libegl1.*--device cpu"):
        gpu.open_context()


@pytest.mark.parametrize(
    ("renderer", "software"),
    [("llvmpipe (LLVM 15.0.6, 256 bits)", True), ("NVIDIA GeForce RTX 3070/PCIe/SSE2", False)],
)
def test_software_gl_is_told_by_its_name(renderer, software) -> None:
    class Named:
        info = {"GL_RENDERER": renderer}  # noqa: RUF012

    assert gpu.device_name(Named()) == renderer
    assert gpu.is_software(Named()) is software


@pytest.mark.parametrize("strength", [-0.1, 1.6, float("nan")])
def test_strength_out_of_range_is_refused(gl, strength) -> None:
    with (
        gpu.Player(plan_of("fir", Size(taps=3)), context=gl) as player,
        pytest.raises(ValueRefused, match=r"strength is 0\.\.1\.5"),
    ):
        player.run(picture(ODD, np.uint8), strength=strength)


@pytest.mark.parametrize(
    "sized", [("fir", Size(taps=5)), ("gauss", Size(terms=5)), ("comb", Size(terms=3))], ids=str
)
def test_flat_grey_stays_flat(gl, way, sized) -> None:
    grey = np.full((9, 11, 3), 100, np.uint8)
    with way(plan_of(*sized), context=gl) as player:
        assert np.array_equal(player.run(grey), grey)


def test_oriented_shaders_know_which_way_is_down(gl) -> None:
    plan = design("gaussian:1.2x0.6@30", method="fir", taps=5).plan
    assert not plan.has_mirrored_rows
    assert plan_of("fir", Size(taps=5)).has_mirrored_rows
    image = picture(ODD, np.uint8)
    with (
        gpu.Player(plan, context=gl) as top_first,
        gpu.Player(plan, context=gl, switches={"RTD_ROWS_UP": 1}) as bottom_first,
    ):
        turned = bottom_first.run(np.ascontiguousarray(image[::-1]))[::-1]
        assert np.array_equal(turned, top_first.run(image))


def test_a_failed_allocation_leaves_the_player_usable(gl, monkeypatch) -> None:
    class Full:
        """A context whose textures above 64 px cannot be had."""

        def __getattr__(self, name: str) -> Any:
            return getattr(gl, name)

        def texture(self, size, *words, **how) -> Any:
            if max(size) > 64:
                raise moderngl.Error("out of memory")
            return gl.texture(size, *words, **how)

    plan, small = plan_of("comb", Size(terms=2)), picture(ODD, np.uint8)
    with gpu.Player(plan, context=Full()) as player:
        wanted = player.run(small)
        with pytest.raises(DeviceError, match="no room for 80x70"):
            player.run(picture((70, 80), np.uint8))
        assert np.array_equal(player.run(small), wanted)
