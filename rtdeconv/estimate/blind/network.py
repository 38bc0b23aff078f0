"""What turns features into a blur: small networks, calibrated once by `tools/calibrate_blind.py`.

They predict ln(S^2 + .3), in which an equal error is an equal ratio for large blurs and next to
nothing for the smallest. The mean of several is the answer, and how they differ tells the doubt.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from rtdeconv.grid import Array

PLACE: Final = Path(__file__).with_name("calibration.npz")

LAYERS: Final = 3

OWN_PX2: Final = 0.3
"""About what a sharp picture's own softness adds to the variance of a blur."""

LARGEST_PX: Final = 3.0
"""The calibration saw no wider blur."""

WIDEST_PX: Final = 20.0
"""The end of an interval that says nothing."""

BEYOND: Final = 4.0
"""Standard deviations of a feature; what lies farther off was hardly seen and counts as this."""


@dataclass(frozen=True, eq=False)
class Calibration:
    """``mean`` and ``spread`` of the features (n,); weights and biases of every layer, stacked for
    all members; coefficients of the doubt's logarithm; how many doubts the ends of the interval lie
    below and above the answer, so that a tenth of the truths lies beyond either."""

    mean: Array
    spread: Array
    layers: tuple[Array, ...]
    doubt: Array
    below: float
    above: float

    def scaled(self, features: Array) -> Array:
        """As the networks take features (..., n)."""
        return np.clip((features - self.mean) / self.spread, -BEYOND, BEYOND)

    def members(self, features: Array) -> Array:
        """What each network says of features (n,), shape (members,)."""
        count = len(self.layers[0])
        values = np.tile(self.scaled(features), (count, 1))
        pairs = zip(self.layers[::2], self.layers[1::2], strict=True)
        for layer, (weight, bias) in enumerate(pairs):
            values = np.einsum("mi,mio->mo", values, weight) + bias
            if layer < LAYERS - 1:
                values = np.maximum(values, 0)
        return values[:, 0]

    def doubt_terms(self, said: Array, features: Array) -> Array:
        """What the doubt's logarithm is linear in: the answer, the noise, the contrast, and how the
        members differ; each within what the calibration saw."""
        smallest, largest = (float(learned(np.array(size))) for size in (0.0, LARGEST_PX))
        middle = float(np.clip(said.mean(), smallest, largest))
        noise, contrast = self.scaled(features)[-2:]
        return np.array([1.0, middle, middle**2, noise, contrast, np.log(said.std() + 0.01)])

    def sigma_px(self, features: Array) -> tuple[float, float, float]:
        """The most likely S of gaussian:S, and the ends of the interval that holds 80 %.

        Of blurs that may be wider than LARGEST_PX only the low end is known.
        """
        said = self.members(features)
        middle = float(said.mean())
        doubt = math.exp(self.doubt_terms(said, features) @ self.doubt)
        low, high = unlearned(middle - self.below * doubt), unlearned(middle + self.above * doubt)
        return unlearned(middle), low, high if high <= LARGEST_PX else WIDEST_PX


def learned(sigma_px: Array) -> Array:
    """What networks say for a blur."""
    return np.log(np.square(sigma_px) + OWN_PX2)


def unlearned(said: float) -> float:
    """The blur that networks mean; 0 for anything sharper than sharp, WIDEST_PX at the most."""
    widest = float(learned(np.array(WIDEST_PX)))
    return math.sqrt(max(math.exp(min(said, widest)) - OWN_PX2, 0.0))


@lru_cache(maxsize=1)
def calibration() -> Calibration:
    """The packaged one."""
    with np.load(PLACE) as held:
        layers = tuple(held[f"layer{index}"] for index in range(2 * LAYERS))
        ends = float(held["below"]), float(held["above"])
        return Calibration(held["mean"], held["spread"], layers, held["doubt"], *ends)


def save_calibration(found: Calibration) -> None:
    """Into the package, for `tools/calibrate_blind.py`."""
    layers = {f"layer{index}": each for index, each in enumerate(found.layers)}
    np.savez_compressed(
        PLACE,
        mean=found.mean.astype(np.float32),
        spread=found.spread.astype(np.float32),
        doubt=found.doubt,
        below=found.below,
        above=found.above,
        allow_pickle=False,
        **layers,
    )
