"""``rtdeconv export``: a design as shader files."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rtdeconv.cli.measuring import NOTHING, measured_by, status_of
from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, is_filter, note, read_by
from rtdeconv.designs import Design
from rtdeconv.emit import Host, host_named
from rtdeconv.errors import ValueRefused
from rtdeconv.media.files import check_target, is_folder, make_folder, write_texts_whole
from rtdeconv.planner import Budget, for_host

_FAMILY: Final = ("--method", "--taps", "--terms")

_LONGEST: Final = 100
"""Characters of a blur that a sentence repeats; a measured one has hundreds."""


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("export", help="write shader files")
    add_filter_or_blur(parser)
    parser.add_argument(
        "--to", metavar="HOST", action="append", required=True, help="see rtdeconv hosts"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="PATH|DIR",
        help="a file, or a folder for named files, as it is for several hosts [stdout]",
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Writes every host's files, or prints the one shader."""
    hosts = [host_named(name) for name in dict.fromkeys(parsed.to)]
    if parsed.output is None and len(hosts) > 1:
        raise ValueRefused("several hosts need a folder to write to: add -o DIR/")
    path = None if parsed.output is None else Path(parsed.output)
    folder = path is not None and (parsed.output.endswith("/") or is_folder(path) or len(hosts) > 1)
    if path is not None and not folder:
        check_target(path, source=read_by(parsed.filter_or_blur))
    known = measured_by(parsed)
    found = designed(parsed, known)
    if known is not None and known.blur is None:
        note(NOTHING)
    taken = _taken(parsed, found, hosts)
    if path is None:
        _print(*taken[0])
    else:
        _write(parsed, taken, path, into_folder=folder)
    return status_of(known)


def _write(
    parsed: argparse.Namespace, taken: list[tuple[Host, Design]], path: Path, *, into_folder: bool
) -> None:
    texts: dict[Path, str] = {}
    for host, found in taken:
        if into_folder:
            files = found.files(host.name, found.file_stem)
            texts |= {path / name: text for name, text in files.items()}
        else:
            texts = found.placed(host.name, path)
    if into_folder:
        make_folder(path)
    write_texts_whole(texts, source=read_by(parsed.filter_or_blur))
    for place in texts:
        note(f"wrote {place}")


def _print(host: Host, found: Design) -> None:
    first, *others = found.files(host.name).values()
    if others:
        raise ValueRefused(f"{host.name} takes {1 + len(others)} files: add -o DIR/")
    sys.stdout.write(first)


def _taken(
    parsed: argparse.Namespace, found: Design, hosts: Sequence[Host]
) -> list[tuple[Host, Design]]:
    """Each host with the filter it gets: another one where it cannot take the one ``found``, which
    is said, unless the filter or its method was asked for by name."""
    asked = Budget(parsed.fetches, parsed.passes, parsed.max_loss)
    named = _named_filter(parsed)
    refusals = {host: host.refusal(found.plan) for host in hosts}
    for host, refusal in refusals.items():
        if refusal is not None and named is not None:
            free = f"`rtdeconv export {_unnamed(found)} --to {host.name}`"
            raise ValueRefused(f"{refusal}; without {named}, {free} finds the best that it takes")
    taken = [(host, for_host(found, host, asked)) for host in hosts]
    for host, other in taken:
        if refusals[host] is not None:
            note(f"{refusals[host]}; instead: {other}")
    return taken


def _named_filter(parsed: argparse.Namespace) -> str | None:
    """What asked for a filter by name, so that no other may stand in for it."""
    if is_filter(parsed.filter_or_blur):
        return "the file"
    asked = {
        "--method": parsed.method not in (None, "auto"),
        "--tunable": parsed.tunable,
        "--sigma-at-edge": parsed.sigma_at_edge is not None,
        "--sigma-map": parsed.sigma_map,
    }
    return next((option for option, given in asked.items() if given), None)


def _unnamed(found: Design) -> str:
    """Blur and options as at the command line, those of the family left out."""
    blur, *words = shlex.split(found.options)
    options = zip(words[::2], words[1::2], strict=True)
    kept = [word for option in options if option[0] not in _FAMILY for word in option]
    return shlex.join([blur if len(blur) <= _LONGEST else "BLUR", *kept])
