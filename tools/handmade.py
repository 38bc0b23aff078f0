"""Plans that adapt or are limited, made by hand from small tables: what golden texts, tests on GL
and tools/prove_hosts.py try beside the gallery. Nothing is learned, so nothing of them changes."""

from __future__ import annotations

from typing import Final

from rtdeconv.activity import Factor
from rtdeconv.blur import Symmetry
from rtdeconv.filters import Fir
from rtdeconv.filters.adaptive import ActivityComb, ActivityFir, OrientedFir, Scored
from rtdeconv.light import Light
from rtdeconv.lower import lower
from rtdeconv.plan import Border, Plan
from rtdeconv.rewrite import limited

NOISE_POWER: Final = 2.0**-14
"""Of 2 codes in 255."""

RISING: Final[dict[int, tuple[float, ...]]] = {
    2: (-0.25, 1.0),
    5: (-0.25, 0.0, 0.5, 0.875, 1.0),
    9: (-0.25, -0.125, 0.0, 0.25, 0.5, 0.75, 0.875, 1.0, 1.125),
}
"""How much is restored in each class, noise being smoothed."""

STRENGTHS: Final = {1: 0.75, 2: 0.5, 4: -0.25, 5: -0.125, 8: 0.125}
"""Of a band by its squared distance in px; further out `FAR`."""

FAR: Final = -0.0625

LEANING: Final = 2.0
"""What weights are multiplied by across one diagonal, where a symmetry leaves them that freedom."""

TURNING: Final[dict[Factor, float]] = {
    "one": 1.0,
    "c": -0.5,
    "s": -0.375,
    "cc+ss": 0.25,
    "cc-ss": -0.125,
    "2cs": 0.1875,
}
"""What the weights that follow a direction are of the others."""

LOPSIDED: Final = Fir(
    (
        (0.0, 0.0, 0.0625, 0.0, 0.03125),
        (0.0, -0.25, -0.125, 0.0625, 0.0),
        (0.0625, -0.125, 1.65625, -0.125, 0.0625),
        (0.0, 0.0625, -0.125, -0.25, 0.0),
        (0.03125, 0.0, 0.0625, 0.0, -0.09375),
    )
)
"""Neither its mirror image nor its half turn."""


def activity(taps: int, classes: int, symmetry: Symmetry = "8-fold") -> ActivityFir:
    """``taps`` x ``taps`` under weights of so many classes."""
    columns = ActivityFir.bank_of(taps // 2, symmetry).columns
    return ActivityFir(taps // 2, NOISE_POWER, _curves(columns, classes), _SCORED)


def oriented(taps: int, classes: int) -> OrientedFir:
    """The same under weights that turn with the gradient."""
    columns = OrientedFir.bank_of(taps // 2, "8-fold").columns
    return OrientedFir(taps // 2, NOISE_POWER, _curves(columns, classes), _SCORED)


def comb(classes: int) -> ActivityComb:
    """Two bands of a comb under weights of so many classes."""
    rises = ((scale * rise for rise in RISING[classes]) for scale in (1.5, 0.75))
    return ActivityComb(3, NOISE_POWER, tuple(map(tuple, rises)), _SCORED)


_SCORED: Final = Scored(0.0, 0.0, 1)


def _curves(
    columns: list[tuple[tuple[int, int], Factor]], classes: int
) -> tuple[tuple[float, ...], ...]:
    """A rising curve for each (place, factor)."""
    scales = [
        STRENGTHS.get(y * y + x * x, FAR) * TURNING[factor] * (LEANING if y * x < 0 else 1.0)
        for (y, x), factor in columns
    ]
    return tuple(tuple(scale * rise for rise in RISING[classes]) for scale in scales)


def adaptive_plans(light: Light = "encoded", border: Border = "clamp") -> dict[str, Plan]:
    """Every kind, by name."""
    plans = {
        name: lower(filter_, light=light, border=border)
        for name, filter_ in {
            "activity3": activity(3, 2),
            "activity5": activity(5, 5),
            "activity5-fine": activity(5, 9),
            "activity5-askew": activity(5, 5, "point"),
            "oriented5": oriented(5, 5),
            "oriented7": oriented(7, 2),
            "activity-comb": comb(5),
            "lopsided": LOPSIDED,
        }.items()
    }
    plain = plans.pop("lopsided")
    return {
        **plans,
        "limited": limited(plain, 0.25),
        "limited-luma": limited(plain, 0.125, "luma"),
        "activity5-limited": limited(plans["activity5"], 0.25, "luma"),
        "oriented5-limited": limited(plans["oriented5"], 0.5),
    }
