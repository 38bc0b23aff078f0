"""Weights from the prior alone: the Wiener filter as a function of the signal's local strength."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from rtdeconv.activity import OCTAVES, energy_response, gauge
from rtdeconv.filters.adaptive import ActivityFir
from rtdeconv.fit.adaptive.learned import ROUGHER, as_curves, evidence
from rtdeconv.fit.adaptive.scores import scored_savings
from rtdeconv.fit.least_squares import solve
from rtdeconv.grid import Array
from rtdeconv.light import Light
from rtdeconv.target import Sampled, sampled

LEAST_DETAIL: Final = 0.2
"""Of what noise alone shows: faint detail hides in it, and classes that took it for none would blur
that away."""


def analytic(
    kind: type[ActivityFir], radius: int, classes: int, at: Sampled, light: Light
) -> ActivityFir:
    """The filter of ``kind`` with the weights of `prior_curves`.

    Its score is taken on the packaged pictures, none of which it was made from.
    """
    curves = prior_curves(kind, radius, classes, at)
    free = replace(at.target, kind="wiener", max_gain=None, max_overshoot=None)
    seen = evidence(kind, free, light, "")
    bank = kind.bank_of(radius, at.symmetry)
    saved = seen.saved(np.array(curves).ravel(), bank, classes)
    return kind(
        radius=radius,
        noise_power=free.noise.power,
        curves=curves,
        scored=scored_savings(saved, free, light, ""),
    )


def prior_curves(
    kind: type[ActivityFir], radius: int, classes: int, at: Sampled
) -> tuple[tuple[float, ...], ...]:
    """Weights that make every class the linear filter of least expected error under the prior at
    the variance that would show its activity; one class has the stated variance. No picture is
    looked at, so they take milliseconds."""
    target = at.target
    bank = kind.bank_of(radius, at.symmetry)
    prior, detail = target.prior, kind.detail
    variances = _variances(at, classes, detail) if classes > 1 else [prior.var]
    weights = np.array(
        [
            solve(bank.kernels, sampled(replace(target, prior=replace(prior, var=var)), at.weight))
            for var in variances
        ]
    ).T.ravel()
    return as_curves(weights, classes)


def _variances(at: Sampled, classes: int, detail: float) -> list[float]:
    """Expected structure of a prior is linear in its variance v, ``n + v r`` in units of the
    noise's own: activity e stands for ``v = (e - n) / r``. With n = 1 that holds for the stated
    noise; what noise twice as strong would show, n = 4, passes for no more than the least."""
    grid, noise = at.grid, at.target.noise.power
    seen = energy_response(grid.wy, grid.wx, detail) * at.otf_power * at.spectrum
    rise = grid.mean(seen) / at.target.prior.var * gauge(noise, detail, "encoded").gain
    activities: Array = 2.0 ** np.linspace(*OCTAVES, classes)
    return [float(max(e - ROUGHER**2, LEAST_DETAIL) / rise) for e in activities]
