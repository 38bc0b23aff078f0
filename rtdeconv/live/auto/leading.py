"""Auto: the filter's settings led by what the frames show."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from rtdeconv.live.auto.cuts import Cuts
from rtdeconv.live.auto.following import Follower, Reading
from rtdeconv.live.auto.watcher import Cost, Measure, Watcher
from rtdeconv.live.auto.wishes import Known, known_by, wanted
from rtdeconv.live.settings import Settings
from rtdeconv.media.feeds import Shot

if TYPE_CHECKING:
    from rtdeconv.estimate import Measured

LET_GO_S: Final = 2.0
"""How long closing waits for a measurement under way."""


class Auto:
    """Looks at frames while it is on, and says which settings follow.

    ``fixed``: those of `MEASURED` that a person gave. Call `see` and `led` where frames are drawn:
    neither waits. Close it in the end.
    """

    def __init__(
        self,
        *,
        is_on: bool = False,
        fixed: frozenset[str] = frozenset(),
        load: Callable[[], Measure] | None = None,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.is_on = False
        self.known: Known | None = None
        self.measured = self.scenes = 0
        self._fixed, self._load, self._wake, self._clock = fixed, load, wake, clock
        self._watcher: Watcher | None = None
        self._cuts, self._follower = Cuts(), Follower()
        self._scene = 0
        self._undid: bool | None = None
        self._refusal = ""
        self._nothing_yet = is_on
        if is_on:
            self.start()

    @property
    def is_idle(self) -> bool:
        """Whether frames are to be shown as they come: nothing is known yet, or is to be undone."""
        if not self.is_on:
            return False
        return self._nothing_yet if self.known is None else self.known.undone_px == 0

    @property
    def is_awaited(self) -> bool:
        """Whether nothing is known yet and an answer is on its way."""
        return self.known is None and self._watcher is not None and self._watcher.busy

    @property
    def said(self) -> str:
        """What it found and does, for a person; empty while it is off."""
        if not self.is_on:
            return ""
        if self.known is None:
            return self._refusal or "measuring..."
        if self.known.is_unsure:
            less = "less" if self.known.undone_px else "nothing"
            return f"unsure, doing {less}: {self.known.words}"
        return self.known.words if self.known.undone_px else f"nothing to undo: {self.known.words}"

    @property
    def is_unsure(self) -> bool:
        """Whether less is undone than was measured, or nothing is known yet."""
        return self.known is None or self.known.is_unsure

    @property
    def record(self) -> dict[str, Any]:
        """What was found and spent, by name, for JSON; sizes and noise null while they are unknown.
        ``measuring_ms`` and ``measuring_share`` as `Cost` says."""
        one = None if self.known is None else self.known.estimate
        size = None if self.known is None or self.known.is_unknown else one
        cost = Cost() if self._watcher is None else self._watcher.cost
        return {
            "sigma_px": size and size.sigma_px,
            "sigma_px_low": size and size.low_px,
            "sigma_px_high": size and size.high_px,
            "confidence": one and one.confidence,
            "noise": one and one.noise,
            "undone_px": self.known and self.known.undone_px,
            "measured": self.measured,
            "scenes": self.scenes,
            "measuring_ms": cost.last_ms,
            "measuring_share": cost.share,
        }

    def start(self) -> None:
        """Begins to measure."""
        if self.is_on:
            return
        self.is_on, self.known, self._refusal = True, None, ""
        self._cuts = Cuts()
        self._follower.begin_again()
        if self._watcher is None:
            load = self._load or _load
            self._watcher = Watcher(load, wake=self._wake, clock=self._clock)
        self._scene, self._undid = self._watcher.begin_scene(), None

    def stop(self) -> None:
        """Leaves the settings as they are."""
        self.is_on = self._nothing_yet = False
        if self._watcher is not None:
            self._watcher.forget()

    def is_overruled(self, before: Settings, after: Settings) -> bool:
        """Whether a person set what is measured."""
        return self.is_on and any(
            getattr(before, name) != getattr(after, name)
            for name in ("blur", "noise", "sigma_range")
            if name not in self._fixed
        )

    def see(self, shot: Shot) -> None:
        """A new frame."""
        if not self.is_on or self._watcher is None:
            return
        if self._cuts.is_first(shot):
            self.scenes += 1
            self._scene, self._undid = self._watcher.begin_scene(), None
            self._follower.begin_again()
        self._watcher.offer(shot)

    def led(self, settings: Settings) -> Settings:
        """The settings to go on with: ``settings`` themselves where the filter at hand will do."""
        answer = None if self._watcher is None else self._watcher.poll()
        if answer is None or not self.is_on or answer.scene != self._scene:
            return settings
        self.measured += 1
        if answer.measured is None:
            self._refusal = answer.refusal
            return settings
        self._nothing_yet = False
        estimate = self._follower.add(reading_of(answer.measured, answer.offered_s))
        self.known = known_by(estimate, answer.measured, self._undid)
        self._undid = self.known.undone_px > 0
        return wanted(self.known, settings, self._fixed)

    def wait(self, timeout_s: float) -> None:
        """Until the measurement under way is done, if there is one."""
        if self._watcher is not None:
            self._watcher.wait(timeout_s)

    def close(self) -> None:
        """Ends the thread; a measurement that takes long is left to itself."""
        if self._watcher is not None:
            self._watcher.close(LET_GO_S)


def _load() -> Measure:
    from rtdeconv.estimate import measure

    return measure


def reading_of(found: Measured, at_s: float) -> Reading:
    """What counts of a measurement made at ``at_s``."""
    return Reading(
        at_s=at_s,
        sigma_px=found.sigma_px,
        low_px=found.sigma_px_low,
        high_px=found.sigma_px_high,
        confidence=found.confidence,
        noise=found.noise.sigma,
        noise_allowed=found.noise_allowed,
        prior_var=found.prior_var,
    )
