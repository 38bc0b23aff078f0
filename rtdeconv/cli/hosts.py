"""``rtdeconv hosts``: the places shaders can be written for."""

from __future__ import annotations

import argparse

from rtdeconv.cli.options import Subparsers, print_json
from rtdeconv.emit import HOSTS, Host
from rtdeconv.plan import MAX_PASSES


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("hosts", help="list what export can write for")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Prints every registered host."""
    if parsed.json:
        print_json({host.name: _record(host) for host in HOSTS.values()})
        return 0
    from rich.console import Console
    from rich.table import Table

    # as lines between columns would not leave room for words in 80
    table = Table(box=None, padding=(0, 1, 0, 0))
    for column in ("host", "file", "passes", "values\narrive"):
        table.add_column(column, no_wrap=True)
    for column in ("what it is", "proven by"):
        table.add_column(column, overflow="fold")
    for host in HOSTS.values():
        record = _record(host)
        table.add_row(
            host.name,
            f"*{host.suffix}",
            str(record["passes"] or "any"),
            host.arrival,
            host.describes,
            "; ".join(host.proof),
        )
    Console().print(table)
    return 0


def _record(host: Host) -> dict[str, object]:
    return {
        "describes": host.describes,
        "file": f"*{host.suffix}",
        "passes": None if host.passes == MAX_PASSES else host.passes,
        "values_arrive": host.arrival,
        "proven_by": list(host.proof),
    }
