"""Prints how well slanted edges are measured, on synthetic edges whose blur is known.

    python tools/measure_edges.py [--seeds N] [--json FILE]

Edges 100 pixels wide and 160 long, and shorter ones, from .2 to .8 of white, exact to a pixel's
area, convolved with the blur's taps on linear light ("sRGB") or on the values themselves
("linear"), then white noise on the coded values and 8 bits. Errors are of the truth; coverage is
how often the stated 80 % interval holds it.
Seeded: each edge has noise and a place on the pixel grid of its own.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from rtdeconv.blur import Blur, Disk, Gaussian
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge import Box, MeasuredEdge, measure_edge
from rtdeconv.light import Light

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from slanted import slanted_edge

SIGMAS_PX: Final = (0.4, 0.5, 0.7, 1.0, 1.5, 2.0, 2.5)
RADII_PX: Final = (0.8, 1.2, 1.7, 2.4, 3.5)
ANGLES_DEG: Final = (3.0, 5.0, 7.1, 10.0)
NOISES: Final = (0.0, 1.0, 2.0)
"""In 255ths."""

CURVES: Final[dict[str, Light]] = {"sRGB": "linear", "linear": "encoded"}
WIDTH, HEIGHT = 100, 160
SHORT: Final = (32, 48)
"""Rows; their intervals rest on few of them."""

SEEDS: Final = 1000
"""More than a row of the table has edges: no two share their noise."""


@dataclass(frozen=True)
class Row:
    """Errors of one curve and noise, in per cent of the truth; ``refused``: edges not measured."""

    kind: str
    curve: str
    noise: float
    edges: int
    median_error: float
    worst_error: float
    coverage: float | None
    refused: int
    height: int = HEIGHT


def main() -> None:
    """Measures, prints, and writes what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=4, help="edges of every kind")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows = [
        row(kind, curve, noise, asked.seeds)
        for kind in ("gaussian", "disk")
        for curve in CURVES
        for noise in NOISES
    ]
    rows += [
        row("gaussian", "sRGB", noise, asked.seeds, height)
        for height in SHORT
        for noise in NOISES[1:]
    ]
    print("rows  kind      curve   noise  edges  median %  worst %  in 80 %  refused")
    for one in rows:
        coverage = "" if one.coverage is None else f"{one.coverage:.0%}"
        print(
            f"{one.height:4d}  {one.kind:9s} {one.curve:7s} {one.noise:5g} {one.edges:6d}"
            f" {one.median_error:9.2f} {one.worst_error:8.2f} {coverage:>8s} {one.refused:8d}"
        )
    for goal in goals(rows):
        print(goal)
    print(f"a region of 200 x 300 is measured in {measuring_ms():.0f} ms")
    if asked.json:
        asked.json.write_text(json.dumps([asdict(one) for one in rows], indent=1), encoding="utf-8")


def goals(rows: Sequence[Row]) -> Iterator[str]:
    """The figures to reach beside those measured, of edges as long as the goals are meant for."""
    for kind, figure, limit in (
        ("gaussian", "median_error", 2.0),
        ("gaussian", "worst_error", 5.0),
        ("disk", "worst_error", 4.0),
    ):
        long = [one for one in rows if one.kind == kind and one.height == HEIGHT]
        value = max(getattr(one, figure) for one in long)
        met = "met" if value < limit else "MISSED"
        said = figure.replace("_", " ")
        yield f"{kind}, {said} of any row under {limit:g} %: {value:.2f}, {met}"


def measuring_ms() -> float:
    """The least of a few calls."""
    picture = slanted_edge(Gaussian(1.0), size=(300, 200), noise=1 / 255)
    times = []
    for _ in range(8):
        began = time.perf_counter()
        measure_edge(picture, Box(0, 0, 200, 300))
        times.append(time.perf_counter() - began)
    return 1000 * min(times)


def row(kind: str, curve: str, noise: float, seeds: int, height: int = HEIGHT) -> Row:
    """Of Gaussians by their sigma, of discs by their radius, which has no interval."""
    sizes = SIGMAS_PX if kind == "gaussian" else RADII_PX
    cases = list(itertools.product(sizes, ANGLES_DEG, range(seeds)))
    errors, held, refused = [], [], 0
    first = SEEDS * (2 * list(NOISES).index(noise) + list(CURVES).index(curve))
    for seed, (size, angle, _) in enumerate(cases, first):
        blur: Blur = Gaussian(size) if kind == "gaussian" else Disk(size)
        try:
            found = measured(blur, angle, CURVES[curve], noise, seed, height)
        except ValueRefused:
            refused += 1
            continue
        value = found.sigma_px if kind == "gaussian" else radius_of(found)
        errors.append(100 * abs(value / size - 1))
        held.append(found.sigma_px_low <= size <= found.sigma_px_high)
    coverage = float(np.mean(held)) if kind == "gaussian" else None
    return Row(
        kind,
        curve,
        noise,
        len(cases),
        float(np.median(errors)),
        max(errors),
        coverage,
        refused,
        height,
    )


def measured(
    blur: Blur, angle_deg: float, light: Light, noise: float, seed: int, height: int
) -> MeasuredEdge:
    """A synthetic edge, measured as whole."""
    offset = float(np.random.default_rng(seed).uniform(-0.5, 0.5))
    picture = slanted_edge(
        blur,
        angle_deg=angle_deg,
        size=(height, WIDTH),
        light=light,
        noise=noise / 255,
        seed=seed,
        offset_px=offset,
    )
    return measure_edge(picture, Box(0, 0, WIDTH, height), light=light)


def radius_of(found: MeasuredEdge) -> float:
    """Of the disk fit, best or not."""
    return next(fit.blur.radius_px for fit in found.fits if isinstance(fit.blur, Disk))


if __name__ == "__main__":
    main()
