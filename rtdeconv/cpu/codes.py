"""Stored integers to values in a plan's light and back, by tables."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from rtdeconv.cpu.scratch import Pixels, Planes, Scratch
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import Codes

_DEPTH: Final = {"uint8": cv2.CV_8U, "uint16": cv2.CV_16U}

INDEX_MAX: Final = 65535
"""Values are encoded by tables, read at their roots in so many steps. Square roots leave the sRGB
curve a slope of at most 1.5 and HLG 1.73, so half a step is at most 1.4e-5 of the encoded scale:
.003 of an 8-bit code, .014 of a 10-bit one, .9 of a 16-bit one."""

_ROOTS: Final[dict[Light, int]] = {"linear": 1, "gamma2": 1, "hlg": 1, "pq": 3}
"""Square roots taken, one of the other. PQ, with the power .16 at black, would be off by 11 codes
of 16 bits after one; after three its slope is at most 1.5 too."""


def coded(result: Planes, light: Light, codes: Codes, out: Pixels, scratch: Scratch) -> None:
    """To ``out`` the integers for values in the plan's light."""
    if light == "encoded":
        _scaled(result, codes.white - codes.black, out, codes.black)
        if codes.top < np.iinfo(out.dtype).max:
            cv2.min(out, float(codes.top), dst=out)
        return
    root, index = scratch.take(result.shape), scratch.take(result.shape, np.uint16)
    low, high = _roots(light, codes)
    if low < 0:
        np.abs(result, out=root)
    else:
        cv2.threshold(result, 0.0, 0.0, cv2.THRESH_TOZERO, dst=root)
    for _ in range(_ROOTS[light]):
        cv2.sqrt(root, dst=root)
    if low < 0:
        np.copysign(root, result, out=root)
    step = INDEX_MAX / (high - low)
    _scaled(root, step, index, -low * step)
    cv2.LUT(index, _encoding_table(out.dtype, light, codes), dst=out)


def _scaled(values: Planes, scale: float, out: Pixels, offset: float = 0.0) -> Pixels:
    """``values * scale + offset`` rounded to the integers of ``out``, clipped to their range."""
    depth = _DEPTH[out.dtype.name]
    return cv2.addWeighted(values, scale, values, 0.0, offset, dst=out, dtype=depth)


@lru_cache
def decoding_table(dtype: np.dtype[Any], light: Light, codes: Codes) -> Planes:
    """Each stored value in the filter's light."""
    stored = np.minimum(np.arange(np.iinfo(dtype).max + 1), codes.top)
    return decode(_values(stored, codes), light).astype(np.float32)


@lru_cache
def _encoding_table(dtype: np.dtype[Any], light: Light, codes: Codes) -> Pixels:
    """The stored value for each index; indices divide the roots of all values evenly."""
    roots = np.linspace(*_roots(light, codes), INDEX_MAX + 1)
    values = encode(np.copysign(np.abs(roots) ** 2 ** _ROOTS[light], roots), light)
    stored = np.rint(values * (codes.white - codes.black) + codes.black)
    return np.clip(stored, 0, codes.top).astype(dtype)


@lru_cache
def _roots(light: Light, codes: Codes) -> tuple[float, float]:
    """Signed roots of the least and the largest value there is a code for."""
    ends = decode(_values(np.array([0, codes.top]), codes), light)
    low, high = np.copysign(np.abs(ends) ** 0.5 ** _ROOTS[light], ends)
    return float(low), float(high)


def _values(stored: NDArray[Any], codes: Codes) -> NDArray[np.float64]:
    return (stored - codes.black) / (codes.white - codes.black)
