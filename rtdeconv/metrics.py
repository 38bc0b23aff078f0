"""Scores: of a filter alone, and of what executors make of a picture blurred by known means."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv import edges, interpret
from rtdeconv.blur import Blur
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Filter
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import (
    Image,
    centre_of,
    checked_image,
    full_scale,
    size_words,
    unit_colour,
)
from rtdeconv.plan import Border, Plan, parameter_values
from rtdeconv.reference import Planes, degraded, filtered, restored
from rtdeconv.target import Target

BAR_LEVELS: Final = (0.25, 0.75)
"""Of bars on encoded values: away from black and white, where results are cut off."""

BAR_PX: Final = 96
BAR_MARGIN_PX: Final = 16
"""What is left out at the border, where bars end."""

Executor = Callable[[Image], Image]

EXECUTOR_TOLERANCE: Final = {"uint8": 1 / 255, "uint16": 2 / 65535}
"""Executors add in float32. One 8-bit code is a tie rounded the other way; at 16 bits the CPU's
tables are half a code wide."""

HALF_TOLERANCE: Final = 1 / 1023
"""The same at 16 bits where structure is stored in half floats: a sum rounded the other way is one
of its 11 digits, and a weight that follows it moves by a few thousandths."""

DC_TOLERANCE: Final = 1e-6
"""Grey shifted by less than this is not visible at 16 bits."""

MAX_CHECK_PX: Final = 1024
"""Side of the centre that is checked of larger pictures."""

MIN_CHECK_PX: Final = 16
"""Below, no picture has an inside that the border does not reach."""


def dc_gain(filter_: Filter) -> float:
    """What flat grey is multiplied by: the sum of the taps."""
    return math.fsum(filter_.kernel().ravel())


def noise_gain(filter_: Filter) -> float:
    """What white noise's standard deviation is multiplied by: the L2 norm of the taps."""
    return float(np.linalg.norm(filter_.kernel()))


def overshoot(filter_: Filter, blur: Blur) -> float:
    """How far a blurred and restored step edge leaves its plateau, as a fraction of the step."""
    return edges.overshoot(filter_.kernel(), blur.psf())


def overshoot_of(plan: Plan, blur: Blur, values: Mapping[str, float] = interpret.NONE) -> float:
    """The same of a plan that is not linear: bars of a quarter and three quarters of the encoded
    range, straight along axes and diagonals, in the plan's light. Its maps are white all over."""
    low, high = (float(decode(np.full(1, level), plan.light)[0]) for level in BAR_LEVELS)
    y, x = np.mgrid[:BAR_PX, :BAR_PX]
    worst = 0.0
    settings = parameter_values(plan, values)
    white = {one.name: np.ones((BAR_PX, BAR_PX, 1)) for one in plan.maps}
    for across in (x, y, x + y, x - y):
        bar = np.where(across % BAR_PX < BAR_PX // 2, low, high)
        soft = filtered(bar[:, :, None], blur.otf, "wrap")
        encoded = np.asarray(encode(soft, plan.light), np.float64)
        sharp = decode(interpret.colour(plan, encoded, settings, white), plan.light)
        inside = np.asarray(sharp)[BAR_MARGIN_PX:-BAR_MARGIN_PX, BAR_MARGIN_PX:-BAR_MARGIN_PX]
        worst = max(worst, float(inside.max()) - high, low - float(inside.min()))
    return worst / (high - low)


def psnr_db(picture: Planes, truth: Planes) -> float:
    """Peak signal-to-noise ratio of ``picture`` clipped to 0..1; infinite where both are equal."""
    error = float(np.mean((np.clip(picture, 0, 1) - truth) ** 2))
    return math.inf if error == 0 else -10 * math.log10(error)


@dataclass(frozen=True)
class PictureReport:
    """One picture put through the known blur and restored. PSNR in dB, errors on the 0..1 scale."""

    input_psnr_db: float
    psnr_db: float
    reference_psnr_db: float
    executor_psnr_db: Mapping[str, float]
    executor_max_abs_error: Mapping[str, float]
    tolerance: float

    @property
    def gain_db(self) -> float:
        """What the filter gains over the degraded picture."""
        return self.psnr_db - self.input_psnr_db

    @property
    def loss_db(self) -> float:
        """What the full-FFT restoration gains beyond the filter."""
        return self.reference_psnr_db - self.psnr_db

    @property
    def passed(self) -> bool:
        """Whether every executor does what the interpreter defines."""
        slack = 1 + 1e-6  # a code, divided and subtracted in floats
        limit = self.tolerance * slack
        return all(error <= limit for error in self.executor_max_abs_error.values())


@dataclass(frozen=True)
class CheckReport:
    """A filter's check: its pictures by name, and what flat grey is multiplied by."""

    pictures: Mapping[str, PictureReport]
    dc_gain: float

    @property
    def passed(self) -> bool:
        """Whether the executors agree and grey stays grey; a modest filter is no failure."""
        grey = abs(self.dc_gain - 1) <= DC_TOLERANCE
        return grey and all(picture.passed for picture in self.pictures.values())

    def mean(self, score: Callable[[PictureReport], float]) -> float:
        """Mean of a score over the pictures."""
        return float(np.mean([score(picture) for picture in self.pictures.values()]))

    def worst_error(self, executor: str) -> float | None:
        """The executor's largest error on any picture, none where it did not run."""
        errors = [p.executor_max_abs_error.get(executor) for p in self.pictures.values()]
        return max((error for error in errors if error is not None), default=None)


def check_picture(
    sharp: Image,
    target: Target,
    *,
    light: Light,
    border: Border,
    interpreter: Executor,
    executors: Mapping[str, Executor],
    stored_16f: bool = False,
    seed: int = 0,
) -> PictureReport:
    """Degrades ``sharp`` by the target's blur and noise, restores it every way, scores each.

    Of pictures larger than `MAX_CHECK_PX` a side the centre is taken: the full FFT needs some 400
    bytes a pixel. ``stored_16f``: whether filters go by numbers in half floats. PSNR leaves out a
    margin of the blur's radius, where the border's guess is scored and not the filter. Raises
    ValueRefused for pictures without an inside, or with NaN.
    """
    if min(sharp.shape[:2]) < MIN_CHECK_PX:
        size = size_words(sharp)
        raise ValueRefused(f"a check needs at least {MIN_CHECK_PX} px a side, not {size}")
    truth = unit_colour(centre_of(checked_image(sharp), MAX_CHECK_PX))
    if not np.all(np.isfinite(truth)):
        raise ValueRefused("a check needs finite pixels; this picture has NaN or infinities")
    stored, soft = degraded(truth, target, light=light, border=border, seed=seed)
    inside = _inside(truth.shape, len(target.blur.psf()) // 2)
    defined = interpreter(stored)
    results = {name: executor(stored) for name, executor in executors.items()}

    def score(planes: Planes) -> float:
        return psnr_db(planes[inside], truth[inside])

    return PictureReport(
        input_psnr_db=score(soft),
        psnr_db=score(unit_colour(defined)),
        reference_psnr_db=score(restored(soft, target, light=light, border=border)),
        executor_psnr_db={name: score(unit_colour(out)) for name, out in results.items()},
        executor_max_abs_error={name: max_error(out, defined) for name, out in results.items()},
        tolerance=max(EXECUTOR_TOLERANCE[stored.dtype.name], HALF_TOLERANCE * stored_16f),
    )


def max_error(a: Image, b: Image) -> float:
    """Largest difference of two images of one dtype, on the 0..1 scale."""
    return float(np.max(np.abs(a.astype(float) - b.astype(float)))) / full_scale(a.dtype)


def _inside(shape: tuple[int, ...], margin: int) -> tuple[slice, slice]:
    rows, columns = (min(margin, size // 4) for size in shape[:2])
    return slice(rows, shape[0] - rows), slice(columns, shape[1] - columns)
