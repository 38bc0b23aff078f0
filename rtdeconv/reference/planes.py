"""The pictures that reference solvers take: float64 planes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused

Planes = NDArray[np.float64]
"""(H, W, C) or, at the front doors, (H, W); 0..1 scale, on which the noise is stated."""


def as_planes(picture: Planes) -> Planes:
    """``picture`` as (H, W, C); raises ValueRefused for what is no picture of finite floats."""
    picture = np.asarray(picture)
    if picture.ndim not in (2, 3) or picture.size == 0:
        raise ValueRefused(f"pixels must be (H, W) or (H, W, C), not {picture.shape}")
    if picture.dtype.kind != "f":
        raise ValueRefused(
            f"a reference takes floats of 0..1, not {picture.dtype}; divide codes by their maximum"
        )
    if not np.all(np.isfinite(picture)):
        raise ValueRefused("a reference needs finite pixels; this picture has NaN or infinities")
    return np.asarray(picture.reshape(*picture.shape[:2], -1), np.float64)
