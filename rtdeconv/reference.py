"""Full-FFT filtering: the truth that compact filters are measured against, offline only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rtdeconv.grid import Response, fft_frequencies
from rtdeconv.light import Light, decode, encode
from rtdeconv.plan import Border
from rtdeconv.target import Target

Planes = NDArray[np.float64]


def filtered(planes: Planes, response: Response, border: Border) -> Planes:
    """``planes`` (H, W, C) times ``response`` in the frequency domain.

    ``wrap`` takes the picture as periodic, as an FFT does. Every other border mirrors it to twice
    its size first, which is periodic without a seam.
    """
    height, width = planes.shape[:2]
    if border != "wrap":
        planes = np.pad(planes, ((0, height), (0, width), (0, 0)), mode="symmetric")
    size = planes.shape[0], planes.shape[1]
    wy, wx = fft_frequencies(size)
    half = wx[:, : size[1] // 2 + 1]  # the rest of a real picture's spectrum mirrors it
    spectrum = np.fft.rfft2(planes, axes=(0, 1)) * response(wy, half)[:, :, None]
    return np.fft.irfft2(spectrum, size, axes=(0, 1))[:height, :width]


def blurred(planes: Planes, target: Target, *, light: Light, border: Border) -> Planes:
    """Encoded ``planes`` (H, W, C) blurred by the target's PSF in ``light``; encoded again."""
    soft = filtered(np.asarray(decode(planes, light)), target.blur.otf, border)
    return np.asarray(encode(soft, light), np.float64)


def restored(planes: Planes, target: Target, *, light: Light, border: Border) -> Planes:
    """Encoded ``planes`` (H, W, C) under the whole target response, uncut; encoded, unclipped."""
    sharp = filtered(np.asarray(decode(planes, light)), target.response, border)
    return np.asarray(encode(sharp, light), np.float64)
