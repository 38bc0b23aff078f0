"""Designs made beside the frames: the old filter stays until the new one is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from rtdeconv.designer import AUTO, compare, refit
from rtdeconv.designs import Design
from rtdeconv.errors import RtdError
from rtdeconv.fit import family_named
from rtdeconv.live.beside import Beside
from rtdeconv.live.curves import Curves, curves
from rtdeconv.live.settings import Settings
from rtdeconv.live.stand_in import stand_in

REST_S: Final = 0.25
"""How long settings must stand before what is slow is done for them: no slider moves so slowly."""

_UNLEARNED: Final = frozenset(("taps", "terms", "border"))
"""What is seen in pictures once serves filters of every size."""


@dataclass(frozen=True)
class Answer:
    """A design for ``settings`` with its curves, or the sentence that refuses them.

    ``stand_in``: what is to be run until the design comes, in place of both. ``took_ms``: from the
    request until it was ready.
    """

    settings: Settings
    design: Design | None
    curves: Curves | None
    refusal: str
    took_ms: float
    stand_in: Design | None = None


class Redesigner(Beside[tuple[Settings, float], Answer]):
    """A thread that designs for the newest settings it was given.

    Where the choice of a family, or a search, would take longer than a frame, the family at hand is
    fitted at once and the whole work done when the settings rest. Until filters are learned, which
    takes a second, others stand in. ``wake`` is called from the thread when an answer is there.
    """

    def __init__(
        self,
        start: Design,
        settings: Settings,
        *,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        super().__init__(wake)
        self._at_hand, self._settings, self._clock = start, settings, clock
        self._begin("redesign")

    def ask(self, settings: Settings) -> None:
        """Design for these; earlier ones that nobody began are forgotten."""
        self._ask((settings, self._clock()))

    def _work(self) -> None:
        while (asked := self._next()) is not None:
            if (first := self._first(*asked)) is not None:
                self._tell(first, is_last=False)
                if self._newer_within(REST_S):
                    continue
            self._tell(self._settled(*asked, _designed))

    def _next(self) -> tuple[Settings, float] | None:
        with self._changed:
            self._changed.wait_for(lambda: self._asked is not None or self._is_closed)
            asked, self._asked = self._asked, None
            self._is_working = asked is not None
            return asked

    def _newer_within(self, rest_s: float) -> bool:
        with self._changed:
            return self._changed.wait_for(
                lambda: self._asked is not None or self._is_closed, rest_s
            )

    def _first(self, settings: Settings, asked_s: float) -> Answer | None:
        """What is to be shown before the whole work is done; None where that is as quick."""
        try:
            if _has_to_learn(settings, self._settings):
                other = stand_in(settings)
                _ = other.plan
                return Answer(settings, None, None, "", self._since_ms(asked_s), other)
            if not self._has_shortcut(settings):
                return None
        except RtdError:
            return None  # the whole work says why
        return self._settled(settings, asked_s, _refitted(self._at_hand))

    def _has_shortcut(self, settings: Settings) -> bool:
        """Whether the family at hand is an answer, and the whole work slower."""
        before = self._settings
        same = (settings.method, settings.fetches) == (before.method, before.fetches)
        searches = settings.method == AUTO or family_named(settings.method).moved is not None
        return same and searches

    def _settled(
        self, settings: Settings, asked_s: float, make: Callable[[Settings], Design]
    ) -> Answer:
        try:
            design = make(settings)
            # computed here, not where frames are drawn
            _ = design.plan, design.figures
            drawn = curves(design)
            self._at_hand, self._settings = design, settings
            return Answer(settings, design, drawn, "", self._since_ms(asked_s))
        except RtdError as refusal:
            return Answer(settings, None, None, str(refusal), self._since_ms(asked_s))

    def _since_ms(self, asked_s: float) -> float:
        return 1e3 * (self._clock() - asked_s)


def _has_to_learn(settings: Settings, before: Settings) -> bool:
    """Whether what filters are learned from is another than for the filter at hand."""
    return settings.adapts and _lesson(settings) != _lesson(before)


def _lesson(settings: Settings) -> Settings:
    """What does not matter for learning left out."""
    more = {name: value for name, value in settings.more.items() if name not in _UNLEARNED}
    return replace(settings, limit=None, more=more)


def _designed(settings: Settings) -> Design:
    return compare(settings.blur, **settings.options).chosen


def _refitted(near: Design) -> Callable[[Settings], Design]:
    return lambda settings: refit(near, settings.blur, **settings.options)
