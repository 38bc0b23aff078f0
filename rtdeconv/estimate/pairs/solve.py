"""Taps from normal equations: an oriented Gaussian, and a correction as large as evidence allows.

Least squares alone leaves noise in every frequency where the sharp picture has little detail: at
noise 1/255 a blur of 2 px would be known to a quarter of its size. So the taps are taken as

    p = g t(theta) + u,   u ~ Normal(0, a K),   K(k, l) = e(k) e(l) exp(-|k - l|^2 / (2 s^2)),

a Gaussian t of free gain, place and covariance, and a smooth deviation of any form whose envelope e
is the Gaussian widened. Its power a, its smoothness s and its reach are those under which the
picture is likeliest (marginal likelihood, the Gaussian's own parameters under a flat prior and
hence projected out). With A the equations' matrix, n the noise power, L L' = K and V diag(m) V' the
eigendecomposition of L' A L / n, every a is tried at the cost of a sum over m.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.estimate.pairs.evidence import Equations, total
from rtdeconv.estimate.pairs.shapes import (
    fitted,
    oriented,
    oriented_gaussian,
    round_gaussian,
    tangents,
)
from rtdeconv.grid import Array

SMOOTH_PX: Final = (0.4, 0.8, 1.3)
"""Lengths s; at .4 neighbours are hardly bound to each other."""

WIDER: Final = (1.2, 1.8, 2.6)
"""The envelope's standard deviation over the Gaussian's."""

LEAST_GROUPS: Final = 4
"""Fewer tell nothing about a spread."""

POWERS: Final = np.geomspace(1e-9, 1e-1, 33)
"""Of the correction, over the squared peak's; the least is no correction."""


@dataclass(frozen=True, eq=False)
class Model:
    """A first guess (n,), its tangents (n, q) and the deviations it may take, ``root`` (n, n)."""

    guess: Array
    basis: Array
    root: Array
    noise_power: float

    def solved(self, found: Equations) -> Array:
        """The taps that are likeliest, (n,); ``root`` in units of the noise's deviation."""
        both = np.column_stack([self.root, self.basis])
        rest = both.T @ (found.cross - found.gram @ self.guess)
        return self.guess + both @ np.linalg.solve(self._system(found, both), rest)

    def spread(self, found: Equations, noise_power: float) -> Array:
        """Covariance of those taps where noise is white, (n, n)."""
        both = np.column_stack([self.root, self.basis])
        return np.asarray(noise_power * both @ np.linalg.solve(self._system(found, both), both.T))

    def _system(self, found: Equations, both: Array) -> Array:
        """Deviations are bound by the prior, tangents are free."""
        system = both.T @ found.gram @ both
        bound = np.arange(self.root.shape[1])
        system[bound, bound] += 1
        return np.asarray(system)


def solve(found: Equations, reach: int, start_sigma_px: float) -> tuple[Array, Model]:
    """The taps (m, m), their sum the gain, and the model that the pictures make likeliest."""
    model = _likeliest(found, reach, start_sigma_px)
    return model.solved(found).reshape(2 * reach + 1, 2 * reach + 1), model


def covariance(groups: list[Equations], model: Model) -> Array:
    """Of the taps' errors, (m m, m m), from groups of tiles.

    The larger of what white noise explains and of what leaving out one group after the other shows
    (jackknife): residuals are rarely white.
    """
    found = total(groups)
    white = model.spread(found, model.noise_power)
    if len(groups) < LEAST_GROUPS:
        return white
    others = np.array([model.solved(_less(found, group)) for group in groups])
    turns = others - others.mean(0)
    jackknife = (len(groups) - 1) / len(groups) * turns.T @ turns
    return jackknife if np.trace(jackknife) > np.trace(white) else white


def _less(found: Equations, group: Equations) -> Equations:
    return Equations(
        found.gram - group.gram,
        found.cross - group.cross,
        found.energy - group.energy,
        found.count - group.count,
    )


def _likeliest(found: Equations, reach: int, start: float) -> Model:
    """The best oriented Gaussian and the deviations from it that the pictures make likeliest."""

    def shape(parameters: Array) -> Array:
        return oriented_gaussian(parameters, reach)

    begin = 2 * np.log(start) * np.array([1.0, 0.0, 1.0])
    at, gain = fitted(shape, begin, found)
    guess = gain * shape(at)
    moved = tangents(
        lambda p: round_gaussian(np.array([at[[0, 2]].mean() / 2, *p]), reach), np.zeros(2)
    )
    basis = np.column_stack([guess, tangents(shape, at), moved])
    basis = np.linalg.qr(basis)[0]
    noise_power = _noise_power(found)
    # what the Gaussian's own parameters explain is left out of both sides
    along = found.gram @ basis
    inverse = np.linalg.inv(basis.T @ along)
    gram = found.gram - along @ inverse @ along.T
    rest = found.cross - found.gram @ guess
    rest = rest - along @ (inverse @ (basis.T @ rest))
    best, chosen = -np.inf, np.zeros_like(gram)
    for wider in WIDER:
        envelope = _envelope(oriented(at), wider, reach)
        for smooth in SMOOTH_PX:
            root = guess.max() * envelope[:, None] * _smooth_root(reach, smooth)
            power, score = _evidence(gram, rest, root, noise_power)
            if score > best:
                best, chosen = score, np.sqrt(power / noise_power) * root
    return Model(guess, basis, chosen, noise_power)


def _evidence(gram: Array, rest: Array, root: Array, noise_power: float) -> tuple[float, float]:
    """The likeliest power of the correction and its log evidence."""
    values, vectors = np.linalg.eigh(root.T @ gram @ root / noise_power)
    values = np.maximum(values, 0.0)
    heard = (vectors.T @ (root.T @ rest)) ** 2 / noise_power**2
    grown = 1 + np.multiply.outer(POWERS, values)
    scores = 0.5 * (heard * POWERS[:, None] / grown - np.log(grown)).sum(1)
    best = int(np.argmax(scores))
    return float(POWERS[best]), float(scores[best])


def _noise_power(found: Equations) -> float:
    """What free taps leave, per pixel."""
    free = found.gram + 1e-9 * np.trace(found.gram) / len(found.gram) * np.eye(len(found.gram))
    left = found.left(np.linalg.solve(free, found.cross))
    return max(left / max(found.count - len(free), 1.0), 1e-12 * found.energy / found.count, 1e-14)


def _offsets(reach: int) -> Array:
    """(y, x) of every tap, (n, 2)."""
    places = np.arange(-reach, reach + 1.0)
    return np.stack(np.meshgrid(places, places, indexing="ij"), -1).reshape(-1, 2)


def _envelope(gaussian: Gaussian, wider: float, reach: int) -> Array:
    """A Gaussian of peak 1 as wide as the pixel-integrated one, times ``wider``, (n,)."""
    angle = np.deg2rad(gaussian.angle_deg)
    across_px = gaussian.sigma_px if gaussian.sigma_y_px is None else gaussian.sigma_y_px
    y, x = _offsets(reach).T
    along, across = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    var = [wider**2 * (sigma**2 + 1 / 4) for sigma in (gaussian.sigma_px, across_px)]
    return np.asarray(np.exp(-(along**2) / (2 * var[0]) - across**2 / (2 * var[1])))


def _smooth_root(reach: int, length_px: float) -> Array:
    """L of L L' = exp(-|k - l|^2 / (2 length^2))."""
    places = np.arange(2 * reach + 1.0)
    line = np.exp(-(np.subtract.outer(places, places) ** 2) / (2 * length_px**2))
    values, vectors = np.linalg.eigh(line)
    root = vectors * np.sqrt(np.maximum(values, 0.0))
    return np.kron(root, root)
