"""Prints how well blur is measured from ordinary pictures that the calibration never saw.

    python tools/measure_blind.py [--draws 12] [--json FILE]

Pictures: the ten of `figures.py`, and five more of scikit-image's; each blurred by gaussian:S, S
drawn evenly from .5 to 2.5 px, in linear or encoded light, with noise of .5-5/255, rounded to 8
bits. Seeded. Beside ours stands the gradient method (Delbracio et al. 2021, "Polyblur") with the
constants that suit this very test best, which is more than a fair chance.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import figures
import numpy as np
import skimage.data
from calibrate_blind import Plane, degraded, either_light

from rtdeconv.blur import Gaussian
from rtdeconv.estimate import measure

MORE = "moon hubble_deep_field immunohistochemistry page text".split()
SIGMAS_PX, NOISES = (0.5, 2.5), (0.5, 5.0)
LEANING_DRAWS = 3
LIMIT_PX = 1.5
"""Up to here errors count in px, beyond as a share."""


def sharp_pictures() -> dict[str, Plane]:
    """Grey planes (H, W), 0..1, by name."""
    found = {
        name: plane[:, :, 0] for name, plane in zip(figures.NAMES, figures.pictures(), strict=True)
    }
    for name in MORE:
        picture = getattr(skimage.data, name)()[:512, :512]
        grey = picture if picture.ndim == 2 else picture @ [0.299, 0.587, 0.114]
        found[name] = grey / 255
    return found


def strongest_gradient(picture: Plane) -> float:
    """1 / f of Delbracio et al.: the least over six directions of the largest slope, of the picture
    scaled so that all but a ten-thousandth of it lies in 0..1."""
    low, high = np.quantile(picture, (1e-4, 1 - 1e-4))
    scaled = np.clip((picture - low) / max(high - low, 1e-6), 0, 1)
    wy, wx = (2 * np.pi * np.fft.fftfreq(n) for n in scaled.shape)
    spectrum = np.fft.fft2(scaled)
    y, x = (
        np.fft.ifft2(spectrum * 1j * w).real
        for w in (wy[:, None], np.broadcast_to(wx, (1, len(wx))))
    )
    angles = np.arange(6) * np.pi / 6
    return 1 / min(np.abs(np.cos(a) * x + np.sin(a) * y).max() for a in angles)


def tests(draws: int) -> list[dict[str, object]]:
    """What was true and what was said, one record a picture."""
    found = []
    for seed, (name, sharp) in enumerate(sharp_pictures().items()):
        rng = np.random.default_rng(1000 + seed)
        for _ in range(draws):
            sigma_px = float(rng.uniform(*SIGMAS_PX))
            noise = float(rng.uniform(*NOISES))
            picture = degraded(sharp, sigma_px, noise, either_light(rng), rng)
            said = measure([picture])
            found.append(
                {
                    "picture": name,
                    "sigma_px": sigma_px,
                    "noise": noise,
                    "said_px": said.sigma_px,
                    "low_px": said.sigma_px_low,
                    "high_px": said.sigma_px_high,
                    "noise_said": 255 * said.noise.sigma,
                    "oriented": said.oriented is not None,
                    "slope": strongest_gradient(picture / 255),
                }
            )
    return found


def leaning(draws: int) -> list[tuple[bool, float]]:
    """Of blurs 1.5-2.5 times as wide along a direction: whether that was seen, degrees astray."""
    found = []
    for seed, sharp in enumerate(sharp_pictures().values()):
        rng = np.random.default_rng(2000 + seed)
        for _ in range(draws):
            size, ratio = rng.uniform(0.8, 1.8), rng.uniform(1.5, 2.5)
            angle_deg = float(rng.uniform(0, 180))
            taps = Gaussian(size * ratio**0.5, size / ratio**0.5, angle_deg).psf()
            soft = cv2.filter2D(sharp, -1, taps[::-1, ::-1], borderType=cv2.BORDER_REPLICATE)
            noisy = soft + rng.standard_normal(soft.shape) * rng.uniform(*NOISES) / 255
            said = measure([np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8)]).oriented
            astray = 0.0 if said is None else abs((said.angle_deg - angle_deg + 90) % 180 - 90)
            found.append((said is not None, astray))
    return found


def by_gradient(true: Plane, slope: Plane) -> Plane:
    """``sigma^2 = c^2 slope^2 - b^2`` with the constants that suit this test best."""
    tried = [
        np.sqrt(np.maximum((c * slope) ** 2 - b**2, 0))
        for c in np.geomspace(0.02, 1.5, 60)
        for b in np.linspace(0, 1.5, 31)
    ]
    return min(tried, key=lambda said: float(np.median(np.abs(said - true))))


def summary(true: Plane, said: Plane) -> str:
    """Errors below and above the limit: median and what 80 % stay under."""
    error, small = np.abs(said - true), true <= LIMIT_PX
    relative = error[~small] / true[~small]
    return (
        f"{np.median(error[small]):8.3f} {np.quantile(error[small], 0.8):8.3f}   "
        f"{100 * np.median(relative):8.1f} {100 * np.quantile(relative, 0.8):8.1f}"
    )


def goals(true: Plane, said: Plane, inside: Plane) -> Iterator[str]:
    """What was asked, and whether it is met."""
    error, small = np.abs(said - true), true <= LIMIT_PX
    pixels, share, held = (
        np.median(error[small]),
        100 * np.median(error[~small] / true[~small]),
        100 * inside.mean(),
    )
    yield f"up to 1.5 px at most 0.10 px: {pixels:.3f}, {_met(pixels <= 0.1)}"
    yield f"above at most 10 %: {share:.1f}, {_met(share <= 10)}"
    yield f"interval holds 75-90 %: {held:.0f}, {_met(75 <= held <= 90)}"


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--draws", type=int, default=12, help="of every picture")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parsed = parser.parse_args()
    found = tests(parsed.draws)
    true, said, low, high, slope = (
        np.array([each[key] for each in found], float)
        for key in ("sigma_px", "said_px", "low_px", "high_px", "slope")
    )
    ten = np.isin([each["picture"] for each in found], figures.NAMES)
    inside = (low <= true) & (true <= high)
    print("                          up to 1.5 px        above, percent      interval holds")
    print("                         median     80 %      median     80 %     the truth, %")
    for label, which in (("ten pictures", ten), ("all fifteen", np.ones_like(ten))):
        share = 100 * inside[which].mean()
        print(f"{label:20} {summary(true[which], said[which])}   {share:8.0f}")
    print(f"{'by gradient, all':20} {summary(true, by_gradient(true, slope))}")
    print("\npicture                  median error, px")
    for name in dict.fromkeys(each["picture"] for each in found):
        own = np.array([each["picture"] == name for each in found])
        print(f"{name:24} {np.median((said - true)[own]):+.3f}   inside {inside[own].mean():.2f}")
    print("\nsigma           interval holds, %   truth below   above")
    for start in (0.5, 1.0, 1.5, 2.0):
        own = (true >= start) & (true < start + 0.5)
        ends = (100 * np.mean(each[own]) for each in (inside, true < low, true > high))
        print(f"{start:.1f}-{start + 0.5:.1f} px {{:18.0f}} {{:13.0f}} {{:7.0f}}".format(*ends))
    round_said = 100 * np.mean([bool(each["oriented"]) for each in found])
    leant = leaning(LEANING_DRAWS)
    astray = np.median([degrees for is_seen, degrees in leant if is_seen])
    print(
        f"\nround blurs called oriented: {round_said:.0f} %; oriented ones seen as such: "
        f"{100 * np.mean([is_seen for is_seen, _ in leant]):.0f} %, {astray:.0f} degrees astray"
    )
    print("\nall fifteen:", *goals(true, said, inside), sep="\n  ")
    if parsed.json:
        parsed.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
