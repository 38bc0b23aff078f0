"""Plans to equal plans: pure rewrites, each with a test that it keeps the picture."""

from __future__ import annotations

from dataclasses import replace

from rtdeconv.plan import Expr, Mix, Pass, Plan, Store, Texel, WeightedSum


def with_single_floats(plan: Plan) -> Plan:
    """The same plan with every stored image in single floats."""
    passes = [p if p.store == "target" else replace(p, store="32f") for p in plan.passes]
    return replace(plan, passes=tuple(passes))


def decode_once(plan: Plan, store: Store) -> Plan:
    """The same picture with the source decoded to the plan's light by a pass of its own.

    A fetch of the source decodes it each time, which costs a power function per tap where no sRGB
    texture does it. One more pass pays it once per pixel.
    """
    if plan.light == "encoded":
        return plan
    moved = tuple(replace(p, expr=_shifted(p.expr)) for p in plan.passes)
    return replace(plan, passes=(Pass(Texel(0, 0, 0), store), *moved))


def _shifted(expr: Expr) -> Expr:
    """Every image one number later: the decoded source takes the number 1."""
    if isinstance(expr, Texel):
        return replace(expr, image=expr.image + 1)
    if isinstance(expr, WeightedSum):
        return WeightedSum(
            tuple((weight, replace(t, image=t.image + 1)) for weight, t in expr.terms)
        )
    return Mix(_shifted(expr.a), _shifted(expr.b), expr.amount)
