"""A PSF measured from a sharp and a blurred picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.estimate.words import EIGHTY_SIGMAS
from rtdeconv.grid import Array
from rtdeconv.plots.page import ASIDE, BAND, FITTED, MEASURED, SECOND, legend, page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rtdeconv.estimate.pairs import MeasuredPair

NODES: Final = 129
LABELLED: Final = 9
"""Rows and columns of the largest PSF whose taps are shown as numbers."""

LEAST: Final = 5e-4
"""Smaller taps would be printed as nothing."""


def plot_pair(found: MeasuredPair, path: str | Path) -> None:
    """The taps, a line through their middle with error bars, and what they pass."""
    title = (
        f"Measured PSF: sigma {found.sigma_px:.2f} px "
        f"({found.sigma_px_low:.2f}-{found.sigma_px_high:.2f}), "
        f"noise {255 * found.noise:.2f}/255, {found.light} light"
    )
    with page(path, title, [["taps", "lines"], ["taps", "mtf"]]) as panels:
        _draw_taps(panels["taps"], found)
        _draw_lines(panels["lines"], found)
        _draw_passed(panels["mtf"], found)


def _draw_taps(panel: Axes, found: MeasuredPair) -> None:
    taps = found.taps
    reach, half = float(np.abs(taps).max()), len(taps) // 2
    edges = -half - 0.5, half + 0.5
    shown = panel.imshow(
        taps, cmap="RdBu_r", vmin=-reach, vmax=reach, extent=(*edges, edges[1], edges[0])
    )
    if len(taps) <= LABELLED:
        for (y, x), tap in np.ndenumerate(taps):
            if abs(tap) < LEAST:
                continue
            colour = "w" if abs(tap) > 0.6 * reach else "k"
            text = f"{tap:.3f}".replace("0.", ".", 1)
            panel.text(x - half, y - half, text, color=colour, ha="center", va="center", fontsize=9)
    panel.figure.colorbar(shown, ax=panel, shrink=0.7, label="tap")
    y, x = found.shift_px
    panel.set(
        xlabel="px",
        ylabel="px",
        title=f"Taps; a shift of ({x:+.2f}, {y:+.2f}) px was taken out",
    )


def _draw_lines(panel: Axes, found: MeasuredPair) -> None:
    """The middle row and column with their errors, beside the nearest Gaussian."""
    half = len(found.taps) // 2
    at = np.arange(-half, half + 1)
    lines = (
        ("middle row", found.taps[half], found.taps_error[half], MEASURED, "o"),
        ("middle column", found.taps[:, half], found.taps_error[:, half], SECOND, "s"),
    )
    for name, taps, error, colour, mark in lines:
        bars = EIGHTY_SIGMAS * error
        panel.errorbar(at, taps, bars, fmt=f"{mark}-", color=colour, ms=4, capsize=3, label=name)
    near = Gaussian(found.sigma_px).psf() if found.sigma_px > 0 else np.ones((1, 1))
    own = np.zeros_like(found.taps)
    room = min(half, len(near) // 2)
    middle = slice(half - room, half + room + 1)
    cut = slice(len(near) // 2 - room, len(near) // 2 + room + 1)
    own[middle, middle] = near[cut, cut]
    panel.plot(at, own[half], "--", color=FITTED, label=f"Gaussian, {found.sigma_px:.2f} px")
    panel.set(xlabel="px", ylabel="tap", title="Through the middle, with 80 % intervals")
    panel.set_xlim(-half - 0.3, half + 0.3)
    legend(panel)


def _draw_passed(panel: Axes, found: MeasuredPair) -> None:
    cpp = np.linspace(0, 0.5, NODES)
    w, none = 2 * math.pi * cpp, np.zeros(NODES)
    blur = found.blur
    across, down = np.abs(blur.otf(none, w)), np.abs(blur.otf(w, none))
    panel.fill_between(cpp, *_band(found, cpp), color=BAND, alpha=0.6, linewidth=0)
    panel.plot(cpp, across, color=MEASURED, linewidth=2.2, label="PSF, across")
    panel.plot(cpp, down, color=SECOND, linewidth=2.2, label="PSF, down")
    if found.sigma_px > 0:
        near = np.abs(Gaussian(found.sigma_px).otf(none, w))
        panel.plot(cpp, near, "--", color=FITTED, label="nearest Gaussian")
    panel.axhline(1, color=ASIDE, linewidth=0.8)
    panel.set(
        xlabel="frequency, cycles per pixel",
        ylabel="amplitude passed",
        title="What the blur leaves",
        xlim=(0, 0.5),
        ylim=(0, 1.1),
    )
    legend(panel)


def _band(found: MeasuredPair, cpp: Array) -> tuple[Array, Array]:
    """The 80 % that the taps' errors leave open across: the variance of a wave's sum over them."""
    half = len(found.taps) // 2
    waves = np.cos(2 * math.pi * np.outer(cpp, np.arange(-half, half + 1)))
    every_row = np.tile(waves, len(found.taps))
    variances = np.sum(every_row @ found.taps_covariance * every_row, axis=1)
    spread = EIGHTY_SIGMAS * np.sqrt(np.maximum(variances, 0.0))
    middle = np.abs(found.blur.otf(np.zeros(len(cpp)), 2 * math.pi * cpp))
    return np.maximum(middle - spread, 0), middle + spread
