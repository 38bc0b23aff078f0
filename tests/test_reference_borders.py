"""The matrix of a blur under each border against scipy, its transpose, its norm; edge taper."""

from __future__ import annotations

import numpy as np
import pytest
from reference_scenes import BLUR, ROUNDING, SIZE, Lopsided, psnr_db, scene
from scipy import ndimage, signal

from rtdeconv.blur import Box, Gaussian, Upscale
from rtdeconv.errors import ValueRefused
from rtdeconv.noise import Noise
from rtdeconv.reference import FULL_FFT, SURROUNDS, blurring, edge_taper
from rtdeconv.reference.borders import squared_norm_bound

SCIPY_MODE = {"clamp": "nearest", "mirror": "reflect", "wrap": "grid-wrap", "zero": "constant"}
BLURS = [BLUR, Lopsided(), Gaussian(1.2, 0.6, 30), Box(9)]


def _random(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal(shape)


@pytest.mark.parametrize("blur", BLURS, ids=lambda blur: blur.spec)
@pytest.mark.parametrize("size", [SIZE, (5, 6)], ids=str)
@pytest.mark.parametrize("border", SCIPY_MODE)
def test_every_border_is_scipys_convolution(border, size, blur) -> None:
    source = _random(*size, 2)
    taps = blur.psf()[:, :, None]
    wanted = ndimage.convolve(source, taps, mode=SCIPY_MODE[border])
    got = blurring(blur, size, border).apply(source)
    np.testing.assert_allclose(got, wanted, atol=ROUNDING)


@pytest.mark.parametrize("blur", BLURS, ids=lambda blur: blur.spec)
def test_valid_is_the_part_of_a_convolution_that_needs_no_border(blur) -> None:
    model = blurring(blur, SIZE, "valid")
    source = _random(*model.scene, 1)
    wanted = signal.convolve2d(source[:, :, 0], blur.psf(), mode="valid")
    assert wanted.shape == SIZE == model.cropped(source).shape[:2]
    np.testing.assert_allclose(model.apply(source)[:, :, 0], wanted, atol=ROUNDING)


@pytest.mark.parametrize("blur", BLURS, ids=lambda blur: blur.spec)
@pytest.mark.parametrize("size", [SIZE, (5, 6), (1, 7)], ids=str)
@pytest.mark.parametrize("border", SURROUNDS)
def test_the_adjoint_is_the_transpose(border, size, blur) -> None:
    model = blurring(blur, size, border)
    x, y = _random(*model.scene, 2), _random(*size, 2)
    assert np.sum(model.apply(x) * y) == pytest.approx(np.sum(x * model.adjoint(y)), abs=ROUNDING)


@pytest.mark.parametrize("border", ["clamp", "mirror", "wrap", "valid"])
@pytest.mark.parametrize("blur", [*BLURS, Upscale(2, "bilinear")], ids=lambda blur: blur.spec)
def test_grey_stays_grey_up_to_the_edges(blur, border) -> None:
    model = blurring(blur, SIZE, border)
    np.testing.assert_allclose(model.apply(np.ones((*model.scene, 1))), 1.0, atol=ROUNDING)


@pytest.mark.parametrize("blur", [*BLURS, Upscale(2, "bicubic")], ids=lambda blur: blur.spec)
@pytest.mark.parametrize("border", SURROUNDS)
def test_the_norm_is_bounded_and_not_by_much(border, blur) -> None:
    """Against the singular values of the dense matrix, its columns made of single pixels."""
    size = 9, 8
    model = blurring(blur, size, border)
    pixels = np.eye(model.scene[0] * model.scene[1]).reshape(*model.scene, -1)
    matrix = model.apply(pixels).reshape(size[0] * size[1], -1)
    true = np.linalg.norm(matrix, 2) ** 2
    bound = squared_norm_bound(model, blur)
    assert true <= bound * (1 + ROUNDING)
    assert bound < 3 * true  # a step that small would hardly move
    if border == "wrap" and blur.psf().min() >= 0:
        assert bound == pytest.approx(1.0)


def test_taper_leaves_the_inside_alone_and_closes_the_seam() -> None:
    picture = scene((60, 70))
    tapered = edge_taper(picture, BLUR)
    reach = len(BLUR.psf())
    inside = np.s_[reach:-reach, reach:-reach]
    assert np.array_equal(tapered[inside], picture[inside])
    around = blurring(BLUR, (60, 70), "wrap").apply(picture)
    for edge in (np.s_[0], np.s_[-1], np.s_[:, 0], np.s_[:, -1]):
        np.testing.assert_allclose(tapered[edge], around[edge], atol=ROUNDING)

    def seam(planes: np.ndarray) -> float:
        return float(np.abs(planes[:, 0] - planes[:, -1]).mean())

    assert seam(tapered) < 0.5 * seam(picture)


def test_taper_keeps_grey_and_pictures_smaller_than_the_blur() -> None:
    np.testing.assert_allclose(edge_taper(np.full((4, 3, 1), 0.4), Gaussian(2)), 0.4)


def test_tapered_restoration_rings_less_than_a_periodic_one() -> None:
    """A picture cut from a larger one, whose opposite edges differ."""
    blur, noise = Gaussian(1.2), Noise(0.5 / 255)
    model = blurring(blur, (64, 64), "valid")
    whole = scene(model.scene) + np.linspace(0, 0.5, model.scene[0])[:, None, None]
    soft, truth = model.apply(whole), model.cropped(whole)
    found = {
        border: psnr_db(FULL_FFT["wiener"].solve(soft, blur, noise=noise, border=border), truth)
        for border in ("wrap", "valid", "mirror")
    }
    print({border: round(score, 2) for border, score in found.items()})
    assert found["valid"] > found["wrap"] + 1


def test_an_unknown_border_is_refused() -> None:
    with pytest.raises(ValueRefused, match="did you mean 'mirror'"):
        blurring(BLUR, SIZE, "miror")
