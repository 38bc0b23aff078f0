"""Prints the measured tables of the README: gain on ten pictures, and forecast against measurement.

    python tools/figures.py [--json FILE]

Pictures: ten packaged with scikit-image, Rec. 601 luma, top-left crop to at most 512 x 512 with
even sides. Each is blurred by a Gaussian with circular borders, given white noise (seed = index of
the picture), clipped and rounded to 8 bits. Score: PSNR of the restored picture, clipped and not
rounded, minus that of the degraded one, averaged over the pictures. Filters run as the plan that
ships, by the CPU executor, which moves these figures by 1e-6 dB against the numpy interpreter.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage.data
from numpy.typing import NDArray

from rtdeconv import Design, design, interpret
from rtdeconv.light import Light
from rtdeconv.metrics import psnr_db
from rtdeconv.reference import degraded, restored

Planes = NDArray[np.float64]

NAMES = "astronaut camera chelsea coffee rocket brick grass gravel coins motorcycle".split()
SIGMAS_PX = (0.5, 0.7, 1.0, 1.5)
NOISES = (1.0, 2.55, 7.65)
FAMILIES = {
    "7x7": {"method": "fir", "taps": 7},
    "5x5": {"method": "fir", "taps": 5},
    "3x3": {"method": "fir", "taps": 3},
    "comb 1": {"method": "comb", "terms": 1},
    "comb 2": {"method": "comb", "terms": 2},
    "Gaussian-Laplacian 5": {"method": "gauss", "terms": 5},
    "auto": {},
}


@dataclass(frozen=True)
class Row:
    """Means over the pictures for one blur and noise, in dB."""

    sigma_px: float
    noise: float
    light: Light
    input_psnr_db: float
    full_fft_gain_db: float
    gain_db: dict[str, float]
    expected_loss_db: dict[str, float]

    @property
    def forecast_errors_db(self) -> list[float]:
        """Expected loss less measured loss, a value for each family."""
        return [
            self.expected_loss_db[name] - (self.full_fft_gain_db - gain)
            for name, gain in self.gain_db.items()
        ]


def pictures() -> list[Planes]:
    """The ten sharp pictures, each (H, W, 1), 0..1."""
    return [_grey(cropped(name)) for name in NAMES]


def cropped(name: str) -> Planes:
    """The upper left of a picture, even and at most 512 a side, (H, W) or (H, W, 3), 0..255."""
    motorcycle = name == "motorcycle"
    rgb = skimage.data.stereo_motorcycle()[0] if motorcycle else getattr(skimage.data, name)()
    height, width = (min(512, n // 2 * 2) for n in rgb.shape[:2])
    return rgb[:height, :width, :3] if rgb.ndim == 3 else rgb[:height, :width]


def _grey(picture: Planes) -> Planes:
    grey = picture if picture.ndim == 2 else picture @ [0.299, 0.587, 0.114]
    return grey[:, :, None] / 255.0


def measure(sharp: list[Planes], sigma_px: float, noise: float, light: Light) -> Row:
    """One row of the table."""
    designs = {
        name: design(
            f"gaussian:{sigma_px}", noise=noise / 255, light=light, border="wrap", **options
        )
        for name, options in FAMILIES.items()
    }
    target = next(iter(designs.values())).target
    full, inputs = [], []
    gains: dict[str, list[float]] = {name: [] for name in designs}
    for seed, truth in enumerate(sharp):
        _, soft = degraded(truth, target, light=light, border="wrap", seed=seed)
        before = psnr_db(soft, truth)
        inputs.append(before)
        full.append(psnr_db(restored(soft, target, light=light, border="wrap"), truth) - before)
        for name, one in designs.items():
            gains[name].append(psnr_db(_applied(one, soft), truth) - before)
    return Row(
        sigma_px,
        noise,
        light,
        input_psnr_db=float(np.mean(inputs)),
        full_fft_gain_db=float(np.mean(full)),
        gain_db={name: float(np.mean(values)) for name, values in gains.items()},
        expected_loss_db={name: one.figures.expected_loss_db for name, one in designs.items()},
    )


def measured_gain_db(one: Design, truth: Planes, seed: int) -> tuple[float, float]:
    """(gain of the design, gain of the full FFT) on one picture, under the design's own border."""
    how = {"light": one.light, "border": one.border}
    _, soft = degraded(truth, one.target, **how, seed=seed)
    before = psnr_db(soft, truth)
    full = restored(soft, one.target, **how)
    settings = interpret.parameter_values(one.plan, one.even)
    sharp = interpret.colour(one.plan, soft, settings)
    return psnr_db(sharp, truth) - before, psnr_db(full, truth) - before


def _applied(one: Design, soft: Planes) -> Planes:
    """``soft`` (H, W, 1) restored, not rounded."""
    return one.apply(soft[:, :, 0].astype(np.float32))[:, :, None]


def rows(light: Light) -> Iterator[Row]:
    """Every row in one light."""
    sharp = pictures()
    for sigma_px in SIGMAS_PX:
        for noise in NOISES:
            yield measure(sharp, sigma_px, noise, light)


def main() -> None:
    """Prints both tables and the forecast's mean error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="also write the rows as JSON")
    file = parser.parse_args().json
    found: list[Row] = []
    for light in ("encoded", "linear"):
        print(f"\nMean gain over the degraded picture in dB, blur and filter in {light} light\n")
        print("| sigma px / noise of 255 | input PSNR | full FFT | " + " | ".join(FAMILIES) + " |")
        print("|---" * (3 + len(FAMILIES)) + "|")
        for row in rows(light):
            cells = [row.input_psnr_db, row.full_fft_gain_db, *row.gain_db.values()]
            text = " | ".join(f"{cell:.2f}" for cell in cells)
            print(f"| {row.sigma_px} / {row.noise:g} | {text} |", flush=True)
            found.append(row)
        errors = np.abs([e for r in found if r.light == light for e in r.forecast_errors_db])
        print(f"\nExpected against measured loss: mean absolute error {errors.mean():.2f} dB")
    if file is not None:
        file.write_text(json.dumps([vars(row) for row in found], indent=1))


if __name__ == "__main__":
    main()
