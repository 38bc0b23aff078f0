"""The loop of `rtdeconv live`: newest frame in, restored, on the screen; never waiting for a feed.

    Newest (thread) -> Loop.step -> FramePlayer -> View -> Screen
    Redesigner (thread) ---^   ^                      window or offscreen
    Auto (thread) -------------+

The window and its headless twin differ in their `Screen` alone.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.designs import Design
from rtdeconv.errors import DeviceError, RtdError, ValueRefused
from rtdeconv.gpu import FramePlayer, FrameTimer, View
from rtdeconv.light import Curve, Light, fitting
from rtdeconv.live.auto import Auto
from rtdeconv.live.auto.cuts import Cuts
from rtdeconv.live.curves import Curves, curves
from rtdeconv.live.framing import Framing, Size
from rtdeconv.live.newest import Newest
from rtdeconv.live.redesign import Answer, Redesigner
from rtdeconv.live.screen import Notice, Screen, Sink
from rtdeconv.live.settings import Settings
from rtdeconv.live.statistics import Figures, Statistics
from rtdeconv.media.feeds import Shot

PATIENCE_S: Final = 5.0
"""How long a run of a few frames waits in the end for what auto measures, and for the filter."""

NOTICE_S: Final = 6.0
"""How long a sentence stays on the screen."""


class Loop:
    """State of a session and one turn of it. Close it in the end, before its GL context."""

    def __init__(
        self,
        player: FramePlayer,
        view: View,
        timer: FrameTimer,
        source: Newest,
        design: Design,
        settings: Settings,
        *,
        strength: float = 1.0,
        auto: Auto | None = None,
        wake: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.player, self.source = player, source
        self.design, self.settings, self.strength = design, settings, strength
        self.curves: Curves = curves(design)
        self.auto = auto or Auto(wake=wake, clock=clock)
        self.framing = Framing()
        self.frozen = False
        self.refusal = ""
        self.is_fit = True  # whether the filter's light is one that the source has
        self.redesign_ms = 0.0
        self.sinks: list[Sink] = []
        self.notices: deque[Notice] = deque(maxlen=6)
        self._view, self._timer, self._clock = view, timer, clock
        self._statistics, self._cuts = Statistics(), Cuts()
        self._redesigner = Redesigner(design, settings, wake=wake, clock=clock)
        self._stand_in: Design | None = None
        self._shot: Shot | None = None
        self._rgb: NDArray[np.uint8] = np.empty((0, 0, 3), np.uint8)
        self._stale = False

    @property
    def picture(self) -> Size | None:
        """(width, height) of the frame on the screen."""
        return None if self._shot is None else self._shot.size

    @property
    def designing(self) -> bool:
        """Whether a better filter for the settings is on its way."""
        return self._redesigner.busy

    @property
    def is_learning(self) -> bool:
        """Whether another filter stands in for the one that is on its way; neither is `design`."""
        return self._stand_in is not None

    @property
    def is_restoring(self) -> bool:
        """Whether the filter is at work; else frames are shown as they come."""
        return self.is_fit and not self.auto.is_idle

    def figures(self) -> Figures:
        """Rates, times and counts."""
        return self._statistics.figures(self.source.status.skipped)

    def say(self, text: str) -> None:
        """Shows a sentence for some seconds."""
        self.notices.append(Notice(text, self._clock() + NOTICE_S))

    def spoken(self) -> list[str]:
        """The sentences on the screen now."""
        now = self._clock()
        lost = [self.source.status.said] if self.source.status.said else []
        return [*lost, *(one.text for one in self.notices if one.until_s > now)]

    def set(self, settings: Settings) -> None:
        """A person's settings; where these are what auto measures, auto ends. A tunable filter
        obeys at once; a design is made for them beside."""
        if self.auto.is_overruled(self.settings, settings):
            self.set_auto(False)
        self._go_on_with(settings)

    def set_auto(self, on: bool) -> None:
        """Has blur and noise measured and followed, or leaves them as they are."""
        if on == self.auto.is_on:
            return
        self._stale = True
        if not on:
            self.auto.stop()
            return
        self.auto.start()
        if self._shot is not None:
            self.auto.see(self._shot)  # no other may come

    def _go_on_with(self, settings: Settings) -> None:
        if settings == self.settings:
            return
        self.settings = settings
        self._stale = True
        self._redesigner.ask(settings)

    def set_strength(self, strength: float) -> None:
        """How much of the restoration is shown, 0..1.5."""
        self.strength = strength
        self._stale = True

    def freeze(self, still: bool) -> None:
        """Holds the frame on the screen, or goes on with the newest. What came meanwhile was not
        to be shown, and does not count as skipped."""
        skipped = self.source.status.skipped
        if still and not self.frozen:
            self._statistics.hold(skipped)
        elif not still:
            self._statistics.go_on(skipped)
            self.player.forget()  # frames between were not seen
        self.frozen = still
        self.source.pause(still)

    def restyle(self) -> None:
        """The picture has to be drawn again though no frame came."""
        self._stale = True

    def step(self, screen: Screen) -> bool:
        """One turn: what is new is drawn and shown. Returns whether there was a new frame."""
        self._hear()
        self._follow()
        shot = None if self.frozen else self.source.take()
        is_new = shot is not None
        if shot is not None:
            self.auto.see(shot)
            if self._cuts.is_first(shot):
                self.player.forget()
            curve = self._curve
            self._shot = shot
            if self._curve != curve:
                self._use(self._at_work)
        with self._timer:
            if self._shot is not None and (is_new or self._stale):
                if is_new or not self.player.has_frame:
                    self.player.upload(self._shot.planes, self._shot.model)
                self.player.restore(
                    strength=self.strength if self.is_restoring else 0.0,
                    values=self.settings.values(self._at_work.plan),
                )
                self._stale = False
            if self._shot is not None:
                scene = self.framing.scene(self._shot.size, screen.size)
                pair = self.player.before, self.player.after
                self._view.draw(scene, *pair, screen.target, screen.place)
            else:
                screen.target.clear()
        screen.present(self)
        if is_new and self._shot is not None:
            self._statistics.frame(
                arrived_s=self._shot.arrived_s,
                draw_s=self._timer.elapsed_s,
                shown_s=self._clock(),
                skipped=self.source.status.skipped,
            )
            self._hand_on()
        return is_new

    def run_headless(self, screen: Screen, frames: int, *, idle_s: float = 0.25) -> None:
        """Shows ``frames`` new frames, or as many as the source has.

        Raises ValueRefused where the filter's light is not one that the source has.
        """
        shown = 0
        while shown < frames and self.source.status.state != "ended":
            self.source.wait(idle_s)
            shown += self.step(screen)
            if not self.is_fit:
                raise ValueRefused(self.refusal)
        while shown < frames and self.step(screen):  # the last one of a source that ended
            shown += 1
        until_s = self._clock() + PATIENCE_S
        while self.auto.is_awaited and (rest_s := until_s - self._clock()) > 0:
            self.auto.wait(rest_s)
            self._follow()
        while self.designing and (rest_s := until_s - self._clock()) > 0:
            self._redesigner.wait(rest_s)
            self._hear()

    def close(self) -> None:
        """Ends the threads and gives the GL objects back."""
        with ExitStack() as last:
            last.callback(self.player.release)
            last.callback(self._view.release)
            last.callback(self._redesigner.close)
            last.callback(self.auto.close)
            last.callback(self.source.close)

    def _follow(self) -> None:
        """Goes on with what was measured."""
        was_idle = self.auto.is_idle
        self._go_on_with(self.auto.led(self.settings))
        self._stale |= self.auto.is_idle != was_idle

    def _hear(self) -> None:
        answer = self._redesigner.poll()
        if answer is not None:
            self._take(answer)

    def _take(self, answer: Answer) -> None:
        """What is refused leaves the design; nothing stands in for it any more."""
        self.refusal = answer.refusal
        began_s = self._clock()
        taken = answer.stand_in or answer.design or self.design
        if taken is self._at_work or not self._use(taken):
            return
        self._stand_in = answer.stand_in
        self._stale = True
        if answer.design is not None and answer.curves is not None:
            self.redesign_ms = answer.took_ms + 1e3 * (self._clock() - began_s)
            self.design, self.curves = answer.design, answer.curves

    @property
    def _at_work(self) -> Design:
        return self._stand_in or self.design

    @property
    def _curve(self) -> Curve:
        """What codes the source's light."""
        return "srgb" if self._shot is None else self._shot.curve

    def _use(self, design: Design) -> bool:
        """Whether the player takes the design, in the light that fits the source."""
        try:
            light = self._light(design)
            lit = design if light == design.light else replace(design, light=light)
            self.player.use(lit.plan)
        except (DeviceError, ValueRefused) as refusal:
            self.refusal = str(refusal)
            return False
        return True

    def _light(self, design: Design) -> Light:
        """The design's light as the source codes it; raises ValueRefused where that does not go:
        then frames are shown as they come."""
        self.is_fit = False
        light = fitting(design.light, self._curve)
        self.is_fit = True
        return light

    def _hand_on(self) -> None:
        """The restored frame to every sink; one that fails is let go, and said."""
        if not self.sinks:
            return
        assert self._shot is not None
        width, height = self._shot.size
        if self._rgb.shape[:2] != (height, width):
            self._rgb = np.empty((height, width, 3), np.uint8)
        self.player.read_after(self._rgb)
        for sink in list(self.sinks):
            try:
                sink.send(self._rgb, self._shot.arrived_s)
            except RtdError as failure:
                self.sinks.remove(sink)
                self.say(str(failure))
