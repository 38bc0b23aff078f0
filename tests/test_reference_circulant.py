"""The demonstration of circulant matrices: linear algebra and FFT are the same thing twice."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from reference_scenes import NOISE, ROUNDING, Lopsided
from scipy import linalg

from rtdeconv.blur import Box, Disk, Gaussian
from rtdeconv.prior import Ar1
from rtdeconv.reference import FULL_FFT, blurring

sys.path.insert(0, str(Path(__file__).parent.parent / "demos"))
import circulant

BLURS = [Gaussian(0.8), Box(3), Disk(1.5), Lopsided(), Gaussian(3)]


def _id(blur) -> str:
    return blur.spec


@pytest.mark.parametrize("blur", BLURS, ids=_id)
def test_a_line_of_pixels_makes_scipys_circulant_matrix(blur) -> None:
    torus = circulant.on_torus(blur, (1, 24))
    np.testing.assert_array_equal(circulant.circulant(torus), linalg.circulant(torus[0]))


@pytest.mark.parametrize("blur", BLURS, ids=_id)
@pytest.mark.parametrize("shape", [(1, 24), (12, 10)], ids=str)
def test_singular_values_are_the_magnitudes_of_the_dft(shape, blur) -> None:
    torus = circulant.on_torus(blur, shape)
    parts = circulant.decomposed(circulant.circulant(torus))
    spectrum = np.sort(np.abs(np.fft.fft2(torus)).ravel())[::-1]
    np.testing.assert_allclose(parts.s, spectrum, atol=ROUNDING)
    assert parts.s[0] == pytest.approx(1.0)
    if spectrum[-1] > 1e-3:
        assert parts.condition == pytest.approx(spectrum[0] / spectrum[-1])
        assert parts.condition == pytest.approx(np.linalg.cond(circulant.circulant(torus)))


@pytest.mark.parametrize("blur", BLURS, ids=_id)
@pytest.mark.parametrize("shape", [(1, 24), (12, 10)], ids=str)
def test_the_matrix_is_the_references_own_blur(shape, blur) -> None:
    """Column by column: the reference blurs single pixels."""
    pixels = np.eye(shape[0] * shape[1])
    seen = blurring(blur, shape, "wrap").apply(pixels.reshape(*shape, -1))
    matrix = circulant.circulant(circulant.on_torus(blur, shape))
    np.testing.assert_allclose(matrix, seen.reshape(matrix.shape), atol=ROUNDING)


@pytest.mark.parametrize("blur", [Gaussian(0.8), Disk(1.5), Lopsided()], ids=_id)
@pytest.mark.parametrize("name", ["naive", "truncated", "tikhonov"])
def test_regularised_singular_values_are_the_full_fft_restorations(name, blur) -> None:
    shape, penalty = (12, 10), NOISE.power / Ar1().var
    soft = np.random.default_rng(0).random(shape)
    parts = circulant.decomposed(circulant.circulant(circulant.on_torus(blur, shape)))
    gains = {
        "naive": parts.naive(),
        "truncated": parts.truncated(penalty),
        "tikhonov": parts.tikhonov(penalty),
    }[name]
    wanted = FULL_FFT[name].solve(soft, blur, noise=NOISE, border="wrap")
    found = parts.solution(soft.ravel(), gains).reshape(shape)
    np.testing.assert_allclose(found, wanted, atol=1e-8)


def test_the_figures_that_the_demonstration_prints() -> None:
    """Regularised, the line is nearer than it was seen; inverted, it is noise."""
    line = circulant.line_of(Gaussian(1.5), NOISE)
    parts, seen = line.parts, float(np.sqrt(np.mean((line.seen - line.sharp) ** 2)))
    errors = [line.error(gains) for gains in (parts.truncated(line.penalty), parts.naive())]
    assert line.error(parts.tikhonov(line.penalty)) < errors[0] < seen < 1 < errors[1]
    assert parts.condition == pytest.approx(line.spectrum.max() / line.spectrum.min(), rel=1e-9)


def test_the_figure_is_drawn(tmp_path) -> None:
    line = circulant.line_of(Gaussian(1.5), NOISE)
    circulant.drawn(line, Gaussian(1.5)).savefig(tmp_path / "figure.png", dpi=40)
    assert (tmp_path / "figure.png").stat().st_size > 10_000
