"""``rtdeconv apply``: restores pictures and videos."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from rtdeconv.cli.measuring import checked_auto, measured_by, measured_in
from rtdeconv.cli.options import (
    Subparsers,
    add_filter_or_blur,
    designed,
    note,
    number,
    read_by,
)
from rtdeconv.designer import AUTO
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.interpret import check_map_names
from rtdeconv.media.files import check_target
from rtdeconv.media.pictures import read_picture
from rtdeconv.noise import number_or_fraction
from rtdeconv.pixels import Image
from rtdeconv.plan import Plan, parameter_values

if TYPE_CHECKING:
    from rtdeconv.cli.restorer import Restorer
    from rtdeconv.stream.batch import Job


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("apply", help="restore pictures and videos")
    add_filter_or_blur(parser, auto="each input itself")
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
    from rtdeconv.cli.restorer import EachItsOwn
    from rtdeconv.cli.restoring import restored_one, restored_several
    from rtdeconv.stream.batch import is_batch

    asked = _Asked.of(parsed)
    several = is_batch(parsed.inputs, parsed.output)
    jobs = _jobs(parsed, asked, several=several)
    standing = checked_auto(parsed)
    if standing is not None:
        asked.check(standing.plan)
    if several and parsed.filter_or_blur == AUTO:
        own = EachItsOwn(lambda job: _restorer(parsed, asked, [job.source], job.source.name))
        return restored_several(jobs, own)
    with _restorer(parsed, asked, [job.source for job in jobs]) as restorer:
        return restored_several(jobs, restorer) if several else restored_one(jobs[0], restorer)


@dataclass(frozen=True)
class _Asked:
    """Parameters by name, and the files of maps by name."""

    strength: float
    values: dict[str, float]
    paths: dict[str, str]

    @classmethod
    def of(cls, parsed: argparse.Namespace) -> _Asked:
        pairs = _pairs("--set", parsed.set)
        values = {name: number_or_fraction(text, name) for name, text in pairs}
        return cls(parsed.strength, values, dict(_pairs("--map", parsed.map)))

    def check(self, plan: Plan) -> None:
        """Raises ValueRefused for what the plan does not take."""
        parameter_values(plan, {"strength": self.strength, **self.values})
        check_map_names(plan, self.paths)

    @cached_property
    def maps(self) -> dict[str, Image]:
        """The maps, read once."""
        return {name: read_picture(path).pixels for name, path in self.paths.items()}


def _jobs(parsed: argparse.Namespace, asked: _Asked, *, several: bool) -> tuple[Job, ...]:
    """What to restore into what; raises where that would write over a file that is read."""
    from rtdeconv.stream.batch import Job, check_spared, jobs_into

    read = (*asked.paths.values(), read_by(parsed.filter_or_blur))
    if several:
        jobs = jobs_into(parsed.inputs, parsed.output)
        check_spared(read, jobs)
        return jobs
    for path in (parsed.inputs[0], *read):
        check_target(parsed.output, source=path)
    return (Job(Path(parsed.inputs[0]), Path(parsed.output)),)


def _restorer(
    parsed: argparse.Namespace, asked: _Asked, sources: Sequence[Path], name: str = ""
) -> Restorer:
    """What restores these files by one filter; ``name``: of the file that it is measured in, where
    there are several."""
    from rtdeconv.cli.restorer import Restorer, Settings
    from rtdeconv.cli.restoring import looked_at

    is_measured = parsed.filter_or_blur == AUTO
    like = looked_at(sources) if is_measured or parsed.prior_var == AUTO else []
    known = measured_in(parsed, like, name) if is_measured else measured_by(parsed)
    found = designed(parsed, known, like)
    if parsed.prior_var == AUTO:
        note(f"prior variance {found.target.prior.var:.4g}, found from the input")
    asked.check(found.plan)
    settings = Settings(asked.strength, asked.values, asked.maps, parsed.luma)
    video = {"codec": parsed.codec, "crf": parsed.crf, "preset": parsed.preset}
    return Restorer(found, parsed.device, settings, compare=parsed.compare, video=video)


def _pairs(option: str, words: list[str]) -> list[tuple[str, str]]:
    """``NAME=VALUE`` in two; raises ValueRefused."""
    for word in words:
        if "=" not in word:
            raise ValueRefused(f"{option} takes NAME=VALUE, not {shown(word)}")
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]
