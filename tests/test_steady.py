"""Laws of structure steadied over time in the player of frames."""

from __future__ import annotations

import tracemalloc
from functools import cache
from typing import Any

import numpy as np
import pytest
from noisy_pictures import CODE, noised, sharp_planes, soft_planes
from scipy import ndimage
from test_frame_player import model_of, texture_pixels

from rtdeconv import design, gpu, interpret, rewrite
from rtdeconv.activity import steadied
from rtdeconv.blur import Gaussian
from rtdeconv.errors import DeviceError
from rtdeconv.gpu.programs import texture
from rtdeconv.pixels import unit_colour
from rtdeconv.plan import BORDERS, Plan, adapted, footprint, parameter_values

Pixels = np.ndarray
TOP = 65535
SIZE = (40, 56)

ADAPTING = {"activity": {"terms": 5}, "oriented": {"terms": 3}}

ROUNDED = 0.6
"""Of the 65535 steps of a result: half a step of rounding, and single floats."""

TIED = 16
"""Where structure lies amid two half floats, machines may take either. Its logarithm then differs
by up to 1/1400 of an octave, a weight by less than that, and what bands add by a few steps."""

SMEARED = 1.02
"""Error around a strong edge that moves, over that without a past, which is to be none: the least
motion passes for noise."""

SETTLED = 8
"""Frames after which a mean that keeps 0.8 has forgotten five sixths of the first."""


@cache
def plan_of(adapt: str = "activity", light: str = "encoded", border: str = "clamp") -> Plan:
    words = {"adapt": adapt, "taps": 5, **ADAPTING[adapt]}
    return design("gaussian:0.7", noise=2 / 255, light=light, border=border, **words).plan


def linear_plan() -> Plan:
    return design("gaussian:0.7", noise=2 / 255, light="encoded", method="fir", taps=5).plan


class Chain:
    """The definition: the interpreter, and between its passes `steadied`."""

    def __init__(self, plan: Plan) -> None:
        (self._mean,) = (node.mean for one in plan.passes for node in adapted(one.expr))
        self._plan, self._before, self._structure = plan, None, None

    def restored(self, frame: Pixels) -> Pixels:
        """(H, W, 3), encoded, not cut."""

        def stored(image: Pixels, store: Any) -> Pixels:
            now = interpret.rounded(image, store)
            if store != "16f":
                return now
            if self._structure is not None:
                before = self._structure
                now = steadied(now, before, self._mean_of(now), self._mean_of(before))
                now = interpret.rounded(now, store)
            self._structure = now
            return now

        values = parameter_values(self._plan, {})
        return interpret.colour(self._plan, unit_colour(frame), values, stored=stored)

    def _mean_of(self, image: Pixels) -> Pixels:
        total = np.zeros_like(image)
        for texel, weight in footprint(self._mean).items():
            moves = zip(image.shape[:2], (texel.dy, texel.dx), strict=True)
            rows, columns = (
                interpret.border_index(np.arange(size) + move, size, self._plan.border)
                for size, move in moves
            )
            moved = image[rows][:, columns]
            moved[rows < 0] = 0.0
            moved[:, columns < 0] = 0.0
            total += weight * moved
        return total


class Drawn:
    """Frames (H, W, 3) of uint8 through a player; results of 16 bits."""

    def __init__(self, gl, plan: Plan, *, steady: bool = True) -> None:
        self.player = gpu.FramePlayer(gl, plan, wide=True, steady=steady)

    def upload(self, frame: Pixels) -> None:
        planes = [np.ascontiguousarray(frame[..., channel]) for channel in range(3)]
        self.player.upload(planes, _model(frame.shape[:2]))

    def restored(self, frame: Pixels) -> Pixels:
        self.upload(frame)
        return self.again()

    def again(self, **settings: Any) -> Pixels:
        self.player.restore(**settings)
        return texture_pixels(self.player.after).copy()


@cache
def _model(size: tuple[int, int]) -> Any:
    return model_of("gbrp", size)


@pytest.fixture
def drawn(gl):
    made = []

    def make(plan: Plan, **words: Any) -> Drawn:
        made.append(Drawn(gl, plan, **words))
        return made[-1]

    yield make
    for one in made:
        one.player.release()


def plain(drawn, plan: Plan, frame: Pixels) -> Pixels:
    """What the filter makes of a frame by itself."""
    return drawn(plan, steady=False).restored(frame)


def scene(size: tuple[int, int] = SIZE) -> Pixels:
    """Part of a picture, sharp at 0.7 px, (H, W, 3), 0..1."""
    return soft_planes("astronaut", 0.7)[100 : 100 + size[0], 180 : 180 + size[1]]


def noisy_frames(count: int, size: tuple[int, int] = SIZE, codes: float = 2.0) -> list[Pixels]:
    """The same scene, with other noise each time."""
    return [noised(scene(size), codes, seed) for seed in range(count)]


def moving_frames(count: int, step_px: int = 3, codes: float = 2.0) -> list[Pixels]:
    """A bright half that moves over a flat, noisy ground."""
    found = []
    for number in range(count):
        ground = np.full((*SIZE, 3), 0.3)
        ground[:, 12 + step_px * number :] = 0.7
        found.append(noised(ground, codes, number))
    return found


WAYS = [
    *(("activity", "encoded", border) for border in BORDERS),
    ("oriented", "encoded", "wrap"),
    ("oriented", "linear", "clamp"),
    ("activity", "linear", "zero"),
]


@pytest.mark.parametrize(("adapt", "light", "border"), WAYS)
def test_the_player_steadies_as_the_definition_does(drawn, adapt, light, border) -> None:
    plan = plan_of(adapt, light, border)
    player, chain = drawn(plan), Chain(plan)
    for frame in (*noisy_frames(3), *moving_frames(3)):
        wanted = np.clip(chain.restored(frame), 0.0, 1.0) * TOP
        apart = np.abs(player.restored(frame) - wanted)
        print(f"largest {apart.max():.2f}, 99.9 % within {np.quantile(apart, 0.999):.2f} of {TOP}")
        assert np.quantile(apart, 0.999) <= ROUNDED
        assert apart.max() <= TIED


@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize("adapt", ADAPTING)
def test_a_first_frame_stands_alone(drawn, adapt, light) -> None:
    plan, (first, second, *_) = plan_of(adapt, light), noisy_frames(2)
    player = drawn(plan)
    assert np.array_equal(player.restored(first), plain(drawn, plan, first))
    assert not np.array_equal(player.restored(second), plain(drawn, plan, second))


def test_what_is_forgotten_is_not_mixed_in(drawn) -> None:
    plan, frames = plan_of(), noisy_frames(3)
    player = drawn(plan)
    player.restored(frames[0])
    player.player.forget()
    assert np.array_equal(player.restored(frames[1]), plain(drawn, plan, frames[1]))
    again = drawn(plan)
    again.restored(frames[1])
    assert np.array_equal(player.restored(frames[2]), again.restored(frames[2]))


def test_frames_of_another_size_stand_alone(drawn) -> None:
    plan, player = plan_of(), drawn(plan_of())
    for size in (SIZE, SIZE[::-1], SIZE):
        (frame,) = noisy_frames(1, size)
        assert np.array_equal(player.restored(frame), plain(drawn, plan, frame))


def test_another_structure_begins_anew_and_the_same_goes_on(drawn) -> None:
    """A limiter reads the structure that was kept; another noise measures it anew."""
    plan, frames = plan_of(), noisy_frames(2)
    bounded = rewrite.limited(plan, 0.1)
    other = design("gaussian:0.7", noise=4 / 255, light="encoded", adapt="activity", taps=5).plan
    for after, is_kept in ((bounded, True), (other, False)):
        player, same = drawn(plan), drawn(after)
        for one in (player, same):
            one.restored(frames[0])
        player.player.use(after)
        assert player.player.has_frame
        found, alone = player.restored(frames[1]), plain(drawn, after, frames[1])
        assert np.array_equal(found, same.restored(frames[1]) if is_kept else alone)
        assert np.array_equal(found, alone) != is_kept


def test_a_frame_drawn_again_is_the_same_frame(drawn) -> None:
    plan, frames = plan_of(), noisy_frames(4)
    once, often = drawn(plan), drawn(plan)
    for frame in frames:
        wanted = once.restored(frame)
        often.upload(frame)
        for strength in (1.0, 0.3, 1.5, 1.0):
            found = often.again(strength=strength)
        assert np.array_equal(found, wanted)


def test_frames_that_were_never_drawn_leave_nothing(drawn) -> None:
    plan, frames = plan_of(), noisy_frames(3)
    player, other = drawn(plan), drawn(plan)
    for one in (player, other):
        one.restored(frames[0])
    player.upload(frames[1])
    assert np.array_equal(player.restored(frames[2]), other.restored(frames[2]))


@pytest.mark.parametrize("adapt", ADAPTING)
def test_after_a_cut_nothing_of_the_scene_before_is_left(drawn, adapt) -> None:
    """From noise alone to detail everywhere, and back."""
    rng = np.random.default_rng(3)
    grey = noised(np.full((*SIZE, 3), 0.5), 2.0)
    detail = noised(np.repeat(rng.choice([0.2, 0.8], (*SIZE, 1)), 3, -1), 2.0)
    plan, player = plan_of(adapt), drawn(plan_of(adapt))
    for frame in (grey, detail, grey):
        assert np.array_equal(player.restored(frame), plain(drawn, plan, frame))


@pytest.mark.parametrize("adapt", ADAPTING)
def test_what_moves_is_not_smeared(drawn, adapt) -> None:
    """Where an edge lies, and where it lay, the frame's own structure counts."""
    plan, player = plan_of(adapt), drawn(plan_of(adapt))
    step_px = 6
    frames = moving_frames(5, step_px)
    for frame in frames:
        found = player.restored(frame)
    alone = plain(drawn, plan, frames[-1])
    new = 12 + 4 * step_px
    for edge in (new, new - step_px):
        beside = slice(edge - 1, edge + 1)
        assert np.array_equal(found[:, beside], alone[:, beside])
    apart = slice(new + 6, None)
    assert not np.array_equal(found[:, apart], alone[:, apart])


def slow_edge(left_px: float) -> tuple[Pixels, Pixels]:
    """An edge there, in fractions of a pixel too: (sharp, blurred), (H, W), 0..1."""
    covered = np.clip(np.arange(SIZE[1]) + 1 - left_px, 0.0, 1.0)
    sharp = np.broadcast_to(0.3 + 0.4 * covered, SIZE)
    return sharp, ndimage.convolve(sharp, Gaussian(0.7).psf(), mode="nearest")


@pytest.mark.parametrize("step_px", [0.1, 0.25, 1.0])
@pytest.mark.parametrize("adapt", ADAPTING)
def test_what_moves_slowly_is_as_sharp_as_alone(drawn, adapt, step_px) -> None:
    steady, alone = drawn(plan_of(adapt)), drawn(plan_of(adapt), steady=False)
    errors = []
    for number in range(14):
        left_px = 20 + step_px * number
        sharp, soft = slow_edge(left_px)
        frame = noised(np.repeat(soft[..., None], 3, -1), 2.0, number)
        around = np.s_[:, int(left_px) - 4 : int(left_px) + 5]
        found = (one.restored(frame).mean(-1)[around] / TOP for one in (steady, alone))
        errors.append([np.mean((one - sharp[around]) ** 2) for one in found])
    ratio = np.divide(*np.sqrt(np.mean(errors[4:], axis=0)))
    print(f"{step_px} px a frame: error {ratio:.3f} of that of frames alone")
    assert ratio <= SMEARED


@pytest.mark.parametrize("adapt", ADAPTING)
def test_a_still_scene_flickers_less(drawn, adapt) -> None:
    """Less than without a past, less than by the linear filter of that size, and no worse a
    picture."""
    size, sharp = (96, 128), sharp_planes("astronaut")[100:196, 180:308]
    frames = noisy_frames(SETTLED + 8, size)
    plans = {"linear": linear_plan(), "alone": plan_of(adapt), "steady": plan_of(adapt)}
    variance, error = {}, {}
    for name, plan in plans.items():
        player = drawn(plan, steady=name == "steady")
        seen = np.stack([player.restored(frame) for frame in frames][SETTLED:]) / TOP
        variance[name] = seen.var(0, ddof=1).mean() / CODE**2
        error[name] = np.mean((seen - sharp) ** 2) / CODE**2
        print(f"{name}: variance {variance[name]:.3f}, error {error[name]:.3f} codes squared")
    assert variance["steady"] < variance["alone"]
    assert variance["steady"] < variance["linear"]
    assert error["steady"] <= error["alone"]


@pytest.mark.parametrize("adapt", ADAPTING)
def test_at_strength_0_frames_are_as_they_came(drawn, adapt) -> None:
    player = drawn(plan_of(adapt))
    for frame in noisy_frames(3):
        player.upload(frame)
        assert np.array_equal(player.again(strength=0.0), frame.astype(np.uint16) * 257)


def test_nothing_is_made_from_frame_to_frame(gl, drawn, monkeypatch) -> None:
    made = []

    def counted(*args: Any, **words: Any) -> Any:
        made.append(args)
        return texture(*args, **words)

    monkeypatch.setattr("rtdeconv.gpu.steady.texture", counted)
    size = (240, 320)
    player, frames = drawn(plan_of()).player, noisy_frames(2, size)
    planes = [[*np.ascontiguousarray(np.moveaxis(frame, -1, 0))] for frame in frames]

    def restore(number: int) -> None:
        player.upload(planes[number], _model(size))
        player.restore()

    restore(0)
    assert len(made) == 2
    outcomes = player.before, player.after
    tracemalloc.start()
    for number in range(20):
        restore(number % 2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"{peak} bytes at most beyond what was there")
    assert peak < planes[0][0].nbytes
    assert len(made) == 2 and (player.before, player.after) == outcomes


def test_a_linear_filter_has_nothing_to_steady(drawn, monkeypatch) -> None:
    def refusing(*_: Any) -> None:
        raise AssertionError("a linear filter has no structure")

    monkeypatch.setattr("rtdeconv.gpu.frame_player.Steady", refusing)
    player = drawn(linear_plan())
    for frame in noisy_frames(2):
        assert np.array_equal(player.restored(frame), plain(drawn, linear_plan(), frame))


def test_a_refused_text_leaves_the_filter_before_it(drawn, monkeypatch) -> None:
    def refusing(*_: Any) -> None:
        raise DeviceError("this GL refuses it")

    frame, player = noisy_frames(1)[0], drawn(linear_plan())
    with monkeypatch.context() as broken:
        broken.setattr("rtdeconv.gpu.frame_player.Steady", refusing)
        with pytest.raises(DeviceError):
            player.player.use(plan_of())
    assert np.array_equal(player.restored(frame), plain(drawn, linear_plan(), frame))
