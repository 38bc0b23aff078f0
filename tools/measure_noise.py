"""Prints how well noise is measured, and which defects of a source are found.

    python tools/measure_noise.py [--colour]

Pictures: the ten of `tools/figures.py`, in grey or in colour. Each is blurred by a Gaussian with
circular borders, given white noise (seed = index of the picture), clipped and rounded to 8 bits.
The pictures have noise of their own, and the finest texture of sharp ones cannot be told from it:
errors are stated against the noise added and against sqrt(added^2 + own^2), own being what is
measured on the same picture with no noise added. Codecs: OpenCV's JPEG, PyAV's libx264.
"""

from __future__ import annotations

import argparse
import io
import math
import time
from collections.abc import Callable, Iterator
from functools import lru_cache

import av
import cv2
import figures
import numpy as np
from numpy.typing import NDArray

from rtdeconv.blur import Gaussian
from rtdeconv.estimate import MeasuredNoise, measure_noise
from rtdeconv.grid import half_frequencies

Codes = NDArray[np.uint8]
Planes = NDArray[np.float64]

SIGMAS_PX = (0.0, 0.7, 1.5)
NOISES = (1, 2, 4, 8)
RISES = ((0.5, 0.02), (1.0, 0.05), (2.0, 0.1))
"""Noise at black in 1/255, and what the variance, in 1/255^2, gains with each 1/255."""

QUALITIES = (95, 90, 75, 50, 30)
CRFS = (18, 23, 28)


@lru_cache
def sharp(colour: bool) -> list[Planes]:
    """The ten pictures, (H, W, 1 or 3), 0..1."""
    if not colour:
        return figures.pictures()
    cropped = [figures.cropped(name) / 255 for name in figures.NAMES]
    return [each if each.ndim == 3 else each[:, :, None] for each in cropped]


def soft(truth: Planes, sigma_px: float) -> Planes:
    """Blurred by a Gaussian, borders wrapped."""
    if sigma_px == 0:
        return truth
    response = Gaussian(sigma_px).otf(*half_frequencies(truth.shape[:2]))[:, :, None]
    spectrum = np.fft.rfft2(truth, axes=(0, 1)) * response
    return np.fft.irfft2(spectrum, truth.shape[:2], axes=(0, 1))


def noisy(planes: Planes, sigma: Planes | float, seed: int) -> Codes:
    """With white noise of ``sigma`` (1/255 each), rounded; (H, W) where there is one plane."""
    white = np.random.default_rng(seed).standard_normal(planes.shape)
    codes = np.rint(np.clip(255 * planes + sigma * white, 0, 255)).astype(np.uint8)
    return codes[:, :, 0] if planes.shape[2] == 1 else codes


def percent(errors: list[float]) -> str:
    """Median, 90 % and worst."""
    values = 100 * np.abs(errors)
    return f"{np.median(values):5.1f} {np.quantile(values, 0.9):5.1f} {values.max():6.1f}"


def accuracy(colour: bool) -> Iterator[str]:
    """Errors of sigma, a line for each blur and noise."""
    yield "error of sigma in %    against added: median, 90 %, worst | against added and own"
    for sigma_px in SIGMAS_PX:
        planes = [soft(truth, sigma_px) for truth in sharp(colour)]
        own = [measure_noise([noisy(each, 0, 0)]).sigma * 255 for each in planes]
        for noise in NOISES:
            found = [
                measure_noise([noisy(each, noise, seed)]).sigma * 255
                for seed, each in enumerate(planes)
            ]
            added = percent([one / noise - 1 for one in found])
            both = percent(
                [one / math.hypot(noise, o) - 1 for one, o in zip(found, own, strict=True)]
            )
            yield f"blur {sigma_px:3.1f} px noise {noise}/255    {added}  | {both}"
        words = " ".join(f"{name} {o:.2f}" for name, o in zip(figures.NAMES, own, strict=True))
        yield f"  own, in 1/255: {words}"


def rises(colour: bool) -> Iterator[str]:
    """Errors of the fit over brightness at blur .7."""
    planes = [soft(truth, 0.7) for truth in sharp(colour)]
    yield "read + shot noise at blur .7 px: errors of sigma | of the rise, in %"
    for read, gain in RISES:
        sigmas, gains = [], []
        for seed, each in enumerate(planes):
            deviation = np.sqrt(read**2 + 255 * gain * np.clip(each, 0, 1))
            found = measure_noise([noisy(each, deviation, seed)])
            sigmas.append(found.sigma * 255 / math.sqrt(np.mean(deviation**2)) - 1)
            gains.append(found.gain * 255 / gain - 1)
        yield f"read {read}/255, gain {gain}/255:  {percent(sigmas)} | {percent(gains)}"
    wrong = [
        bool(measure_noise([noisy(each, noise, 0)]).gain) for each in planes for noise in NOISES
    ]
    yield f"a rise found where noise is the same everywhere: {sum(wrong)} of {len(wrong)}"


def frames(colour: bool) -> Iterator[str]:
    """Two frames of sharp pictures, the camera still or moving by 2 and 3 px."""
    yield "two frames of sharp pictures, noise 1 and 4: error against added, in %"
    for words, shift in (("still", 0), ("moved by 2 and 3 px", 2)):
        for noise in (1, 4):
            errors = []
            for seed, truth in enumerate(sharp(colour)):
                moved = np.roll(truth, (shift, shift + bool(shift)), (0, 1))
                pair = [noisy(truth, noise, seed), noisy(moved, noise, seed + 100)]
                errors.append(measure_noise(pair).sigma * 255 / noise - 1)
            yield f"{words}, noise {noise}/255: {percent(errors)}"


def jpeg(codes: Codes, quality: int) -> Codes:
    """Through OpenCV's JPEG."""
    stored = cv2.imencode(".jpg", codes[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    how = cv2.IMREAD_GRAYSCALE if codes.ndim == 2 else cv2.IMREAD_COLOR
    if codes.ndim == 2:
        stored = cv2.imencode(".jpg", codes, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return np.asarray(cv2.imdecode(stored, how), np.uint8)
    return np.ascontiguousarray(cv2.imdecode(stored, how)[..., ::-1])


def h264(codes: list[Codes], crf: int) -> list[Codes]:
    """Through libx264, yuv420p."""
    rgb = [each if each.ndim == 3 else np.repeat(each[:, :, None], 3, 2) for each in codes]
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": str(crf)})
        stream.height, stream.width = (side // 2 * 2 for side in rgb[0].shape[:2])
        stream.pix_fmt = "yuv420p"
        for each in rgb:
            even = np.ascontiguousarray(each[: stream.height, : stream.width])
            out.mux(stream.encode(av.VideoFrame.from_ndarray(even, format="rgb24")))
        out.mux(stream.encode(None))
    file.seek(0)
    with av.open(file) as source:
        return [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]


def defects(colour: bool) -> Iterator[str]:
    """How often each is found: first where it must not be, then where it should."""
    planes = sharp(colour)
    sources: dict[str, Callable[[Planes, int], list[Codes]]] = {
        "untouched": lambda x, i: [noisy(x, 0, i)],
        "noise 1": lambda x, i: [noisy(x, 1, i)],
        "noise 4": lambda x, i: [noisy(x, 4, i)],
        "blur 1, noise .3": lambda x, i: [noisy(soft(x, 1), 0.3, i)],
        "blur 1, noise 1": lambda x, i: [noisy(soft(x, 1), 1, i)],
        "blur 1, noise 4": lambda x, i: [noisy(soft(x, 1), 4, i)],
        "noise 4, median 3x3": lambda x, i: [cv2.medianBlur(noisy(x, 4, i), 3)],
        "noise 8, median 3x3": lambda x, i: [cv2.medianBlur(noisy(x, 8, i), 3)],
        "noise 8, bilateral": lambda x, i: [cv2.bilateralFilter(noisy(x, 8, i), 7, 30, 3)],
        "noise 4, Gaussian .6": lambda x, i: [cv2.GaussianBlur(noisy(x, 4, i), (0, 0), 0.6)],
        "noise 4, Gaussian .8": lambda x, i: [cv2.GaussianBlur(noisy(x, 4, i), (0, 0), 0.8)],
        "noise 8, non-local means": lambda x, i: [
            cv2.fastNlMeansDenoising(noisy(x, 8, i), None, 10)
        ],
        "noise 4, enlarged 1.5": lambda x, i: [cv2.resize(noisy(x, 4, i), None, fx=1.5, fy=1.5)],
        "noise 2, enlarged 2, cubic": lambda x, i: [
            cv2.resize(noisy(x, 2, i), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
        ],
        "noise 1, doubled": lambda x, i: [noisy(x, 1, i).repeat(2, 0).repeat(2, 1)],
    }
    for quality in QUALITIES:
        sources[f"noise 1, JPEG {quality}"] = lambda x, i, q=quality: [jpeg(noisy(x, 1, i), q)]
    for quality in QUALITIES:
        sources[f"blur 1, noise 1, JPEG {quality}"] = lambda x, i, q=quality: [
            jpeg(noisy(soft(x, 1), 1, i), q)
        ]
    for crf in CRFS:
        sources[f"noise 2, moving, H.264 crf {crf}"] = lambda x, i, c=crf: h264(
            [noisy(np.roll(x, 2 * k, 1), 2, 10 * i + k) for k in range(3)], c
        )
    yield f"{'found on 10 pictures':36s} clipped blocky denoised enlarged  median sigma, middle"
    for words, make in sources.items():
        found = [measure_noise(make(x, i)) for i, x in enumerate(planes)]
        yield f"{words:36s} {_counts(found)}"


def _counts(found: list[MeasuredNoise]) -> str:
    counts = [
        sum(name in one.defects for one in found)
        for name in ("clipped", "blocky", "denoised", "enlarged")
    ]
    middle, sigma = (
        255 * float(np.median([getattr(one, n) for one in found])) for n in ("middle", "sigma")
    )
    return "{:7d} {:6d} {:8d} {:8d}".format(*counts) + f"  {sigma:.2f}/255, {middle:.2f}/255"


def speed() -> Iterator[str]:
    """Time for a 1080p RGB frame."""
    white = np.random.default_rng(0).standard_normal((1080, 1920, 3))
    frame = np.rint(100 + 60 * np.sin(np.arange(1920) / 200)[:, None] + 2 * white).astype(np.uint8)
    times_ms = []
    for _ in range(15):
        start = time.perf_counter()
        measure_noise([frame])
        times_ms.append(1e3 * (time.perf_counter() - start))
    yield f"1080p RGB: {np.median(times_ms):.1f} ms median, {min(times_ms):.1f} least"


def main() -> None:
    parser = argparse.ArgumentParser(description="Prints how well noise is measured.")
    parser.add_argument("--colour", action="store_true", help="RGB pictures rather than grey ones")
    colour = parser.parse_args().colour
    for table in (accuracy(colour), rises(colour), frames(colour), defects(colour), speed()):
        print("\n".join(table), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
