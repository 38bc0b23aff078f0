"""What tools/quality.py measures, by name, and the rows that it makes of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from quality_adaptive import adaptive
from quality_methods import (
    MEASURED,
    Method,
    Run,
    designed,
    iterative,
    other_solvers,
    references,
    scikit_image,
    yardstick_methods,
)
from quality_scenes import Cell, Planes, Score, scenes
from quality_tables import Row

GROUPS: dict[str, Callable[[Cell], list[Method]]] = {
    "adaptive": adaptive,
    "references": references,
    "iterative": iterative,
    "other solvers": other_solvers,
    "yardsticks": yardstick_methods,
    "scikit-image": scikit_image,
}


def methods(cell: Cell, groups: Iterable[str]) -> list[Method]:
    """The methods of ``groups``: families by name, and those of `GROUPS`."""
    named = list(groups)
    found = designed(cell, [name for name in named if name in MEASURED])
    for name, members in GROUPS.items():
        if name in named:
            found += members(cell)
    return found


def measure(cell: Cell, listed: Sequence[Method], sharp: dict[int, Planes]) -> list[Row]:
    """A row for every method of ``listed``, on the pictures ``sharp``."""
    found: dict[str, list[Score]] = {one.title: [] for one in listed}
    before = []
    for scene in scenes(cell, sharp):
        known: dict[Run, Score] = {}  # methods of equal taps share a run
        before.append(scene.before_db)
        for one in listed:
            if one.run not in known:
                known[one.run] = scene.score(one.run(scene.soft))
            found[one.title].append(known[one.run])
    return [_row(cell, one, found[one.title], before) for one in listed]


def _row(cell: Cell, one: Method, scores: list[Score], before: list[float]) -> Row:
    overshoots = one.overshoots or (math.nan,) * one.settings
    return Row(
        pictures=cell.colours,
        blur=cell.blur,
        noise=cell.noise,
        light=cell.light,
        method=one.name,
        size=one.size,
        fetches=one.fetches,
        passes=one.passes,
        knew_blur=one.knows_blur,
        knew_noise=one.knows_noise,
        saw_truth=one.settings > 1,
        settings=one.settings,
        input_psnr_db=float(np.mean(before)),
        psnr_gain_db=float(np.mean([score.psnr_gain_db for score in scores])),
        ssim_gain=float(np.mean([score.ssim_gain for score in scores])),
        overshoot=float(np.mean([overshoots[score.setting] for score in scores])),
        expected_loss_db=one.expected_loss_db,
    )
