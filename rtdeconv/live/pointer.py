"""What the mouse does to the picture: magnify, move, and the line between before and after.

Pure: the window hands in positions in framebuffer pixels, y down, and times in seconds.
"""

from __future__ import annotations

import math
from typing import Final, Literal

from rtdeconv.live.framing import Framing, Point, Size

DOUBLE_S: Final = 0.35
DOUBLE_PX: Final = 6.0
"""Two presses so near in time and place are one double click."""


class Pointer:
    """A mouse over the picture. Every call returns the framing that follows."""

    def __init__(self) -> None:
        self._held: Literal["line", "picture"] | None = None
        self._at: Point = (0.0, 0.0)
        self._pressed_s = -math.inf
        self._pressed_at: Point = (0.0, 0.0)

    @property
    def holds_line(self) -> bool:
        """Whether the line is being dragged."""
        return self._held == "line"

    def press(self, framing: Framing, at: Point, now_s: float, screen: Size) -> Framing:
        """The left button goes down: a drag begins, or a double click ends."""
        near = math.dist(at, self._pressed_at) <= DOUBLE_PX
        if near and now_s - self._pressed_s <= DOUBLE_S:
            self._pressed_s = -math.inf
            self._held = None
            return framing.one_to_one() if framing.scale is None else framing.fitted()
        self._pressed_s, self._pressed_at, self._at = now_s, at, at
        self._held = "line" if framing.near_split(at[0], screen) else "picture"
        return framing

    def move(self, framing: Framing, at: Point, picture: Size | None, screen: Size) -> Framing:
        """The pointer is at ``at``."""
        step = at[0] - self._at[0], at[1] - self._at[1]
        self._at = at
        if self._held == "line":
            return framing.with_split(at[0], screen)
        if self._held == "picture" and picture is not None:
            return framing.moved(step, picture)
        return framing

    def release(self) -> None:
        """The left button goes up."""
        self._held = None

    def wheel(
        self, framing: Framing, steps: float, at: Point, picture: Size | None, screen: Size
    ) -> Framing:
        """The wheel turns by ``steps``, away from the person to magnify."""
        return framing if picture is None else framing.zoomed(steps, at, picture, screen)
