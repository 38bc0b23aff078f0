"""A screen that nobody sees: for servers, tests and the benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rtdeconv.gpu import Box, Context, Target, device_name
from rtdeconv.live.framing import Size

if TYPE_CHECKING:
    from rtdeconv.live.loop import Loop


class Offscreen:
    """A framebuffer of a window's size. Presenting waits until it is drawn."""

    def __init__(self, context: Context, size: Size) -> None:
        self._context = context
        self.size = size
        self.place: Box = (0, 0, *size)
        self.device = device_name(context)
        self._image = context.renderbuffer(size, 4)
        self.target: Target = context.framebuffer([self._image])

    def present(self, loop: Loop) -> None:
        """Waits for the frame."""
        self._context.finish()

    def pixels(self) -> NDArray[np.uint8]:
        """What is seen, (H, W, 3), the top row first."""
        rows = np.frombuffer(self.target.read(components=3, alignment=1), np.uint8)
        return rows.reshape(self.size[1], self.size[0], 3)[::-1]

    def release(self) -> None:
        """Gives the GL objects back."""
        self.target.release()
        self._image.release()
