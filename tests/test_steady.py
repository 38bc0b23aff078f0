"""Laws of structure steadied over time in the player of frames."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from noisy_pictures import noised, soft_planes
from test_frame_player import model_of, texture_pixels

from rtdeconv import design, gpu, interpret
from rtdeconv.activity import steadied
from rtdeconv.pixels import unit_colour
from rtdeconv.plan import BORDERS, Plan, adapted, footprint, parameter_values

Pixels = np.ndarray
TOP = 65535
SIZE = (40, 56)

ADAPTING = {"activity": {"terms": 5}, "oriented": {"terms": 3}}

SETTLED = 8
"""Frames after which a mean that keeps 0.8 has forgotten five sixths of the first."""


@cache
def plan_of(adapt: str = "activity", light: str = "encoded", border: str = "clamp") -> Plan:
    words = {"adapt": adapt, "taps": 5, "learn": None, **ADAPTING[adapt]}
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


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize("adapt", ADAPTING)
def test_the_player_steadies_as_the_definition_does(drawn, adapt, light, border) -> None:
    plan = plan_of(adapt, light, border)
    player, chain = drawn(plan), Chain(plan)
    frames = [*noisy_frames(2), *moving_frames(3)]
    for frame in frames:
        wanted = np.clip(chain.restored(frame), 0.0, 1.0) * TOP
        apart = np.abs(player.restored(frame) - wanted)
        print(f"largest {apart.max():.2f}, 99.9 % within {np.quantile(apart, 0.999):.2f} of {TOP}")


def test_flick(drawn):
    pass
