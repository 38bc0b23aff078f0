"""What every prior offers."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Protocol

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array


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
    """Refuses a variance that is no positive number."""
    if not (math.isfinite(var) and 0 < var <= 1e6):
        raise ValueRefused(f"the prior's variance is a positive number, not {shown(var)}")
