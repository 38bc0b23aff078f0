"""The live window: a feed's newest frame, restored, shown and tuned."""

import os

# On Wayland glfw would open a window that moderngl cannot attach to; through XWayland it can. Read
# when glfw is imported, by its wheels for Linux alone.
os.environ.setdefault("PYGLFW_LIBRARY_VARIANT", "x11")
