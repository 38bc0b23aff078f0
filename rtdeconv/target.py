"""The response a compact filter should have, and the error any response is expected to leave."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final, Literal, get_args

import numpy as np

from rtdeconv.blur import Blur, Spectrum, Symmetry
from rtdeconv.errors import ValueRefused, one_of, shown
from rtdeconv.grid import Array, Grid, dense, half_plane, octant
from rtdeconv.noise import Noise
from rtdeconv.prior import Prior

Weight = Literal["mse", "uniform"]
WEIGHTS: Final[tuple[Weight, ...]] = get_args(Weight)

Kind = Literal["wiener", "tikhonov", "laplacian", "inverse", "truncated"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

SPREAD_NODES: Final = 7
"""Sizes of the blur that a robust design averages over; more change no figure's second digit."""

MAX_SPREAD: Final = 0.5

SAME_DB: Final = 0.01
"""Expected losses that differ by less are alike, and something else decides."""


def checked_weight(name: str) -> Weight:
    """``name`` as a weight; raises ValueRefused for an unknown one."""
    return one_of("weight", name, WEIGHTS)


def checked_kind(name: str) -> Kind:
    """``name`` as a kind of target; raises ValueRefused for an unknown one."""
    return one_of("target", name, KINDS)


@dataclass(frozen=True)
class Target:
    """What undoes a blur, and the limits that a fit to it must obey.

    ``spread``: the blur's size is only known to within that fraction, so the filter must do for all
    sizes from ``1 - spread`` to ``1 + spread`` times the stated one. ``max_gain`` limits |G|;
    ``max_overshoot`` how far a restored step edge exceeds its plateau, as a fraction of the step.
    """

    blur: Blur
    noise: Noise
    prior: Prior
    max_gain: float | None = None
    kind: Kind = "wiener"
    spread: float = 0.0
    max_overshoot: float | None = None

    def __post_init__(self) -> None:
        checked_kind(self.kind)
        gain, overshoot = self.max_gain, self.max_overshoot
        if gain is not None and not (math.isfinite(gain) and gain >= 1):
            raise ValueRefused(f"the largest gain is at least 1 (flat grey's), not {shown(gain)}")
        if gain is None and self.kind == "inverse":
            raise ValueRefused("the inverse of a blur needs a cap: add --max-gain, such as 4")
        if not (math.isfinite(self.spread) and 0 <= self.spread <= MAX_SPREAD):
            raise ValueRefused(
                f"the range of sizes is 0..{100 * MAX_SPREAD:g} percent, not "
                f"{shown(100 * self.spread)}"
            )
        if overshoot is not None and not 0 <= overshoot <= 1:
            raise ValueRefused(
                f"the largest overshoot is 0..1 of a step's height, not {shown(overshoot)}"
            )

    @property
    def range_percent(self) -> float:
        """The spread as it is written at the command line, in percent."""
        return round(100 * self.spread, 9)

    def moments(self, wy: Array, wx: Array) -> tuple[Spectrum, Array]:
        """``mean H`` and ``mean |H|^2`` over the sizes the blur may have.

        The expected error of any G over that range is quadratic in G and holds no other moment, so
        putting them in the place of H and |H|^2 is the whole of robust design.
        """
        pairs = [(weight, *self._moments_of(blur, wy, wx)) for weight, blur in self.sizes]
        mean = np.sum([weight * h for weight, h, _ in pairs], axis=0)
        return mean, np.sum([weight * power for weight, _, power in pairs], axis=0)

    def _moments_of(self, blur: Blur, wy: Array, wx: Array) -> tuple[Spectrum, Array]:
        """H, and power out per power in: what a blur adds (an upscaler's images) is power that
        agrees with nothing in the sharp picture."""
        h, prior = blur.otf(wy, wx), self.prior.spectrum
        added = blur.aliased(prior, wy, wx)
        return h, np.abs(h) ** 2 + (added / prior(wy, wx) if np.any(added) else 0.0)

    @cached_property
    def sizes(self) -> list[tuple[float, Blur]]:
        """The sizes that the blur may have and what each counts, adding up to 1.

        A small blur leaves the least error, and a filter that is too strong for it does more harm
        than one that is too weak for a large one. With ``1 / E`` of the error that each size's own
        Wiener filter leaves, every size counts by its relative error, and the expected losses at
        both ends come out alike; pictures show halos at the small end, so it is squared.
        """
        if not self.spread:
            return [(1.0, self.blur)]
        factors = np.linspace(1 - self.spread, 1 + self.spread, SPREAD_NODES)
        blurs = [self.blur.scaled(float(factor)) for factor in factors]
        alone = [replace(self, blur=blur, spread=0.0) for blur in blurs]
        weights = np.array([sampled(target).wiener_error() for target in alone]) ** -2.0
        return list(zip((weights / weights.sum()).tolist(), blurs, strict=True))

    def blurred_power(self, wy: Array, wx: Array) -> Array:
        """``|H|^2 S + N``: what the blurred, noisy picture holds."""
        return self.moments(wy, wx)[1] * self.prior.spectrum(wy, wx) + self.noise.power

    def wiener(self, wy: Array, wx: Array) -> Spectrum:
        """``H* S / (|H|^2 S + N)``: no filter at all leaves a smaller expected squared error."""
        h, power = self.moments(wy, wx)
        s = self.prior.spectrum(wy, wx)
        return np.conj(h) * s / (power * s + self.noise.power)

    def ideal(self, wy: Array, wx: Array) -> Spectrum:
        """The response of the target's kind, neither divided by its value at DC nor capped.

        ``tikhonov``: ``H* / (|H|^2 + lambda)``, Wiener's filter of a flat spectrum of the prior's
        variance. ``laplacian``: ``H* / (|H|^2 + lambda |L|^2)``, that of a spectrum ``1 / |L|^2``
        with the prior's Laplacian energy. ``inverse``: 1/H. ``truncated``: 1/H where
        |H| > sqrt(lambda), else 0, as a truncated singular value decomposition does.
        """
        if self.kind == "wiener":
            return self.wiener(wy, wx)
        h, power = self.moments(wy, wx)
        penalty = self.noise.power / self.prior.var
        if self.kind == "tikhonov":
            return np.conj(h) / (power + penalty)
        if self.kind == "laplacian":
            return np.conj(h) / (power + self.laplacian_penalty() * _laplacian(wy, wx) ** 2)
        floor = penalty if self.kind == "truncated" else np.finfo(float).tiny
        return np.where(power > floor, np.conj(h) / np.maximum(power, floor), 0.0)

    def response(self, wy: Array, wx: Array) -> Spectrum:
        """The reference's response: the ideal one divided by its value at DC so that grey stays
        grey, |G| clipped to ``max_gain``."""
        zero = np.zeros(1)
        return self.clipped(self.ideal(wy, wx) / self.ideal(zero, zero).real)

    def clipped(self, g: Spectrum) -> Spectrum:
        """A response with |G| held under ``max_gain``."""
        if self.max_gain is None:
            return g
        return g * (self.max_gain / np.maximum(np.abs(g), self.max_gain))

    def grid(self) -> Grid:
        """Nodes that suit the blur's symmetry."""
        return octant() if self.blur.symmetry == "8-fold" else half_plane()

    def laplacian_penalty(self) -> float:
        """``lambda = N / mean(S |L|^2)``: noise per pixel over the energy that the prior gives the
        Laplacian (Miller 1970)."""
        grid = dense()
        energy = self.prior.spectrum(grid.wy, grid.wx) * _laplacian(grid.wy, grid.wx) ** 2
        return self.noise.power / grid.mean(energy)


def _laplacian(wy: Array, wx: Array) -> Array:
    """Response of the five-point Laplacian, 4 - 2 cos wy - 2 cos wx."""
    return np.asarray(4 - 2 * np.cos(wy) - 2 * np.cos(wx))


@dataclass(frozen=True, eq=False)
class Sampled:
    """A target at the nodes of a grid, all arrays of shape (n,): what fits and forecasts need.

    ``otf`` and ``otf_power`` are ``mean H`` and ``mean |H|^2``. ``wanted`` is clipped, not divided
    by its value at DC: filters are 1 there by construction, and dividing would only move their fit
    off the least error.
    """

    grid: Grid
    target: Target
    otf: Spectrum
    otf_power: Array
    spectrum: Array
    wanted: Spectrum
    weight: Weight
    fit_weight: Array

    @property
    def symmetry(self) -> Symmetry:
        """The blur's."""
        return self.target.blur.symmetry

    @property
    def blurred_power(self) -> Array:
        """``|H|^2 S + N``: what the blurred, noisy picture holds."""
        return self.otf_power * self.spectrum + self.target.noise.power

    @property
    def foreign_power(self) -> Array:
        """What agrees with nothing in the sharp picture: N, and what differs from size to size."""
        return (self.otf_power - np.abs(self.otf) ** 2) * self.spectrum + self.target.noise.power

    def expected_error(self, response: Spectrum) -> float:
        """Expected squared error per pixel of a response G, ``mean |1 - G H|^2 S + |G|^2 N``."""
        missed = np.abs(1 - response * self.otf) ** 2 * self.spectrum
        return self.grid.mean(missed + np.abs(response) ** 2 * self.foreign_power)

    def kernel_error(self, kernel: Array) -> float:
        """Expected squared error per pixel of taps (n, n)."""
        responses = self.grid.responses(self.images(kernel))
        return float(np.mean([self.expected_error(response) for response in responses]))

    def images(self, taps: Array) -> Array:
        """Those mirror images of ``taps`` (..., n, n) over which errors at the nodes are averaged,
        (images, ..., n, n).

        An octant of frequencies sees one of eight of a filter that is not mirrored itself; half a
        plane, one of two that have the same error.
        """
        flipped, turned = taps[..., ::-1, :], taps.swapaxes(-1, -2)
        mirrored = np.array_equal(taps, flipped) and np.array_equal(taps, turned)
        if self.symmetry != "8-fold" or mirrored:
            return taps[None]
        return np.array([taps, flipped, turned, turned[..., ::-1, :]])

    def wiener_error(self) -> float:
        """The least that any filter can leave: ``mean S N / (|H|^2 S + N)``."""
        return self.grid.mean(self.spectrum * self.foreign_power / self.blurred_power)


@lru_cache(maxsize=16)
def sampled(target: Target, weight: Weight = "mse") -> Sampled:
    """``target`` at its grid's nodes.

    For any G, ``E(G) = E(Wiener) + mean W |G - Wiener|^2`` with ``W = |H|^2 S + N``, so least
    squares under the weight W *is* expected-PSNR-optimal design. ``uniform`` leaves W out and fits
    frequencies that no picture contains; it reproduces textbook designs and loses up to 7 dB.
    """
    if target.kind == "inverse":  # which is nothing without its cap
        return _sampled(target, weight)
    free = _sampled(replace(target, max_gain=None, max_overshoot=None), weight)
    return replace(free, target=target, wanted=target.clipped(free.wanted))


@lru_cache(maxsize=16)
def _sampled(target: Target, weight: Weight) -> Sampled:
    """The same; other limits on the same target need not look at blur and prior again."""
    grid = target.grid()
    h, power = target.moments(grid.wy, grid.wx)
    s = target.prior.spectrum(grid.wy, grid.wx)
    blurred_power = power * s + target.noise.power
    return Sampled(
        grid=grid,
        target=target,
        otf=h,
        otf_power=power,
        spectrum=s,
        wanted=target.clipped(target.ideal(grid.wy, grid.wx)),
        weight=weight,
        fit_weight=blurred_power if weight == "mse" else np.ones_like(blurred_power),
    )
