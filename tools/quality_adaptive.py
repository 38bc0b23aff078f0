"""Filters that adapt, scored on pictures that they were not learned from.

Packaged pieces have two halves that share no scene (tools/learning_pictures.py): a filter learned
from one is scored on pictures of the other, both ways. Pictures of neither half take the filter of
the even half.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import figures
import numpy as np
from learning_pictures import EVEN, NAMES
from quality_methods import Method, surveyed
from quality_scenes import Cell, Planes, Torus
from typing_extensions import Unpack

from rtdeconv import interpret
from rtdeconv.activity import GATHERED
from rtdeconv.bilinear import shares
from rtdeconv.designer import Options
from rtdeconv.designs import Design
from rtdeconv.fit.adaptive.evidence import rolled
from rtdeconv.fit.adaptive.pictures import PIECE_PX, SHEET
from rtdeconv.light import Light, decode, encode
from rtdeconv.plan import Plan

CLASSES = 5
LEAST_PX = 128
"""Of a picture to learn from; the pieces of one are widened to it, and what is added is not read,
for pieces are cut out whole."""


@dataclass(frozen=True)
class Kind:
    """A filter that adapts, as the front door asks for it; without ``learn``, by halves."""

    adapt: str
    taps: int
    learn: str = ""

    @property
    def title(self) -> str:
        """``activity 5x5``."""
        by = f"{self.adapt}:{self.learn}" if self.learn else self.adapt
        return f"{by} {self.taps}x{self.taps}"


LEARNED = (Kind("activity", 5), Kind("activity", 7), Kind("oriented", 7))
KINDS = (*LEARNED, Kind("activity", 5, "prior"), Kind("activity", 7, "prior"))


@dataclass(frozen=True)
class Pair:
    """Two designs of one kind: what learned from even columns, and what learned from odd ones."""

    of_even: Design
    of_odd: Design

    @property
    def both(self) -> tuple[Design, Design]:
        """One after the other."""
        return self.of_even, self.of_odd

    def fair_to(self, seed: int) -> Design:
        """The one that did not learn from the picture of that seed."""
        return self.of_odd if figures.NAMES[seed] in EVEN else self.of_even


def pairs(cell: Cell, kinds: Sequence[Kind] = KINDS, **more: Unpack[Options]) -> dict[Kind, Pair]:
    """Both designs of every kind for the cell's blur and noise."""
    found = {}
    with halves() as patterns:
        for kind in kinds:
            asked: Options = {"adapt": kind.adapt, "taps": kind.taps, "terms": CLASSES, **more}
            of = (kind.learn, kind.learn) if kind.learn else patterns
            found[kind] = Pair(*(surveyed(cell, learn=one, **asked).chosen for one in of))
    return found


def adaptive(cell: Cell, kinds: Sequence[Kind] = KINDS, **more: Unpack[Options]) -> list[Method]:
    """All ``kinds`` as methods among others."""
    return [of_pair(kind.title, two) for kind, two in pairs(cell, kinds, **more).items()]


def of_pair(name: str, two: Pair) -> Method:
    """What restores each picture by the design that is fair to it."""

    def run(soft: Torus) -> Iterator[Planes]:
        yield restored(two.fair_to(soft.seed), soft.values)

    plan = two.of_even.plan
    return Method(name, "", run, True, True, plan.fetches, len(plan.passes))


def restored(design: Design, soft: Planes) -> Planes:
    """``soft``, in the light of the design, through its plan as it is interpreted."""
    return through(design.plan, soft, design.light)


def through(plan: Plan, soft: Planes, light: Light, **how: Callable[..., Planes]) -> Planes:
    """The same of a plan."""
    settings = interpret.parameter_values(plan, {})
    out = interpret.colour(plan, np.asarray(encode(soft, light), np.float64), settings, **how)
    return np.asarray(decode(out, light), np.float64)


def mean_structure(structure: Planes) -> Planes:
    """Around every pixel, borders wrapped, as plans take it."""
    parts = (
        weight * share * rolled(structure, y, x)
        for weight, dx, dy in GATHERED
        for share, x, y in shares(dx, dy)
    )
    return reduce(np.add, parts)


@contextmanager
def halves() -> Iterator[tuple[str, str]]:
    """Patterns of the pictures of even and odd columns, each the column's pieces one below the
    other."""
    sheet = cv2.imread(str(SHEET), cv2.IMREAD_GRAYSCALE)
    with TemporaryDirectory() as folder:
        even, odd = Path(folder) / "even", Path(folder) / "odd"
        for half in (even, odd):
            half.mkdir()
        for name, column in zip(NAMES, np.hsplit(sheet, len(NAMES)), strict=True):
            wide = np.pad(column, ((0, 0), (0, LEAST_PX - PIECE_PX)))
            cv2.imwrite(str((even if name in EVEN else odd) / f"{name}.png"), wide)
        yield str(even / "*.png"), str(odd / "*.png")
