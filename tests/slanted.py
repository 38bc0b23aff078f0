"""Synthetic slanted edges, exact to a pixel's area: what edge measurements are held against."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rtdeconv.blur import Blur, Gaussian
from rtdeconv.light import Light, decode, encode

Planes = NDArray[np.float64]


def covered(d_px: Planes, angle_deg: float) -> Planes:
    """Share of a pixel on the bright side, its centre ``d_px`` from the edge."""
    angle = max(abs(math.radians(angle_deg)), 1e-4)  # or an edge along an axis would divide by 0
    cos, sin = math.cos(angle), math.sin(angle)
    corners = ((cos + sin, 1), (cos - sin, -1), (sin - cos, -1), (-cos - sin, 1))
    total = sum(sign * np.maximum(d_px + at / 2, 0.0) ** 2 for at, sign in corners)
    return np.asarray(total / (2 * cos * sin))


def slanted_edge(
    blur: Blur | None,
    *,
    angle_deg: float = 5.0,
    size: tuple[int, int] = (160, 100),
    levels: tuple[float, float] = (0.2, 0.8),
    light: Light = "linear",
    noise: float = 0.0,
    seed: int = 0,
    offset_px: float = 0.0,
    bow_px: float = 0.0,
    bits: int = 8,
) -> NDArray[Any]:
    """A dark left and a bright right side, (height, width); uint8, uint16 or, bits 0, float32.

    ``levels`` are display-encoded, as ``noise`` is; the blur happens in ``light``. ``angle_deg``
    turns the edge clockwise; ``bow_px`` bends it by as much in its middle.
    """
    taps = np.ones((1, 1)) if blur is None else blur.psf()
    margin = len(taps) // 2
    height, width = (n + 2 * margin for n in size)
    y, x = np.arange(height) - (height - 1) / 2, np.arange(width) - (width - 1) / 2
    bent = bow_px * (1 - (2 * y / height) ** 2)
    angle = math.radians(angle_deg)
    d = (x[None, :] - offset_px - bent[:, None]) * math.cos(angle) + y[:, None] * math.sin(angle)
    low, high = (decode(np.array(level), light) for level in levels)
    lit = _blurred(low + (high - low) * covered(d, angle_deg), taps)
    values = encode(lit, light) + np.random.default_rng(seed).normal(0, noise, lit.shape)
    return stored(values, bits)


def sharpened_edge(
    sigma_px: float,
    radius_px: float,
    amount: float,
    *,
    light: Light = "linear",
    size: tuple[int, int] = (160, 100),
    levels: tuple[float, float] = (0.2, 0.8),
    noise: float = 0.0,
    seed: int = 0,
) -> NDArray[Any]:
    """An edge blurred in linear light, then through an unsharp mask in ``light``; uint8."""
    taps = Gaussian(radius_px).psf()
    rim = len(taps) - 1
    wider = (size[0] + rim, size[1] + rim)
    once = decode(slanted_edge(Gaussian(sigma_px), size=wider, levels=levels, bits=0), light)
    middle = once[rim // 2 : rim // 2 + size[0], rim // 2 : rim // 2 + size[1]]
    lit = middle + amount * (middle - _blurred(once, taps))
    values = encode(np.maximum(lit, 0), light)
    return stored(values + np.random.default_rng(seed).normal(0, noise, size), 8)


def stored(values: Planes, bits: int) -> NDArray[Any]:
    """Rounded to 8 or 16 bits, or float32 for 0."""
    if bits == 0:
        return values.astype(np.float32)
    top = 2**bits - 1
    return np.rint(np.clip(values, 0, 1) * top).astype(np.uint8 if bits == 8 else np.uint16)


def _blurred(lit: Planes, taps: Planes) -> Planes:
    """Convolved; the part that saw only pixels that exist."""
    shape = tuple(a + b - 1 for a, b in zip(lit.shape, taps.shape, strict=True))
    whole = np.fft.irfft2(np.fft.rfft2(lit, shape) * np.fft.rfft2(taps, shape), shape)
    rim = len(taps) - 1
    return np.asarray(whole[rim : lit.shape[0], rim : lit.shape[1]])
