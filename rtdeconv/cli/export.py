"""``rtdeconv export``: a design as shader files."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note
from rtdeconv.designs import Design
from rtdeconv.emit import Host, host_named
from rtdeconv.errors import ValueRefused
from rtdeconv.media.files import check_target, is_folder, make_folder, write_text_whole
from rtdeconv.planner import for_host


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("export", help="write shader files")
    add_filter_or_blur(parser)
    parser.add_argument(
        "--to", metavar="HOST", action="append", required=True, help="see rtdeconv hosts"
    )
    parser.add_argument(
        "-o", "--output", metavar="PATH|DIR", help="a file, or a folder for named files [stdout]"
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Writes every host's files, or prints the one shader."""
    hosts = [host_named(name) for name in dict.fromkeys(parsed.to)]
    if parsed.output is None:
        return _print_one(parsed, hosts)
    folder = parsed.output.endswith("/") or is_folder(parsed.output)
    if len(hosts) > 1 and not folder:
        raise ValueRefused("several hosts need a folder: end the path of -o with /")
    if not folder:
        check_target(parsed.output, source=parsed.filter_or_blur)
    path = Path(parsed.output)
    for host, found in _taken(parsed, hosts):
        if folder:
            make_folder(path)
            texts = found.files(host.name, _stem(found))
            written = {path / name: text for name, text in texts.items()}
        else:
            texts = found.files(host.name, path.stem)
            beside = (path.with_name(name) for name in [*texts][1:])
            written = dict(zip((path, *beside), texts.values(), strict=True))
        for place, text in written.items():
            write_text_whole(place, text, source=parsed.filter_or_blur)
            note(f"wrote {place}")
    return 0


def _print_one(parsed: argparse.Namespace, hosts: Sequence[Host]) -> int:
    if len(hosts) > 1:
        raise ValueRefused("several hosts need a folder to write to: add -o DIR")
    ((host, found),) = _taken(parsed, hosts)
    first, *others = found.files(host.name).values()
    if others:
        raise ValueRefused(f"{host.name} takes {1 + len(others)} files: add -o DIR/")
    sys.stdout.write(first)
    return 0


def _taken(parsed: argparse.Namespace, hosts: Sequence[Host]) -> list[tuple[Host, Design]]:
    """Each host with the filter it gets: another one where it cannot take the one designed, which
    is said, unless the filter or its method was asked for by name."""
    found = designed(parsed)
    named = "the file" if parsed.filter_or_blur.endswith(".json") else "--method"
    taken = []
    for host in hosts:
        refusal = host.refusal(found.plan)
        if refusal is not None and (named == "the file" or parsed.method not in (None, "auto")):
            blur = found.target.blur.spec
            raise ValueRefused(
                f"{refusal}; without {named}, `rtdeconv export {blur} --to {host.name}` finds the "
                "best filter that it takes"
            )
        other = for_host(found, host)
        if refusal is not None:
            note(f"{refusal}; instead: {other}")
        taken.append((host, other))
    return taken


def _stem(found: Design) -> str:
    words = f"{found.target.blur.label} {found.method} {found.size}"
    return re.sub(r"[^a-z0-9.]+", "-", words.lower())
