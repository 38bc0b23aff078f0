"""Calibrates the blind measurement of blur and writes `rtdeconv/estimate/blind/calibration.npz`.

    pip install scikit-learn
    python tools/calibrate_blind.py [--cache FOLDER] [--reps 40]

Every picture of `calibration_pictures` is blurred by gaussian:S, S up to 3 px, in linear or encoded
light, given white noise of .3-8/255, rounded to 8 bits; some have less contrast, sharp captions, or
went through JPEG. Networks learn ln(S^2 + .3) from `rtdeconv.estimate.blind.features`, each without
a sixth of the pictures. The interval is made so wide that, of pictures that none of an ensemble
saw, a tenth of the truths lies beyond either end. Seeded; the coefficients vary with the versions
of scikit-learn and of the linear algebra library.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import tempfile
import warnings
import zlib
from dataclasses import replace
from itertools import chain
from pathlib import Path

import cv2
import numpy as np
from calibration_pictures import Plane, pictures
from numpy.typing import NDArray

from rtdeconv.blur import gaussian_line
from rtdeconv.estimate import measure_noise
from rtdeconv.estimate.blind.features import features, rings
from rtdeconv.estimate.blind.network import Calibration, learned, save_calibration
from rtdeconv.estimate.blind.tiles import edged_tiles
from rtdeconv.light import Light, decode, encode
from rtdeconv.noise import Noise

MEMBERS = 6
HIDDEN = (40, 20)
PENALTY, ROUNDS = 0.3, 100
JITTER = 0.1
"""Of the features, so that networks do not trust them too far."""
LARGEST_PX = 3.0
SHARP_SHARE, CAPTIONED, JPEGGED, FADED = 0.08, 0.15, 0.15, 0.3
OUTSIDE = 0.1
"""Share of the truths beyond either end of the interval."""
WORDS = "0123 REC 12:45 Level 3 Menu score 9999 quit".split()

Codes = NDArray[np.uint8]
Names = NDArray[np.str_]
Layers = tuple[NDArray[np.float32], ...]


def blurred(sharp: Plane, sigma_px: float) -> Plane:
    """By the taps of gaussian:S, edges repeated; below .05 px not at all."""
    if sigma_px < 0.05:
        return sharp
    line = gaussian_line(sigma_px, math.ceil(6 * sigma_px))
    return cv2.sepFilter2D(sharp, -1, line, line, borderType=cv2.BORDER_REPLICATE)


def either_light(rng: np.random.Generator) -> Light:
    """Linear or encoded, by chance."""
    return "linear" if rng.random() < 0.5 else "encoded"


def degraded(
    sharp: Plane, sigma_px: float, noise: float, light: Light, rng: np.random.Generator
) -> Codes:
    """Blurred in that light, with noise of 255, rounded."""
    soft = np.asarray(encode(blurred(np.asarray(decode(sharp, light)), sigma_px), light))
    soft = soft + rng.standard_normal(soft.shape) * noise / 255
    return np.rint(np.clip(soft, 0, 1) * 255).astype(np.uint8)


def captioned(picture: Codes, rng: np.random.Generator) -> Codes:
    """With sharp words on it."""
    out = picture.copy()
    height, width = out.shape
    for _ in range(rng.integers(2, 9)):
        cv2.putText(
            out,
            str(rng.choice(WORDS)),
            (int(rng.integers(0, width)), int(rng.integers(10, height))),
            int(rng.integers(0, 5)),
            float(rng.uniform(0.4, 1.6)),
            int(rng.choice([255, 255, 0, 230, 30])),
            int(rng.integers(1, 3)),
            cv2.LINE_AA if rng.random() < 0.6 else cv2.LINE_8,
        )
    return out


def _sample(sharp: Plane, rng: np.random.Generator) -> tuple[NDArray[np.floating], float] | None:
    sigma_px = 0.0 if rng.random() < SHARP_SHARE else float(rng.uniform(0.15, LARGEST_PX))
    noise = float(np.exp(rng.uniform(np.log(0.3), np.log(8))))
    if rng.random() < FADED:
        sharp = np.clip((sharp - 0.5) * rng.uniform(0.4, 1) + rng.uniform(0.35, 0.65), 0, 1)
    picture = degraded(sharp, sigma_px, noise, either_light(rng), rng)
    kind = rng.random()
    if kind < CAPTIONED:
        picture = captioned(picture, rng)
    elif kind < CAPTIONED + JPEGGED:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 98))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_GRAYSCALE)
    power = Noise(measure_noise([picture]).sigma).power
    tiles = edged_tiles([picture])
    found = features(tiles, rings(tiles, power))
    return None if found is None else (found, sigma_px)


def _samples(job: tuple[Plane, int, int]) -> list[tuple[NDArray[np.floating], float]]:
    sharp, seed, reps = job
    rng = np.random.default_rng(seed)
    drawn = [_sample(sharp, rng) for _ in range(reps)]
    return [each for each in drawn if each is not None]


def _fitted(x: Plane, y: Plane, seed: int) -> list[Plane]:
    """Weights and biases of a network, layer by layer."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPRegressor

    network = MLPRegressor(
        hidden_layer_sizes=HIDDEN, alpha=PENALTY, max_iter=ROUNDS, tol=0, random_state=seed
    )
    moved = x + JITTER * np.random.default_rng(seed).standard_normal(x.shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # ROUNDS are meant to be all
        network.fit(np.concatenate([x, moved]), np.concatenate([y, y]))
    return [each for pair in zip(network.coefs_, network.intercepts_, strict=True) for each in pair]


def _ensemble(names: Names, x: Plane, y: Plane, salt: str) -> Layers:
    """Networks, each without a part of the pictures; stacked layer by layer."""
    part = _parts(names, salt)
    with multiprocessing.Pool() as pool:
        jobs = [(x[part != member], y[part != member], member) for member in range(MEMBERS)]
        members = pool.starmap(_fitted, jobs)
    return tuple(np.stack(each).astype(np.float32) for each in zip(*members, strict=True))


def _parts(names: Names, salt: str) -> NDArray[np.intp]:
    """A number 0..MEMBERS - 1 for every picture's name."""
    return np.array([zlib.crc32(f"{salt}{name}".encode()) % MEMBERS for name in names])


def calibrated(names: Names, x: Plane, sigma_px: Plane) -> Calibration:
    """From features (n, 52) of pictures of those names, and the blur each had.

    The doubt is that of whole ensembles about pictures that no member of them saw.
    """
    made = Calibration(x.mean(0), x.std(0), (), np.zeros(0), 0.0, 0.0)
    z, y = made.scaled(x), learned(sigma_px)
    unseen = _parts(names, "unseen")
    said = np.empty((len(x), MEMBERS))
    for part in range(MEMBERS):
        known = unseen != part
        own = replace(made, layers=_ensemble(names[known], z[known], y[known], f"member {part} "))
        said[~known] = [own.members(one) for one in x[~known]]
    missed = y - said.mean(1)
    terms = np.stack([made.doubt_terms(each, one) for each, one in zip(said, x, strict=True)])
    doubt = np.linalg.lstsq(terms, np.log(np.abs(missed) + 0.02), rcond=None)[0]
    relative = missed / np.exp(terms @ doubt)
    below, above = (float(np.quantile(sign * relative, 1 - OUTSIDE)) for sign in (-1, 1))
    layers = _ensemble(names, z, y, "member ")
    return Calibration(made.mean, made.spread, layers, doubt, below, above)


def _drawn(cache: Path, reps: int) -> tuple[Names, Plane, Plane]:
    """Names, features and blurs of all samples."""
    named = [(name, plane) for name, planes in pictures(cache).items() for plane in planes]
    jobs = [(plane, seed, reps) for seed, (_, plane) in enumerate(named)]
    with multiprocessing.Pool() as pool:
        drawn = pool.map(_samples, jobs, chunksize=1)
    names = [name for (name, _), each in zip(named, drawn, strict=True) for _ in each]
    x, sigma_px = (np.array(each) for each in zip(*chain.from_iterable(drawn), strict=True))
    return np.array(names), x, sigma_px


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, help="where packages are kept [a folder of its own]")
    parser.add_argument("--reps", type=int, default=40, help="samples of every picture and size")
    parser.add_argument(
        "--samples", type=Path, metavar="FILE.npz", help="kept, or taken from there"
    )
    parsed = parser.parse_args()
    if parsed.samples and parsed.samples.exists():
        with np.load(parsed.samples) as held:
            names, x, sigma_px = held["names"], held["x"], held["sigma_px"]
    else:
        cache = parsed.cache or Path(tempfile.gettempdir()) / "rtdeconv-calibration"
        cache.mkdir(exist_ok=True)
        names, x, sigma_px = _drawn(cache, parsed.reps)
        if parsed.samples:
            np.savez(parsed.samples, names=names, x=x, sigma_px=sigma_px)
    found = calibrated(names, x, sigma_px)
    save_calibration(found)
    print(
        f"{len(x)} samples of {len(set(names))} pictures; the interval ends {found.below:.2f} "
        f"doubts below and {found.above:.2f} above"
    )


if __name__ == "__main__":
    main()
