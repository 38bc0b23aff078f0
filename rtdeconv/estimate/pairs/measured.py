"""What a pair of pictures told, in numbers and words, and as a file."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rtdeconv.blur import Psf, measured_psf
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.pairs.frames import Shift
from rtdeconv.estimate.words import TRUSTED, confidence_of, noise_words, promised, sigma_words
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.media.pictures import Picture, write_picture

DARK_PX: Final = 3
"""Kept dark around a PSF in a picture, so that it has a background."""

READINGS: Final = 12

SHARPENED: Final = 0.3
"""Of the light, in taps below 0. A bicubic upscaler by 1.5 has .24; more is left by Lanczos, whose
taps a PSF without negative ones is no stand-in for either, and by sharpening."""

AS_GOOD: Final = 0.02
"""So much more unexplained is nothing."""


@dataclass(frozen=True, eq=False)
class MeasuredPair:
    """The blur between a sharp and a blurred picture.

    ``blur`` has no negative tap and its centroid on the middle one; ``taps`` (n, n) of sum 1 are as
    measured, ``taps_covariance`` (n n, n n) that of their errors. ``shift_px`` (y, x), how far the
    blurred picture lies below and right of the sharp one, is in neither: a filter must not move the
    picture.
    ``blurred = gain * (taps * sharp) + offset`` in ``light``. ``noise`` is the standard deviation
    of the rest on encoded values 0..1, rounding excluded. ``sigma_px`` is that of the round
    Gaussian nearest to the taps, between ``sigma_px_low`` and ``sigma_px_high`` with 80 %;
    ``gaussian`` says how much more than the taps it leaves unexplained, 0.1 being 10 % (root mean
    square). ``better_light`` is that in which the blur acted, where it is clearly another than
    ``light``; ``met`` are sentences on what was met on the way.
    """

    blur: Psf
    taps: Array
    taps_covariance: Array
    light: Light
    shift_px: Shift
    gain: float
    offset: float
    noise: float
    explained: float
    sigma_px: float
    sigma_px_low: float
    sigma_px_high: float
    gaussian: float
    better_light: Light | None = None
    met: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.sigma_px_low <= self.sigma_px <= self.sigma_px_high:
            raise ValueRefused("a measured sigma lies in its interval, which is not negative")

    @property
    def confidence(self) -> float:
        """0..1, by the width of the interval; 0 where sharpened, little in the wrong light."""
        if self.sharpened:
            return 0.0
        found = confidence_of(self.sigma_px_low, self.sigma_px_high)
        return found if self.better_light is None else min(found, TRUSTED / 2)

    @property
    def taps_error(self) -> Array:
        """Standard errors of the taps, (n, n)."""
        variances = np.maximum(np.diag(self.taps_covariance), 0.0)
        return np.sqrt(variances).reshape(self.taps.shape)

    @property
    def negative(self) -> float:
        """What the taps below 0 sum to, without its sign."""
        return -float(self.taps[self.taps < 0].sum())

    @property
    def sharpened(self) -> bool:
        """Whether the taps are no blur's."""
        return self.negative > SHARPENED

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was recognised, and what to beware of, in sentences.

        In the wrong light just that: most of what was met follows from it.
        """
        if self.better_light is None or self.sharpened:
            return self.met
        return (
            f"{self.better_light.capitalize()} light explains the blurred picture better than "
            f"{self.light}; measure again with --light {self.better_light}.",
        )

    @property
    def record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **promised(self),
            "light": self.light,
            "better_light": self.better_light,
            "sharpened": self.sharpened,
            "psf": self.blur.spec,
            "taps": self.taps.tolist(),
            "taps_error": self.taps_error.tolist(),
            "shift_px": list(self.shift_px),
            "gain": self.gain,
            "offset": self.offset,
            "explained": self.explained,
            "gaussian": self.gaussian,
        }

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Names and words, for a table."""
        size = len(self.blur.weights)
        y, x = self.shift_px
        error = float(self.taps_error.max() / self.taps.max())
        return (
            ("PSF", f"{size}x{size} taps, known to {_percent(error)} of the largest"),
            (
                "nearest Gaussian",
                f"sigma {sigma_words(self.sigma_px, self.sigma_px_low, self.sigma_px_high)}; "
                + self._beside(),
            ),
            ("noise", noise_words(self.noise)),
            ("shift", f"({x:+.3f}, {y:+.3f}) px right and down, not in the PSF"),
            (
                "brightness",
                f"gain {self.gain:.3f}, offset {self.offset:+.4f} in {self.light} light",
            ),
            ("explained", f"{self.explained:.1%} of the blurred detail"),
            ("confidence", f"{self.confidence:.2f}"),
        )

    def _beside(self) -> str:
        """The Gaussian beside the PSF."""
        if self.gaussian < AS_GOOD:
            return "it explains the picture as well as the PSF"
        return f"it leaves {self.gaussian:.0%} more unexplained than the PSF"


def _percent(share: float) -> str:
    return f"{share:.1%}" if share >= 0.001 else "less than 0.1%"


def settled(taps: Array) -> Psf:
    """The PSF of ``taps`` (n, n) that, written to a picture and read again, stays the same.

    Reading centres a PSF, cuts off what holds a thousandth of its light and makes it symmetric
    where that moves no more than noise would; here that is done until nothing changes.
    """
    psf = measured_psf(_shown(np.maximum(taps, 0.0)))
    for _ in range(READINGS):
        again = measured_psf(_shown(np.array(psf.weights)))
        if again == psf:
            break
        psf = again
    return Psf(psf.weights)


def _shown(taps: Array) -> Array:
    return np.pad((taps / taps.max()).astype(np.float32), DARK_PX).astype(np.float64)


def save_psf(measured: MeasuredPair, path: str | os.PathLike[str]) -> None:
    """Writes the PSF as a float TIFF, peak 1, which ``file:PATH`` reads as the same taps.

    Raises MediaError where the name does not end in .tif or .tiff or the disk refuses.
    """
    taps = np.array(measured.blur.weights)
    write_picture(path, Picture(_shown(taps).astype(np.float32)))
