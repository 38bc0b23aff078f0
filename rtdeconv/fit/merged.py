"""FIRs whose taps are read two or four at a time between pixels."""

from __future__ import annotations

import numpy as np

from rtdeconv.bilinear import merged
from rtdeconv.filters import Fetches, on_lattice
from rtdeconv.filters.base import LATTICE_BITS
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.fir import fit_fir
from rtdeconv.target import Sampled


def fit_merged_fir(at: Sampled, size: Size) -> Fetches:
    """The FIR of least weighted error, neighbours of one sign read by one bilinear fetch.

    Positions are rounded to what hardware can tell apart, so a tap may move by 1/512 of itself. A
    tap to the right of the impulse response is a fetch to the left. What rounding the weights
    leaves of their sum goes to the centre, or to the nearest fetch and its mirror image.
    """
    spots = merged(fit_fir(at, size).kernel())
    weights = on_lattice(np.array([weight for weight, *_ in spots]), bits=LATTICE_BITS - 1)
    places = [(-dx, -dy) for _, dx, dy in spots]
    nearest = places[0]
    takers = [k for k, place in enumerate(places) if place in (nearest, _mirrored(nearest))]
    weights[takers] += (1.0 - weights.sum()) / len(takers)
    return Fetches(
        tuple((float(weight), *place) for weight, place in zip(weights, places, strict=True))
    )


def _mirrored(place: tuple[float, float]) -> tuple[float, float]:
    return -place[0], -place[1]


FAMILY = Family(
    name="fir-merged",
    describes="full 2-D FIR, neighbours of one sign read by one bilinear fetch",
    counts="taps (per side)",
    sizes=tuple(Size(taps=n) for n in (3, 5, 7, 9)),
    usual=Size(taps=5),
    structure=Fetches,
    fit=fit_merged_fir,
)
