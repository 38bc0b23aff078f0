"""Writes the chart of slanted edges to print, photograph and measure.

    python tools/chart.py chart.pdf|chart.png [--paper a4|letter]

Dark squares turned by 5 degrees, so that every edge crosses the pixels of a sensor at many places,
over the whole field. The greys keep away from black and white: nothing clips in a fair exposure.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

PAPERS_MM: Final = {"a4": (297.0, 210.0), "letter": (279.4, 215.9)}
DPI: Final = 150
"""Of a PNG; PDF is drawn by the printer."""

DARK, LIGHT = "0.2", "0.8"
TURN_DEG: Final = 5.0
COLUMNS, ROWS = 4, 3
SQUARE_MM: Final = 34.0
MARGIN_MM: Final = 14.0
WORDS_MM: Final = 22.0

HOW: Final = (
    "Print without scaling or enhancement on matt paper. Light it evenly, put the camera square to "
    "it on a tripod and focus with care.\n"
    "Fill the frame, or a part of it: edges of 100 pixels and more are measured best. Keep the "
    "light grey below white; sharpening off, or at its least.\n"
    "Then:   rtdeconv measure PICTURE --edge auto   finds edges by itself;   --edge X,Y,W,H   "
    "takes the one in that region."
)


def chart(paper: str) -> Figure:
    """The page, in landscape."""
    width, height = PAPERS_MM[paper]
    figure = plt.figure(figsize=(width / 25.4, height / 25.4), facecolor=LIGHT)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(0, height))
    axes.set_axis_off()
    step_x = (width - 2 * MARGIN_MM) / COLUMNS
    step_y = (height - MARGIN_MM - WORDS_MM) / ROWS
    for column in range(COLUMNS):
        for row in range(ROWS):
            x = MARGIN_MM + (column + 0.5) * step_x
            y = WORDS_MM + (row + 0.5) * step_y
            corner = (x - SQUARE_MM / 2, y - SQUARE_MM / 2)
            axes.add_patch(
                Rectangle(
                    corner,
                    SQUARE_MM,
                    SQUARE_MM,
                    angle=TURN_DEG if (column + row) % 2 else -TURN_DEG,
                    rotation_point="center",
                    color=DARK,
                    linewidth=0,
                )
            )
    axes.text(width / 2, WORDS_MM / 2 + 1, HOW, ha="center", va="center", fontsize=8, color=DARK)
    return figure


def main() -> None:
    """Parses the command line and writes the file."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("target", type=Path, help="chart.pdf or chart.png")
    parser.add_argument("--paper", choices=PAPERS_MM, default="a4")
    asked = parser.parse_args()
    if asked.target.suffix.lower() not in (".pdf", ".png"):
        parser.error(f"the chart is written as .pdf or .png, not {asked.target.name}")
    figure = chart(asked.paper)
    figure.savefig(asked.target, dpi=DPI, facecolor=LIGHT)


if __name__ == "__main__":
    main()
