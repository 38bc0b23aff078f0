"""Blurs a real clip by a known amount, restores it, and scores the result against the original.

    python demos/restore_clip.py [--sigma 1.0] [--noise 1/255] [--out out]

Writes into out/: the blurred clip, the restored clip with its sound, the exported shader, the
filter file and a before / after picture. PSNR is of luma, read back from the files as written.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

import cv2
import numpy as np

from rtdeconv import design, save
from rtdeconv.cli.progress import frames_shown
from rtdeconv.designer import Design
from rtdeconv.device import chosen
from rtdeconv.filters import Fir, with_unit_sum
from rtdeconv.lower import lower
from rtdeconv.media.files import write_text_whole
from rtdeconv.media.pictures import Picture, write_picture
from rtdeconv.metrics import psnr_db
from rtdeconv.noise import number_or_fraction
from rtdeconv.pixels import unit_colour
from rtdeconv.reference import restored as fft_restored
from rtdeconv.stream import RgbWay, anywhere, restore_video, video_frames

ROOT = Path(__file__).parent.parent
CLIP = ROOT / "tests" / "data" / "bigbuckbunny_720p.mp4"
SCORED_EVERY = 33
SHOWN = 2
"""Which of the scored frames the picture shows."""

LUMA = np.array([0.2126, 0.7152, 0.0722])


def main() -> None:
    """Runs the demonstration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clip", type=Path, default=CLIP)
    parser.add_argument("--sigma", type=float, default=1.0, help="blur in px [1.0]")
    parser.add_argument("--noise", default="1/255", help="noise added after the blur [1/255]")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)

    found = design(f"gaussian:{given.sigma:g}", noise=number_or_fraction(given.noise))
    print(f"design: {found.filter.label}, {found.plan.fetches} fetches, linear light")
    save(found, given.out / "filter.json")
    write_text_whole(given.out / "deblur.frag", found.export("glsl330"))

    blurred, restored = given.out / "blurred.mp4", given.out / "restored.mp4"
    _blur(given.clip, blurred, found)
    _restore(blurred, restored, found)
    _score(given.clip, blurred, restored, found)
    _picture(given.clip, blurred, restored, given.out / "before_after.png")
    print(f"look at {given.out / 'before_after.png'} and play {restored}")


def _blur(clip: Path, target: Path, found: Design) -> None:
    """The camera: blur in linear light, noise and rounding on encoded values."""
    taps = with_unit_sum(found.target.blur.psf())
    optics = lower(
        Fir(tuple(tuple(float(t) for t in row) for row in taps)), light="linear", border="clamp"
    )
    noises = map(np.random.default_rng, count())
    with chosen(optics, "auto") as device, frames_shown("blurring") as on_progress:

        def camera(frame):
            # 16 bits, so that the optics' own rounding is far below the sensor's
            soft = device.runner.run(frame.astype(np.uint16) * 257) / np.float32(65535)
            noise = next(noises).standard_normal(soft.shape, dtype=np.float32)
            noisy = soft + noise * np.float32(found.target.noise.sigma)
            return np.rint(np.clip(noisy, 0, 1) * 255).astype(np.uint8)

        way = partial(RgbWay, restore=anywhere(camera))
        restore_video(clip, target, way, crf=6, on_progress=on_progress)


def _restore(source: Path, target: Path, found: Design) -> None:
    """What `rtdeconv apply` does."""
    with chosen(found.plan, "auto") as device, frames_shown("restoring") as on_progress:
        way = partial(RgbWay, restore=anywhere(device.runner.run))
        report = restore_video(source, target, way, on_progress=on_progress)
    rate = report.frames / report.seconds
    print(f"restored {report.frames} frames at {rate:.0f} per second on {device.name}")


def _frames(path: Path) -> Iterator[np.ndarray]:
    """Every `SCORED_EVERY`-th frame, float64 RGB (H, W, 3)."""
    for number, frame in enumerate(video_frames(path)):
        if number % SCORED_EVERY == 0:
            yield unit_colour(frame)


def _luma_psnr_db(picture: np.ndarray, truth: np.ndarray) -> float:
    return psnr_db(picture @ LUMA, truth @ LUMA)


def _score(clip: Path, blurred: Path, restored: Path, found: Design) -> None:
    rows: list[tuple[float, ...]] = []
    for truth, soft, sharp in zip(*map(_frames, (clip, blurred, restored)), strict=True):
        filtered = found.apply(soft.astype(np.float32))
        full = fft_restored(soft, found.target, light=found.light, border=found.border)
        pictures = (soft, filtered, full, sharp)
        rows.append(tuple(_luma_psnr_db(picture, truth) for picture in pictures))
    before, *after = np.mean(rows, axis=0)
    print(f"mean luma PSNR of {len(rows)} frames against the original clip:")
    print(f"  blurred clip                             {before:6.2f} dB")
    names = (
        "restored by the filter",
        "restored by the full-FFT reference",
        "restored.mp4 (H.264 removes some noise)",
    )
    for name, value in zip(names, after, strict=True):
        print(f"  {name:<40} {value:6.2f} dB   {value - before:+.2f} dB")


def _picture(clip: Path, blurred: Path, restored: Path, target: Path) -> None:
    """One crop of the three clips side by side, twice as large, pixels shown as they are."""
    labels = ("blurred", "restored", "original")
    crops = []
    for path, label in zip((blurred, restored, clip), labels, strict=True):
        frame = list(_frames(path))[SHOWN]
        top, left, size = 230, 640, 220
        crop = np.rint(255 * frame[top : top + size, left : left + size]).astype(np.uint8)
        large = cv2.resize(crop, None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
        large[:40] //= 3
        white = (255, 255, 255)
        cv2.putText(large, label, (12, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, white, 1, 16)
        crops.append(large)
    write_picture(target, Picture(np.hstack(crops)))


if __name__ == "__main__":
    main()
