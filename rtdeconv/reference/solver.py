"""What an iterative solver is given, when it stops, and the one loop that runs them all.

A solver is a generator of estimates of the sharp scene; it knows neither when to stop nor who
watches. Arrays are (H, W, C), all channels one problem.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import numpy as np

from rtdeconv.blur import Blur
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.noise import Noise
from rtdeconv.plan import Border
from rtdeconv.prior import Prior
from rtdeconv.reference.borders import Blurring, Surround, blurring, squared_norm_bound
from rtdeconv.reference.fft import FULL_FFT, USUAL_PRIOR
from rtdeconv.reference.planes import Planes, as_planes
from rtdeconv.target import Target

Callback = Callable[[int, float], None]
"""Told ``(iteration, change)`` after each iteration, counted from 1."""

Stop = Literal["settled", "explained"]
"""settled: an iteration changes the estimate by at most the tolerance, relative to its norm.
explained: also as soon as the estimate, blurred, is no further from the picture than the noise puts
it (Morozov's discrepancy principle), for solvers whose limit is the inverse and its noise."""

Beyond = Literal["wrap", "symmetric"]
"""numpy's names for the opposite edge and for the mirrored scene."""

TOLERANCE: Final = 1e-4
"""Changes of .01 percent show in no score."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Find the scene x with ``picture = A x + noise``."""

    picture: Planes
    blur: Blur
    noise: Noise
    prior: Prior
    border: Surround

    @cached_property
    def model(self) -> Blurring:
        """The matrix A."""
        return blurring(self.blur, (self.picture.shape[0], self.picture.shape[1]), self.border)

    @property
    def target(self) -> Target:
        """What undoes the blur in one step."""
        return Target(self.blur, self.noise, self.prior)

    @property
    def beyond(self) -> Beyond:
        """What a regulariser sees beyond the scene's edges."""
        return "wrap" if self.border == "wrap" else "symmetric"

    @cached_property
    def squared_norm(self) -> float:
        """What ``||A||^2`` is at most: gradient steps of its inverse never raise the residual."""
        return squared_norm_bound(self.model, self.blur)

    def residual(self, scene: Planes) -> Planes:
        """``y - A x``, (H, W, C)."""
        return self.picture - self.model.apply(scene)

    def descent(self, scene: Planes) -> Planes:
        """``A^T (y - A x)``: minus the gradient of ``||y - A x||^2 / 2``."""
        return self.model.adjoint(self.residual(scene))

    def is_explained_by(self, scene: Planes) -> bool:
        """Whether the residual is no more than noise."""
        return float(np.mean(self.residual(scene) ** 2)) <= self.noise.power

    def as_seen(self) -> Planes:
        """The picture itself as a scene: a start whose mean is right."""
        return self.model.framed(self.picture, "symmetric")

    def by_wiener(self) -> Planes:
        """The full-FFT Wiener restoration as a scene."""
        return self.wiener

    @cached_property
    def wiener(self) -> Planes:
        """The same, found once."""
        border: Border = "wrap" if self.border == "wrap" else "mirror"
        wiener = FULL_FFT["wiener"]
        return wiener.solve(
            self.as_seen(), self.blur, noise=self.noise, prior=self.prior, border=border
        )


@dataclass(frozen=True)
class Solver:
    """A registered iterative method.

    ``iterates`` yields an estimate an iteration, from ``start`` on, without end.
    """

    name: str
    describes: str
    source: str
    iterates: Callable[[Problem, Planes], Iterator[Planes]]
    stop: Stop
    iterations: int
    start: Callable[[Problem], Planes] = Problem.as_seen

    def solve(
        self,
        soft: Planes,
        blur: Blur,
        *,
        noise: Noise,
        prior: Prior = USUAL_PRIOR,
        border: Surround = "clamp",
        iterations: int | None = None,
        tolerance: float = TOLERANCE,
        callback: Callback | None = None,
    ) -> Planes:
        """``soft``, (H, W) or (H, W, C) on the 0..1 scale, restored; unclipped, of its shape.

        Stops by the solver's rule (`Stop`) or after ``iterations``, its own number by default.
        """
        most = self.iterations if iterations is None else iterations
        if not (isinstance(most, int) and most >= 0):
            raise ValueRefused(f"iterations is a whole number from 0, not {shown(most)}")
        if not (math.isfinite(tolerance) and tolerance >= 0):
            raise ValueRefused(f"the tolerance is a number from 0, not {shown(tolerance)}")
        problem = Problem(as_planes(soft), blur, noise, prior, border)
        scene = self._last(problem, most, tolerance, callback)
        return problem.model.cropped(scene).reshape(soft.shape)

    def _last(
        self, problem: Problem, most: int, tolerance: float, callback: Callback | None
    ) -> Planes:
        scene = self.start(problem)
        estimates = self.iterates(problem, scene)
        for iteration in range(1, most + 1):
            if self.stop == "explained" and problem.is_explained_by(scene):
                break
            before, scene = scene, next(estimates)
            change = _relative_change(before, scene)
            if callback is not None:
                callback(iteration, change)
            if change <= tolerance:
                break
        return scene


def _relative_change(before: Planes, after: Planes) -> float:
    norm = float(np.linalg.norm(before))
    return float(np.linalg.norm(after - before)) / max(norm, np.finfo(float).tiny)
