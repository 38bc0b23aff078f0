"""Draws exported shader files with every client that runs here, and compares their pixels with the
interpreter's; compilers judge the rest.

    python tools/prove_hosts.py              # every host
    python tools/prove_hosts.py mpv godot3   # some
    python tools/prove_hosts.py --strict     # none may be missing but those that need a Debian 13
    python tools/prove_hosts.py --markdown   # the tables as Markdown, as in shaders/README.md

Exits 1 where a client or compiler finds a fault, or one that must be there is missing. bash
tools/clients/setup.sh installs what the clients need, tools/clients/make_trixie.sh a Debian 13.
"""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rich.console import Console
from rich.table import Table

from rtdeconv.emit import HOSTS, host_named
from rtdeconv.errors import RtdError
from tools.clients.base import Client, Judge
from tools.clients.registry import CLIENTS, HEAVY, JUDGES
from tools.proving import Agreement, judged, proven


def main() -> int:
    """Prints both tables; 1 where something is wrong or a required client is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("hosts", nargs="*", metavar="HOST", help="see rtdeconv hosts [all]")
    parser.add_argument("--strict", action="store_true", help="clients must not be missing")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    given = parser.parse_args()
    try:
        hosts = [host_named(name).name for name in dict.fromkeys(given.hosts)] or list(HOSTS)
    except RtdError as refusal:
        parser.error(str(refusal))
    # an asked-for end takes screens, browsers and players with it, as Ctrl-C does
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    required = [one.name for one in (*CLIENTS, *JUDGES) if given.strict and one.name not in HEAVY]
    printed = _as_markdown if given.markdown else _as_table
    failed = []
    for rows, wrong in (_drawn(hosts, required), _judged(hosts, required)):
        printed(rows)
        failed += wrong
    for line in failed:
        print(line, file=sys.stderr)
    return 1 if failed else 0


Rows = list[list[str]]
"""A table, its columns' names first."""


def _as_table(rows: Rows) -> None:
    table = Table(*rows[0])
    for row in rows[1:]:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 140).print(table)


def _as_markdown(rows: Rows) -> None:
    for row in (rows[0], ["---"] * len(rows[0]), *rows[1:]):
        print(f"| {' | '.join(row)} |")
    print()


def _drawn(hosts: Sequence[str], required: Sequence[str]) -> tuple[Rows, list[str]]:
    """Pixels against the interpreter's, errors in codes of 255; what is wrong, a line each."""
    rows = [["host", "client", "drawn", "max", "exact", "impulse", "border", "off", "verdict"]]
    failed = []
    for host in hosts:
        for client in CLIENTS:
            if host in client.hosts:
                row, wrong = _row(host, client, client.name in required)
                rows.append([host, *row])
                failed += [f"{host}, {one}" for one in wrong]
    return rows, failed


def _row(host: str, client: Client, is_required: bool) -> tuple[list[str], list[str]]:
    """A client's row but for the host; what is wrong."""
    try:
        if why := client.missing():
            missing = [f"{client.name} is missing: {why}"] * is_required
            return [client.name, *[""] * 6, f"not run: {why}"], missing
        found = proven(client, host)
        wrong = [one for one in found if not one.good(promises_exact=client.exact)]
        row = [_named(client), *_cells(found), "FAILED" if wrong else "good"]
        return row, [f"{client.name}, {_said(one)}" for one in wrong]
    except Exception as died:  # of whatever: it must not keep the other clients from drawing
        return [client.name, *[""] * 6, "FAILED"], [f"{client.name} died: {died!r}"]


def _named(client: Client) -> str:
    """``WebGL 2: Chromium 156``, or what already says both."""
    name, version = client.name, client.version()
    return version if name.lower() in version.lower() else f"{name}: {version}"


def _cells(found: Sequence[Agreement]) -> list[str]:
    on = [one for one in found if one.drawing.strength]
    off = [one.worst for one in found if not one.drawing.strength]
    exact = [one.exact for one in on if one.passes == 1 and not one.drawing.switched]
    return [
        str(len(found)),
        _worst(on),
        f"{100 * min(exact):.2f} %" if exact else "",
        f"{max(one.moved for one in on):.3f} px",
        f"{max(one.border for one in on):g}",
        "none" if not off else f"{max(off):g}" if max(off) else "exact",
    ]


def _worst(found: Sequence[Agreement]) -> str:
    """In codes; in brackets, where a host has half floats, beside the design's own plan."""
    worst, plain = (max(getattr(one, name) for one in found) for name in ("worst", "plain"))
    return f"{worst:g}" if worst == plain else f"{worst:g} ({plain:g})"


def _said(one: Agreement) -> str:
    what = one.drawing
    told = {"turned": what.turned, "switched": what.switched}
    how = "".join(f", {word}" for word, holds in told.items() if holds)
    drawing = f"{what.design}{how} at strength {what.strength:g}"
    said = one.complaint or f"max {one.worst:g}, {100 * one.exact:.2f} % exact"
    return f"{drawing}: {said}"


def _judged(hosts: Sequence[str], required: Sequence[str]) -> tuple[Rows, list[str]]:
    """What compilers say; what is wrong, a line each."""
    rows = [["host", "compiler", "verdict"]]
    failed = []
    for host in hosts:
        for judge in JUDGES:
            if host in judge.hosts:
                row, wrong = _verdict(host, judge, judge.name in required)
                rows.append([host, *row])
                failed += [f"{host}, {one}" for one in wrong]
    return rows, failed


def _verdict(host: str, judge: Judge, is_required: bool) -> tuple[list[str], list[str]]:
    """A judge's row but for the host; what is wrong."""
    try:
        if why := judge.missing():
            missing = [f"{judge.name} is missing: {why}"] * is_required
            return [judge.name, f"not run: {why}"], missing
        said = judged(judge, host)
        row = [judge.version(), said[0] if said else "accepts every file"]
        return row, [f"{judge.name}: {complaint}" for complaint in said]
    except Exception as died:  # as above
        return [judge.name, "FAILED"], [f"{judge.name} died: {died!r}"]


if __name__ == "__main__":
    raise SystemExit(main())
