"""Measures speed and memory, and says on what.

    python tools/bench.py                                # everything
    python tools/bench.py gpu design                     # some sections
    python tools/bench.py --markdown speed.md --json speed.json

Tables are printed as Markdown while they come. What software GL takes says nothing of a GPU: the
machine is named under every table. --full adds 4K on software GL, more runs of the long clip and
its memory there. `SECTIONS` takes further sections: functions from `Asked` to tables.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import bench_design
import bench_files
import bench_gpu
import bench_live
from bench_tables import Asked, Section, as_json, markdown, this_machine

from rtdeconv.errors import RtdError

SECTIONS: dict[str, Section] = {
    "gpu": bench_gpu.tables,
    "files": bench_files.tables,
    "design": bench_design.tables,
    "memory": bench_files.memory_tables,
    "live": bench_live.stream_tables,
    "redesign": bench_live.redesign_tables,
    "growth": bench_live.growth_tables,
}
"""What is measured, by name, in the order of a whole run."""


def main(words: Sequence[str] | None = None) -> int:
    """Prints the tables of the sections asked for, and writes them where that is asked; 1 where a
    section cannot run here."""
    parsed = _parser().parse_args(words)
    machine, asked = this_machine(), Asked(parsed.runs, parsed.full)
    said: list[str] = []
    found: list[dict[str, object]] = []
    status = 0
    for name in dict.fromkeys(parsed.sections or SECTIONS):
        began = time.perf_counter()
        try:
            for table in SECTIONS[name](asked):
                said.append(markdown(table, machine))
                found.append(as_json(name, table))
                print(said[-1], flush=True)
            print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
        except RtdError as refusal:  # the other sections may still run here
            print(f"{name}: {refusal}", file=sys.stderr)
            status = 1
    if parsed.markdown is not None:
        parsed.markdown.write_text("\n".join(said), encoding="utf-8")
    if parsed.json is not None:
        whole = {"machine": asdict(machine), "tables": found}
        parsed.json.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return status


def _section(word: str) -> str:
    if word not in SECTIONS:
        raise argparse.ArgumentTypeError(f"{word!r} is none of {', '.join(SECTIONS)}")
    return word


def _runs(word: str) -> int:
    if not (word.isdecimal() and int(word) >= 1):
        raise argparse.ArgumentTypeError(f"runs are 1 or more, not {word!r}")
    return int(word)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    add(
        "sections", nargs="*", type=_section, metavar="SECTION", help=f"{', '.join(SECTIONS)} [all]"
    )
    add("--full", action="store_true", help="what takes long on software GL too")
    add("--runs", type=_runs, default=Asked.runs, metavar="N", help="of every command [5]")
    add("--markdown", type=Path, metavar="FILE", help="also write the tables as Markdown")
    add("--json", type=Path, metavar="FILE", help="also write the figures as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
