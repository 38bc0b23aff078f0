"""Blur and noise of ordinary pictures, from themselves alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from rtdeconv.blur import Gaussian
from rtdeconv.blur.gaussian import MIN_SIGMA_PX
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.blind.features import features, rings
from rtdeconv.estimate.blind.measured import Measured
from rtdeconv.estimate.blind.network import WIDEST_PX, calibration
from rtdeconv.estimate.blind.oriented import lean, oriented
from rtdeconv.estimate.blind.tiles import SIDE_PX, edged_tiles
from rtdeconv.estimate.noise import MeasuredNoise, measure_noise
from rtdeconv.estimate.strength import prior_strength
from rtdeconv.estimate.words import LITTLE_PX
from rtdeconv.grid import Array
from rtdeconv.noise import Noise
from rtdeconv.pixels import Image
from rtdeconv.prior import Ar1

ALIKE: Final = 1.3
"""Intervals may lie so far apart, as a ratio, by chance: one in five misses the truth."""


def measure(pictures: Sequence[Image]) -> Measured:
    """Blur and noise of a picture, or of several frames.

    Pictures (H, W), (H, W, 3) or (H, W, 4). The blur is taken for gaussian:S and told by the power
    spectrum and by the steepest edges of tiles; networks that saw pictures blurred, noisy,
    captioned and compressed by known amounts turn them into S and an interval that holds the truth
    for 80 % of pictures that they had not seen (`tools/calibrate_blind.py`; how well that holds on
    others is what `tools/measure_blind.py` prints). A scene that was soft before it was blurred
    cannot be told from a blurred one, nor what was sharpened since. Frames that are not blurred
    alike are told by the least blurred one. Raises ValueRefused for pictures too small for noise to
    be measured.
    """
    if isinstance(pictures, np.ndarray):
        raise ValueRefused("pictures are measured as a list, such as [picture]; put it in one")
    together = _measured(pictures)
    if len(pictures) == 1 or not together.has_edges:
        return together
    told = [(one, size) for one in pictures if (size := _told(one)) is not None]
    lows, highs = ([size[end] for _, size in told] for end in (1, 2))
    if not told or max(lows) <= ALIKE * max(min(highs), LITTLE_PX):
        return together
    least, _ = min(told, key=lambda pair: pair[1])
    return replace(_measured([least]), differ=True)


def _told(picture: Image) -> tuple[float, float, float] | None:
    """S of one picture and the ends of its interval; None where it has too few edges."""
    noise = Noise(measure_noise([picture]).sigma)
    tiles = edged_tiles([picture])
    found = features(tiles, rings(tiles, noise.power))
    return None if found is None else calibration().sigma_px(found)


def _measured(pictures: Sequence[Image]) -> Measured:
    noise = measure_noise(pictures)
    counted = Noise(noise.sigma)
    tiles = edged_tiles(pictures)
    spectrum = rings(tiles, counted.power)
    power = spectrum.signal.mean(0) if len(tiles) else np.zeros(len(spectrum.freq_cpp))
    found = features(tiles, spectrum)
    if found is None:
        return _unknown(noise, spectrum.freq_cpp, power + counted.power)
    sigma_px, low, high = calibration().sigma_px(found)
    blur = Gaussian(max(sigma_px, MIN_SIGMA_PX))
    is_plain = not {"blocky", "denoised"} & {*noise.defects}  # what codecs take leans, too
    measured = Measured(
        noise=noise,
        sigma_px=sigma_px,
        sigma_px_low=low,
        sigma_px_high=high,
        oriented=oriented(lean(tiles, counted.power), sigma_px) if is_plain else None,
        prior_var=Ar1().var,
        has_edges=True,
        freq_cpp=spectrum.freq_cpp,
        spectrum=power + counted.power,
        fitted=_model(spectrum.freq_cpp, power, blur) + counted.power,
    )
    if not _is_large(pictures):
        return measured
    # the strength that suits what is undone, as it does not suit a larger blur
    allowed, spread = Noise(measured.noise_allowed), measured.sigma_range / 100
    var = prior_strength(pictures, measured.undone, allowed, Ar1(), spread=spread)
    return replace(measured, prior_var=var)


def _unknown(noise: MeasuredNoise, freq_cpp: Array, power: Array) -> Measured:
    return Measured(
        noise=noise,
        sigma_px=0.0,
        sigma_px_low=0.0,
        sigma_px_high=WIDEST_PX,
        oriented=None,
        prior_var=Ar1().var,
        has_edges=False,
        freq_cpp=freq_cpp,
        spectrum=power,
        fitted=power,
    )


def _model(freq_cpp: Array, signal: Array, blur: Gaussian) -> Array:
    """The usual prior behind ``blur``, as strong as the signal where that is strongest."""
    w = 2 * math.pi * freq_cpp
    zero = np.zeros_like(w)
    shape = Ar1().spectrum(zero, w) * np.abs(blur.otf(zero, w)) ** 2
    return np.asarray(shape * np.exp(np.mean(np.log(np.maximum(signal[:3], 1e-12) / shape[:3]))))


def _is_large(pictures: Sequence[Image]) -> bool:
    """Whether every picture has blocks to tell the prior's strength from."""
    return all(min(picture.shape[:2]) >= SIDE_PX for picture in pictures)
