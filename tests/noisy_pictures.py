"""Pictures with a known blur and known noise."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import as_file, files

import cv2
import numpy as np
import skimage.data

from rtdeconv.blur import Gaussian
from rtdeconv.estimate import measure_noise
from rtdeconv.grid import half_frequencies
from rtdeconv.media.pictures import read_picture
from rtdeconv.pixels import Image, unit_colour

CODE = 1 / 255

RECOVERED = 0.05
"""Of noise on blurred pictures of some 1e5 pixels: the median of a few thousand coefficients, and
what the line through their detail leaves."""


@lru_cache
def sharp_planes(name: str) -> np.ndarray:
    """A sharp picture, (H, W, 1 or 3), 0..1, sides even and at most 512."""
    if name == "chelsea":
        with as_file(files("rtdeconv") / "data" / "chelsea.png") as path:
            whole = unit_colour(read_picture(path).pixels)
    else:
        whole = unit_colour(getattr(skimage.data, name)())
    height, width = (min(side // 2 * 2, 512) for side in whole.shape[:2])
    return whole[:height, :width]


def soft_planes(name: str, sigma_px: float) -> np.ndarray:
    truth = sharp_planes(name)
    response = Gaussian(sigma_px).otf(*half_frequencies(truth.shape[:2]))[:, :, None]
    return np.fft.irfft2(np.fft.rfft2(truth, axes=(0, 1)) * response, truth.shape[:2], axes=(0, 1))


def noised(planes: np.ndarray, codes, seed: int = 0, kind=np.uint8) -> Image:
    """``planes`` (H, W, C) with white noise of so many 1/255, stored as ``kind``."""
    values = planes + CODE * codes * np.random.default_rng(seed).standard_normal(planes.shape)
    if kind is np.float32:
        return values.astype(np.float32)
    return np.rint(np.clip(values, 0, 1) * np.iinfo(kind).max).astype(kind)


def greys(level: float = 0.4, size: tuple[int, int] = (320, 320), channels: int = 1) -> np.ndarray:
    return np.full((*size, channels), level)


def in_codes(*pictures: Image) -> float:
    found = [each[:, :, 0] if each.shape[2:] == (1,) else each for each in pictures]
    return measure_noise(found).sigma / CODE


def jpeg(codes: Image, quality: int) -> Image:
    stored = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return cv2.imdecode(stored, cv2.IMREAD_UNCHANGED)
