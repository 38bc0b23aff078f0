"""The live loop: latency of a stream, how soon a slider shows, memory over many frames."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench_files import CLIP
from bench_tables import Asked, Cell, Table

from rtdeconv import design
from rtdeconv.errors import RtdError
from rtdeconv.fit import FAMILIES
from rtdeconv.live.session import Session
from rtdeconv.live.settings import Settings

SCREEN: Final = (1280, 720)

STREAM_FRAMES: Final = 600
FILTERS: Final = {
    "9-tap FIR, encoded light": "gaussian:0.7 --method free --taps 9 --light encoded",
    "the same, blur and noise auto": "auto --method free --taps 9 --light encoded",
    "5x5 FIR, encoded light": "gaussian:0.7 --method fir --taps 5 --light encoded",
    "9 bilinear fetches, encoded light": "gaussian:0.7 --method fetch --taps 9 --light encoded",
    "tunable comb, linear light": "gaussian:0.7 --tunable",
}

STEPS: Final = 24
WARM_FRAMES, FRAMES, ALL_FRAMES = 500, 2000, 10_000
SAMPLED_EVERY: Final = 20
PATIENCE_S: Final = 30.0


def stream_tables(_: Asked) -> Iterator[Table]:
    """A camera's stand-in: 720p Motion JPEG at 30 frames a second over HTTP, really paced. Raises
    RtdError where a program for it is missing, or the live command fails."""
    for program in ("ffmpeg", "Xvfb") if _needs_a_screen() else ("ffmpeg",):
        if shutil.which(program) is None:
            raise RtdError(f"this section needs {program}; install it, or name other sections")
    rows: list[tuple[Cell, ...]] = []
    with a_screen() as where:
        for name, options in FILTERS.items():
            for place, more in (("no window", ["--headless"]), (where, [])):
                f = live([*options.split(), *more])
                share, times = 100 * f["shown_share"], ("draw_ms", "latency_ms", "late_ms")
                auto = f["auto"]
                share_of_it = auto and auto["measuring_share"]  # None where it measured once
                cost = (auto["measuring_ms"], 100 * (share_of_it or 0)) if auto else ("", "")
                rows.append((name, place, f["skipped"], share, *(f[one] for one in times), *cost))
    times = "drawing ms", "latency ms", "95 % within ms"
    heads = ("filter", "in", "skipped", "% shown", *times, "measuring ms", "% of the time")
    notes = (
        f"{STREAM_FRAMES} frames each, of the clip as Motion JPEG, sent by ffmpeg -re on the same "
        "cores; latency: from a frame's packet, not yet decoded, until it is on the screen",
        "measuring: one measurement by auto, and all of them as a share of the run's time, on a "
        "thread beside",
    )
    yield Table("Live, 1280x720 at 30 frames a second", heads, tuple(rows), notes)


def live(words: list[str]) -> dict[str, Any]:
    """The statistics of `rtdeconv live` with these words, on the stand-in of a camera."""
    command = [sys.executable, "-m", "rtdeconv.cli", "live", *words, "--json"]
    with motion_jpeg() as url:
        ran = [*command, "--source", url, "--frames", str(STREAM_FRAMES)]
        out = subprocess.run(ran, stdout=subprocess.PIPE, timeout=PATIENCE_S * 4, check=False)
    if out.returncode:
        raise RtdError(f"`{shlex.join(ran)}` failed")
    found: dict[str, Any] = json.loads(out.stdout)
    return found


def _needs_a_screen() -> bool:
    return not os.environ.get("DISPLAY") and sys.platform == "linux"


@contextmanager
def a_screen() -> Iterator[str]:
    """The screen at hand, or else a virtual one for as long; what it is."""
    if not _needs_a_screen():
        yield "a window"
        return
    words = ["Xvfb", "-displayfd", "1", "-screen", "0", "1700x900x24"]
    server = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert server.stdout is not None
        os.environ["DISPLAY"] = f":{server.stdout.readline().strip()}"
        yield "a window under Xvfb"
    finally:
        os.environ.pop("DISPLAY", None)
        server.kill()
        server.communicate()  # closes its pipe as well


@contextmanager
def motion_jpeg() -> Iterator[str]:
    """The clip as Motion JPEG at 30 frames a second, over and over; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/clip.mjpg"
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "clip.mkv"
        quiet = ["ffmpeg", "-v", "error", "-y", "-nostdin"]
        coded = ["-an", "-c:v", "mjpeg", "-q:v", "3", str(whole)]
        subprocess.run([*quiet, "-r", "30", "-i", str(CLIP), *coded], check=True)
        sent = ["-re", "-stream_loop", "-1", "-i", str(whole), "-c", "copy", "-f", "mpjpeg"]
        server = subprocess.Popen([*quiet, *sent, "-listen", "1", url], stderr=subprocess.DEVNULL)
        try:
            _await_server(port)
            yield url
        finally:
            server.kill()
            server.wait()


def _await_server(port: int) -> None:
    """Until somebody listens there, told without connecting: ffmpeg serves the first who does."""
    table = Path("/proc/net/tcp")
    end_s = time.perf_counter() + PATIENCE_S
    while table.exists() and time.perf_counter() < end_s:
        lines = (line.split() for line in table.read_text(encoding="ascii").splitlines()[1:])
        if any(words[1].endswith(f":{port:04X}") and words[3] == "0A" for words in lines):
            return
        time.sleep(0.02)
    time.sleep(1.0)


def redesign_tables(_: Asked) -> Iterator[Table]:
    """From a slider's move until the new filter is drawn."""
    rows: list[tuple[Cell, ...]] = []
    for name in ("tunable", *FAMILIES, "auto"):
        settings = Settings("gaussian:0.8", method=name)
        found = design(settings.blur, **settings.options)  # type: ignore[arg-type]
        woken = threading.Event()
        session = Session(str(CLIP), found, settings)
        with session.offscreen(SCREEN, wake=woken.set) as (loop, screen):
            loop.source.wait(PATIENCE_S)
            loop.step(screen)
            loop.freeze(True)
            shapes = loop.player.compiled
            ready, drawn = [], []
            for step in range(STEPS):
                before, began = loop.design, time.perf_counter()
                loop.set(Settings(f"gaussian:{0.8 + 0.01 * (step + 1):.2f}", method=name))
                while loop.design is before and time.perf_counter() - began < PATIENCE_S:
                    woken.wait(PATIENCE_S)
                    woken.clear()
                    loop.step(screen)
                ready.append(loop.redesign_ms)
                drawn.append(1000 * (time.perf_counter() - began))
            compiled = loop.player.compiled - shapes
        rows.append((name, median(ready), max(ready), median(drawn), compiled))
    heads = ("family", "redesign ms", "worst", "until drawn ms", "compiled")
    notes = (
        f"{STEPS} steps of .01 px of sigma; the tunable filter itself obeys at the next frame, and "
        "what is timed is its figures and curves",
        "auto: the family at hand, refitted; the whole choice follows when the slider rests",
        "until drawn: with the frame at hand drawn again",
    )
    yield Table("Redesign after a slider's move", heads, tuple(rows), notes)


def growth_tables(asked: Asked) -> Iterator[Table]:
    """Resident memory of the loop, as fast as it goes."""
    frames = ALL_FRAMES if asked.full else FRAMES
    found = design("gaussian:0.7", method="fetch", light="encoded")
    session = Session(str(CLIP), found, Settings("gaussian:0.7", method="fetch", light="encoded"))
    with session.offscreen(SCREEN, paced=False) as (loop, screen):
        loop.run_headless(screen, WARM_FRAMES)
        began = time.perf_counter()
        sizes = []
        for _ in range(WARM_FRAMES, frames, SAMPLED_EVERY):
            loop.run_headless(screen, SAMPLED_EVERY)
            sizes.append(resident_mb())
        rate = (frames - WARM_FRAMES) / (time.perf_counter() - began)
    count = WARM_FRAMES // SAMPLED_EVERY
    first, last = median(sizes[:count]), median(sizes[-count:])
    growth = 100 * (last / first - 1)
    heads = (
        "frames",
        "MB at first",
        "MB in the end",
        "growth %",
        "largest MB",
        "frames per second",
    )
    row = (frames, first, last, growth, max(sizes), rate)
    notes = (
        f"medians of samples every {SAMPLED_EVERY} frames, over the {WARM_FRAMES} after the first "
        f"{WARM_FRAMES} and over the last {WARM_FRAMES}: frames that the decoder holds come and go",
    )
    yield Table("Memory of the live loop, unpaced", heads, (row,), notes)


def resident_mb() -> float:
    """Memory of this process that is in use."""
    if not Path("/proc/self/statm").exists():
        raise RtdError(f"memory is read from /proc, which {sys.platform} has not")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
