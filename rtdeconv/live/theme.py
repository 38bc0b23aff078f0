"""How the window looks: colours, sizes and type of everything that is drawn over the picture."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import imgui_bundle
from imgui_bundle import ImVec2, imgui, implot

Colour = tuple[float, float, float, float]


def _hex(code: str, alpha: float = 1.0) -> Colour:
    red, green, blue = (int(code[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue, alpha


GROUND: Final = _hex("16181c")
RAISED: Final = _hex("1c1f25")
WELL: Final = _hex("262a32")
WELL_LIT: Final = _hex("2f343e")
WELL_HELD: Final = _hex("39404c")
LINE: Final = _hex("2c3038")
TEXT: Final = _hex("dfe3ea")
QUIET: Final = _hex("8b93a1")
ACCENT: Final = _hex("ffc857")
ACCENT_DIM: Final = _hex("8f7035")
COOL: Final = _hex("6cb6ff")
COOL_DIM: Final = _hex("35618f")
GREEN: Final = _hex("7fd1a0")
WARM: Final = _hex("ff9b71")
RED: Final = _hex("ff5c5c")
VEIL: Final = _hex("1d2026", 0.94)

PANEL: Final = 336
BAR: Final = 28
LABEL: Final = 92
TYPE: Final = 15.0
SMALL: Final = 13.0
"""Widths, heights and sizes of type in pixels of an ordinary screen; all grow with its scale."""

_COLOURS: Final = {
    "text": TEXT,
    "text_disabled": QUIET,
    "window_bg": GROUND,
    "child_bg": (0.0, 0.0, 0.0, 0.0),
    "popup_bg": RAISED,
    "border": LINE,
    "frame_bg": WELL,
    "frame_bg_hovered": WELL_LIT,
    "frame_bg_active": WELL_HELD,
    "scrollbar_bg": (0.0, 0.0, 0.0, 0.0),
    "scrollbar_grab": WELL_LIT,
    "scrollbar_grab_hovered": WELL_HELD,
    "scrollbar_grab_active": QUIET,
    "check_mark": ACCENT,
    "slider_grab": ACCENT_DIM,
    "slider_grab_active": ACCENT,
    "button": WELL,
    "button_hovered": WELL_LIT,
    "button_active": WELL_HELD,
    "header": WELL,
    "header_hovered": WELL_LIT,
    "header_active": WELL_HELD,
    "separator": LINE,
    "text_selected_bg": WELL_HELD,
    "nav_cursor": ACCENT_DIM,
}

_PLOT_COLOURS: Final = {
    "frame_bg": (0.0, 0.0, 0.0, 0.0),
    "plot_bg": RAISED,
    "plot_border": LINE,
    "legend_bg": (0.0, 0.0, 0.0, 0.0),
    "legend_border": (0.0, 0.0, 0.0, 0.0),
    "legend_text": QUIET,
    "axis_text": QUIET,
    "axis_grid": _hex("8b93a1", 0.16),
}


def dress(scale: float) -> None:
    """Sets style and type of the current imgui and implot contexts for a screen of ``scale``."""
    style = imgui.get_style()
    for name, colour in _COLOURS.items():
        style.set_color_(getattr(imgui.Col_, name), colour)
    style.window_padding = ImVec2(14.0, 12.0)
    style.frame_padding = ImVec2(8.0, 4.0)
    style.item_spacing = ImVec2(8.0, 5.0)
    style.item_inner_spacing = ImVec2(6.0, 4.0)
    style.window_rounding = 0.0
    style.frame_rounding = style.grab_rounding = style.popup_rounding = 4.0
    style.window_border_size = 0.0
    style.popup_border_size = 1.0
    style.scrollbar_size = 8.0
    style.grab_min_size = 10.0
    style.scale_all_sizes(scale)
    style.font_scale_main = scale
    _dress_plots(scale)


def _dress_plots(scale: float) -> None:
    plots = implot.get_style()
    for name, colour in _PLOT_COLOURS.items():
        plots.set_color_(getattr(implot.Col_, name), colour)
    plots.plot_padding = ImVec2(11.0 * scale, 4.0 * scale)
    plots.label_padding = ImVec2(4.0 * scale, 4.0 * scale)
    plots.legend_padding = ImVec2(6.0 * scale, 4.0 * scale)
    plots.legend_spacing = ImVec2(5.0 * scale, 1.0 * scale)
    plots.major_tick_len = plots.minor_tick_len = ImVec2(0.0, 0.0)
    plots.plot_border_size = 0.0
    plots.plot_min_size = ImVec2(80.0, 60.0)


def load_type() -> None:
    """The typeface that imgui-bundle brings; imgui's own where it is not there."""
    fonts = imgui.get_io().fonts
    face = Path(imgui_bundle.__file__).parent / "assets" / "fonts" / "Roboto" / "Roboto-Regular.ttf"
    if face.is_file():
        fonts.add_font_from_file_ttf(str(face), TYPE)
    else:
        fonts.add_font_default()
    imgui.get_style().font_size_base = TYPE
