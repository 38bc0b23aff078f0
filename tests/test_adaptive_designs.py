"""Designs that adapt: options, files, surveys, pictures of one's own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))

import rtdeconv as rt
from rtdeconv.blur import parse_blur
from rtdeconv.design_file import from_text, to_text
from rtdeconv.errors import ValueRefused
from rtdeconv.filters.adaptive import Scored
from rtdeconv.fit import Size, family_named, fit
from rtdeconv.noise import Noise
from rtdeconv.prior import prior_named
from rtdeconv.target import Target

TARGET = Target(parse_blur("gaussian:0.7"), Noise(2 / 255), prior_named("ar1"))
SCORED = Scored(1.0, 1.0, 2)


def test_own_pictures_are_learned_from(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    for number in range(3):
        smooth = cv2.GaussianBlur(rng.random((170, 180)), (0, 0), 1.0)
        pixels = np.clip(255 * (0.5 + 3 * (smooth - 0.5)), 0, 255).astype(np.uint8)
        cv2.imwrite(str(tmp_path / f"{number}.png"), pixels)
    pattern = f"{tmp_path}/*.png"
    own = rt.design("gaussian:0.7", adapt="activity", learn=pattern, taps=3, terms=3)
    usual = rt.design("gaussian:0.7", adapt="activity", taps=3, terms=3)
    assert own.figures.pictures == 3 and own.filter != usual.filter
    assert pattern in own.options and "FILTER.json" in own.export()
    again = from_text(to_text(own))
    assert again == own
    for path in tmp_path.glob("*.png"):
        path.unlink()
    assert from_text(to_text(own)).export() == own.export(), "a file opens no pictures"


def test_one_picture_is_not_enough(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.random.default_rng(0).integers(0, 255, (160, 160)))
    with pytest.raises(ValueRefused, match="two pictures"):
        rt.design("gaussian:0.7", adapt="activity", learn=f"{tmp_path}/a.png", taps=3, terms=3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"learn": "prior"}, "--adapt"),
        ({"adapt": "colour"}, "unknown way to adapt"),
        ({"adapt": "activity", "method": "gauss"}, "fir and comb"),
        ({"adapt": "oriented", "method": "comb"}, "fir and comb"),
        ({"adapt": "oriented", "learn": "prior"}, "no direction"),
        ({"adapt": "activity", "taps": 9, "terms": 5}, "is one of"),
        ({"adapt": "activity", "fetches": 10}, "no filter keeps to"),
        ({"adapt": "activity", "weight": "uniform"}, "--weight uniform"),
        ({"adapt": "activity", "learn": "/nowhere/*.png"}, "no picture matches"),
        ({"limit": -0.1}, "share of the local range"),
        ({"limit": "half"}, "a share such as"),
        ({"limit": "0.5:hue"}, "unknown limit's measure"),
    ],
)
def test_bad_options_are_refused(options, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        rt.design("gaussian:0.7", **options)


@pytest.mark.parametrize("adapt", ["activity", "oriented"])
def test_designs_come_back_from_files(adapt: str) -> None:
    made = rt.design("gaussian:0.7", adapt=adapt, taps=5, terms=3, limit="0.25:luma")
    assert made.adapts and made.figures.pictures == 14
    again = from_text(to_text(made))
    assert again == made and again.plan == made.plan and again.options == made.options
    words = made.options.split()
    assert words[words.index("--adapt") + 1] == adapt and "0.25:luma" in words


def test_files_are_trusted_in_nothing() -> None:
    text = to_text(rt.design("gaussian:0.7", adapt="activity", taps=3, terms=2))
    record = json.loads(text)
    for change in (
        {"radius": 9},
        {"noise_power": 0.0},
        {"noise_power": 1e-300},
        {"scored": {"kind": "scored", "gain_db": 1e308, "wiener_gain_db": 0.0, "pictures": 2}},
        {"scored": {"kind": "scored", "gain_db": 1.0, "wiener_gain_db": 0.0, "pictures": 10**300}},
        {"curves": [[1.0, 2.0]]},
        {"curves": [[1.0], [1.0, 2.0]]},
        {"curves": [[1e9, 0.0], [0.0, 0.0]]},
    ):
        bad = json.dumps({**record, "filter": {**record["filter"], **change}})
        with pytest.raises(rt.RtdError):
            from_text(bad)
    with pytest.raises(rt.RtdError):
        from_text(json.dumps({**record, "limit": "9"}))


def test_the_survey_chooses_a_filter_that_adapts_and_shows_the_linear_ones() -> None:
    found = rt.designer.compare("gaussian:0.7", adapt="activity", light="encoded")
    assert found.chosen.adapts and not all(one.adapts for one in found.front)
    best = min(one.expected_loss_db for one in found.front if one.adapts)
    assert found.chosen.expected_loss_db <= best + 0.25
    small = rt.design("gaussian:0.7", adapt="activity", fetches=25, light="encoded")
    assert small.adapts and small.plan.fetches <= 25


def test_measured_gains_of_linear_filters_are_of_the_same_pictures() -> None:
    fir = rt.design("gaussian:0.7", method="fir", taps=7, light="encoded")
    seen = fit(fir.target, family_named("activity"), Size(taps=3, terms=2)).scored
    print(f"7x7 FIR {fir.measured_gain_db:.2f} dB, full Wiener {seen.wiener_gain_db:.2f} dB")
    assert fir.measured_gain_db == pytest.approx(seen.wiener_gain_db, abs=0.1)
    assert fir.figures.pictures is None
