"""Full-FFT restorations: their formulas, scikit-image's, and what makes Wiener's the best."""

from __future__ import annotations

import numpy as np
import pytest
from reference_scenes import BLUR, NOISE, ROUNDING, SIZE, Lopsided, psnr_db, scene, seen, spectrum
from skimage import restoration

from rtdeconv.blur import Disk, Gaussian
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import dense, fft_frequencies
from rtdeconv.noise import Noise
from rtdeconv.prior import Ar1
from rtdeconv.reference import FULL_FFT, SURROUNDS, blurred, filtered, restored
from rtdeconv.target import Target

NAIVE_NOISE = 1e-7
"""Rounding amplified by 1 / |H| of up to 1e6."""


@pytest.mark.parametrize("border", [b for b in SURROUNDS if b != "zero"])
@pytest.mark.parametrize("name", FULL_FFT)
def test_grey_stays_grey_and_shapes_are_kept(name, border) -> None:
    grey = np.full((*SIZE, 3), 0.37)
    found = FULL_FFT[name].solve(grey, Gaussian(1.0), noise=NOISE, border=border)
    assert found.shape == grey.shape
    np.testing.assert_allclose(found, grey, atol=NAIVE_NOISE)
    flat = FULL_FFT[name].solve(grey[:, :, 0], Gaussian(1.0), noise=NOISE, border=border)
    np.testing.assert_array_equal(flat, found[:, :, 0])


def test_each_response_is_its_formula() -> None:
    """Of a PSF without symmetry, at all frequencies of a picture."""
    blur, prior, (truth, soft) = Lopsided(), Ar1(), seen("wrap", Lopsided())
    wy, wx = fft_frequencies(SIZE)
    h, s, n = blur.otf(wy, wx), prior.spectrum(wy, wx), NOISE.power
    power = np.abs(h) ** 2
    bend = 4 - 2 * np.cos(wy) - 2 * np.cos(wx)
    grid = dense()
    energy = grid.mean(
        prior.spectrum(grid.wy, grid.wx) * (4 - 2 * np.cos(grid.wy) - 2 * np.cos(grid.wx)) ** 2
    )
    s0 = prior.spectrum(np.zeros(1), np.zeros(1))[0]
    formulas = {
        "naive": 1 / h,
        "truncated": np.where(power > n / prior.var, 1 / h, 0),
        "tikhonov": np.conj(h) / (power + n / prior.var) * (1 + n / prior.var),
        "laplacian": np.conj(h) / (power + n / energy * bend**2),
        "wiener": np.conj(h) * s / (power * s + n) * (s0 + n) / s0,
    }
    assert set(formulas) == set(FULL_FFT)
    for name, response in formulas.items():
        found = FULL_FFT[name].solve(soft, blur, noise=NOISE, prior=prior, border="wrap")
        np.testing.assert_allclose(spectrum(found), spectrum(soft) * response, atol=NAIVE_NOISE)
        assert psnr_db(found, truth) > psnr_db(soft, truth), name


def test_the_naive_inverse_is_exact_without_noise() -> None:
    _, soft = seen("wrap", BLUR, Noise(0.0))
    found = FULL_FFT["naive"].solve(soft, BLUR, noise=Noise(0.0), border="wrap")
    np.testing.assert_allclose(found, scene(), atol=NAIVE_NOISE)


@pytest.mark.parametrize("blur", [BLUR, Disk(1.5), Lopsided()], ids=lambda blur: blur.spec)
def test_laplacian_regularisation_is_scikit_images_wiener(blur) -> None:
    """``skimage.restoration.wiener(soft, psf, balance, clip=False)``, whose ``balance`` is lambda
    and whose default operator is the same five-point Laplacian."""
    soft = seen("wrap", blur)[1][:, :, 0]
    grid = dense()
    bend = 4 - 2 * np.cos(grid.wy) - 2 * np.cos(grid.wx)
    balance = NOISE.power / grid.mean(Ar1().spectrum(grid.wy, grid.wx) * bend**2)
    wanted = restoration.wiener(soft, blur.psf(), balance, clip=False)
    found = FULL_FFT["laplacian"].solve(soft, blur, noise=NOISE, border="wrap")
    np.testing.assert_allclose(found, wanted, atol=ROUNDING)


@pytest.mark.parametrize("sigma", [0.7, 1.5])
def test_wiener_errs_least_on_pictures_drawn_from_its_prior(sigma) -> None:
    """White noise coloured by the root of the prior's spectrum; 64 channels are 64 pictures."""
    blur, noise, prior = Gaussian(sigma), Noise(2 / 255), Ar1()
    rng = np.random.default_rng(0)
    wy, wx = fft_frequencies((32, 32))
    white = np.fft.fft2(rng.standard_normal((32, 32, 64)), axes=(0, 1))
    shape = np.sqrt(prior.spectrum(wy, wx))[:, :, None]
    truth = np.fft.ifft2(white * shape, axes=(0, 1)).real
    soft = filtered(truth, blur.otf, "wrap")
    soft += rng.standard_normal(soft.shape) * np.sqrt(noise.power)
    errors = {
        name: float(np.mean((one.solve(soft, blur, noise=noise, border="wrap") - truth) ** 2))
        for name, one in FULL_FFT.items()
    }
    assert min(errors, key=errors.__getitem__) == "wiener"
    assert errors["wiener"] < np.mean((soft - truth) ** 2)


@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize("border", ["clamp", "mirror", "wrap", "zero"])
def test_restored_is_the_targets_own_response(border, light) -> None:
    """Blurred without noise, then restored: nearer than it was, and exact where H is all there
    is to undo."""
    sharp = scene()
    target = Target(BLUR, Noise(0.0, 16), Ar1(), 1e6, "inverse")
    soft = blurred(sharp, target, light=light, border=border)
    found = restored(soft, target, light=light, border=border)
    inside = np.s_[:] if border == "wrap" else np.s_[8:-8, 8:-8]
    assert psnr_db(found[inside], sharp[inside]) > psnr_db(soft[inside], sharp[inside]) + 3
    if border in ("wrap", "mirror"):  # the only ones that are periodic as the FFT takes them
        np.testing.assert_allclose(found, sharp, atol=1e-4 if light == "linear" else NAIVE_NOISE)


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros(5), "must be"),
        (np.zeros((0, 4)), "must be"),
        (np.zeros((4, 4), np.uint8), "divide codes"),
        (np.full((4, 4), np.nan), "finite"),
    ],
)
def test_what_is_no_picture_is_refused(picture, words) -> None:
    with pytest.raises(ValueRefused, match=words):
        FULL_FFT["wiener"].solve(picture, BLUR, noise=NOISE)
