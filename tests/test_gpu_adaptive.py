"""Filters that adapt or are limited, on GL against the interpreter; compiled once for a slider."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from golden_plans import text
from sampled_plans import on_codes
from worked_plans import CODE, DTYPES, ODD, SINGLE_FLOATS, TINY, apart, difference, picture

from rtdeconv import gpu, interpret
from rtdeconv.gpu.programs import Programs
from rtdeconv.gpu.shapes import Shapes
from rtdeconv.light import LIGHTS, decode, encode
from rtdeconv.lower import lower
from rtdeconv.pixels import full_scale
from rtdeconv.plan import BORDERS, Limited, Mix, Plan
from rtdeconv.rewrite import limited, split_samples
from tools.handmade import activity, adaptive_plans, oriented

WAYS = {"exported": gpu.Player, "quick": gpu.quick_player}
KINDS = [*adaptive_plans()]

TIE = 2e-4
"""In the filter's light. Structure is rounded to half floats; near a tie float32 and float64 may
round it apart, by 2^-11 of a pixel that counts a fifth. On a logarithm of 0.4 classes an octave
that is 6e-5 of a class, and from class to class weights and bands differ by a few."""

RARE = 0.01
"""Share of values that may be such a tie's neighbours; others keep to SINGLE_FLOATS."""


PQ_ADAPTED = 1e-3
"""In place of PQ_ROUNDED: what decoding next to white leaves, 2e-5 of it, is weighed by up to 8 in
all, and a second time by the ramps that tell clipped corners, whose weights change with it."""


@pytest.fixture(params=WAYS)
def way(request) -> Any:
    """A way to make a player of a plan."""
    return WAYS[request.param]


def assert_agrees(got: Any, wanted: Any, light: Any) -> None:
    """Within single floats but for RARE values, these within TIE; integers are rounded as well."""
    full = full_scale(wanted.dtype)
    code = 0.0 if full == 1.0 else CODE
    most = full * (SINGLE_FLOATS[light] + on_codes(TIE, light)) + code
    assert apart(got, wanted, light, PQ_ADAPTED) <= most
    if light != "pq":
        error = np.abs(got.astype(float) - wanted)
        assert np.mean(error > full * SINGLE_FLOATS[light] + code) <= RARE


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("name", ["activity5", "oriented5", "limited", "activity5-limited"])
def test_every_light(gl, way, name, light) -> None:
    plan, image = adaptive_plans(light)[name], picture(ODD, np.float32)
    with way(plan, context=gl) as player:
        assert_agrees(player.run(image), interpret.run(plan, image), light)


@pytest.mark.parametrize(("name", "border"), [*product(KINDS, BORDERS)])
def test_every_kind_and_border(gl, name, border) -> None:
    """Bilinear fetches by the sampler, and by hand where it cannot fold."""
    plan, image = adaptive_plans("encoded", border)[name], picture(ODD, np.float32)
    wanted = interpret.run(plan, image)
    for one in (plan, split_samples(plan)):
        with gpu.Player(one, context=gl) as player:
            assert_agrees(player.run(image), wanted, "encoded")


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("name", ["oriented5-limited", "activity5-limited", "limited-luma"])
def test_every_layout(gl, way, name, dtype, channels) -> None:
    plan, image = adaptive_plans("linear")[name], picture(ODD, dtype, channels)
    with way(plan, context=gl) as player:
        for strength in (0.5, 1.5):
            wanted = interpret.run(plan, image, strength=strength)
            assert_agrees(player.run(image, strength=strength), wanted, "linear")
        assert np.array_equal(player.run(image, strength=0.0), image)
        if channels == 4:
            assert np.array_equal(player.run(image)[..., 3], image[..., 3])


@pytest.mark.parametrize("size", TINY)
@pytest.mark.parametrize("border", BORDERS)
def test_pictures_smaller_than_the_kernel(gl, way, size, border) -> None:
    plan, image = adaptive_plans("encoded", border)["oriented7"], picture(size, np.float32)
    with way(plan, context=gl) as player:
        assert_agrees(player.run(image), interpret.run(plan, image), "encoded")


@pytest.mark.parametrize("name", ["activity5-askew", "oriented5"])
def test_rows_may_run_up(gl, name) -> None:
    """Which way is down matters to what has no mirror image, and to every gradient."""
    plan, image = adaptive_plans()[name], picture(ODD, np.uint8)
    assert not plan.has_mirrored_rows
    upside_down = np.ascontiguousarray(image[::-1])
    wanted = interpret.run(plan, image)
    with gpu.Player(plan, context=gl, switches={"RTD_ROWS_UP": 1}) as player:
        assert difference(player.run(upside_down)[::-1], wanted) <= CODE
    if name == "activity5-askew":
        assert difference(interpret.run(plan, upside_down)[::-1], wanted) > 20


@pytest.mark.parametrize("light", ["linear", "encoded"])
def test_values_that_arrive_linear_leave_linear(gl, light) -> None:
    plan, image = adaptive_plans(light)["activity5-limited"], picture(ODD, np.float32)
    arriving = decode(image.astype(float), "linear").astype(np.float32)
    switches = {"RTD_VALUES_LINEAR": 1}
    with gpu.Player(plan, text=text(plan), switches=switches, context=gl) as player:
        got = encode(player.run(arriving).astype(float), "linear").astype(np.float32)
    # the curve back, 12.92 steep, is of linear values whatever was added up
    assert_agrees(got, interpret.run(plan, image), "linear")


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("name", ["activity5-limited", "oriented5", "limited-luma"])
def test_tiles_leave_no_seam(gl, name, border) -> None:
    """Bilinear fetches stand at float32 shares of a tile's size: that may turn a code's tie."""
    plan = adaptive_plans("gamma2", border)[name]
    with gpu.Player(plan, context=gl, max_texture=18) as tiled:
        for dtype in (np.uint8, np.float32):
            image = picture((37, 41), dtype)
            assert_agrees(tiled.run(image), interpret.run(plan, image), "gamma2")
            assert np.array_equal(tiled.run(image, strength=0.0), image)


def test_a_limit_holds_on_gl(gl) -> None:
    """A slope's results stay within the share of the nine pixels' range, within single floats: no
    pixel of it is a peak or lies on a line, so that none has more room."""
    rows, columns = np.mgrid[: ODD[0], : ODD[1]].astype(np.float32)
    slope = np.clip(columns - 16 + rows / 4, 0, 1)[..., None] * np.float32([0.75, 0.5, 0.25])
    image = np.ascontiguousarray(slope + 0.125, np.float32)
    plan = adaptive_plans()["activity5"]
    with gpu.Player(limited(plan, 0.04), context=gl) as player:
        got = player.run(image)
    padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), (0, 1))
    low, high = near.min((-2, -1)), near.max((-2, -1))
    room = 0.04 * (high - low) + SINGLE_FLOATS["encoded"]
    assert np.all(got >= low - room) and np.all(got <= high + room)
    assert np.max(interpret.run(plan, image) - high - room) > 0.1


def plans_by_slider() -> list[list[Plan]]:
    """Plans that one slider leads through: other weights, noise and limits."""
    found = []
    for make, taps in ((activity, 5), (oriented, 5)):
        first = make(taps, 5)
        curves = tuple(tuple(0.5 * value + 0.01 for value in one) for one in first.curves)
        second = replace(first, curves=curves, noise_power=2.0**-12)
        plans = [lower(one, light="linear", border="clamp") for one in (first, second)]
        found.append(plans)
        found.append(
            [limited(one, share, "luma") for one, share in zip(plans, (0.0, 4.0), strict=True)]
        )
    return found


@pytest.mark.parametrize(
    "plans", plans_by_slider(), ids=["activity", "act.lim", "turn", "turn.lim"]
)
def test_a_slider_does_not_compile(gl, plans) -> None:
    """One program for all, and the pixels are those of each."""
    shapes, image = Shapes(gl), picture(ODD, np.float32)
    made: list[Programs] = []
    for plan in plans:
        quick = gpu.player.quick(plan)
        made.append(shapes.programs(quick))
        got = drawn(gl, quick, made[-1], image)
        assert_agrees(got, interpret.run(plan, image), plan.light)
    assert len(shapes) == 1 and len({*map(id, made)}) == 1
    shapes.release()


def test_what_is_limited_in_another_way_has_another_shape(gl) -> None:
    plans = adaptive_plans()
    shapes = Shapes(gl)
    for name in ("activity5", "activity5-limited", "activity5-fine", "limited", "limited-luma"):
        shapes.programs(plans[name])
    assert len(shapes) == 5
    nodes = [plans[name].passes[-1].expr for name in ("limited", "limited-luma")]
    assert all(isinstance(node, Mix) and isinstance(node.b, Limited) for node in nodes)
    shapes.release()


def drawn(gl: Any, plan: Plan, programs: Programs, image: Any) -> Any:
    """A float32 RGB picture by ``programs`` at full strength."""
    height, width = image.shape[:2]
    source = gl.texture((width, height), 3, image, dtype="f4", internal_format=0x8814)
    source.repeat_x = source.repeat_y = False
    images = gpu.programs.images_for(gl, plan, source, "f4")
    programs.set("rtd_strength", 1.0)
    programs.draw(images)
    out = np.empty_like(image)
    images.targets[-1].read_into(out, components=3, alignment=1, dtype="f4")
    images.release()
    source.release()
    return out
