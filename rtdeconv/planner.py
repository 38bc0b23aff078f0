"""The planner: every family at every size, what is dominated, what is chosen, and why."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rtdeconv.blur import Blur, nulls
from rtdeconv.blur import remarks as blur_remarks
from rtdeconv.designs import Design, Manner, fitted, manner_of, tuning_said
from rtdeconv.emit import Host
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.filters.tunable import TunableComb
from rtdeconv.fit import FAMILIES, Family
from rtdeconv.target import SAME_DB, Target

MAX_LOSS_DB: Final = 0.25
"""What may be lost against the full Wiener filter to become cheaper where nothing else is asked:
about what a person notices when flipping between two pictures."""

MUCH: Final = 0.5
"""Share of all frequencies lost without a null that is worth a word: sigma 1.2 of a Gaussian."""

LITTLE: Final = 0.7
"""Share of the full Wiener filter's gain below which a filter is said to recover little."""

NOTHING_DB: Final = 0.1
"""Where the full filter gains less, there is nothing to recover."""


@dataclass(frozen=True)
class Budget:
    """What a filter may cost, over all its passes, and lose against the full Wiener filter."""

    fetches: int | None = None
    passes: int | None = None
    max_loss_db: float | None = None

    def __post_init__(self) -> None:
        for name, count in (("fetches", self.fetches), ("passes", self.passes)):
            if count is not None and count < 1:
                raise ValueRefused(f"{name} are at least 1, not {shown(count)}")
        loss = self.max_loss_db
        if loss is not None and not (math.isfinite(loss) and loss >= 0):
            raise ValueRefused(f"the largest loss is 0 dB or more, not {shown(loss)}")

    def admits(self, design: Design) -> bool:
        """Whether the cost fits; the loss is another matter."""
        plan = design.plan
        return (self.fetches is None or plan.fetches <= self.fetches) and (
            self.passes is None or len(plan.passes) <= self.passes
        )

    def __str__(self) -> str:
        limits = (
            (self.fetches, f"{self.fetches} fetch{'es' if self.fetches != 1 else ''}"),
            (self.passes, f"{self.passes} pass{'es' if self.passes != 1 else ''}"),
        )
        return " and ".join(text for limit, text in limits if limit is not None)


@dataclass(frozen=True)
class Survey:
    """What was tried, what of it is worth having within the budget, the one chosen and why.

    ``front``: no other is as good in fetches, passes and loss and better in one; least cost first.
    """

    tried: tuple[Design, ...]
    front: tuple[Design, ...]
    chosen: Design
    reason: str


def survey(
    target: Target,
    manner: Manner,
    *,
    budget: Budget,
    families: Iterable[Family] = FAMILIES.values(),
) -> Survey:
    """Designs every family at every size and chooses within the budget.

    Raises ValueRefused where nothing obeys the target's limits or fits the budget.
    """
    tried: list[Design] = []
    refusals: list[ValueRefused] = []
    for family in families:
        for size in family.sizes:
            try:
                tried.append(fitted(target, family, size, manner))
            except ValueRefused as refusal:
                refusals.append(refusal)
    if not tried:
        raise refusals[0]
    front = pareto([one for one in tried if budget.admits(one)])
    if not front:
        least = min(tried, key=lambda one: (one.plan.fetches, len(one.plan.passes)))
        raise ValueRefused(f"no filter keeps to {budget}; the smallest takes {least.cost}")
    return Survey(tuple(tried), tuple(front), *choice(front, budget))


def survey_adaptive(target: Target, manner: Manner, *, budget: Budget, family: Family) -> Survey:
    """Every size of a family with more than one class, beside the linear filters worth having, and
    the choice among the former: within the budget the best; else the cheapest that gains nearly as
    much. All are compared by what they gain on pictures.

    Raises ValueRefused where nothing fits the budget.
    """
    adapting = replace(family, sizes=tuple(size for size in family.sizes if size.terms != 1))
    found = survey(target, manner, budget=budget, families=[adapting])
    chosen, reason = found.chosen, found.reason
    if budget == Budget():
        least = min(one.expected_loss_db for one in found.front)
        chosen = next(o for o in found.front if o.expected_loss_db <= least + MAX_LOSS_DB)
        reason = f"the cheapest within {MAX_LOSS_DB:g} dB of the best that adapts"
    try:
        linear = survey(replace(target, max_overshoot=None), manner, budget=Budget())
    except ValueRefused:
        return replace(found, chosen=chosen, reason=reason)
    front: list[Design] = []
    for one in sorted([*linear.front, *found.front], key=lambda one: one.plan.cost):
        best = max((other.measured_gain_db for other in front), default=-math.inf)
        if one is chosen or one.measured_gain_db > best + SAME_DB:
            front.append(one)
    return Survey((*linear.tried, *found.tried), tuple(front), chosen, reason)


def for_host(found: Design, host: Host, asked: Budget = Budget()) -> Design:
    """``found`` where ``host`` takes it, else the filter for the same target within ``asked`` that
    is the best there, at a fair price where nothing is asked. Raises ValueRefused where there is
    none."""
    refusal = host.refusal(found.plan)
    if refusal is None:
        return found
    light = found.light if found.light in host.lights else host.lights[0]
    manner: Manner = {**manner_of(found), "light": light}
    budget = replace(asked, passes=min(host.passes, asked.passes or host.passes))
    if asked == Budget():
        budget = replace(budget, max_loss_db=MAX_LOSS_DB)
    tried = survey(found.target, manner, budget=budget).tried
    taken = [one for one in tried if budget.admits(one) and host.refusal(one.plan) is None]
    if not taken:
        raise ValueRefused(f"{refusal}, nor does it take any other filter for it within {budget}")
    # of those that cost more there than elsewhere only where there is nothing else
    native = [one for one in taken if host.adapted(one.plan).cost <= one.plan.cost]
    return choice(pareto(native or taken), budget)[0]


def remarks(found: Survey) -> list[str]:
    """What a person must know of the limits: nulls of the blur, a filter that recovers little."""
    blur = found.chosen.target.blur
    said = [*blur_remarks(blur), _nulls(blur), _little(found), _tuning(found.chosen)]
    said.append(_useless(found.chosen))
    return [sentence for sentence in said if sentence is not None]


def _nulls(blur: Blur) -> str | None:
    lost = nulls(blur)
    return str(lost) if lost.crossed or lost.share > MUCH else None


def _tuning(chosen: Design) -> str | None:
    return tuning_said(chosen) if isinstance(chosen.filter, TunableComb) else None


def _useless(chosen: Design) -> str | None:
    gain = chosen.figures.expected_gain_db
    if not chosen.adapts or gain > NOTHING_DB:
        return None
    return f"on pictures this filter gains {gain:+.1f} dB only: a linear one may do as well"


def _little(found: Survey) -> str | None:
    """Where the chosen filter recovers little of what the full one does: what would do more.

    Where nothing else was tried, the FIRs of every size are.
    """
    chosen, figures = found.chosen, found.chosen.figures
    full = figures.wiener_gain_db
    if chosen.adapts or figures.expected_gain_db >= LITTLE * full or full < NOTHING_DB:
        return None
    tried = found.tried if len(found.tried) > 1 else _firs(chosen)
    said = f"this filter recovers {max(figures.expected_gain_db, 0.0):.1f} of {full:.1f} dB"
    front = pareto(tried) or [chosen]
    best = min(one.expected_loss_db for one in front)
    if best > chosen.expected_loss_db - (1 - LITTLE) / 2 * full:
        return f"{said}, and no other compact one under the same limits recovers much more"
    enough = max(best + SAME_DB, (1 - LITTLE) / 2 * full)
    better = next(one for one in front if one.expected_loss_db <= enough)
    gain = full - better.expected_loss_db
    return f"{said}; {better.filter.label} ({better.cost}) would recover {gain:.1f}"


def _firs(like: Design) -> tuple[Design, ...]:
    """FIRs of every size made like ``like``, none where none obeys its limits."""
    manner = manner_of(like)
    try:
        return survey(like.target, manner, budget=Budget(), families=[FAMILIES["fir"]]).tried
    except ValueRefused:
        return ()


def pareto(designs: Sequence[Design]) -> list[Design]:
    """Those that no other dominates, least cost first; of equals, the first."""
    kept: list[Design] = []
    ranked = sorted(
        designs, key=lambda one: (one.plan.fetches, len(one.plan.passes), one.expected_loss_db)
    )
    for one in ranked:
        beaten = any(
            len(other.plan.passes) <= len(one.plan.passes)
            and other.expected_loss_db <= one.expected_loss_db + SAME_DB
            for other in kept
        )
        if not beaten:
            kept.append(one)
    return sorted(kept, key=lambda one: one.plan.cost)


def choice(front: Sequence[Design], budget: Budget) -> tuple[Design, str]:
    """The filter and the reason for it."""
    least = min(one.expected_loss_db for one in front)
    has_cost = budget.fetches is not None or budget.passes is not None
    limit = budget.max_loss_db
    if limit is None and has_cost:
        allowed, reason = least + SAME_DB, f"the least loss within {budget}"
    else:
        limit = MAX_LOSS_DB if limit is None else limit
        within = f" within {budget}" if has_cost else ""
        if least > limit:
            allowed = least + SAME_DB
            reason = f"nothing loses at most {limit:g} dB{within}; this is the nearest"
        else:
            allowed, reason = limit, f"the cheapest{within} that loses at most {limit:g} dB"
    good = [one for one in front if one.expected_loss_db <= allowed]
    return min(good, key=lambda one: (one.plan.cost, one.expected_loss_db)), reason
