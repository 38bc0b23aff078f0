"""Everything drawn over the picture, by imgui: its contexts, its input, the order of its parts."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any, Final

import glfw
from imgui_bundle import imgui, implot
from imgui_bundle.python_backends.glfw_backend import GlfwRenderer

from rtdeconv.live import overlay, theme
from rtdeconv.live.actions import Actions
from rtdeconv.live.framing import Size
from rtdeconv.live.loop import Loop
from rtdeconv.live.panel import Panel

_MODIFIERS: Final = frozenset(
    (
        glfw.KEY_LEFT_CONTROL,
        glfw.KEY_RIGHT_CONTROL,
        glfw.KEY_LEFT_SUPER,
        glfw.KEY_RIGHT_SUPER,
    )
)
_ANY_POPUP: Final = int(imgui.PopupFlags_.any_popup_id | imgui.PopupFlags_.any_popup_level)


class Interface:
    """Controls, help and figures of one glfw window, whose GL context is current. Close it before
    that context."""

    def __init__(self, window: Any, device: overlay.Device) -> None:
        self.shows_panel, self.shows_help, self.shows_bar = True, False, True
        self._window, self._device = window, device
        with ExitStack() as made:
            made.callback(imgui.destroy_context, imgui.create_context())
            made.callback(implot.destroy_context, implot.create_context())
            imgui.get_io().set_ini_filename("")
            theme.load_type()
            self.scale = _scale(window)
            theme.dress(self.scale)
            self._renderer: Any = GlfwRenderer(window, attach_callbacks=False)
            made.callback(self._renderer.shutdown)
            self._held = made.pop_all()
        self._panel: Panel | None = None
        self._popup = False

    @property
    def takes_text(self) -> bool:
        """Whether a number is being typed into a control, so that keys are not commands."""
        return bool(imgui.get_io().want_text_input)

    @property
    def has_popup(self) -> bool:
        """Whether a list is open, which may lie over the picture."""
        return self._popup

    def picture_area(self, framebuffer: Size) -> Size:
        """What panel and bar leave of the window for the picture, in framebuffer pixels."""
        ratio = _ratio(self._window)
        panel = round(theme.PANEL * self.scale * ratio) if self.shows_panel else 0
        bar = round(theme.BAR * self.scale * ratio) if self.shows_bar else 0
        return max(framebuffer[0] - panel, 1), max(framebuffer[1] - bar, 1)

    def key(self, code: int, scancode: int, action: int, modifiers: int) -> None:
        """Hands a key on to a control that is typed into, and what modifies clicks always."""
        if self.takes_text or self.has_popup or code in _MODIFIERS or action == glfw.RELEASE:
            self._renderer.keyboard_callback(self._window, code, scancode, action, modifiers)

    def character(self, code: int) -> None:
        """Hands on what was typed."""
        self._renderer.char_callback(self._window, code)

    def mouse_at(self, x: float, y: float) -> None:
        """The pointer in window coordinates."""
        imgui.get_io().add_mouse_pos_event(x, y)

    def mouse_button(self, button: int, is_down: bool) -> None:
        """A button of the mouse."""
        if 0 <= button < imgui.MouseButton_.count:
            imgui.get_io().add_mouse_button_event(button, is_down)

    def wheel(self, x: float, y: float) -> None:
        """Steps of the wheel."""
        imgui.get_io().add_mouse_wheel_event(x, y)

    def draw(self, loop: Loop, actions: Actions) -> None:
        """Draws all of it over what is in the window's framebuffer."""
        scale = _scale(self._window)
        if scale != self.scale:
            self.scale = scale
            theme.dress(scale)
        self._renderer.process_inputs()
        imgui.new_frame()
        self._parts(loop, actions)
        self._popup = imgui.is_popup_open("", _ANY_POPUP)
        imgui.render()
        self._renderer.render(imgui.get_draw_data())

    def close(self) -> None:
        """Gives imgui's contexts and GL objects back."""
        self._held.close()

    def _parts(self, loop: Loop, actions: Actions) -> None:
        if self._panel is None:
            self._panel = Panel(loop, actions)
        scale = self.scale
        width, height = imgui.get_io().display_size
        foot = theme.BAR * scale if self.shows_bar else 0.0
        side = theme.PANEL * scale if self.shows_panel else 0.0
        area = overlay.Place(width - side, height - foot)
        if self.shows_panel:
            self._panel.draw(height - foot, width, scale)
        if self.shows_bar:
            overlay.bar(loop, self._device, height - foot, width, scale)
        status = loop.source.status
        if loop.picture is None and not status.said:
            overlay.waiting("waiting for the first frame...", area, scale)
        overlay.notices(loop.spoken(), bool(status.said), area, scale)
        seconds = actions.recording_s
        taken = 0.0 if seconds is None else overlay.recording(seconds, scale)
        if loop.auto.is_on and loop.picture is not None:
            overlay.measured(loop.auto, taken, area, scale)
        if self.shows_help:
            overlay.help_card(area, scale)


def _ratio(window: Any) -> float:
    """Framebuffer pixels per window coordinate."""
    return float(glfw.get_framebuffer_size(window)[0] / max(glfw.get_window_size(window)[0], 1))


def _scale(window: Any) -> float:
    """How much larger than on an ordinary screen everything is, in window coordinates.

    Some systems already count window coordinates in such larger units; those are not enlarged.
    """
    return max(glfw.get_window_content_scale(window)[0] / max(_ratio(window), 1e-6), 0.5)
