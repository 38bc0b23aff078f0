"""Arrays that are used again, frame after frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[Any]
Planes = NDArray[np.float32]


class Scratch:
    """Working arrays. A plan asks for the same ones in the same order, frame after frame, and for
    each strip of a frame."""

    def __init__(self) -> None:
        self._arrays: list[Pixels] = []
        self._taken = 0

    @property
    def taken(self) -> int:
        """How many arrays are in use: what to rewind to."""
        return self._taken

    def rewind(self, to: int = 0) -> None:
        """Every array is free again but the first ``to``."""
        self._taken = to

    def take(self, shape: tuple[int, ...], dtype: Any = np.float32) -> Pixels:
        """The next array, its contents left over from another use."""
        if self._taken == len(self._arrays):
            self._arrays.append(np.empty(shape, dtype))
        found = self._arrays[self._taken]
        if found.shape != shape or found.dtype != dtype:
            found = self._arrays[self._taken] = np.empty(shape, dtype)
        self._taken += 1
        return found
