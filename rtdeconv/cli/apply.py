"""``rtdeconv apply``: restores pictures and videos."""

from __future__ import annotations

import argparse
from pathlib import Path

from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note, number
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.interpret import check_map_names
from rtdeconv.media.files import check_target
from rtdeconv.media.pictures import read_picture
from rtdeconv.noise import number_or_fraction
from rtdeconv.plan import parameter_values


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("apply", help="restore pictures and videos")
    add_filter_or_blur(parser)
    parser.add_argument(
        "inputs", nargs="+", metavar="INPUT", help="pictures, videos, folders of pictures"
    )
    parser.add_argument(
        "output", metavar="OUTPUT", help="the file to write, or a folder for several"
    )
    parser.add_argument("--device", default="auto", help="auto, gpu or cpu [auto]")
    parser.add_argument("--strength", type=number, default=1.0, metavar="S", help="0..1.5 [1]")
    parser.add_argument(
        "--luma", action="store_true", help="restore luma alone; colours stay as they are"
    )
    parser.add_argument(
        "--compare", action="store_true", help="write before and after beside each other"
    )
    tunable = parser.add_argument_group("options of tunable filters")
    tunable.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=X",
        help="a parameter: sigma, noise, sigma_at_edge",
    )
    tunable.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="NAME=PICTURE",
        help="a map as large as the input: sigma=blur.png",
    )
    video = parser.add_argument_group("video options")
    video.add_argument("--codec", metavar="C", help="encoder, such as libx264 or libx265")
    video.add_argument(
        "--crf",
        type=number,
        default=18,
        metavar="N",
        help="quality, smaller is better and larger files [18]",
    )
    video.add_argument(
        "--preset", default="veryfast", metavar="P", help="ultrafast to veryslow [veryfast]"
    )
    parser.set_defaults(run=run)


def run(parsed: argparse.Namespace) -> int:
    """Restores INPUT into OUTPUT; 1 where something could not be kept, or not be restored."""
    # these pull in libraries that other commands should not wait for
    from rtdeconv.cli.restorer import Restorer, Settings
    from rtdeconv.cli.restoring import looked_at, restored_one, restored_several
    from rtdeconv.stream.batch import Job, check_spared, is_batch, jobs_into

    values = {name: number_or_fraction(text, name) for name, text in _pairs("--set", parsed.set)}
    paths = dict(_pairs("--map", parsed.map))
    several = is_batch(parsed.inputs, parsed.output)
    if several:
        jobs = jobs_into(parsed.inputs, parsed.output)
        check_spared(paths.values(), jobs)
    else:
        for path in (parsed.inputs[0], *paths.values()):
            check_target(parsed.output, source=path)
        jobs = (Job(Path(parsed.inputs[0]), Path(parsed.output)),)
    like = looked_at([job.source for job in jobs]) if parsed.prior_var == "auto" else []
    found = designed(parsed, like)
    if like:
        note(f"prior variance {found.target.prior.var:.4g}, found from the input")
    parameter_values(found.plan, {"strength": parsed.strength, **values})
    check_map_names(found.plan, paths)
    maps = {name: read_picture(path).pixels for name, path in paths.items()}
    settings = Settings(parsed.strength, values, maps, parsed.luma)
    video = {"codec": parsed.codec, "crf": parsed.crf, "preset": parsed.preset}
    with Restorer(found, parsed.device, settings, compare=parsed.compare, video=video) as restorer:
        return restored_several(jobs, restorer) if several else restored_one(jobs[0], restorer)


def _pairs(option: str, words: list[str]) -> list[tuple[str, str]]:
    """``NAME=VALUE`` in two; raises ValueRefused."""
    for word in words:
        if "=" not in word:
            raise ValueRefused(f"{option} takes NAME=VALUE, not {shown(word)}")
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]
