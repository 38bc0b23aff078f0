"""FIRs whose taps follow what is seen around a pixel: how much happens there, and along what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final

import numpy as np

from rtdeconv.activity import Curve, Factor
from rtdeconv.blur import Spectrum, Symmetry
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.filters.base import MAX_RADIUS, check_bounded, response_of
from rtdeconv.filters.comb import band_kernels
from rtdeconv.filters.orbits import Bank, even_bank, turning_bank
from rtdeconv.grid import Array

MOST_CLASSES: Final = 9

POWERS: Final = (1e-12, 2.0)
"""Of noise: rounding to 16 bits alone has 2e-11, noise as strong as white, rounded to a bit, 1.1.
"""

MOST_DB: Final = 1000.0
"""Of a measured gain."""

MOST_PICTURES: Final = 10**6

COMB_BANDS: Final = 2
"""A third would take one more pass for .1 dB."""

_SYMMETRIES: Final[tuple[Symmetry, ...]] = ("8-fold", "point", "none")


@dataclass(frozen=True)
class Scored:
    """What a filter was measured to gain on ``pictures``, each by what the others say, and what the
    full Wiener filter gains there; mean dB over the blurred pictures."""

    gain_db: float
    wiener_gain_db: float
    pictures: int

    def __post_init__(self) -> None:
        for gain in (self.gain_db, self.wiener_gain_db):
            if not abs(gain) <= MOST_DB:
                raise ValueRefused(f"measured gains are within +-{MOST_DB:g} dB, not {shown(gain)}")
        if not 1 <= self.pictures <= MOST_PICTURES:
            count = shown(self.pictures)
            raise ValueRefused(f"gains are measured on 1..{MOST_PICTURES} pictures, not {count}")


@dataclass(frozen=True)
class ActivityFir:
    """``out = y + sum w_k(activity) (y - mean of y over orbit k)``, DC gain 1 whatever the weights.

    ``curves``: of each weight its value at every class of activity, straight lines between; with
    one class an FIR. ``noise_power``: of the noise that activity is measured against, on encoded
    values.
    """

    radius: int
    noise_power: float
    curves: tuple[tuple[float, ...], ...]
    scored: Scored

    detail: ClassVar[float] = 4.0
    by: ClassVar[str] = "activity"

    def __post_init__(self) -> None:
        if not 1 <= self.radius <= MAX_RADIUS:
            raise ValueRefused(f"a radius is 1..{MAX_RADIUS}, not {shown(self.radius)}")
        least, most = POWERS
        if not least <= self.noise_power <= most:
            power = shown(self.noise_power)
            raise ValueRefused(f"noise has a power of {least:g}..{most:g}, not {power}")
        classes = {len(one) for one in self.curves}
        if len(classes) != 1 or not 1 <= min(classes) <= MOST_CLASSES:
            raise ValueRefused(f"curves are given at 1..{MOST_CLASSES} classes, all at as many")
        if len(self.curves) != len(self.bank.columns):
            count, size = len(self.curves), 2 * self.radius + 1
            raise ValueRefused(f"{count} curves are none for {size}x{size} taps by {self.by}")
        check_bounded("weights", (value for one in self.curves for value in one))

    @staticmethod
    def bank_of(radius: int, symmetry: Symmetry) -> Bank:
        """The bands that are weighed."""
        return even_bank(radius, symmetry)

    @property
    def bank(self) -> Bank:
        """The bands of this filter; as many weights belong to one symmetry only."""
        banks = [self.bank_of(self.radius, symmetry) for symmetry in _SYMMETRIES]
        return next((b for b in banks if len(b.columns) == len(self.curves)), banks[0])

    @property
    def weights(self) -> list[tuple[tuple[Factor, Curve], ...]]:
        """(factor, curve) of every weight, band by band."""
        curves = iter(self.curves)
        return [tuple((name, next(curves)) for name in names) for names in self.bank.factors]

    @property
    def classes(self) -> int:
        """How many classes of activity there are."""
        return len(self.curves[0])

    @property
    def label(self) -> str:
        """``7x7 FIR by activity, 5 classes``."""
        size = f"{2 * self.radius + 1}x{2 * self.radius + 1} FIR"
        count = f"{self.classes} classes" if self.classes > 1 else "one class"
        return f"{size} by {self.by}, {count}"

    def kernels(self) -> Array:
        """The impulse response of each class where no direction is known, (classes, n, n)."""
        taps = np.zeros((self.classes, *self.bank.kernels[0].shape))
        taps[:, self.radius, self.radius] = 1.0
        for kernel, weights in zip(self.bank.kernels, self.weights, strict=True):
            for factor, curve in weights:
                if factor == "one":
                    taps += np.multiply.outer(np.array(curve), kernel)
        return taps

    def kernel(self) -> Array:
        """The impulse response of the most active class."""
        return np.asarray(self.kernels()[-1])

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """The transfer function of the most active class."""
        return response_of(self.kernel(), wy, wx)


@dataclass(frozen=True)
class ActivityComb(ActivityFir):
    """The same with the two bands of a comb Laplacian, which see 7x7 pixels for few fetches."""

    @staticmethod
    def bank_of(radius: int, symmetry: Symmetry) -> Bank:
        """The bands that are weighed, whatever the blur's symmetry."""
        return _comb_bank()

    @property
    def label(self) -> str:
        """``2-band comb by activity, 5 classes``."""
        return f"{COMB_BANDS}-band comb by {self.by}, {self.classes} classes"


@lru_cache
def _comb_bank() -> Bank:
    places = tuple((0, band) for band in range(COMB_BANDS))
    return Bank(band_kernels(COMB_BANDS), places, (("one",),) * COMB_BANDS)


@dataclass(frozen=True)
class OrientedFir(ActivityFir):
    """The same with weights that also follow the gradient's direction: cos and sin of twice and
    four times its angle, whose symmetries fold eight directions into one."""

    detail: ClassVar[float] = 1.0
    by: ClassVar[str] = "activity and direction"

    @staticmethod
    def bank_of(radius: int, symmetry: Symmetry) -> Bank:
        """The bands that are weighed. Raises ValueRefused for what mirrors do not fold."""
        if symmetry != "8-fold":
            raise ValueRefused(
                "filters by direction undo blurs that are mirrored in axes and diagonals; take "
                "--adapt activity for this one"
            )
        return turning_bank(radius)

    @property
    def bank(self) -> Bank:
        """The bands of this filter."""
        return turning_bank(self.radius)
