"""What can be wrong with files, planted so that clients prove that they would notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from rtdeconv.plan import Expr, Mix, Plan, Tuned, WeightedSum, fetch_at

Fault = Callable[[Plan], Plan]


def wrong_tap(plan: Plan) -> Plan:
    """A fiftieth too much at one neighbour."""

    def changed(total: WeightedSum) -> WeightedSum:
        *others, (weight, fetch) = total.terms
        return WeightedSum((*others, (weight + 0.02, fetch)))

    return _with_last_sum(plan, changed)


def half_a_texel(plan: Plan) -> Plan:
    """Every fetch half a pixel too far to the right: the mean of two."""

    def changed(total: WeightedSum) -> WeightedSum:
        halves = [
            (weight / 2, fetch_at(f.image, f.dx + more, f.dy))
            for weight, f in total.terms
            for more in (0, 1)
        ]
        return WeightedSum(tuple(halves))

    return _with_last_sum(plan, changed)


def wrong_light(plan: Plan) -> Plan:
    """Values added up as they are instead of as light, or the other way round."""
    return replace(plan, light="linear" if plan.light == "encoded" else "encoded")


def _with_last_sum(plan: Plan, change: Callable[[WeightedSum], WeightedSum]) -> Plan:
    """``plan`` with the sums of its last pass changed."""

    def walked(expr: Expr) -> Any:
        if isinstance(expr, WeightedSum):
            return change(expr)
        if isinstance(expr, Mix):
            return Mix(walked(expr.a), walked(expr.b), expr.amount)
        if isinstance(expr, Tuned):
            one, two = expr.bands
            return replace(expr, bands=(walked(one), walked(two)))
        return expr

    *others, last = plan.passes
    return replace(plan, passes=(*others, replace(last, expr=walked(last.expr))))


FAULTS: Final[Mapping[str, Fault]] = {
    "wrong tap": wrong_tap,
    "half a texel": half_a_texel,
    "wrong light": wrong_light,
}
