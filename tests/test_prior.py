"""Laws of every prior, the formulas' closed forms, and spectra measured on pictures."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from rtdeconv.errors import MediaError, ValueRefused
from rtdeconv.grid import dense, fft_frequencies
from rtdeconv.media.pictures import Picture, write_picture
from rtdeconv.prior import PRIORS, Ar1, Flat, Images, Power, Prior, prior_named, prior_recorded
from rtdeconv.prior import images as images_room
from rtdeconv.prior.images import MAX_PATTERN, MOST_PICTURES, measured, radial_powers
from rtdeconv.prior.periodograms import blocks, periodograms

MEASURED = Images("photos/*.png", (5.0, 2.0, 0.3, 0.01, 0.02), 0.05)
EVERY: list[Prior] = [*(kind() for kind in PRIORS.values()), MEASURED]

MEAN_TOLERANCE = 0.03
"""Priors peak at zero frequency, where a grid of 512 meets the peak in one node."""

RING_TOLERANCE = 0.08
LOW_RING_TOLERANCE = 0.3
"""One picture of 512 x 512, twice the scatter over seeds. Below four waves a block the window leaks
from the peak at zero: .6 dB where no filter has anything to decide."""

WHITE_TOLERANCE = 0.02
"""49 half-overlapping blocks of 128 x 128: 2.6e5 independent values."""

DIGITS_TOLERANCE = 2e-5
"""Measured powers are kept to five digits."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _field(prior: Prior, side: int = 512, seed: int = 1) -> np.ndarray:
    """A periodic picture drawn from the prior, mean 0."""
    wy, wx = fft_frequencies((side, side))
    white = np.random.default_rng(seed).standard_normal((side, side))
    return np.fft.ifft2(np.fft.fft2(white) * np.sqrt(prior.spectrum(wy, wx))).real


def _write(path: Path, pixels: np.ndarray) -> np.ndarray:
    write_picture(path, Picture(pixels))
    return pixels


def _deep(values: np.ndarray) -> np.ndarray:
    """0..1 as 16-bit pixels."""
    return np.rint(np.clip(values, 0, 1) * 65535).astype(np.uint16)


@pytest.mark.parametrize("prior", EVERY, ids=lambda p: p.name)
class TestEveryPrior:
    def test_is_positive_finite_and_8_fold(self, prior: Prior) -> None:
        grid = dense(32)
        s = prior.spectrum(grid.wy, grid.wx)
        assert s.min() > 0
        assert np.all(np.isfinite(s))
        for wy, wx in ((-grid.wy, grid.wx), (grid.wy, -grid.wx), (grid.wx, grid.wy)):
            np.testing.assert_allclose(prior.spectrum(wy, wx), s)
        wy, wx = fft_frequencies((4, 6))
        assert prior.spectrum(wy, wx).shape == (4, 6)

    def test_scales_with_its_variance(self, prior: Prior) -> None:
        grid = dense(16)
        twice = replace(prior, var=2 * prior.var)
        expected = 2 * prior.spectrum(grid.wy, grid.wx)
        np.testing.assert_allclose(twice.spectrum(grid.wy, grid.wx), expected)
        assert twice.usual_var == prior.usual_var

    def test_variance_is_the_mean_over_the_square(self, prior: Prior) -> None:
        grid = dense(512)
        mean = grid.mean(prior.spectrum(grid.wy, grid.wx))
        assert math.isclose(mean, prior.var, rel_tol=MEAN_TOLERANCE)

    def test_survives_a_record(self, prior: Prior) -> None:
        changed = replace(prior, var=0.007)
        powers = getattr(prior, "powers", None)
        assert prior_recorded(changed.spec, 0.007, powers) == changed

    @pytest.mark.parametrize("var", [0.0, -1.0, math.nan, math.inf])
    def test_refuses_what_is_no_variance(self, prior: Prior, var: float) -> None:
        with pytest.raises(ValueRefused, match="variance"):
            replace(prior, var=var)


@pytest.mark.parametrize("name", PRIORS)
def test_names_give_the_usual_variance(name: str) -> None:
    assert prior_named(name).var == prior_named(name, 0.3).usual_var
    assert prior_named(name, 0.3).var == 0.3
    assert prior_named(name).spec == name


@pytest.mark.parametrize(
    ("text", "near"), [("arl", "'ar1'"), ("pwer", "'power'"), ("images", "'images:GLOB'")]
)
def test_unknown_names_suggest_the_nearest(text: str, near: str) -> None:
    with pytest.raises(ValueRefused, match=f"did you mean {near}"):
        prior_named(text)


def test_ar1_spectrum_has_its_autocorrelation() -> None:
    """Its cosine moment at a distance is var * rho^distance."""
    grid = dense(512)
    s = Ar1(var=0.05).spectrum(grid.wy, grid.wx)
    for distance in (0, 1, 3):
        moment = grid.mean(s * np.cos(distance * grid.wx))
        assert math.isclose(moment, 0.05 * 0.95**distance, rel_tol=2e-3)


@pytest.mark.parametrize("freq_cpp", [0.02, 0.1, 0.35, 0.5])
def test_power_is_the_stated_law(freq_cpp: float) -> None:
    """S / var = .0094 f^-2.4, in any direction, where that was fitted."""
    for angle in (0.0, 0.3, math.pi / 4):
        w = 2 * math.pi * freq_cpp * np.array([[math.sin(angle)], [math.cos(angle)]])
        found = Power(var=0.04).spectrum(w[0], w[1])[0]
        assert math.isclose(found, 0.04 * 0.0094 * freq_cpp**-2.4, rel_tol=1e-12)


def test_white_noise_has_its_variance_at_every_frequency() -> None:
    noise = 0.5 + 0.01 * np.random.default_rng(0).standard_normal((512, 512))
    power = periodograms(blocks(noise.astype(np.float32), 128, 100))
    assert power.shape == (49, 128, 128)
    inside = power[:, 8:-8, 8:-8].mean()
    assert math.isclose(inside, 0.01**2, rel_tol=WHITE_TOLERANCE)


@pytest.mark.parametrize("prior", [Power(0.002), Ar1(0.002)], ids=lambda p: p.name)
def test_pictures_of_a_prior_give_that_prior(prior: Prior) -> None:
    powers = radial_powers([(0.5 + _field(prior)).astype(np.float32)])
    found = Images("any", powers, Images("any", powers, 1.0).usual_var)
    w = 2 * math.pi * np.array([0.02, 0.03, 0.06, 0.12, 0.25, 0.4])
    error = np.abs(found.spectrum(0 * w, w) / prior.spectrum(0 * w, w) - 1)
    print(error)
    assert error[:2].max() < LOW_RING_TOLERANCE
    assert error[2:].max() < RING_TOLERANCE


def test_between_its_nodes_a_measured_spectrum_is_a_power_of_the_frequency() -> None:
    """Two nodes of a power law are that law, constant below the first."""
    low, high = 1 / 64, math.sqrt(0.5)
    law = Images("any", (low**-2.4, high**-2.4), 1.0)
    w = 2 * math.pi * np.array([0.001, low, 0.1, 0.5])
    s = law.spectrum(0 * w, w)
    np.testing.assert_allclose(s / s[1], (np.array([low, low, 0.1, 0.5]) / low) ** -2.4)


def test_images_reads_luma_of_any_depth(folder: Path) -> None:
    """Grey, 8 bits and alpha apart, the same picture; red alone counts .299^2; contrast k, k^2."""
    grey = 0.5 + _field(Ar1(0.004), side=192)
    deep = _write(folder / "grey.png", _deep(grey))
    _write(folder / "rgba.png", np.dstack([deep, deep, deep, np.full_like(deep, 65535)]))
    flat = np.full_like(deep, 32768)
    _write(folder / "red.tif", np.dstack([deep, flat, flat]))
    _write(folder / "faint.png", _deep(0.5 + 0.5 * (deep / 65535 - 0.5)))
    _write(folder / "byte.bmp", np.rint(deep / 257).astype(np.uint8))
    powers = {name: np.array(measured(f"{name}.*").powers) for name in ("grey", "rgba", "red")}
    np.testing.assert_allclose(powers["rgba"], powers["grey"], rtol=DIGITS_TOLERANCE)
    np.testing.assert_allclose(powers["red"], 0.299**2 * powers["grey"], rtol=1e-3)
    faint, byte = (np.array(measured(f"{name}.*").powers) for name in ("faint", "byte"))
    np.testing.assert_allclose(faint, powers["grey"] / 4, rtol=1e-3)
    np.testing.assert_allclose(byte, powers["grey"], rtol=0.1)


def test_images_are_measured_the_same_again_and_scaled(folder: Path) -> None:
    for seed in range(2):
        _write(folder / f"{seed}.png", _deep(0.5 + _field(Ar1(0.004), side=160, seed=seed)))
    (folder / "notes.txt").write_text("no picture")
    once, again = prior_named("images:*"), prior_named(f"images:{folder}/*.png", 0.5)
    assert isinstance(once, Images) and isinstance(again, Images)
    assert once.powers == again.powers
    assert once.var == once.usual_var
    assert again.var == 0.5
    assert once.spec == "images:*"


def test_bars_do_not_count() -> None:
    picture = (0.5 + _field(Ar1(0.004), side=256)).astype(np.float32)
    barred = np.pad(picture, ((70, 70), (0, 0)), constant_values=0.06)
    assert radial_powers([barred]) == radial_powers([picture])


def test_few_of_many_pictures_are_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = _deep(0.5 + _field(Ar1(0.004), side=128))
    for index in range(3 * MOST_PICTURES):
        _write(folder / f"{index:03}.png", picture)
    read = []

    def counted(path: Path) -> Picture:
        read.append(path.name)
        return Picture(picture)

    monkeypatch.setattr(images_room, "read_picture", counted)
    measured("*.png")
    assert len(read) == MOST_PICTURES
    assert (read[0], read[-1]) == ("000.png", f"{3 * MOST_PICTURES - 1:03}.png")


@pytest.mark.parametrize("pattern", ["none/*.png", "*.txt", ".", "", "**x", "~nobody9/*", "a\0b"])
def test_patterns_without_pictures_are_refused(folder: Path, pattern: str) -> None:
    (folder / "notes.txt").write_text("no picture")
    with pytest.raises(ValueRefused, match=r"no picture matches .*; try a pattern like"):
        prior_named(f"images:{pattern}")


def test_unfit_pictures_are_refused(folder: Path) -> None:
    _write(folder / "small.png", np.zeros((127, 300), np.uint8))
    with pytest.raises(ValueRefused, match=r"at least 128 px a side, not 300x127.*small\.png"):
        measured("small.png")
    _write(folder / "flat.png", np.full((200, 200), 90, np.uint8))
    with pytest.raises(ValueRefused, match="flat or clipped"):
        measured("flat.png")
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(MediaError, match=r"broken\.png"):
        measured("broken.png")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"pattern": ""}, "characters"),
        ({"pattern": "x" * (MAX_PATTERN + 1)}, "characters"),
        ({"powers": (1.0,)}, r"2\.\.256"),
        ({"powers": (1.0,) * 257}, r"2\.\.256"),
        ({"powers": (1.0, 0.0)}, "positive"),
        ({"powers": (1.0, math.nan)}, "positive"),
    ],
)
def test_bad_measured_spectra_are_refused(change: dict[str, object], rule: str) -> None:
    with pytest.raises(ValueRefused, match=rule):
        replace(MEASURED, **change)


def test_records_hold_powers_exactly_where_they_were_measured() -> None:
    with pytest.raises(ValueRefused, match="lacks its measured powers"):
        prior_recorded("images:*.png", 0.1, None)
    with pytest.raises(ValueRefused, match="formula"):
        prior_recorded("ar1", 0.1, (1.0, 2.0))


def test_flat_is_its_variance_everywhere() -> None:
    grid = dense(8)
    assert np.array_equal(Flat(0.3).spectrum(grid.wy, grid.wx), np.full(64, 0.3))


@pytest.mark.parametrize("rho", [0.0, 1.0, math.nan])
def test_bad_correlations_are_refused(rho: float) -> None:
    with pytest.raises(ValueRefused, match="rho"):
        Ar1(rho=rho)
