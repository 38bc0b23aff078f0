"""What every prior offers."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Final, Protocol

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array

VARS: Final = 1e-12, 1e6
"""Variances that a prior may have: from a thousandth of a 10-bit code to far past any float
picture."""


class Prior(Protocol):
    """A signal model, a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def name(self) -> str:
        """The word for its kind: letters and digits only."""
        ...

    @property
    def spec(self) -> str:
        """How it is written on the command line."""
        ...

    @property
    def var(self) -> float:
        """Variance of the signal, which scales the spectrum: its mean over the square."""
        ...

    @property
    def usual_var(self) -> float:
        """The variance it has where none is given."""
        ...

    def spectrum(self, wy: Array, wx: Array) -> Array:
        """Power per pixel at (wy, wx) radians per pixel, positive, broadcast shape."""
        ...


def check_var(var: float) -> None:
    """Refuses a variance that no picture has, 0 included."""
    low, high = VARS
    if not (math.isfinite(var) and low <= var <= high):
        raise ValueRefused(f"the prior's variance is {low:g}..{high:g}, not {shown(var)}")
