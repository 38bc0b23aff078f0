"""``rtdeconv apply``: restores a picture or a video file."""

from __future__ import annotations

import argparse
from itertools import islice

from rtdeconv.cli.options import Subparsers, add_filter_or_blur, designed, note, number
from rtdeconv.device import chosen
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.media.files import check_target
from rtdeconv.media.pictures import is_picture, read_picture
from rtdeconv.noise import number_or_fraction
from rtdeconv.pixels import Image

FRAMES_LOOKED_AT, FRAME_STEP = 8, 15


def register(subparsers: Subparsers) -> None:
    """Adds the command's arguments."""
    parser = subparsers.add_parser("apply", help="restore a picture or a video")
    add_filter_or_blur(parser)
    parser.add_argument("input", metavar="INPUT", help="a picture or a video file")
    parser.add_argument("output", metavar="OUTPUT", help="where to write it")
    parser.add_argument("--device", default="auto", help="auto, gpu or cpu [auto]")
    parser.add_argument("--strength", type=number, default=1.0, metavar="S", help="0..1.5 [1]")
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
    """Restores INPUT into OUTPUT; 1 where something of the input could not be kept."""
    # both pull in libraries that other commands should not wait for
    from rtdeconv.cli.progress import frames_shown
    from rtdeconv.stream import restore_picture, restore_video

    values = {name: number_or_fraction(text, name) for name, text in _pairs("--set", parsed.set)}
    paths = dict(_pairs("--map", parsed.map))
    for path in (parsed.input, *paths.values()):
        check_target(parsed.output, source=path)
    like = _looked_at(parsed.input) if parsed.prior_var == "auto" else []
    found = designed(parsed, like)
    if like:
        note(f"prior variance {found.target.prior.var:.4g}, found from the input")
    maps = {name: read_picture(path).pixels for name, path in paths.items()}
    with chosen(found.plan, parsed.device) as device:

        def restore(image: Image) -> Image:
            return device.runner.run(image, strength=parsed.strength, values=values, maps=maps)

        if is_picture(parsed.input):
            restore_picture(parsed.input, parsed.output, restore)
            note(f"device: {device.name}")
            return 0
        with frames_shown(device.name.split()[0]) as on_progress:
            report = restore_video(
                parsed.input,
                parsed.output,
                restore,
                light=found.light,
                codec=parsed.codec,
                crf=parsed.crf,
                preset=parsed.preset,
                on_progress=on_progress,
            )
    rate = report.frames / report.seconds if report.seconds else 0.0
    note(f"device: {device.name}")
    frames = f"{report.frames} frame{'s' if report.frames != 1 else ''}"
    note(f"{frames} in {report.seconds:.1f} s, {rate:.1f} frames per second")
    for loss in report.losses:
        note(f"lost: {loss}")
    return 1 if report.losses else 0


def _pairs(option: str, words: list[str]) -> list[tuple[str, str]]:
    """``NAME=VALUE`` in two; raises ValueRefused."""
    for word in words:
        if "=" not in word:
            raise ValueRefused(f"{option} takes NAME=VALUE, not {shown(word)}")
    return [(name, value) for name, _, value in (word.partition("=") for word in words)]


def _looked_at(path: str) -> list[Image]:
    """The picture, or frames from the beginning of the video, to learn from."""
    from rtdeconv.stream import video_frames

    if is_picture(path):
        return [read_picture(path).pixels]
    return list(islice(video_frames(path), 0, FRAMES_LOOKED_AT * FRAME_STEP, FRAME_STEP))
