"""What is made of an estimate: how much of the blur is undone, and the settings for that."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from rtdeconv.estimate.blind.measured import SHARP_PX
from rtdeconv.estimate.words import HARMLESS_PX
from rtdeconv.live.auto.following import SURE, Reading
from rtdeconv.live.settings import Settings, SimpleBlur, simple_blur

if TYPE_CHECKING:
    from rtdeconv.estimate import Measured

CODES: Final = 255

MEASURED: Final = frozenset(("blur", "noise", "sigma_range", "prior_var"))
"""Settings that are measured, unless a person gave them."""

ON_PX: Final = SHARP_PX + 0.05
OFF_PX: Final = SHARP_PX - 0.05
"""The low end from which on a blur is undone that was not, and below which one that was is not, so
that the filter does not come and go with the chance of single measurements, about so large."""

ROUNDING: Final = 0.3 / CODES
"""Of 8 bits: less noise than this is as good as none."""

SAME_SIZE, SAME_NOISE, SAME_RANGE, SAME_DETAIL = 1.04, 1.15, 6.0, 1.5
"""Ratios, and percentage points of the range, within which the filter at hand will do."""


@dataclass(frozen=True)
class Known:
    """What is known of the scene: the estimate, and a measurement with its figures.

    ``undoes``: whether a blur that is large enough is undone.
    """

    estimate: Reading
    measured: Measured
    undoes: bool = True

    @property
    def undone_px(self) -> float:
        """Sigma of the blur undone; 0 for none."""
        return self.measured.undone_px if self.undoes else 0.0

    @property
    def is_unknown(self) -> bool:
        """Whether no frame of the scene told a size."""
        return self.estimate.confidence == 0 and not self.measured.has_edges

    @property
    def is_unsure(self) -> bool:
        """Whether it is to be said that less is undone than may be there."""
        may_be_more = self.undone_px > 0 or self.estimate.high_px > HARMLESS_PX
        return self.estimate.confidence < SURE and may_be_more

    @property
    def words(self) -> str:
        """For the screen."""
        one = self.estimate
        if self.is_unknown:
            return f"too few edges to tell by, noise {CODES * one.noise:.1f}/255"
        return (
            f"sigma {one.sigma_px:.2f} px ({one.low_px:.2f}-{one.high_px:.2f}), "
            f"noise {CODES * one.noise:.1f}/255, confidence {one.confidence:.2f}"
        )


def known_by(estimate: Reading, latest: Measured, undid: bool | None = None) -> Known:
    """The estimate in place of what was measured last; the blur is taken for round, because its
    direction is seldom sure and would have filters made again and again.

    ``undid``: whether a blur of this scene was undone until now, None in the beginning.
    """
    least_px = SHARP_PX if undid is None else OFF_PX if undid else ON_PX
    undoes = estimate.low_px >= least_px
    low_px = max(estimate.low_px, SHARP_PX) if undoes else estimate.low_px
    figures = replace(
        latest,
        noise=replace(latest.noise, sigma=estimate.noise),
        sigma_px=max(estimate.sigma_px, low_px),
        sigma_px_low=low_px,
        sigma_px_high=max(estimate.high_px, low_px),
        oriented=None,
        prior_var=estimate.prior_var,
    )
    return Known(estimate, figures, undoes)


def wanted(known: Known, settings: Settings, fixed: frozenset[str]) -> Settings:
    """The settings for what is known; ``settings`` where the filter at hand will do as well, and
    where nothing is to be undone, so that the filter waits for what follows.

    ``fixed``: those of `MEASURED` that stay.
    """
    if known.undone_px == 0:
        return settings
    measured = known.measured
    led: dict[str, Any] = {
        "blur": SimpleBlur("gaussian", round(known.undone_px, 2)).spec,
        "noise": round(CODES * known.estimate.noise_allowed, 2) / CODES,
        "sigma_range": float(round(measured.sigma_range)),
    }
    kept = {name: value for name, value in led.items() if name not in fixed}
    more = dict(settings.more)
    if "prior_var" not in fixed:
        more["prior_var"] = float(f"{measured.prior_var:.2g}")
    better = replace(settings, more=more, **kept)
    return settings if _will_do(settings, better) else better


def _will_do(at_hand: Settings, better: Settings) -> bool:
    """Whether a new design would change next to nothing."""
    return (
        _near(_size_px(at_hand.blur), _size_px(better.blur), SAME_SIZE)
        and _near(at_hand.more.get("prior_var"), better.more.get("prior_var"), SAME_DETAIL)
        and _near(at_hand.noise + ROUNDING, better.noise + ROUNDING, SAME_NOISE)
        and abs(at_hand.sigma_range - better.sigma_range) <= SAME_RANGE
    )


def _near(one: Any, other: Any, ratio: float) -> bool:
    """Equal, whatever they are, or numbers within that ratio."""
    if one == other:
        return True
    if not (isinstance(one, float) and isinstance(other, float)):
        return False
    return max(one, other) <= ratio * min(one, other)


def _size_px(blur: str) -> float | str:
    """Sigma of a round Gaussian; another blur's words."""
    simple = simple_blur(blur)
    return simple.size_px if simple is not None and simple.kind == "gaussian" else blur
