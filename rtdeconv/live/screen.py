"""Where a session's frames go, and what is said over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from rtdeconv.gpu import Box, Target
from rtdeconv.live.framing import Size

if TYPE_CHECKING:
    from rtdeconv.live.loop import Loop


class Screen(Protocol):
    """Where frames are shown."""

    @property
    def size(self) -> Size:
        """(width, height) of the picture's place."""
        ...

    @property
    def place(self) -> Box:
        """The picture's place in `target`."""
        ...

    @property
    def target(self) -> Target:
        """What is drawn into."""
        ...

    def present(self, loop: Loop) -> None:
        """Puts what was drawn on the screen, controls over it; returns when it is there."""
        ...


@dataclass(frozen=True)
class Notice:
    """A sentence for the person, shown until ``until_s``."""

    text: str
    until_s: float


class Sink(Protocol):
    """Takes every new restored frame: a recorder, a virtual camera."""

    def send(self, rgb: NDArray[np.uint8], at_s: float) -> None:
        """``rgb``: (H, W, 3), the loop's own and drawn over by the next frame."""
        ...
