"""Taps drawn where they lie, for the head of a file."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from rtdeconv.plan import (
    Adapted,
    Pass,
    Sample,
    Texel,
    adapted,
    footprint,
    tuned,
    weighted_sums,
)


def diagrams(number: int, one: Pass) -> list[str]:
    """Each image a pass reads, its taps drawn where they lie, in thousandths."""
    lines: list[str] = []
    for node in adapted(one.expr):
        return _extreme_classes(number, node)
    bands = [band for node in tuned(one.expr) for band in node.bands]
    for total in weighted_sums(one.expr):
        place = f"pass {number}"
        if total in bands:
            place += f", band {bands.index(total) + 1}"
        sampled = {fetch.image for _, fetch in total.terms if isinstance(fetch, Sample)}
        lines += _drawn(place, footprint(total), sampled)
    return lines


def _extreme_classes(number: int, node: Adapted) -> list[str]:
    """The taps of the calmest and of the most active class, any direction left out."""
    lines: list[str] = []
    whatever = ", no direction being known" if node.turns else ""
    for place, words in ((0, "the calmest"), (node.classes - 1, "the most active")):
        weights = {node.base: 1.0}
        sampled: set[int] = set()
        for band in node.bands:
            even = sum(curve[place] for factor, curve in band.weights if factor == "one")
            sampled |= {fetch.image for _, fetch in band.total.terms if isinstance(fetch, Sample)}
            for texel, weight in footprint(band.total).items():
                weights[texel] = weights.get(texel, 0.0) + even * weight
        lines += _drawn(f"pass {number}, class {place}, {words}{whatever}", weights, sampled)
    return lines


def _drawn(place: str, weights: Mapping[Texel, float], sampled: Collection[int]) -> list[str]:
    """Taps image by image; those ``sampled`` are filtered between pixels."""
    lines: list[str] = []
    for image in sorted({texel.image for texel in weights}):
        taps = {(t.dy, t.dx): w for t, w in weights.items() if t.image == image}
        read = "the source" if image == 0 else f"the image of pass {image}"
        if len(taps) == 1:
            (weight,) = taps.values()
            lines += ["", f"{place}, centre of {read}: {1000 * weight:.0f} thousandths"]
            continue
        together = ", its bilinear fetches taken together" if image in sampled else ""
        lines += ["", *_diagram(f"{place}, taps on {read} in thousandths{together}", taps)]
    return lines


def _diagram(title: str, taps: dict[tuple[int, int], float]) -> list[str]:
    """Taps that stand some pixels apart are drawn side by side, and the title says so."""
    apart = math.gcd(*(abs(offset) for place in taps for offset in place))
    reach = max(abs(offset) for place in taps for offset in place)
    steps = range(-reach, reach + 1, apart)
    cells = {place: f"{1000 * weight:.0f}" for place, weight in taps.items()}
    width = max(len(cell) for cell in cells.values()) + 1
    rows = ("".join(f"{cells.get((y, x), '.'):>{width}}" for x in steps) for y in steps)
    spread = f", {apart} px apart" if apart > 1 else ""
    return [f"{title}{spread}:", *(f"  {row}" for row in rows)]
