"""Frames of planes on the GPU: their RGB view, filters that change, the change put back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worked_plans import CODE, SIZED, difference, plan_of

from rtdeconv import design, gpu, interpret
from rtdeconv.errors import DeviceError, ValueRefused
from rtdeconv.fit import FAMILIES, Size
from rtdeconv.gpu.shapes import KEPT, Shapes
from rtdeconv.media.colour import ColourTags, colour_model
from rtdeconv.media.pixel_formats import layout_of
from rtdeconv.plan import Sample, weighted_sums
from rtdeconv.rewrite import offset_slot, shape_of, weight_slot

BT709 = ColourTags(1, 1, 1, False)
FORMATS = ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "gray", "gbrp", "yuv420p10le", "gbrp12le")
SIZES = ((24, 38), (23, 37))

few = settings(
    deadline=None,
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def model_of(name, size):
    height, width = size
    tags = ColourTags(1, 1, 1, name.startswith("yuvj") or name == "gray")
    return colour_model(layout_of(name), tags, width, height)


def planes_for(name, size, seed=0):
    """Random codes within the format's range."""
    layout = layout_of(name)
    height, width = size
    across, down = layout.chroma
    small = -(-height // down), -(-width // across)
    shapes = [size] if layout.kind == "grey" else [size, small, small]
    dtype = np.uint8 if layout.depth == 8 else np.uint16
    rng = np.random.default_rng(seed)
    top = 2**layout.depth
    return [rng.integers(top // 8, top - top // 8, shape, dtype) for shape in shapes]


def enlarged(plane, size):
    """Linear between centres that lie amid the pixels they cover, float64."""
    lines = plane.astype(np.float64)
    for axis, count in enumerate(size):
        have = lines.shape[axis]
        place = np.clip((np.arange(count) + 0.5) * have / count - 0.5, 0, have - 1)
        low = np.minimum(np.floor(place).astype(int), max(have - 2, 0))
        share = np.expand_dims(place - low, 1 - axis)
        upper = np.take(lines, np.minimum(low + 1, have - 1), axis)
        lines = np.take(lines, low, axis) * (1 - share) + upper * share
    return lines


def rgb_reference(planes, model, size):
    """`media.colour.rgb_of` in float64, rounded once."""
    codes = np.stack([enlarged(plane, size) for plane in planes] + [np.ones(size)], -1)
    peak = np.iinfo(model.rgb_dtype).max
    return np.clip(codes @ model.to_rgb.astype(float).T, 0, peak)


def texture_pixels(texture):
    dtype = {"f1": np.uint8, "nu2": np.uint16}[texture.dtype]
    width, height = texture.size
    return np.frombuffer(texture.read(), dtype).reshape(height, width, 4)[..., :3]


@pytest.fixture
def frame_player(gl):
    made = []

    def make(plan):
        made.append(gpu.FramePlayer(gl, plan))
        return made[-1]

    yield make
    for one in made:
        one.release()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FORMATS)
def test_planes_are_seen_as_rgb(frame_player, name, size):
    model, planes = model_of(name, size), planes_for(name, size)
    player = frame_player(design("gaussian:0.7", method="fir", light="encoded").plan)
    player.upload(planes, model)
    seen = texture_pixels(player.before).astype(float)
    wanted = rgb_reference(planes, model, size)
    # half a code of rounding, and what 8 bits of a mixing weight leave of a chroma code
    allowed = 0.5 + (1.0 if model.depth == 8 else 257 * 1.0)
    assert np.max(np.abs(seen - wanted)) <= allowed


@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize(("family", "size"), SIZED, ids=str)
def test_restored_as_the_interpreter_does(frame_player, family, size, light):
    plan = plan_of(family, size, light)
    player = frame_player(plan)
    model, planes = model_of("gbrp", SIZES[0]), planes_for("gbrp", SIZES[0])
    player.upload(planes, model)
    player.restore(strength=0.8)
    before = texture_pixels(player.before)
    before = before if before.dtype == np.uint8 else (before // 257).astype(np.uint8)
    after = texture_pixels(player.after)
    if after.dtype == np.uint16:
        after = np.rint(after / 257).astype(np.uint8)
    assert difference(after, interpret.run(plan, before, strength=0.8)) <= CODE


@pytest.mark.parametrize("name", FORMATS)
def test_the_change_is_put_back(frame_player, name):
    """Codes change by the map of the change of RGB, averaged over the pixels of a chroma code."""
    size = SIZES[0]
    model, planes = model_of(name, size), planes_for(name, size)
    player = frame_player(design("gaussian:0.7", method="fir").plan)
    player.upload(planes, model)
    player.restore()
    out = [np.empty_like(plane) for plane in planes]
    player.put_back(out)
    change = texture_pixels(player.after).astype(float) - texture_pixels(player.before)
    top = 2**model.depth - 1
    for row, (plane, got) in enumerate(zip(planes, out, strict=True)):
        wide = change @ model.from_rgb[row].astype(float)
        down, across = (-(-n // m) for n, m in zip(size, plane.shape, strict=True))
        mean = wide.reshape(plane.shape[0], down, plane.shape[1], across).mean((1, 3))
        wanted = np.clip(plane + mean, 0, top)
        assert np.max(np.abs(got - wanted)) <= 0.51, row


def test_nothing_changes_at_strength_0(frame_player):
    model, planes = model_of("yuv420p", SIZES[1]), planes_for("yuv420p", SIZES[1])
    player = frame_player(design("gaussian:0.7", method="fetch").plan)
    player.upload(planes, model)
    player.restore(strength=0.0)
    out = [np.empty_like(plane) for plane in planes]
    player.put_back(out)
    for plane, got in zip(planes, out, strict=True):
        assert np.array_equal(plane, got)


def test_frames_may_change_size_and_format(frame_player):
    player = frame_player(design("gaussian:0.7", method="comb").plan)
    for name, size in (("yuv420p", SIZES[0]), ("yuv420p10le", SIZES[1]), ("gray", (5, 3))):
        player.upload(planes_for(name, size), model_of(name, size))
        player.restore()
        assert player.after.size == size[::-1]


def test_lines_of_planes_may_be_padded(frame_player):
    size = SIZES[0]
    model, planes = model_of("yuv420p", size), planes_for("yuv420p", size)
    padded = [np.pad(plane, ((0, 0), (0, 9)))[:, : plane.shape[1]] for plane in planes]
    player = frame_player(design("gaussian:0.7", method="fir").plan)
    views = []
    for given_planes in (planes, padded):
        player.upload(given_planes, model)
        views.append(texture_pixels(player.before).copy())
    assert np.array_equal(*views)


@pytest.mark.parametrize("family", [*FAMILIES, "tunable"])
def test_another_sigma_compiles_nothing(frame_player, family):
    """The same family undoing another blur is a change of uniforms, to the right pixels."""
    first, second = (design(f"gaussian:{s}", method=family).plan for s in (0.7, 0.72))
    player = frame_player(first)
    model, planes = model_of("gbrp", SIZES[0]), planes_for("gbrp", SIZES[0])
    player.use(second)
    assert player.compiled == 1
    player.upload(planes, model)
    player.restore()
    picture = np.stack(planes[:3], -1)
    wanted = interpret.run(second, picture)
    after = texture_pixels(player.after)
    if after.dtype == np.uint16:
        after = np.rint(after / 257).astype(np.uint8)
    assert difference(after, wanted) <= CODE


def as_sample(fetch, total):
    """Beside samples, texels away from the pixel are samples in a shape."""
    mixed = any(isinstance(one, Sample) and one.image == fetch.image for _, one in total.terms)
    apart = (fetch.dx, fetch.dy) != (0, 0)
    return Sample(fetch.image, fetch.dx, fetch.dy) if mixed and apart else fetch


def test_shapes_leave_the_numbers_out():
    """A shape with its slots filled is the plan: the same fetches by the same weights."""
    for family, size in SIZED:
        plan = plan_of(family, size)
        shape = shape_of(plan)

        def filled(term, shape=shape):
            weight, fetch = term
            if isinstance(fetch, Sample) and (fetch.dx, fetch.dy) != (0, 0):
                fetch = Sample(fetch.image, *shape.offsets[offset_slot(fetch.dx)])
            return shape.weights[weight_slot(weight)], fetch

        for one, opened in zip(plan.passes, shape.plan.passes, strict=True):
            sums = zip(weighted_sums(one.expr), weighted_sums(opened.expr), strict=True)
            for total, slots in sums:
                terms = [(weight, as_sample(fetch, total)) for weight, fetch in total.terms]
                assert [filled(term) for term in slots.terms] == terms
        assert len(set(shape.weights)) == len(shape.weights)
        assert shape.plan.fetches == plan.fetches
        assert [one.store for one in shape.plan.passes] == [one.store for one in plan.passes]


def test_a_refused_filter_leaves_the_one_before(frame_player, monkeypatch):
    """A filter that GL does not take must not lend its parameters to the one that stays."""
    first = design("gaussian:0.7", method="fir", light="encoded").plan
    player = frame_player(first)
    model, planes = model_of("gbrp", SIZES[0]), planes_for("gbrp", SIZES[0])

    def refusing(*_):
        raise DeviceError("this GL refuses it")

    with monkeypatch.context() as broken:
        broken.setattr("rtdeconv.gpu.shapes.Programs", refusing)
        with pytest.raises(DeviceError):
            player.use(design("gaussian:0.7", tunable=True).plan)
    player.upload(planes, model)
    player.restore()
    wanted = interpret.run(first, np.stack(planes, -1))
    assert difference(texture_pixels(player.after), wanted) <= CODE
    with pytest.raises(ValueRefused):
        player.restore(values={"sigma": 0.9})


def test_a_bounded_number_of_shapes_is_kept(gl):
    shapes = Shapes(gl)
    for taps in range(3, 14, 2):
        for family in ("fir", "cross", "diamond", "separable", "firls"):
            if Size(taps=taps) in FAMILIES[family].sizes:
                for light in ("encoded", "linear"):
                    shapes.programs(
                        design("gaussian:0.7", method=family, taps=taps, light=light).plan
                    )
    assert len(shapes) == KEPT
    shapes.release()


@few
@given(seed=st.integers(0, 99), strength=st.floats(0.0, 1.5))
def test_any_frame_at_any_strength(gl, seed, strength):
    plan = plan_of("fir", Size(taps=5))
    player = gpu.FramePlayer(gl, plan)
    planes = planes_for("gbrp", SIZES[1], seed)
    player.upload(planes, model_of("gbrp", SIZES[1]))
    player.restore(strength=strength)
    wanted = interpret.run(plan, np.stack(planes, -1), strength=strength)
    assert difference(texture_pixels(player.after), wanted) <= CODE
    rgb = np.empty((*SIZES[1], 3), np.uint8)
    player.read_after(rgb)
    assert np.array_equal(rgb, texture_pixels(player.after))
    player.release()
