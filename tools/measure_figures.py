"""Prints every figure that is promised of measuring: edges, noise, pairs, blind, auto, and time.

    python tools/measure_figures.py

It runs the tools of that name one after the other, some twenty minutes on two cores, and then times
the blind measurement of a 1080p frame. `python tools/bench.py live` times that of the live loop.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import skimage.data

from rtdeconv.estimate import measure

TOOLS = ("edges", "noise", "pairs --quick", "blind", "auto", "auto --light linear")
REPEATS = 9
GOAL_MS = 150


def frame_ms() -> float:
    """Milliseconds to measure a 1080p RGB frame, the median of several."""
    sharp = skimage.data.stereo_motorcycle()[0]
    frame = np.ascontiguousarray(np.tile(sharp, (3, 3, 1))[:1080, :1920])
    measure([frame])
    took = []
    for _ in range(REPEATS):
        began_s = time.perf_counter()
        measure([frame])
        took.append(time.perf_counter() - began_s)
    return 1e3 * statistics.median(took)


def main() -> None:
    for words in TOOLS:
        print(f"\n== {words}", flush=True)
        name, *options = words.split()
        tool = Path(__file__).with_name(f"measure_{name}.py")
        subprocess.run([sys.executable, tool, *options], check=True)
    print(f"\n== time\na 1080p frame is measured in {frame_ms():.0f} ms (goal {GOAL_MS})")


if __name__ == "__main__":
    main()
