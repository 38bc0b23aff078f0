"""Where the picture lies on the screen, and what the view draws there."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rtdeconv import gpu
from rtdeconv.live.framing import SCALES, Framing, fitting
from rtdeconv.live.offscreen import Offscreen

sizes = st.tuples(st.integers(1, 4000), st.integers(1, 4000))
places = st.tuples(st.floats(0, 1000), st.floats(0, 1000))
NEAR_PX = 1e-6


def picture_at(scene, screen_at):
    return tuple((p - c) / scene.scale for p, c in zip(screen_at, scene.corner, strict=True))


@given(picture=sizes, screen=sizes)
def test_a_fitted_picture_is_whole_and_in_the_middle(picture, screen):
    scene = Framing().scene(picture, screen)
    margins = [(s - p * scene.scale) / 2 for s, p in zip(screen, picture, strict=True)]
    if scene.scale > SCALES[0]:
        assert min(margins) == pytest.approx(0, abs=0.5)
    assert scene.corner == pytest.approx(margins, abs=0.51)


@given(picture=sizes, screen=sizes, at=places, steps=st.floats(-20, 20))
def test_what_is_under_the_pointer_stays_there(picture, screen, at, steps):
    framing = Framing(scale=1.7).zoomed(0.3, at, picture, screen)
    before = framing.scene(picture, screen)
    after = framing.zoomed(steps, at, picture, screen)
    held = all(0 < m < 1 for m in after.middle)
    scene = after.scene(picture, screen)
    assert SCALES[0] <= scene.scale <= SCALES[1]
    if held and scene.scale != int(scene.scale) and before.scale != int(before.scale):
        assert picture_at(scene, at) == pytest.approx(picture_at(before, at), abs=1e-6 * 4000)


@given(picture=sizes, screen=sizes, by=places)
def test_a_drag_moves_the_picture_as_far(picture, screen, by):
    start = Framing(scale=1.5)
    moved = start.moved(by, picture)
    if all(0 < m < 1 for m in moved.middle):
        a, b = (one.scene(picture, screen).corner for one in (start, moved))
        assert [q - p for p, q in zip(a, b, strict=True)] == pytest.approx(by, abs=1e-6)


def test_one_to_one_is_not_missed_by_the_wheel():
    framing = Framing(scale=0.9)
    assert framing.zoomed(1, (5, 5), (100, 100), (100, 100)).scale == 1.0
    assert Framing(scale=1.1).zoomed(-1, (5, 5), (100, 100), (100, 100)).scale == 1.0


def test_flipping_and_the_line():
    framing = Framing()
    assert framing.flipped().shown == "after"
    assert framing.flipped().flipped().shown == "before"
    assert framing.with_split(-5, (100, 80)).split == 0
    assert framing.near_split(53, (100, 80)) and not framing.near_split(80, (100, 80))
    assert not framing.flipped().near_split(50, (100, 80))


def test_a_fitted_picture_is_not_dragged():
    assert Framing().moved((5, 5), (10, 10)) == Framing()
    assert math.isclose(fitting((100, 50), (200, 200)), 2.0)


@pytest.fixture
def screen(gl):
    made = Offscreen(gl, (40, 30))
    yield made
    made.release()


def textures(gl, size, seed=0):
    rng = np.random.default_rng(seed)
    pixels = rng.integers(0, 256, (2, size[1], size[0], 4), np.uint8)
    return pixels, [gl.texture(size, 4, one) for one in pixels]


def drawn(gl, screen, framing, size):
    pixels, pair = textures(gl, size)
    view = gpu.View(gl)
    view.draw(framing.scene(size, screen.size), *pair, screen.target, screen.place)
    for one in (view, *pair):
        one.release()
    return pixels[..., :3].astype(int), screen.pixels().astype(int)


@pytest.mark.parametrize("shown", ["after", "before"])
def test_one_to_one_shows_the_pixels(gl, screen, shown):
    size = (20, 16)
    (before, after), seen = drawn(gl, screen, Framing(shown, scale=1.0), size)
    part = seen[7 : 7 + 16, 10 : 10 + 20]
    assert np.array_equal(part, before if shown == "before" else after)


def test_the_line_parts_before_from_after(gl, screen):
    size = (40, 30)
    (before, after), seen = drawn(gl, screen, Framing("split", scale=1.0, split=0.5), size)
    assert np.array_equal(seen[:, :19], before[:, :19])
    assert np.array_equal(seen[:, 21:], after[:, 21:])
    assert np.all(seen[:, 19:21] == seen[0, 19]) and not np.array_equal(seen[:, 20], after[:, 20])


def test_the_difference_is_enlarged_around_grey(gl, screen):
    size = (40, 30)
    (before, after), seen = drawn(gl, screen, Framing("difference", scale=1.0), size)
    wanted = np.clip(127.5 + 4 * (after - before), 0, 255)
    assert np.max(np.abs(seen - wanted)) <= 1


def test_magnified_pixels_are_squares(gl, screen):
    (_, after), seen = drawn(gl, screen, Framing("after", scale=2.0), (20, 15))
    assert np.array_equal(seen, after.repeat(2, 0).repeat(2, 1))


def test_a_reduced_picture_is_averaged(gl, screen):
    (_, after), seen = drawn(gl, screen, Framing("after", scale=0.5), (80, 60))
    wanted = after.reshape(30, 2, 40, 2, 3).mean((1, 3))
    assert np.max(np.abs(seen - wanted)) <= 1
