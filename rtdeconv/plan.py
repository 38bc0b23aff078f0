"""The plan: what any machine executes, as plain data.

A straight line of passes. Image 0 is the source; pass k (counted from 1) writes image k from
fetches of earlier images and a small pointwise expression tree. Fetches of image 0 are decoded to
the plan's light, the last pass is encoded back; images between hold the plan's light in a declared
stored format. Alpha never enters an expression: it is copied from the source.

The numpy interpreter (`rtdeconv.interpret`) defines the meaning; everything else is compared to it.
The expression vocabulary grows by one node when a feature needs it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from rtdeconv.bilinear import SUBTEXEL, shares
from rtdeconv.errors import ValueRefused, one_of, shown, unknown_name
from rtdeconv.light import Light, checked_light

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
class Texel:
    """One fetch: the pixel of ``image`` that lies (dx, dy) right of and below the written one."""

    image: int
    dx: int
    dy: int


@dataclass(frozen=True)
class Sample:
    """One bilinear fetch of ``image`` between pixels, (dx, dy) right of and below the written one.

    Offsets are multiples of 1/SUBTEXEL. The hardware mixes up to four pixels for the price of one,
    but as they are stored: the source may only be sampled where the light is "encoded", elsewhere a
    pass decodes it first.
    """

    image: int
    dx: float
    dy: float


Fetch = Texel | Sample


@dataclass(frozen=True)
class WeightedSum:
    """Sum of weight * fetch, added in the order of ``terms``."""

    terms: tuple[tuple[float, Fetch], ...]


@dataclass(frozen=True)
class Value:
    """The run-time value of the named parameter, the same for every pixel."""

    name: str


@dataclass(frozen=True)
class Mix:
    """``a * (1 - amount) + b * amount``, extrapolating for amounts above 1."""

    a: Expr
    b: Expr
    amount: Value


Expr = Texel | WeightedSum | Mix
"""An expression: a colour for each pixel."""


@dataclass(frozen=True)
class Parameter:
    """A number the user may change while the filter runs."""

    name: str
    default: float
    low: float
    high: float
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
    """Passes, parameters, border, light.

    ``bypass`` names the parameter whose value 0 selects the source's stored texel, bit for bit, in
    place of the last pass's result.
    """

    passes: tuple[Pass, ...]
    border: Border
    light: Light
    parameters: tuple[Parameter, ...] = (STRENGTH,)
    bypass: str = STRENGTH.name

    def __post_init__(self) -> None:
        checked_border(self.border)
        checked_light(self.light)
        _check_parameters(self)
        if not 1 <= len(self.passes) <= MAX_PASSES:
            raise ValueRefused(f"a plan has 1..{MAX_PASSES} passes, not {len(self.passes)}")
        for number, one in enumerate(self.passes, start=1):
            _check_pass(self, number, one)

    @property
    def fetches(self) -> int:
        """Distinct fetches per output pixel, over all passes, the original included."""
        return sum(len(set(reads(one.expr))) for one in self.passes)

    @property
    def cost(self) -> int:
        """What plans are ordered by: fetches, and a fixed price for each further pass."""
        return self.fetches + FETCHES_PER_EXTRA_PASS * (len(self.passes) - 1)

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


def fetch_at(image: int, dx: float, dy: float) -> Fetch:
    """The texel where the offset is a whole pixel, else the sample."""
    if dx % 1 == dy % 1 == 0:
        return Texel(image, int(dx), int(dy))
    return Sample(image, dx, dy)


def reach_px(fetch: Fetch) -> int:
    """How far away, per axis, the pixels of a fetch may lie."""
    return math.ceil(max(abs(fetch.dx), abs(fetch.dy)))


def corners(sample: Sample) -> list[tuple[float, Texel]]:
    """The pixels that a sample mixes and their shares, which add up to 1; no share is 0."""
    mixed = shares(sample.dx, sample.dy)
    return [(share, Texel(sample.image, x, y)) for share, x, y in mixed]


def footprint(total: WeightedSum) -> dict[Texel, float]:
    """What a sum weighs each pixel with, a sample counting for the pixels it mixes."""
    found: dict[Texel, float] = {}
    for weight, fetch in total.terms:
        parts = corners(fetch) if isinstance(fetch, Sample) else [(1.0, fetch)]
        for share, texel in parts:
            found[texel] = found.get(texel, 0.0) + weight * share
    return found


def tree(expr: Expr) -> Iterator[Expr]:
    """Every node of an expression, a parent before its children, in reading order."""
    yield expr
    if isinstance(expr, Mix):
        for child in (expr.a, expr.b):
            yield from tree(child)


def reads(expr: Expr) -> Iterator[Fetch]:
    """Every fetch of a tree in reading order, repeated where it is read again."""
    for node in tree(expr):
        if isinstance(node, Texel):
            yield node
        elif isinstance(node, WeightedSum):
            yield from (fetch for _, fetch in node.terms)


def values(expr: Expr) -> Iterator[Value]:
    """Every parameter a tree reads."""
    return (node.amount for node in tree(expr) if isinstance(node, Mix))


def weighted_sums(expr: Expr) -> Iterator[WeightedSum]:
    """Every weighted sum of a tree."""
    return (node for node in tree(expr) if isinstance(node, WeightedSum))


def _keyed(total: WeightedSum, down: int) -> Iterator[tuple[float, ...]]:
    return ((f.image, f.dx, down * f.dy, weight) for weight, f in total.terms)


def _check_parameters(plan: Plan) -> None:
    names = [p.name for p in plan.parameters]
    for p in plan.parameters:
        if not _NAME.fullmatch(p.name):
            raise ValueRefused(f"a parameter's name is lower-case letters, not {shown(p.name)}")
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
    totals = list(weighted_sums(one.expr))
    if len(totals) > 1:
        raise ValueRefused(
            f"a pass adds up one weighted sum, not {len(totals)}; split pass {number}"
        )
    for total in totals:
        if not all(math.isfinite(weight) for weight, _ in total.terms):
            raise ValueRefused(f"pass {number} has a weight that is not finite")
    names = {p.name for p in plan.parameters}
    for value in values(one.expr):
        if value.name not in names:
            raise ValueRefused(f"pass {number} reads undeclared parameter {shown(value.name)}")


def _check_sample(plan: Plan, sample: Sample) -> None:
    if any((SUBTEXEL * offset) % 1 for offset in (sample.dx, sample.dy)):
        raise ValueRefused(f"sample offsets are multiples of 1/{SUBTEXEL} px, not {sample}")
    if sample.image == 0 and plan.light != "encoded":
        raise ValueRefused(
            f"a sample of the source would mix encoded values in a plan of {plan.light} light; "
            "put a decoding copy first (rewrite.with_copy_first)"
        )
