"""Prints how well a PSF is measured from a sharp and a blurred version of a picture.

    python tools/measure_pairs.py [--quick]

The ten pictures of `tools/figures.py`, grey, blurred with circular borders in the light named,
moved by a fraction of a pixel, cut by 32 px a side (a moved picture does not close on itself),
given white noise (seed = index of the picture), clipped and rounded to 8 bits. The score is the
relative L2 error of the taps of ``blur``, in percent, the known shift not being part of them;
sigma where the truth is a round Gaussian, how often its 80 % interval holds the truth, and the
noise found over the noise given.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from figures import pictures
from numpy.typing import NDArray

from rtdeconv import Binomial, Disk, Gaussian, Motion, Psf, Upscale
from rtdeconv.blur import Blur, complex_transfer
from rtdeconv.estimate.pairs import MeasuredPair, measure_pair
from rtdeconv.grid import fft_frequencies
from rtdeconv.light import LIGHTS, Light, decode, encode
from rtdeconv.pixels import Image

Plane = NDArray[np.float64]
Shift = tuple[float, float]

SKEWED = Psf(np.outer([0, 1, 2, 1, 0], [0, 10, 20, 4, 3]))
UPSCALED = Psf(np.maximum(Upscale(1.5, "bilinear").psf(), 0))
"""What a bilinear upscaler leaves, without its faint negative taps, which no Psf may have."""

BLURS: dict[str, Blur] = {
    "gaussian:0.5": Gaussian(0.5),
    "gaussian:0.8": Gaussian(0.8),
    "gaussian:1.2": Gaussian(1.2),
    "gaussian:2": Gaussian(2.0),
    "gaussian:1.2x0.6@30": Gaussian(1.2, 0.6, 30),
    "disk:1.5": Disk(1.5),
    "binomial:3": Binomial(3),
    "motion:5@30": Motion(5, 30),
    "upscaled": UPSCALED,
    "skewed": SKEWED,
}
SHIFTS: tuple[Shift, ...] = ((0.0, 0.0), (0.3, -0.2))
CUT_PX = 32
GOAL = 5.0


def pair(
    sharp: Plane, blur: Blur, noise: float, light: Light, shift: Shift, seed: int
) -> tuple[Image, Image]:
    """(blurred, sharp) in 8 bits, from ``sharp`` (H, W) encoded; ``noise`` in 255ths."""
    wy, wx = fft_frequencies(sharp.shape)
    response = complex_transfer(blur.psf(), wy, wx) * np.exp(-1j * (wy * shift[0] + wx * shift[1]))
    soft = np.fft.ifft2(np.fft.fft2(decode(sharp, light)) * response).real
    white = np.random.default_rng(seed).standard_normal(sharp.shape)
    noisy = encode(soft, light) * 255 + noise * white
    inner = slice(CUT_PX, -CUT_PX), slice(CUT_PX, -CUT_PX)
    return (
        np.rint(np.clip(noisy, 0, 255)).astype(np.uint8)[inner],
        np.rint(sharp * 255).astype(np.uint8)[inner],
    )


def error_percent(found: Blur, blur: Blur) -> float:
    """Relative L2 distance of the taps."""
    side = max(len(found.psf()), len(blur.psf()))
    a, b = (np.pad(one.psf(), (side - len(one.psf())) // 2) for one in (found, blur))
    return float(100 * np.linalg.norm(a - b) / np.linalg.norm(b))


@dataclass(frozen=True)
class Row:
    """One blur over all pictures."""

    errors: list[float]
    found: list[MeasuredPair]
    seconds: list[float]


def measured(sharp: list[Plane], blur: Blur, noise: float, light: Light, shift: Shift) -> Row:
    """Every picture blurred and measured."""
    row = Row([], [], [])
    for seed, picture in enumerate(sharp):
        blurred, reference = pair(picture, blur, noise, light, shift, seed)
        start = time.perf_counter()
        found = measure_pair(blurred, reference, light=light)
        row.seconds.append(time.perf_counter() - start)
        row.found.append(found)
        row.errors.append(error_percent(found.blur, blur))
    return row


def cells(row: Row, blur: Blur, noise: float, shift: Shift) -> Iterator[str]:
    """What is printed of a row."""
    yield f"{np.mean(row.errors):.2f} / {np.median(row.errors):.2f} / {max(row.errors):.2f}"
    yield f"{max(np.hypot(*np.subtract(one.shift_px, shift)) for one in row.found):.3f}"
    shares = [one.noise * 255 / noise for one in row.found]
    yield f"{min(shares):.2f}..{max(shares):.2f}"
    if isinstance(blur, Gaussian) and blur.sigma_y_px is None:
        off = [abs(one.sigma_px - blur.sigma_px) for one in row.found]
        held = [one.sigma_px_low <= blur.sigma_px <= one.sigma_px_high for one in row.found]
        yield f"{np.mean(off):.4f} / {max(off):.4f}"
        yield f"{np.mean(held):.0%}"
    else:
        yield from ("", "")
    yield f"{np.mean(row.seconds):.2f}"


def main() -> None:
    """Prints a table for every noise and light, and the worst means and medians."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="noise 1/255 and three blurs only")
    quick = parser.parse_args().quick
    sharp = [picture[:, :, 0] for picture in pictures()]
    names = ["gaussian:0.8", "disk:1.5", "skewed"] if quick else list(BLURS)
    for noise, light in product((1.0,) if quick else (1.0, 0.5, 2.0, 5.0), LIGHTS[1::-1]):
        print(f"\nNoise {noise:g}/255, blurred and measured in {light} light\n")
        heads = "error % mean / median / worst", "shift error px", "noise", "sigma error px", "held"
        print("| blur, shift | " + " | ".join((*heads, "s")) + " |\n" + "|---" * 7 + "|")
        everything: list[float] = []
        for name, shift in product(names, SHIFTS if noise == 1 else SHIFTS[1:]):
            row = measured(sharp, BLURS[name], noise, light, shift)
            text = " | ".join(cells(row, BLURS[name], noise, shift))
            print(f"| {name}, {shift} | {text} |", flush=True)
            everything += row.errors
        mean, middle, worst = np.mean(everything), np.median(everything), max(everything)
        print(f"\nAll: mean {mean:.2f} %, median {middle:.2f} %, worst {worst:.2f} %", end="")
        print(f"; goal under {GOAL:g} %" if noise == 1 else "")


if __name__ == "__main__":
    main()
