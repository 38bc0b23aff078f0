"""``rtdeconv export``: a design as shader files."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note
from rtdeconv.designs import Design
from rtdeconv.emit import Host, host_named
from rtdeconv.errors import ValueRefused
from rtdeconv.media.files import check_target, is_folder, make_folder, write_text_whole


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
    """Writes one file for each host, or prints the one shader."""
    hosts = [host_named(name) for name in dict.fromkeys(parsed.to)]
    if parsed.output is None:
        if len(hosts) > 1:
            raise ValueRefused("several hosts need a folder to write to: add -o DIR")
        sys.stdout.write(designed(parsed).export(hosts[0].name))
        return 0
    folder = parsed.output.endswith("/") or is_folder(parsed.output)
    if len(hosts) > 1 and not folder:
        raise ValueRefused("several hosts need a folder: end the path of -o with /")
    if not folder:
        check_target(parsed.output, source=parsed.filter_or_blur)
    found = designed(parsed)
    for host in hosts:
        path = Path(parsed.output)
        if folder:
            make_folder(path)
            path /= _file_name(found, host)
        write_text_whole(path, found.export(host.name), source=parsed.filter_or_blur)
        note(f"wrote {path}")
    return 0


def _file_name(found: Design, host: Host) -> str:
    words = f"{found.target.blur.label} {found.method} {found.size}"
    return re.sub(r"[^a-z0-9.]+", "-", words.lower()) + host.suffix
