"""``rtdeconv design``: from a blur to a filter and its figures."""

from __future__ import annotations

import argparse
import dataclasses

from rtdeconv.cli.options import (
    BLURS,
    Subparsers,
    add_design_options,
    designed,
    note,
    print_json,
)
from rtdeconv.design_file import save
from rtdeconv.designer import MAX_LOSS_DB, Design
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import FAMILIES


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("design", help="design a filter for a blur")
    parser.add_argument("filter_or_blur", metavar="BLUR", nargs="?", help=BLURS)
    add_design_options(parser)
    parser.add_argument("--list", action="store_true", help="list the methods and leave")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    parser.add_argument("-o", "--output", metavar="FILTER.json", help="write the filter file")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Prints a design's figures; writes its file."""
    if parsed.list:
        _print_methods(as_json=parsed.json)
        return 0
    if parsed.filter_or_blur is None:
        raise ValueRefused("design needs a BLUR, such as gaussian:0.8")
    found = designed(parsed)
    if parsed.output is not None:
        save(found, parsed.output)
    if parsed.json:
        print_json(_record(found))
    else:
        _print_table(found)
    figures = found.figures
    if parsed.method in (None, "auto") and figures.expected_loss_db > MAX_LOSS_DB:
        note(
            f"no method comes within {MAX_LOSS_DB} dB of the full Wiener filter here; "
            f"the nearest recovers {figures.expected_gain_db:.1f} of "
            f"{figures.wiener_gain_db:.1f} dB"
        )
    return 0


def _record(found: Design) -> dict[str, object]:
    return {
        "blur": found.target.blur.spec,
        "family": found.filter.family,
        "size": found.filter.size,
        "label": found.filter.label,
        "fetches": found.plan.fetches,
        "passes": len(found.plan.passes),
        "light": found.light,
        "border": found.border,
        **dataclasses.asdict(found.figures),
    }


def _print_table(found: Design) -> None:
    from rich.console import Console
    from rich.table import Table

    figures = found.figures
    passes = len(found.plan.passes)
    rows = (
        ("filter", found.filter.label),
        ("cost", f"{found.plan.fetches} fetches, {passes} pass{'es' if passes > 1 else ''}"),
        ("expected gain", f"{figures.expected_gain_db:.2f} dB of {figures.wiener_gain_db:.2f} dB"),
        ("loss to full Wiener", f"{figures.expected_loss_db:.2f} dB"),
        ("peak gain", f"{figures.peak_gain:.2f}"),
        ("noise gain", f"{figures.noise_gain:.2f}"),
        ("overshoot of a step", f"{100 * figures.overshoot:.1f} %"),
        ("DC gain", f"{figures.dc_gain:.9g}"),
        ("same again", f"rtdeconv design {found.options}"),
    )
    table = Table(
        title=f"undoing {found.target.blur.spec}", show_header=False, title_justify="left"
    )
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _print_methods(*, as_json: bool) -> None:
    if as_json:
        print_json({name: family.describes for name, family in FAMILIES.items()})
        return
    from rich.console import Console
    from rich.table import Table

    table = Table("method", "what it is", "size", "sizes")
    for family in FAMILIES.values():
        sizes = ", ".join(str(size) for size in family.sizes)
        table.add_row(family.name, family.describes, f"--{family.size_option}", sizes)
    Console().print(table)
