"""What ordinary pictures told of their blur and noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from rtdeconv.blur import Blur, Gaussian
from rtdeconv.blur.gaussian import MIN_SIGMA_PX
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.blind.network import LARGEST_PX
from rtdeconv.estimate.blind.tiles import SIDE_PX
from rtdeconv.estimate.noise import MeasuredNoise
from rtdeconv.estimate.words import confidence_of, noise_words, sigma_words
from rtdeconv.grid import Array
from rtdeconv.target import MAX_SPREAD

SHARP_PX: Final = 0.48
"""Where the interval reaches below, nothing is undone: see `undone_px`."""

LIKELIEST: Final = 0.7
"""What the likeliest size counts beside the low end."""

LEAST_NOISE: Final = 0.5 / 255
CODEC_NOISE: Final = 5 / 255
"""Noise that filters are made for at least; and behind a codec, whose errors are no noise that can
be measured: filters for less undid them too, and lost 4 dB at JPEG quality 30."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Measured:
    """Blur, noise and detail of pictures; `rtdeconv.estimate.measure` makes it.

    ``sigma_px``: the most likely S of gaussian:S, 0 where nothing is blurred, with the ends of the
    interval that holds 80 %. ``oriented``: a blur of that geometric mean, wider along one
    direction, where that is sure. ``prior_var``: the strength of the usual prior that suits the
    pictures. ``has_edges``: without any, nothing is known. ``differ``: frames were not blurred
    alike, and these figures are those of the least blurred. Powers per pixel at ``freq_cpp``: the
    pictures' ``spectrum``, noise and all, and ``fitted``, what the usual prior behind this blur and
    the noise would make.
    """

    noise: MeasuredNoise
    sigma_px: float
    sigma_px_low: float
    sigma_px_high: float
    oriented: Gaussian | None
    prior_var: float
    has_edges: bool
    freq_cpp: Array
    spectrum: Array
    fitted: Array
    differ: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.sigma_px_low <= self.sigma_px <= self.sigma_px_high:
            raise ValueRefused("a measured sigma lies in its interval, which is not negative")

    @property
    def confidence(self) -> float:
        """0..1, by the width of the interval."""
        return confidence_of(self.sigma_px_low, self.sigma_px_high)

    @property
    def undone_px(self) -> float:
        """The S to design for; 0 where doing nothing is the better choice."""
        is_no_guess = self.has_edges and self.sigma_px <= LARGEST_PX
        if not is_no_guess or "enlarged" in self.noise.defects:
            return 0.0
        return undone_px(self.sigma_px, self.sigma_px_low)

    @property
    def blur(self) -> Blur | None:
        """What to undo, None for nothing."""
        size = self.undone_px
        if size == 0:
            return None
        if self.oriented is None:
            return Gaussian(round(size, 3))
        along, across = self.oriented.sigma_px, self.oriented.sigma_y_px or self.oriented.sigma_px
        share = size / self.sigma_px
        return Gaussian(round(along * share, 3), round(across * share, 3), self.oriented.angle_deg)

    @property
    def undone(self) -> Blur:
        """What to undo; where that is nothing, a blur too small to change a code."""
        return self.blur or Gaussian(MIN_SIGMA_PX)

    @property
    def sigma_range(self) -> float:
        """Percent about ``blur`` that a robust design allows for: the interval's half width. That
        range lies lower than the interval, as ``blur`` does."""
        size = self.undone_px
        if size == 0:
            return 0.0
        spread = (self.sigma_px_high - self.sigma_px_low) / 2 / size
        return float(round(100 * min(spread, MAX_SPREAD)))

    @property
    def noise_allowed(self) -> float:
        """The noise that filters are made for."""
        floor = CODEC_NOISE if "blocky" in self.noise.defects else LEAST_NOISE
        own = self.noise.middle if "denoised" in self.noise.defects else self.noise.sigma
        return max(own, floor)

    @property
    def options(self) -> dict[str, Any]:
        """Options of `rtdeconv.design` beside ``undone``. Without a blur noise is 0, as a filter
        for noise would smooth, and the prior stays the usual one."""
        if self.blur is None:
            return {"noise": 0.0}
        return {
            "noise": round(255 * self.noise_allowed, 3) / 255,
            "sigma_range": self.sigma_range,
            "prior_var": float(f"{self.prior_var:.3g}"),
        }

    @property
    def said(self) -> str:
        """In one line."""
        size = sigma_words(self.sigma_px, self.sigma_px_low, self.sigma_px_high)
        undone = "nothing" if self.blur is None else self.blur.label
        return (
            f"sigma {size if self.has_edges else 'unknown'}; noise "
            f"{noise_words(self.noise.sigma)}; undoing {undone}"
        )

    @property
    def record(self) -> dict[str, Any]:
        """Plain values for JSON; sizes are None where nothing is known."""
        blur = self.blur
        sizes = ("sigma_px", "sigma_px_low", "sigma_px_high")
        return {
            **self.noise.record,
            **{name: getattr(self, name) if self.has_edges else None for name in sizes},
            "confidence": self.confidence,
            "oriented": None if self.oriented is None else self.oriented.spec,
            "has_edges": self.has_edges,
            "differ": self.differ,
            "undone_px": self.undone_px,
            "blur": None if blur is None else blur.spec,
            "sigma_range": self.sigma_range,
            "prior_var": self.prior_var,
            "freq_cpp": self.freq_cpp.tolist(),
            "spectrum": self.spectrum.tolist(),
            "fitted": self.fitted.tolist(),
        }

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and words of each figure."""
        if not self.has_edges:
            return (("sigma", "unknown"), ("confidence", "0"), *self.noise.rows)
        size = sigma_words(self.sigma_px, self.sigma_px_low, self.sigma_px_high)
        leaning = (("oriented", self.oriented.spec),) if self.oriented else ()
        undone = "nothing" if self.blur is None else f"{self.undone_px:.2f} px, the safe side"
        return (
            ("sigma", size),
            *leaning,
            ("confidence", f"{self.confidence:.2f}"),
            ("to be undone", undone),
            *self.noise.rows,
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the person."""
        said = [*self.noise.remarks]
        if self.differ:
            said.append("The frames are not blurred alike; the least blurred ones count.")
        if not self.has_edges:
            said.append(
                f"There are too few unclipped edges with {SIDE_PX} px of picture around them; the "
                "blur is unknown, and nothing is undone."
            )
        elif self.sigma_px > LARGEST_PX:
            said.append(
                f"The blur may be wider than {LARGEST_PX:g} px, the most that was calibrated; "
                "nothing is undone. A slanted edge or a sharp reference can measure it."
            )
        elif self.blur is None:
            said.append(self._why_nothing)
        elif self.noise_allowed > self.noise.sigma + LEAST_NOISE:
            said.append(
                f"What a codec or a denoiser left is no noise that can be measured: the filter is "
                f"made for {noise_words(self.noise_allowed)}."
            )
        return tuple(said)

    @property
    def _why_nothing(self) -> str:
        if "enlarged" in self.noise.defects:
            return "An enlarged picture's blur is not a lens's; nothing is undone."
        if self.sigma_px_high <= 2 * SHARP_PX:
            return "The picture may be as sharp as its pixels; nothing is undone."
        return (
            f"Anything from {self.sigma_px_low:.2f} to {self.sigma_px_high:.2f} px is possible; "
            "that is too uncertain, and nothing is undone."
        )


def undone_px(sigma_px: float, low_px: float) -> float:
    """The S to design for where S is likeliest ``sigma_px`` and at least ``low_px`` with 90 %.

    Undoing too much does more harm than too little, most of all where a picture is sharp after all
    and hardly noisy: one code of error is much there. So nothing where the low end is below
    SHARP_PX, else a size LIKELIEST of the way from the low end to the likeliest, from which the
    range of a robust design reaches down. Both numbers are what gained most on the pictures of
    `tools/measure_auto.py` without spoiling one of them.
    """
    return 0.0 if low_px < SHARP_PX else low_px + LIKELIEST * (sigma_px - low_px)
