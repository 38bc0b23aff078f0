"""Light: the scale on which a filter adds pixel values, and the curves to it and back.

Pictures and video arrive display-encoded. ``linear`` undoes the sRGB curve (IEC 61966-2-1, exact),
``gamma2`` the cheap square that approximates it, ``encoded`` leaves values alone. The curves run on
beyond 0 and 1, so that out-of-range values survive a round trip.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import one_of

Light = Literal["linear", "encoded", "gamma2"]
Arrival = Literal["encoded", "linear"]
"""How values are handed to a filter: sRGB-encoded or linear."""

LIGHTS: Final[tuple[Light, ...]] = get_args(Light)

SRGB_DECODE_KNEE: Final = 0.04045
SRGB_ENCODE_KNEE: Final = 0.0031308

Values = NDArray[np.floating]


def checked_light(name: str) -> Light:
    """``name`` as a light; raises ValueRefused for an unknown one."""
    return one_of("light", name, LIGHTS)


def decode(values: Values, light: Light) -> Values:
    """Display-encoded values to the filter's light, any shape, dtype kept."""
    if light == "encoded":
        return values
    if light == "gamma2":
        return values * np.abs(values)
    # the power is taken of values above the knee only: below it, it would see negative numbers
    curved = ((np.maximum(values, SRGB_DECODE_KNEE) + 0.055) / 1.055) ** 2.4
    return np.where(values > SRGB_DECODE_KNEE, curved, values / 12.92)


def encode(values: Values, light: Light) -> Values:
    """The filter's light to display-encoded values; the inverse of `decode`."""
    if light == "encoded":
        return values
    if light == "gamma2":
        return np.copysign(np.sqrt(np.abs(values)), values)
    curved = 1.055 * np.maximum(values, SRGB_ENCODE_KNEE) ** (1 / 2.4) - 0.055
    return np.where(values > SRGB_ENCODE_KNEE, curved, values * 12.92)
