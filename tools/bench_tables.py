"""What tools/bench.py measures on and writes: the machine and tables."""

from __future__ import annotations

import math
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TypeAlias

from rtdeconv.errors import DeviceError
from rtdeconv.gpu import device_name, is_software, open_context

Cell: TypeAlias = str | int | float | None
"""Of a table; None where there is nothing to say."""

DIGITS: Final = 3
"""Of a measured figure; more would be noise."""


@dataclass(frozen=True)
class Machine:
    """Where it was measured. ``renderer``: GL_RENDERER; ``has_gpu``: whether that is a GPU."""

    renderer: str
    has_gpu: bool
    processor: str
    cores: int
    python: str

    def __str__(self) -> str:
        drawn_by = self.renderer if self.has_gpu else f"{self.renderer}, no GPU"
        return f"{drawn_by}; {self.processor}, {self.cores} cores; Python {self.python}"


@dataclass(frozen=True)
class Asked:
    """How much to measure: ``runs`` of every command; ``full``: what takes long too."""

    runs: int = 5
    full: bool = False


@dataclass(frozen=True)
class Table:
    """Figures under ``heads``; ``notes`` say how they came about."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.heads):
                raise ValueError(f"{self.title}: {len(self.heads)} columns, but {row}")


Section: TypeAlias = Callable[[Asked], Iterator[Table]]


def this_machine() -> Machine:
    """The machine at hand; without a GL it says so in place of a renderer."""
    renderer, has_gpu = "no OpenGL", False
    with suppress(DeviceError):
        context = open_context()
        has_gpu = not is_software(context)
        renderer = device_name(context) if has_gpu else f"software GL {device_name(context)}"
        context.release()
    return Machine(renderer, has_gpu, _processor(), os.cpu_count() or 1, platform.python_version())


def _processor() -> str:
    """The processor's name, or its architecture where nobody says more."""
    about = Path("/proc/cpuinfo")
    lines = about.read_text(encoding="utf-8").splitlines() if about.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def markdown(table: Table, machine: Machine) -> str:
    """The table with its title above, and below it the machine and the notes."""
    lines = [table.heads, ("---",) * len(table.heads)]
    lines += [tuple(map(_text, row)) for row in table.rows]
    drawn = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"**{table.title}**\n\n{drawn}\n{'. '.join([str(machine), *table.notes])}.\n"


def as_json(section: str, table: Table) -> dict[str, object]:
    """The table for a program: figures as they were measured."""
    return {"section": section, **asdict(table)}


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, float):
        return str(cell)
    if cell == 0 or not math.isfinite(cell):
        return f"{cell:g}"
    return f"{cell:.{max(0, DIGITS - 1 - math.floor(math.log10(abs(cell))))}f}"
