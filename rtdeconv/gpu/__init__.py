"""The moderngl player: the exported GLSL text of a plan, run headless or in a window's context."""

from rtdeconv.gpu.device import device_name, is_software, open_context
from rtdeconv.gpu.player import Player, quick_player

__all__ = ["Player", "device_name", "is_software", "open_context", "quick_player"]
