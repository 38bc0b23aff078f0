"""Figures that filters which adapt are to reach: `python tools/quality.py --goals adaptive`.

Half-learned and scored on the other half's pictures (tools/quality_adaptive.py), by the recipe of
tools/quality_scenes.py on the grey pictures, in encoded light.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import chain, product
from multiprocessing import get_context
from typing import TypeVar

import numpy as np
from quality_adaptive import KINDS, LEARNED, Kind, Pair, adaptive, of_pair, pairs, restored
from quality_effects import flicker_goals, highlight_goals
from quality_goals import Goal, mean_gain_db
from quality_groups import measure
from quality_methods import best_sharpener, full_fft, of_design, surveyed
from quality_scenes import Cell, chart_overshoot, middles, pictures, scenes, step_charts
from quality_tables import Row
from rich.console import Console
from rich.progress import track

from rtdeconv.plan import parse_limit

T = TypeVar("T")

SIGMAS_PX = (0.5, 0.7, 1.0, 1.5)
NOISES = (1.0, 2.55, 5.0)
FULL, SHARPENERS = "full FFT Wiener", "best of CAS and RCAS"

Place = tuple[float, float]
Cells = tuple[Place, ...]
"""(sigma in px, noise of 255)."""

MILD: Cells = tuple(product(SIGMAS_PX[:3], NOISES[:2]))
NOISY: Cells = tuple(product(SIGMAS_PX[:3], NOISES[1:]))
WIDE: Cells = tuple(product(SIGMAS_PX[3:], NOISES[1:]))
CLEAN: Cells = tuple(product(SIGMAS_PX[:3], NOISES[:1]))
ALL: Cells = tuple(product(SIGMAS_PX, NOISES))

LEADS: dict[Kind, tuple[tuple[Cells, str, float], ...]] = {
    LEARNED[0]: ((MILD, "mean", 0.8),),
    LEARNED[1]: ((MILD, "mean", 1.0), (ALL, "least", -0.1)),
    LEARNED[2]: ((NOISY, "mean", 1.3), (WIDE, "mean", 0.3)),
}
"""Leads over the full FFT."""

SHARPENER_LEAD_DB = 2.2
MOST_FETCHES = {LEARNED[0]: 40, LEARNED[1]: 65, LEARNED[2]: 75}
MOST_PASSES = 3

FLICKER: Cells = ((0.7, 2.55), (0.7, 5.0))
HIGHLIGHTS: Cells = ((0.7, 1.0), (1.0, 1.0))

MIDDLE_PX = 256
"""Of pictures, where a filter is compared with itself."""

LIMIT = 0.04
OVERSHOOT_PERCENT = 3.0
LIMIT_LOSS_DB = 0.2

WRONG = {
    "told 20 % too small a sigma": (0.8, 1.0),
    "told 20 % too large a sigma": (1.2, 1.0),
    "told half the noise": (1.0, 0.5),
    "told twice the noise": (1.0, 2.0),
}
"""Factors of the true sigma and noise."""

Found = dict[Place, dict[str, Row]]
"""Rows by their methods' titles, for each (sigma, noise)."""


def adaptive_goals_table(jobs: int) -> str:
    """Leads over the full FFT in every cell, then every goal beside what was measured."""
    # started afresh, not forked: libraries have threads by now
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        rows: Found = dict(zip(ALL, _each(pool, scored, "gains", ALL), strict=True))
        goals = [
            *costs(rows[ALL[0]]),
            *leads(rows),
            *similarities(rows),
            *of_limits(_each(pool, limited, "limits", ALL)),
            *of_wrong(_each(pool, misled, "wrong guesses", ALL)),
            *chain.from_iterable(_each(pool, flicker_goals, "flicker", FLICKER)),
            *chain.from_iterable(_each(pool, highlight_goals, "highlights", HIGHLIGHTS)),
        ]
    heads = "| figure to reach | goal | measured | |\n|---|---|---|---|\n"
    return f"{leads_table(rows)}\n{heads}" + "".join(f"{goal}\n" for goal in goals)


def cell_of(place: Place) -> Cell:
    """Of encoded values."""
    return Cell(f"gaussian:{place[0]}", place[1])


def scored(place: Place) -> dict[str, Row]:
    """Every kind, the linear 5x5 FIR, the full FFT and, where noise is least, sharpeners."""
    cell = cell_of(place)
    linear = of_design(surveyed(cell, method="fir", taps=5).chosen, {})
    listed = [full_fft(cell.target), linear, *adaptive(cell)]
    if place in CLEAN:
        listed.append(best_sharpener())
    return {row.title: row for row in measure(cell, listed, pictures("grey"))}


def costs(rows: dict[str, Row]) -> Iterator[Goal]:
    """Fetches and passes of a plan."""
    for kind, most in MOST_FETCHES.items():
        row = rows[kind.title]
        yield Goal(f"{kind.title}: fetches", most, row.fetches or 0, is_most=True, unit="")
        yield Goal(f"{kind.title}: passes", MOST_PASSES, row.passes or 0, is_most=True, unit="")


def leads(found: Found) -> Iterator[Goal]:
    """Over the full FFT, and over sharpeners."""
    for kind, wanted in LEADS.items():
        for places, of, limit in wanted:
            each = [_lead_db(found[place], kind) for place in places]
            measured = float(np.mean(each) if of == "mean" else min(each))
            what = f"{kind.title}: lead over the full FFT, {of} of {_named(places)}"
            yield Goal(what, limit, measured, is_most=False)
    for kind in LEARNED:
        each = [_lead_db(found[place], kind, SHARPENERS) for place in CLEAN]
        what = f"{kind.title}: lead over the best of CAS and RCAS, mean of {_named(CLEAN)}"
        yield Goal(what, SHARPENER_LEAD_DB, float(np.mean(each)), is_most=False)


def similarities(found: Found) -> Iterator[Goal]:
    """SSIM, in thousandths, in cells where PSNR rises: least rise, over what is restored from and
    over the full FFT."""
    for kind in KINDS:
        over_input = {
            place: rows[kind.title].ssim_gain
            for place, rows in found.items()
            if rows[kind.title].psnr_gain_db > 0
        }
        over_full = {
            place: rows[kind.title].ssim_gain - rows[FULL].ssim_gain
            for place, rows in found.items()
            if _lead_db(rows, kind) > 0
        }
        for than, each in (("blurred", over_input), ("full FFT", over_full)):
            worst = min(each, key=lambda place: each[place])
            falls = sum(rise < 0 for rise in each.values())
            what = (
                f"{kind.title}: least rise of SSIM over the {than} picture where PSNR rises (at "
                f"{_named([worst])}; falls in {falls} of {len(each)} cells)"
            )
            yield Goal(what, 0.0, 1000 * each[worst], is_most=False, unit="/1000")


def limited(place: Place) -> dict[str, tuple[float, float]]:
    """(overshoot of noiseless steps in %, PSNR lost on the pictures) of each kind, and of the
    linear 5x5 FIR, under `LIMIT`."""
    cell = cell_of(place)
    found, charts = scenes(cell, middles(MIDDLE_PX)), step_charts(cell.target.blur)
    fir = surveyed(cell, method="fir", taps=5).chosen
    free = {kind.title: two for kind, two in pairs(cell, LEARNED).items()}
    free["fir 5x5"] = Pair(fir, fir)
    out = {}
    for title, two in free.items():
        held = Pair(*(replace(one, limit=parse_limit(LIMIT)) for one in two.both))
        steps = [restored(one, chart.values) for one in set(held.both) for chart in charts]
        before, after = (mean_gain_db(found, of_pair(title, each)) for each in (two, held))
        out[title] = 100 * max(map(chart_overshoot, steps)), before - after
    return out


def of_limits(found: Sequence[dict[str, tuple[float, float]]]) -> Iterator[Goal]:
    """The worst of all cells."""
    for title in found[0]:
        overshoots, losses = zip(*(each[title] for each in found), strict=True)
        name = f"{title} limited to {LIMIT:g}"
        yield Goal(f"{name}: overshoot of a step", OVERSHOOT_PERCENT, max(overshoots), True, "%")
        yield Goal(f"{name}: PSNR lost in the worst cell", LIMIT_LOSS_DB, max(losses), True)


def misled(place: Place) -> dict[str, float]:
    """Gain over the blurred picture of filters that were told wrong figures."""
    sigma, noise = place
    found = scenes(cell_of(place), pictures("grey"))
    gains = {}
    for name, (of_sigma, of_noise) in WRONG.items():
        told = cell_of((round(of_sigma * sigma, 3), of_noise * noise))
        for one in adaptive(told, LEARNED):
            gains[f"{one.title}, {name}"] = mean_gain_db(found, one)
    return gains


def of_wrong(found: Sequence[dict[str, float]]) -> Iterator[Goal]:
    """The worst of all cells."""
    for name in found[0]:
        least = min(range(len(ALL)), key=lambda number: found[number][name])
        what = f"{name}: least gain over the blurred picture (at {_named([ALL[least]])})"
        yield Goal(what, 0.0, found[least][name], is_most=False)


def leads_table(found: Found) -> str:
    """Methods down, cells across: PSNR over the full FFT's, and SSIM in thousandths."""
    titles = list(found[ALL[0]])
    lines = [["lead over the full FFT, dB (SSIM/1000)", *(_named([place]) for place in found)]]
    lines.append(["---"] * len(lines[0]))
    for title in titles:
        cells = []
        for rows in found.values():
            own, full = rows.get(title), rows[FULL]
            cells.append(
                f"{own.psnr_gain_db - full.psnr_gain_db:+.2f} "
                f"({1000 * (own.ssim_gain - full.ssim_gain):+.0f})"
                if own
                else ""
            )
        lines.append([title, *cells])
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _lead_db(rows: dict[str, Row], kind: Kind, than: str = FULL) -> float:
    return rows[kind.title].psnr_gain_db - rows[than].psnr_gain_db


def _named(places: Iterable[Place]) -> str:
    """``sigma 0.5, 0.7 x noise 1``: all sigmas with all noises."""
    sigmas, noises = (dict.fromkeys(each) for each in zip(*places, strict=True))
    return " x ".join(
        f"{name} {', '.join(f'{value:g}' for value in values)}"
        for name, values in (("sigma", sigmas), ("noise", noises))
    )


def _each(
    pool: ProcessPoolExecutor, work: Callable[[Place], T], what: str, places: Cells
) -> list[T]:
    """``work`` on each of ``places``, several at a time."""
    console = Console(stderr=True)
    return list(track(pool.map(work, places), what, total=len(places), console=console))
