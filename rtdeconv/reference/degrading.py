"""Pictures as a known blur and noise leave them."""

from __future__ import annotations

import numpy as np

from rtdeconv.light import Light
from rtdeconv.noise import Noise
from rtdeconv.pixels import Image, stored_like, unit_colour
from rtdeconv.plan import Border
from rtdeconv.reference.fft import blurred
from rtdeconv.reference.planes import Planes
from rtdeconv.target import Target


def degraded(
    sharp: Planes, target: Target, *, light: Light, border: Border, seed: int
) -> tuple[Image, Planes]:
    """``sharp`` (encoded, 0..1) blurred in ``light``, noise added and rounded on encoded values.

    Returns it as stored (uint8 up to 8 bits, uint16 above) and as float64 on the 0..1 scale.
    """
    soft = blurred(sharp, target, light=light, border=border)
    noisy = soft + with_noise(soft.shape, target.noise, seed)
    levels = 2**target.noise.bits - 1
    rounded = np.rint(np.clip(noisy, 0, 1) * levels) / levels
    empty = np.zeros(sharp.shape, np.uint8 if target.noise.bits <= 8 else np.uint16)
    stored = stored_like(empty[:, :, 0] if sharp.shape[2] == 1 else empty, rounded)
    return stored, unit_colour(stored)


def with_noise(shape: tuple[int, ...], noise: Noise, seed: int) -> Planes:
    """White Gaussian noise of the stated standard deviation, the same for the same seed."""
    return np.random.default_rng(seed).standard_normal(shape) * noise.sigma
