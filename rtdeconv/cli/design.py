"""``rtdeconv design``: from a blur to a filter, with the table that shows why."""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Callable, Mapping
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from rtdeconv.cli.measuring import NOTHING, measured_by, status_of
from rtdeconv.cli.options import (
    BLURS,
    Subparsers,
    add_design_options,
    note,
    print_json,
    read_by,
    surveyed,
)
from rtdeconv.design_file import save
from rtdeconv.designs import scored_on
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import ADAPTING, AT_RUN_TIME, FAMILIES
from rtdeconv.media.files import check_target
from rtdeconv.planner import remarks

if TYPE_CHECKING:
    from rtdeconv.designs import Design
    from rtdeconv.planner import Survey


WIDTH = 80
"""Columns of the list of methods, as of the tables where stdout is no terminal."""


LISTED: Final = (*FAMILIES.values(), *AT_RUN_TIME, *ADAPTING)

Columns = Mapping[str, Callable[["Design"], str]]

_COST: Final[Columns] = {
    "fetches": lambda one: str(one.plan.fetches),
    "passes": lambda one: str(len(one.plan.passes)),
}

EXPECTED: Final[Columns] = {
    **_COST,
    "gain/dB": lambda one: f"{one.figures.expected_gain_db:.2f}",
    "loss/dB": lambda one: f"{one.figures.expected_loss_db:.2f}",
    "peak/gain": lambda one: f"{one.figures.peak_gain:.1f}",
    "noise/gain": lambda one: f"{one.figures.noise_gain:.1f}",
    "over-/shoot": lambda one: f"{100 * one.figures.overshoot:.0f} %",
    "images/stored": lambda one: one.intermediate,
}
"""What is told of designs in closed form."""

MEASURED: Final[Columns] = {
    **_COST,
    "gain/dB": lambda one: f"{one.measured_gain_db:.2f}",
    "per/fetch": lambda one: f"{one.measured_gain_db / one.plan.fetches:.2f}",
    "noise/gain": lambda one: f"{one.figures.noise_gain:.1f}",
    "over-/shoot": lambda one: f"{100 * one.figures.overshoot:.0f} %",
}
"""What is told where some adapt, and gains were measured."""


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("design", help="design a filter for a blur")
    parser.add_argument("filter_or_blur", metavar="BLUR", nargs="?", help=BLURS)
    add_design_options(parser)
    parser.add_argument("--list", action="store_true", help="list the methods and leave")
    parser.add_argument("--plot", metavar="FILE.png", help="draw loss, cost and responses")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    parser.add_argument("-o", "--output", metavar="FILTER.json", help="write the filter file")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Prints a design's figures and what it was chosen from; writes its file and plot."""
    if parsed.list:
        _print_methods(as_json=parsed.json)
        return 0
    if parsed.filter_or_blur is None:
        raise ValueRefused("design needs a BLUR, such as gaussian:0.8")
    for path in filter(None, (parsed.output, parsed.plot)):
        check_target(path, source=read_by(parsed.filter_or_blur))
    if parsed.plot is not None:
        from rtdeconv.plots import check_plot, plot_survey

        check_plot(parsed.plot)
    known = measured_by(parsed)
    found = surveyed(parsed, known)
    is_idle = known is not None and known.blur is None
    if parsed.plot is not None:
        plot_survey(found, parsed.plot)
    if parsed.output is not None:
        save(found.chosen, parsed.output)
    said = [NOTHING] if is_idle else remarks(found)
    if parsed.json:
        print_json(_record(found, said))
    elif not is_idle:
        _print_survey(found, parsed)
    for remark in said:
        note(remark)
    if parsed.plot is not None:
        note(f"wrote {parsed.plot}")
    return status_of(known)


def _print_survey(found: Survey, parsed: argparse.Namespace) -> None:
    if len(found.front) > 1:
        _print_front(found)
    _print_chosen(found)
    if len(found.front) == 1 and parsed.max_loss is not None:
        sys.stdout.write(f"-> {found.reason}\n")


def _record(found: Survey, said: list[str]) -> dict[str, object]:
    return {
        **_figures(found.chosen),
        "reason": found.reason,
        "remarks": said,
        "candidates": [_figures(one) for one in found.front],
    }


def _figures(one: Design) -> dict[str, object]:
    return {
        "blur": one.target.blur.spec,
        "family": one.method,
        **one.size.options,
        "label": one.filter.label,
        "fetches": one.plan.fetches,
        "passes": len(one.plan.passes),
        "intermediate": one.intermediate,
        "light": one.light,
        "border": one.border,
        **dataclasses.asdict(one.figures),
    }


def _print_front(found: Survey) -> None:
    """The designs worth having, the chosen one marked."""
    from rich.console import Console
    from rich.table import Table

    table = Table(
        title=f"undoing {found.chosen.target.blur.label}: what is worth having, of "
        f"{len(found.tried)} designs",
        title_justify="left",
        box=None,  # as lines between columns would not leave room for words in 80
        padding=(0, 0, 0, 1),
    )
    table.add_column("", no_wrap=True)
    table.add_column("filter", no_wrap=True)
    columns = MEASURED if found.chosen.adapts else EXPECTED
    for name in columns:
        table.add_column(name.replace("/", "\n"), justify="right")
    for one in found.front:
        is_chosen = one is found.chosen
        cells = [text(one) for text in columns.values()]
        table.add_row(
            "->" if is_chosen else "",
            one.filter.label,
            *cells,
            style="bold" if is_chosen else None,
        )
    Console().print(table)
    if found.chosen.scored is not None:
        Console().print(f"gains measured on {scored_on(found.chosen)}")
    Console().print(f"-> {found.reason}\n")


def _print_chosen(found: Survey) -> None:
    from rich.console import Console
    from rich.table import Table

    one = found.chosen
    figures = one.figures
    rows = (
        ("filter", one.filter.label),
        ("cost", one.cost),
        *_gains(one),
        ("peak gain", f"{figures.peak_gain:.2f}"),
        ("noise gain", f"{figures.noise_gain:.2f}"),
        ("overshoot of a step", f"{100 * figures.overshoot:.1f} %"),
        ("DC gain", f"{figures.dc_gain:.9g}"),
        ("stored between passes", one.intermediate),
        ("same again", f"rtdeconv design {one.options}"),
    )
    table = Table(title=f"undoing {one.target.blur.label}", show_header=False, title_justify="left")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _gains(one: Design) -> list[tuple[str, str]]:
    figures = one.figures
    gain, full = f"{figures.expected_gain_db:.2f} dB", f"{figures.wiener_gain_db:.2f} dB"
    if figures.pictures is None:
        loss = f"{figures.expected_loss_db:.2f} dB"
        return [("expected gain", f"{gain} of {full}"), ("loss to full Wiener", loss)]
    return [
        ("measured gain", f"{gain}, on {scored_on(one)}"),
        ("full Wiener there", f"{full}, this {-figures.expected_loss_db:+.2f} dB"),
    ]


def _print_methods(*, as_json: bool) -> None:
    if as_json:
        print_json({one.name: one.describes for one in LISTED})
        return
    margin = " " * (max(map(len, FAMILIES)) + 2)
    for family in LISTED:
        sizes = ", ".join(str(size) for size in family.sizes)
        paragraphs = [family.describes]
        if family.counts:
            paragraphs.append(f"{family.counts}: {sizes}")
        lines = [line for words in paragraphs for line in wrap(words, WIDTH - len(margin))]
        sys.stdout.write(f"{family.name:{len(margin)}}" + f"\n{margin}".join(lines) + "\n")
