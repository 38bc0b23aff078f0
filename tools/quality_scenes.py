"""Pictures put through a known blur and noise, and the score of what filters make of them.

The recipe: ten pictures packaged with scikit-image, Rec. 601 luma or RGB, top-left crop to at most
512 x 512 with even sides; blurred with wrapping borders; white noise (seed = index of the picture),
clipped, rounded to 8 bits. Score: PSNR or SSIM of the restored picture, clipped to 0..1, not
rounded, over the whole picture, less that of the degraded one; then the mean over the pictures.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

import figures
import numpy as np
import scipy.fft
from numpy.typing import NDArray
from skimage.metrics import structural_similarity

from rtdeconv.blur import Blur, Spectrum, parse_blur
from rtdeconv.grid import Array, half_frequencies
from rtdeconv.light import Light, decode, encode
from rtdeconv.metrics import psnr_db
from rtdeconv.noise import Noise
from rtdeconv.prior import prior_named
from rtdeconv.reference import degraded
from rtdeconv.target import Target

Planes = NDArray[np.float64]
Colours = Literal["grey", "colour"]

BLURS = (
    *(f"gaussian:{sigma}" for sigma in (0.5, 0.7, 1.0, 1.5)),
    *("disk:1", "disk:1.5", "motion:5@30"),
)
NOISES = (1.0, 2.55, 7.65)
COLOURED = "astronaut chelsea coffee rocket motorcycle".split()
CHART_PX = 128
LOW, HIGH = 0.25, 0.75
"""Levels of the charts' step: away from black and white, where sharpeners hold back."""


@dataclass(frozen=True)
class Cell:
    """A blur, noise of 255, the light both and every filter work in, and the pictures' colours."""

    blur: str
    noise: float
    light: Light = "encoded"
    colours: Colours = "grey"

    @property
    def target(self) -> Target:
        """What undoes the blur, under the default prior."""
        return Target(parse_blur(self.blur), Noise(self.noise / 255), prior_named("ar1"))


@dataclass(frozen=True, eq=False)
class Torus:
    """Planes (H, W, C) in the light that filters work in, their borders wrapped.

    ``seed``: of the picture that they were made from.
    """

    values: Planes
    seed: int = 0

    @cached_property
    def spectrum(self) -> NDArray[np.complex128]:
        """Transform, (H, W // 2 + 1, C); every linear filter is a product with it."""
        return scipy.fft.rfft2(self.values, axes=(0, 1))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px."""
        return self.values.shape[0], self.values.shape[1]

    def times(self, response: Spectrum) -> Planes:
        """Filtered by a response at `half_frequencies`."""
        return scipy.fft.irfft2(self.spectrum * response[:, :, None], self.size, axes=(0, 1))

    def convolved(self, kernel: Array) -> Planes:
        """Filtered by the impulse response ``kernel``, an odd square."""
        reach = np.arange(len(kernel)) - len(kernel) // 2
        field = np.zeros(self.size)
        field[reach[:, None], reach] = kernel
        return self.times(scipy.fft.rfft2(field))


@dataclass(frozen=True)
class Score:
    """Gains over the degraded picture, and the number of the setting that gave the best PSNR."""

    psnr_gain_db: float
    ssim_gain: float
    setting: int


@dataclass(frozen=True, eq=False)
class Scene:
    """A sharp picture, encoded (H, W, C), and what blur and noise left of it, in ``light``."""

    truth: Planes
    soft: Torus
    light: Light

    def encoded(self, planes: Planes) -> Planes:
        """``planes``, in the scene's light, as they are displayed; not clipped."""
        return np.asarray(encode(planes, self.light), np.float64)

    @cached_property
    def before_db(self) -> float:
        """PSNR of the degraded picture."""
        return psnr_db(self.encoded(self.soft.values), self.truth)

    @cached_property
    def _ssim_before(self) -> float:
        return ssim(self.encoded(self.soft.values), self.truth)

    def gains_db(self, restored: Iterable[Planes]) -> list[float]:
        """PSNR gain of every picture of ``restored``, given in the scene's light."""
        return [psnr_db(self.encoded(one), self.truth) - self.before_db for one in restored]

    def score(self, restored: Iterable[Planes]) -> Score:
        """Of ``restored``, one picture for each setting, the one of best PSNR."""
        best, best_db, setting = self.soft.values, -np.inf, 0
        for number, planes in enumerate(restored):
            (gain,) = self.gains_db([planes])
            if gain > best_db:
                best, best_db, setting = planes, gain, number
        similar = ssim(self.encoded(best), self.truth)
        return Score(best_db, similar - self._ssim_before, setting)


def pictures(colours: Colours) -> dict[int, Planes]:
    """Sharp pictures (H, W, C), 0..1, by their seeds."""
    if colours == "grey":
        return dict(enumerate(figures.pictures()))
    return {figures.NAMES.index(name): figures.cropped(name) / 255.0 for name in COLOURED}


def middles(side_px: int) -> dict[int, Planes]:
    """Squares from the middles of the grey pictures, by the same seeds: for what does not depend on
    how large pictures are."""
    return {
        seed: sharp[tuple(slice((n - side_px) // 2, (n + side_px) // 2) for n in sharp.shape[:2])]
        for seed, sharp in pictures("grey").items()
    }


def scenes(cell: Cell, sharp: dict[int, Planes]) -> list[Scene]:
    """Every picture of ``sharp`` degraded as ``cell`` says."""
    found = []
    for seed, truth in sharp.items():
        _, soft = degraded(truth, cell.target, light=cell.light, border="wrap", seed=seed)
        found.append(Scene(truth, Torus(np.asarray(decode(soft, cell.light)), seed), cell.light))
    return found


@lru_cache(maxsize=8)
def full_response(target: Target, size: tuple[int, int]) -> Spectrum:
    """The whole target's response: no kernel, no loss."""
    return target.response(*half_frequencies(size))


def step_charts(blur: Blur) -> list[Torus]:
    """Blurred bars of `LOW` and `HIGH` without noise: edges along both axes and both diagonals."""
    y, x = np.mgrid[:CHART_PX, :CHART_PX]
    bars = [np.where(u % CHART_PX < CHART_PX // 2, LOW, HIGH) for u in (x, y, x + y, x - y)]
    h = blur.otf(*half_frequencies((CHART_PX, CHART_PX)))
    return [Torus(Torus(bar[:, :, None]).times(h)) for bar in bars]


def chart_overshoot(restored: Planes) -> float:
    """How far restored bars leave the levels they have, as a fraction of the step; at least 0."""
    beyond = max(float(restored.max()) - HIGH, LOW - float(restored.min()))
    return max(0.0, beyond / (HIGH - LOW))


def ssim(picture: Planes, truth: Planes) -> float:
    """Mean SSIM of ``picture`` clipped to 0..1; single floats move it by less than 1e-7."""
    pair = (np.clip(planes, 0, 1).astype(np.float32) for planes in (picture, truth))
    return float(structural_similarity(*pair, data_range=1, channel_axis=2))
