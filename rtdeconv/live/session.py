"""A session of `rtdeconv live`: what it is made of, in a window or without one."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from typing import Any, Final

from rtdeconv import gpu
from rtdeconv.designs import Design
from rtdeconv.errors import ValueRefused
from rtdeconv.live.auto import Auto
from rtdeconv.live.framing import Size
from rtdeconv.live.loop import Loop
from rtdeconv.live.newest import Newest
from rtdeconv.live.offscreen import Offscreen
from rtdeconv.live.screen import Sink
from rtdeconv.live.settings import Settings
from rtdeconv.live.statistics import Figures
from rtdeconv.media.feeds import Feed, open_feed
from rtdeconv.plan import parameter_values

NO_FILTER: Final = "none, frames are shown as they come"


@dataclass(frozen=True)
class Told:
    """What a run has to tell. ``resumed``: how often a lost source came back; ``said``: why it
    ended or is lost, empty while all was well. ``filter``: the one at work. ``auto``: what was
    measured, by name, None where nothing was asked to be."""

    device: str
    filter: str
    figures: Figures
    source_fps: float
    resumed: int
    said: str
    auto: dict[str, Any] | None
    auto_words: str

    @property
    def record(self) -> dict[str, Any]:
        """All of it by name, for JSON."""
        figures = {**asdict(self.figures), "shown_share": self.figures.shown_share}
        apart = ("figures", "auto_words")
        own = {name: value for name, value in asdict(self).items() if name not in apart}
        return {**own, **figures}

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """All of it in words."""
        f = self.figures
        return (
            ("device", self.device),
            ("filter", self.filter),
            ("frames shown", str(f.shown)),
            ("frames skipped", f"{f.skipped} ({100 * f.shown_share:.1f} % shown)"),
            ("source", f"{self.source_fps:.1f} frames per second"),
            ("shown", f"{f.shown_fps:.1f} frames per second"),
            ("drawing", f"{f.draw_ms:.1f} ms, median"),
            ("arrival to screen", f"{f.latency_ms:.1f} ms; 95 % within {f.late_ms:.1f}"),
            ("reconnected", f"{self.resumed} times"),
            *(() if self.auto is None else self._measured),
        )

    @property
    def _measured(self) -> tuple[tuple[str, str], ...]:
        undone = self.auto["undone_px"] if self.auto else None
        words = f"{undone:.2f} px" if undone else "nothing"
        return (("measured", self.auto_words), ("undone", words))


@dataclass(frozen=True)
class Session:
    """What to watch and the filter to begin with.

    ``auto``: whether blur and noise are measured from the start; ``fixed``: the settings of
    `rtdeconv.live.auto.MEASURED` that stay all the same. Raises ValueRefused for a filter that
    needs a map, which no source has, and for a strength out of range.
    """

    source: str
    design: Design
    settings: Settings
    strength: float = 1.0
    virtual_camera: bool = False
    auto: bool = False
    fixed: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.design.plan.maps:
            raise ValueRefused("live has no map for this filter; leave --sigma-map out")
        parameter_values(self.design.plan, {"strength": self.strength})

    def headless(self, size: Size, frames: int, *, paced: bool = True) -> Told:
        """Shows ``frames`` frames to nobody. Raises MediaError where the source cannot be opened,
        DeviceError where there is no GL, or no virtual camera though one is wanted."""
        with self.offscreen(size, paced=paced) as (loop, screen):
            loop.run_headless(screen, frames)
            return _told(loop, screen.device)

    @contextmanager
    def offscreen(
        self, size: Size, *, paced: bool = True, wake: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Loop, Offscreen]]:
        """The loop, and a screen that nobody sees; ``wake`` is called, from threads, when a frame
        or a design is there. Raises as `headless`."""
        feed = open_feed(self.source)
        with ExitStack() as held:
            held.callback(feed.close)
            sinks = self._sinks(held)
            context = gpu.open_context()
            held.callback(context.release)
            screen = Offscreen(context, size)
            held.callback(screen.release)
            loop = self._loop(context, feed, wake, sinks, paced=paced)
            held.callback(loop.close)
            yield loop, screen

    def in_window(self, size: Size, frames: float = math.inf) -> Told:
        """Runs until the window is closed, or ``frames`` were shown. Raises MediaError where the
        source cannot be opened, RtdError without a screen, the window's libraries, or a virtual
        camera though one is wanted."""
        from rtdeconv.live.window import run_window

        feed = open_feed(self.source)
        loops: list[tuple[Loop, str]] = []
        with ExitStack() as held:
            held.callback(feed.close)
            sinks = self._sinks(held)

            def made(context: gpu.Context, wake: Callable[[], None]) -> Loop:
                loop = self._loop(context, feed, wake, sinks)
                loops.append((loop, gpu.device_name(context)))
                return loop

            run_window(made, title=f"rtdeconv live - {feed.name}", size=size, frames=frames)
        return _told(*loops[0])

    def _loop(
        self,
        context: gpu.Context,
        feed: Feed,
        wake: Callable[[], None],
        sinks: Iterable[Sink],
        *,
        paced: bool = True,
    ) -> Loop:
        drawn_by = (
            gpu.FramePlayer(context, self.design.plan, steady=True),
            gpu.View(context),
            gpu.FrameTimer(context),
        )
        with ExitStack() as made:
            source = Newest(lambda: open_feed(self.source), first=feed, paced=paced, wake=wake)
            made.callback(source.close)
            start = self.design, self.settings
            auto = Auto(is_on=self.auto, fixed=self.fixed, wake=wake)
            made.callback(auto.close)
            loop = Loop(*drawn_by, source, *start, strength=self.strength, auto=auto, wake=wake)
            made.pop_all()
        loop.sinks.extend(sinks)
        return loop

    def _sinks(self, held: ExitStack) -> tuple[Sink, ...]:
        """What frames go to beside the screen; ``held`` takes its end."""
        if not self.virtual_camera:
            return ()
        from rtdeconv.live.virtual_camera import VirtualCamera

        camera = VirtualCamera()
        held.callback(camera.close)
        return (camera,)


def _told(loop: Loop, device: str) -> Told:
    status, auto = loop.source.status, loop.auto
    return Told(
        device,
        str(loop.design) if loop.is_restoring else NO_FILTER,
        loop.figures(),
        status.fps,
        status.resumed,
        status.said,
        auto.record if auto.is_on else None,
        auto.said,
    )
