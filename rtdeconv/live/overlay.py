"""What lies over and under the picture: help, sentences, the recording's light, the figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from imgui_bundle import ImVec2, imgui

from rtdeconv.designs import Figures as Promised
from rtdeconv.live.auto import Auto
from rtdeconv.live.keys import KEYS, MOUSE
from rtdeconv.live.loop import Loop
from rtdeconv.live.theme import (
    ACCENT,
    BAR,
    LINE,
    QUIET,
    RED,
    SMALL,
    TEXT,
    VEIL,
    WARM,
)
from rtdeconv.live.widgets import hint, line, words

_STILL: Final = int(
    imgui.WindowFlags_.no_decoration
    | imgui.WindowFlags_.no_move
    | imgui.WindowFlags_.no_saved_settings
    | imgui.WindowFlags_.no_nav
    | imgui.WindowFlags_.no_focus_on_appearing
)
_UNTOUCHED: Final = _STILL | int(imgui.WindowFlags_.no_inputs)


@dataclass(frozen=True)
class Place:
    """A rectangle from the window's top left corner, in imgui's coordinates."""

    width: float
    height: float


@dataclass(frozen=True)
class Device:
    """What draws, and which clock times it."""

    name: str
    clock: str


def bar(loop: Loop, device: Device, top: float, width: float, scale: float) -> None:
    """The line of figures along the window's foot."""
    imgui.set_next_window_pos(ImVec2(0, top))
    imgui.set_next_window_size(ImVec2(width, BAR * scale))
    imgui.push_style_var(imgui.StyleVar_.window_padding, ImVec2(14 * scale, 6 * scale))
    imgui.push_style_var(imgui.StyleVar_.window_min_size, ImVec2(1, 1))
    imgui.begin("figures", None, _STILL)
    imgui.pop_style_var(2)
    edge = imgui.get_window_draw_list()
    edge.add_line(ImVec2(0, top), ImVec2(width, top), imgui.get_color_u32(LINE))
    imgui.push_font(None, SMALL)
    for number, (value, unit, says) in enumerate(_figures(loop, device)):
        if number:
            imgui.same_line(0, 20 * scale)
        _figure(value, unit, says, scale)
    name_width = imgui.calc_text_size(device.name).x
    end = imgui.get_item_rect_max().x
    if end + name_width + 34 * scale < width:
        imgui.same_line(width - name_width - 14 * scale)
        line(device.name, QUIET, size=SMALL)
    imgui.pop_font()
    imgui.end()


def _figures(loop: Loop, device: Device) -> list[tuple[str, str, str]]:
    """Value, unit and the sentence that explains it, each."""
    figures, status, design = loop.figures(), loop.source.status, loop.design
    zoom, clock = loop.framing.scale, device.clock
    flowing = (
        (f"{status.fps:.1f}", "fps", "Frames per second that the source sends."),
        (f"{figures.latency_ms:.0f}", "ms latency", "From arrival to the screen, median."),
        (str(figures.skipped), "dropped", "Frames left out because a newer one had come."),
    )
    still = (("frozen", "", "The picture stands still until F is pressed."),)
    return [
        ("fit" if zoom is None else f"{100 * zoom:.0f} %", "", "Screen pixels per picture pixel."),
        *(still if loop.frozen else flowing if status.arrived > 1 else ()),
        (f"{figures.draw_ms:.1f}", f"ms {clock}", f"To restore and draw a frame, {clock} clock."),
        (design.cost.replace(",", " in"), "", "Texture fetches per pixel and passes."),
        (
            f"{design.figures.expected_gain_db:+.1f}",
            f"dB {whence(design.figures)}",
            explained(design.figures),
        ),
    ]


def whence(promised: Promised) -> str:
    """Where a filter's gain comes from, in one word."""
    return "expected" if promised.pictures is None else "measured"


def gains(promised: Promised) -> str:
    """What the filter gains beside the full Wiener filter, which bounds only what is linear."""
    gain, full = f"{promised.expected_gain_db:+.1f}", f"{promised.wiener_gain_db:+.1f}"
    if promised.pictures is None:
        return f"{gain} of {full} dB expected"
    return f"{gain} dB measured, full FFT {full}"


def explained(promised: Promised) -> str:
    """The same in a sentence."""
    if promised.pictures is None:
        return "Gain in PSNR expected under the usual prior."
    return f"Mean gain in PSNR, measured on {promised.pictures} pictures."


def _figure(value: str, unit: str, says: str, scale: float) -> None:
    imgui.begin_group()
    line(value, TEXT, size=SMALL)
    if unit:
        imgui.same_line(0, 4 * scale)
        line(unit, QUIET, size=SMALL)
    imgui.end_group()
    hint(says, scale)


def notices(sentences: Sequence[str], lost: bool, area: Place, scale: float) -> None:
    """Sentences at the picture's foot, the newest lowest; that of a lost source is warm."""
    below = area.height - 16 * scale
    for number, text in reversed(list(enumerate(sentences))):
        widest = min(area.width - 32 * scale, 640 * scale)
        size = imgui.calc_text_size(text, False, widest - 32 * scale)
        imgui.set_next_window_pos(ImVec2(16 * scale, below), 0, ImVec2(0, 1))
        imgui.set_next_window_size(ImVec2(size.x + 32 * scale, size.y + 18 * scale))
        _veil(f"notice {number}", ImVec2(14 * scale, 9 * scale), scale)
        words(text, WARM if lost and number == 0 else TEXT)
        imgui.end()
        below -= size.y + 26 * scale


def measured(auto: Auto, below: float, area: Place, scale: float) -> None:
    """What auto found and does, at the picture's top left."""
    said = f"auto: {auto.said}"
    size = imgui.calc_text_size(said, False, area.width - 60 * scale)
    imgui.set_next_window_pos(ImVec2(16 * scale, below + 16 * scale))
    imgui.set_next_window_size(ImVec2(size.x + 28 * scale, size.y + 12 * scale))
    _veil("measured", ImVec2(14 * scale, 6 * scale), scale)
    words(said, WARM if auto.is_unsure else TEXT)
    imgui.end()


def recording(seconds: float, scale: float) -> float:
    """A red light and the time, at the picture's top left; how far down they reach."""
    said = f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
    size = imgui.calc_text_size(said)
    imgui.set_next_window_pos(ImVec2(16 * scale, 16 * scale))
    imgui.set_next_window_size(ImVec2(size.x + 46 * scale, size.y + 12 * scale))
    _veil("recording", ImVec2(14 * scale, 6 * scale), scale)
    at = imgui.get_window_pos()
    middle = ImVec2(at.x + 18 * scale, at.y + 6 * scale + size.y / 2)
    imgui.get_window_draw_list().add_circle_filled(middle, 5.5 * scale, imgui.get_color_u32(RED))
    imgui.set_cursor_pos_x(31 * scale)
    line(said)
    imgui.end()
    return size.y + 28 * scale


def waiting(text: str, area: Place, scale: float) -> None:
    """A sentence amid the picture's place while there is no picture."""
    size = imgui.calc_text_size(text)
    imgui.set_next_window_pos(ImVec2(area.width / 2, area.height / 2), 0, ImVec2(0.5, 0.5))
    imgui.set_next_window_size(ImVec2(size.x + 40 * scale, size.y + 24 * scale))
    _veil("waiting", ImVec2(20 * scale, 12 * scale), scale)
    line(text, QUIET)
    imgui.end()


def help_card(area: Place, scale: float) -> None:
    """Every key and what the mouse does."""
    rows = [("", "Keys"), *((key.label, key.says) for key in KEYS), ("", "Mouse"), *MOUSE]
    column = 116 * scale
    widest = max(imgui.calc_text_size(says).x for _, says in rows)
    imgui.set_next_window_pos(ImVec2(area.width / 2, area.height / 2), 0, ImVec2(0.5, 0.5))
    width = min(column + widest + 60 * scale, area.width - 16 * scale)
    imgui.set_next_window_size(ImVec2(width, 0))
    _veil("help", ImVec2(28 * scale, 22 * scale), scale)
    for number, (label, says) in enumerate(rows):
        if not label:
            if number:
                imgui.dummy(ImVec2(0, 6 * scale))
            line(says.upper(), QUIET, size=SMALL - 1)
            continue
        line(label, ACCENT)
        imgui.same_line(column + 28 * scale)
        words(says)
    imgui.end()


def _veil(name: str, padding: ImVec2, scale: float) -> None:
    imgui.push_style_color(imgui.Col_.window_bg, VEIL)
    imgui.push_style_var(imgui.StyleVar_.window_padding, padding)
    imgui.push_style_var(imgui.StyleVar_.window_rounding, 6 * scale)
    imgui.push_style_var(imgui.StyleVar_.window_min_size, ImVec2(1, 1))
    imgui.begin(name, None, _UNTOUCHED)
    imgui.pop_style_var(3)
    imgui.pop_style_color()
