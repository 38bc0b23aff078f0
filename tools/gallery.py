"""Writes the gallery, shaders/: filters for common needs, as files for every host.

    python tools/gallery.py            # shaders/<host>/ from shaders/filters/, byte for byte
    python tools/gallery.py --redesign # designs the filter files anew first
    python tools/gallery.py --table    # prints the tables of shaders/README.md, measured

Filter files are designed once and committed, so that shaders do not change with a linear algebra
library. The gain is the mean over the ten pictures of tools/figures.py, blurred in the design's
light.
"""

from __future__ import annotations

import argparse
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rtdeconv import Design, design, load, save
from rtdeconv.emit import HOSTS, Host
from rtdeconv.media.files import write_text_whole
from rtdeconv.plan import MAX_PASSES

SHADERS: Final = Path(__file__).parent.parent / "shaders"
FILTERS: Final = SHADERS / "filters"

Variants = dict[str, dict[str, Any]]


def _variants(taps: int, fir: int, spots: int, **asked: Any) -> Variants:
    """Bilinear fetches of encoded values in one pass, and what stands for them elsewhere."""
    return {
        "": {**asked, "method": "fetch", "taps": taps, "light": "encoded"},
        "fir": {**asked, "method": "fir", "taps": fir, "light": "encoded"},
        "linear": {**asked, "method": "fetch", "taps": taps},
        "linear-one-pass": {**asked, "method": "free", "taps": spots},
    }


def _defocus(**asked: Any) -> Variants:
    """Light is what a lens out of focus spreads."""
    return {
        "": {**asked, "method": "fetch", "taps": 17},
        "one-pass": {**asked, "method": "free", "taps": 25},
        "encoded": {**asked, "method": "fir", "taps": 7, "light": "encoded"},
    }


def _adaptive(adapt: str, **asked: Any) -> Variants:
    """Two passes, so hosts of one go without."""
    shape = {"adapt": adapt, "taps": 5, "terms": 5, "limit": 0.04}
    return {"": {**asked, **shape, "light": "encoded"}, "linear": {**asked, **shape}}


_CALM: Final = {"noise": 2 / 255, "sigma_range": 30, "max_overshoot": 0.05}

NEEDS: Final[dict[str, tuple[str, Variants]]] = {
    "webcam-0.7": ("a slightly soft webcam or lens", _variants(9, 5, 13, blur="gaussian:0.7")),
    "webcam-1.0": ("a soft webcam or lens", _variants(13, 7, 25, blur="gaussian:1")),
    "upscale-1.5": (
        "bilinear upscaling by 1.5",
        _variants(17, 7, 25, blur="upscale:1.5:bilinear"),
    ),
    "upscale-2": ("bilinear upscaling by 2", _variants(13, 7, 25, blur="upscale:2:bilinear")),
    "taa": (
        "what temporal antialiasing leaves",
        _variants(7, 5, 9, blur="gaussian:0.6", sigma_range=25),
    ),
    "defocus-1.5": ("a lens out of focus", _defocus(blur="disk:1.5", noise=2 / 255)),
    "general": (
        "softness of unknown size: careful, no halos",
        {
            "": {"blur": "gaussian:0.8", "method": "free", "taps": 13, "light": "encoded", **_CALM},
            "linear": {"blur": "gaussian:0.8", "method": "free", "taps": 13, **_CALM},
        },
    ),
    "noisy-0.8": (
        "a soft and noisy webcam or film: it adapts, no halos",
        _adaptive("activity", blur="gaussian:0.8", noise=3 / 255),
    ),
    "noisy-0.8-oriented": (
        "the same along edges too",
        _adaptive("oriented", blur="gaussian:0.8", noise=3 / 255),
    ),
    "tunable": (
        "any round softness, by sliders",
        {"": {"blur": "gaussian:0.8", "tunable": True}},
    ),
    "lens": (
        "a lens sharp in the middle, soft in the corners, by sliders",
        {"": {"blur": "gaussian:0.5", "sigma_at_edge": 1.2}},
    ),
}
"""What each filter is for, and its variants, the best one first."""


def main() -> None:
    """Regenerates the folder, or prints its tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--redesign", action="store_true")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    if given.redesign:
        FILTERS.mkdir(exist_ok=True)
        for need, (_, variants) in NEEDS.items():
            for variant, options in variants.items():
                save(design(**options), FILTERS / _file(need, variant))
    if given.table:
        print_filters()
        print_hosts()
        return
    # all texts before the first file: a host that fails leaves the folder as it was
    gallery = {SHADERS / host.name: files(host) for host in HOSTS.values()}
    for folder, texts in gallery.items():
        folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            write_text_whole(folder / name, text)
        for left in {*folder.iterdir()} - {folder / name for name in texts}:
            left.unlink()


def files(host: Host) -> dict[str, str]:
    """Everything in the host's folder, by name."""
    return {
        name: text
        for need, found in taken(host).items()
        for name, text in found.files(host.name, need).items()
    }


def taken(host: Host) -> dict[str, Design]:
    """For each need the filter that ``host`` gets; needs that it cannot serve are left out.

    Of those it takes, one that is at home in its light, then one as cheap there as anywhere, then
    the first.
    """

    def rank(found: Design) -> tuple[bool, bool]:
        dearer = host.adapted(found.plan).fetches > found.plan.fetches
        return host.arrival == "linear" and found.light == "encoded", dearer

    served = {}
    for need in NEEDS:
        fitting = [one for _, one in filters(need) if host.refusal(one.plan) is None]
        if fitting:
            served[need] = min(fitting, key=rank)
    return served


@cache
def filters(need: str) -> list[tuple[str, Design]]:
    """The committed filters of a need, the best one first, with the names of their files."""
    names = [_file(need, variant) for variant in NEEDS[need][1]]
    return [(name, load(FILTERS / name)) for name in names]


def _file(need: str, variant: str) -> str:
    return f"{need}.{variant}.json" if variant else f"{need}.json"


def print_filters() -> None:
    """Cost and measured gain of every filter, as Markdown."""
    from figures import measured_gain_db, pictures

    sharp = pictures()
    columns = "filter, for, undoes, noise, light, family, fetches, passes, gain dB, FFT dB"
    print(f"| {columns.replace(', ', ' | ')} |\n{10 * '|---'}|")
    for need, (purpose, _) in NEEDS.items():
        for name, made in filters(need):
            gains = [measured_gain_db(made, one, seed) for seed, one in enumerate(sharp)]
            gain, full = np.mean(gains, 0)
            target = made.target
            print(
                f"| [{name.removesuffix('.json')}](filters/{name}) | {purpose} | {_undoes(made)} | "
                f"{255 * target.noise.sigma:g}/255 | {made.light} | {made.filter.label} | "
                f"{made.plan.fetches} | {len(made.plan.passes)} | {gain:+.2f} | {full:+.2f} |"
            )


def print_hosts() -> None:
    """Every host's folder, as Markdown."""
    print("\n| host | what it is | passes | values arrive | variants | verified by |")
    print("|---|---|---|---|---|---|")
    for host in HOSTS.values():
        passes = "any" if host.passes == MAX_PASSES else str(host.passes)
        print(
            f"| [{host.name}]({host.name}) | {host.describes} | {passes} | {host.arrival} | "
            f"{_others(host)} | {'; '.join(host.proof)} |"
        )


def _others(host: Host) -> str:
    """Which variants a host gets in place of the best filters, and what it goes without."""
    served = taken(host)
    variants: dict[str, None] = {}
    for need, found in served.items():
        name = next(name for name, one in filters(need) if one == found)
        variants[name.removeprefix(need).removesuffix(".json")[1:]] = None
    missing = [need for need in NEEDS if need not in served]
    without = f"without {', '.join(missing)}" if missing else ""
    return "; ".join(filter(None, [", ".join(filter(None, variants)), without]))


def _undoes(made: Design) -> str:
    """The blur, and what else was asked."""
    target = made.target
    asked = {
        f"known to +-{target.range_percent:g} %": target.spread > 0,
        f"halos under {100 * (target.max_overshoot or 0):g} %": target.max_overshoot is not None,
        "tunable": made.method == "tunable",
        f"tunable, {made.method.partition(':')[2]} in the corners": "tunable:" in made.method,
    }
    return ", ".join([target.blur.spec, *(words for words, wanted in asked.items() if wanted)])


if __name__ == "__main__":
    main()
