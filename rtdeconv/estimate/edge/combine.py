"""Several edges of one picture: one blur, round or oriented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rtdeconv.blur import Blur, Chain, Disk, Gaussian
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge.families import LEAST_SIGMA_PX
from rtdeconv.estimate.edge.line import HaloClips
from rtdeconv.estimate.edge.measure import measure_edge
from rtdeconv.estimate.edge.region import Box
from rtdeconv.estimate.edge.result import (
    LIKELY,
    MISSED,
    SHARPENED,
    MeasuredEdge,
    blur_words,
    misfit_words,
)
from rtdeconv.estimate.words import (
    EIGHTY_SIGMAS,
    confidence_of,
    noise_words,
    promised,
    sigma_words,
)
from rtdeconv.light import Light
from rtdeconv.pixels import Image, checked_image

ORIENTED: Final = 1.05
"""Ratio of the two sigmas from which on a blur is not called round, if they are sure enough."""

UNEVEN: Final = 1.15
"""Ratio of the largest sigma to the least from which on the field is called uneven."""


@dataclass(frozen=True, eq=False, kw_only=True)
class MeasuredEdges:
    """What ``edges`` of one picture tell together.

    ``refused``: regions that could not be measured, and why. ``blur``: an oriented Gaussian where
    edges of two directions differ, else the round blur that explains all best. ``sigma_px``: the
    Gaussian's; of an oriented one the geometric mean of both. Its interval covers how much edges
    differ from each other, too.
    """

    edges: tuple[MeasuredEdge, ...]
    refused: tuple[tuple[Box, str], ...]
    blur: Blur
    sigma_px: float
    sigma_px_low: float
    sigma_px_high: float

    @property
    def noise(self) -> float:
        """Median of the edges'."""
        return float(np.median([edge.noise for edge in self.edges]))

    @property
    def sharpened(self) -> bool:
        """Whether half of the edges or more were; nothing may be designed on these."""
        return sum(edge.sharpened for edge in self.edges) * 2 >= len(self.edges)

    @property
    def confidence(self) -> float:
        """0..1; 0 where the picture was sharpened."""
        return 0.0 if self.sharpened else confidence_of(self.sigma_px_low, self.sigma_px_high)

    @property
    def record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            **promised(self),
            "blur": self.blur.spec,
            "sharpened": self.sharpened,
            "edges": [edge.record for edge in self.edges],
            "refused": [{"box": str(box), "why": why} for box, why in self.refused],
        }

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and words of each figure."""
        if len(self.edges) == 1:
            return self.edges[0].rows
        return (
            ("edges", f"{len(self.edges)}"),
            ("blur", blur_words(self.blur)),
            *self._sizes(),
            ("noise", noise_words(self.noise)),
            ("confidence", f"{self.confidence:.2f}"),
            *(
                (
                    f"{edge.axis} edge at {edge.box}",
                    f"{edge.sigma_px:.3f} px" + (", sharpened" if edge.sharpened else ""),
                )
                for edge in sorted(self.edges, key=lambda one: (one.box.y, one.box.x))
            ),
        )

    def _sizes(self) -> tuple[tuple[str, str], ...]:
        mean = sigma_words(self.sigma_px, self.sigma_px_low, self.sigma_px_high)
        blur = self.blur
        if not isinstance(blur, Gaussian) or blur.sigma_y_px is None:
            return (("sigma", mean),)
        return (
            ("sigma across", f"{blur.sigma_px:.3f} px"),
            ("sigma down", f"{blur.sigma_y_px:.3f} px"),
            ("their geometric mean", mean),
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the person."""
        if self.sharpened:
            return (SHARPENED,)
        if len(self.edges) == 1:
            return (*self._about_refused(), *self.edges[0].remarks)
        counted = [edge for edge in self.edges if not edge.sharpened]
        said = []
        if len(counted) < len(self.edges):
            said.append(
                f"{len(self.edges) - len(counted)} of {len(self.edges)} edges were sharpened and "
                "do not count."
            )
        missed = max(edge.missed for edge in counted)
        if missed > MISSED:
            said.append(misfit_words(missed))
        sigmas = [edge.sigma_px for edge in counted]
        if isinstance(self.blur, Gaussian) and self.blur.sigma_y_px is not None:
            said.append(
                "Edges of two directions differ, so the blur is an ellipse along the axes; a tilt "
                "would not show in them."
            )
        elif max(sigmas) > UNEVEN * min(sigmas) and min(sigmas) > 0:
            said.append(
                f"Sharpness differs over the picture, sigma {min(sigmas):.2f}..{max(sigmas):.2f} "
                "px; mark the edges of the part that matters."
            )
        return (*self._about_refused(), *said)

    def _about_refused(self) -> tuple[str, ...]:
        if not self.refused:
            return ()
        box, why = self.refused[0]
        return (f"{len(self.refused)} regions were left out, such as {box}: {why}.",)


def measure_edges(image: Image, boxes: Sequence[Box], *, light: Light = "linear") -> MeasuredEdges:
    """What the edges in ``boxes`` tell together. Raises ValueRefused where none can be measured."""
    if isinstance(boxes, Box):
        raise ValueRefused(
            f"edges are measured in a sequence of regions, not in one region; give [{boxes!r}]"
        )
    if not boxes:
        raise ValueRefused(
            "no edge to measure: photograph the chart, or mark an edge by its region X,Y,W,H"
        )
    image = checked_image(image)
    edges: list[MeasuredEdge] = []
    refused: list[tuple[Box, str]] = []
    clipping = None
    for box in boxes:
        try:
            edges.append(measure_edge(image, box, light=light))
        except ValueRefused as refusal:
            if len(boxes) == 1:
                raise
            clipping = refusal if isinstance(refusal, HaloClips) else clipping
            refused.append((box, str(refusal)))
    if not edges:
        if clipping is not None:
            raise clipping
        first = refused[0][1]
        raise ValueRefused(f"none of {len(boxes)} regions can be measured; the first: {first}")
    blur, size = _together([edge for edge in edges if not edge.sharpened] or edges)
    return MeasuredEdges(
        edges=tuple(edges),
        refused=tuple(refused),
        blur=blur,
        sigma_px=size.value,
        sigma_px_low=size.low,
        sigma_px_high=size.high,
    )


@dataclass(frozen=True)
class _Size:
    """Of a blur in px with its standard error."""

    value: float
    error: float

    @property
    def low(self) -> float:
        return max(self.value - EIGHTY_SIGMAS * self.error, 0.0)

    @property
    def high(self) -> float:
        return self.value + EIGHTY_SIGMAS * self.error


def _together(edges: Sequence[MeasuredEdge]) -> tuple[Blur, _Size]:
    if len(edges) == 1:
        return edges[0].blur, _Size(edges[0].sigma_px, _error(edges[0]))
    sides = [[one for one in edges if one.axis == axis] for axis in ("vertical", "horizontal")]
    if all(sides):
        x, y = (_mean(side) for side in sides)
        if _differ(x, y):
            sigma = math.sqrt(x.value * y.value)
            error = sigma * math.hypot(x.error / x.value, y.error / y.value) / 2
            return Gaussian(round(x.value, 4), round(y.value, 4)), _Size(sigma, error)
    size = _mean(edges)
    return _round_blur(edges, size.value), size


def _differ(x: _Size, y: _Size) -> bool:
    less, more = sorted((x.value, y.value))
    apart = more - less > 3 * math.hypot(x.error, y.error)
    return apart and less > LEAST_SIGMA_PX and more > ORIENTED * less


def _error(edge: MeasuredEdge) -> float:
    """Standard error of sigma."""
    return max(edge.sigma_px_high - edge.sigma_px_low, 1e-4) / (2 * EIGHTY_SIGMAS)


def _mean(edges: Sequence[MeasuredEdge]) -> _Size:
    """Weighted mean and the standard deviation with which one more edge would lie about it.

    Edges that differ more than their errors do say so is a field that is not even, which one blur
    cannot follow: the variance between them (DerSimonian and Laird) counts whole.
    """
    value, error = np.array([(one.sigma_px, _error(one)) for one in edges]).T
    weight = error**-2
    scatter = weight @ (value - weight @ value / weight.sum()) ** 2 - (len(value) - 1)
    spare = weight.sum() - (weight**2).sum() / weight.sum()
    between = max(float(scatter / spare), 0.0) if len(value) > 1 else 0.0
    weight = 1 / (error**2 + between)
    mean = float(weight @ value / weight.sum())
    return _Size(mean, math.sqrt(1 / float(weight.sum()) + between))


def _round_blur(edges: Sequence[MeasuredEdge], sigma: float) -> Blur:
    """The family with the most evidence in all edges, its sizes their means."""
    by_kind: dict[str, list[tuple[Blur, float]]] = {}
    for edge in edges:
        for fit in edge.fits:
            by_kind.setdefault(fit.family, []).append((fit.blur, fit.evidence))
    best = max(by_kind.values(), key=lambda fits: sum(evidence for _, evidence in fits))
    blurs = [blur for blur, _ in best]
    if isinstance(blurs[0], Gaussian) or sum(evidence for _, evidence in best) < LIKELY:
        return Gaussian(round(max(sigma, LEAST_SIGMA_PX), 4))
    sizes = [[_size(part) for part in _parts(blur)] for blur in blurs]
    parts = [
        type(part)(round(float(size), 4))
        for part, size in zip(_parts(blurs[0]), np.mean(sizes, axis=0), strict=True)
    ]
    return parts[0] if len(parts) == 1 else Chain(tuple(parts))


def _parts(blur: Blur) -> tuple[Gaussian | Disk, ...]:
    parts = blur.parts if isinstance(blur, Chain) else (blur,)
    return tuple(part for part in parts if isinstance(part, (Gaussian, Disk)))


def _size(part: Gaussian | Disk) -> float:
    return part.sigma_px if isinstance(part, Gaussian) else part.radius_px
