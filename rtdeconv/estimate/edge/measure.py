"""One slanted edge, from pixels to a blur and its doubt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.blur import Blur, Chain
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge.doubt import interval_of, missed_by, redrawn
from rtdeconv.estimate.edge.families import (
    FAMILIES,
    GAUSSIAN,
    LEAST_SIGMA_PX,
    MOST_SIGMA_PX,
    rounded,
    sigma_of,
    tap_variance,
)
from rtdeconv.estimate.edge.flats import halo_px, levels_of
from rtdeconv.estimate.edge.line import Line, fitted_line, runs_across
from rtdeconv.estimate.edge.noise import flat_noise
from rtdeconv.estimate.edge.profile import FREQS_CPP, Profile, mtf50_of, profile_of
from rtdeconv.estimate.edge.region import Box, region_of, transposed
from rtdeconv.estimate.edge.response import edge_mtf, read_off
from rtdeconv.estimate.edge.result import LIKELY, Fit, MeasuredEdge
from rtdeconv.estimate.edge.samples import Beside, beside, binned, of_rows, within
from rtdeconv.estimate.edge.solver import Solution, residual_of, response_at, solved
from rtdeconv.grid import Array
from rtdeconv.light import Light, checked_light, decode, encode
from rtdeconv.pixels import Image

LEAST_REACH_PX, REACH_SIGMAS = 10.0, 5.0
"""Pixels beside the edge that count: levels need them, other things in the picture are there."""

ALIKE: Final = "both sides of the edge are alike; mark a region that one edge crosses"

TINY: Final = 1e-12
"""Of mean squares; a synthetic edge without noise is explained no better than numbers are kept."""

SURE: Final = 4.0
"""Standard errors by which an overshoot must stand out."""

BAD_ROW: Final = 6.0
"""Rows with that many times the usual squares are left out: dust, overlay."""

MOST_ERROR: Final = 0.15
"""Of the contrast: rms that the best fit leaves, noise included."""

OVERSHOOT: Final = 0.006
"""Of the contrast, beyond its error; a lens and a sensor have none."""

RISE: Final = 0.03
"""How far beyond 1 the MTF must lie beyond its error."""

FLATS_PX: Final = 8.0
"""Beyond the pixels that are fitted, to learn the levels of the flats."""

AT_BOUND: Final = 0.98
"""Of MOST_SIGMA_PX."""

LEAST_REACH_SIGMAS: Final = 2.0
"""Beside the edge; a narrower region shows no flat."""


def measure_edge(image: Image, box: Box, *, light: Light = "linear") -> MeasuredEdge:
    """The blur across the edge in ``box`` of a picture, with error bars.

    ``light`` is where the blur happened: ``linear`` undoes the sRGB curve first, ``encoded`` takes
    values as they are. The edge is nearly horizontal or vertical, 2..12 degrees off, the blur's
    taps act on a sharp picture whose pixels are areas of the scene. Raises ValueRefused where the
    region holds no edge that can be measured, and says why.
    """
    region = region_of(image, box, checked_light(light))
    turned = runs_across(region.grey)
    region = transposed(region) if turned else region
    line = fitted_line(region.grey, region.clipped)
    everything = beside(region.grey, line, light)
    pixels, found = _gaussian_fit(everything)
    _check_size(sigma_of(found.shape[0]), pixels.reach_px)
    fits, best, missed = _fits(pixels, found)
    _check_fit(fits[0])
    fitted = _Fitted(
        pixels,
        found,
        fits,
        best,
        missed,
        profile=_profile(everything, pixels, found, float(best.moves[0])),
        line=line.moved(found.moves, len(region.grey)),
    )
    noise = flat_noise(region, everything, 3 * sigma_of(found.shape[0]) + 2)
    return _measured(box, turned, noise, fitted)


@dataclass(frozen=True, eq=False)
class _Fitted:
    """``found``: the Gaussian, of which the edge's place is taken; ``best``: on binned pixels.
    ``line``: where the edge was found."""

    pixels: Beside
    found: Solution
    fits: tuple[Fit, ...]
    best: Solution
    missed: float
    profile: Profile
    line: Line


def _measured(box: Box, turned: bool, noise: float, fitted: _Fitted) -> MeasuredEdge:
    """With error bars."""
    pixels, found, best, profile = fitted.pixels, fitted.found, fitted.best, fitted.profile
    tilt = fitted.line.angle_deg
    low, high = interval_of(pixels, found, redrawn(pixels.rows), fitted.missed)
    return MeasuredEdge(
        box=box,
        light=pixels.samples.light,
        line=fitted.line,
        angle_deg=tilt if turned else -tilt,
        axis="horizontal" if turned else "vertical",
        contrast=_contrast(found, pixels.samples.light),
        noise=noise,
        esf_px=profile.esf_px,
        esf=profile.esf,
        model_esf=read_off(response_at(best.family, best.shape, tilt), profile.esf_px)[0],
        lsf_px=profile.lsf_px,
        lsf=profile.lsf,
        mtf_cpp=FREQS_CPP,
        mtf=profile.mtf,
        mtf_low=profile.mtf_low,
        mtf_high=profile.mtf_high,
        model_mtf=edge_mtf(fitted.fits[0].blur, FREQS_CPP, tilt),
        mtf50_cpp=mtf50_of(profile.mtf),
        fits=fitted.fits,
        sigma_px=sigma_of(found.shape[0]),
        sigma_px_low=low,
        sigma_px_high=high,
        sharpened=_sharpened(profile, pixels, found),
        bow_px=fitted.line.bow_px,
        rows_used=pixels.rows,
    )


def _gaussian_fit(everything: Beside) -> tuple[Beside, Solution]:
    """The pixels that count, and the Gaussian that fits them best."""
    samples = everything.samples
    levels, sigma = _first_guess(samples.d_px, decode(samples.values, samples.light))
    pixels = within(everything, max(LEAST_REACH_PX, REACH_SIGMAS * sigma + 6))
    found = solved(pixels.samples, GAUSSIAN, levels, np.array([tap_variance(sigma)]))
    squares = np.bincount(pixels.row_of, residual_of(pixels.samples, found) ** 2)
    usual = max(float(np.median(squares)), 1e-5 * _contrast(found, samples.light) ** 2)
    good = squares <= BAD_ROW * usual
    if good.all():
        return pixels, found
    pixels = of_rows(pixels, good)
    return pixels, solved(pixels.samples, GAUSSIAN, found.levels, found.shape)


def _first_guess(d_px: Array, values: Array) -> tuple[Array, float]:
    """Levels of the flats; and sigma, as a Gaussian's profile has an integral of E (1 - E) of
    sigma / sqrt(pi)."""
    cell = np.floor(d_px).astype(np.intp)
    cell -= cell.min()
    number = np.maximum(np.bincount(cell), 1)
    profile = np.bincount(cell, values) / number
    outer = max(len(profile) // 5, 1)
    lo, hi = float(np.median(profile[:outer])), float(np.median(profile[-outer:]))
    if hi == lo:
        raise ValueRefused(ALIKE)
    esf = (profile - lo) / (hi - lo)
    sigma = math.sqrt(math.pi) * float((esf * (1 - esf)).sum())
    return np.array([lo, hi, 0.0, 0.0]), min(max(sigma, 0.4), MOST_SIGMA_PX)


def _contrast(found: Solution, light: Light) -> float:
    low, high = encode(found.levels[:2], light)
    return float(abs(high - low))


def _profile(everything: Beside, pixels: Beside, found: Solution, aside_px: float) -> Profile:
    """Of the rows in ``pixels``, the edge ``aside_px`` from where it was ``found``."""
    rows = np.isin(np.arange(everything.rows), pixels.kept_rows)
    wider = within(of_rows(everything, rows), pixels.reach_px + FLATS_PX)
    drawn = redrawn(pixels.rows)
    d = found.moved(wider.samples) + aside_px
    away = halo_px(sigma_of(found.shape[0]), pixels.reach_px)
    levels = levels_of(wider, d, away, drawn.counts)
    if levels[0, 1] <= levels[0, 0]:
        raise ValueRefused(ALIKE)
    near = within(wider, pixels.reach_px)
    return profile_of(near, found.moved(near.samples) + aside_px, levels, drawn)


def _fits(pixels: Beside, found: Solution) -> tuple[tuple[Fit, ...], Solution, float]:
    """Every family on binned pixels, best first, the best one's solution, and the standard error
    that what it misses gives the Gaussian's variance.

    Pixels whose residuals are alike tell no more than one: `Missed.apart` pixels count as one.
    """
    samples = pixels.samples
    few, lost = binned(samples, found.moved(samples))
    sigma = sigma_of(found.shape[0])
    made = [
        solved(few, family, found.levels, np.array(family.starts(max(sigma, LEAST_SIGMA_PX))))
        for family in FAMILIES
    ]
    pixel_count = len(samples.values)
    least = min(made, key=lambda one: one.squares)
    n = max(
        pixel_count / missed_by(few, lost, made[0], least, pixel_count).apart,
        2 * pixels.reach_px,
    )
    bic = [
        n * math.log((one.squares + lost) / pixel_count + TINY) + one.family.count * math.log(n)
        for one in made
    ]
    # the Gaussian, which comes first, is preferred where it explains as much
    order = sorted(range(len(made)), key=lambda k: bic[k] - 2 * LIKELY * (k == 0))
    contrast = _contrast(found, samples.light)
    fits = tuple(
        Fit(
            made[k].family.name,
            _blur(made[k]),
            math.sqrt((made[k].squares + lost) / pixel_count) / contrast,
            (bic[0] - bic[k]) / 2,
        )
        for k in order
    )
    best = made[order[0]]
    return fits, best, missed_by(few, lost, made[0], best, pixel_count).variance


def _blur(found: Solution) -> Blur:
    parts = tuple(rounded(part) for part in found.family.blurs(found.shape))
    return parts[0] if len(parts) == 1 else Chain(parts)


def _check_fit(best: Fit) -> None:
    if best.error > MOST_ERROR:
        raise ValueRefused(
            f"a blurred edge leaves at most {MOST_ERROR:.0%} of its contrast unexplained, not "
            f"{best.error:.0%}; mark a region with one edge between two flat sides, and less noise"
        )


def _check_size(sigma_px: float, reach_px: float) -> None:
    if sigma_px >= AT_BOUND * MOST_SIGMA_PX:
        raise ValueRefused(
            f"an edge is measured up to a blur of {MOST_SIGMA_PX:g} px, and this one is wider; "
            "mark a smaller picture of it, or a sharper edge"
        )
    if reach_px < LEAST_REACH_SIGMAS * sigma_px:
        raise ValueRefused(
            f"an edge is measured between two flat sides, but {reach_px:.0f} px beside it do not "
            f"hold its blur; mark a wider region"
        )


def _sharpened(profile: Profile, pixels: Beside, found: Solution) -> bool:
    """Whether the profile goes beyond its flats or the MTF beyond 1, surely."""
    sure = redrawn(pixels.rows).sigmas(SURE)
    near = np.abs(profile.over_px) <= halo_px(sigma_of(found.shape[0]), pixels.reach_px)
    beyond = (profile.over - sure * profile.over_error)[near]
    risen = (profile.mtf - sure * profile.mtf_error)[FREQS_CPP <= 0.5]
    return bool(beyond.max(initial=0) > OVERSHOOT or risen.max() > 1 + RISE)
