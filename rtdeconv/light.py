"""Light: the scale on which a filter adds pixel values, and the curves to it and back.

Pictures and video arrive display-encoded. ``linear`` undoes the sRGB curve (IEC 61966-2-1, exact),
``gamma2`` the cheap square that approximates it, ``encoded`` leaves values alone. These run on
beyond 0 and 1, so that out-of-range values survive a round trip.

``pq`` undoes PQ (SMPTE ST 2084; the EOTF of ITU-R BT.2100-2, table 4): 1.0 is 100 cd/m^2, so that
half floats hold everything from 6e-6 cd/m^2 to its end, 10000 cd/m^2, which is 100.0. No PQ value
above 1 exists, but limited-range codes reach (255 - 16) / 219 = 1.09, and the formula goes on to a
pole at 1.99: values above 1.1 become 1.1 (266.0), and all results are below 1.99. ``hlg`` undoes
HLG (ARIB STD-B67; the inverse OETF of BT.2100-2, table 5) and gives the light of the scene, which
is what a camera blurs: 0..1, and on beyond 1, finite in float32 up to 15.

Both are odd, -f(-v) below 0, so that undershoots survive a round trip. PQ codes black as
c1^m2 = 7.3e-7 and nothing as 0, which stays 0 here: values below 7.3e-7, a 20th of a 16-bit code,
come back as 0.
"""

from __future__ import annotations

from math import log
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused, one_of

Light = Literal["linear", "encoded", "gamma2", "pq", "hlg"]
Arrival = Literal["encoded", "linear"]
"""How values are handed to a filter: display-encoded or linear."""
Curve = Literal["srgb", "pq", "hlg"]
"""What pictures and video are display-encoded by."""

LIGHTS: Final[tuple[Light, ...]] = get_args(Light)
CURVES: Final[dict[Light, Curve]] = {
    "linear": "srgb",
    "encoded": "srgb",
    "gamma2": "srgb",
    "pq": "pq",
    "hlg": "hlg",
}
"""The curve by which a light takes its pictures to be encoded; ``encoded`` takes any."""

SRGB_DECODE_KNEE: Final = 0.04045
SRGB_ENCODE_KNEE: Final = 0.0031308

LUMA: Final = np.array([0.299, 0.587, 0.114])
"""Shares of red, green and blue in luma, Rec. 601, on encoded values."""

PQ_WHITE: Final = 100.0
"""Where PQ ends, 10000 cd/m^2, in linear light."""
PQ_HIGHEST: Final = 1.1
"""The largest value that is undone."""
PQ_M1: Final = 2610 / 16384
PQ_M2: Final = 2523 / 32
PQ_C1: Final = 3424 / 4096
PQ_C2: Final = 2413 / 128
PQ_C3: Final = 2392 / 128

HLG_A: Final = 0.17883277
HLG_B: Final = 1 - 4 * HLG_A
HLG_C: Final = 0.5 - HLG_A * log(4 * HLG_A)

Values = NDArray[np.floating]


def checked_light(name: str) -> Light:
    """``name`` as a light; raises ValueRefused for an unknown one."""
    return one_of("light", name, LIGHTS)


def fitting(light: Light, curve: Curve) -> Light:
    """``light`` for video coded by ``curve``: where that is PQ or HLG, "linear" undoes it.

    Raises ValueRefused for a light that undoes another curve.
    """
    if light == "encoded" or CURVES[light] == curve:
        return light
    if light == "linear" and curve != "srgb":
        return curve
    if light == "gamma2":
        raise ValueRefused(
            f"light 'gamma2' stands in for the sRGB curve and this source is coded by "
            f"{curve.upper()}: take --light linear or --light encoded"
        )
    coded = "the sRGB curve" if curve == "srgb" else curve.upper()
    raise ValueRefused(
        f"light {light!r} undoes {light.upper()} and this source is coded by {coded}: "
        "leave --light out"
    )


def decode(values: Values, light: Light) -> Values:
    """Display-encoded values to the filter's light, any shape, dtype kept."""
    if light == "encoded":
        return values
    if light == "gamma2":
        return values * np.abs(values)
    if light == "pq":
        root = np.minimum(np.abs(values), PQ_HIGHEST) ** (1 / PQ_M2)
        share = np.maximum(root - PQ_C1, 0.0) / (PQ_C2 - PQ_C3 * root)
        return PQ_WHITE * np.sign(values) * share ** (1 / PQ_M1)
    if light == "hlg":
        size = np.abs(values)
        curved = (np.exp((np.maximum(size, 0.5) - HLG_C) / HLG_A) + HLG_B) / 12
        return np.sign(values) * np.where(size > 0.5, curved, size * size / 3)
    # the power is taken of values above the knee only: below it, it would see negative numbers
    curved = ((np.maximum(values, SRGB_DECODE_KNEE) + 0.055) / 1.055) ** 2.4
    return np.where(values > SRGB_DECODE_KNEE, curved, values / 12.92)


def encode(values: Values, light: Light) -> Values:
    """The filter's light to display-encoded values; the inverse of `decode`."""
    if light == "encoded":
        return values
    if light == "gamma2":
        return np.copysign(np.sqrt(np.abs(values)), values)
    if light == "pq":
        power = (np.abs(values) / PQ_WHITE) ** PQ_M1
        ratio = (PQ_C1 + PQ_C2 * power) / (1.0 + PQ_C3 * power)
        return np.sign(values) * ratio**PQ_M2
    if light == "hlg":
        size = np.abs(values)
        # 12 E - b is at least 1 - b = 4 a: the logarithm sees no other numbers
        curved = HLG_A * np.log(np.maximum(12 * size, 1.0) - HLG_B) + HLG_C
        return np.sign(values) * np.where(size > 1 / 12, curved, np.sqrt(3 * size))
    curved = 1.055 * np.maximum(values, SRGB_ENCODE_KNEE) ** (1 / 2.4) - 0.055
    return np.where(values > SRGB_ENCODE_KNEE, curved, values * 12.92)
