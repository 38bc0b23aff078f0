"""shaders/ holds exactly what its filter files say."""

from __future__ import annotations

from pathlib import Path

import pytest

from rtdeconv import load
from rtdeconv.emit import HOSTS

SHADERS = Path(__file__).parent.parent / "shaders"
FILES = sorted(SHADERS.glob("*.json"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_shaders_are_regenerated_byte_for_byte(file: Path) -> None:
    for host in HOSTS.values():
        shipped = file.with_suffix(host.suffix).read_bytes()
        assert load(file).export(host.name).encode() == shipped


def test_nothing_else_is_shipped_and_the_table_names_all() -> None:
    suffixes = {host.suffix for host in HOSTS.values()}
    shaders = {p.stem for p in SHADERS.iterdir() if p.suffix in suffixes}
    assert shaders == {p.stem for p in FILES} != set()
    table = (SHADERS / "README.md").read_text()
    assert all(f"({file.stem}.frag)" in table for file in FILES)
