"""Plans to equal plans: pure rewrites, each with a test that it keeps the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Final, cast

import numpy as np

from rtdeconv.activity import Curve
from rtdeconv.bilinear import SUBTEXEL, merged
from rtdeconv.plan import (
    Adapted,
    Band,
    Expr,
    Fetch,
    Limited,
    LimitedBy,
    Mix,
    Pass,
    Plan,
    Sample,
    Structure,
    Texel,
    Tuned,
    WeightedSum,
    fetch_at,
    footprint,
    reach_px,
    reading_order,
    reads,
    star,
)

Leaf = Texel | WeightedSum
Term = tuple[float, Fetch]


def decode_once(plan: Plan) -> Plan:
    """The same picture with the source decoded to the plan's light by a pass of its own.

    A fetch of the source decodes it each time, which costs a power function per tap where no sRGB
    texture does it. One more pass pays it once per pixel.
    """
    if plan.light == "encoded":
        return plan
    return replace(plan, passes=with_copy_first(plan.passes))


def with_copy_first(passes: tuple[Pass, ...]) -> tuple[Pass, ...]:
    """The same passes behind one that copies the source, decoded, into an image of its own.

    Where the source holds encoded values, it is this copy that may be sampled between pixels. It is
    kept in single floats, so that its pixels are the source's.
    """
    moved = (replace(one, expr=_with_leaves(one.expr, _read_later)) for one in passes)
    return (Pass(Texel(0, 0, 0), "32f"), *moved)


def without_copy(plan: Plan) -> Plan:
    """The same picture where the source arrives in linear light: nothing is decoded first, and what
    samples the copy samples the source. Other plans are left alone."""
    if not plan.decodes_first:
        return plan
    passes = (replace(one, expr=_with_leaves(one.expr, _read_earlier)) for one in plan.passes[1:])
    return replace(plan, passes=tuple(passes), arrival="linear")


def limited(plan: Plan, share: float, by: LimitedBy = "channel") -> Plan:
    """The plan with its result kept near each pixel and its eight neighbours: see `Limited`.

    What a filter of strength 0 leaves alone stays so, and what lies within their range does.
    """
    *before, last = plan.passes
    assert isinstance(last.expr, Mix) and isinstance(last.expr.a, Texel)
    bounded = Limited(last.expr.b, star(last.expr.a.image), share, by)
    return replace(plan, passes=(*before, replace(last, expr=replace(last.expr, b=bounded))))


def merge_taps(plan: Plan) -> Plan:
    """The same picture from fewer fetches: neighbours of one sign come by one bilinear sample.

    Sample positions are rounded: each carries at most half a step of 1/SUBTEXEL px of its weight to
    the wrong neighbour. The source is left alone where the light is not "encoded": give it a copy
    first.
    """
    first = 0 if plan.light == "encoded" else 1
    passes = (replace(one, expr=_merged(one.expr, first)) for one in plan.passes)
    return replace(plan, passes=tuple(passes))


def split_samples(plan: Plan) -> Plan:
    """The same picture without bilinear samples: each is the pixels that it mixes, up to four."""
    passes = (replace(one, expr=_with_leaves(one.expr, _split)) for one in plan.passes)
    return replace(plan, passes=tuple(passes))


@dataclass(frozen=True)
class Shape:
    """What plans share that one compiled shader can run: ``plan`` with the numbers of slots in
    place of weights and offsets, and what this plan has in the slots.

    ``weights``: (n,), of whole sums, and what filters that adapt or are limited go by; ``steps``:
    (k, `RISING`), of curves from class to class, 0 where there are no more; ``offsets``: (m, 2),
    (dx, dy) of bilinear samples.
    """

    plan: Plan
    weights: tuple[float, ...]
    steps: tuple[tuple[float, ...], ...]
    offsets: tuple[tuple[float, float], ...]


def shape_of(plan: Plan) -> Shape:
    """The shape of ``plan`` and what fills it. Equal weights share a slot, as equal offsets do, and
    defaults of parameters are left out: they are set anyway."""
    slots = _Slots()
    passes = tuple(replace(one, expr=slots.opened(one.expr)) for one in plan.passes)
    parameters = tuple(replace(one, default=one.low) for one in plan.parameters)
    shape = replace(plan, passes=passes, parameters=parameters)
    return Shape(shape, tuple(slots.weights), tuple(slots.steps), tuple(slots.offsets))


RISING: Final = 4
"""Steps of a curve that one slot holds, a vector in shaders."""


class _Slots:
    """Slots as they are taken: weights, steps, and offsets by their (dx, dy)."""

    def __init__(self) -> None:
        self.weights: list[float] = []
        self.steps: list[tuple[float, ...]] = []
        self.offsets: dict[tuple[float, float], int] = {}
        self._shared: dict[float, int] = {}

    def opened(self, expr: Expr) -> Expr:
        """``expr`` with slots for its numbers."""
        if isinstance(expr, Mix):
            return replace(expr, a=self.opened(expr.a), b=self.opened(expr.b))
        if isinstance(expr, Limited):
            value, share = self.opened(expr.value), self._taken(expr.share) / SLOTS_A_SHARE
            return replace(expr, value=value, share=share)
        if isinstance(expr, Structure):
            gain = float(self._taken(expr.gauge.gain))
            return replace(expr, gauge=replace(expr.gauge, gain=gain))
        found = _with_leaves(expr, self._opened_leaf)
        if isinstance(found, Adapted):
            return replace(found, bands=tuple(map(self._opened_band, found.bands)))
        return found

    def _opened_leaf(self, leaf: Leaf) -> Leaf:
        if isinstance(leaf, Texel):
            return leaf
        terms: list[Term] = []
        sampled = {fetch.image for _, fetch in leaf.terms if isinstance(fetch, Sample)}
        for weight, fetch in leaf.terms:
            # a search that lands on a pixel keeps the shape of those that land between
            if fetch.image in sampled and (fetch.dx, fetch.dy) != (0, 0):
                number = self.offsets.setdefault((fetch.dx, fetch.dy), len(self.offsets))
                fetch = Sample(fetch.image, (number + 1) / SUBTEXEL, 0.0)
            if weight not in self._shared:
                self._shared[weight] = self._taken(weight)
            terms.append((float(self._shared[weight]), fetch))
        return WeightedSum(tuple(terms))

    def _opened_band(self, band: Band) -> Band:
        """A slot for where each curve begins and for every few of its steps, which nothing else
        shares: what curves have in common by chance makes no shape. A curve that rises by numbers
        of slots stands for it."""
        weights = [(factor, self._opened_curve(curve)) for factor, curve in band.weights]
        return replace(band, weights=tuple(weights))

    def _opened_curve(self, curve: Curve) -> Curve:
        steps = [b - a for a, b in pairwise(curve)]
        rising = [float(self._taken(curve[0]))]
        for start in range(0, len(steps), RISING):
            held = steps[start : start + RISING]
            self.steps.append((*held, *(0.0,) * (RISING - len(held))))
            rising += [float(len(self.steps)), *(0.0 for _ in held[1:])]
        return tuple(accumulate(rising))

    def _taken(self, value: float) -> int:
        """The number of a new slot, from 1 on."""
        self.weights.append(value)
        return len(self.weights)


SLOTS_A_SHARE: Final = 1024
"""Shares of limits are small numbers: a slot's, over this, stands for one."""


def weight_slot(number: float) -> int:
    """The slot that stands in a shape for a weight, or for the first of some steps."""
    return int(number) - 1


def share_slot(share: float) -> int:
    """The slot that stands in a shape for the share of a limit."""
    return weight_slot(share * SLOTS_A_SHARE)


def offset_slot(dx: float) -> int:
    """The slot that stands in a shape for a sample's offset."""
    return int(dx * SUBTEXEL) - 1


def _split(leaf: Leaf) -> Leaf:
    if isinstance(leaf, Texel):
        return leaf
    terms = ((weight, texel) for texel, weight in footprint(leaf).items())
    return WeightedSum(tuple(sorted(terms, key=reading_order)))


def _with_leaves(expr: Expr, change: Callable[[Leaf], Leaf]) -> Expr:
    if isinstance(expr, Mix):
        return Mix(_with_leaves(expr.a, change), _with_leaves(expr.b, change), expr.amount)
    if isinstance(expr, Tuned):
        base, first, second = (_with_leaves(e, change) for e in (expr.base, *expr.bands))
        return replace(expr, base=base, bands=(first, second))
    if isinstance(expr, Structure):
        return replace(expr, around=_changed_texels(expr.around, change))
    if isinstance(expr, Adapted):
        return Adapted(
            cast(Texel, change(expr.base)),
            tuple(replace(b, total=cast(WeightedSum, change(b.total))) for b in expr.bands),
            cast(WeightedSum, change(expr.mean)),
            _changed_texels(expr.around, change),
        )
    if isinstance(expr, Limited):
        around = _changed_texels(expr.around, change)
        return replace(expr, value=_with_leaves(expr.value, change), around=around)
    return change(expr)


def _changed_texels(around: tuple[Texel, ...], change: Callable[[Leaf], Leaf]) -> tuple[Texel, ...]:
    """Rewrites may move texels to another image and leave them texels."""
    return tuple(cast(Texel, change(texel)) for texel in around)


def _read_later(leaf: Leaf) -> Leaf:
    """Every image one number later: the copy of the source takes the number 1."""
    return _renumbered(leaf, lambda image: image + 1)


def _read_earlier(leaf: Leaf) -> Leaf:
    """Every image one number earlier, the source where it is."""
    return _renumbered(leaf, lambda image: max(image - 1, 0))


def _renumbered(leaf: Leaf, number: Callable[[int], int]) -> Leaf:
    if isinstance(leaf, Texel):
        return replace(leaf, image=number(leaf.image))
    return WeightedSum(tuple((w, replace(f, image=number(f.image))) for w, f in leaf.terms))


def _merged(expr: Expr, first: int) -> Expr:
    """``expr`` with its sums merged where that saves fetches; image ``first`` may be sampled, and
    later ones."""
    changed = _with_leaves(expr, lambda leaf: _merged_leaf(leaf, first))
    return changed if len(set(reads(changed))) < len(set(reads(expr))) else expr


def _merged_leaf(leaf: Leaf, first: int) -> Leaf:
    if isinstance(leaf, Texel):
        return leaf
    kept: list[Term] = []
    loose: dict[int, list[tuple[float, Texel]]] = {}
    for weight, fetch in leaf.terms:
        if isinstance(fetch, Sample) or fetch.image < first:
            kept.append((weight, fetch))
        else:
            loose.setdefault(fetch.image, []).append((weight, fetch))
    for image, terms in loose.items():
        kept += _samples(image, terms)
    return WeightedSum(tuple(kept))


def _samples(image: int, terms: list[tuple[float, Texel]]) -> list[Term]:
    """``terms``, all of ``image``, merged; what stays on a pixel is a texel as before."""
    radius = max(reach_px(texel) for _, texel in terms)
    taps = np.zeros((2 * radius + 1,) * 2)
    for weight, texel in terms:
        taps[radius + texel.dy, radius + texel.dx] += weight
    return [(weight, fetch_at(image, dx, dy)) for weight, dx, dy in merged(taps)]
