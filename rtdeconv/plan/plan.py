"""The plan: what any machine executes, as plain data, and its rules."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from rtdeconv.bilinear import SUBTEXEL
from rtdeconv.errors import ValueRefused, one_of, shown, unknown_name
from rtdeconv.light import Arrival, Light, checked_light
from rtdeconv.plan.limit import MAX_SHARE
from rtdeconv.plan.nodes import (
    Adapted,
    Expr,
    Fetch,
    FromMap,
    Limited,
    Radial,
    Sample,
    Structure,
    Texel,
    WeightedSum,
    nine,
    reach_px,
    star,
)
from rtdeconv.plan.walk import adapted, reads, tree, tuned, values, weighted_sums
from rtdeconv.tuning import Solver

Border = Literal["clamp", "mirror", "wrap", "zero"]
BORDERS: Final[tuple[Border, ...]] = get_args(Border)

Store = Literal["16f", "32f", "target"]

MAX_OFFSET: Final = 7
"""Largest |dx|, |dy| of a fetch: every GL guarantees texel offsets of -8..7."""

MAX_TERMS: Final = 1024
MAX_PASSES: Final = 16

FETCHES_PER_EXTRA_PASS: Final = 4
"""What one more pass is taken to cost, in fetches, until a GPU has been measured."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True)
class Parameter:
    """A number the user may change while the filter runs."""

    name: str
    default: float
    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Map:
    """A further input picture, as large as the source, whose red channel steers the filter."""

    name: str
    label: str


STRENGTH: Final = Parameter("strength", 1.0, 0.0, 1.5, "strength of the restoration")
"""0 is exactly the input, 1 the design; between them a linear mix in the filter's light."""


@dataclass(frozen=True)
class Pass:
    """One image written. ``store`` is its format: half or single float, or the target's own."""

    expr: Expr
    store: Store


@dataclass(frozen=True)
class Plan:
    """Passes, parameters, border, light, maps.

    ``bypass`` names the parameter whose value 0 selects the source's stored texel, bit for bit, in
    place of the last pass's result. ``arrival``: how the source is stored; what is fetched from it
    between pixels was mixed like that.
    """

    passes: tuple[Pass, ...]
    border: Border
    light: Light
    parameters: tuple[Parameter, ...] = (STRENGTH,)
    bypass: str = STRENGTH.name
    maps: tuple[Map, ...] = ()
    arrival: Arrival = "encoded"

    def __post_init__(self) -> None:
        checked_border(self.border)
        checked_light(self.light)
        _check_names(self)
        _check_parameters(self)
        if not 1 <= len(self.passes) <= MAX_PASSES:
            raise ValueRefused(f"a plan has 1..{MAX_PASSES} passes, not {len(self.passes)}")
        for number, one in enumerate(self.passes, start=1):
            _check_pass(self, number, one)
        if len(self.solvers) > 1:
            raise ValueRefused("a plan is tuned by one solver")

    @property
    def fetches(self) -> int:
        """Distinct fetches per output pixel, over all passes, the original and maps included."""
        return sum(len({*reads(one.expr), *_maps_read(one)}) for one in self.passes)

    @property
    def cost(self) -> int:
        """What plans are ordered by: fetches, and a fixed price for each further pass."""
        return self.fetches + FETCHES_PER_EXTRA_PASS * (len(self.passes) - 1)

    @property
    def decodes_first(self) -> bool:
        """Whether the first pass only copies the source, decoded: image 1 is then the source."""
        return self.passes[0].expr == Texel(0, 0, 0)

    @property
    def has_mirrored_rows(self) -> bool:
        """Whether turning the picture upside down before or after makes no difference."""
        nodes = [node for one in self.passes for node in tree(one.expr)]
        sums = (node for node in nodes if isinstance(node, WeightedSum))
        return all(node.dy == 0 for node in nodes if isinstance(node, Texel)) and all(
            sorted(_keyed(total, 1)) == sorted(_keyed(total, -1)) for total in sums
        )

    @property
    def sampled_images(self) -> frozenset[int]:
        """The images that are filtered between pixels somewhere."""
        read = (fetch for one in self.passes for fetch in reads(one.expr))
        return frozenset(fetch.image for fetch in read if isinstance(fetch, Sample))

    @property
    def solvers(self) -> frozenset[Solver]:
        """What finds coefficients at run time: one or nothing."""
        return frozenset(node.solver for one in self.passes for node in tuned(one.expr))

    @property
    def structures(self) -> frozenset[int]:
        """The images that hold structure, three numbers a pixel, and no colour."""
        passes = enumerate(self.passes, start=1)
        return frozenset(number for number, one in passes if isinstance(one.expr, Structure))

    @property
    def is_radial(self) -> bool:
        """Whether a pixel's place in the picture matters."""
        nodes = (node for one in self.passes for node in tuned(one.expr))
        return any(isinstance(node.sigma, Radial) for node in nodes)

    @property
    def reach(self) -> int:
        """How many pixels away, per axis, the result may depend on the source."""
        reach = [0]
        for one in self.passes:
            seen = (reach[f.image] + reach_px(f) for f in reads(one.expr))
            reach.append(max(seen, default=0))
        return reach[-1]


def checked_border(name: str) -> Border:
    """``name`` as a border mode; raises ValueRefused for an unknown one."""
    return one_of("border", name, BORDERS)


def parameter_values(plan: Plan, given: Mapping[str, float]) -> dict[str, float]:
    """Every parameter's value; raises ValueRefused outside a parameter's range."""
    names = [p.name for p in plan.parameters]
    for name in given:
        if name not in names:
            raise unknown_name("parameter", name, names)
    settings = {p.name: given.get(p.name, p.default) for p in plan.parameters}
    for p in plan.parameters:
        if not p.low <= settings[p.name] <= p.high:
            raise ValueRefused(f"{p.name} is {p.low:g}..{p.high:g}, not {settings[p.name]:g}")
    return settings


def _keyed(total: WeightedSum, down: int) -> Iterator[tuple[float, ...]]:
    return ((f.image, f.dx, down * f.dy, weight) for weight, f in total.terms)


def _maps_read(one: Pass) -> set[str]:
    sigmas = (node.sigma for node in tuned(one.expr))
    return {sigma.name for sigma in sigmas if isinstance(sigma, FromMap)}


def _check_names(plan: Plan) -> None:
    everything: tuple[Parameter | Map, ...] = (*plan.parameters, *plan.maps)
    for named in everything:
        kind = type(named).__name__.lower()
        if not _NAME.fullmatch(named.name):
            raise ValueRefused(f"a {kind}'s name is lower-case letters, not {shown(named.name)}")
    maps = [one.name for one in plan.maps]
    if len(set(maps)) != len(maps):
        raise ValueRefused(f"maps share a name: {', '.join(maps)}")


def _check_parameters(plan: Plan) -> None:
    names = [p.name for p in plan.parameters]
    for p in plan.parameters:
        if not (math.isfinite(p.low) and math.isfinite(p.high) and p.low <= p.default <= p.high):
            raise ValueRefused(f"parameter {p.name} needs finite low <= default <= high")
    if len(set(names)) != len(names):
        raise ValueRefused(f"parameters share a name: {', '.join(names)}")
    if plan.bypass not in names:
        raise ValueRefused(f"the bypass {shown(plan.bypass)} is no parameter of the plan")


def _check_pass(plan: Plan, number: int, one: Pass) -> None:
    last = number == len(plan.passes)
    if (one.store == "target") != last:
        raise ValueRefused(f"pass {number} stores {one.store!r}; only the last stores 'target'")
    read = list(reads(one.expr))
    if len(read) > MAX_TERMS:
        raise ValueRefused(f"a pass reads at most {MAX_TERMS} texels, not {len(read)}")
    for fetch in read:
        if not 0 <= fetch.image < number:
            raise ValueRefused(f"pass {number} reads image {fetch.image}, not yet written")
        if not max(abs(fetch.dx), abs(fetch.dy)) <= MAX_OFFSET:
            raise ValueRefused(f"fetch offsets are at most {MAX_OFFSET} px, not {fetch}")
        if isinstance(fetch, Sample):
            _check_sample(plan, fetch)
    for total in weighted_sums(one.expr):
        if not all(math.isfinite(weight) for weight, _ in total.terms):
            raise ValueRefused(f"pass {number} has a weight that is not finite")
    _check_sums(number, one)
    _check_adapting(plan, number, one)
    names = {p.name for p in plan.parameters}
    for value in values(one.expr):
        if value.name not in names:
            raise ValueRefused(f"pass {number} reads undeclared parameter {shown(value.name)}")
    for name in _maps_read(one) - {one.name for one in plan.maps}:
        raise ValueRefused(f"pass {number} reads undeclared map {shown(name)}")


def _check_sums(number: int, one: Pass) -> None:
    """One sum a pass, or those of one node that is tuned or adapts: what shaders have names for."""
    nodes = list(tuned(one.expr))
    bands: list[Expr] = [band for node in nodes for band in node.bands]
    if len(nodes) > 1 or not all(isinstance(band, Texel | WeightedSum) for band in bands):
        raise ValueRefused(f"pass {number} may be tuned once, its bands being fetches or sums")
    adapting = list(adapted(one.expr))
    for node in adapting:
        bands += [*(band.total for band in node.bands), node.mean]
    totals = [total for total in weighted_sums(one.expr) if total not in bands]
    if len(totals) + len(nodes) + len(adapting) > 1:
        raise ValueRefused(
            f"a pass adds up one weighted sum, or is tuned, or adapts; split pass {number}"
        )


def _check_adapting(plan: Plan, number: int, one: Pass) -> None:
    """Structure is a pass of its own, read by nothing but the mean of what adapts."""
    nodes = list(tree(one.expr))
    if any(isinstance(node, Structure) for node in nodes[1:]):
        raise ValueRefused(f"structure is the whole of a pass; split pass {number}")
    allowed = [node.mean for node in adapted(one.expr)]
    colours = [fetch for node in nodes if node not in allowed for fetch in _own_fetches(node)]
    means = [fetch for mean in allowed for _, fetch in mean.terms]
    if any(fetch.image in plan.structures for fetch in colours):
        raise ValueRefused(f"pass {number} takes structure for a colour")
    if not all(fetch.image in plan.structures for fetch in means):
        raise ValueRefused(f"pass {number} adapts to what is no structure")
    for node in nodes:
        if isinstance(node, Structure | Adapted | Limited):
            _check_around(number, node)
        if isinstance(node, Limited) and not 0 <= node.share <= MAX_SHARE:
            raise ValueRefused(f"a limit is a share of 0..{MAX_SHARE:g}, not {shown(node.share)}")
        if isinstance(node, Adapted):
            _check_curves(number, node)


def _check_around(number: int, node: Structure | Adapted | Limited) -> None:
    images = {texel.image for texel in node.around[:1]}
    if isinstance(node, Limited):
        wanted, more = star, " and the eight twice as far away"
    else:
        wanted, more = nine, ""
    if [node.around] != [*map(wanted, images)]:
        raise ValueRefused(f"pass {number} needs a pixel, its eight neighbours{more}, by rows")


def _own_fetches(node: Expr) -> list[Fetch]:
    if isinstance(node, Texel):
        return [node]
    return [fetch for _, fetch in node.terms] if isinstance(node, WeightedSum) else []


def _check_curves(number: int, node: Adapted) -> None:
    curves = [curve for band in node.bands for _, curve in band.weights]
    counts = {len(curve) for curve in curves}
    if len(counts) != 1 or min(counts) < 2:
        raise ValueRefused(f"pass {number} needs curves at two classes or more, all at as many")
    if not all(math.isfinite(value) for curve in curves for value in curve):
        raise ValueRefused(f"pass {number} has a curve that is not finite")


def _check_sample(plan: Plan, sample: Sample) -> None:
    if any((SUBTEXEL * offset) % 1 for offset in (sample.dx, sample.dy)):
        raise ValueRefused(f"sample offsets are multiples of 1/{SUBTEXEL} px, not {sample}")
    mixed_as_added = (plan.arrival == "encoded") == (plan.light == "encoded")
    if sample.image == 0 and not mixed_as_added:
        raise ValueRefused(
            f"a sample of the source would mix {plan.arrival} values in a plan of {plan.light} "
            "light; put a copy first (rewrite.with_copy_first)"
        )
