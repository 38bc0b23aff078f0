"""The response that `Upscale` states against pictures that were really upscaled."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from rtdeconv.blur import Upscale, parse_blur
from rtdeconv.blur.kernels import KERNELS
from rtdeconv.grid import dense

SINGLE_PRECISION = 2e-6
"""Pillow resizes floats in float32."""

FAR_IMAGES = 0.004
"""Images beyond the nearest, which `Upscale.aliased` leaves out: the most they have of a wave."""

IN_BAND = {1.2: 0.014, 1.25: 0.014, 1.5: 0.01, 2: 0.006, 2.5: 0.006, 3: 0.006}
"""How closely ``psf`` keeps to the stated response within the source's band."""

SIZES = [(1.2, 50, 60), (1.25, 60, 75), (1.5, 50, 75), (2, 25, 50), (2.5, 26, 65), (3, 25, 75)]
"""Factor, source pixels, output pixels."""


def scaled_by_pillow(kernel: str, source: int, output: int) -> np.ndarray:
    """What Pillow does to a periodic line, (output, source): its own kernels and weights.

    Its BICUBIC is Catmull-Rom and its LANCZOS has three lobes; Mitchell it lacks.
    """
    image = pytest.importorskip("PIL.Image")
    method = {"bilinear": 2, "bicubic": 3, "lanczos": 1}[kernel]
    lines = np.tile(np.eye(source, dtype=np.float32), (3, 1))
    tall = image.fromarray(lines).resize((source, 3 * output), resample=method)
    return np.asarray(tall, np.float64)[output : 2 * output]


def interpolated_ideally(source: int, output: int) -> np.ndarray:
    """Band-limited interpolation of a periodic line, (output, source)."""
    k = np.fft.fftfreq(source) * source
    place = (np.arange(output) + 0.5) * source / output - 0.5
    waves = np.exp(2j * np.pi * np.outer(place, k) / source)
    return np.real(waves @ np.fft.fft(np.eye(source), axis=0)) / source


@pytest.mark.parametrize(("factor", "source", "output"), SIZES)
@pytest.mark.parametrize("kernel", ["bilinear", "bicubic", "lanczos"])
def test_response_and_images_are_those_of_a_real_scaler(
    factor: float, source: int, output: int, kernel: str
) -> None:
    """White noise's cross-spectrum with its ideal interpolation, and what is left: exactly, as a
    point at each source pixel in turn is white."""
    ideal = np.fft.fft(interpolated_ideally(source, output), axis=0)
    found = np.fft.fft(scaled_by_pillow(kernel, source, output), axis=0)
    k = np.fft.fftfreq(output) * output
    power = (np.abs(ideal) ** 2).sum(1).max()
    cross = np.real((found * np.conj(ideal)).sum(1)) / power
    left = (np.abs(found) ** 2).sum(1) / power - cross**2
    # the source's Nyquist frequency and its images are no single wave
    single = np.abs((np.abs(k) % source) - source / 2) > 0.25
    w, zero = 2 * np.pi * k[single] / output, np.zeros(single.sum())
    blur = Upscale(factor, kernel)
    np.testing.assert_allclose(blur.otf(w, zero), cross[single], atol=SINGLE_PRECISION)

    # along one axis only the images of that axis carry: the other has its wave at 0 alone
    along = blur.aliased(lambda wy, wx: np.where(np.abs(wx) < 1e-9, 1.0, 0.0) + 0 * wy, w, zero)
    missed = left[single] - along
    assert -SINGLE_PRECISION < missed.min() and missed.max() < FAR_IMAGES


def test_random_pictures_upscaled_by_opencv_have_the_response_on_average() -> None:
    """64 pictures of white noise, 40 x 40 to 60 x 60, OpenCV's INTER_LINEAR, periodic."""
    rng, source, output, count = np.random.default_rng(5), 40, 60, 64
    ideal = interpolated_ideally(source, output)
    cross, power = np.zeros((output, output)), np.zeros((output, output))
    for _ in range(count):
        small = rng.normal(size=(source, source))
        wide = cv2.resize(np.tile(small, (3, 3)), None, fx=1.5, fy=1.5)
        found = np.fft.fft2(wide[output : 2 * output, output : 2 * output])
        sharp = np.fft.fft2(ideal @ small @ ideal.T)
        cross += np.real(found * np.conj(sharp))
        power += np.abs(sharp) ** 2
    k = np.fft.fftfreq(output) * output
    band = np.flatnonzero(np.abs(k) < source / 2)
    w = 2 * np.pi * k[band] / output
    inside = np.ix_(band, band)
    error = cross[inside] / power[inside] - Upscale(1.5, "bilinear").otf(w[:, None], w[None])
    # images of up to .4 of a wave are independent in each of the pictures
    assert np.sqrt(np.mean(error**2)) < 0.4 / math.sqrt(count)
    assert abs(error.mean()) < 0.4 / math.sqrt(count * error.size / 2)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("factor", IN_BAND)
def test_taps_keep_to_the_response_within_the_band(factor: float, kernel: str) -> None:
    blur = Upscale(factor, kernel)
    w = np.linspace(0, math.pi / factor, 100)
    line = blur.psf().sum(0)
    offsets = np.arange(len(line)) - len(line) // 2
    response = np.cos(np.outer(w, offsets)) @ line
    assert np.abs(response - blur.otf(0 * w, w)).max() < IN_BAND[factor]


@pytest.mark.parametrize("kernel", KERNELS)
def test_factor_one_leaves_each_pixel_its_own(kernel: str) -> None:
    blur, grid = Upscale(1, kernel), dense(16)
    side = KERNELS[kernel].weight(np.array([1.0]))[0]  # Mitchell's is no interpolation
    line = [1 - 2 * side + 2 * side * np.cos(w) for w in (grid.wy, grid.wx)]
    np.testing.assert_allclose(blur.otf(grid.wy, grid.wx), line[0] * line[1], atol=1e-12)
    assert not blur.aliased(lambda wy, wx: np.ones_like(wy * wx), grid.wy, grid.wx).any()


def test_images_go_through_the_blurs_behind_the_scaler_only() -> None:
    grid = dense(16)

    def white(wy: np.ndarray, wx: np.ndarray) -> np.ndarray:
        return np.ones_like(wy * wx)

    alone = Upscale(1.5, "bicubic").aliased(white, grid.wy, grid.wx)
    disk = np.abs(parse_blur("disk:1").otf(grid.wy, grid.wx)) ** 2
    behind = parse_blur("upscale:1.5:bicubic+disk:1").aliased(white, grid.wy, grid.wx)
    before = parse_blur("disk:1+upscale:1.5:bicubic").aliased(white, grid.wy, grid.wx)
    assert alone.max() > 0.1
    np.testing.assert_allclose(behind, alone * disk, atol=1e-12)
    assert before.sum() < 0.5 * alone.sum()
    assert not parse_blur("disk:1+box:3").aliased(white, grid.wy, grid.wx).any()
