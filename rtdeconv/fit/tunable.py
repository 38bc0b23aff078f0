"""Tunable combs: coefficients that a shader finds itself, and how near they come to the fit's own.

Everything is compared with the two-band comb of least expected error at each sigma and noise, which
is what `rtdeconv.fit.comb` finds one by one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from typing import Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.errors import ValueRefused, plain_number, shown
from rtdeconv.filters import Filter
from rtdeconv.filters.comb import bands
from rtdeconv.filters.tunable import MappedComb, RadialComb, TunableComb
from rtdeconv.fit.family import Family, Size
from rtdeconv.grid import Array, octant
from rtdeconv.noise import Noise
from rtdeconv.prior import Prior
from rtdeconv.target import Sampled, Target
from rtdeconv.tuning import SIGMAS_PX, Decay, Moments, Solver, Table, two_unknowns

RATES: Final = np.geomspace(0.2, 40, 6)
"""Of the Gaussians in sigma that stand for all frequencies. Frequency w decays at rates w^2 / 2 to
w^2, which is 20 in the corners, and its aliases faster."""

FITTED_SIGMAS_PX: Final = np.arange(0.26, 2.01, 0.04)
"""Where the sums of Gaussians are fitted, from a little below the narrowest blur solved for."""

TABLE_SHAPE: Final = (24, 6)
"""Rows for sigma, columns for noise: as many constants as a shader reads without going slow."""

NOISES: Final = (0.25 / 255, 10 / 255)
"""Between these a table has its columns, and losses are measured."""

TUNED_PX: Final = 1.0
"""Up to here two bands are worth having, and what is lost is told."""


@dataclass(frozen=True)
class Tuning:
    """A solver, and the dB it loses against the fit where it loses most, up to `TUNED_PX`."""

    solver: Solver
    loss_db: float


def fit_tunable(at: Sampled, size: Size) -> TunableComb:
    """The comb of two bands that follows sigma and noise, by the solver that loses less."""
    blur, noise = _tunable(at)
    found = tunings(Offline(at.target.prior, noise.bits))
    best = min(found, key=lambda tuning: tuning.loss_db)
    return TunableComb(best.solver, blur.sigma_px, noise.sigma)


@lru_cache(maxsize=4)
def tunings(offline: Offline) -> tuple[Tuning, Tuning]:
    """Both solvers, the equations and then the table."""
    sigmas, noises = np.linspace(SIGMAS_PX[0], TUNED_PX, 36), np.geomspace(*NOISES, 16)
    equations, table = (
        Tuning(solver, float(offline.losses_db(solver, sigmas, noises).max()))
        for solver in (_equations(offline), _table(offline))
    )
    return equations, table


def _tunable(at: Sampled) -> tuple[Gaussian, Noise]:
    """The blur and the noise; raises ValueRefused for a target that no solver here follows."""
    blur, noise = at.target.blur, at.target.noise
    if not (isinstance(blur, Gaussian) and blur.symmetry == "8-fold"):
        raise ValueRefused(
            f"a tunable filter undoes a round Gaussian, such as gaussian:0.8, not {blur.label}"
        )
    plain = at.target == Target(blur, noise, at.target.prior)
    if not (plain and at.weight == "mse"):
        raise ValueRefused(
            "a tunable filter is the one of least expected error at every sigma; leave out "
            "--target, --weight, --max-gain, --max-overshoot and --sigma-range"
        )
    return blur, noise


@dataclass(frozen=True)
class Offline:
    """The fit's equations under a prior, for many sigmas and noises of pictures of ``bits``.

    They are those of `rtdeconv.tuning.Moments`; arrays begin with (a11, a12, a22, r1, r2).
    """

    prior: Prior
    bits: int

    @cached_property
    def _products(self) -> Array:
        """B_1 B_1, B_1 B_2, B_2 B_2, B_1, B_2 at the nodes, times their quadrature weight."""
        grid = octant()
        b1, b2 = bands(grid.wy, grid.wx, 2)
        return np.array([b1 * b1, b1 * b2, b2 * b2, b1, b2]) * grid.weight

    @cached_property
    def _spectrum(self) -> Array:
        grid = octant()
        return self.prior.spectrum(grid.wy, grid.wx)

    @cached_property
    def noise_moments(self) -> Array:
        """What the noise power multiplies, shape (5,)."""
        return self._products.sum(1) * [1, 1, 1, -1, -1]

    def moments(self, sigmas_px: Array) -> Array:
        """The rest, shape (5, sigmas)."""
        h = _otfs(sigmas_px)
        gram = (self._products[:3] * self._spectrum) @ (h * h)
        right = (self._products[3:] * self._spectrum) @ (h - h * h)
        return np.concatenate([gram, right])

    def coefficients(self, sigmas_px: Array, noises: Array) -> Array:
        """(c1, c2) of least expected error, shape (2, sigmas, noises)."""
        return np.stack(two_unknowns(*self._all_moments(sigmas_px, noises)))

    def losses_db(self, solver: Solver, sigmas_px: Array, noises: Array) -> Array:
        """What a solver loses against the fit, shape (sigmas, noises).

        With c the fit's coefficients and d what the solver's are off, its expected error is
        ``E(c) + d' A d``, and ``E(c) = E(0) - c' r``.
        """
        a11, a12, a22, r1, r2 = self._all_moments(sigmas_px, noises)
        c1, c2 = self.coefficients(sigmas_px, noises)
        sigma, noise = np.meshgrid(sigmas_px, noises, indexing="ij")
        found1, found2 = solver.solved(sigma, noise)
        d1, d2 = found1 - c1, found2 - c2
        left = self._untouched(sigmas_px, noises) - c1 * r1 - c2 * r2
        added = a11 * d1 * d1 + 2 * a12 * d1 * d2 + a22 * d2 * d2
        return np.asarray(10 * np.log10(1 + added / left))

    def _all_moments(self, sigmas_px: Array, noises: Array) -> Array:
        noisy = self.noise_moments[:, None, None] * self._powers(noises)
        return self.moments(sigmas_px)[:, :, None] + noisy

    def _untouched(self, sigmas_px: Array, noises: Array) -> Array:
        """Expected error of doing nothing: mean (1 - H)^2 S + N."""
        blurred = (octant().weight * self._spectrum) @ (1 - _otfs(sigmas_px)) ** 2
        return blurred[:, None] + self._powers(noises)

    def _powers(self, noises: Array) -> Array:
        return np.array([Noise(float(noise), self.bits).power for noise in noises])


def _otfs(sigmas_px: Array) -> Array:
    """Of round Gaussians at the octant's nodes, shape (nodes, sigmas); products of two axes."""
    grid = octant()
    line = 2 * np.pi * np.arange(grid.n // 2 + 1) / grid.n
    axes = np.array([Gaussian(float(s)).otf(line, np.zeros_like(line)) for s in sigmas_px])
    return np.asarray(axes[:, grid.y] * axes[:, grid.x]).T


def _equations(offline: Offline) -> Moments:
    """Each moment as a sum of Gaussians in sigma, of least relative error."""
    gaussians = np.exp(-np.outer(FITTED_SIGMAS_PX**2, RATES))
    weights = [
        np.linalg.lstsq(gaussians / moment[:, None], np.ones(len(moment)), rcond=None)[0]
        for moment in offline.moments(FITTED_SIGMAS_PX)
    ]
    decays = (
        Decay(rate, (a11, a12, a22), (r1, r2))
        for rate, a11, a12, a22, r1, r2 in np.array([RATES, *weights]).T.tolist()
    )
    a11, a12, a22, r1, r2 = offline.noise_moments.tolist()
    rounding = Noise(0.0, offline.bits).power
    return Moments(tuple(decays), (a11, a12, a22), (r1, r2), rounding)


def _table(offline: Offline) -> Table:
    """The fit's own coefficients at every entry."""
    rows, columns = TABLE_SHAPE
    sigmas, noises = np.linspace(*SIGMAS_PX, rows), np.geomspace(*NOISES, columns)
    found = np.moveaxis(offline.coefficients(sigmas, noises), 0, -1)
    return Table(tuple(tuple((c1, c2) for c1, c2 in row) for row in found.tolist()), NOISES)


def fit_radial(at: Sampled, size: Size, *, sigma_at_edge_px: float) -> RadialComb:
    """The same for a lens: the stated sigma in the middle, another in the corners."""
    found = fit_tunable(at, size)
    return RadialComb(found.solver, found.sigma_px, found.noise, sigma_at_edge_px)


def fit_mapped(at: Sampled, size: Size) -> MappedComb:
    """The same with the sigma of each pixel from a map, the stated one where that is 1."""
    found = fit_tunable(at, size)
    return MappedComb(found.solver, found.sigma_px, found.noise)


def named_tunable(name: str) -> Family:
    """``tunable``, ``tunable:EDGE`` (sigma in the corners) or ``tunable:map``.

    Raises ValueRefused.
    """
    _, colon, where = name.partition(":")
    if not colon:
        return _family(name, "takes sigma and noise while it runs", TunableComb, fit_tunable)
    if where == "map":
        return _family(name, "takes the sigma of each pixel from a map", MappedComb, fit_mapped)
    try:
        edge = float(where)
    except ValueError:
        raise ValueRefused(
            f"write tunable, tunable:SIGMA_AT_EDGE or tunable:map, not {shown(name)}"
        ) from None
    fitted = partial(fit_radial, sigma_at_edge_px=edge)
    name = f"tunable:{plain_number(edge)}"
    return _family(name, "takes sigma in the middle and in the corners", RadialComb, fitted)


def _family(
    name: str, does: str, structure: type[TunableComb], fitted: Callable[[Sampled, Size], Filter]
) -> Family:
    return Family(
        name=name,
        describes=f"a-trous comb Laplacian that {does}",
        counts="terms (bands)",
        sizes=(Size(terms=2),),
        usual=Size(terms=2),
        structure=structure,
        fit=fitted,
    )
