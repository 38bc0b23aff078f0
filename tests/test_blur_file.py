"""PSFs from arrays and from pictures of a point: laws, checks, and how they are written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from rtdeconv.blur import (
    Chain,
    Disk,
    FilePsf,
    Gaussian,
    Psf,
    measured_psf,
    parse_blur,
    portable,
    remarks,
)
from rtdeconv.blur.psf import CENTRED_PX, MAX_TAPS, MAX_WEIGHT, centroid
from rtdeconv.blur.psf_picture import HELD, SAME_SHAPE
from rtdeconv.errors import MediaError, ValueRefused
from rtdeconv.grid import dense
from rtdeconv.media.pictures import Picture, write_picture

CUT_AND_MOVED = 0.02
"""Relative error of a sigma from a noise-free spot: `HELD` cuts its tails, and the cubic that moves
it by a fraction of a pixel is not the ideal interpolation."""

MEASURED = 0.05
"""The same under noise that hides what is under a fortieth of the peak."""


def spot(
    n: int, y: float, x: float, sigma_y: float, sigma_x: float | None = None, turn: float = 0.0
) -> np.ndarray:
    """A Gaussian point of light of peak 1 at (y, x) of n x n pixels."""
    down, right = np.mgrid[:n, :n] - np.array([y, x])[:, None, None]
    cos, sin = math.cos(turn), math.sin(turn)
    along, across = right * cos + down * sin, down * cos - right * sin
    return np.exp(-(across**2) / 2 / sigma_y**2 - along**2 / 2 / (sigma_x or sigma_y) ** 2)


def comet(n: int = 41) -> np.ndarray:
    """A point with a tail: no symmetry. Its centroid lies between pixels."""
    head, tail = spot(n, 18, 17.3, 0.8), spot(n, 21, 22.2, 1.0, 3.0, 0.7)
    return head + 0.4 * tail


def sigmas(psf: Psf) -> tuple[float, float]:
    taps = psf.psf()
    offsets = np.arange(len(taps)) - len(taps) // 2
    return tuple(math.sqrt(taps.sum(axis) @ offsets**2) for axis in (1, 0))  # type: ignore[return-value]


# taps


def test_whole_numbers_are_kept_as_they_are() -> None:
    psf = Psf([[1, 2, 1], [2, 4, 2], [1, 2, 1]])
    assert psf.weights == ((1, 2, 1), (2, 4, 2), (1, 2, 1))
    np.testing.assert_allclose(psf.psf(), parse_blur("binomial:3").psf(), atol=1e-17)
    assert psf.spec == "psf:1,2,1/2,4,2/1,2,1" and psf.symmetry == "8-fold"
    assert psf == Psf(2 * np.array(psf.weights)) == Psf(np.pad(psf.weights, 2))
    assert psf != Psf([[1]])


@pytest.mark.parametrize("taps", [Gaussian(1.1).psf(), Disk(2.3).psf(), comet()[5:-4, 6:-3] * 1e-9])
def test_other_taps_are_kept_to_a_part_of_the_largest(taps: np.ndarray) -> None:
    if abs(centroid(taps)[0]) > 0.1:
        taps = measured_psf(taps).psf()
    psf = Psf(taps)
    cut = (len(taps) - len(psf.weights)) // 2
    inner = taps[cut : len(taps) - cut, cut : len(taps) - cut]
    half_step = inner.max() / MAX_WEIGHT / 2
    # every tap by half a step, and by its share of what all taps together are off
    slack = half_step * (1 + inner.max() * inner.size)
    np.testing.assert_allclose(psf.psf(), inner / taps.sum(), rtol=0, atol=slack)
    again = parse_blur(psf.spec)
    assert again == psf and hash(again) == hash(psf) and again.symmetry == psf.symmetry
    assert re.fullmatch(r"psf of \d+x\d+ taps", psf.label)


@pytest.mark.parametrize("factor", [2.0**1000, 2.0**-1000])
def test_the_unit_of_the_light_is_no_matter(factor: float) -> None:
    taps = Gaussian(1.1).psf()
    assert Psf(taps * factor) == Psf(taps)
    assert measured_psf(comet() * factor) == measured_psf(comet())


def test_a_row_becomes_a_square() -> None:
    assert Psf([[1, 2, 1]]).weights == ((0, 0, 0), (1, 2, 1), (0, 0, 0))
    assert Psf([[1], [2], [1]]).symmetry == "point"


def test_symmetry_is_the_strongest_that_holds_exactly() -> None:
    assert Psf([[0, 1, 0], [2, 9, 2], [0, 1, 0]]).symmetry == "point"
    assert Psf([[0, 1, 3], [1, 9, 1], [3, 1, 0]]).symmetry == "point"  # diagonals alone
    assert Psf([[0, 100, 0], [101, 900, 100], [0, 100, 0]]).symmetry == "none"


@pytest.mark.parametrize(
    ("taps", "words"),
    [
        (np.ones((3, 4)), "odd by odd"),
        (np.ones(3), "odd by odd"),
        (np.ones((MAX_TAPS + 2, 3)), f"at most {MAX_TAPS}"),
        ([[1, 2], [3]], "rows of numbers"),
        ([["a"]], "rows of numbers"),
        (np.zeros((3, 3)), "not all 0"),
        (np.full((3, 3), np.nan), "finite"),
        (-np.ones((3, 3)), "none negative"),
        (np.pad([[1.0]], ((0, 2), (0, 0))), "(+0.00, -1.00) px"),
    ],
)
def test_what_is_no_psf_is_refused(taps: object, words: str) -> None:
    with pytest.raises(ValueRefused, match=re.escape(words)):
        Psf(taps)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("picture", "factors"),
    [
        (comet(), (0.9, 1.2, 2.0)),  # smaller, its head is too narrow for its pixels
        (spot(41, 20.2, 19.7, 1.8, 2.5, 0.3), (0.5, 0.8, 1.2, 2.0)),
    ],
)
def test_a_scaled_psf_has_the_scaled_width(picture: np.ndarray, factors: tuple[float]) -> None:
    psf = measured_psf(picture)
    for factor in factors:
        expected = np.multiply(sigmas(psf), factor)
        np.testing.assert_allclose(sigmas(psf.scaled(factor)), expected, rtol=CUT_AND_MOVED)


def test_a_psf_scaled_up_and_down_again_is_itself_but_for_what_the_spline_cuts() -> None:
    psf = measured_psf(comet())
    assert psf.scaled(1) is psf
    back = _square(psf.scaled(2).scaled(0.5), 65)
    moved = np.abs(back - _square(psf, 65)).sum() / 2
    assert moved < 0.01  # of the light
    with pytest.raises(ValueRefused, match=r"0\.1\.\.10"):
        psf.scaled(0)


# pictures of a point


def test_a_psf_scaled_beyond_the_largest_is_refused_wherever_its_centroid_lies() -> None:
    for shift in (0.0, 0.08):
        psf = Psf(spot(101, 50 + shift, 50, 20.0))
        with pytest.raises(ValueRefused, match="more than 129 taps a side"):
            psf.scaled(1.5)


@pytest.mark.parametrize("place", [(20, 20), (20.5, 19.5), (17.3, 23.8)])
@pytest.mark.parametrize("sigma", [0.8, 1.3, 2.5])
def test_a_spot_anywhere_is_found_centred_and_round(
    place: tuple[float, float], sigma: float
) -> None:
    psf = measured_psf(spot(41, *place, sigma))
    np.testing.assert_allclose(sigmas(psf), sigma, rtol=CUT_AND_MOVED)
    assert psf.symmetry == "8-fold"
    assert math.isclose(psf.psf().sum(), 1)


@pytest.mark.parametrize("turn", [0.0, 0.5])
def test_an_ellipse_is_point_symmetric(turn: float) -> None:
    psf = measured_psf(spot(41, 19.7, 20.4, 1.0, 2.0, turn))
    assert psf.symmetry == "point"
    assert "taken as point symmetric" in psf.remarks[-1]
    if not turn:
        np.testing.assert_allclose(sigmas(psf), (1.0, 2.0), rtol=CUT_AND_MOVED)


def test_a_lopsided_spot_keeps_its_shape_and_is_centred() -> None:
    psf = measured_psf(comet())
    assert psf.symmetry == "none" and "costs more" in psf.remarks[-1]
    assert math.hypot(*centroid(psf.psf())) < 2 * CENTRED_PX  # and whole weights
    # the amplitude is left alone, and no phase remains but the shape's own
    y, x = (c + 20 for c in centroid(comet()))
    w = np.linspace(-1.5, 1.5, 7)
    wy, wx = (a.ravel() for a in np.meshgrid(w, w))
    down, right = np.mgrid[:41, :41]
    waves = np.exp(
        -1j * (np.multiply.outer(wy, down - y) + np.multiply.outer(wx, right - x))
    ).reshape(49, -1)
    expected = waves @ comet().ravel() / comet().sum()
    np.testing.assert_allclose(psf.otf(wy, wx), expected, atol=0.01)


def test_background_and_noise_are_taken_off() -> None:
    rng = np.random.default_rng(3)
    picture = 0.1 + 0.7 * spot(61, 30.3, 28.6, 1.5) + rng.normal(0, 0.004, (61, 61))
    psf = measured_psf(picture)
    np.testing.assert_allclose(sigmas(psf), 1.5, rtol=MEASURED)
    # .1 of .7, the noise on the brightest pixel included
    assert any(re.search(r"background of 1[3-6]\.\d% of the peak", note) for note in psf.remarks)
    eight_bits = np.rint(255 * picture)
    np.testing.assert_allclose(sigmas(measured_psf(eight_bits)), sigmas(psf), rtol=0.01)


def test_measuring_again_changes_little() -> None:
    once = measured_psf(comet())
    twice = measured_psf(np.pad(once.psf(), 3))
    cut = 1 - HELD  # from the tails, then shared out, which moves the centroid
    assert np.abs(_square(once, 65) - _square(twice, 65)).sum() / 2 < 2 * cut


def _square(psf: Psf, size: int) -> np.ndarray:
    return np.pad(psf.psf(), (size - len(psf.weights)) // 2)


@pytest.mark.parametrize(
    ("places", "moved", "below", "above"),
    [
        # the mean over the eight views leaves such a pair 2/8 of itself
        ([(2, 1), (-2, -1)], 6 / 8, "8-fold", "point"),
        # the mean with the mirror image leaves each one 1/2
        ([(2, 0), (-1, 2), (-1, -2)], 1 / 2, "point", "none"),
    ],
)
def test_symmetry_is_taken_within_its_tolerance(
    places: list[tuple[int, int]], moved: float, below: str, above: str
) -> None:
    sharp = spot(41, 20, 20, 1.5)
    added = np.zeros_like(sharp)
    for y, x in places:
        added[20 + y, 20 + x] = 1 / len(places)
    limit = SAME_SHAPE / moved
    for share, symmetry in ((0.95 * limit, below), (1.05 * limit, above)):
        picture = (1 - share) * sharp / sharp.sum() + share * added
        assert measured_psf(picture).symmetry == symmetry


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (np.zeros((20, 20)), "no spot stands out"),
        (np.full((20, 20), 0.3), "no spot stands out"),
        (np.random.default_rng(1).normal(0.5, 0.01, (64, 64)), "no spot stands out"),
        (spot(20, 0, 10, 1.5), "brighter|cut off"),
        (spot(9, 4, 4, 3), "cut off"),
        (spot(200, 40, 40, 1) + spot(200, 160, 160, 1), "more than one spot"),
        (spot(301, 150, 150, 25), "too large to undo"),
        (spot(41, 20, 20, 1.5) - 0.2 * spot(41, 20, 20, 3.0), "below the background by"),
        (np.full((9, 9), np.inf), "not finite"),
        (np.ones((2, 2)), "5..2048 px"),
        (np.ones((9, 9, 3)), "5..2048 px"),
    ],
)
def test_what_is_no_spot_is_refused_with_the_reason(picture: np.ndarray, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        measured_psf(picture)


def test_a_plateau_below_full_white_is_told() -> None:
    cut = np.minimum(spot(41, 20, 20, 3.0), 0.8)
    assert any("share its peak" in said for said in measured_psf(cut).remarks)
    for centre in (20.0, 20.5):
        whole = measured_psf(spot(42, centre, centre, 2.0))
        assert not any("share its peak" in said for said in whole.remarks)


# files


def eight(values: np.ndarray) -> np.ndarray:
    return np.rint(255 * values / values.max()).astype(np.uint8)


def sixteen(values: np.ndarray) -> np.ndarray:
    return np.rint(60000 * values / values.max()).astype(np.uint16)


def coloured(values: np.ndarray) -> np.ndarray:
    alpha = np.full(values.shape, 255, np.uint8)
    return np.dstack([eight(values), eight(values), eight(values), alpha])


WRITERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "eight.png": eight,
    "sixteen.png": sixteen,
    "colour.png": coloured,
    "float.tif": lambda values: values.astype(np.float32),
    "sixteen.tiff": sixteen,
    "array.npy": lambda values: values,
}


def write(path: Path, pixels: np.ndarray) -> str:
    if path.suffix == ".npy":
        np.save(path, pixels)
    else:
        write_picture(path, Picture(pixels))
    return str(path)


@pytest.mark.parametrize("name", WRITERS)
def test_every_kind_of_file_gives_the_spot(tmp_path: Path, name: str) -> None:
    sharp = spot(41, 20.3, 19.6, 1.0, 2.0)
    path = write(tmp_path / name, WRITERS[name](sharp))
    blur = parse_blur(f"file:{path}")
    assert isinstance(blur, FilePsf) and blur.symmetry == "point"
    np.testing.assert_allclose(sigmas(blur.psf_read), (1.0, 2.0), rtol=CUT_AND_MOVED)
    assert blur.spec == f"file:{path}" and blur.label == f"file:{name}"


def test_files_of_one_content_are_equal_and_others_are_not(tmp_path: Path) -> None:
    one = FilePsf(write(tmp_path / "a.png", eight(comet())))
    same = FilePsf(write(tmp_path / "b.png", eight(comet())))
    other = FilePsf(write(tmp_path / "c.png", eight(spot(41, 20, 20, 1))))
    assert one == same and hash(one) == hash(same) and one.spec != same.spec
    assert one != other
    grid = dense(8)
    np.testing.assert_array_equal(one.otf(grid.wy, grid.wx), same.otf(grid.wy, grid.wx))


def test_a_portable_blur_needs_no_file(tmp_path: Path) -> None:
    path = tmp_path / "spot.png"
    blur = parse_blur(f"file:{write(path, eight(comet()))}+disk:1")
    path.unlink()
    travels = portable(blur)
    again = parse_blur(travels.spec)
    assert again == travels
    np.testing.assert_array_equal(again.psf(), blur.psf())
    assert portable(Disk(1)) == Disk(1)
    with pytest.raises(MediaError, match="no such file"):
        parse_blur(blur.spec)


def test_remarks_name_their_file(tmp_path: Path) -> None:
    blur = FilePsf(write(tmp_path / "s.png", eight(comet()))) + Disk(1)
    assert all(remark.startswith("file:s.png: ") for remark in remarks(blur))
    assert len(remarks(blur)) == 2 and remarks(Disk(1)) == ()


@pytest.mark.parametrize(
    "name", ["a+b.png", "a+box.png", "e+5.png", "with space+x.png", "box:3+x.png", "100%*.png"]
)
def test_plus_signs_in_a_path_belong_to_it(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, eight(spot(41, 20, 20, 1)))
    assert parse_blur(f"file:{path}") == FilePsf(path)
    chain = parse_blur(f"gaussian:0.5+file:{path}+disk:1")
    assert isinstance(chain, Chain)
    assert chain.parts == (Gaussian(0.5), FilePsf(path), Disk(1))
    assert parse_blur(chain.spec) == chain
    assert re.fullmatch(r"file:[A-Za-z0-9._-]+", FilePsf(path).label)


def test_a_path_ends_before_a_kind_and_its_colon() -> None:
    with pytest.raises(MediaError, match=re.escape("'a'")):
        parse_blur("file:a+box:3.png")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("clipped.png", np.minimum(400 * spot(41, 20, 20, 1.5), 255).astype(np.uint8), "clipped"),
        ("flat.png", np.full((20, 20), 7, np.uint8), "no spot stands out"),
        ("two.npy", np.ones((5, 5, 5)), "5..2048 px"),
        ("text.npy", np.array([["a"]]), "no real numbers"),
        ("broken.npy", b"\x93NUMPY", "no array of numbers"),
        ("zip.npy", b"PK\x03\x04junk", "no array of numbers"),
        ("empty.png", b"", "it is empty"),
        ("broken.png", b"\x89PNG\r\n\x1a\nxxxx", "cannot read picture"),
        ("psf.txt", b"1 2 3", "does not end like a picture"),
    ],
)
def test_bad_files_are_explained_in_one_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    content: np.ndarray | bytes,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        write(path, content)
    with pytest.raises(MediaError, match=re.escape(words)) as refusal:
        parse_blur(f"file:{path}")
    assert name in str(refusal.value) and "\n" not in str(refusal.value)
