"""Designs made beside the frames: the old filter stays until the new one is there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from rtdeconv.designer import AUTO, compare, refit
from rtdeconv.designs import Design
from rtdeconv.errors import RtdError
from rtdeconv.fit import family_named
from rtdeconv.live.curves import Curves, curves
from rtdeconv.live.settings import Settings

REST_S: Final = 0.25
"""How long settings must stand before what is slow is done for them: no slider moves so slowly."""


@dataclass(frozen=True)
class Answer:
    """A design for ``settings`` with its curves, or the sentence that refuses them.

    ``took_ms``: from the request until it was ready.
    """

    settings: Settings
    design: Design | None
    curves: Curves | None
    refusal: str
    took_ms: float


class Redesigner:
    """A thread that designs for the newest settings it was given.

    Where the choice of a family, or a search, would take longer than a frame, the family at hand is
    fitted at once and the whole work done when the settings rest. ``wake`` is called from the
    thread when an answer is there.
    """

    def __init__(
        self,
        start: Design,
        settings: Settings,
        *,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._at_hand, self._settings = start, settings
        self._wake, self._clock = wake, clock
        self._changed = threading.Condition()
        self._asked: tuple[Settings, float] | None = None
        self._answer: Answer | None = None
        self._failure: BaseException | None = None
        self._working = False
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="redesign", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come, or was not polled yet."""
        with self._changed:
            waits = self._asked is not None or self._answer is not None
            return self._working or waits

    def ask(self, settings: Settings) -> None:
        """Design for these; earlier ones that nobody began are forgotten."""
        with self._changed:
            self._asked = settings, self._clock()
            self._changed.notify_all()

    def poll(self) -> Answer | None:
        """The newest answer, once; never waits. Raises what stopped the thread, if anything did."""
        with self._changed:
            if self._failure is not None:
                raise self._failure
            answer, self._answer = self._answer, None
            return answer

    def close(self) -> None:
        """Ends the thread; a design under way is finished first."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as failure:
            with self._changed:
                self._failure = failure
            self._wake()

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            settings, asked_s = asked
            if self._has_shortcut(settings):
                self._settle(settings, asked_s, _refitted(self._at_hand))
                if self._newer_within(REST_S):
                    continue
            self._settle(settings, asked_s, _designed)
            with self._changed:
                self._working = False

    def _next(self) -> tuple[Settings, float] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._asked is not None or self._closed)
            asked, self._asked = self._asked, None
            self._working = asked is not None and not self._closed
            return None if self._closed else asked

    def _newer_within(self, rest_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self._asked is not None or self._closed, rest_s)

    def _has_shortcut(self, settings: Settings) -> bool:
        """Whether the family at hand is an answer, and the whole work slower."""
        before = self._settings
        same = (settings.method, settings.fetches) == (before.method, before.fetches)
        searches = settings.method == AUTO or family_named(settings.method).moved is not None
        return same and searches

    def _settle(
        self, settings: Settings, asked_s: float, make: Callable[[Settings], Design]
    ) -> None:
        try:
            design = make(settings)
            # computed here, not where frames are drawn
            _ = design.plan, design.figures
            drawn = curves(design)
            self._at_hand, self._settings = design, settings
            found = Answer(settings, design, drawn, "", 1e3 * (self._clock() - asked_s))
        except RtdError as refusal:
            found = Answer(settings, None, None, str(refusal), 1e3 * (self._clock() - asked_s))
        with self._changed:
            self._answer = found
        self._wake()


def _designed(settings: Settings) -> Design:
    return compare(settings.blur, **settings.options).chosen


def _refitted(near: Design) -> Callable[[Settings], Design]:
    return lambda settings: refit(near, settings.blur, **settings.options)
