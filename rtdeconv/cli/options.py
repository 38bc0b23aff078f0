"""FILTER or BLUR with its design options, and JSON output: shared by the commands."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rtdeconv.blur import KINDS
from rtdeconv.design_file import load
from rtdeconv.designer import AUTO, Options, compare, compare_measured
from rtdeconv.designs import Design
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.noise import number_or_fraction
from rtdeconv.pixels import Image
from rtdeconv.planner import Survey

if TYPE_CHECKING:
    from rtdeconv.estimate import Measured

AUTO_OF = f"{AUTO}:"
"""Before the name of a picture or video that the blur is measured from."""

BLURS = (
    ", ".join(kind.example for kind in KINDS.values())
    + f"; several joined by +; {AUTO_OF}soft.png, measured from a picture or video"
)

Subparsers = Any
"""What argparse gives for its subparsers; its class is private."""


def add_design_options(parser: argparse.ArgumentParser) -> None:
    """The options that shape a design; unset ones keep the library's defaults."""
    _add_model(parser.add_argument_group("what is known"))
    _add_budget(parser.add_argument_group("what it may cost"))
    _add_making(parser.add_argument_group("how it is made"))


def _add_model(model: argparse._ArgumentGroup) -> None:
    model.add_argument("--noise", metavar="X", help="noise, such as 0.01 or 2/255 [1/255]")
    model.add_argument("--bits", type=_whole, help="bits the values are rounded to [8]")
    model.add_argument("--prior", metavar="P", help="ar1, power, flat or images:GLOB [ar1]")
    model.add_argument(
        "--prior-var",
        type=_number_or_auto,
        metavar="V",
        help="the prior's variance, or auto: from the input of apply",
    )
    model.add_argument(
        "--sigma-range", type=number, metavar="PCT", help="the blur's size is known to +-PCT %% [0]"
    )
    model.add_argument("--light", metavar="L", help="linear, encoded, gamma2, pq or hlg [linear]")
    model.add_argument("--border", metavar="B", help="clamp, mirror, wrap or zero [clamp]")


def _add_budget(budget: argparse._ArgumentGroup) -> None:
    budget.add_argument("--fetches", type=_whole, metavar="N", help="fetches a pixel, all passes")
    budget.add_argument("--passes", type=_whole, metavar="N", help="passes")
    budget.add_argument(
        "--max-loss", type=number, metavar="DB", help="loss against the full Wiener filter [0.25]"
    )


def _add_making(how: argparse._ArgumentGroup) -> None:
    how.add_argument(
        "--method", metavar="M", help="auto, or a family of rtdeconv design --list [auto]"
    )
    how.add_argument(
        "--tunable",
        action="store_true",
        default=None,
        help="the filter takes sigma and noise while it runs",
    )
    how.add_argument(
        "--sigma-at-edge", type=number, metavar="S", help="tunable, S px in the picture's corners"
    )
    how.add_argument(
        "--sigma-map",
        action="store_true",
        default=None,
        help="tunable, sigma of each pixel from a map",
    )
    _add_adapting(how)
    how.add_argument("--taps", type=_whole, metavar="N", help="size of the family")
    how.add_argument("--terms", type=_whole, metavar="N", help="size of the family")
    how.add_argument(
        "--target", metavar="T", help="wiener, tikhonov, laplacian, inverse, truncated [wiener]"
    )
    how.add_argument("--max-gain", type=number, metavar="G", help="largest amplitude gain")
    how.add_argument(
        "--max-overshoot",
        type=number,
        metavar="F",
        help="largest halo, of a step's height, in the filter's light",
    )
    how.add_argument("--weight", metavar="W", help="mse (best PSNR) or uniform [mse]")


def _add_adapting(how: argparse._ArgumentGroup) -> None:
    how.add_argument(
        "--adapt", metavar="BY", help="weights follow what is seen: activity or oriented"
    )
    how.add_argument(
        "--learn", metavar="GLOB", help="sharp pictures to learn those from, or prior for none"
    )
    how.add_argument(
        "--limit",
        metavar="F",
        help="halo allowed beyond the 3x3 range, as a share of it: 0.04, or 0.04:luma",
    )


def add_filter_or_blur(
    parser: argparse.ArgumentParser, *, usual: str | None = None, auto: str = ""
) -> None:
    """The positional FILTER or BLUR and the design options that go with a BLUR.

    It may be left out where there is a ``usual`` one. ``auto``: what the command measures by auto
    alone, empty for nothing.
    """
    measures = f"; {AUTO}, measured from {auto}" if auto else ""
    parser.add_argument(
        "filter_or_blur",
        metavar="FILTER|BLUR",
        nargs=None if usual is None else "?",
        default=usual,
        help=f"a filter file, or a blur: {BLURS}{measures}" + (f" [{usual}]" if usual else ""),
    )
    add_design_options(parser)


def designed(
    parsed: argparse.Namespace, found: Measured | None = None, like: Sequence[Image] = ()
) -> Design:
    """The design of FILTER or BLUR; arguments as of `surveyed`."""
    return surveyed(parsed, found, like).chosen


def surveyed(
    parsed: argparse.Namespace, found: Measured | None = None, like: Sequence[Image] = ()
) -> Survey:
    """The design of FILTER or BLUR, with what else was tried.

    ``found``: what BLUR was measured to be, where that is auto. ``like``: the blurred pictures at
    hand, for a prior-var auto.
    """
    text = parsed.filter_or_blur
    given = given_options(parsed)
    if is_filter(text):
        if given:
            option = f"--{next(iter(given)).replace('_', '-')}"
            raise ValueRefused(f"{option} shapes a new design; {shown(text)} already is one")
        one = load(text)
        return Survey((one,), (one,), one, "as it is in the file")
    if found is not None:
        return compare_measured(found, like=like, **given)
    return compare(text, like=like, **given)


def is_auto(text: str) -> bool:
    """Whether FILTER|BLUR is a blur to be measured."""
    return text == AUTO or text.startswith(AUTO_OF)


def read_by(text: str) -> str:
    """The file that FILTER|BLUR reads, which is not to be written over; else words of no file."""
    return text.removeprefix(AUTO_OF).removeprefix("file:")


def is_filter(text: str) -> bool:
    """Whether FILTER|BLUR names a filter file; ``./auto`` names one that is called auto."""
    if is_auto(text):
        return False
    try:
        return text.endswith(".json") or Path(text).is_file()
    except (OSError, ValueError):
        return False  # too long or too odd for a name, so a blur


def given_options(parsed: argparse.Namespace) -> dict[str, Any]:
    """The design options that were given, by the names of `rtdeconv.designer.Options`."""
    options = {name: getattr(parsed, name, None) for name in Options.__annotations__}
    if parsed.noise is not None:
        options["noise"] = number_or_fraction(parsed.noise)
    return {name: value for name, value in options.items() if value is not None}


def number(text: str) -> float:
    """The number an option gives; its range is the library's to check."""
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a number, not {shown(text)}") from None


def _number_or_auto(text: str) -> float | str:
    return text if text == "auto" else number(text)


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"expected a whole number, not {shown(text)}") from None


def print_json(record: dict[str, Any]) -> None:
    """One JSON object on stdout; infinities, which JSON lacks, become null."""
    finite = {
        key: None if isinstance(value, float) and not math.isfinite(value) else value
        for key, value in record.items()
    }
    sys.stdout.write(json.dumps(finite, indent=2) + "\n")


def note(text: str) -> None:
    """A remark for the person, kept out of stdout."""
    sys.stderr.write(text + "\n")
