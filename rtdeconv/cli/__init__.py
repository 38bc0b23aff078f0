"""The command line: each subcommand is one library call and the printing of its result."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import Any, NoReturn

from rtdeconv import __version__
from rtdeconv.cli import apply, check, design, export, hosts, live, measure
from rtdeconv.errors import RtdError

COMMANDS = (design, export, apply, live, check, measure, hosts)

EXIT_DONE, EXIT_REFUSED, EXIT_INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """Usage errors are one sentence, like every other refusal; options are written out."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"rtdeconv: {message} (see {self.prog} --help)\n")
        raise SystemExit(EXIT_REFUSED)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns 0 when good, 1 when done with losses or a failed check, 2 when
    refused with nothing written, 130 when interrupted."""
    try:
        status = _run(arguments)
        sys.stdout.flush()
        return status
    except RtdError as refusal:
        return _refused(str(refusal))
    except KeyboardInterrupt:
        _refused("interrupted")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        # the reader of a pipe left; the interpreter must not complain while closing stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return EXIT_DONE
    except MemoryError:
        return _refused("not enough memory for a picture of this size; use a smaller one")
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return _refused(f"the system refused: {error.strerror or error}")


def _run(arguments: Sequence[str] | None) -> int:
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and threading.current_thread() is threading.main_thread():
            signal.signal(getattr(signal, name), _interrupt)
    parser = _Parser(prog="rtdeconv", description="Designs, proves and runs deblurring filters.")
    parser.add_argument("--version", action="version", version=f"rtdeconv {__version__}")
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.register(subparsers)
    parsed, rest = parser.parse_known_args(arguments)
    _take_up(parsed, rest, parser)
    return int(parsed.run(parsed))


def _take_up(parsed: argparse.Namespace, rest: list[str], parser: argparse.ArgumentParser) -> None:
    """Words after an option, which closes a list for argparse, belong to it all the same."""
    if not rest:
        return
    if any(word.startswith("-") for word in rest):
        parser.error(f"unrecognised: {' '.join(rest)}")
    if hasattr(parsed, "pictures"):
        parsed.pictures = [*parsed.pictures, *rest]
    elif hasattr(parsed, "inputs"):
        words = [*parsed.inputs, parsed.output, *rest]
        parsed.inputs, parsed.output = words[:-1], words[-1]
    else:
        parser.error(f"unrecognised: {' '.join(rest)}")


def _interrupt(*_: object) -> NoReturn:
    """An asked-for end cleans up like Ctrl-C."""
    raise KeyboardInterrupt


def _refused(sentence: str) -> int:
    sys.stderr.write(f"rtdeconv: {sentence}\n")
    return EXIT_REFUSED
