"""The plots beside the picture: what the blur took, what the filter gives back, and its kernel."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from imgui_bundle import ImVec2, implot

from rtdeconv.grid import Array
from rtdeconv.live.curves import Curves
from rtdeconv.live.theme import (
    ACCENT,
    ACCENT_DIM,
    COOL,
    COOL_DIM,
    GREEN,
    LINE,
    QUIET,
    RAISED,
    Colour,
)

HEIGHT: Final = 148
"""Of a plot, in pixels of an ordinary screen."""

LABELLED: Final = 7
"""Rows and columns of the largest kernel whose taps are shown as numbers."""

_BARE: Final = int(
    implot.Flags_.no_menus
    | implot.Flags_.no_box_select
    | implot.Flags_.no_mouse_text
    | implot.Flags_.no_title
    | implot.Flags_.no_inputs
)
_UNMARKED: Final = int(implot.Flags_.no_legend)
_AXIS: Final = int(implot.AxisFlags_.no_menus | implot.AxisFlags_.no_highlight)
_TOP_LEFT: Final = implot.Location_.north_west
_ALWAYS: Final = implot.Cond_.always


def response(shown: Curves, scale: float) -> None:
    """Amplitude over frequency: blur, target, filter, and blur and filter together."""
    top = float(max(shown.target.max(), shown.achieved.max(), 1.2)) * 1.35
    if not implot.begin_plot("##response", ImVec2(-1, HEIGHT * scale), _BARE):
        return
    implot.setup_axes("", "", _AXIS, _AXIS)
    implot.setup_axes_limits(0.0, 0.5, 0.0, top, _ALWAYS)
    implot.setup_axis_ticks(implot.ImAxis_.x1, [0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    step = 1 if top < 5 else 2 if top < 10 else 5
    implot.setup_axis_ticks(implot.ImAxis_.y1, [float(y) for y in range(0, math.ceil(top), step)])
    implot.setup_legend(_TOP_LEFT, int(implot.LegendFlags_.no_buttons))
    _line("blur", shown.freq_cpp, shown.blur, QUIET)
    _line("target", shown.freq_cpp, shown.target, COOL)
    _line("filter", shown.freq_cpp, shown.achieved, ACCENT, weight=2.0 * scale)
    _line("both", shown.freq_cpp, shown.both, GREEN)
    implot.end_plot()


def kernel(shown: Curves, scale: float) -> None:
    """All taps as a map of warm and cool cells, with their numbers where they fit."""
    taps = np.ascontiguousarray(shown.kernel)
    rows, columns = taps.shape
    aside = np.abs(taps)
    aside[rows // 2, columns // 2] = 0  # the middle tap would leave the others pale
    reach = float(aside.max()) or 1.0
    if not implot.begin_plot("##kernel", ImVec2(-1, HEIGHT * scale), _BARE | _UNMARKED):
        return
    bare = int(implot.AxisFlags_.no_decorations)
    implot.setup_axes("", "", bare, bare)
    implot.setup_axes_limits(0.0, 1.0, 0.0, 1.0, _ALWAYS)
    implot.push_colormap(_signed())
    form = "%.2f" if rows <= LABELLED else ""
    implot.plot_heatmap("##taps", taps, -reach, reach, form)
    implot.pop_colormap()
    implot.end_plot()


def _signed() -> int:
    """A colour map that goes through the ground's colour at nothing."""
    found = implot.get_colormap_index("rtdeconv signed")
    if found >= 0:
        return int(found)
    colours = np.array([COOL_DIM, RAISED, ACCENT_DIM], np.float32)
    return int(implot.add_colormap("rtdeconv signed", colours, False))


def edge(shown: Curves, scale: float) -> None:
    """A step from black to white, blurred and restored."""
    both = np.concatenate([shown.edge_blurred, shown.edge_restored])
    low, high = min(float(both.min()), -0.1), max(float(both.max()), 1.1)
    if not implot.begin_plot("##edge", ImVec2(-1, HEIGHT * scale), _BARE):
        return
    implot.setup_axes("", "", _AXIS, _AXIS)
    implot.setup_axes_limits(
        float(shown.edge_px[0]), float(shown.edge_px[-1]), low - 0.05, high + 0.05, _ALWAYS
    )
    implot.setup_legend(_TOP_LEFT, int(implot.LegendFlags_.no_buttons))
    sharp = (shown.edge_px >= 0).astype(np.float64)
    _line("sharp", shown.edge_px, sharp, LINE)
    _line("blurred", shown.edge_px, shown.edge_blurred, QUIET)
    _line("restored", shown.edge_px, shown.edge_restored, ACCENT, weight=2.0 * scale)
    implot.end_plot()


def _line(name: str, x: Array, y: Array, colour: Colour, weight: float = 1.4) -> None:
    spec = implot.Spec(line_color=colour, line_weight=weight)
    implot.plot_line(name, x, np.ascontiguousarray(y, np.float64), spec)
