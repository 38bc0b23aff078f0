"""The window of `rtdeconv live`: a screen for the loop, events, and sleep while nothing happens."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import glfw

from rtdeconv.gpu import Box, Context, Target, clock_of, device_name, window_context
from rtdeconv.live.actions import Actions
from rtdeconv.live.commands import COMMANDS, command_of
from rtdeconv.live.framing import Point, Size
from rtdeconv.live.loop import Loop
from rtdeconv.live.opening import Place, check_extra, monitor_under, opened
from rtdeconv.live.pointer import Pointer

if TYPE_CHECKING:
    from rtdeconv.live.interface import Interface

SETTLING_S: Final = 0.7
"""How long the controls are drawn on after an input: hints come up after half a second."""
LEAST_S: Final = 1 / 60
"""Between two pictures of which only the controls differ; new frames do not wait for it."""
ASLEEP_S: Final = 0.5
"""The longest sleep, after which what is said is looked at: sentences go with time."""

_NOTHING: Final[Any] = None
"""A null pointer: no monitor, the usual cursor."""

MakeLoop = Callable[[Context, Callable[[], None]], Loop]


def run_window(
    make_loop: MakeLoop,
    *,
    title: str,
    size: tuple[int, int],
    frames: float = math.inf,
    folder: Path = Path(),
) -> None:
    """Opens a window of ``size`` (width, height), makes the loop in its GL context, and runs it
    until someone quits or ``frames`` were shown.

    ``make_loop`` gets the context and a function that wakes the window from any thread; files are
    written to ``folder``. Raises DeviceError without a screen, RtdError without imgui-bundle.
    """
    check_extra()
    with ExitStack() as held:
        window = held.enter_context(opened(title, size))
        context = window_context()
        held.callback(context.release)
        screen = Window(window, context)
        held.callback(screen.close)
        loop = make_loop(context, screen.wake)
        held.callback(loop.close)
        actions = Actions(loop, folder, wake=screen.wake)
        held.callback(actions.close)
        screen.run(loop, actions, frames)


class Window:
    """A glfw window as the loop's screen. Its GL context is current."""

    def __init__(self, window: Any, context: Context) -> None:
        from rtdeconv.live.interface import Interface
        from rtdeconv.live.overlay import Device

        device = Device(device_name(context), clock_of(context))
        self.interface: Interface = Interface(window, device)
        self._window, self._context = window, context
        self._pointer = Pointer()
        self._woken, self._is_open = True, True
        self._opening = threading.Lock()  # nobody posts an event to a window that goes
        self._input_s = self._drawn_s = -1e9
        self._told: object = None
        self._windowed: Place | None = None
        self._at: Point = (0.0, 0.0)  # of the pointer, by its last event: it may be farther by now
        self._resize_cursor = glfw.create_standard_cursor(glfw.RESIZE_EW_CURSOR)
        self._loop: Loop
        self._actions: Actions
        self.framebuffer: Size = glfw.get_framebuffer_size(window)
        self.target: Target = context.detect_framebuffer(0)

    @property
    def size(self) -> Size:
        """(width, height) of the picture's area, in pixels of the framebuffer."""
        return self.interface.picture_area(self.framebuffer)

    @property
    def place(self) -> Box:
        """That area: what the panel at the right and the bar at the foot leave."""
        width, height = self.size
        return 0, self.framebuffer[1] - height, width, height

    def wake(self) -> None:
        """Has the next turn come at once; may be called from any thread."""
        self._woken = True
        with self._opening:
            if self._is_open:
                glfw.post_empty_event()

    def present(self, loop: Loop) -> None:
        """Draws the controls and shows the window; returns when all is drawn."""
        self.interface.draw(loop, self._actions)
        glfw.swap_buffers(self._window)
        self._context.finish()

    def run(self, loop: Loop, actions: Actions, frames: float = math.inf) -> None:
        """Takes turns until someone quits or so many frames were shown."""
        self._loop, self._actions = loop, actions
        self._listen()
        while not glfw.window_should_close(self._window) and loop.figures().shown < frames:
            self._sleep()
            if glfw.window_should_close(self._window):
                return
            if self._is_due():
                self._turn()

    def quit(self) -> None:
        """Ends `run` after this turn."""
        glfw.set_window_should_close(self._window, True)

    def toggle_full_screen(self) -> None:
        """Fills the monitor that the window is on, or goes back to the place before."""
        window = self._window
        if self._windowed is not None:
            glfw.set_window_monitor(window, _NOTHING, *self._windowed, glfw.DONT_CARE)
            self._windowed = None
            return
        place = *glfw.get_window_pos(window), *glfw.get_window_size(window)
        monitor = monitor_under(place)
        if monitor is None:
            return
        mode = glfw.get_video_mode(monitor)
        rate = mode.refresh_rate or glfw.DONT_CARE  # 0 where it is not known
        self._windowed = place
        glfw.set_window_monitor(window, monitor, 0, 0, *mode.size, rate)

    def close(self) -> None:
        """Gives the controls back; from now on nothing wakes the window."""
        with self._opening:
            self._is_open = False
        glfw.destroy_cursor(self._resize_cursor)
        self.interface.close()

    def _sleep(self) -> None:
        """Until something happens, or the controls are due."""
        if self._woken:
            glfw.poll_events()
            return
        now_s = time.perf_counter()
        settling = now_s - self._input_s < SETTLING_S
        rest_s = self._drawn_s + LEAST_S - now_s if settling else ASLEEP_S
        if rest_s <= 0:
            glfw.poll_events()
        else:
            glfw.wait_events_timeout(rest_s)

    def _is_due(self) -> bool:
        """Whether there is something new to be seen."""
        if self._woken:
            return True
        now_s = time.perf_counter()
        if now_s - self._input_s < SETTLING_S:
            return now_s - self._drawn_s >= LEAST_S
        return self._tells() != self._told

    def _tells(self) -> object:
        """What the window says by itself; the figures of a frame are known when it was shown."""
        loop, seconds = self._loop, self._actions.recording_s
        figures = loop.figures().shown, None if seconds is None else int(seconds)
        return figures, tuple(loop.spoken()), loop.refusal, loop.designing, loop.auto.said

    def _turn(self) -> None:
        self._woken = False
        self._actions.poll()
        self.framebuffer = glfw.get_framebuffer_size(self._window)
        self.interface.shows_bar = self.interface.shows_panel or self._windowed is None
        self._told = self._tells()
        self._loop.step(self)
        self._drawn_s = time.perf_counter()

    def _listen(self) -> None:
        """Events from here on."""
        window = self._window
        glfw.set_key_callback(window, self._on_key)
        glfw.set_char_callback(window, self._on_character)
        glfw.set_cursor_pos_callback(window, self._on_move)
        glfw.set_mouse_button_callback(window, self._on_button)
        glfw.set_scroll_callback(window, self._on_wheel)
        glfw.set_cursor_enter_callback(window, self._on_input)
        glfw.set_framebuffer_size_callback(window, self._on_input)
        glfw.set_window_refresh_callback(window, self._on_input)
        glfw.set_window_focus_callback(window, self._on_input)

    def _on_input(self, *_: object) -> None:
        self._input_s = time.perf_counter()

    def _on_key(self, _: Any, code: int, scancode: int, action: int, modifiers: int) -> None:
        self._on_input()
        # Escape closes a list or ends typing before it ends the session
        taken = self.interface.takes_text or (code == glfw.KEY_ESCAPE and self.interface.has_popup)
        self.interface.key(code, scancode, action, modifiers)
        pressed = action == glfw.PRESS and not taken
        command = command_of(code, scancode, modifiers) if pressed else None
        if command is not None:
            COMMANDS[command](self, self._loop, self._actions)
            self._woken = True

    def _on_character(self, _: Any, code: int) -> None:
        self._on_input()
        self.interface.character(code)

    def _on_move(self, _: Any, x: float, y: float) -> None:
        self._on_input()
        self.interface.mouse_at(x, y)
        self._at = self._pixel(x, y)
        loop, at = self._loop, self._at
        loop.framing = self._pointer.move(loop.framing, at, loop.picture, self.size)
        on_line = self._is_on_picture(at) and loop.framing.near_split(at[0], self.size)
        takes_line = on_line or self._pointer.holds_line
        glfw.set_cursor(self._window, self._resize_cursor if takes_line else _NOTHING)

    def _on_button(self, _: Any, button: int, action: int, modifiers: int) -> None:
        self._on_input()
        is_down = action == glfw.PRESS
        self.interface.mouse_button(button, is_down)
        if button != glfw.MOUSE_BUTTON_LEFT:
            return
        if not is_down:
            self._pointer.release()
        elif self._is_on_picture(self._at):
            loop, now_s = self._loop, time.perf_counter()
            loop.framing = self._pointer.press(loop.framing, self._at, now_s, self.size)

    def _on_wheel(self, _: Any, x: float, y: float) -> None:
        self._on_input()
        at = self._at
        if self._is_on_picture(at):
            loop = self._loop
            loop.framing = self._pointer.wheel(loop.framing, y, at, loop.picture, self.size)
        else:
            self.interface.wheel(x, y)

    def _pixel(self, x: float, y: float) -> Point:
        """A place in the window as framebuffer pixels."""
        width, height = glfw.get_window_size(self._window)
        across, down = self.framebuffer
        return x * across / max(width, 1), y * down / max(height, 1)

    def _is_on_picture(self, at: Point) -> bool:
        width, height = self.size
        return at[0] < width and at[1] < height and not self.interface.has_popup
