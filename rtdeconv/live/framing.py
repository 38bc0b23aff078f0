"""Where the picture lies in the window: fitted, one to one, magnified, moved; what of it is shown.

Screen positions are framebuffer pixels, y down. Pure: the window turns events into these calls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rtdeconv.gpu import Scene, Shown

ZOOM_STEP: Final = 1.25
SCALES: Final = (1 / 16, 64.0)
Point = tuple[float, float]
Size = tuple[int, int]


@dataclass(frozen=True)
class Framing:
    """How a person looks at the picture.

    ``scale``: screen pixels per picture pixel, None to fit the window; ``middle``: the picture's
    position in the middle of the window, 0..1; ``split``: of the window's width.
    """

    shown: Shown = "split"
    scale: float | None = None
    middle: Point = (0.5, 0.5)
    split: float = 0.5

    def scene(self, picture: Size, screen: Size) -> Scene:
        """The scene for a picture and a screen, (width, height) each.

        At whole scales the picture's pixels lie on the screen's.
        """
        scale = self.scale or fitting(picture, screen)
        x, y = (
            across / 2 - place * size * scale
            for across, place, size in zip(screen, self.middle, picture, strict=True)
        )
        if scale == int(scale):
            x, y = round(x), round(y)
        return Scene(self.shown, (float(x), float(y)), float(scale), self.split * screen[0])

    def zoomed(self, steps: float, at: Point, picture: Size, screen: Size) -> Framing:
        """Magnified by ``steps`` of the wheel around the screen position ``at``, which stays."""
        before = self.scale or fitting(picture, screen)
        after = min(max(before * ZOOM_STEP**steps, SCALES[0]), SCALES[1])
        if (before < 1 < after) or (after < 1 < before):
            after = 1.0  # one to one is not to be missed
        middle = tuple(
            place + (pointer - across / 2) * (1 / before - 1 / after) / size
            for place, pointer, across, size in zip(self.middle, at, screen, picture, strict=True)
        )
        return self._at(after, middle)

    def moved(self, by: Point, picture: Size) -> Framing:
        """Dragged by that many screen pixels; a fitted picture stays."""
        if self.scale is None:
            return self
        middle = tuple(
            place - step / (self.scale * size)
            for place, step, size in zip(self.middle, by, picture, strict=True)
        )
        return self._at(self.scale, middle)

    def one_to_one(self) -> Framing:
        """Each pixel of the picture is one of the screen."""
        return replace(self, scale=1.0)

    def fitted(self) -> Framing:
        """The whole picture."""
        return replace(self, scale=None, middle=(0.5, 0.5))

    def with_split(self, x: float, screen: Size) -> Framing:
        """The line moved to screen position ``x``."""
        return replace(self, shown="split", split=min(max(x / max(screen[0], 1), 0.0), 1.0))

    def flipped(self) -> Framing:
        """Before where after was shown, and after where anything else was."""
        return replace(self, shown="before" if self.shown == "after" else "after")

    def near_split(self, x: float, screen: Size, reach_px: float = 8.0) -> bool:
        """Whether a pointer at ``x`` is on the line."""
        return self.shown == "split" and abs(x - self.split * screen[0]) <= reach_px

    def _at(self, scale: float, middle: tuple[float, ...]) -> Framing:
        x, y = (min(max(place, 0.0), 1.0) for place in middle)
        return replace(self, scale=scale, middle=(x, y))


def fitting(picture: Size, screen: Size) -> float:
    """The largest scale at which all of the picture is seen."""
    return max(min(across / size for across, size in zip(screen, picture, strict=True)), SCALES[0])
