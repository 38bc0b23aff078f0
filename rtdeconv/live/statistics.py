"""What the line of figures says: rates and times of late."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from statistics import median
from typing import Final

WINDOW: Final = 240
"""Frames that rolling figures look back on."""


@dataclass(frozen=True)
class Figures:
    """Of the last frames: shown per second, milliseconds (median, and the worst in twenty) of
    drawing and from a frame's arrival until it is on the screen. Of all since the first one was on
    the screen, which waits for shaders to compile: shown and skipped."""

    shown: int
    skipped: int
    shown_fps: float
    draw_ms: float
    latency_ms: float
    late_ms: float

    @property
    def shown_share(self) -> float:
        """Of the frames that came, those that were shown."""
        return self.shown / max(self.shown + self.skipped, 1)


class Statistics:
    """Collects times; keeps a bounded number."""

    def __init__(self) -> None:
        self._shown = 0
        self._skipped_before = 0
        self._held_at: int | None = None
        self._at_s: deque[float] = deque(maxlen=WINDOW)
        self._draw_s: deque[float] = deque(maxlen=WINDOW)
        self._latency_s: deque[float] = deque(maxlen=WINDOW)

    def frame(self, *, arrived_s: float, draw_s: float, shown_s: float, skipped: int) -> None:
        """A new frame is on the screen; ``arrived_s`` and ``shown_s`` are times of one clock,
        ``skipped`` all frames that were not shown until now."""
        self._shown += 1
        if self._shown == 1:
            self._skipped_before = skipped
        self._at_s.append(shown_s)
        self._draw_s.append(draw_s)
        self._latency_s.append(shown_s - arrived_s)

    def hold(self, skipped: int) -> None:
        """From now on, until `go_on`, no frame counts as skipped."""
        self._held_at = skipped

    def go_on(self, skipped: int) -> None:
        """Frames skipped count again."""
        if self._held_at is not None:
            self._skipped_before += skipped - self._held_at
            self._held_at = None

    def figures(self, skipped: int) -> Figures:
        """The figures now."""
        times = self._at_s
        skipped = skipped if self._held_at is None else self._held_at
        span = times[-1] - times[0] if len(times) > 1 else 0.0
        return Figures(
            shown=self._shown,
            skipped=skipped - self._skipped_before if self._shown else 0,
            shown_fps=(len(times) - 1) / span if span > 0 else 0.0,
            draw_ms=1e3 * median(self._draw_s or (0.0,)),
            latency_ms=1e3 * median(self._latency_s or (0.0,)),
            late_ms=1e3 * _high(self._latency_s),
        )


def _high(times: deque[float]) -> float:
    """What 95 % are within."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1] if times else 0.0
