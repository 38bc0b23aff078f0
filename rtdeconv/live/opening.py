"""Opening a glfw window with OpenGL, or one sentence that says why there is none."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import glfw

from rtdeconv.errors import DeviceError, RtdError
from rtdeconv.live.framing import Size

OLDEST: Final = (3, 11)
"""Python that imgui-bundle's wheels are made for."""

SMALLEST: Final = (800, 600)
"""Width and height beside which panel and picture have no room."""

Place = tuple[int, int, int, int]
"""x, y, width, height in the system's screen coordinates."""


def check_extra() -> None:
    """Raises RtdError where the libraries that draw controls are missing or do not load."""
    try:
        import rtdeconv.live.interface  # noqa: F401
    except ModuleNotFoundError as missing:
        if sys.version_info < OLDEST:
            has = ".".join(map(str, sys.version_info[:2]))
            raise RtdError(
                f"the window needs Python 3.11 or newer, and this is {has}: imgui-bundle has no "
                "older wheels; add --headless --frames N"
            ) from missing
        raise RtdError(
            f"the window needs imgui-bundle and PyOpenGL ({missing.name} is missing): "
            "pip install 'rtdeconv[live]'"
        ) from missing
    except ImportError as broken:
        raise RtdError(
            f"imgui-bundle does not load here ({broken}); on Debian and Ubuntu, "
            "apt-get install libgl1 libx11-6 libxext6"
        ) from broken


@contextmanager
def opened(title: str, size: Size) -> Iterator[Any]:
    """A window with an OpenGL 3.3 context that is current; DeviceError where there is no screen."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        started = glfw.init()
        window = _created(title, size) if started else None
    if window is None:
        glfw.terminate()
        why = f" ({said[-1].message})" if said else ""
        raise DeviceError(f"no window can be opened here{why}; add --headless --frames N")
    try:
        glfw.make_context_current(window)
        glfw.swap_interval(1)
        glfw.set_window_size_limits(window, *SMALLEST, glfw.DONT_CARE, glfw.DONT_CARE)
        yield window
    finally:
        glfw.terminate()


def _created(title: str, size: Size) -> Any:
    hints = {
        glfw.CONTEXT_VERSION_MAJOR: 3,
        glfw.CONTEXT_VERSION_MINOR: 3,
        glfw.OPENGL_PROFILE: glfw.OPENGL_CORE_PROFILE,
        glfw.OPENGL_FORWARD_COMPAT: True,
        glfw.SCALE_TO_MONITOR: True,
    }
    for name, value in hints.items():
        glfw.window_hint(name, value)
    return glfw.create_window(*size, title, None, None)


def monitor_under(place: Place) -> Any:
    """The monitor that most of the window is on, None where there is none."""

    def shared(monitor: Any) -> int:
        x, y = glfw.get_monitor_pos(monitor)
        width, height = glfw.get_video_mode(monitor).size
        across = min(place[0] + place[2], x + width) - max(place[0], x)
        down = min(place[1] + place[3], y + height) - max(place[1], y)
        return max(across, 0) * max(down, 0)

    return max(glfw.get_monitors(), key=shared, default=None)
