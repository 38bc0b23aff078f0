"""Measures every filter family beside references and beside what people use today.

    python tools/quality.py -o quality/        # the whole table: CSV and Markdown
    python tools/quality.py --quick            # a small part of it, for a look
    python tools/quality.py --goals            # figures to reach, and what was measured
    python tools/quality.py --goals adaptive   # those of filters that adapt

How pictures are blurred and scored: tools/quality_scenes.py. Blur, noise and filters are those of
encoded values (`--light linear` for the other way), borders wrap, a colour picture gets the same
filter on every channel. A method of several settings is taken at the best one for each picture,
which only someone who has the sharp picture can find; the tables say which these are.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from multiprocessing import get_context
from pathlib import Path

from quality_goals import goals_table
from quality_goals_adaptive import adaptive_goals_table
from quality_groups import GROUPS, measure, methods
from quality_methods import MEASURED
from quality_scenes import BLURS, NOISES, Cell, pictures
from quality_tables import Row, all_tables, best_tables, csv_text
from rich.console import Console
from rich.progress import track

from rtdeconv.light import LIGHTS

COLOURS = ("grey", "colour")
USUAL = (*MEASURED, "adaptive", "references", "iterative", "yardsticks", "scikit-image")

GOALS = {"linear": lambda jobs: goals_table(), "adaptive": adaptive_goals_table}

QUICK_BLURS, QUICK_NOISES = ("gaussian:0.7",), (1.0,)
QUICK_PICTURES, QUICK_PX = 2, 128


def main(words: Sequence[str] | None = None) -> None:
    """Prints the tables or the goals, and writes them where that is asked."""
    parsed = _parser().parse_args(words)
    began = time.perf_counter()
    files: dict[str, str] = {}
    if parsed.goals:
        said = files["goals.md"] = GOALS[parsed.goals](parsed.jobs)
    else:
        rows = list(_measured(parsed))
        said = best_tables(rows)
        files = {"quality.md": f"{said}\n{all_tables(rows)}", "quality.csv": csv_text(rows)}
    print(said)
    if parsed.output is not None:
        parsed.output.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (parsed.output / name).write_text(text, encoding="utf-8")
    print(f"{(time.perf_counter() - began) / 60:.1f} minutes", file=sys.stderr)


def _measured(parsed: argparse.Namespace) -> Iterator[Row]:
    """Rows of every cell that was asked for, several at a time."""
    blurs = parsed.blur or (QUICK_BLURS if parsed.quick else BLURS)
    noises = parsed.noise or (QUICK_NOISES if parsed.quick else NOISES)
    cells = [
        Cell(blur, noise, parsed.light, colours)
        for colours, noise, blur in product(parsed.pictures or COLOURS, noises, blurs)
    ]
    one = partial(_on_pictures, groups=parsed.family or USUAL, quick=parsed.quick)
    # started afresh, not forked: libraries have threads by now
    with ProcessPoolExecutor(parsed.jobs, mp_context=get_context("spawn")) as pool:
        console = Console(stderr=True)
        for rows in track(pool.map(one, cells), "cells", total=len(cells), console=console):
            yield from rows


def _on_pictures(cell: Cell, *, groups: Sequence[str], quick: bool) -> list[Row]:
    sharp = pictures(cell.colours)
    if quick:
        few = list(sharp.items())[:QUICK_PICTURES]
        sharp = {seed: planes[:QUICK_PX, :QUICK_PX] for seed, planes in few}
    return measure(cell, methods(cell, groups), sharp)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add("-o", "--output", type=Path, metavar="DIR", help="also write quality.csv and quality.md")
    add(
        "--goals", nargs="?", choices=GOALS, const="linear", help="measure figures to reach instead"
    )
    add("--quick", action="store_true", help="two cut-out pictures, one blur, one noise")
    add("--blur", action="append", metavar="BLUR", help="only this blur; may be repeated")
    add("--noise", action="append", type=float, metavar="X", help="only this noise, of 255")
    add("--family", action="append", choices=(*MEASURED, *GROUPS), help="only these methods")
    add("--pictures", action="append", choices=COLOURS, help="only these pictures")
    add("--light", choices=LIGHTS, default="encoded")
    add("--jobs", type=int, default=os.cpu_count(), help="cells measured at a time")
    return parser


if __name__ == "__main__":
    main()
