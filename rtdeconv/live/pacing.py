"""When the frames of a file are due."""

from __future__ import annotations

# A pause of this length is a machine that slept, or cannot keep up: the clock is set anew.
_GIVEN_UP_S = 1.0
_ALONE_S = 0.04


class Pacing:
    """Time stamps on a clock: frames are due as far apart as their stamps are.

    Late frames are due in the past, so that they follow at once until they have caught up.
    """

    def __init__(self) -> None:
        self._zero_s: float | None = None
        self._stamp_s = 0.0
        self._gap_s = _ALONE_S
        self._next_s: float | None = None

    def due_s(self, stamp_s: float, now_s: float) -> float:
        """The moment on the clock when the frame of this stamp is due; now for the first."""
        if self._zero_s is None:
            begin_s = now_s if self._next_s is None else max(now_s, self._next_s)
            self._zero_s = begin_s - stamp_s
        elif stamp_s > self._stamp_s:
            self._gap_s = stamp_s - self._stamp_s
        if self._zero_s + stamp_s < now_s - _GIVEN_UP_S:
            self._zero_s = now_s - stamp_s
        self._stamp_s = stamp_s
        return self._zero_s + stamp_s

    def shift(self, seconds: float) -> None:
        """Everything is due later by as much."""
        if self._zero_s is not None:
            self._zero_s += seconds

    def start_over(self) -> None:
        """The stamps begin anew; the last frame stays as long as the one before it."""
        if self._zero_s is not None:
            self._next_s = self._zero_s + self._stamp_s + self._gap_s
            self._zero_s = None
