"""Finding a GL: a context without a window, and what it runs on."""

from __future__ import annotations

from typing import Any

import moderngl

from rtdeconv.errors import DeviceError

REQUIRED_GL = 330
PACKAGES = "libegl1 libgl1 libgl1-mesa-dri"
_HEADLESS: dict[str, Any] = {"backend": "egl"}
_SOFTWARE = ("llvmpipe", "softpipe", "swrast")


def open_context() -> moderngl.Context:
    """A context of its own through EGL, no screen needed; raises DeviceError where there is none.

    Without a backend named, moderngl would look for an X server.
    """
    try:
        return moderngl.create_context(REQUIRED_GL, standalone=True, **_HEADLESS)
    except Exception as reason:  # moderngl and glcontext raise bare Exception
        raise DeviceError(
            f"no usable OpenGL 3.3 here ({reason}); install it with "
            f"`apt-get install {PACKAGES}`, or run with --device cpu"
        ) from reason


def window_context() -> moderngl.Context:
    """The context of the window that is current in this thread; DeviceError where it is too old."""
    try:
        return moderngl.create_context(REQUIRED_GL)
    except Exception as reason:  # moderngl and glcontext raise bare Exception
        raise DeviceError(
            f"this window has no OpenGL 3.3 ({reason}); update its driver"
        ) from reason


def device_name(context: moderngl.Context) -> str:
    """What draws: ``llvmpipe (LLVM 15.0.6, 256 bits)``, or the name of a GPU."""
    return str(context.info["GL_RENDERER"])


def is_software(context: moderngl.Context) -> bool:
    """Whether this GL runs on the processor, where the CPU executor is faster."""
    return any(name in device_name(context).lower() for name in _SOFTWARE)
