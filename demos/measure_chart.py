"""Photographs the chart of tools/chart.py through a known blur, and measures it back.

    .venv/bin/python demos/measure_chart.py [--out out]

Writes into out/: chart.png, soft_chart.png, and measured.png, what was measured of it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

import rtdeconv as rt
from rtdeconv.light import decode, encode
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.plots import plot_edges

BLUR = rt.Disk(1.8) + rt.Gaussian(0.5)
NOISE = 1.5 / 255
CHART = Path(__file__).parent.parent / "tools" / "chart.py"


def photographed(chart: np.ndarray) -> np.ndarray:
    """The chart blurred in linear light, with noise, 8 bits."""
    light = np.asarray(decode(chart / 255, "linear"))
    soft = encode(cv2.filter2D(light, -1, BLUR.psf()), "linear")
    noisy = soft + np.random.default_rng(0).standard_normal(soft.shape) * NOISE
    return np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"))
    out = parser.parse_args().out
    out.mkdir(exist_ok=True)
    subprocess.run([sys.executable, CHART, str(out / "chart.png")], check=True)
    soft = photographed(read_picture(out / "chart.png").pixels)
    write_picture(out / "soft_chart.png", Picture(soft))
    found = rt.measure_edges(soft, rt.find_edges(soft))
    for name, words in found.rows[:4]:
        print(f"{name:12}{words}")
    print(f"{'truth':12}{BLUR.spec}")
    plot_edges(found, soft, out / "measured.png")


if __name__ == "__main__":
    main()
