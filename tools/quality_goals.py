"""Figures to reach, and what is measured: the rows of `python tools/quality.py --goals`.

All by the recipe of tools/quality_scenes.py on the grey pictures, in encoded light.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from quality_methods import Method, best_sharpener, designed, full_fft, of_design, surveyed
from quality_scenes import BLURS, NOISES, Cell, Planes, Scene, pictures, scenes
from rich.console import Console
from rich.progress import track

from rtdeconv.designs import Design
from rtdeconv.fit import FAMILIES

Sharp = dict[int, Planes]

SIGMAS_PX = (0.5, 0.7, 1.0, 1.5)

FETCH_LOSS_DB = {
    9: (0.05, 0.12, 0.60, 0.75),
    13: (0.05, 0.08, 0.45, 0.35),
    17: (0.05, 0.06, 0.25, 0.30),
}
"""Largest losses against the full FFT at `SIGMAS_PX`, by fetches."""

SHARPENER_LEAD_DB = {5: 0.85, 9: 1.25}
"""Least mean leads over the best of CAS and RCAS, by fetches."""

SEPARABLE_LOSS_DB = {0.7: 0.25, 1.0: 0.45}
"""Largest losses of delta + separable 5+5 against the 5x5 FIR, by sigma."""

RANGE_PERCENT = 20
FACTORS = (0.8, 0.9, 1.0, 1.1, 1.2)
ROBUST_LEAD_DB = 1.0

TUNED_SIGMAS_PX = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
TUNABLE_LOSS_DB = 0.1

CLEAR_DB = 0.3
"""Measured gains that differ by less are a draw."""

RIGHT_ORDER = 0.85


@dataclass(frozen=True)
class Goal:
    """A figure to reach: a limit from above or below, and what was measured."""

    what: str
    limit: float
    measured: float
    is_most: bool
    unit: str = "dB"

    @property
    def is_met(self) -> bool:
        """Whether what was measured keeps to the limit."""
        return self.measured <= self.limit if self.is_most else self.measured >= self.limit

    def __str__(self) -> str:
        sense = "at most" if self.is_most else "at least"
        limit = f"{self.limit:g} {self.unit}".rstrip()
        return (
            f"| {self.what} | {sense} {limit} | {self.measured:.2f} | "
            f"{'met' if self.is_met else '**not met**'} |"
        )


def goals_table() -> str:
    """Every goal as Markdown, measured on the ten pictures."""
    sharp = pictures("grey")
    checks = (fetch_losses, leads_over_sharpeners, separable_losses, robust_gains, tunable_losses)
    lines = ["| figure to reach | goal | measured | |", "|---|---|---|---|"]
    console = Console(stderr=True)
    for check in track(checks, "goals", console=console):
        lines += map(str, check(sharp))
    cells = [Cell(blur, noise) for blur, noise in product(BLURS, NOISES)]
    lines.append(str(right_order(sharp, track(cells, "order of families", console=console))))
    return "\n".join(lines) + "\n"


def mean_gain_db(found: Sequence[Scene], method: Method) -> float:
    """Mean over the pictures, at the best setting where there are several."""
    return float(np.mean([max(scene.gains_db(method.run(scene.soft))) for scene in found]))


def fetch_losses(sharp: Sharp, sigmas_px: Sequence[float] = SIGMAS_PX) -> list[Goal]:
    """What bilinear fetches designed together lose against the full FFT."""
    goals = []
    for sigma in sigmas_px:
        found = scenes(_blurred(sigma), sharp)
        full = mean_gain_db(found, full_fft(_blurred(sigma).target))
        for method in designed(_blurred(sigma), ["fetch"]):
            limits = FETCH_LOSS_DB.get(method.fetches or 0)
            if limits is not None:
                what = f"{method.fetches} bilinear fetches at sigma {sigma}: loss to the full FFT"
                limit = limits[SIGMAS_PX.index(sigma)]
                goals.append(Goal(what, limit, full - mean_gain_db(found, method), is_most=True))
    return goals


def leads_over_sharpeners(
    sharp: Sharp, sigmas_px: Sequence[float] = SIGMAS_PX[:3], families: Iterable[str] = FAMILIES
) -> list[Goal]:
    """How far the best one-pass filter of a few fetches is above the best of CAS and RCAS.

    The best is one family at one size for all sigmas, within the budget at each.
    """
    leads: dict[int, dict[str, list[float]]] = {budget: {} for budget in SHARPENER_LEAD_DB}
    whole = []
    for sigma in sigmas_px:
        cell = _blurred(sigma)
        found = scenes(cell, sharp)
        base = mean_gain_db(found, best_sharpener())
        whole.append(mean_gain_db(found, full_fft(cell.target)) - base)
        for method in designed(cell, families):
            budgets = [b for b in leads if method.passes == 1 and (method.fetches or math.inf) <= b]
            lead = mean_gain_db(found, method) - base if budgets else math.nan
            for budget in budgets:
                leads[budget].setdefault(method.title, []).append(lead)
    goals = []
    for budget, each in leads.items():
        means = {t: float(np.mean(v)) for t, v in each.items() if len(v) == len(sigmas_px)}
        name = max(means, key=lambda title: means[title])
        what = (
            f"{budget} fetches, one pass (best: {name}): mean lead over the best of CAS and RCAS "
            f"at sigma {', '.join(map(str, sigmas_px))} (full FFT: {np.mean(whole):.2f})"
        )
        goals.append(Goal(what, SHARPENER_LEAD_DB[budget], means[name], is_most=False))
    return goals


def separable_losses(sharp: Sharp) -> list[Goal]:
    """What delta + separable 5+5 loses against the FIR of 25 fetches."""
    goals = []
    for sigma, limit in SEPARABLE_LOSS_DB.items():
        cell = _blurred(sigma)
        found = scenes(cell, sharp)
        pair = (
            surveyed(cell, method="fir", taps=5).chosen,
            surveyed(cell, method="delta-separable", taps=5, terms=1).chosen,
        )
        fir, separable = (_gain_db(found, one) for one in pair)
        what = f"delta + separable 5+5 at sigma {sigma}: loss to the 5x5 FIR"
        goals.append(Goal(what, limit, fir - separable, is_most=True))
    return goals


def robust_gains(sharp: Sharp, sigmas_px: Sequence[float] = SIGMAS_PX) -> list[Goal]:
    """The 7x7 FIR for a sigma known to +-20 %: never a loss, and a lead where the blur is least."""
    goals = []
    for sigma in sigmas_px:
        plain = surveyed(_blurred(sigma), method="fir", taps=7).chosen
        robust = surveyed(_blurred(sigma), method="fir", taps=7, sigma_range=RANGE_PERCENT).chosen
        found = [scenes(_blurred(factor * sigma), sharp) for factor in FACTORS]
        gains = [_gain_db(one, robust) for one in found]
        name = f"7x7 FIR for sigma {sigma} +-{RANGE_PERCENT} %"
        goals.append(Goal(f"{name}: least gain in the range", 0.0, min(gains), is_most=False))
        what = f"{name}: lead over the plain one at {FACTORS[0]} sigma"
        lead = gains[0] - _gain_db(found[0], plain)
        goals.append(Goal(what, ROBUST_LEAD_DB, lead, is_most=False))
    return goals


def tunable_losses(
    sharp: Sharp, sigmas_px: Sequence[float] = TUNED_SIGMAS_PX, noises: Sequence[float] = NOISES
) -> list[Goal]:
    """What the comb that is told sigma and noise as it runs loses, at the worst of ``sigmas_px``,
    against the comb designed for each: one solver of two unknowns serves all of them."""
    goals = []
    for noise in noises:
        losses: dict[float, float] = {}
        for sigma in sigmas_px:
            cell = Cell(f"gaussian:{sigma:g}", noise)
            found = scenes(cell, sharp)
            tuned = surveyed(cell, method="tunable").chosen
            designed_so = surveyed(cell, method="comb", terms=2).chosen
            losses[sigma] = _gain_db(found, designed_so) - _gain_db(found, tuned)
        worst = max(losses, key=lambda sigma: losses[sigma])
        what = (
            f"tunable comb, noise {noise:g}/255, sigma {min(sigmas_px):g} to {max(sigmas_px):g}: "
            f"most it loses (at {worst:g}) to the comb of that sigma"
        )
        goals.append(Goal(what, TUNABLE_LOSS_DB, losses[worst], is_most=True))
    return goals


def right_order(sharp: Sharp, cells: Iterable[Cell], families: Iterable[str] = FAMILIES) -> Goal:
    """Share of pairs of designs, of two families each, whose expected losses stand in the order of
    the measured ones. Pairs within `CLEAR_DB` are left out; a cell is a blur and a noise."""
    counts: dict[str, tuple[int, int]] = {}
    for cell in cells:
        found = scenes(cell, sharp)
        listed = designed(cell, families)
        distinct = {one.run: one for one in listed}.items()
        gains = {run: mean_gain_db(found, one) for run, one in distinct}
        clear = [
            (a.expected_loss_db < b.expected_loss_db) == (gains[a.run] > gains[b.run])
            for a, b in combinations(listed, 2)
            if a.name != b.name and abs(gains[a.run] - gains[b.run]) > CLEAR_DB
        ]
        counts[f"{cell.blur} with noise {cell.noise:g}/255"] = sum(clear), len(clear)
    right, pairs = np.sum(list(counts.values()), axis=0)
    worst = min(counts, key=lambda name: counts[name][0] / max(counts[name][1], 1))
    what = (
        f"pairs of filters of two families in the expected order, of {pairs} that differ by more "
        f"than {CLEAR_DB} dB in {len(counts)} cells (worst cell: {worst}, "
        f"{100 * counts[worst][0] / max(counts[worst][1], 1):.0f} %)"
    )
    share = 100 * right / max(pairs, 1)
    return Goal(what, 100 * RIGHT_ORDER, float(share), is_most=False, unit="%")


def _blurred(sigma_px: float) -> Cell:
    return Cell(f"gaussian:{sigma_px:g}", noise=1.0)


def _gain_db(found: Sequence[Scene], one: Design) -> float:
    """Mean gain of a design, whatever blurred the pictures."""
    return mean_gain_db(found, of_design(one, {}))
