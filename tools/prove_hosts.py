"""Draws exported shader files with every client that runs here, and compares their pixels with the
interpreter's; compilers judge the rest.

    python tools/prove_hosts.py              # every host
    python tools/prove_hosts.py mpv godot3   # some
    python tools/prove_hosts.py --strict     # none may be missing but those that need a Debian 13

Exits 1 where a client or compiler finds a fault, or one that must be there is missing. bash
tools/clients/setup.sh installs what the clients need, tools/clients/make_trixie.sh a Debian 13.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.table import Table

from rtdeconv.emit import HOSTS, host_named
from rtdeconv.errors import RtdError
from tools.clients.registry import CLIENTS, HEAVY, JUDGES
from tools.proving import Agreement, judged, proven

_CONSOLE = Console(width=None if sys.stdout.isatty() else 140)


def main() -> int:
    """Prints both tables; 1 where something is wrong or a required client is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hosts", nargs="*", metavar="HOST", help="see rtdeconv hosts [all]")
    parser.add_argument("--strict", action="store_true", help="clients must not be missing")
    given = parser.parse_args()
    try:
        hosts = [host_named(name).name for name in given.hosts] or list(HOSTS)
    except RtdError as refusal:
        parser.error(str(refusal))
    required = [one.name for one in (*CLIENTS, *JUDGES) if given.strict and one.name not in HEAVY]
    failed = [*_drawn(hosts, required), *_judged(hosts, required)]
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


def _drawn(hosts: Sequence[str], required: Sequence[str]) -> list[str]:
    """The table of pixels; what is wrong, a line each."""
    columns = ("host", "client", "drawn", "max", "exact", "impulse", "border", "off", "")
    table = Table(*columns, title="pixels against the interpreter, in codes of 255")
    failed = []
    for host in hosts:
        for client in CLIENTS:
            if host not in client.hosts:
                continue
            if why := client.missing():
                table.add_row(host, client.name, *[""] * 6, f"not run: {why}")
                failed += [f"{client.name} is missing: {why}"] * (client.name in required)
                continue
            found = proven(client, host)
            wrong = [one for one in found if not one.good(promises_exact=client.exact)]
            table.add_row(host, client.version(), *_cells(found), "FAILED" if wrong else "good")
            failed += [f"{host}, {client.name}, {_said(one)}" for one in wrong]
    _CONSOLE.print(table)
    return failed


def _cells(found: Sequence[Agreement]) -> list[str]:
    on = [one for one in found if one.drawing.strength]
    off = max((one.worst for one in found if not one.drawing.strength), default=-1)
    exact = [one.exact for one in on if one.passes == 1]
    return [
        str(len(found)),
        _worst(on),
        f"{100 * min(exact):.1f} %" if exact else "",
        f"{max(one.moved for one in on):.3f} px",
        f"{max(one.border for one in on):g}",
        {0: "exact", -1: "none"}.get(off, f"{off:g}"),
    ]


def _worst(found: Sequence[Agreement]) -> str:
    """In codes; in brackets where that is against half floats, against the plain interpreter."""
    worst, plain = (max(getattr(one, name) for one in found) for name in ("worst", "plain"))
    return f"{worst:g}" if worst == plain else f"{worst:g} ({plain:g})"


def _said(one: Agreement) -> str:
    drawing = f"{one.drawing.design} at strength {one.drawing.strength:g}"
    said = one.complaint or f"max {one.worst:g}, {100 * one.exact:.2f} % exact"
    return f"{drawing}: {said}"


def _judged(hosts: Sequence[str], required: Sequence[str]) -> list[str]:
    """The table of compilers; what is wrong, a line each."""
    table = Table("host", "compiler", "verdict", title="compilers and validators")
    failed = []
    for host in hosts:
        for judge in JUDGES:
            if host not in judge.hosts:
                continue
            if why := judge.missing():
                table.add_row(host, judge.name, f"not run: {why}")
                failed += [f"{judge.name} is missing: {why}"] * (judge.name in required)
                continue
            said = judged(judge, host)
            table.add_row(host, judge.version(), said[0] if said else "accepts every file")
            failed += [f"{host}, {judge.name}: {complaint}" for complaint in said]
    _CONSOLE.print(table)
    return failed


if __name__ == "__main__":
    raise SystemExit(main())
