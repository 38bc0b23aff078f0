"""A live window that tells what it is doing: run as a program by `test_window`.

    python window_session.py SOURCE FOLDER WIDTHxHEIGHT [BLUR [DESIGN OPTION=VALUE...]]

Prints its state as a line of JSON whenever it changes. Lines on stdin: ``shake N SEED`` sets N
random settings, a turn each, from those of the start, and then tells ``shaken`` and its memory.
"""

from __future__ import annotations

import ctypes
import gc
import json
import queue
import random
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from imgui_bundle import imgui

import rtdeconv
from rtdeconv import gpu
from rtdeconv.fit import FAMILIES
from rtdeconv.gpu import Shown
from rtdeconv.light import LIGHTS
from rtdeconv.live import controls, panel
from rtdeconv.live.framing import Framing
from rtdeconv.live.loop import Loop
from rtdeconv.live.newest import Newest
from rtdeconv.live.settings import Settings, asked
from rtdeconv.live.window import run_window
from rtdeconv.media.feeds import open_feed

BLURS = ("gaussian:{:.2f}", "disk:{:.2f}", "box:{:.2f}", "motion:{:.2f}@30")
METHODS = ("auto", "tunable", *FAMILIES)


def resident_mb() -> float:
    """Memory of this process that is in use, what the allocator keeps for later given back."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    words = Path("/proc/self/status").read_text(encoding="ascii").split()
    return int(words[words.index("VmRSS:") + 1]) / 1024


def any_settings(dice: random.Random, before: Settings) -> Settings:
    """One control moved."""
    sized = dice.choice(BLURS).format(dice.uniform(1.0, 2.2))
    changes: list[dict[str, Any]] = [
        {"blur": sized},
        {"noise": dice.uniform(0, 12) / 255},
        {"light": dice.choice(LIGHTS)},
        {"sigma_range": dice.choice((0.0, dice.uniform(0, 40)))},
        {"max_overshoot": dice.choice((None, dice.uniform(0.02, 0.5)))},
    ]
    if before.method == "auto":
        changes.append({"fetches": dice.choice((None, dice.randint(5, 81)))})
    if dice.random() < 0.2:
        return before.with_method(dice.choice(METHODS))
    return replace(before, **dice.choice(changes))


def any_framing(dice: random.Random) -> Framing:
    """A way to look at the picture."""
    scale = dice.choice((None, 1.0, dice.uniform(0.2, 8)))
    return Framing(dice.choice(get_args(Shown)), scale, (dice.random(),) * 2, dice.random())


PLACES: dict[str, tuple[float, float, float, float]] = {}
"""Left, top, right and bottom of controls on the screen, by their labels."""


def noted(control: Callable[..., Any]) -> Callable[..., Any]:
    """``control``, its place noted when it is first drawn."""

    def drawn(label: str, *words: Any, **options: Any) -> Any:
        answer = control(label, *words, **options)
        if label not in PLACES:
            PLACES[label] = *imgui.get_item_rect_min(), *imgui.get_item_rect_max()
        return answer

    return drawn


class Told:
    """A loop whose turns are watched."""

    def __init__(self, loop: Loop, context: gpu.Context) -> None:
        self._loop, self._context = loop, context
        self._step, self._last = loop.step, ""
        self._shakes, self._done, self._dice = 0, 0, random.Random(0)
        self._start, self._is_owed = loop.settings, False
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()
        loop.step = self.step  # type: ignore[method-assign]

    def step(self, screen: Any) -> bool:
        """A turn, and what is to be told after it."""
        if not self._lines.empty():
            _, count, seed = self._lines.get().split()
            self._loop.set(self._start)
            self._shakes, self._done, self._dice = int(count), 0, random.Random(int(seed))
        if self._done < self._shakes:
            self._loop.set(any_settings(self._dice, self._loop.settings))
            self._loop.set_strength(self._dice.uniform(0, 1.5))
            self._loop.framing = any_framing(self._dice)
        is_new = self._step(screen)
        self._count(screen)
        self._tell(screen)
        return is_new

    def _count(self, screen: Any) -> None:
        if self._done < self._shakes:
            self._done += 1
            self._is_owed = self._done == self._shakes
            screen.wake()
        if self._is_owed and not self._loop.designing:
            self._is_owed = False
            print(json.dumps({"shaken": self._done, "resident_mb": resident_mb()}), flush=True)

    def _tell(self, screen: Any) -> None:
        loop = self._loop
        error = self._context.error
        state = {
            "shown": loop.framing.shown,
            "scale": loop.framing.scale,
            "middle": loop.framing.middle,
            "split": loop.framing.split,
            "frozen": loop.frozen,
            "auto": loop.auto.is_on,
            "help": screen.interface.shows_help,
            "panel": screen.interface.shows_panel,
            "size": screen.size,
            "window": screen.framebuffer,
            "blur": loop.settings.blur,
            "design": loop.design.target.blur.spec,
            "recording": bool(loop.sinks),
            "said": loop.spoken(),
            "refusal": loop.refusal,
            "designing": loop.designing,
            "picture": loop.picture,
            "places": PLACES,
            "error": error if self._done >= self._shakes or error != "GL_NO_ERROR" else "",
        }
        line = json.dumps(state)
        if line != self._last:
            self._last = line
            if self._done >= self._shakes or error != "GL_NO_ERROR":
                print(line, flush=True)

    def _listen(self) -> None:
        for line in sys.stdin:
            self._lines.put(line)


def main(source: str, folder: str, size: str, blur: str = "gaussian:0.8", *options: str) -> None:
    """Runs until the window is closed."""
    given = {name: json.loads(value) for name, value in (one.split("=") for one in options)}
    design = rtdeconv.design(blur, **given)
    feed = open_feed(source)

    def made(context: gpu.Context, wake: Any) -> Loop:
        loop = Loop(
            gpu.FramePlayer(context, design.plan),
            gpu.View(context),
            gpu.FrameTimer(context),
            Newest(lambda: open_feed(source), first=feed, wake=wake),
            design,
            asked(blur, given),
            wake=wake,
        )
        Told(loop, context)
        return loop

    controls.slider, panel.button = noted(controls.slider), noted(panel.button)
    width, height = map(int, size.split("x"))
    run_window(
        made, title=f"rtdeconv live - {feed.name}", size=(width, height), folder=Path(folder)
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
