"""How an ideal slanted edge looks through a blur: its profile along the normal, and its MTF.

A pixel of the sharp picture is the area that lies on the edge's bright side: a function of its
centre's distance d from the edge, the integral of a trapezoid whose transform is
sinc(f cos a) sinc(f sin a). A blur of taps h_k adds such pixels, so that the blurred one is
sum h_k A(d - n k), n the normal: again a function of d alone, and exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from typing import Final

import numpy as np

from rtdeconv.blur import Blur, Gaussian, gaussian_line
from rtdeconv.grid import Array

STEP_PX: Final = 1 / 32
"""Between the nodes; sharing a tap between two of them adds STEP^2 / 4 of variance at
most, / 6 on average."""

NODES: Final = 4096
"""64 px on either side."""

_FIRST: Final = -NODES // 2


@dataclass(frozen=True, eq=False)
class Response:
    """Profile of an edge that rises from 0 to 1: ``esf`` and its slope ``lsf`` at nodes."""

    esf: Array
    lsf: Array


def edge_response(blurs: Sequence[Blur], angle_deg: float) -> Response:
    """Of an edge ``angle_deg`` off an axis, through all ``blurs`` one after the other."""
    return response_of([spectrum_of(blur, angle_deg) for blur in blurs], angle_deg)


def response_of(spectra: Sequence[Array], angle_deg: float) -> Response:
    """Of blurs given by `spectrum_of`."""
    mass = np.fft.fftshift(np.fft.irfft(reduce(np.multiply, spectra, _aperture(angle_deg)), NODES))
    # the mass of a cell ends half a step behind its node
    behind = np.cumsum(mass)
    return Response(behind - mass / 2, mass / STEP_PX)


def spectrum_of(blur: Blur, angle_deg: float) -> Array:
    """Transform of a blur's taps along the normal, at the frequencies of the nodes' rfft."""
    cos, sin = _normal(angle_deg)
    if isinstance(blur, Gaussian) and blur.sigma_y_px is None:
        # separable: two lines of taps, not a square
        reach = math.ceil(6 * blur.sigma_px)
        line = gaussian_line(blur.sigma_px, reach)
        offsets = np.arange(-reach, reach + 1)
        pair = (_shared(offsets * c, line / line.sum()) for c in (cos, sin))
        return reduce(np.multiply, pair)
    taps = blur.psf()
    offsets = np.arange(len(taps)) - len(taps) // 2
    return _shared((offsets[None, :] * cos + offsets[:, None] * sin).ravel(), taps.ravel())


def aperture_mtf(freq_cpp: Array, angle_deg: float) -> Array:
    """Of a square pixel, along the normal of an edge."""
    cos, sin = _normal(angle_deg)
    return np.asarray(np.sinc(freq_cpp * cos) * np.sinc(freq_cpp * sin))


def edge_mtf(blur: Blur, freq_cpp: Array, angle_deg: float) -> Array:
    """|MTF| of pixel and blur along the normal, 1 at 0."""
    cos, sin = _normal(angle_deg)
    w = 2 * math.pi * freq_cpp
    return np.abs(aperture_mtf(freq_cpp, angle_deg) * blur.otf(w * sin, w * cos))


def read_off(response: Response, d_px: Array) -> tuple[Array, Array]:
    """(esf, lsf) at distances ``d_px`` from the edge, linearly between the nodes."""
    place = np.clip(d_px / STEP_PX - _FIRST, 0, NODES - 1.001)
    node = place.astype(np.intp)
    part = place - node
    esf, lsf = (
        line[node] + part * (line[node + 1] - line[node]) for line in (response.esf, response.lsf)
    )
    return esf, lsf


def _normal(angle_deg: float) -> tuple[float, float]:
    # an edge along an axis would divide by 0 below, and differs from this by nothing
    angle = max(abs(math.radians(angle_deg)), 1e-3)
    return math.cos(angle), math.sin(angle)


def _shared(places_px: Array, weights: Array) -> Array:
    """Transform of point masses, each shared between its two nodes so that its place is kept."""
    place = places_px / STEP_PX
    node = np.floor(place).astype(np.intp)
    part = place - node
    mass = np.bincount(node % NODES, weights * (1 - part), NODES)
    mass += np.bincount((node + 1) % NODES, weights * part, NODES)
    return np.asarray(np.fft.rfft(mass))


@lru_cache(maxsize=4)
def _aperture(angle_deg: float) -> Array:
    """Transform of the pixel's share of every cell: twice integrated, four corners."""
    cos, sin = _normal(angle_deg)
    ends = (np.arange(NODES + 1) + _FIRST - 0.5) * STEP_PX
    wide, thin = (cos + sin) / 2, (cos - sin) / 2
    corners = ((wide, 1), (thin, -1), (-thin, -1), (-wide, 1))
    covered = sum(sign * np.maximum(ends + at, 0.0) ** 2 for at, sign in corners)
    return np.asarray(np.fft.rfft(np.fft.ifftshift(np.diff(covered / (2 * cos * sin)))))
