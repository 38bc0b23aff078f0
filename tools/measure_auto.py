"""Prints what the blur `auto` gains on pictures of unknown blur, noise and detail.

    python tools/measure_auto.py [--light linear] [--json FILE]

Pictures: those of `measure_blind.py`, which the calibration never saw; sharp, or blurred by
gaussian:S, with noise, rounded to 8 bits. Beside what `design("auto", like=[picture])` gains stands
the design for the true blur and noise. PSNR of the stored restored picture less that of the blurred
one. Seeded.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
from dataclasses import asdict, dataclass
from pathlib import Path

import figures
import numpy as np
from calibrate_blind import Plane, degraded
from measure_blind import sharp_pictures

from rtdeconv import Design, design
from rtdeconv.light import Light, checked_light
from rtdeconv.metrics import psnr_db

SIGMAS_PX = (0.0, 0.5, 0.7, 1.0, 1.5, 2.0)
NOISES = (1.0, 2.55, 5.0)
LEAST_SHARE, WORST_DB = 0.7, -0.4


@dataclass(frozen=True)
class Gain:
    """One picture's gains in dB, by the design for the truth and by auto, and what auto undid."""

    picture: str
    sigma_px: float
    noise: float
    known_db: float
    auto_db: float
    undone: str


def gain(job: tuple[str, Plane, float, float, Light, int]) -> Gain:
    """Both ways on one picture."""
    name, sharp, sigma_px, noise, light, seed = job
    soft = degraded(sharp, sigma_px, noise, light, np.random.default_rng(seed))
    before = psnr_db(soft / 255, sharp)

    def gained(made: Design) -> float:
        return psnr_db(made.apply(soft) / 255, sharp) - before

    auto = design("auto", like=[soft], light=light)
    true = f"gaussian:{sigma_px}"
    known_db = gained(design(true, noise=noise / 255, light=light)) if sigma_px else 0.0
    return Gain(name, sigma_px, noise, known_db, gained(auto), auto.target.blur.spec)


def table(found: list[Gain]) -> None:
    """Means over pictures, a row for each blur and noise, and the goals."""
    print("sigma  noise   known     auto     worst picture by auto")
    for sigma_px in SIGMAS_PX:
        for noise in NOISES:
            own = [one for one in found if (one.sigma_px, one.noise) == (sigma_px, noise)]
            known, auto = (np.mean([getattr(one, key) for one in own]) for key in KEYS)
            worst = min(own, key=lambda one: one.auto_db)
            print(
                f"{sigma_px:5} {noise:6} {known:7.2f} {auto:8.2f} {worst.auto_db:8.2f}"
                f"  {worst.picture}, undone {worst.undone}"
            )
    for label, names in (("ten pictures", figures.NAMES), ("all", None)):
        own = [one for one in found if names is None or one.picture in names]
        soft = [one for one in own if one.sigma_px]
        known, auto = (np.mean([getattr(one, key) for one in soft]) for key in KEYS)
        worst = min(one.auto_db for one in own)
        print(
            f"{label}: mean gain {auto:.2f} of {known:.2f} dB, {100 * auto / known:.0f} % (goal "
            f"{100 * LEAST_SHARE:.0f}); worst {worst:.2f} dB (goal {WORST_DB})"
        )


KEYS = ("known_db", "auto_db")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--light", default="encoded", help="linear or encoded [encoded]")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parsed = parser.parse_args()
    light = checked_light(parsed.light)
    jobs = [
        (name, sharp, sigma_px, noise, light, seed)
        for seed, (name, sharp) in enumerate(sharp_pictures().items())
        for sigma_px in SIGMAS_PX
        for noise in NOISES
    ]
    with multiprocessing.Pool() as pool:
        found = pool.map(gain, jobs, chunksize=1)
    table(found)
    if parsed.json:
        parsed.json.write_text(json.dumps([asdict(one) for one in found], indent=1), "utf-8")


if __name__ == "__main__":
    main()
