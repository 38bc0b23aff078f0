"""Small pieces of the panel: rows of a label and a control, each with a sentence on hovering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

from imgui_bundle import ImVec2, imgui

from rtdeconv.live.theme import ACCENT, GROUND, LABEL, PANEL, QUIET, SMALL, TEXT, TYPE, Colour

Name = TypeVar("Name", bound=str)

_CLAMPED: Final = int(imgui.SliderFlags_.always_clamp)
_LOGARITHMIC: Final = _CLAMPED | int(imgui.SliderFlags_.logarithmic)
_HINT: Final = int(imgui.HoveredFlags_.for_tooltip)


def line(text: str, colour: Colour = TEXT, *, size: float = TYPE) -> None:
    """A text that stays on its line."""
    imgui.push_font(None, size)
    imgui.push_style_color(imgui.Col_.text, colour)
    imgui.text_unformatted(text)
    imgui.pop_style_color()
    imgui.pop_font()


def words(text: str, colour: Colour = TEXT, *, size: float = TYPE) -> None:
    """A text that wraps at the window's edge."""
    imgui.push_text_wrap_pos(0.0)
    line(text, colour, size=size)
    imgui.pop_text_wrap_pos()


def hint(text: str, scale: float) -> None:
    """A sentence when the pointer rests on the last item; beside the panel, never over it."""
    if not imgui.is_item_hovered(_HINT):
        return
    at, inner = imgui.get_mouse_pos(), imgui.get_io().display_size.x - PANEL * scale
    if at.x > inner:
        imgui.set_next_window_pos(ImVec2(inner - 8 * scale, at.y), 0, ImVec2(1, 0.5))
    imgui.begin_tooltip()
    imgui.push_text_wrap_pos(280 * scale)
    imgui.text_unformatted(text)
    imgui.pop_text_wrap_pos()
    imgui.end_tooltip()


def heading(text: str, scale: float) -> None:
    """The small title of a group."""
    imgui.dummy(ImVec2(0, 4 * scale))
    line(text.upper(), QUIET, size=SMALL - 1)


def slider(
    label: str,
    says: str,
    value: float,
    span: tuple[float, float],
    form: str,
    scale: float,
    *,
    slow_start: bool = False,
) -> float:
    """A row with a slider; ``slow_start`` gives small values more room. The value, moved or not."""
    _label(label, says, scale)
    flags = _LOGARITHMIC if slow_start else _CLAMPED
    moved, new = imgui.slider_float(f"##{label}", value, *span, form, flags)
    hint(says, scale)
    return round(new, 4) if moved else value


def chooser(
    label: str,
    says: str,
    chosen: str,
    offered: Sequence[str],
    scale: float,
    explained: Sequence[str] = (),
) -> str:
    """A row with a list to choose from, each entry explained on hovering; the one chosen."""
    _label(label, says, scale)
    new = chosen
    is_open = imgui.begin_combo(f"##{label}", chosen, imgui.ComboFlags_.height_large)
    if is_open:
        for number, name in enumerate(offered):
            if imgui.selectable(name, name == chosen)[0]:
                new = name
            if explained:
                hint(explained[number], scale)
        imgui.end_combo()
    else:
        hint(says, scale)
    return new


def switch(label: str, says: str, is_on: bool, scale: float) -> bool:
    """A row with a box to tick; whether it is ticked."""
    _label(label, says, scale)
    _, new = imgui.checkbox(f"##{label}", is_on)
    hint(says, scale)
    return bool(new)


def button(text: str, says: str, width: float, scale: float) -> bool:
    """Whether it was pressed."""
    pressed = imgui.button(text, ImVec2(width, 0))
    hint(says, scale)
    return pressed


def segments(options: Sequence[tuple[Name, str, str]], chosen: Name, scale: float) -> Name:
    """A row of buttons of which one is lit: (name, text, sentence) each; the one chosen."""
    gap = 2 * scale
    width = (imgui.get_content_region_avail().x - gap * (len(options) - 1)) / len(options)
    new = chosen
    for number, (name, text, says) in enumerate(options):
        if number:
            imgui.same_line(0, gap)
        lit = name == chosen
        if lit:
            imgui.push_style_color(imgui.Col_.button, ACCENT)
            imgui.push_style_color(imgui.Col_.button_hovered, ACCENT)
            imgui.push_style_color(imgui.Col_.button_active, ACCENT)
            imgui.push_style_color(imgui.Col_.text, GROUND)
        if imgui.button(f"{text}##{name}", ImVec2(width, 0)):
            new = name
        if lit:
            imgui.pop_style_color(4)
        hint(says, scale)
    return new


def _label(text: str, says: str, scale: float) -> None:
    imgui.align_text_to_frame_padding()
    line(text, QUIET)
    hint(says, scale)
    imgui.same_line(imgui.get_cursor_start_pos().x + LABEL * scale)
    imgui.set_next_item_width(-1)
