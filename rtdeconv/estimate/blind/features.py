"""Numbers that a blur changes much and a scene little: a power spectrum, and edges' sharpness.

Edges: an edge blurred by sigma, seen through Gaussian derivatives of two scales s < t, has slopes
in the ratio sqrt((sigma^2 + t^2) / (sigma^2 + s^2)) whatever its contrast (Elder and Zucker 1998).
Spectrum: the blur takes sigma^2 w^2 from its logarithm, where noise leaves anything to be seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.estimate.blind.tiles import SIDE_PX, Tiles
from rtdeconv.grid import Array, half_frequencies

LEAST_POWER: Final = (1 / 255) ** 2 / 12
"""Less noise than 8 bits round off is no help, as no picture of the calibration had less."""

RINGS: Final = (2, 3.2, 4.7, 6.5, 9, 12, 15.5, 19.5, 24, 28.5, 33)
"""Bounds in waves per tile; nearly equal ratios at first, equal steps at last."""

COARSE: Final = 3
"""So many rings, the first, are hardly blurred: the others are measured by them."""

QUIET: Final = 0.3
"""A signal below this share of the noise is not told from none."""

SCALES_PX: Final = (0.7, 1.0, 1.6, 2.8)
PAIRS: Final = ((0, 2), (1, 3), (0, 1))
"""Scales whose slopes are compared."""

MARGIN_PX: Final = 10
"""What the largest scale sees beyond a tile's border."""

CLEAR: Final = 6.0
"""Slopes count that are this many times the noise's."""

FAINT: Final = 0.0025
"""Slopes per px, 0..1, below which an edge is none even without noise."""

FEWEST_EDGES: Final = 30
"""Pixels on edges, without which nothing is said."""

STRONG: Final = 0.8
"""Edges above this quantile of slope are the most likely to be steps of the scene."""

HEIGHTS: Final = (0.25, 0.5, 0.75, 0.9, 0.97)
STRONG_HEIGHTS: Final = (0.25, 0.5, 0.75, 0.9)


@dataclass(frozen=True, eq=False)
class Rings:
    """Power per pixel of every tile on rings, (n, 10), less the noise's; mean radii in cpp."""

    signal: Array
    noise_power: float

    @property
    def freq_cpp(self) -> Array:
        """Middle of the rings."""
        return np.sqrt(np.multiply(RINGS[:-1], RINGS[1:])) / SIDE_PX

    def normalised(self) -> tuple[Array, float]:
        """Mean signal of tiles that count alike, whatever their contrast, and the noise in it."""
        coarse = self.signal[:, :COARSE].mean(1)
        weight = 1 / np.maximum(coarse, 4 * self.noise_power)
        return (self.signal * weight[:, None]).mean(0), self.noise_power * float(weight.mean())


def rings(tiles: Tiles, noise_power: float) -> Rings:
    """The spectra of tiles (n, 64, 64). ``noise_power`` counts rounding too."""
    noise_power = max(noise_power, LEAST_POWER)
    centred = tiles - tiles.mean((1, 2), keepdims=True)
    power = np.abs(np.fft.rfft2(centred * _window())) ** 2 / np.square(_window()).sum()
    flat = power.reshape(len(tiles), math.prod(power.shape[1:]))
    weight, members = _ring_members()
    means = [flat[:, at] @ weight[at] / weight[at].sum() for at in members]
    return Rings(np.stack(means, 1).astype(np.float64) - noise_power, noise_power)


def features(tiles: Tiles, spectrum: Rings) -> Array | None:
    """All numbers of tiles (n, 64, 64) with their `rings`, shape (52,); None where there are too
    few edges."""
    if not len(tiles):
        return None
    noise_power = spectrum.noise_power
    slopes, edge_share = _slopes(tiles, noise_power)
    if slopes.shape[1] < FEWEST_EDGES:
        return None
    contrast = np.quantile(slopes[-1], 0.9) / math.sqrt(noise_power)
    last = math.log(edge_share + 1e-3), math.log(noise_power) / 2, math.log(contrast)
    return np.concatenate([_of_spectrum(spectrum), _of_edges(slopes), last])


def _of_spectrum(found: Rings) -> Array:
    signal, noise = found.normalised()
    floor = QUIET * noise
    shape = np.log(np.maximum(signal, floor) / max(signal[:COARSE].mean(), floor))
    seen = np.log(np.maximum(signal / noise, QUIET))[[3, 5, 7, 9]]
    power = found.noise_power
    coarse = np.maximum(found.signal[:, :COARSE].mean(1), power)
    each = np.log(np.maximum(found.signal, QUIET * power) / coarse[:, None])
    return np.concatenate([shape, seen, np.median(each, axis=0)[COARSE - 1 :]])


def _of_edges(slopes: Array) -> Array:
    """Quantiles of the ratios of slopes (scales, n), of all edges and of strong ones."""
    strong = slopes[-1] >= np.quantile(slopes[-1], STRONG)
    found: list[Array] = []
    for fine, coarse in PAIRS:
        ratio = np.log(slopes[fine] / slopes[coarse])
        found.append(np.quantile(ratio, HEIGHTS))
        found.append(np.quantile(ratio[strong], STRONG_HEIGHTS))
    return np.concatenate(found)


def _slopes(tiles: Tiles, noise_power: float) -> tuple[Array, float]:
    """Slopes on edges at every scale, per px, (scales, n), and the share of pixels on edges.

    An edge is where the slope of the second scale is largest along the axis it is steeper on.
    """
    inside = np.s_[:, MARGIN_PX:-MARGIN_PX, MARGIN_PX:-MARGIN_PX]
    spectrum = np.fft.rfft2(tiles - tiles.mean((1, 2), keepdims=True))
    squares, steeper_x = [], np.empty(0, np.bool_)
    for index, responses in enumerate(_derivatives()):
        x, y = (np.fft.irfft2(spectrum * one, tiles.shape[1:]) for one in responses)
        squares.append(x * x + y * y)
        if index == 1:
            steeper_x = np.abs(x) >= np.abs(y)
    middle, noise = squares[1], [2 * one * noise_power for one in _noise_passed()]
    across, along = (_neighbours(middle, axis) for axis in (2, 1))
    peak = middle[inside] > np.where(steeper_x, across, along)[inside]
    clear = (middle[inside] > CLEAR**2 * noise[1]) & (
        squares[3][inside] > max(CLEAR**2 * noise[3], FAINT**2)
    )
    edges = peak & clear
    slopes = [
        np.sqrt(np.maximum(square[inside][edges] - one, 1e-9))
        for square, one in zip(squares, noise, strict=True)
    ]
    return np.array(slopes, np.float64), float(edges.mean())


def _neighbours(values: NDArray[np.floating], axis: int) -> NDArray[np.floating]:
    """The larger of both neighbours along an axis."""
    return np.maximum(np.roll(values, 1, axis), np.roll(values, -1, axis))


@lru_cache(maxsize=1)
def _window() -> NDArray[np.float32]:
    line = np.sin(np.pi * (np.arange(SIDE_PX) + 0.5) / SIDE_PX) ** 2
    return np.multiply.outer(line, line).astype(np.float32)


@lru_cache(maxsize=1)
def _ring_members() -> tuple[Array, list[NDArray[np.intp]]]:
    """How often each half-plane frequency counts, flat, and those on every ring."""
    wy, wx = half_frequencies((SIDE_PX, SIDE_PX))
    radius = np.hypot(wy, wx) * SIDE_PX / (2 * math.pi)
    weight = np.full(radius.shape, 2.0)
    weight[:, [0, -1]] = 1
    ring = np.digitize(radius, RINGS).ravel() - 1
    return weight.ravel(), [np.flatnonzero(ring == k) for k in range(len(RINGS) - 1)]


@lru_cache(maxsize=1)
def _derivatives() -> list[tuple[NDArray[np.complex64], NDArray[np.complex64]]]:
    """Responses along x and y at every scale; the Nyquist frequency has no sign, so no slope."""
    wy, wx = half_frequencies((SIDE_PX, SIDE_PX))
    found: list[tuple[NDArray[np.complex64], NDArray[np.complex64]]] = []
    for scale in SCALES_PX:
        smooth = np.exp(-(scale**2) * (wy**2 + wx**2) / 2)
        x, y = 1j * wx * smooth, 1j * wy * smooth
        x[:, -1] = 0
        y[SIDE_PX // 2] = 0
        found.append((x.astype(np.complex64), y.astype(np.complex64)))
    return found


@lru_cache(maxsize=1)
def _noise_passed() -> list[float]:
    """Variance of each scale's slope along one axis for white noise of variance 1:
    ``mean w_x^2 exp(-s^2 |w|^2)``."""
    w = 2 * math.pi * np.fft.fftfreq(SIDE_PX)
    wy, wx = w[:, None], w[None, :]
    return [float(np.mean(wx**2 * np.exp(-(scale**2) * (wy**2 + wx**2)))) for scale in SCALES_PX]
