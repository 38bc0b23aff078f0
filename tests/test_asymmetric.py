"""PSFs without symmetry, from taps to pixels: complex responses, real taps, the right phase."""

from __future__ import annotations

import numpy as np
import pytest

import rtdeconv as rt
from rtdeconv.fit import FAMILIES
from rtdeconv.target import sampled

COMA = np.array(
    [
        [0, 0, 0, 0, 0],
        [0, 1, 2, 1, 0],
        [0, 2, 9, 5, 2],
        [0, 1, 5, 4, 2],
        [0, 0, 2, 2, 1],
    ],
    float,
)
"""A lens's coma, drawn out toward the lower right."""


FORECAST_DB = 0.3
"""A forecast against one picture; on the mean over ten it is .2."""

MIRROR_TOLERANCE = 1e-4
"""A mirrored PSF is rounded to whole weights anew, by up to 1/65535 of its largest."""


def _psf(taps: np.ndarray) -> rt.Psf:
    """Centred by rolling to whole pixels is not enough here; the tail is balanced by a fainter
    one, which leaves the shape lopsided and the centroid in the middle."""
    n = len(taps)
    y, x = np.mgrid[:n, :n] - n // 2
    total = taps.sum()
    cy, cx = (taps * y).sum() / total, (taps * x).sum() / total
    wide = np.pad(taps, 1)
    # a far faint tap opposite to the tail moves the centroid back to the middle
    wide[0, 0] += total * (cy + cx) / 6
    wide[0, -1] += max(total * (cy - cx) / 6, 0)
    return rt.Psf(wide)


PSF = _psf(COMA)
MIRRORED = rt.Psf(PSF.psf()[:, ::-1])


def test_the_psf_has_no_symmetry_and_a_complex_response() -> None:
    assert PSF.symmetry == "none"
    at = sampled(rt.design(PSF, method="fir", taps=3).target)
    assert np.iscomplexobj(at.otf) and np.abs(at.otf.imag).max() > 0.05


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_gains_or_at_least_harms_nothing(name: str) -> None:
    """Families that are mirrored by construction can only undo the mirrored part."""
    made = rt.design(PSF, method=name, noise=1 / 255)
    assert made.figures.expected_loss_db > 0
    if name not in {"firls", "polynomial:6,1", "polynomial:2,4"}:
        assert made.figures.expected_gain_db > 0


def test_the_plan_convolves_with_the_kernel_and_not_with_its_mirror_image() -> None:
    """A single white pixel, filtered, is the kernel, turned the same way round."""
    from rtdeconv import interpret

    for name in ("fir", "fetch", "free", "separable", "delta-separable", "fir-merged"):
        made = rt.design(PSF, method=name, light="encoded", border="zero")
        kernel = made.filter.kernel()
        dot = np.zeros((*kernel.shape, 1))
        dot[len(kernel) // 2, len(kernel) // 2] = 1.0
        found = interpret.colour(made.plan, dot, interpret.parameter_values(made.plan, {}))
        np.testing.assert_allclose(found[:, :, 0], kernel, atol=1e-5)
    assert not np.allclose(kernel, kernel[::-1, ::-1], atol=1e-2)


def test_mirrored_blurs_get_mirrored_taps() -> None:
    for taps in (3, 5, 7):
        one, other = (
            rt.design(psf, method="fir", taps=taps).filter.kernel() for psf in (PSF, MIRRORED)
        )
        np.testing.assert_allclose(one, other[:, ::-1], atol=MIRROR_TOLERANCE)


def _camera() -> np.ndarray:
    import skimage.data

    return skimage.data.camera()[::2, ::2]


def test_a_picture_is_restored_where_it_was() -> None:
    """Against the full FFT in decibels, and no shift: the error is least at no displacement."""
    made = rt.design(PSF, method="fir", taps=13, light="encoded", border="wrap")
    report = made.check(_camera())
    print(f"gain {report.gain_db:.2f} dB of {report.reference_psnr_db - report.input_psnr_db:.2f}")
    assert report.passed
    assert report.gain_db > 6.0
    assert abs(report.loss_db - made.figures.expected_loss_db) < FORECAST_DB
    from rtdeconv.reference import degraded

    sharp = _camera()[:, :, None] / 255
    soft, _ = degraded(sharp, made.target, light="encoded", border="wrap", seed=0)
    out = made.apply(soft) / 255.0
    errors = {
        (dy, dx): float(np.mean((np.roll(out, (dy, dx), (0, 1)) - sharp[:, :, 0]) ** 2))
        for dy in (-1, 0, 1)
        for dx in (-1, 0, 1)
    }
    assert min(errors, key=errors.__getitem__) == (0, 0)


def test_the_phase_counts() -> None:
    """Designed for the mirrored PSF, the filter does clearly worse on the true one."""
    right, wrong = (
        rt.design(psf, method="fir", taps=9, light="encoded") for psf in (PSF, MIRRORED)
    )
    at = sampled(right.target)
    errors = [
        at.expected_error(one.filter.response(at.grid.wy, at.grid.wx)) for one in (right, wrong)
    ]
    assert errors[1] > 1.2 * errors[0]
