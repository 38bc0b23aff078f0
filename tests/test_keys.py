"""One table of keys: the window's, the help's and the README's."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from rtdeconv.live.keys import KEYS, MOUSE, Action

README = Path(__file__).parent.parent / "README.md"


def test_every_action_has_a_key_and_no_key_two() -> None:
    assert {key.action for key in KEYS} == {*get_args(Action)}
    codes = [key.code for key in KEYS]
    assert len(codes) == len({*codes})


def test_the_readme_tells_every_key() -> None:
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    told = {cells[1].strip(): cells[2].strip() for cells in (row.split("|") for row in rows)}
    for key in KEYS:
        says = [says for labels, says in told.items() if key.label in labels.split(", ")]
        assert key.says in says, key.label
    for gesture, says in MOUSE:
        assert told.get(gesture) == says
