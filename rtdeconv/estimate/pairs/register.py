"""Which tiles to believe, and the fraction of a pixel that lies between two pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.pairs.evidence import Equations, Place, equations, total
from rtdeconv.estimate.pairs.frames import Frame, Shift
from rtdeconv.estimate.pairs.shapes import (
    MOST_SIGMA_PX,
    placed_round,
    round_gaussian,
    tangents,
)
from rtdeconv.grid import Array

REACH: Final = 4
"""Of the first taps: enough to tell where a blur lies and what does not follow from it."""

ROUNDS: Final = 8

ODD: Final = 4.0
"""A tile that leaves this many times what others leave shows something that moved."""

ROUNDED: Final = 1 / 255**2 / 12
"""Power that rounding leaves in 8-bit pictures: less is as good as nothing."""

EXPLAINED: Final = 0.4
"""Share of the blurred detail, below which two pictures do not show the same."""

EVEN: Final = 0.5 / 255**2
"""Power of what is seen, below which an 8-bit picture holds next to no detail."""

PLACED_PX: Final = 0.1
"""To which the place of the blur must be known."""

BELIEVED: Final = 0.4
"""Share of the tiles that must agree with each other."""


@dataclass(frozen=True, eq=False)
class Registered:
    """``shift`` beyond whole pixels, its tiles worth believing, and the rough size."""

    places: tuple[Place, ...]
    shift: Shift
    sigma_px: float
    explained: float


def registered(frame: Frame, places: Sequence[Place]) -> Registered:
    """Fits rough taps, leaves out tiles that they do not explain, and fits them again.

    Raises ValueRefused where too few tiles agree, or agree that nothing is alike.
    """
    parts = [equations(frame, frame.sharp, place, REACH) for place in places]
    chosen = list(range(len(parts)))
    for _ in range(ROUNDS):
        taps = rough_taps(total([parts[i] for i in chosen]))
        agreeing = _agreeing(parts, taps)
        if agreeing == chosen:
            break
        chosen = agreeing
    found = total([parts[i] for i in chosen])
    if found.energy < EVEN * found.count:
        raise ValueRefused(
            "the blurred picture is even where the sharp one has detail, so that nothing tells its "
            "blur; supply one that shows the same, blurred less"
        )
    explained = 1 - found.left(rough_taps(found)) / max(found.energy, 1e-30)
    if explained < EXPLAINED or len(chosen) < BELIEVED * len(parts):
        raise ValueRefused(
            f"{max(explained, 0):.0%} of the detail in the blurred picture follows from the sharp "
            f"one in {len(chosen)} of {len(parts)} places, so they do not show the same; supply "
            "both versions of one frame"
        )
    at, gain = placed_round(found, REACH)
    _check_all_directions(found, at, gain)
    log_sigma, y, x = at
    kept = tuple(places[i] for i in chosen)
    return Registered(kept, (float(y), float(x)), float(np.exp(log_sigma)), float(explained))


def _check_all_directions(found: Equations, at: Array, gain: float) -> None:
    """Refuses stripes and lone edges: along them, nothing tells where the blur lies."""
    # integrated over pixels, a point may move without changing a tap: take it half a pixel wide
    log_sigma = max(float(at[0]), float(np.log(0.5)))
    slopes = gain * tangents(lambda p: round_gaussian(np.array([log_sigma, *p]), REACH), at[1:])
    known = slopes.T @ found.gram @ slopes
    left = max(found.left(rough_taps(found)) / found.count, ROUNDED)
    if np.linalg.eigvalsh(known)[0] * PLACED_PX**2 < left or np.abs(at[1:]).max() > REACH:
        if math.exp(at[0]) > REACH:
            raise too_wide()
        raise ValueRefused(
            "the sharp picture has detail in one direction only, and a PSF is measured from edges "
            "of all; supply a frame full of detail"
        )


def too_wide() -> ValueRefused:
    """What is said where no window is large enough."""
    return ValueRefused(
        f"a PSF is measured from blurs of some {MOST_SIGMA_PX:g} px at most, and the blurred "
        "picture's is wider; reduce both pictures to half their size"
    )


def rough_taps(found: Equations) -> Array:
    """Least squares with just enough ridge to be stable."""
    ridge = 1e-5 * np.trace(found.gram) / len(found.gram)
    return np.linalg.solve(found.gram + ridge * np.eye(len(found.gram)), found.cross)


def _agreeing(parts: list[Equations], taps: Array) -> list[int]:
    """Tiles that leave no more than others do: noise, and a share of the detail that they hold.

    Noise is what the quietest quarter leaves; the rest grows with the detail, for rough taps are
    cut off where a wide blur goes on.
    """
    left = np.array([part.left(taps) / part.count for part in parts])
    energy = np.array([part.energy / part.count for part in parts])
    noise = max(float(np.quantile(left, 0.25)), ROUNDED)
    share = np.median(np.maximum(left - noise, 0) / np.maximum(energy, 1e-30))
    return [int(i) for i in np.flatnonzero(left <= ODD * (noise + share * energy))]
