"""Tools that measure filters which adapt: who learned from what, what runs, what is said."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import adaptive_figure
import figures
import learning_pictures
import quality_goals_adaptive as goals
from quality_adaptive import LEARNED, Kind, Pair, halves, mean_structure, pairs, restored, through
from quality_effects import Past, unmarked
from quality_scenes import Cell, Planes, pictures, scenes
from quality_tables import Row

from rtdeconv.fit.adaptive.pictures import sharp_pieces

CELL = Cell("gaussian:0.7", noise=2.55)
SMALL_PX = 96

SAME = 1e-5
"""The executor of single floats against the interpreter."""


@pytest.fixture(scope="module")
def found() -> dict[Kind, Pair]:
    return pairs(CELL, (LEARNED[0],))


@pytest.fixture(scope="module")
def two(found: dict[Kind, Pair]) -> Pair:
    return found[LEARNED[0]]


@pytest.fixture(scope="module")
def soft() -> Planes:
    sharp = pictures("grey")[figures.NAMES.index("coffee")][:SMALL_PX, :SMALL_PX]
    return scenes(CELL, {0: sharp})[0].soft.values


def test_halves_hold_the_packaged_pieces_and_no_picture_twice() -> None:
    packaged = dict(zip(learning_pictures.NAMES, sharp_pieces(""), strict=True))
    with halves() as patterns:
        read = [sharp_pieces(pattern) for pattern in patterns]
        names = [sorted(path.stem for path in Path(p).parent.iterdir()) for p in patterns]
    assert [sorted(learning_pictures.EVEN), sorted(learning_pictures.ODD)] == names
    for half, own in zip(read, names, strict=True):
        for pieces, name in zip(half, own, strict=True):
            np.testing.assert_allclose(pieces, packaged[name], atol=1e-7)


def test_no_picture_is_scored_by_what_it_taught(two: Pair) -> None:
    assert two.of_even.filter != two.of_odd.filter
    for seed, name in enumerate(figures.NAMES):
        taught = (
            learning_pictures.EVEN if two.fair_to(seed) is two.of_even else (learning_pictures.ODD)
        )
        assert name not in taught


def test_what_is_measured_is_what_ships(two: Pair, soft: Planes) -> None:
    one = two.of_odd
    applied = one.apply(soft[:, :, 0].astype(np.float32))
    np.testing.assert_allclose(restored(one, soft)[:, :, 0], applied, atol=SAME)


def test_the_past_changes_nothing_of_a_first_frame_and_little_of_a_still_one(
    two: Pair, soft: Planes
) -> None:
    one, past = two.of_odd, Past()
    alone = restored(one, soft)
    for _ in range(3):
        np.testing.assert_array_equal(through(one.plan, soft, one.light, stored=past), alone)
    another = through(one.plan, soft[::-1], one.light, stored=past)
    assert np.any(another != restored(one, soft[::-1])), "a past that leaves no trace"


def test_mean_structure_is_that_of_plans(two: Pair) -> None:
    flat = np.random.default_rng(2).random((1, 1, 3)) * np.ones((12, 9, 3))
    np.testing.assert_allclose(mean_structure(flat), flat, atol=1e-12)
    spot = np.zeros((12, 9, 3))
    spot[5, 4] = 1
    spread = mean_structure(spot)
    np.testing.assert_allclose(spread, spread[:, ::-1], atol=1e-12)
    np.testing.assert_allclose(spread.sum((0, 1)), 1, atol=1e-12)


def test_only_what_is_clipped_is_marked(two: Pair, soft: Planes) -> None:
    plan, light = two.of_odd.plan, two.of_odd.light
    plain = unmarked(plan)
    dim = 0.9 * soft
    np.testing.assert_array_equal(through(plan, dim, light), through(plain, dim, light))
    cut = np.clip(2 * soft, 0, 1)
    assert np.any(through(plan, cut, light) != through(plain, cut, light))
    assert plan.fetches == plain.fetches


def _rows(noise: float, gain_db: float) -> dict[str, Row]:
    """Of every kind, that much above the full FFT and 3 dB above sharpeners."""
    listed = {goals.FULL: 0.0, goals.SHARPENERS: gain_db - 3}
    listed |= {kind.title: gain_db for kind in goals.KINDS}
    told = {"knew_blur": True, "knew_noise": True, "saw_truth": False, "settings": 1}
    where = {"pictures": "grey", "blur": "gaussian:1", "noise": noise, "light": "encoded"}
    scores = {"overshoot": 0.1, "expected_loss_db": 0.5, "input_psnr_db": 30.0}
    return {
        name: Row(
            method=name,
            size="",
            psnr_gain_db=1 + gain,
            ssim_gain=0.01 * gain,
            fetches=40,
            passes=2,
            **where,
            **told,
            **scores,
        )
        for name, gain in listed.items()
    }


def test_goals_are_met_by_cells_above_their_limits_and_by_no_others() -> None:
    good = {place: _rows(place[1], 1.4) for place in goals.ALL}
    assert all(goal.is_met for goal in (*goals.leads(good), *goals.similarities(good)))
    one_bad = good | {goals.ALL[-1]: _rows(5.0, -0.2)}
    missed = [goal.what for goal in goals.leads(one_bad) if not goal.is_met]
    (least,) = missed
    assert "activity 7x7" in least and "least of" in least
    falls = good | {goals.ALL[0]: {**good[goals.ALL[0]], goals.FULL: _better_ssim(good)}}
    assert not all(goal.is_met for goal in goals.similarities(falls))
    table = goals.leads_table(good).splitlines()
    assert len({line.count("|") for line in table}) == 1 and "+1.40 (+14)" in table[-1]


def _better_ssim(rows: goals.Found) -> Row:
    full = rows[goals.ALL[0]][goals.FULL]
    return Row(**{**vars(full), "ssim_gain": 0.1})


def test_the_worst_cell_decides() -> None:
    cells = [{"fir 5x5": (2.0, 0.1)} for _ in goals.ALL]
    overshoot, loss = goals.of_limits([*cells[:-1], {"fir 5x5": (3.5, 0.0)}])
    assert not overshoot.is_met and overshoot.measured == 3.5
    assert loss.is_met and loss.measured == 0.1
    gains = [{"activity, told wrong": 1.0} for _ in goals.ALL]
    (wrong,) = goals.of_wrong([*gains[:3], {"activity, told wrong": -0.1}, *gains[4:]])
    assert not wrong.is_met and "sigma 0.7 x noise 1)" in wrong.what


def test_the_figure_scores_what_it_shows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    rows = adaptive_figure.panels()
    assert [len(row) for row in rows] == [4, 4]
    side = adaptive_figure.SIDE_PX
    assert {one.picture.shape[:2] for row in rows for one in row} == {(side, side)}
    own = {one.title: float(one.said.split(" dB")[0]) for one in rows[1] if " dB" in one.said}
    full = float(rows[0][2].said.split(" dB")[0])
    linear, *adapting = own.values()
    assert linear < full < min(adapting)
    monkeypatch.setattr(adaptive_figure, "panels", lambda: rows)
    target = tmp_path / "figure.png"
    adaptive_figure.draw(target)
    assert target.read_bytes().startswith(b"\x89PNG")
