"""``rtdeconv live``: a camera, stream, video or picture restored while it is watched."""

from __future__ import annotations

import argparse
import math
import sys
from typing import TYPE_CHECKING, Final

from rtdeconv.cli.measuring import measured_by
from rtdeconv.cli.options import (
    Subparsers,
    add_filter_or_blur,
    designed,
    given_options,
    is_auto,
    is_filter,
    note,
    number,
    print_json,
)
from rtdeconv.designer import AUTO
from rtdeconv.errors import ValueRefused

if TYPE_CHECKING:
    from rtdeconv.live.session import Session

WINDOW: Final = (1280, 800)
USUAL: Final = "gaussian:0.8"


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("live", help="restore a camera or a stream while you watch")
    add_filter_or_blur(parser, usual=USUAL, auto="the frames as they come")
    parser.add_argument(
        "--source",
        default="0",
        metavar="0|URL|FILE",
        help="a camera's number, a stream, a video or a picture [0]",
    )
    parser.add_argument("--strength", type=number, default=1.0, metavar="S", help="0..1.5 [1]")
    parser.add_argument("--headless", action="store_true", help="no window; needs --frames")
    parser.add_argument(
        "--frames", type=int, metavar="N", help="end after N frames, print the statistics"
    )
    parser.add_argument(
        "--virtual-camera",
        action="store_true",
        help="send the restored picture to a virtual camera, for meeting software",
    )
    parser.add_argument("--json", action="store_true", help="print the statistics as JSON")
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Runs until the window is closed or the frames are done; 1 where the source ended before."""
    frames = parsed.frames
    if frames is not None and frames < 1:
        raise ValueRefused(f"--frames is 1 or more, not {frames}")
    if parsed.headless and frames is None:
        raise ValueRefused("a run without a window needs an end; add --frames N")
    session = _session(parsed)
    if parsed.headless:
        told = session.headless(WINDOW, frames)
    else:
        told = session.in_window(WINDOW, math.inf if frames is None else frames)
    if parsed.json:
        print_json(told.record)
    elif frames is not None:
        sys.stdout.writelines(f"{name:<22}{value}\n" for name, value in told.rows)
    if frames is not None and told.figures.shown < frames:
        why = f": {told.said}" if told.said else ""
        note(f"ended after {told.figures.shown} of {frames} frames{why}")
        return 1
    return 0


def _session(parsed: argparse.Namespace) -> Session:
    # pulls in libraries that other commands should not wait for
    from rtdeconv.live.auto import MEASURED
    from rtdeconv.live.session import Session
    from rtdeconv.live.settings import asked, of_design

    is_led = parsed.filter_or_blur == AUTO
    if is_led:
        parsed.filter_or_blur = USUAL  # at hand until something is measured; till then not used
        if parsed.prior_var == AUTO:
            parsed.prior_var = None
    text, given = parsed.filter_or_blur, given_options(parsed)
    design = designed(parsed, measured_by(parsed))
    settings = asked(text, given)
    if is_filter(text) or is_auto(text) or settings.adapts:  # these by their size
        settings = of_design(design)
    return Session(
        source=parsed.source,
        design=design,
        settings=settings,
        strength=parsed.strength,
        virtual_camera=parsed.virtual_camera,
        auto=is_led,
        fixed=MEASURED & {*given} if is_led else frozenset(),
    )
