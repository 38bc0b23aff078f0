"""Slanted edges: where they lie, their profile, and what it passes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.estimate.edge.result import blur_words
from rtdeconv.grid import Array
from rtdeconv.pixels import Image, unit_colour
from rtdeconv.plots.page import ASIDE, BAND, FITTED, MEASURED, legend, page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from rtdeconv.estimate.edge import MeasuredEdge, MeasuredEdges


NYQUIST_CPP: Final = 0.5


def plot_edges(found: MeasuredEdges, picture: Image, path: str | Path) -> None:
    """The best edge: its region with the fitted line, edge and line spread, and the MTF with its
    interval and the fit; other edges' MTFs thin beside it."""
    best = found.edges[0]
    title = f"Slanted edge: {_size_words(found)}, {_half_words(found)} cycles per pixel"
    mosaic = [["region", "esf", "mtf"], ["region", "lsf", "mtf"]]
    with page(path, title, mosaic, widths=(1, 1.15, 1.5)) as panels:
        _draw_region(panels["region"], best, picture)
        _draw_step(panels["esf"], best)
        _draw_line(panels["lsf"], best)
        _draw_passed(panels["mtf"], found.edges)


def _size_words(found: MeasuredEdges) -> str:
    if found.sharpened:
        return "already sharpened"
    blur = found.blur
    if isinstance(blur, Gaussian) and blur.sigma_y_px is not None:
        return f"sigma {blur.sigma_px:.3f} px across, {blur.sigma_y_px:.3f} down"
    return f"sigma {found.sigma_px:.3f} px ({found.sigma_px_low:.3f}-{found.sigma_px_high:.3f})"


def _half_words(found: MeasuredEdges) -> str:
    """The frequency passed by half; across and down where the blur is an ellipse."""
    blur = found.blur
    if found.sharpened or not isinstance(blur, Gaussian) or blur.sigma_y_px is None:
        return f"MTF50 {found.edges[0].mtf50_cpp:.3f}"
    # a vertical edge tells the blur across
    across, down = (
        float(np.median([edge.mtf50_cpp for edge in found.edges if edge.axis == axis]))
        for axis in ("vertical", "horizontal")
    )
    return f"MTF50 {across:.3f} across, {down:.3f} down"


def _draw_region(panel: Axes, edge: MeasuredEdge, picture: Image) -> None:
    box = edge.box
    left, top, right, foot = box.x, box.y, box.x + box.width, box.y + box.height
    cut = np.clip(unit_colour(picture[top:foot, left:right]), 0, 1)
    shown = np.repeat(cut, 3, axis=2) if cut.shape[2] == 1 else cut
    panel.imshow(shown, extent=(left - 0.5, right - 0.5, foot - 0.5, top - 0.5))
    panel.plot(*_traced(edge), color=FITTED, linewidth=1.2, linestyle="--")
    panel.set(
        xlim=(left - 0.5, right - 0.5),
        ylim=(foot - 0.5, top - 0.5),
        xlabel="px",
        ylabel="px",
        title=f"{edge.axis}, {abs(edge.angle_deg):.1f} degrees off",
    )


def _traced(edge: MeasuredEdge) -> tuple[Array, Array]:
    """x and y of the line through the edge, in the picture's pixels."""
    box = edge.box
    upright = edge.axis == "vertical"
    along = np.arange(box.height if upright else box.width)
    across = edge.line.at(along)
    x, y = (across, along) if upright else (along, across)
    return np.asarray(x + box.x, float), np.asarray(y + box.y, float)


def _draw_step(panel: Axes, edge: MeasuredEdge) -> None:
    panel.plot(edge.esf_px, edge.esf, ".", color=MEASURED, ms=4, label="measured")
    panel.plot(edge.esf_px, edge.model_esf, color=FITTED, linewidth=1.6, label="fit")
    panel.set(ylabel="of the contrast, in light", title="Edge spread", xlim=_span(edge))
    legend(panel, loc="upper left")


def _draw_line(panel: Axes, edge: MeasuredEdge) -> None:
    panel.plot(edge.lsf_px, edge.lsf, ".-", color=MEASURED, ms=4, linewidth=0.8, label="measured")
    # differenced as the measured one is, or a narrow line would look lower than its fit
    slope = np.diff(edge.model_esf) / np.diff(edge.esf_px)
    panel.plot(edge.lsf_px, slope, color=FITTED, linewidth=1.6, label="fit")
    panel.set(xlabel="px across the edge", ylabel="per px", title="Line spread", xlim=_span(edge))
    legend(panel, loc="upper left")


def _draw_passed(panel: Axes, edges: tuple[MeasuredEdge, ...]) -> None:
    best = edges[0]
    cpp = best.mtf_cpp
    panel.fill_between(
        cpp, best.mtf_low, best.mtf_high, color=BAND, alpha=0.7, linewidth=0, label="80 % interval"
    )
    for index, one in enumerate(edges[1:]):
        name = "other edges" if index == 0 else None
        panel.plot(one.mtf_cpp, one.mtf, color=ASIDE, linewidth=0.8, label=name)
    panel.plot(cpp, best.mtf, color=MEASURED, linewidth=2, label="measured")
    panel.plot(
        cpp, best.model_mtf, color=FITTED, linewidth=1.6, label=f"fit: {blur_words(best.blur)}"
    )
    panel.plot(cpp, np.sinc(cpp), ":", color=ASIDE, label="a pixel, no blur")
    panel.axvline(NYQUIST_CPP, color=ASIDE, linewidth=0.8)
    panel.text(
        NYQUIST_CPP + 0.005, 0.8, "Nyquist", color=ASIDE, fontsize=9, rotation=90, va="center"
    )
    if math.isfinite(best.mtf50_cpp):
        panel.plot(best.mtf50_cpp, 0.5, "o", color=MEASURED)
        panel.annotate(
            f"MTF50 {best.mtf50_cpp:.3f}",
            (best.mtf50_cpp, 0.5),
            xytext=(8, 8) if best.mtf50_cpp < NYQUIST_CPP else (-8, -14),
            textcoords="offset points",
            ha="left" if best.mtf50_cpp < NYQUIST_CPP else "right",
        )
    top = max(1.1, 1.05 * float(np.nanmax(best.mtf[cpp <= NYQUIST_CPP], initial=1.0)))
    panel.set(
        xlabel="frequency, cycles per pixel",
        ylabel="MTF, the pixel included",
        title="already sharpened: MTF beyond 1" if best.sharpened else "MTF and fit",
        xlim=(0, min(float(cpp[-1]), 1.5 * NYQUIST_CPP)),
        ylim=(0, top),
    )
    legend(panel, loc="upper right")


def _span(edge: MeasuredEdge) -> tuple[float, float]:
    """As much of the profile as holds what happens."""
    reach = min(max(6.0, 5 * edge.sigma_px), float(edge.esf_px[-1]))
    return -reach, reach
