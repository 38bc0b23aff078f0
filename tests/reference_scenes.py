"""Scenes and blurs that the tests of reference solvers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rtdeconv.blur import Blur, Gaussian
from rtdeconv.blur.base import Taps
from rtdeconv.noise import Noise
from rtdeconv.prior import Ar1
from rtdeconv.reference import Planes, Problem, Surround, blurring

Array = NDArray[np.float64]

SIZE = 42, 37
BLUR = Gaussian(0.8)
NOISE = Noise(1 / 255)

ROUNDING = 1e-10
"""Float64 sums in another order, some hundred FFTs deep."""


@dataclass(frozen=True)
class Lopsided(Taps):
    """A third of each pixel's light falls one pixel to the right: not centred, |1 - H| <= 2/3."""

    @property
    def spec(self) -> str:
        """Has none."""
        return "lopsided"

    @property
    def symmetry(self) -> Literal["none"]:
        """None."""
        return "none"

    def _integrated(self) -> Array:
        taps = np.zeros((3, 3))
        taps[1, 1:] = 2 / 3, 1 / 3
        return taps


def scene(size: tuple[int, int] = SIZE) -> Planes:
    """Boxes, a disc and a ramp on grey, values .1..0.9, (H, W, 1)."""
    y, x = np.mgrid[: size[0], : size[1]]
    picture = 0.3 + 0.2 * x / size[1]
    picture[size[0] // 8 : size[0] // 2, size[1] // 5 : size[1] // 2] = 0.85
    picture[(y - 0.7 * size[0]) ** 2 + (x - 0.6 * size[1]) ** 2 < (0.15 * size[0]) ** 2] = 0.1
    picture[:, size[1] * 3 // 4 : size[1] * 3 // 4 + 2] = 0.9
    return picture[:, :, None]


def seen(
    border: Surround, blur: Blur = BLUR, noise: Noise = NOISE, seed: int = 0
) -> tuple[Planes, Planes]:
    """(truth, picture) of `SIZE` under ``border``, blurred and noisy, neither clipped nor rounded.

    Under ``valid`` the truth goes on beyond the picture.
    """
    model = blurring(blur, SIZE, border)
    whole = scene(model.scene)
    noisy = np.random.default_rng(seed).standard_normal((*SIZE, 1)) * noise.sigma
    return model.cropped(whole), model.apply(whole) + noisy


def problem(
    border: Surround = "wrap", blur: Blur = BLUR, noise: Noise = NOISE, seed: int = 0
) -> Problem:
    """Such a picture, to be restored."""
    return Problem(seen(border, blur, noise, seed)[1], blur, noise, Ar1(), border)


def psnr_db(a: Planes, b: Planes) -> float:
    """Of values that nobody clips."""
    return float(-10 * np.log10(np.mean((a - b) ** 2)))


def spectrum(planes: Planes) -> NDArray[np.complex128]:
    """2-D DFT of the first channel."""
    return np.fft.fft2(planes[:, :, 0])
