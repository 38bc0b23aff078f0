"""Draws demos/adaptive.png: one noisy, blurred crop as several filters restore it.

    python tools/adaptive_figure.py [FILE.png]

Filters that adapt were learned from pictures of the other half (tools/quality_adaptive.py). PSNR
and SSIM are those of the crop.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import yardsticks
from matplotlib.axes import Axes
from quality_adaptive import CLASSES, LEARNED, mean_structure, pairs, restored
from quality_methods import full_fft, surveyed
from quality_scenes import Cell, Planes, Scene, pictures, scenes, ssim

from rtdeconv import interpret
from rtdeconv.activity import position
from rtdeconv.designs import Design
from rtdeconv.metrics import psnr_db

TARGET = Path(__file__).parent.parent / "demos" / "adaptive.png"

CELL = Cell("gaussian:0.7", 5.0, colours="colour")
SEED = 0
TOP, LEFT, SIDE_PX = 76, 184, 96

ZOOM = 4
GAP_PX, WORDS_PX, HEAD_PX = 14, 66, 56
DPI = 100

BRIGHTEST = 0.8
"""Of activity 0..1, as drawn."""

INK, FAINT, OURS = "0.1", "0.4", "#20639b"


@dataclass(frozen=True)
class Panel:
    """A picture (H, W, 3) or (H, W), and what is said of it."""

    title: str
    picture: Planes
    said: str
    ours: bool = False


def panels() -> list[list[Panel]]:
    """Two rows: what there was and what people use; what this project makes of it."""
    (scene,) = scenes(CELL, {SEED: pictures("colour")[SEED]})
    soft = scene.soft
    adapting = [two.fair_to(SEED) for two in pairs(CELL, LEARNED).values()]
    linear = surveyed(CELL, method="fir", taps=5).chosen
    (full,) = full_fft(CELL.target).run(soft)
    sharpened, taps = _best_cas(scene)

    def panel(title: str, planes: Planes, cost: str, *, ours: bool = False) -> Panel:
        return Panel(title, _crop(planes), f"{_scores(planes, scene)}\n{cost}", ours)

    def own(title: str, design: Design) -> Panel:
        return panel(title, restored(design, soft.values), design.cost, ours=True)

    noise = f"noise {CELL.noise:g} of 255"
    return [
        [
            panel("Blurred, noisy", soft.values, f"Gaussian of 0.7 px, {noise}"),
            panel("CAS, best strength", sharpened, f"{taps} fetches, 1 pass"),
            panel("Full-FFT Wiener", full, "whole picture at once, offline"),
            Panel("Sharp", _crop(scene.truth), "the original\n"),
        ],
        [
            own("Ours, linear, 5x5", linear),
            Panel("What ours goes by", _crop(_activity(adapting[0], scene)), _SEEN, ours=True),
            own("Ours, by activity, 5x5", adapting[0]),
            own("Ours, oriented, 7x7", adapting[2]),
        ],
    ]


_SEEN = "activity, in units of the noise\ndark: noise alone, bright: detail"


def _best_cas(scene: Scene) -> tuple[Planes, int]:
    """The strength and the number of taps that are best for the crop."""
    tried = [
        (planes, taps)
        for taps in (5, 9)
        for planes in yardsticks.cas(scene.soft.values, yardsticks.CAS_STRENGTHS, taps=taps)
    ]
    return max(tried, key=lambda one: _psnr_db(one[0], scene))


def _activity(design: Design, scene: Scene) -> Planes:
    """Classes of activity, 0..1."""
    seen: list[Planes] = []

    def stored(image: Planes, store: str) -> Planes:
        seen.append(image)
        return image

    plan = design.plan
    interpret.colour(plan, scene.soft.values, interpret.parameter_values(plan, {}), stored=stored)
    return position(mean_structure(seen[0])[..., 2], CLASSES) / (CLASSES - 1)


def _crop(planes: Planes) -> Planes:
    return np.clip(planes[TOP : TOP + SIDE_PX, LEFT : LEFT + SIDE_PX], 0, 1)


def _psnr_db(planes: Planes, scene: Scene) -> float:
    return psnr_db(_crop(planes), _crop(scene.truth))


def _scores(planes: Planes, scene: Scene) -> str:
    found, similar = _psnr_db(planes, scene), ssim(_crop(planes), _crop(scene.truth))
    return f"{found:.2f} dB, SSIM {similar:.3f}"


def draw(target: Path) -> None:
    """The figure, a pixel of the crop being `ZOOM` of the figure's."""
    rows = panels()
    side = ZOOM * SIDE_PX
    columns = len(rows[0])
    width = columns * side + (columns + 1) * GAP_PX
    high = len(rows) * (HEAD_PX + side + WORDS_PX) + GAP_PX
    figure = plt.figure(figsize=(width / DPI, high / DPI), dpi=DPI, facecolor="white")
    for i, row in enumerate(rows):
        for j, one in enumerate(row):
            left = GAP_PX + j * (side + GAP_PX)
            bottom = high - (i + 1) * (HEAD_PX + side) - i * WORDS_PX
            at = left / width, bottom / high, side / width, side / high
            _fill(figure.add_axes(at), one)
    figure.savefig(target, dpi=DPI)


def _fill(axes: Axes, one: Panel) -> None:
    colours = {"cmap": "magma", "vmin": 0, "vmax": BRIGHTEST} if one.picture.ndim == 2 else {}
    axes.imshow(one.picture, interpolation="nearest", **colours)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.set_title(one.title, fontsize=18, color=OURS if one.ours else INK, weight="bold", pad=9)
    first, _, rest = one.said.partition("\n")
    axes.text(0.5, -0.025, first, transform=axes.transAxes, ha="center", va="top", fontsize=15)
    axes.text(
        0.5, -0.092, rest, transform=axes.transAxes, ha="center", va="top", fontsize=14, color=FAINT
    )


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET)
