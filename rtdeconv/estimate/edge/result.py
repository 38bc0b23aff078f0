"""What a slanted edge told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from rtdeconv.blur import Blur, Gaussian
from rtdeconv.estimate.edge.line import Line
from rtdeconv.estimate.edge.region import Box
from rtdeconv.estimate.words import confidence_of, noise_words, promised, sigma_words
from rtdeconv.grid import Array
from rtdeconv.light import Light

Axis = Literal["vertical", "horizontal"]

UNSURE: Final = 0.7
"""A confidence below asks for a better edge."""

LIKELY: Final = 5.0
"""The evidence that it takes to prefer another blur to the Gaussian."""

SHARPENED: Final = (
    "The edge overshoots: the camera or a program has already sharpened it, so that its blur "
    "cannot be measured and nothing should be designed on it; switch sharpening off and measure "
    "again."
)


MISSED: Final = 0.05
"""Of an MTF; from there on a fit is said to be none."""

CURVES: Final = (
    *("esf_px", "esf", "model_esf", "lsf_px", "lsf"),
    *("mtf_cpp", "mtf", "mtf_low", "mtf_high", "model_mtf"),
)
"""Of the record."""


@dataclass(frozen=True)
class Fit:
    """A blur of a ``family`` fitted to an edge. ``error``: rms of what it leaves, of the contrast.
    ``evidence``: logarithm of its odds against the Gaussian, by the BIC; larger is better."""

    family: str
    blur: Blur
    error: float
    evidence: float


@dataclass(frozen=True, eq=False, kw_only=True)
class MeasuredEdge:
    """A slanted edge in ``box``, ``angle_deg`` off the ``axis`` that it is nearest to.

    ``contrast`` and ``noise`` are of display-encoded values, the noise without rounding to bits.
    ``esf`` at ``esf_px`` runs from 0 to 1 in light, ``lsf`` per px at ``lsf_px``, ``mtf`` at
    ``mtf_cpp`` includes the pixel, as do ``model_esf`` and ``model_mtf``, the best fit's.
    ``fits``: best first. ``sigma_px`` is of the Gaussian fit, whichever is best, with the ends of
    its 80 % interval. ``line`` is the edge's in its box, x and y swapped for a horizontal one.
    Where ``sharpened``, nothing may be designed on these.
    """

    box: Box
    light: Light
    line: Line
    angle_deg: float
    axis: Axis
    contrast: float
    noise: float
    esf_px: Array
    esf: Array
    model_esf: Array
    lsf_px: Array
    lsf: Array
    mtf_cpp: Array
    mtf: Array
    mtf_low: Array
    mtf_high: Array
    model_mtf: Array
    mtf50_cpp: float
    fits: tuple[Fit, ...]
    sigma_px: float
    sigma_px_low: float
    sigma_px_high: float
    sharpened: bool
    bow_px: float
    rows_used: int

    @property
    def blur(self) -> Blur:
        """The best fit's."""
        return self.fits[0].blur

    @property
    def confidence(self) -> float:
        """0..1; 0 where the picture was sharpened."""
        return 0.0 if self.sharpened else confidence_of(self.sigma_px_low, self.sigma_px_high)

    @property
    def missed(self) -> float:
        """How far the best fit's MTF lies outside the measured one's interval, up to Nyquist."""
        outside = np.maximum(self.model_mtf - self.mtf_high, self.mtf_low - self.model_mtf)
        return max(float(outside[self.mtf_cpp <= 0.5].max()), 0.0)

    @property
    def record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "box": [self.box.x, self.box.y, self.box.width, self.box.height],
            "light": self.light,
            "axis": self.axis,
            "angle_deg": self.angle_deg,
            "contrast": self.contrast,
            **promised(self),
            "blur": self.blur.spec,
            "mtf50_cpp": self.mtf50_cpp,
            "sharpened": self.sharpened,
            "bow_px": self.bow_px,
            "rows_used": self.rows_used,
            "missed": self.missed,
            "fits": [
                {
                    "family": one.family,
                    "blur": one.blur.spec,
                    "error": one.error,
                    "evidence": one.evidence,
                }
                for one in self.fits
            ],
            **{
                name: [float(value) for value in np.round(getattr(self, name), 6)]
                for name in CURVES
            },
        }

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and words of each figure."""
        return (
            ("region", str(self.box)),
            ("edge", f"{self.axis}, {abs(self.angle_deg):.1f} degrees off"),
            ("contrast", f"{self.contrast:.2f}"),
            ("noise", noise_words(self.noise)),
            ("sigma", sigma_words(self.sigma_px, self.sigma_px_low, self.sigma_px_high)),
            ("MTF50", f"{self.mtf50_cpp:.3f} cycles per pixel"),
            *(
                (
                    "best fit" if place == 0 else "fit",
                    f"{blur_words(one.blur)}, leaves {one.error:.2%} of the contrast",
                )
                for place, one in enumerate(self.fits)
            ),
            ("confidence", f"{self.confidence:.2f}"),
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the person."""
        if self.sharpened:
            return (SHARPENED,)
        said = []
        if self.missed > MISSED:
            said.append(misfit_words(self.missed))
        if not isinstance(self.blur, Gaussian):
            said.append(
                f"{blur_words(self.blur)} explains this edge better than a Gaussian, whose sigma "
                "is given all the same."
            )
        if self.confidence < UNSURE:
            said.append(
                "The size is uncertain: a longer edge, more contrast or less noise would help."
            )
        if self.sigma_px_low == 0:
            said.append("Sharp pixels are within the interval: there may be nothing to undo.")
        if abs(self.bow_px) > 0.3:
            said.append(f"The edge is bent by {abs(self.bow_px):.1f} px, which was allowed for.")
        return tuple(said)


def misfit_words(missed: float) -> str:
    """Of an MTF that the best fit misses by ``missed``."""
    return (
        f"No model fits well: the best one misses the MTF by {missed:.2f}; processing in the "
        "camera or a codec may be why."
    )


def blur_words(blur: Blur) -> str:
    """The spec with three decimals."""
    return re.sub(r"\d+\.\d{4,}", lambda number: f"{float(number[0]):.3f}", blur.spec)
