"""Edges that went through a sharpener, a codec or few levels: said, and never taken for sure."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from slanted import sharpened_edge, slanted_edge

from rtdeconv.blur import Disk, Gaussian
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge import Box, MeasuredEdge, find_edges, measure_edge, measure_edges
from rtdeconv.light import Light


def measured(picture: NDArray[Any]) -> MeasuredEdge:
    """The whole picture as region."""
    height, width = picture.shape
    return measure_edge(picture, Box(0, 0, width, height))


@pytest.mark.parametrize(
    ("sigma", "radius", "amount", "light"),
    [
        (0.6, 0.6, 0.6, "linear"),
        (0.6, 1.0, 0.6, "linear"),
        (1.0, 1.0, 0.6, "linear"),
        (1.0, 1.0, 1.0, "linear"),
        (0.6, 1.0, 0.6, "encoded"),
        (1.0, 1.0, 0.6, "encoded"),
        (0.6, 2.0, 0.6, "encoded"),
        (1.16, 2.0, 0.3, "linear"),
    ],
)
def test_sharpening_is_called_out(sigma: float, radius: float, amount: float, light: Light) -> None:
    found = measured(sharpened_edge(sigma, radius, amount, light=light, noise=1 / 255))
    print(f"from {found.esf.min():.3f} to {found.esf.max():.3f}")
    assert found.sharpened and found.confidence == 0
    assert found.remarks == (found.remarks[0],) and "sharpened" in found.remarks[0]


@pytest.mark.parametrize("blur", [Gaussian(0.5), Gaussian(2.0), Disk(1.4), Disk(5.0)])
@pytest.mark.parametrize("noise", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("levels", [(0.2, 0.8), (0.45, 0.55)])
def test_a_lens_is_never_called_sharpened(
    blur: Gaussian | Disk, noise: float, levels: tuple[float, float]
) -> None:
    """Nor is light that falls off: 2 % of it bent over the picture, and 3 % along it."""
    even = slanted_edge(blur, levels=levels, bits=0, size=(90, 80)).astype(np.float64)
    x = np.linspace(-1, 1, 80)[None, :]
    shaded = even * (1 - 0.02 * x**2) + 0.03 * x
    shaded += np.random.default_rng(3).normal(0, noise / 255, even.shape)
    try:
        found = measured(np.rint(255 * np.clip(shaded, 0, 1)).astype(np.uint8))
    except ValueRefused:
        assert noise == 4 and levels[0] == 0.45
        return
    assert not found.sharpened


def test_mtf_above_one_is_sharpening() -> None:
    found = measured(sharpened_edge(0.5, 2.0, 0.8, light="encoded", levels=(0.35, 0.65)))
    assert found.mtf_low[found.mtf_cpp <= 0.5].max() > 1.1 and found.sharpened


def test_a_halo_that_clips_is_named() -> None:
    """The dark flat is far from black, the halo is not."""
    picture = sharpened_edge(0.8, 1.5, 1.5, size=(200, 120), noise=1 / 255)
    assert picture[:, :20].min() > 20 and picture.min() == 0
    with pytest.raises(ValueRefused, match="halo of sharpening"):
        measured(picture)
    boxes = find_edges(picture)
    assert boxes
    for given in (boxes, (*boxes, Box(0, 0, 30, 30))):
        with pytest.raises(ValueRefused, match="switch sharpening off"):
            measure_edges(picture, given)


def test_sharpened_edges_in_a_minority_are_said() -> None:
    parts = [slanted_edge(Gaussian(1.0), noise=1 / 255, seed=seed) for seed in range(2)]
    parts.append(sharpened_edge(0.6, 1.0, 0.6, noise=1 / 255))
    found = measure_edges(np.hstack(parts), [Box(100 * n, 0, 100, 160) for n in range(3)])
    assert not found.sharpened and found.sigma_px == pytest.approx(1, rel=0.02)
    assert found.remarks[0] == "1 of 3 edges were sharpened and do not count."
    assert sum("sharpened" in words for _, words in found.rows) == 1


@pytest.mark.parametrize("quality", [10, 30, 50])
@pytest.mark.parametrize("sigma", [0.6, 1.2, 2.0])
def test_a_codec_makes_no_disk_and_less_sure(quality: int, sigma: float) -> None:
    picture = slanted_edge(Gaussian(sigma), noise=1 / 255, offset_px=0.1)
    code = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    plain, found = measured(picture), measured(cv2.imdecode(code, cv2.IMREAD_GRAYSCALE))
    width, of_plain = (one.sigma_px_high - one.sigma_px_low for one in (found, plain))
    print(f"{found.sigma_px_low:.3f}..{found.sigma_px_high:.3f}, {width / of_plain:.1f} as wide")
    assert isinstance(found.blur, Gaussian)
    assert width > 2 * of_plain
    # of a width of 2.6 standard errors
    assert abs(found.sigma_px - sigma) < 1.5 * width


def test_what_no_model_fits_is_said() -> None:
    picture = slanted_edge(Gaussian(1.2))
    coarse = measured(picture // 32 * 32 + 16)
    assert isinstance(coarse.blur, Gaussian) and coarse.confidence < 0.95
    assert coarse.sigma_px_low < 1.2 < coarse.sigma_px_high
    assert coarse.missed > 0.1
    assert any("No model fits well" in said for said in coarse.remarks)
    assert measured(picture).missed < 0.01
    assert not any("No model" in said for said in measured(picture).remarks)


@pytest.mark.parametrize("blur", [Gaussian(9.0), Gaussian(15.0), Gaussian(20.0), Disk(18.0)])
@pytest.mark.parametrize("width", [60, 200])
def test_wider_blurs_than_are_fitted_are_refused(blur: Gaussian | Disk, width: int) -> None:
    with pytest.raises(ValueRefused, match=r"up to a blur of 8 px|hold its blur|between two flats"):
        measured(slanted_edge(blur, size=(200, width), noise=1 / 255))
