"""How measured figures are said, and how sure a size is."""

from __future__ import annotations

import math
from typing import Any, Final

from rtdeconv.noise import noise_text

EIGHTY_SIGMAS: Final = 1.2816
"""Standard deviations about the mean that hold 80 % of normal numbers."""

TRUSTED: Final = 0.2
"""Confidence below which nothing is designed on a measurement."""

WORTH_PX: Final = 0.3
"""Smaller blurs take nothing that a filter could give back."""

LITTLE_PX: Final = 0.5
"""Blurs below this are all little, and knowing that is knowing much."""


HARMLESS_PX: Final = 1.0
"""A blur that may be none and is at most this is no loss if it stays."""


def confidence_of(low_px: float, high_px: float) -> float:
    """1 for an interval without width, 0 for one that says nothing: 1 less its half width over its
    middle, or over LITTLE_PX where the middle is less."""
    middle = max((high_px + low_px) / 2, LITTLE_PX)
    return max(0.0, 1 - (high_px - low_px) / 2 / middle)


PROMISED: Final = ("noise", "sigma_px", "sigma_px_low", "sigma_px_high", "confidence")
"""What `measure --json` has in any case; scripts depend on it."""


def promised(measured: Any) -> dict[str, Any]:
    """Those figures of a measurement, by name."""
    return {name: getattr(measured, name) for name in PROMISED}


def sigma_words(sigma_px: float, low: float, high: float) -> str:
    """A size and its interval, with the digits that the interval leaves."""
    fine = high - low <= 0.1
    digits = min(4, 1 - math.floor(math.log10(high - low + 1e-6))) if fine else 2
    return f"{sigma_px:.{digits}f} px, 80 % within {low:.{digits}f}..{high:.{digits}f}"


def noise_words(sigma: float) -> str:
    """Noise in 255ths."""
    return noise_text(round(sigma * 255, 2) / 255)
