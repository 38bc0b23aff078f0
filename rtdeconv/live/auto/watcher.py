"""A thread that measures a frame now and then, and takes no more than its share of the time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from rtdeconv.errors import RtdError
from rtdeconv.live.auto.luma import luma_pieces
from rtdeconv.live.beside import Beside
from rtdeconv.media.feeds import Shot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rtdeconv.estimate import Measured
    from rtdeconv.pixels import Image

Measure = Callable[["Sequence[Image]"], "Measured"]

EVERY_S: Final = 1.0
"""From the end of one measurement to the beginning of the next, at least."""

SHARE: Final = 0.04
"""Of the time that measuring may take, its first turn aside, in which it also loads what it needs:
a slow machine measures less often."""

AHEAD_S: Final = 10.0
"""New scenes may be measured before their share of the time came, so much ahead of it in all."""

SETTLED_S: Final = 0.15
"""A scene is first measured this long after it began: codecs spend few bits on its first frames."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What was measured in a frame of ``scene``, or the sentence that refuses it.

    ``offered_s``: when the frame was offered.
    """

    scene: int
    offered_s: float
    measured: Measured | None
    refusal: str = ""


@dataclass(frozen=True)
class Cost:
    """Work of the last measurement, and of all since the first in the time since then, 0..1. That
    one loads what it needs besides. None: there was no such measurement."""

    last_ms: float | None = None
    share: float | None = None


class Watcher(Beside[tuple[Shot, int, float], Answer]):
    """Measures the newest frame offered, in a thread, when it is time.

    ``load`` gives the measurement, in the thread, as its libraries take a while. ``wake`` is called
    from there when an answer is ready. ``work_clock`` tells the thread's own work, which a busy
    machine does not lengthen.
    """

    def __init__(
        self,
        load: Callable[[], Measure],
        *,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
        work_clock: Callable[[], float] = time.thread_time,
    ) -> None:
        super().__init__(wake)
        self._load, self._clock, self._work_clock = load, clock, work_clock
        self._scene, self._began_s = 0, clock()
        self._ended_s = self._free_s = -1e9  # free: when the time so far holds the share
        self._warm_s: float | None = None
        self._last_s = self._spent_s = 0.0
        self._begin("measuring")

    @property
    def cost(self) -> Cost:
        """What measuring took so far."""
        with self._changed:
            if self._warm_s is None:
                return Cost()
            since_s = self._clock() - self._warm_s
            return Cost(1e3 * self._last_s, self._spent_s / since_s if self._spent_s else None)

    def begin_scene(self) -> int:
        """Frames offered from now on belong to another scene, which is measured soon; its number.
        Answers to earlier ones say theirs."""
        with self._changed:
            self._scene, self._began_s = self._scene + 1, self._clock()
            self._asked = None
            return self._scene

    def offer(self, shot: Shot) -> None:
        """A frame that may be measured; the newest one is, when it is time. Never waits."""
        self._ask((shot, self._scene, self._clock()))

    def forget(self) -> None:
        """Lets go of the frame offered, and of the answer."""
        with self._changed:
            self._asked = self._answer = None

    def _work(self) -> None:
        measure = self._load()
        while (taken := self._next()) is not None:
            self._tell(self._answered(measure, *taken))

    def _next(self) -> tuple[Shot, int, float] | None:
        """The newest frame when it is time for one; None when closed."""
        with self._changed:
            while not self._is_closed:
                rest_s = self._due_s() - self._clock()
                if self._asked is not None and rest_s <= 0:
                    taken, self._asked = self._asked, None
                    self._is_working = True
                    return taken
                self._changed.wait(rest_s if self._asked is not None else None)
            return None

    def _due_s(self) -> float:
        """When the next measurement may begin."""
        if self._ended_s > self._began_s:
            return max(self._ended_s + EVERY_S, self._free_s)
        return max(self._began_s + SETTLED_S, self._free_s - AHEAD_S)

    def _answered(self, measure: Measure, shot: Shot, scene: int, offered_s: float) -> Answer:
        measured, refusal = None, ""
        begun_s, before_s = self._clock(), self._work_clock()
        try:
            measured = measure(luma_pieces(shot))
        except RtdError as refused:
            refusal = str(refused)
        worked_s = self._work_clock() - before_s
        with self._changed:
            self._ended_s = self._clock()
            self._last_s = worked_s
            if self._warm_s is None:
                self._warm_s = self._ended_s
            else:
                self._spent_s += worked_s
                self._free_s = max(self._free_s, begun_s) + worked_s / SHARE
        return Answer(scene, offered_s, measured, refusal)
