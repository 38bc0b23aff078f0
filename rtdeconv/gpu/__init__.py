"""The moderngl player: the exported GLSL text of a plan, run headless or in a window's context."""

from moderngl import Context
from moderngl import Framebuffer as Target

from rtdeconv.gpu.device import device_name, is_software, open_context, window_context
from rtdeconv.gpu.frame_player import FramePlayer
from rtdeconv.gpu.player import Player, quick_player
from rtdeconv.gpu.timer import FrameTimer, clock_of
from rtdeconv.gpu.view import Box, Scene, Shown, View

__all__ = [
    "Box",
    "Context",
    "FramePlayer",
    "FrameTimer",
    "Player",
    "Scene",
    "Shown",
    "Target",
    "View",
    "clock_of",
    "device_name",
    "is_software",
    "open_context",
    "quick_player",
    "window_context",
]
