"""``rtdeconv hosts``: the places shaders can be written for."""

from __future__ import annotations

import argparse

from rtdeconv.cli.options import Subparsers, print_json
from rtdeconv.emit import HOSTS


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("hosts", help="list what export can write for")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Prints every registered host."""
    if parsed.json:
        print_json({host.name: host.describes for host in HOSTS.values()})
        return 0
    from rich.console import Console
    from rich.table import Table

    table = Table("host", "what it is", "file")
    for host in HOSTS.values():
        table.add_row(host.name, host.describes, f"*{host.suffix}")
    Console().print(table)
    return 0
