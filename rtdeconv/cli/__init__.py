"""The command line: each subcommand is one library call and the printing of its result."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from rtdeconv import __version__
from rtdeconv.cli import apply, check, design, export, hosts
from rtdeconv.errors import RtdError

COMMANDS = (design, export, apply, check, hosts)

EXIT_DONE, EXIT_LOSSES, EXIT_REFUSED, EXIT_INTERRUPTED = 0, 1, 2, 130


class _Parser(argparse.ArgumentParser):
    """Usage errors are one sentence, like every other refusal."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"rtdeconv: {message} (see {self.prog} --help)\n")
        raise SystemExit(EXIT_REFUSED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0 when good, 1 when done with losses or a failed check, 2 when
    refused with nothing written, 130 when interrupted."""
    parser = _Parser(prog="rtdeconv", description="Designs, proves and runs deblurring filters.")
    parser.add_argument("--version", action="version", version=f"rtdeconv {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(subparsers)
    parsed = parser.parse_args(arguments)
    try:
        return int(parsed.run(parsed))
    except RtdError as refusal:
        sys.stderr.write(f"rtdeconv: {refusal}\n")
        return EXIT_REFUSED
    except KeyboardInterrupt:
        sys.stderr.write("rtdeconv: interrupted\n")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # the reader of a pipe left; the interpreter must not complain while closing stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_DONE
