"""``rtdeconv measure``: blur and noise of what is at hand, how sure they are, what to do then."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rtdeconv.cli.options import Subparsers, note, print_json
from rtdeconv.designer import AUTO
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.light import Light, checked_light
from rtdeconv.media.files import check_target, is_folder
from rtdeconv.media.pictures import is_picture, read_picture

if TYPE_CHECKING:
    from rtdeconv.cli.advice import Advice, Finding

PSF_SUFFIXES: Final = (".tif", ".tiff")


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("measure", help="find out how large blur and noise are")
    parser.add_argument("input", metavar="IMAGE|VIDEO", help="what is soft")
    parser.add_argument(
        "--edge",
        metavar="X,Y,W,H|auto",
        help="measure a slanted edge in this region, or the best ones found",
    )
    parser.add_argument(
        "--sharp", metavar="REFERENCE", help="the same picture without the blur: measures the PSF"
    )
    parser.add_argument(
        "--light",
        metavar="L",
        help="where the blur happened: linear or encoded [linear]; with --edge or --sharp",
    )
    parser.add_argument("--plot", metavar="FILE.png", help="draw what was measured and the fit")
    parser.add_argument("--json", action="store_true", help="print figures as JSON")
    parser.add_argument(
        "-o", "--output", metavar="PSF.tiff", help="write the PSF, for file:PSF.tiff; with --sharp"
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Prints what was measured and the command that uses it; 1 where that is not to be trusted."""
    _check(parsed)
    light = checked_light(parsed.light or "linear")
    if parsed.sharp is not None:
        found, advice = _of_pair(parsed, light)
    elif parsed.edge is not None:
        found, advice = _of_edges(parsed, light)
    else:
        found, advice = _blind(parsed)
    remarks = [*dict.fromkeys((*found.remarks, *filter(None, [advice.sentence])))]
    if parsed.json:
        print_json({**found.record, "remarks": remarks, "command": advice.command})
    else:
        _print_table(parsed.input, found, advice)
    for remark in remarks:
        note(remark)
    if parsed.plot is not None:
        note(f"wrote {parsed.plot}")
    return 0 if advice.is_trusted else 1


def _check(parsed: argparse.Namespace) -> None:
    """Refuses what does not go together, before anything is read."""
    if parsed.edge is not None and parsed.sharp is not None:
        raise ValueRefused("--edge and --sharp are two ways to measure; give one of them")
    if parsed.output is not None and parsed.sharp is None:
        raise ValueRefused("-o writes the PSF that --sharp measures; add --sharp REFERENCE")
    if parsed.light is not None and parsed.sharp is None and parsed.edge is None:
        raise ValueRefused(
            "--light says where the blur happened, for --edge and --sharp; leave it out"
        )
    if parsed.output is not None and Path(parsed.output).suffix.lower() not in PSF_SUFFIXES:
        raise ValueRefused(f"a PSF is a float TIFF, not {shown(parsed.output)}; end it in .tiff")
    if is_folder(parsed.input):
        raise ValueRefused(
            f"a picture or a video is measured, and {shown(parsed.input)} is a folder; name a file"
        )
    inputs = [path for path in (parsed.input, parsed.sharp) if path is not None]
    for target in filter(None, (parsed.output, parsed.plot)):
        for path in inputs:
            check_target(target, source=path)
    if parsed.output is not None and parsed.output == parsed.plot:
        raise ValueRefused("-o and --plot name the same file; give them two")
    if parsed.plot is not None:
        from rtdeconv.plots import check_plot

        check_plot(parsed.plot)


def _of_pair(parsed: argparse.Namespace, light: Light) -> tuple[Finding, Advice]:
    from rtdeconv.cli.advice import for_pair
    from rtdeconv.estimate.pairs import measure_pair, save_psf

    for path in (parsed.input, parsed.sharp):
        if not is_picture(path):
            raise ValueRefused(
                f"--sharp compares two pictures, and {shown(path)} is none; save the same frame "
                "of both, such as .png"
            )
    blurred, sharp = (read_picture(path).pixels for path in (parsed.input, parsed.sharp))
    found = measure_pair(blurred, sharp, light=light)
    if parsed.output is not None:
        save_psf(found, parsed.output)
        note(f"wrote {parsed.output}")
    if parsed.plot is not None:
        from rtdeconv.plots import plot_pair

        plot_pair(found, parsed.plot)
    return found, for_pair(found, light, parsed.output)


def _of_edges(parsed: argparse.Namespace, light: Light) -> tuple[Finding, Advice]:
    from rtdeconv.cli.advice import for_edges
    from rtdeconv.cli.restoring import looked_at
    from rtdeconv.estimate.edge import find_edges, measure_edges, parse_box

    box = None if parsed.edge == AUTO else parse_box(parsed.edge)
    (picture,) = looked_at([Path(parsed.input)], most=1)
    boxes = find_edges(picture, light=light) if box is None else (box,)
    if not boxes:
        raise ValueRefused(
            "no straight, unclipped edge 2 to 12 degrees off an axis was found in "
            f"{shown(parsed.input)}; photograph a chart of tools/chart.py so near that its "
            "squares are 64 px wide, or leave --edge out"
        )
    found = measure_edges(picture, boxes, light=light)
    if parsed.plot is not None:
        from rtdeconv.plots import plot_edges

        plot_edges(found, picture, parsed.plot)
    return found, for_edges(found, light)


def _blind(parsed: argparse.Namespace) -> tuple[Finding, Advice]:
    from rtdeconv.cli.advice import for_measured
    from rtdeconv.cli.restoring import looked_at
    from rtdeconv.estimate import measure

    found = measure(looked_at([Path(parsed.input)]))
    if parsed.plot is not None:
        from rtdeconv.plots import plot_measured

        plot_measured(found, parsed.plot)
    return found, for_measured(found)


def _print_table(name: str, found: Finding, advice: Advice) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    title = escape(f"measured in {Path(name).name}")
    table = Table(title=title, show_header=False, title_justify="left")
    for row in found.rows:
        table.add_row(*map(escape, row))
    Console().print(table)
    if advice.command:
        sys.stdout.write(f"-> {advice.command}\n")  # whole, to be copied
