"""How long a design takes: inside Python, and as a command."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Final

from bench_tables import Asked, Table

from rtdeconv import design
from rtdeconv.designer import Options
from rtdeconv.fit import FAMILIES

COLD: Final = (sys.executable, "-m", "rtdeconv.cli", "design", "gaussian:0.8", "--json")


def tables(asked: Asked) -> Iterator[Table]:
    """Second call of each family, of the largest fetches and of the whole survey; a cold command,
    the best of its runs."""
    calls: dict[str, Options] = {name: {"method": name} for name in (*FAMILIES, "tunable", "auto")}
    calls["fetch, 17 of them"] = {"method": "fetch", "taps": 17}
    rows = [(name, _second_ms(n, options)) for n, (name, options) in enumerate(calls.items())]
    cold = min(_cold_ms() for _ in range(asked.runs))
    yield Table("Design times", ("design call", "ms"), (*rows, ("whole command, cold", cold)))


def _second_ms(number: int, options: Options) -> float:
    design("gaussian:0.7", **options)
    began = time.perf_counter()
    design(f"gaussian:{0.9 + number / 1000}", **options)  # nothing of it known from before
    return 1000 * (time.perf_counter() - began)


def _cold_ms() -> float:
    began = time.perf_counter()
    subprocess.run(COLD, check=True, capture_output=True)
    return 1000 * (time.perf_counter() - began)
