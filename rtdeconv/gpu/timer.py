"""How long drawing a frame takes: by the GPU's own clock, or the wall's where that one lies."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Any

import moderngl

from rtdeconv.gpu.device import is_software


def clock_of(context: moderngl.Context) -> str:
    """Which clock `FrameTimer` reads, for the line of figures: ``GPU`` or ``wall``."""
    return "wall" if is_software(context) else "GPU"


class FrameTimer:
    """Times what is drawn inside of it; ``elapsed_s`` is the last time.

    Software GL answers timer queries with a fraction of the truth, so there drawing is waited for
    and the wall clock read. GPUs are asked, which waits for the frame's end only when read.
    """

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._query: Any = None if is_software(context) else context.query(time=True)
        self._began_s = 0.0
        self._wall_s = 0.0

    @property
    def elapsed_s(self) -> float:
        """Seconds that the last frame took to draw."""
        return self._wall_s if self._query is None else 1e-9 * self._query.elapsed

    def __enter__(self) -> FrameTimer:
        self._began_s = time.perf_counter()
        if self._query is not None:
            self._query.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._query is not None:
            self._query.__exit__(kind, error, trace)
        else:
            self._context.finish()
            self._wall_s = time.perf_counter() - self._began_s
