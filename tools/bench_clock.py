"""Timing draws.

GL draws when it likes, so every time is taken up to ``finish()``. A GPU may spend longer being told
of a small frame than drawing it: there its own clock counts too, through a timer query. Software GL
answers such queries with nonsense, and leaves out draws that a later one covers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Final

import moderngl

LEAST_ROUNDS: Final = 3
MOST_ROUNDS: Final = 25
ENOUGH_S: Final = 0.1
"""Of one median: rounds go on until then, within those bounds."""

Draw = Callable[[], object]


@dataclass(frozen=True)
class Timing:
    """Medians: ms until finish, ms of the GPU's own clock where there is one, and how many plain
    copies that is, by the GPU's clock where there is one."""

    wall_ms: float
    gpu_ms: float | None
    copies: float


class Clock:
    """Times draws in ``context``. ``ballast`` draws for long enough to hide what Python takes to
    order a frame; without it there is no GPU's clock."""

    def __init__(self, context: moderngl.Context, ballast: Draw | None = None) -> None:
        self._context = context
        self._ballast = ballast
        self._query = context.query(time=True)

    @property
    def has_gpu(self) -> bool:
        """Whether there is a GPU's clock."""
        return self._ballast is not None

    def wall_ms(self, draw: Draw) -> float:
        """From the order until all is drawn."""
        began = time.perf_counter()
        draw()
        self._context.finish()
        return 1000 * (time.perf_counter() - began)

    def gpu_ms(self, draw: Draw) -> float:
        """What the GPU takes to draw; only where there is a ballast.

        The GPU is still busy with the ballast while the frame is ordered, or the query would count
        how long it waits for Python between passes. It also sweeps the caches.
        """
        assert self._ballast is not None
        self._ballast()
        with self._query:
            draw()
        self._context.finish()
        return self._query.elapsed / 1e6


def timed(clock: Clock, draw: Draw, copy: Draw) -> Timing:
    """``draw`` beside ``copy``, in turn, so that what slows the machine slows both."""
    for one in (copy, draw):
        clock.wall_ms(one)  # the first draw compiles
    walls: list[tuple[float, float]] = []
    by_gpu: list[tuple[float, float]] = []
    began = time.perf_counter()
    while len(walls) < LEAST_ROUNDS or (
        len(walls) < MOST_ROUNDS and time.perf_counter() - began < ENOUGH_S
    ):
        walls.append((clock.wall_ms(copy), clock.wall_ms(draw)))
        if clock.has_gpu:
            by_gpu.append((clock.gpu_ms(copy), clock.gpu_ms(draw)))
    return Timing(
        wall_ms=median(own for _, own in walls),
        gpu_ms=median(own for _, own in by_gpu) if by_gpu else None,
        copies=median(own / one for one, own in by_gpu or walls),
    )
