"""From pictures to taps: register, gather, solve, and say what was met."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rtdeconv.blur import complex_transfer
from rtdeconv.blur.psf import centroid
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.pairs.evidence import (
    Equations,
    Place,
    affordable,
    detailed_places,
    equations,
    total,
)
from rtdeconv.estimate.pairs.frames import Frame, Shift, frame_of, moved
from rtdeconv.estimate.pairs.measured import MeasuredPair, settled
from rtdeconv.estimate.pairs.register import REACH, registered, too_wide
from rtdeconv.estimate.pairs.residual import Residual, residual
from rtdeconv.estimate.pairs.shapes import MOST_SIGMA_PX, round_gaussian, sigma_of
from rtdeconv.estimate.pairs.solve import Model, covariance, solve
from rtdeconv.estimate.pairs.words import remarks
from rtdeconv.estimate.words import EIGHTY_SIGMAS
from rtdeconv.grid import Array
from rtdeconv.light import Light, checked_light
from rtdeconv.pixels import Image, code_step

MARGIN_PX: Final = 16
LEAST_REACH, MOST_REACH = 2, 10
GROUPS: Final = 10
"""Of tiles, for the jackknife."""

CENTRED_PX: Final = 0.01
SHARPER: Final = 1.1
"""Contrast that no blur leaves of waves of 4 px."""

FEW_NEGATIVE: Final = 0.02
"""Of the light, that may be cut off without further thought."""

RIDGE: Final = 1e-3
"""Of the mean power of the sharp picture, so that frequencies it lacks count a little."""

UNSEEN_PX: Final = 0.15
"""A Gaussian of less moves under a thousandth of the light."""

DOUBT: Final = 1.5
"""How many times sigma may be wrong what `_misfit` says."""

BY_CHANCE: Final = 0.05
"""Correlation of neighbours that rounding and clipping bring about."""

RIM: Final = 0.01
"""Share of the light in a window's outermost ring from which on the window is too small."""

TRIES: Final = 4
FULL: Final = 0.1
"""The same, from which on the largest window is too small."""

LARGER: Final = 1.4
"""Errors are so many times what the equations say. Fitted: it makes intervals of 80 % hold the
truth that often on the ten pictures of `tools/measure_pairs.py`, which then shows no more than
that."""

BETTER: Final = 0.85
"""Of what this light leaves, what another must leave to be the likelier one. Gaussians of .5 to 1.5
px in the wrong light left 1.2 to 6 times what they left in the right one, under noise of 2 to
.5/255."""


def measure_pair(blurred: Image, sharp: Image, *, light: Light = "linear") -> MeasuredPair:
    """The blur between two versions of one frame: a game's with and without TAA, two renders.

    Both (H, W), (H, W, 3) or (H, W, 4), display-encoded, of one size, at least 64 px a side; alpha
    does not count. ``light`` is that in which the blur acted. Channels share one blur, and each
    place may have a brightness of its own. Captions that are the same in both, clipped pixels of
    the blurred picture and what moved between both are left out. The sharp picture is taken at its
    word: noise of 1/255 in it makes a blur of .7 px look wider, .5 % on average and 4 % where there
    is little fine detail. Raises ValueRefused.
    """
    checked_light(light)
    found, rest = _measured_in(light, blurred, sharp)
    if rest.alike <= BY_CHANCE:
        return found
    other: Light = "encoded" if light != "encoded" else "linear"
    return replace(found, better_light=other) if _explains(other, blurred, sharp, rest) else found


def _explains(light: Light, blurred: Image, sharp: Image, rest: Residual) -> bool:
    """Whether a blur in ``light`` leaves white noise, where ``rest`` is none, or far less."""
    try:
        _, other = _measured_in(light, blurred, sharp)
    except ValueRefused:
        return False
    most = rest.noise if other.alike < BY_CHANCE else BETTER * rest.noise
    return other.noise < most


def _measured_in(light: Light, blurred: Image, sharp: Image) -> tuple[MeasuredPair, Residual]:
    frame, whole = frame_of(blurred, sharp, light)
    places = detailed_places(frame, MARGIN_PX)[: affordable(REACH)]
    first = registered(frame, places)
    kept = list(first.places)
    solved = _solved(frame, kept, _nought(first.shift), first.sigma_px)
    _check_blurred(solved.taps)
    steps = code_step(blurred.dtype), code_step(sharp.dtype)
    rest = residual(frame, kept, solved.taps, solved.shift, steps)
    measured = _measured(solved, rest, whole, light)
    disagreeing = 1 - len(kept) / len(places)
    return replace(measured, met=remarks(measured, rest, frame, disagreeing)), rest


def _nought(shift: Shift) -> Shift:
    """No shift at all where it is as small as errors are: moving costs accuracy at the borders."""
    return shift if max(map(abs, shift)) > CENTRED_PX else (0.0, 0.0)


@dataclass(frozen=True, eq=False)
class _Solved:
    """Taps whose sum is the gain, the equations they solve, and the fraction of a pixel between."""

    taps: Array
    model: Model
    groups: list[Equations]
    shift: Shift


def _solved(frame: Frame, places: list[Place], shift: Shift, sigma_px: float) -> _Solved:
    """Solves; again while the taps lie off centre or reach the rim of their window."""
    reach = int(np.clip(np.ceil(3 * sigma_px + 1), LEAST_REACH, MOST_REACH))
    for tries_left in reversed(range(TRIES)):
        groups = _groups(frame, places, shift, reach)
        taps, model = solve(total(groups), reach, sigma_px)
        y, x = centroid(taps)
        wide = _rim(taps) > RIM and reach < MOST_REACH
        astray = max(abs(y), abs(x)) > CENTRED_PX
        if not tries_left or not (wide or astray):
            break
        reach = min(reach + 2, MOST_REACH) if wide else reach
        if astray:
            shift = shift[0] + y, shift[1] + x
    if _rim(taps) > FULL:
        raise too_wide()
    return _Solved(taps, model, groups, shift)


def _check_blurred(taps: Array) -> None:
    """Refuses taps that raise contrast."""
    side = math.sqrt(0.5)
    wy, wx = math.pi / 2 * np.array([[1.0, 0.0, side, side], [0.0, 1.0, side, -side]])
    left = float(np.sqrt(np.mean(np.abs(complex_transfer(taps / taps.sum(), wy, wx)) ** 2)))
    if left > SHARPER:
        raise ValueRefused(
            f"the blurred picture has {left:.1f} times the sharp one's fine contrast, so there is "
            "no blur to undo; swap them, or turn off what sharpens"
        )


def _rim(taps: Array) -> float:
    """Share of the light in the outermost ring."""
    return float(1 - taps[1:-1, 1:-1].sum() / taps.sum())


def _groups(frame: Frame, places: list[Place], shift: Shift, reach: int) -> list[Equations]:
    """Equations of the tiles with the most detail, in groups that are spread over the picture."""
    sharp = moved(frame.sharp, shift)
    chosen = places[: affordable(reach)]
    count = min(GROUPS, len(chosen))
    return [
        total([equations(frame, sharp, place, reach) for place in chosen[i::count]])
        for i in range(count)
    ]


def _interval(taps: Array, errors: Array, follows: Array) -> tuple[float, float]:
    """Sigmas of the taps moved, by their errors, the way that sigma follows.

    The derivative alone would lead astray near 0, where taps hardly change with sigma.
    """
    along = errors @ follows
    error = math.sqrt(max(float(follows @ along), 0.0))
    move = (EIGHTY_SIGMAS / max(error, 1e-30) * along).reshape(taps.shape)
    low, high = (sigma_of(taps + turn * move)[0] for turn in (-1, 1))
    return (low if low > UNSEEN_PX else 0.0), high


def _misfit(found: Equations, taps: Array, alike: float) -> float:
    """Amplitude of what is left and no noise, over that of all that the blur changed.

    Where the sharp picture is aliased or lit in another way, taps make up for some of it, and by
    about that share they may be wrong. A scene sampled at points instead of areas has .08 here, and
    sigma .12 too large.
    """
    unchanged = np.zeros(taps.size)
    unchanged[taps.size // 2] = taps.sum()
    changed = max(found.left(unchanged), 1e-12 * found.energy)
    odd = max(alike - BY_CHANCE, 0.0) * max(found.left(taps.ravel()), 0.0)
    return math.sqrt(min(odd / changed, 1.0))


def _not_negative(taps: Array, found: Equations) -> Array:
    """The taps of no negative weight that explain the pictures best, given the free ones.

    Cut at 0 where that hardly changes them: noise wobbles about it.
    """
    if -taps[taps < 0].sum() < FEW_NEGATIVE:
        return np.maximum(taps, 0.0)
    from scipy.optimize import nnls  # a third of a second to import

    ridge = RIDGE * np.trace(found.gram) / len(found.gram)
    root = np.linalg.cholesky(found.gram + ridge * np.eye(len(found.gram))).T
    return np.asarray(nnls(root, root @ taps.ravel())[0]).reshape(taps.shape)


def _measured(solved: _Solved, rest: Residual, whole: Shift, light: Light) -> MeasuredPair:
    gain, found = float(solved.taps.sum()), total(solved.groups)
    taps = solved.taps / gain
    # of taps over their sum
    turned = (np.eye(taps.size) - taps.reshape(-1, 1)) * LARGER / gain
    errors = turned @ covariance(solved.groups, solved.model) @ turned.T
    sigma, follows = sigma_of(taps)
    if sigma >= MOST_SIGMA_PX:
        raise too_wide()
    low, high = _interval(taps, errors, follows)
    doubt = DOUBT * sigma * _misfit(found, solved.taps, rest.alike)
    low, high = sigma - math.hypot(sigma - low, doubt), sigma + math.hypot(high - sigma, doubt)
    plain = gain * round_gaussian(np.array([math.log(sigma), 0.0, 0.0]), len(taps) // 2)
    left = found.left(solved.taps.ravel())
    more = found.left(plain) / max(left, 1e-12 * found.energy)
    y, x = np.array(solved.shift) + whole + np.array(centroid(taps))
    return MeasuredPair(
        blur=settled(_not_negative(taps, found)),
        taps=taps,
        taps_covariance=errors,
        light=light,
        shift_px=(float(y), float(x)),
        gain=gain,
        offset=rest.offset,
        noise=rest.noise,
        explained=float(1 - left / found.energy),
        sigma_px=sigma,
        sigma_px_low=max(low, 0.0),
        sigma_px_high=high,
        gaussian=float(np.sqrt(max(more, 1.0)) - 1),
    )
