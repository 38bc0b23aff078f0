"""Filters that adapt: their linear limit, DC, learning, scores, plans and designs."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import learning_pictures

import rtdeconv as rt
from rtdeconv import interpret
from rtdeconv.blur import parse_blur
from rtdeconv.design_file import from_text, to_text
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Fir, fir_of
from rtdeconv.filters.adaptive import ActivityFir, OrientedFir, Scored
from rtdeconv.filters.orbits import even_bank, turning_bank
from rtdeconv.fit import ADAPTING, Size, family_named, fit
from rtdeconv.fit.adaptive import learned, pictures
from rtdeconv.fit.adaptive.evidence import responses
from rtdeconv.fit.adaptive.learned import evidence
from rtdeconv.lower import lower
from rtdeconv.noise import Noise
from rtdeconv.plan import BORDERS, Structure
from rtdeconv.prior import prior_named
from rtdeconv.reference import degraded
from rtdeconv.target import Target

TARGET = Target(parse_blur("gaussian:0.7"), Noise(2 / 255), prior_named("ar1"))
SCORED = Scored(1.0, 1.0, 2)


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    rng = np.random.default_rng(0)
    rough = cv2.GaussianBlur(rng.random((48, 56, 3)), (0, 0), 1.2)
    return np.clip(np.rint(255 * (0.5 + 2.0 * (rough - rough.mean()))), 10, 245).astype(np.uint8)


def constant_fir(weights: np.ndarray, classes: int) -> ActivityFir:
    """The same weights in every class."""
    curves = tuple((float(w),) * classes for w in weights)
    return ActivityFir(2, TARGET.noise.power, curves, SCORED)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("light", ["encoded", "linear"])
def test_one_class_is_the_linear_filter(light, border) -> None:
    """Exactly: the plan is an FIR's, weight by weight, and the prior's that of the fitted one."""
    for name in ("activity:prior", "activity"):
        one = fit(TARGET, family_named(name), Size(taps=5, terms=1), light=light)
        plan = lower(one, light=light, border=border)
        assert plan == lower(fir_of(one.kernel()), light=light, border=border)
        assert len(plan.passes) == 1 and plan.fetches == 25
        if name == "activity:prior":
            fir = fit(TARGET, family_named("fir"), Size(taps=5))
            assert plan == lower(fir, light=light, border=border)


@pytest.mark.parametrize("classes", [2, 3, 5, 9])
def test_equal_classes_are_one(picture: np.ndarray, classes: int) -> None:
    weights = np.array([0.5, -0.25, 0.125, 0.25, 0.0625])
    many, one = constant_fir(weights, classes), constant_fir(weights, 1)
    plans = [lower(f, light="encoded", border="clamp") for f in (many, one)]
    results = [interpret.run(plan, picture).astype(int) for plan in plans]
    assert np.abs(results[0] - results[1]).max() <= 1
    assert [plan.fetches for plan in plans] == [39, 25]


@pytest.mark.parametrize("family", ADAPTING, ids=lambda family: family.name)
def test_families_keep_grey_and_their_cost(family) -> None:
    for size in (family.usual, family.sizes[0], family.sizes[-1]):
        found = fit(TARGET, family, size)
        assert isinstance(found, family.structure)
        plan = lower(found, light="linear", border="mirror")
        grey = np.full((12, 12, 3), 77, np.uint8)
        assert np.array_equal(interpret.run(plan, grey), grey)
        assert np.allclose(found.kernels().sum((1, 2)), 1, atol=1e-12)
        most = {3: 25, 5: 40, 7: 65, None: 41}[size.taps]
        assert plan.fetches <= most and len(plan.passes) <= 3


@pytest.mark.parametrize("family", ADAPTING, ids=lambda family: family.name)
def test_what_adapts_is_as_symmetric_as_the_blur(picture: np.ndarray, family) -> None:
    """Turned by a quarter or mirrored, a picture is restored to the same, turned or mirrored."""
    found = fit(TARGET, family, family.usual)
    plan = lower(found, light="encoded", border="clamp")
    clipped = np.clip(picture.astype(int) * 3 // 2, 0, 255).astype(np.uint8)
    assert (clipped == 255).mean() > 0.05
    for one in (picture, clipped):
        restored = interpret.run(plan, one).astype(int)
        for moved in (np.rot90, np.flipud, np.fliplr, lambda p: p.swapaxes(0, 1)):
            again = interpret.run(plan, np.ascontiguousarray(moved(one))).astype(int)
            assert np.abs(again - moved(restored)).max() <= 1


def test_banks_add_up_to_nothing_and_nest() -> None:
    for bank in (even_bank(3, "8-fold"), even_bank(2, "none"), turning_bank(3)):
        assert np.allclose(bank.kernels.sum((1, 2)), 0, atol=1e-12)
        assert len(set(bank.columns)) == len(bank.columns)
    assert set(turning_bank(2).columns) < set(turning_bank(3).columns)
    assert len(turning_bank(3).columns) == 9 * 3 + 6 + 6 + 3


def test_learned_weights_are_the_least_squares_of_the_pictures(monkeypatch) -> None:
    """By numpy's own least squares on pixels, with one class, where there is nothing to draw to,
    and without the rougher noise."""
    monkeypatch.setattr(learned, "MISJUDGED", ())
    learned._evidence.cache_clear()
    found = fit(TARGET, family_named("activity"), Size(taps=3, terms=1))
    learned._evidence.cache_clear()
    rows, wanted = [], []
    kernels = even_bank(1, "8-fold").kernels
    for pieces in pictures.lessons(TARGET, "encoded", ""):
        for x, y in pieces:
            rows.append(responses(y, kernels).reshape(2, -1))
            wanted.append((x - y).ravel())
    solution = np.linalg.lstsq(np.hstack(rows).T, np.concatenate(wanted), rcond=None)[0]
    print("least squares", solution, "learned", found.curves)
    assert np.allclose(np.ravel(found.curves), solution, atol=1e-4)


def test_scores_are_of_pictures_not_learned_from() -> None:
    """Half of the packaged pictures restored by a filter that saw the other half only."""
    from rtdeconv.fit.adaptive.learned import as_curves, solved

    found = fit(TARGET, family_named("activity"), Size(taps=5, terms=5))
    seen = evidence(ActivityFir, TARGET, "encoded", "")
    bank, halves = even_bank(2, "8-fold"), [np.arange(k, len(seen), 2) for k in (0, 1)]
    gains = np.zeros(len(seen))
    sharp = pictures.lessons(TARGET, "encoded", "")
    for learned_from, scored_on in (halves, halves[::-1]):
        curves = as_curves(solved(seen.of(learned_from), bank, 5), 5)
        plan = lower(replace(found, curves=curves), light="encoded", border="wrap")
        settings = {"strength": 1.0}
        for number in scored_on:
            before = after = 0.0
            for x, y in sharp[number]:
                restored = interpret.colour(plan, y[:, :, None], settings)[:, :, 0]
                before, after = before + np.sum((y - x) ** 2), after + np.sum((restored - x) ** 2)
            gains[number] = 10 * np.log10(before / after)
    print(f"scored {found.scored.gain_db:.3f} dB, by its plan {gains.mean():.3f} dB")
    assert found.scored.gain_db == pytest.approx(gains.mean(), abs=0.05)
    assert found.scored.pictures == len(seen) == 14


@pytest.mark.parametrize("light", ["encoded", "linear"])
def test_adapting_beats_the_full_filter(light) -> None:
    for name in ("activity", "activity:prior", "oriented"):
        found = fit(TARGET, family_named(name), Size(taps=5, terms=5), light=light)
        print(light, name, found.scored)
        assert found.scored.gain_db > found.scored.wiener_gain_db + 1.0


@pytest.mark.parametrize("codes", [2.55, 5])
@pytest.mark.parametrize("blur", ["gaussian:0.7", "gaussian:1", "gaussian:1.5"])
def test_the_prior_alone_beats_the_full_filter_in_noise(blur: str, codes: float) -> None:
    """Faint detail in calm places included: 7x7 taps of a class that blurs it away lose a dB."""
    target = Target(parse_blur(blur), Noise(codes / 255), prior_named("ar1"))
    scored = fit(target, family_named("activity:prior"), Size(taps=7, terms=5)).scored
    print(f"{scored.gain_db:.2f} dB, full Wiener {scored.wiener_gain_db:.2f} dB")
    assert scored.gain_db > scored.wiener_gain_db


def test_noise_twice_as_strong_does_no_harm() -> None:
    """A filter for half the noise that is there still gains, where a filter for the right one does
    not gain much."""
    for name in ("activity", "oriented"):
        found = fit(TARGET, family_named(name), Size(taps=5, terms=5))
        plan = lower(found, light="encoded", border="wrap")
        rough = replace(TARGET, noise=Noise(4 / 255))
        gains = []
        for pieces in pictures.lessons(rough, "encoded", ""):
            pairs = [
                (x, interpret.colour(plan, y[:, :, None], {"strength": 1.0})) for x, y in pieces
            ]
            after = sum(np.sum((restored[:, :, 0] - x) ** 2) for x, restored in pairs)
            gains.append(10 * np.log10(sum(np.sum((y - x) ** 2) for x, y in pieces) / after))
        print(f"{name}: {np.mean(gains):+.2f} dB at twice the stated noise")
        assert np.mean(gains) > 0.3


@pytest.mark.parametrize("spec", ["motion:3@30", "gaussian:1.1x0.6@20", "upscale:1.5:bilinear"])
def test_other_blurs_are_undone_too(spec: str) -> None:
    target = Target(parse_blur(spec), Noise(2 / 255), prior_named("ar1"))
    found = fit(target, family_named("activity"), Size(taps=5, terms=3))
    assert found.scored.gain_db > 0
    if target.blur.symmetry != "8-fold":
        with pytest.raises(ValueRefused, match="--adapt activity"):
            fit(target, family_named("oriented"), Size(taps=5, terms=3))


def test_a_range_of_sizes_is_learned_from_all_of_them() -> None:
    wide = replace(TARGET, spread=0.3)
    size = Size(taps=5, terms=5)
    known, robust = (fit(t, family_named("activity"), size) for t in (TARGET, wide))
    assert np.abs(known.kernel() - robust.kernel()).max() > 0.01


@pytest.mark.parametrize(
    "limits", [{"max_gain": 3.0}, {"max_overshoot": 0.1}, {"kind": "tikhonov"}]
)
def test_limits_of_responses_are_refused_for_learned_filters(limits) -> None:
    target = replace(TARGET, **limits)
    with pytest.raises(ValueRefused, match="--limit"):
        fit(target, family_named("activity"), Size(taps=5, terms=5))


def test_the_prior_alone_obeys_a_largest_gain() -> None:
    target = replace(TARGET, max_gain=2.5)
    found = fit(target, family_named("activity:prior"), Size(taps=5, terms=5))
    peak = np.abs(np.fft.rfft2(found.kernel(), (256, 256))).max()
    assert peak <= 2.5


@pytest.mark.parametrize("light", ["encoded", "pq"])
@pytest.mark.parametrize("grey", [0, 60, 128, 255])
def test_flat_pictures_without_noise_ask_for_nothing(tmp_path: Path, grey: int, light) -> None:
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.full((160, 160), grey, np.uint8))
    family = family_named(f"activity:{tmp_path}/*.png")
    found = fit(replace(TARGET, noise=Noise(0, 8)), family, Size(taps=3, terms=5), light=light)
    assert isinstance(found, ActivityFir)
    assert np.abs(found.curves).max() < 1e-3
    assert abs(found.scored.gain_db) < 0.01


def test_where_a_blur_does_nothing_nothing_is_gained() -> None:
    found = rt.design("gaussian:0.1", adapt="activity", taps=3, terms=2, noise=0.0)
    assert found.scored is not None and abs(found.scored.gain_db) < 0.01


@pytest.mark.parametrize("learn", ["", "prior"])
def test_the_strongest_noise_there_is_has_filters(learn: str) -> None:
    found = rt.design(
        "gaussian:0.7", adapt="activity", learn=learn, taps=3, terms=2, noise=1.0, bits=1
    )
    assert from_text(to_text(found)) == found


def test_a_long_pattern_comes_back_and_names_no_files(tmp_path: Path) -> None:
    folder = tmp_path / ("p" * 120) / ("q" * 120)
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for name in "ab":
        cv2.imwrite(str(folder / f"{name}.png"), rng.integers(0, 255, (160, 160), np.uint8))
    found = rt.design("gaussian:0.7", adapt="activity", learn=f"{folder}/*.png", taps=3, terms=2)
    assert from_text(to_text(found)) == found
    assert found.file_stem == "gaussian-0.7-activity-own-3-2"


def test_pictures_brighter_than_white_teach_what_is_seen_of_them(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for name in "ab":
        hdr = cv2.GaussianBlur(rng.random((160, 160), np.float32), (0, 0), 1) * 4 - 1
        for folder, planes in (("hdr", hdr), ("cut", np.clip(hdr, 0, 1))):
            (tmp_path / folder).mkdir(exist_ok=True)
            cv2.imwrite(str(tmp_path / folder / f"{name}.tiff"), planes)
    filters = [
        fit(TARGET, family_named(f"activity:{tmp_path}/{folder}/*"), Size(taps=3, terms=2))
        for folder in ("hdr", "cut")
    ]
    assert filters[0] == filters[1]


def test_pictures_with_nan_are_refused(tmp_path: Path) -> None:
    planes = np.full((160, 160), 0.5, np.float32)
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.tiff"), planes)
        planes[80, 80] = np.nan
    for options in (
        {"adapt": "activity", "learn": f"{tmp_path}/*"},
        {"prior": f"images:{tmp_path}/*"},
    ):
        with pytest.raises(ValueRefused, match="values that are not finite"):
            rt.design("gaussian:0.7", **options)


def test_the_packaged_pictures_are_what_the_tool_makes() -> None:
    sheet = cv2.imread(str(pictures.SHEET), cv2.IMREAD_UNCHANGED)
    assert sheet.shape == (pictures.PIECES * pictures.PIECE_PX, 14 * pictures.PIECE_PX)
    assert len(pictures.sharp_pieces("")) == 14
    assert all(len(pieces) == pictures.PIECES for pieces in pictures.sharp_pieces(""))
    assert np.array_equal(sheet, learning_pictures.sheet())


def test_plans_of_structure_are_checked() -> None:
    plan = lower(fit(TARGET, ADAPTING[0], Size(taps=3, terms=2)), light="encoded", border="clamp")
    seen = plan.passes[0].expr
    assert isinstance(seen, Structure) and plan.structures == {1}
    swapped = replace(seen, around=seen.around[::-1])
    with pytest.raises(ValueRefused, match="eight neighbours"):
        replace(plan, passes=(replace(plan.passes[0], expr=swapped), plan.passes[1]))
    colour = rt.design("gaussian:0.7", method="fir", taps=3).plan.passes[0].expr.b
    with pytest.raises(ValueRefused, match="no structure"):
        replace(plan, passes=(replace(plan.passes[0], expr=colour), plan.passes[1]))


def test_a_direction_is_worth_something(picture: np.ndarray) -> None:
    """Stripes at 30 degrees, where an even filter must treat along and across alike."""
    y, x = np.mgrid[:96, :96]
    stripes = 0.5 + 0.3 * np.sign(np.sin(0.9 * (x * np.cos(0.5) + y * np.sin(0.5))))[:, :, None]
    target = replace(TARGET, noise=Noise(8 / 255))
    _, soft = degraded(stripes, target, light="encoded", border="wrap", seed=1)
    errors = {}
    for name in ("activity", "oriented"):
        found = fit(target, family_named(name), Size(taps=7, terms=5))
        assert isinstance(found, OrientedFir) == (name == "oriented")
        plan = lower(found, light="encoded", border="wrap")
        restored = interpret.colour(plan, soft, {"strength": 1.0})
        errors[name] = np.mean((restored - stripes) ** 2)
    gain = 10 * np.log10(errors["activity"] / errors["oriented"])
    print(f"direction is worth {gain:.2f} dB on stripes")
    assert gain > 0.3


def test_an_fir_of_one_class_is_no_other_type() -> None:
    assert not issubclass(ActivityFir, Fir)
