"""The planner: nothing dominated stands in its table, and its choice keeps to the budget."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import rtdeconv as rt
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import FAMILIES
from rtdeconv.planner import MAX_LOSS_DB, Budget, remarks
from rtdeconv.target import SAME_DB

BLURS = ["gaussian:0.5", "gaussian:1", "gaussian:1.2x0.6@30", "disk:1.5"]


@pytest.mark.parametrize("blur", BLURS)
def test_no_design_of_the_front_is_dominated_and_none_is_missing(blur: str) -> None:
    found = rt.compare(blur)
    assert {one.method for one in found.tried} >= set(FAMILIES) - {"firls"}
    for one in found.tried:
        dominators = [
            other
            for other in found.front
            if other.plan.fetches <= one.plan.fetches
            and len(other.plan.passes) <= len(one.plan.passes)
            and other.expected_loss_db <= one.expected_loss_db + SAME_DB
        ]
        assert dominators == [one] if one in found.front else dominators, one


@settings(max_examples=12, deadline=None)
@given(
    st.sampled_from(BLURS),
    st.one_of(st.none(), st.integers(5, 60)),
    st.one_of(st.none(), st.integers(1, 3)),
    st.one_of(st.none(), st.floats(0, 2)),
)
def test_the_choice_keeps_to_the_budget(blur, fetches, passes, max_loss) -> None:
    found = rt.compare(blur, fetches=fetches, passes=passes, max_loss=max_loss)
    budget = Budget(fetches, passes, max_loss)
    assert found.chosen in found.front
    assert all(budget.admits(one) for one in found.front)
    fits = [one for one in found.tried if budget.admits(one)]
    least = min(one.expected_loss_db for one in fits)
    limit = MAX_LOSS_DB if fetches is passes is max_loss is None else max_loss
    if limit is None or least > limit:
        assert found.chosen.expected_loss_db <= least + 2 * SAME_DB
    else:
        assert found.chosen.expected_loss_db <= limit
        assert found.chosen.plan.cost == min(
            one.plan.cost for one in found.front if one.expected_loss_db <= limit
        )


def test_a_method_with_a_budget_takes_its_best_size() -> None:
    found = rt.compare("gaussian:1", method="cross", fetches=13)
    assert found.chosen.method == "cross" and found.chosen.plan.fetches == 13
    assert found.reason == "the least loss within 13 fetches"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"fetches": 2}, "no filter keeps to 2 fetches; the smallest takes 5 fetches"),
        ({"fetches": 0}, "at least 1"),
        ({"passes": -1}, "at least 1"),
        ({"max_loss": -0.1}, "0 dB or more"),
        ({"method": "fir", "taps": 7, "fetches": 9}, "takes 49 fetches, 1 pass, not at most 9"),
    ],
)
def test_budgets_that_cannot_be_are_refused(given, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        rt.compare("gaussian:0.8", **given)


def test_a_budget_that_recovers_little_says_what_would_recover_more() -> None:
    found = rt.compare("gaussian:1.5", noise=0.5 / 255, method="fir", taps=3)
    *_, said = remarks(found)
    assert said.startswith("this filter recovers ")
    assert " of " in said and "would recover" in said
    better = rt.compare("gaussian:1.5", noise=0.5 / 255, method="fir", taps=15)
    assert not any("recovers" in said for said in remarks(better))


def test_nulls_are_said_plainly() -> None:
    (said,) = remarks(rt.compare("box:3", method="fir", taps=15))
    assert said.startswith("the blur has nulls from 0.33 cycles per pixel on")
    assert remarks(rt.compare("gaussian:0.7", method="fir", taps=7)) == []


def test_auto_says_when_nothing_is_near() -> None:
    found = rt.compare("disk:4", noise=0.2 / 255)
    assert found.reason.startswith("nothing loses at most 0.25 dB")
    assert found.chosen.figures.expected_gain_db > 0


def test_a_design_says_what_it_is() -> None:
    one = rt.design("gaussian:0.8", method="fir", taps=5)
    assert str(one).startswith("5x5 FIR undoing gaussian:0.8: 25 fetches, 1 pass, expected +")


def test_one_size_says_whether_it_keeps_to_the_loss() -> None:
    assert rt.compare("gaussian:0.8", method="fir", taps=5).reason == "as asked"
    missed = rt.compare("gaussian:0.8", method="fir", taps=3, max_loss=0.001)
    assert missed.reason.startswith("nothing loses at most 0.001 dB")
    kept = rt.compare("gaussian:0.8", method="fir", taps=7, max_loss=1.0)
    assert kept.reason == "the cheapest that loses at most 1 dB"


def test_what_is_said_of_limits_is_so() -> None:
    """A better filter is named where there is one, and nothing where there is nothing to gain."""
    *_, said = remarks(rt.compare("motion:5@30", fetches=9))
    assert "15x15 FIR" in said and "would recover" in said
    assert remarks(rt.compare("motion:0.3@0", method="fir", taps=3)) == []
    *_, said = remarks(rt.compare("gaussian:0.8", max_gain=1.0))
    assert "recovers 0.0 of" in said and "under the same limits" in said
