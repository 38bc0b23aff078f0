"""BLUR ``auto``: the blur measured from what is at hand, and said."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rtdeconv.cli.options import AUTO_OF, given_options, is_auto, note
from rtdeconv.cli.restoring import looked_at
from rtdeconv.designer import AUTO, stand_in
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.noise import noise_text
from rtdeconv.pixels import Image

if TYPE_CHECKING:
    from rtdeconv.designs import Design
    from rtdeconv.estimate import Measured

NOTHING: Final = "nothing to undo; a filter for that leaves pictures as they are"


def checked_auto(parsed: argparse.Namespace) -> Design | None:
    """Where BLUR is to be measured, a design that stands for the one to come, with its parameters
    and maps; None for another BLUR. Raises ValueRefused for what can be refused before."""
    text = parsed.filter_or_blur
    if not is_auto(text):
        if text.startswith(f"{AUTO}+") or text.endswith(f"+{AUTO}") or f"+{AUTO}+" in text:
            raise ValueRefused(
                f"auto measures the whole blur, so nothing is added to it as in {shown(text)}; "
                "write auto alone"
            )
        return None
    if text == AUTO_OF:
        raise ValueRefused(f"{AUTO_OF} names no file; write one behind it, as {AUTO_OF}soft.png")
    return stand_in(**given_options(parsed))


def measured_by(parsed: argparse.Namespace) -> Measured | None:
    """What ``auto:PATH`` finds in that file, said; None where BLUR is not auto. Raises ValueRefused
    for ``auto`` alone, where there is nothing to measure."""
    if checked_auto(parsed) is None:
        return None
    if parsed.filter_or_blur == AUTO:
        raise ValueRefused(
            f"auto is measured from something blurred, and nothing is given; write {AUTO_OF} and "
            f"the name of a picture or video, such as {AUTO_OF}soft.png"
        )
    return measured_in(parsed, looked_at([Path(parsed.filter_or_blur.removeprefix(AUTO_OF))]))


def measured_in(parsed: argparse.Namespace, pictures: Sequence[Image], name: str = "") -> Measured:
    """What is found in the pictures, said; ``name``: of their file, where there are several."""
    from rtdeconv.estimate import measure

    found = measure(pictures)
    of = f"{name}: " if name else ""
    note(f"{of}measured: {found.said}")
    given = {} if found.blur is None else given_options(parsed)
    for sentence in (*found.remarks, *_replaced(found.options, given)):
        note(f"{of}{sentence}")
    return found


def status_of(found: Measured | None) -> int:
    """Of a command that used it: 1 where nothing could be known."""
    return 0 if found is None or found.has_edges else 1


def _replaced(measured: dict[str, Any], given: dict[str, Any]) -> list[str]:
    """What was measured and is given all the same."""
    said = []
    for name in measured.keys() & given.keys():
        if given[name] == AUTO:
            continue
        value = noise_text(given[name]) if name == "noise" else f"{given[name]:g}"
        said.append(f"{name.replace('_', '-')} {value} as given, whatever was measured")
    return sorted(said)
