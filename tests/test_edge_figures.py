"""The figures that `tools/measure_edges.py` prints."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import measure_edges


@pytest.mark.parametrize(
    ("kind", "curve", "noise"),
    [("gaussian", "sRGB", 0.0), ("gaussian", "linear", 2.0), ("disk", "sRGB", 2.0)],
)
def test_errors_are_as_promised(kind: str, curve: str, noise: float) -> None:
    row = measure_edges.row(kind, curve, noise, seeds=1)
    print(row)
    assert row.refused == 0
    assert row.median_error < 2
    assert row.worst_error < (5 if kind == "gaussian" else 4)


def test_short_edges_are_measured_with_less_promised() -> None:
    row = measure_edges.row("gaussian", "sRGB", 2.0, seeds=1, height=48)
    print(row)
    assert row.refused <= 7  # at 3 degrees, 1 px of phases takes more rows than that may leave
    assert row.median_error < 2 and row.coverage is not None and row.coverage > 0.6
    wild = measure_edges.Row("gaussian", "sRGB", 2.0, 9, 9.0, 99.0, 0.8, 0, 32)
    disk = measure_edges.Row("disk", "sRGB", 1.0, 9, 1.0, 3.0, None, 0)
    good = measure_edges.Row("gaussian", "sRGB", 1.0, 9, 1.0, 2.0, 0.8, 0)
    assert all(one.endswith(", met") for one in measure_edges.goals([wild, good, disk]))


def test_a_goal_that_is_missed_is_said() -> None:
    row = measure_edges.Row("gaussian", "sRGB", 1.0, 9, 2.5, 4.0, 0.8, 0)
    disk = measure_edges.Row("disk", "sRGB", 1.0, 9, 1.0, 3.0, None, 0)
    said = list(measure_edges.goals([row, disk]))
    assert [one.split(", ")[-1] for one in said] == ["MISSED", "met", "met"]
