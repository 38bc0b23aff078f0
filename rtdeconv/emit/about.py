"""What a generated file says about itself: the words come from a design, checked on entry."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rtdeconv.activity import MARK, MOST, OCTAVES, PEAK
from rtdeconv.emit.diagrams import diagrams
from rtdeconv.emit.numbers import literal
from rtdeconv.errors import ValueRefused, shown
from rtdeconv.light import CURVES, PQ_HIGHEST, Arrival, Curve, Light
from rtdeconv.plan import (
    Border,
    Limited,
    Map,
    Parameter,
    Plan,
    Sample,
    adapted,
    reads,
    tree,
)
from rtdeconv.tuning import Solver, Table

# no backslash (it would continue a comment's line), no control characters, no comment ends
_SAFE = re.compile(r"[A-Za-z0-9 .,:;+@/()%<=>_-]*")

LONGEST = 200

_LIGHT: dict[Light, str] = {
    "linear": "linear light is added up, by the exact sRGB curve",
    "gamma2": "squares are added up, the cheap stand-in for linear light",
    "encoded": "display-encoded values are added up as they are",
    "pq": "linear light is added up, by the exact PQ curve (SMPTE ST 2084)",
    "hlg": "the light of the scene is added up, by the exact HLG curve (ARIB STD-B67)",
}

_CODED: Final[dict[Curve, str]] = {"srgb": "sRGB", "pq": "PQ", "hlg": "HLG"}

_BORDER: dict[Border, str] = {
    "clamp": "clamp: positions outside read the nearest edge pixel",
    "mirror": "mirror: the picture continues as its mirror image, edge pixel repeated",
    "wrap": "wrap: the picture continues at the opposite edge",
    "zero": "zero: black outside",
}

PLACE: Final = "right after the blur, before scaling, sharpening, film grain and overlays"
"""Where in a frame a filter belongs, unless the host has more to say."""


OUTPUT: Final = (
    "below 0 beside strong edges where the target can hold that; an infinity or",
    "NaN spreads as far as the taps reach",
)


@dataclass(frozen=True)
class About:
    """Provenance of a shader: ``title``, ``design`` (what was asked), ``command`` to regenerate."""

    title: str
    design: tuple[str, ...]
    command: str

    def __post_init__(self) -> None:
        for text in (self.title, *self.design, self.command):
            if not is_safe(text):
                raise ValueRefused(f"text not allowed in a shader: {shown(text)}")


@dataclass(frozen=True)
class Usage:
    """What a host's files say about their use: ``install`` in three lines at most, ``source`` they
    read ({curve}: what encodes it), their ``place`` in the frame, how values arrive, the ``switch``
    that says otherwise and what is ``kept`` of them ({above}: those above 1), what comes out."""

    install: tuple[str, ...]
    source: str
    arrival: Arrival
    switch: str = "RTD_VALUES_LINEAR"
    place: tuple[str, ...] = (PLACE,)
    kept: str = "{above}, alpha is copied"
    output: tuple[str, ...] = OUTPUT


LINEAR_SWITCH: Final = ("RTD_VALUES_LINEAR", 0, "1: values arrive linear and leave linear")
"""The usual switch: name, what holds by default, note."""


def pass_switch(plan: Plan) -> list[tuple[str, int | str, str]]:
    """What selects one of several passes in a text that holds all."""
    count = len(plan.passes)
    note = f"1..{count}: compile once for each and draw in order"
    return [("RTD_PASS", 1, note)] if count > 1 else []


def is_safe(text: str) -> bool:
    """Whether ``text`` may stand in a comment of any shader language, in one readable line."""
    return len(text) <= LONGEST and _SAFE.fullmatch(text) is not None


def span(p: Parameter, plan: Plan) -> str:
    """What a parameter is and where it may lie."""
    off = " (off)" if p.name == plan.bypass else ""
    return f"{p.label}, {literal(p.low)}{off} to {literal(p.high)}"


def designed(p: Parameter, plan: Plan) -> str:
    """The same with its default, where the language cannot hold that."""
    return f"{span(p, plan)}; {literal(p.default)} as designed"


def map_note(one: Map) -> str:
    """What a map is."""
    return f"{one.label}: red, 0.0 to 1.0; of the target's size"


def image_notes(plan: Plan) -> list[str]:
    """What each image is that a pass may read, the source first."""
    said = {number: f"structure from pass {number}" for number in plan.structures}
    written = enumerate(plan.passes[:-1], start=1)
    return [
        "the picture to restore",
        *(f"{said.get(k, f'what pass {k} wrote')}, RGBA{one.store.upper()}" for k, one in written),
    ]


def header(plan: Plan, about: About, usage: Usage) -> list[str]:
    """Lines of the file's head, not yet commented: what, from what, how to use it, cost, taps."""
    rows = [
        *_under("install", usage.install),
        *_under("design", about.design),
        ("input", f"{usage.source.format(curve=coding(plan))};"),
        ("", usage.kept.format(above=_above(plan, usage))),
        *_under("", _between(plan)),
        *_under("output", usage.output),
        *_under("place", usage.place),
        *_under("light", _light(plan, usage)),
        *_under("adapts", _adapting(plan)),
        *_under("limit", _limiting(plan)),
        ("border", _BORDER[plan.border]),
        *_under("cost", _cost(plan)),
        ("remake", about.command),
    ]
    lines = [f"rtdeconv: {about.title}", ""]
    lines += [f"{key:<9}{text}" for key, text in rows]
    for number, one in enumerate(plan.passes, start=1):
        lines += diagrams(number, one)
    return lines


def _under(key: str, texts: Sequence[str]) -> list[tuple[str, str]]:
    """A row of the head and those below it."""
    return [(key if number == 0 else "", text) for number, text in enumerate(texts)]


def coding(plan: Plan) -> str:
    """The curve by which values are encoded that do not arrive linear."""
    return _CODED[CURVES[plan.light]]


def _above(plan: Plan, usage: Usage) -> str:
    if plan.light == "pq" and usage.arrival == "encoded":
        return f"values above {literal(PQ_HIGHEST)}, beyond what PQ codes, become that"
    return "values above 1 are kept"


def _light(plan: Plan, usage: Usage) -> list[str]:
    taken = {"encoded": f"{coding(plan)}-encoded", "linear": "linear"}[usage.arrival]
    if not usage.switch:
        return [_LIGHT[plan.light]]
    lines = [_LIGHT[plan.light], f"values are taken as {taken}; {usage.switch} says otherwise"]
    if 0 in plan.sampled_images:
        lines.append("(bilinear fetches mix values as they arrive: it is then an approximation)")
    return lines


def _between(plan: Plan) -> list[str]:
    """What an image of structure must hold, beside the input."""
    least, most = literal(-MOST), literal(MOST + MARK)
    mixed = ", filtered LINEAR" if plan.structures & plan.sampled_images else ""
    return [
        f"image {number}: structure from {least} to {most}, three channels: RGBA16F{mixed}"
        for number in sorted(plan.structures)
    ]


def _adapting(plan: Plan) -> list[str]:
    """What the filter goes by, and what a class is."""
    found = [node for one in plan.passes for node in adapted(one.expr)]
    if not found:
        return []
    (node,) = found
    last = node.classes - 1
    low, high = OCTAVES
    noise = literal(round(-low * last / (high - low), 2))
    lines = [
        "taps follow the activity around a pixel, its energy over that of the noise alone:",
        f"class 0 is at {literal(2.0**low)} and below, class {last} at {literal(2.0**high)} and "
        "above, others at equal ratios between",
        f"(noise alone: class {noise}); from class to class weights are interpolated linearly",
    ]
    if node.turns:
        lines.append("and turn with the direction of the gradient, as far as it has one")
    return [*lines, "beside clipped highlights nothing leaves the range of the 3x3 pixels"]


def _limiting(plan: Plan) -> list[str]:
    """How far a result may go beyond what lies around."""
    nodes = [node for one in plan.passes for node in tree(one.expr) if isinstance(node, Limited)]
    how = {"channel": "channel by channel", "luma": "by luma, all channels alike"}
    return [
        line
        for node in nodes
        for line in (
            f"results leave the 3x3 pixels' range by at most {100 * node.share:g} % of it and",
            f"{literal(PEAK)} times what a peak or line stands out by; {how[node.by]}",
        )
    ]


def _cost(plan: Plan) -> list[str]:
    """What a pixel costs, and how to spare some of it."""
    passes = len(plan.passes)
    fetches = f"{plan.fetches} fetch{'es' if plan.fetches > 1 else ''}"
    cost = f"{fetches} in {passes} pass{'es' if passes > 1 else ''}"
    read = [fetch for one in plan.passes for fetch in set(reads(one.expr))]
    bilinear = sum(isinstance(fetch, Sample) for fetch in read)
    if bilinear:
        cost += f"; {bilinear} of them bilinear"
    lines = [cost]
    if plan.decodes_first:
        lines += ["pass 1 only decodes, so that bilinear fetches mix linear light"]
    elif plan.light != "encoded":
        decoded = sum(fetch.image == 0 for fetch in read)
        when = ", none where values arrive linear"
        if plan.arrival == "linear":
            when = " where values arrive encoded"
        lines.append(f"{decoded} of them decoded{when}")
    return lines + [f"weights of the bands at every pixel: {_solving(s)}" for s in plan.solvers]


def _solving(solver: Solver) -> str:
    if isinstance(solver, Table):
        return f"4 of {len(solver.rows) * len(solver.rows[0])} constants"
    return f"{len(solver.decays)} exponentials"
