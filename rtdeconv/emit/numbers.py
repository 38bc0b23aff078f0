"""Numbers in shader text: printed here and nowhere else."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from rtdeconv.errors import ValueRefused


def literal(value: float) -> str:
    """Shortest decimal that reads back as the same float32, always with a point.

    Raises ValueRefused for NaN, infinities and what float32 cannot hold.
    """
    if not math.isfinite(value) or abs(value) > float(np.finfo(np.float32).max):
        raise ValueRefused(f"shader text holds finite float32 numbers only, not {value}")
    return np.format_float_positional(np.float32(value), unique=True, trim="0")


ONE: Final = literal(1.0)
