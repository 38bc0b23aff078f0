"""tools/quality.py: the recipe, what is measured against what ships, tables and goals."""

from __future__ import annotations

import csv
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import figures
import quality
import quality_goals
import quality_tables
from quality_adaptive import KINDS
from quality_goals import Goal, mean_gain_db
from quality_groups import GROUPS, methods
from quality_methods import (
    MEASURED,
    charted,
    designed,
    full_fft,
    of_design,
    scikit_image,
    surveyed,
)
from quality_scenes import Cell, Planes, Scene, Torus, pictures, scenes
from quality_tables import Row

from rtdeconv import interpret
from rtdeconv.grid import fft_frequencies
from rtdeconv.reference import SOLVERS

EXACT = 1e-12
"""Rounding of an FFT of a small picture."""

STORED = 1e-3
"""Plans may store half floats between passes; the measured filter is the one of exact numbers."""

GAIN_TOLERANCE_DB = 0.05
SAME_DB = 1e-6
"""The same filter by other roads."""

CHART_TOLERANCE = 0.01
"""Of a step's height: the chart's bars are finite, the closed form's step is not."""


@pytest.fixture(scope="module")
def textures() -> dict[int, Planes]:
    """Two pictures drawn from the default prior, so that the Wiener filter is the best there is."""
    prior = Cell("gaussian:0.7", noise=1.0).target.prior
    root = np.sqrt(prior.spectrum(*fft_frequencies((128, 128))))
    noise = np.random.default_rng(5).standard_normal((2, 128, 128))
    drawn = np.fft.ifft2(np.fft.fft2(noise) * root).real
    around_grey = 0.5 + drawn - drawn.mean((1, 2), keepdims=True)
    return {seed: np.clip(one, 0, 1)[:, :, None] for seed, one in enumerate(around_grey)}


@pytest.fixture(scope="module")
def scene(textures: dict[int, Planes]) -> Scene:
    return scenes(Cell("gaussian:0.7", noise=1.0), textures)[0]


@pytest.mark.parametrize(
    ("blur", "noise", "full_db", "fir_db", "comb_db"),
    [("gaussian:0.7", 1.0, 3.86, 3.75, 3.57), ("gaussian:1.0", 7.65, 1.99, 1.87, 1.88)],
)
def test_the_recipe(blur: str, noise: float, full_db: float, fir_db: float, comb_db: float) -> None:
    """Full FFT, 5x5 FIR and comb of two bands, printed by the script of tests/test_figures.py."""
    cell = Cell(blur, noise)
    found = scenes(cell, pictures("grey"))
    fir, comb = (
        of_design(surveyed(cell, **size).chosen, {})
        for size in ({"method": "fir", "taps": 5}, {"method": "comb", "terms": 2})
    )
    gains = [mean_gain_db(found, one) for one in (full_fft(cell.target), fir, comb)]
    print(np.round(gains, 3))
    np.testing.assert_allclose(gains, [full_db, fir_db, comb_db], atol=GAIN_TOLERANCE_DB)


def test_kernels_are_impulse_responses() -> None:
    kernel = np.zeros((5, 5))
    kernel[3, 4] = 1.0  # one down, two to the right
    values = np.random.default_rng(0).random((12, 10, 3))
    found = Torus(values).convolved(kernel)
    np.testing.assert_allclose(found, np.roll(values, (1, 2), axis=(0, 1)), atol=EXACT)


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_measured_is_what_ships(name: str, scene: Scene) -> None:
    cell = Cell("gaussian:0.8", noise=2.55)
    one = surveyed(cell, method=name).chosen
    parameters = interpret.parameter_values(one.plan, {})
    shipped = interpret.colour(one.plan, scene.soft.values, parameters)
    (measured,) = of_design(one, {}).run(scene.soft)
    np.testing.assert_allclose(measured, shipped, atol=STORED)


@pytest.mark.parametrize("blur", ["gaussian:1.0", "motion:5@30"])
def test_overshoot_of_charts_is_that_of_the_closed_form(blur: str) -> None:
    cell = Cell(blur, noise=1.0)
    one = of_design(surveyed(cell, method="fir", taps=5).chosen, {})
    (read,) = charted(cell, one)
    print(f"{blur}: {read.overshoots[0]:.4f} read off, {one.overshoots[0]:.4f} in closed form")
    assert abs(read.overshoots[0] - one.overshoots[0]) < CHART_TOLERANCE
    assert one.overshoots[0] > 3 * CHART_TOLERANCE


def test_pictures_in_colour_keep_their_seeds() -> None:
    grey, colour = pictures("grey"), pictures("colour")
    for seed, planes in colour.items():
        assert planes.shape == (*grey[seed].shape[:2], 3)
        luma = planes @ [0.299, 0.587, 0.114]
        np.testing.assert_allclose(luma, grey[seed][:, :, 0], atol=EXACT)


def test_scores_of_the_truth_and_of_nothing(scene: Scene) -> None:
    score = scene.score([scene.soft.values, scene.truth, scene.soft.values])
    assert score.setting == 1 and score.psnr_gain_db == np.inf and score.ssim_gain > 0
    nothing = scene.score([scene.soft.values])
    assert nothing.psnr_gain_db == 0 and nothing.ssim_gain == 0


def test_filters_of_equal_taps_are_run_once() -> None:
    listed = designed(Cell("gaussian:0.7", noise=1.0), ["comb", "comb-merged"])
    by_size = {(one.name, one.size): one for one in listed}
    assert by_size["comb", "2"].run is by_size["comb-merged", "2"].run
    assert by_size["comb", "1"].run is not by_size["comb", "2"].run


def test_every_family_and_group_is_measured_and_says_what_it_knew() -> None:
    listed = methods(Cell("gaussian:0.7", noise=1.0), (*MEASURED, *GROUPS))
    told = {one.title: (one.knows_blur, one.knows_noise, one.settings > 1) for one in listed}
    assert len(told) == len(listed)
    assert {one.name for one in listed} >= {*MEASURED, *SOLVERS, *(one.title for one in KINDS)}
    assert told["fista"] == (True, True, False)
    assert told["fir 5"] == told["full FFT Wiener"] == (True, True, False)
    assert told["polynomial:6,1"] == (True, False, False)
    assert told["CAS 5 taps"] == told["best of CAS and RCAS"] == (False, False, True)
    assert told["scikit-image wiener"] == (True, False, True)
    assert told["scikit-image unsupervised_wiener"] == (True, False, False)


def test_scikit_image_restores_what_wraps(textures: dict[int, Planes]) -> None:
    """All three gain on the whole picture, and the Wiener filter, told all, gains more."""
    cell = Cell("gaussian:1.0", noise=1.0)
    found = scenes(cell, textures)
    full = mean_gain_db(found, full_fft(cell.target))
    for method in scikit_image(cell):
        gain = mean_gain_db(found, method)
        print(f"{method.title}: {gain:.2f} of {full:.2f} dB")
        assert 0.5 < gain < full


def test_a_quick_run_writes_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--quick", "--pictures", "colour", "--jobs", "1", "-o", str(tmp_path)]
    quality.main([*words, "--family", "fir", "--family", "yardsticks", "--family", "references"])
    with (tmp_path / "quality.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [field.name for field in fields(Row)]
    assert {"fir", "CAS", "RCAS", "full FFT Wiener"} <= {row["method"] for row in rows}
    assert all(np.isfinite(float(row["psnr_gain_db"])) for row in rows)
    assert all(np.isfinite(float(row["ssim_gain"])) for row in rows)
    (fir,) = [row for row in rows if (row["method"], row["size"]) == ("fir", "5")]
    assert (fir["fetches"], fir["passes"], fir["saw_truth"]) == ("25", "1", "False")
    printed = capsys.readouterr().out
    written = (tmp_path / "quality.md").read_text(encoding="utf-8")
    assert printed.strip() in written and "best of 17 by the truth" in printed
    widths = {line.count("|") for line in written.splitlines() if line.startswith("|")}
    assert len(widths) == 1


def test_linear_light_is_that_of_figures() -> None:
    """Full FFT and 5x5 FIR on the first two pictures, by the interpreter and the reference."""
    cell = Cell("gaussian:0.7", noise=1.0, light="linear")
    one = surveyed(cell, method="fir", taps=5).chosen
    sharp = dict(list(pictures("grey").items())[:2])
    for (seed, truth), found in zip(sharp.items(), scenes(cell, sharp), strict=True):
        gains = [mean_gain_db([found], way) for way in (of_design(one, {}), full_fft(cell.target))]
        expected = figures.measured_gain_db(one, truth, seed)
        np.testing.assert_allclose(gains, expected, atol=SAME_DB)


def test_goals_on_pictures_of_the_prior(textures: dict[int, Planes]) -> None:
    """There the full filter wins, compact ones lose little, and closed forms are right."""
    fetches = quality_goals.fetch_losses(textures, [0.7])
    assert [goal.limit for goal in fetches] == [0.12, 0.08, 0.06]
    leads = quality_goals.leads_over_sharpeners(textures, [0.7], ["fir", "cross"])
    (least, lead) = quality_goals.robust_gains(textures, [0.7])
    order = quality_goals.right_order(
        textures, [Cell("gaussian:0.7", noise=1.0)], ["fir", "cross", "separable"]
    )
    for goal in (*fetches, *leads, least, lead, order):
        print(goal)
        assert 0 < goal.measured
    assert max(goal.measured for goal in fetches) < 1
    assert "cross 5" in leads[0].what and "cross 9" in leads[1].what
    assert order.measured == 100
    (tuned,) = quality_goals.tunable_losses(textures, [0.7], [1.0])
    assert tuned.is_met and tuned.measured > -quality_goals.TUNABLE_LOSS_DB


def test_goals_say_whether_they_are_met() -> None:
    assert Goal("loss", 0.1, 0.1, is_most=True).is_met
    assert not Goal("loss", 0.1, 0.101, is_most=True).is_met
    assert not Goal("lead", 1.0, 0.999, is_most=False).is_met
    missed = Goal("lead", 1.0, 0.5, is_most=False)
    assert str(missed) == "| lead | at least 1 dB | 0.50 | **not met** |"


def _row(size: str, blur: str, gain_db: float, fetches: int = 9, passes: int = 1) -> Row:
    told = {"knew_blur": True, "knew_noise": True, "saw_truth": False, "settings": 1}
    scores = {"ssim_gain": 0.01, "overshoot": 0.1, "expected_loss_db": 0.5, "input_psnr_db": 30.0}
    where = {"pictures": "grey", "blur": blur, "noise": 1.0, "light": "encoded"}
    cost = {"fetches": fetches, "passes": passes}
    return Row(method="comb", size=size, psnr_gain_db=gain_db, **where, **cost, **told, **scores)


def test_a_method_that_refused_a_blur_has_no_mean_and_is_no_best() -> None:
    whole = [_row("whole", blur, 1.0) for blur in ("gaussian:1", "disk:1")]
    dear = [_row("dear", "gaussian:1", 3.0), _row("dear", "disk:1", 3.0, fetches=50)]
    half = [_row("half", "gaussian:1", 2.0)]
    text = quality_tables.table([*whole, *half])
    assert "| comb half | 9 | 1 | blur and noise | 2.00 |  |  |  |  |" in text
    assert "| comb whole | 9 | 1 | blur and noise | 1.00 | 1.00 | 1.00 | 0.010 | 10 % |" in text
    best = quality_tables.best_of_budgets([*whole, *half, *dear])
    assert "comb whole" in best and "comb half" not in best and "comb dear" not in best
