"""Prints the figures to reach beside what tools/bench.py measured.

python tools/bench.py --full --json speed.json
python tools/bench_goals.py speed.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

Row = dict[str, Any]


@dataclass(frozen=True)
class Goal:
    """A figure of every row of the tables whose title begins so and whose first cells are these.

    ``at_least``: whether more is better; ``unit``: behind the number.
    """

    says: str
    title: str
    rows: Callable[[Row], bool]
    column: str
    limit: float
    at_least: bool
    unit: str = ""


def _begins(column: str, *words: str) -> Callable[[Row], bool]:
    return lambda row: str(row[column]).startswith(words)


_SLIDERS: Final = ("tunable", "comb")

GOALS: Final = (
    Goal(
        says="luma, encoded light: share of ffmpeg unsharp's throughput",
        title="File to file",
        rows=_begins("command", "apply, 5x5 on luma"),
        column="throughput",
        limit=0.9,
        at_least=True,
    ),
    Goal(
        says="RGB, linear light: share of ffmpeg unsharp's throughput",
        title="File to file",
        rows=_begins("command", "apply, 5x5 on RGB"),
        column="throughput",
        limit=0.4,
        at_least=True,
    ),
    Goal(
        says="live 720p at 30 fps, one pass: frames shown",
        title="Live",
        rows=_begins("filter", "9-tap FIR", "5x5 FIR"),
        column="% shown",
        limit=99,
        at_least=True,
        unit=" %",
    ),
    Goal(
        says="live 720p at 30 fps, one pass: latency",
        title="Live",
        rows=_begins("filter", "9-tap FIR", "5x5 FIR"),
        column="latency ms",
        limit=50,
        at_least=False,
        unit=" ms",
    ),
    Goal(
        says="redesign, tunable and comb",
        title="Redesign",
        rows=lambda row: row["family"] in _SLIDERS,
        column="redesign ms",
        limit=16,
        at_least=False,
        unit=" ms",
    ),
    Goal(
        says="redesign, all others",
        title="Redesign",
        rows=lambda row: row["family"] not in _SLIDERS,
        column="redesign ms",
        limit=60,
        at_least=False,
        unit=" ms",
    ),
    Goal(
        says="memory of the live loop over 10,000 frames",
        title="Memory of the live",
        rows=lambda row: row["frames"] >= 10_000,
        column="growth %",
        limit=1,
        at_least=False,
        unit=" %",
    ),
)


def main(path: str) -> None:
    """Prints a row for each goal and table that has rows for it; the worst row counts."""
    tables = json.loads(Path(path).read_text(encoding="utf-8"))["tables"]
    print("| figure to reach | goal | measured | |\n|---|---|---|---|")
    for goal in GOALS:
        for title, values in _measured(goal, tables):
            worst = min(values) if goal.at_least else max(values)
            met = worst >= goal.limit if goal.at_least else worst <= goal.limit
            sign = "at least" if goal.at_least else "at most"
            said = f"{goal.says} ({title})" if "," in title and goal.title != "Live" else goal.says
            print(
                f"| {said} | {sign} {goal.limit:g}{goal.unit} | {worst:.3g}{goal.unit} "
                f"| {'met' if met else 'missed'} |"
            )


def _measured(goal: Goal, tables: list[Row]) -> Iterator[tuple[str, list[float]]]:
    for table in tables:
        if table["title"].startswith(goal.title):
            rows = [dict(zip(table["heads"], row, strict=True)) for row in table["rows"]]
            values = [row[goal.column] for row in rows if goal.rows(row)]
            if values:
                yield table["title"], values


if __name__ == "__main__":
    main(*sys.argv[1:])
