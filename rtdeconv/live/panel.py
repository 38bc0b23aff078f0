"""The panel at the window's right: what the filter is, its controls, its plots, what to keep."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from imgui_bundle import ImVec2, imgui

from rtdeconv.emit import HOSTS
from rtdeconv.gpu import Shown
from rtdeconv.live import overlay, plots_shown
from rtdeconv.live.actions import Actions
from rtdeconv.live.controls import (
    Start,
    auto_row,
    blur_group,
    filter_group,
    limits_group,
    strength_row,
)
from rtdeconv.live.loop import Loop
from rtdeconv.live.theme import ACCENT, PANEL, QUIET, SMALL, WARM
from rtdeconv.live.widgets import button, chooser, heading, hint, segments, words

_FIXED: Final = int(
    imgui.WindowFlags_.no_title_bar
    | imgui.WindowFlags_.no_resize
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_collapse
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_scrollbar
    | imgui.WindowFlags_.no_scroll_with_mouse
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_bring_to_front_on_focus
)

_VIEWS: Final[tuple[tuple[Shown, str, str], ...]] = (
    ("split", "Split", "Before left of a line that the mouse drags, after right of it (C)."),
    ("after", "After", "The restored picture alone (Space flips)."),
    ("before", "Before", "The picture as it came (Space flips)."),
    ("difference", "Change", "What the filter changed, four times as strong, around grey (D)."),
)
_FOOT: Final = 70
"""Height of what stands at the panel's foot, in pixels of an ordinary screen."""


class Panel:
    """Draws the panel and carries out what is set there."""

    def __init__(self, loop: Loop, actions: Actions) -> None:
        self._loop, self._actions = loop, actions
        self._start = Start(loop.settings, loop.strength, loop.auto.is_on)

    def draw(self, height: float, right: float, scale: float) -> None:
        """At the window's right edge, which is at ``right``; all in imgui's coordinates."""
        width = PANEL * scale
        imgui.set_next_window_pos(ImVec2(right - width, 0))
        imgui.set_next_window_size(ImVec2(width, height))
        imgui.begin("controls", None, _FIXED)
        self._card(scale)
        imgui.separator()
        foot = _FOOT * scale
        # its scroll bar stands in the padding, so that rows are as wide here as at the foot
        beyond = imgui.get_style().scrollbar_size
        imgui.begin_child("groups", ImVec2(imgui.get_content_region_avail().x + beyond, -foot))
        imgui.push_item_width(-1)
        self._view(scale)
        self._groups(scale)
        self._plots(scale)
        imgui.pop_item_width()
        imgui.end_child()
        self._foot(scale)
        imgui.end()

    def _card(self, scale: float) -> None:
        """What the filter at work is and promises, or why there is no better one."""
        loop = self._loop
        design, figures = loop.design, loop.design.figures
        self._reset(scale)
        words(design.filter.label)
        words(f"{design.cost}   {overlay.gains(figures)}", QUIET, size=SMALL)
        hint(f"{overlay.explained(figures)} The other figure is the full Wiener filter's.", scale)
        if loop.refusal:
            stays = "The filter before it stays" if loop.is_fit else "Frames are shown as they come"
            words(f"{loop.refusal}. {stays}.", WARM, size=SMALL)
        elif loop.designing:
            words("learning..." if loop.is_learning else "designing...", ACCENT, size=SMALL)
        else:
            words(
                f"overshoot {100 * figures.overshoot:.0f} %   peak gain {figures.peak_gain:.1f}",
                QUIET,
                size=SMALL,
            )

    def _reset(self, scale: float) -> None:
        """A button at the right, on the line of the card's title."""
        width = 56 * scale
        here = imgui.get_cursor_pos()
        imgui.set_cursor_pos_x(here.x + imgui.get_content_region_avail().x - width)
        if button("Reset", "Every control as it was at the start.", width, scale):
            self._loop.set(self._start.settings)
            self._loop.set_strength(self._start.strength)
            self._loop.set_auto(self._start.is_auto)
        imgui.set_cursor_pos(here)

    def _view(self, scale: float) -> None:
        loop = self._loop
        heading("View", scale)
        shown = segments(_VIEWS, loop.framing.shown, scale)
        loop.framing = replace(loop.framing, shown=shown)

    def _groups(self, scale: float) -> None:
        loop = self._loop
        imgui.dummy(ImVec2(0, 2 * scale))
        strength_row(loop.strength, loop.set_strength, scale)
        heading("Blur", scale)
        auto_row(loop.auto, loop.set_auto, scale)
        settings = blur_group(loop.settings, self._start, scale)
        settings = filter_group(settings, scale)
        settings = limits_group(settings, scale)
        loop.set(settings)

    def _plots(self, scale: float) -> None:
        imgui.dummy(ImVec2(0, 2 * scale))
        curves = self._loop.curves
        whose = ", in the busiest parts" if self._loop.design.adapts else ""
        opened = int(imgui.TreeNodeFlags_.default_open)
        if imgui.collapsing_header("Response", opened):
            plots_shown.response(curves, scale)
            words(f"amplitude over cycles per pixel{whose}", QUIET, size=SMALL)
        if imgui.collapsing_header("Kernel"):
            plots_shown.kernel(curves, scale)
            words(f"taps; warm adds, cool takes away{whose}", QUIET, size=SMALL)
        if imgui.collapsing_header("Step edge"):
            plots_shown.edge(curves, scale)
            words(f"brightness over pixels{whose}", QUIET, size=SMALL)

    def _foot(self, scale: float) -> None:
        actions = self._actions
        imgui.separator()
        says = "Where the shader is to run."
        described = [host.describes for host in HOSTS.values()]
        actions.host = chooser("Export to", says, actions.host, [*HOSTS], scale, described)
        width = (imgui.get_content_region_avail().x - 2 * 8 * scale) / 3
        gap = 8 * scale
        if button("Export", "Write the filter as a shader for that host (E).", width, scale):
            actions.export()
        imgui.same_line(0, gap)
        if button("Snapshot", "Keep before, after and the filter file (S).", width, scale):
            actions.snapshot()
        imgui.same_line(0, gap)
        recording = actions.recording_s is not None
        text = "Stop" if recording else "Record"
        if button(f"{text}###record", "Record the restored video (R).", width, scale):
            actions.record()
