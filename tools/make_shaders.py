"""Writes the shaders of shaders/ from the filter files beside them.

    python tools/make_shaders.py            # every *.json becomes its *.frag, byte for byte
    python tools/make_shaders.py --redesign # designs the filter files anew first
    python tools/make_shaders.py --table    # prints shaders/README.md's table, measured

Filter files are designed once and committed, so that shaders do not change with a linear algebra
library. The table's gain is the mean over the ten pictures of tools/figures.py, blurred in the
design's light.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from rtdeconv import Design, design, load, save
from rtdeconv.emit import HOSTS
from rtdeconv.media.files import write_text_whole

SHADERS = Path(__file__).parent.parent / "shaders"

DESIGNS = {
    "gaussian-0.5-fetch5-encoded": {
        "blur": "gaussian:0.5",
        "method": "fetch",
        "taps": 5,
        "light": "encoded",
    },
    "gaussian-0.7-fetch9-encoded": {
        "blur": "gaussian:0.7",
        "method": "fetch",
        "taps": 9,
        "light": "encoded",
    },
    "gaussian-0.7-fetch9": {"blur": "gaussian:0.7", "method": "fetch", "taps": 9},
    "gaussian-1.0-fetch13-encoded": {
        "blur": "gaussian:1",
        "method": "fetch",
        "taps": 13,
        "light": "encoded",
    },
    "gaussian-1.0-fetch13-calm": {
        "blur": "gaussian:1",
        "method": "fetch",
        "taps": 13,
        "noise": 2 / 255,
        "sigma_range": 20,
        "max_overshoot": 0.05,
    },
    "gaussian-1.5-fetch17": {"blur": "gaussian:1.5", "method": "fetch", "taps": 17},
    "gaussian-tunable": {"blur": "gaussian:0.8", "tunable": True},
    "lens-tunable": {"blur": "gaussian:0.5", "sigma_at_edge": 1.2},
    "motion-5-30-free25": {
        "blur": "motion:5@30",
        "method": "free",
        "taps": 25,
        "noise": 2 / 255,
    },
    "gaussian-0.5-fir3": {"blur": "gaussian:0.5", "method": "fir", "taps": 3, "noise": 2 / 255},
    "gaussian-0.7-fir5": {"blur": "gaussian:0.7", "method": "fir", "taps": 5},
    "gaussian-0.7-comb2-encoded": {
        "blur": "gaussian:0.7",
        "method": "comb",
        "terms": 2,
        "light": "encoded",
    },
    "gaussian-1.0-fir5": {"blur": "gaussian:1", "method": "fir", "taps": 5, "noise": 2 / 255},
    "gaussian-1.0-fir7": {"blur": "gaussian:1", "method": "fir", "taps": 7},
    "gaussian-1.5-comb3": {"blur": "gaussian:1.5", "method": "comb", "terms": 3, "noise": 2 / 255},
    "disk-1.5-fir7": {"blur": "disk:1.5", "method": "fir", "taps": 7, "noise": 2 / 255},
    "box-2-fir5-encoded": {"blur": "box:2", "method": "fir", "taps": 5, "light": "encoded"},
}


def main() -> None:
    """Regenerates the folder, or prints its table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--redesign", action="store_true")
    parser.add_argument("--table", action="store_true")
    given = parser.parse_args()
    if given.redesign:
        for name, options in DESIGNS.items():
            save(design(**options), SHADERS / f"{name}.json")
    if given.table:
        print_table()
        return
    for file in sorted(SHADERS.glob("*.json")):
        for host in HOSTS.values():
            write_text_whole(file.with_suffix(host.suffix), load(file).export(host.name))


def print_table() -> None:
    """Cost and measured gain of every shipped shader, as Markdown."""
    from figures import measured_gain_db, pictures

    sharp = pictures()
    print("| shader | undoes | noise | light | fetches | passes | gain dB | full FFT dB |")
    print("|---|---|---|---|---|---|---|---|")
    for name in DESIGNS:
        made = load(SHADERS / f"{name}.json")
        gain, full = np.mean([measured_gain_db(made, p, seed) for seed, p in enumerate(sharp)], 0)
        target = made.target
        print(
            f"| [{name}]({name}.frag) | {_undoes(made)} | {255 * target.noise.sigma:g}/255 | "
            f"{made.light} | {made.plan.fetches} | {len(made.plan.passes)} | "
            f"{gain:+.2f} | {full:+.2f} |"
        )


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
