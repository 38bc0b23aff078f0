"""A session of `rtdeconv live`: what it is made of, in a window or without one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from rtdeconv import gpu
from rtdeconv.designs import Design
from rtdeconv.errors import ValueRefused
from rtdeconv.live.framing import Size
from rtdeconv.live.loop import Loop
from rtdeconv.live.newest import Newest
from rtdeconv.live.offscreen import Offscreen
from rtdeconv.live.settings import Settings
from rtdeconv.live.statistics import Figures
from rtdeconv.media.feeds import Feed, open_feed
from rtdeconv.plan import parameter_values


def nothing() -> None:
    """For whoever need not be woken."""


@dataclass(frozen=True)
class Told:
    """What a run without a window has to tell: its figures, and the same and more in rows."""

    figures: Figures
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Session:
    """What to watch and the filter to begin with. Raises ValueRefused for a filter that needs a
    map, which no source has, and for a strength out of range."""

    source: str
    design: Design
    settings: Settings
    strength: float = 1.0
    virtual_camera: bool = False

    def __post_init__(self) -> None:
        if self.design.plan.maps:
            raise ValueRefused("live has no map for this filter; leave --sigma-map out")
        parameter_values(self.design.plan, {"strength": self.strength})

    def headless(self, size: Size, frames: int, *, paced: bool = True) -> Told:
        """Shows ``frames`` frames to nobody. Raises MediaError where the source cannot be opened,
        DeviceError where there is no GL."""
        with self.offscreen(size, paced=paced) as (loop, screen):
            loop.run_headless(screen, frames)
            return Told(loop.figures(), _rows(loop, screen.device))

    @contextmanager
    def offscreen(
        self, size: Size, *, paced: bool = True, wake: Callable[[], None] = nothing
    ) -> Iterator[tuple[Loop, Offscreen]]:
        """The loop, and a screen that nobody sees; ``wake`` is called, from threads, when a frame
        or a design is there. Raises as `headless`."""
        feed = open_feed(self.source)
        with ExitStack() as held:
            held.callback(feed.close)
            context = gpu.open_context()
            held.callback(context.release)
            screen = Offscreen(context, size)
            held.callback(screen.release)
            loop = self._loop(context, feed, wake, paced=paced)
            held.callback(loop.close)
            yield loop, screen

    def in_window(self, size: Size) -> None:
        """Runs until the window is closed. Raises MediaError where the source cannot be opened,
        RtdError without a screen or the window's libraries."""
        from rtdeconv.live.window import run_window

        feed = open_feed(self.source)

        def made(context: gpu.Context, wake: Callable[[], None]) -> Loop:
            return self._loop(context, feed, wake)

        with ExitStack() as held:
            held.callback(feed.close)
            run_window(made, title=f"rtdeconv live - {feed.name}", size=size)

    def _loop(
        self,
        context: gpu.Context,
        feed: Feed,
        wake: Callable[[], None],
        *,
        paced: bool = True,
    ) -> Loop:
        loop = Loop(
            gpu.FramePlayer(context, self.design.plan),
            gpu.View(context),
            gpu.FrameTimer(context),
            Newest(lambda: open_feed(self.source), first=feed, paced=paced, wake=wake),
            self.design,
            self.settings,
            strength=self.strength,
            wake=wake,
        )
        if self.virtual_camera:
            from rtdeconv.live.virtual_camera import VirtualCamera

            loop.sinks.append(VirtualCamera())
        return loop


def _rows(loop: Loop, device: str) -> tuple[tuple[str, str], ...]:
    figures = loop.figures()
    status = loop.source.status
    return (
        ("device", device),
        ("filter", str(loop.design)),
        ("frames shown", str(figures.shown)),
        ("frames skipped", f"{figures.skipped} ({100 * figures.shown_share:.1f} % shown)"),
        ("source", f"{status.fps:.1f} frames per second"),
        ("shown", f"{figures.shown_fps:.1f} frames per second"),
        ("drawing", f"{figures.draw_ms:.1f} ms, median"),
        (
            "arrival to screen",
            f"{figures.latency_ms:.1f} ms, median; {figures.late_ms:.1f} ms, 95 %",
        ),
        ("reconnected", f"{status.resumed} times"),
    )
