"""FIRs whose taps are read two or four at a time between pixels."""

from __future__ import annotations

from rtdeconv.bilinear import merged
from rtdeconv.filters import Fetches
from rtdeconv.fit.family import Family, Size
from rtdeconv.fit.fir import fit_fir
from rtdeconv.target import Sampled


def fit_merged_fir(at: Sampled, size: Size) -> Fetches:
    """The FIR of least weighted error, neighbours of one sign read by one bilinear fetch.

    Positions are rounded to what hardware can tell apart, so a tap may move by 1/512 of itself. A
    tap to the right of the impulse response is a fetch to the left.
    """
    spots = merged(fit_fir(at, size).kernel())
    return Fetches(tuple((weight, -dx, -dy) for weight, dx, dy in spots))


FAMILY = Family(
    name="fir-merged",
    describes="full 2-D FIR, neighbours of one sign read by one bilinear fetch",
    counts="taps: per side",
    sizes=tuple(Size(taps=n) for n in (3, 5, 7, 9)),
    usual=Size(taps=5),
    structure=Fetches,
    fit=fit_merged_fir,
)
