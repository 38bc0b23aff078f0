"""The plots beside the picture: what the blur took, what the filter gives back, and its kernel."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from imgui_bundle import ImVec2, implot

from rtdeconv.grid import Array
from rtdeconv.live.curves import Curves
from rtdeconv.live.theme import ACCENT, COOL, GREEN, LINE, QUIET, Colour

HEIGHT: Final = 148
"""Of a plot, in pixels of an ordinary screen."""

_BARE: Final = int(
    implot.Flags_.no_menus
    | implot.Flags_.no_box_select
    | implot.Flags_.no_mouse_text
    | implot.Flags_.no_title
    | implot.Flags_.no_inputs
)
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
    """The taps of the kernel's middle row."""
    middle = shown.kernel[shown.kernel.shape[0] // 2]
    reach = len(middle) // 2
    at = np.arange(-reach, reach + 1, dtype=np.float64)
    low, high = min(float(middle.min()), 0.0), float(middle.max())
    margin = 0.12 * (high - low)
    if not implot.begin_plot("##kernel", ImVec2(-1, HEIGHT * scale), _BARE):
        return
    implot.setup_axes("", "", _AXIS, _AXIS)
    implot.setup_axes_limits(-reach - 0.7, reach + 0.7, low - margin, high + margin, _ALWAYS)
    step = 1 if reach <= 4 else 2
    implot.setup_axis_ticks(implot.ImAxis_.x1, [float(x) for x in at if int(x) % step == 0])
    spec = implot.Spec(
        line_color=ACCENT,
        line_weight=2.0 * scale,
        marker=implot.Marker_.circle,
        marker_size=3.0 * scale,
        marker_fill_color=ACCENT,
        flags=implot.ItemFlags_.no_legend,
    )
    implot.plot_stems("tap", at, np.ascontiguousarray(middle), 0.0, spec)
    implot.end_plot()


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
