"""Walks over expressions: their nodes, fetches, sums and parameters."""

from __future__ import annotations

from collections.abc import Iterator

from rtdeconv.plan.nodes import (
    Adapted,
    Expr,
    Fetch,
    FromMap,
    Limited,
    Mix,
    Scalar,
    Structure,
    Texel,
    Tuned,
    Value,
    WeightedSum,
)


def tree(expr: Expr) -> Iterator[Expr]:
    """Every node of an expression, a parent before its children, in reading order."""
    yield expr
    children: tuple[Expr, ...] = ()
    if isinstance(expr, Mix):
        children = (expr.a, expr.b)
    elif isinstance(expr, Tuned):
        children = (expr.base, *expr.bands)
    elif isinstance(expr, Structure):
        children = expr.around
    elif isinstance(expr, Adapted):
        totals = (band.total for band in expr.bands)
        children = (expr.base, *totals, expr.mean, *expr.around)
    elif isinstance(expr, Limited):
        children = (expr.value, *expr.around)
    for child in children:
        yield from tree(child)


def reads(expr: Expr) -> Iterator[Fetch]:
    """Every fetch of a tree in reading order, repeated where it is read again."""
    for node in tree(expr):
        if isinstance(node, Texel):
            yield node
        elif isinstance(node, WeightedSum):
            yield from (fetch for _, fetch in node.terms)


def weighted_sums(expr: Expr) -> Iterator[WeightedSum]:
    """Every weighted sum of a tree."""
    return (node for node in tree(expr) if isinstance(node, WeightedSum))


def tuned(expr: Expr) -> Iterator[Tuned]:
    """Every tuned node of a tree."""
    return (node for node in tree(expr) if isinstance(node, Tuned))


def adapted(expr: Expr) -> Iterator[Adapted]:
    """Every node of a tree that adapts."""
    return (node for node in tree(expr) if isinstance(node, Adapted))


def values(expr: Expr) -> Iterator[Value]:
    """Every parameter a tree reads."""
    for node in tree(expr):
        if isinstance(node, Mix):
            yield node.amount
        elif isinstance(node, Tuned):
            yield from (*_parts(node.sigma), node.noise)


def _parts(scalar: Scalar) -> tuple[Value, ...]:
    if isinstance(scalar, Value):
        return (scalar,)
    return (scalar.scale,) if isinstance(scalar, FromMap) else (scalar.middle, scalar.corner)
