"""Which of two executors is faster here, measured once and remembered.

What is remembered lies in the user's cache folder, by machine and by what a plan costs. Losing it
costs half a second.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import platform
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from rtdeconv.errors import RtdError
from rtdeconv.media.files import write_text_whole
from rtdeconv.pixels import Image
from rtdeconv.plan import Plan

SIZE: Final = (720, 1280)
"""Height and width of the frame that is timed."""

GOOD_DAYS: Final = 30
"""How long a measurement holds: drivers change, and it may have been taken while much else ran."""

RUNS: Final = 3
"""The best of which counts: what else the machine does only adds."""

MOST: Final = 256
"""Entries kept, the newest."""

_DRIVERS: Final = ("LIBGL_ALWAYS_SOFTWARE", "MESA_LOADER_DRIVER_OVERRIDE", "GALLIUM_DRIVER")
_VENDORS: Final = "__EGL_VENDOR_LIBRARY_FILENAMES"
_NODES: Final = ("/dev/dri/*", "/dev/nvidia*", "/usr/share/glvnd/egl_vendor.d/*")


@dataclass(frozen=True)
class Measured:
    """Milliseconds of a 720p frame on the CPU and on what GL draws with, ``renderer``; ``day``:
    when that was, counted from 1970."""

    cpu_ms: float
    gl_ms: float
    renderer: str
    day: int

    def __str__(self) -> str:
        return (
            f"{self.cpu_ms:.0f} ms a 720p frame on the CPU, "
            f"{self.gl_ms:.0f} by GL on {self.renderer}"
        )


def today() -> int:
    """Days since 1970."""
    return int(time.time() // 86400)


def frame_ms(run: Any, *, grey: bool) -> float:
    """The best time of ``run`` for a 720p frame, grey or RGB, which is restored once before."""
    shape = SIZE if grey else (*SIZE, 3)
    frame: Image = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    run(frame)
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        run(frame)
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def remembered(plan: Plan, *, grey: bool) -> Measured | None:
    """What was measured for plans of this cost on this machine, if that was not long ago."""
    found: Any = _read().get(_key(plan, grey=grey))
    try:
        times = float(found["cpu_ms"]), float(found["gl_ms"])
        told = Measured(*times, str(found["renderer"]), int(found["day"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None  # nothing, or not ours
    is_time = 0 < told.cpu_ms < math.inf and 0 < told.gl_ms < math.inf
    is_fresh = 0 <= today() - told.day <= GOOD_DAYS
    return told if is_time and is_fresh and told.renderer.isprintable() else None


def remember(plan: Plan, measured: Measured, *, grey: bool) -> None:
    """Keeps it, where the cache folder can be written."""
    entries = {**_read(), _key(plan, grey=grey): asdict(measured)}
    newest = dict(list(entries.items())[-MOST:])
    with contextlib.suppress(RtdError, OSError):
        _place().parent.mkdir(parents=True, exist_ok=True)
        write_text_whole(_place(), json.dumps(newest, indent=1) + "\n")


def _key(plan: Plan, *, grey: bool) -> str:
    """The machine, as far as it can be told without opening GL, and the plan's cost."""
    nodes = [str(path) for pattern in _NODES for path in Path("/").glob(pattern[1:])]
    environment = [os.environ.get(name, "") for name in (*_DRIVERS, _VENDORS)]
    machine = [platform.node(), str(os.cpu_count()), *sorted(nodes), *environment]
    fetches = 1 << (plan.fetches - 1).bit_length()  # up to twice as many count as the same
    kind = [plan.light, plan.border, str(bool(plan.solvers)), "grey" if grey else "RGB"]
    cost = [str(len(plan.passes)), str(fetches)]
    return hashlib.sha256("\n".join([*machine, *kind, *cost]).encode()).hexdigest()[:16]


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_place().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _place() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(base or Path.home() / ".cache") / "rtdeconv" / "devices.json"
