"""Where one scene ends and another begins."""

from __future__ import annotations

from typing import Final

import numpy as np

from rtdeconv.grid import Array
from rtdeconv.live.auto.luma import luma_points
from rtdeconv.media.feeds import Shot

POINTS: Final = 40
"""Pixels looked at along the longer side: enough to tell scenes, and no work."""

CHANGED: Final = 0.07
"""Mean change of brightness from which on it may be a cut; a pan over detail reaches it too."""

SURELY: Final = 0.15
"""Mean change that is a cut whatever the classes of brightness say: two scenes may hold as much
light and shade as each other."""

MOVED: Final = 0.3
"""Share of pixels that must change their brightness class besides; a pan moves far fewer."""

CLASSES: Final = 12


class Cuts:
    """Compares each frame with the one before it."""

    def __init__(self) -> None:
        self._before: Array | None = None
        self._size = (0, 0)

    def is_first(self, shot: Shot) -> bool:
        """Whether this frame begins a scene, as the first one does, and one of another size."""
        now, before = luma_points(shot, POINTS), self._before
        is_resized = shot.size != self._size
        self._before, self._size = now, shot.size
        if before is None or is_resized:
            return True
        change = float(np.abs(now - before).mean())
        if change < CHANGED or change >= SURELY:
            return change >= SURELY
        return float(np.abs(_classes(now) - _classes(before)).sum() / 2) > MOVED


def _classes(thumbnail: Array) -> Array:
    """Share of pixels in every class of brightness."""
    counts, _ = np.histogram(thumbnail, CLASSES, (0.0, 1.0))
    return np.asarray(counts / thumbnail.size)
