"""shaders/ holds exactly what its filter files say, for every host."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rtdeconv.emit import HOSTS

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import gallery

README = (gallery.SHADERS / "README.md").read_text()


@pytest.mark.parametrize("host", HOSTS)
def test_shipped_shaders_are_regenerated_byte_for_byte(host: str) -> None:
    folder = gallery.SHADERS / host
    shipped = {file.name: file.read_bytes() for file in folder.iterdir()}
    assert shipped == {name: text.encode() for name, text in gallery.files(HOSTS[host]).items()}


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_serves_the_common_needs(host: str) -> None:
    of_two_passes = {"tunable", "lens", "noisy-0.8", "noisy-0.8-oriented"}
    left_out = {*gallery.NEEDS} - {*gallery.taken(HOSTS[host])}
    assert left_out == (of_two_passes if HOSTS[host].passes == 1 else set())


def test_nothing_else_is_shipped_and_the_tables_name_all() -> None:
    folders = {path.name for path in gallery.SHADERS.iterdir() if path.is_dir()}
    assert folders == {*HOSTS, "filters"}
    named = [name for need in gallery.NEEDS for name, _ in gallery.filters(need)]
    assert {path.name for path in gallery.FILTERS.iterdir()} == {*named}
    assert all(f"(filters/{name})" in README for name in named)
    assert all(f"[{host}]({host})" in README for host in HOSTS)


@pytest.mark.parametrize("host", HOSTS)
def test_shipped_lines_are_short(host: str) -> None:
    """But for commands, and descriptions that a player shows in one line."""
    for file in (gallery.SHADERS / host).iterdir():
        lines = [line for line in file.read_text().splitlines() if "rtdeconv" not in line]
        longest = max(lines, key=len)
        assert len(longest) <= 100, f"{file.name}: {longest}"
