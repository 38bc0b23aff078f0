"""What a generated file says about itself: the words come from a design, checked on entry."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.light import Light
from rtdeconv.plan import Border, Pass, Plan, Sample, footprint, reads, tuned, weighted_sums
from rtdeconv.tuning import Solver, Table

# no backslash (it would continue a comment's line), no control characters, no comment ends
_SAFE = re.compile(r"[A-Za-z0-9 .,:;+@/()%<=>_-]*")

LONGEST = 200

_LIGHT: dict[Light, str] = {
    "linear": "linear: the sRGB curve (exact) is undone {where} and redone at the end",
    "gamma2": "squared {where}, root at the end: the cheap stand-in for the sRGB curve",
    "encoded": "none undone: display-encoded values are added up as they are",
}
HARDWARE_FOLDS: Final[tuple[Border, ...]] = ("clamp", "mirror")
"""Borders at which a bilinear fetch stays one fetch: only its position needs to be folded."""

_BORDER: dict[Border, str] = {
    "clamp": "clamp: positions outside read the nearest edge pixel",
    "mirror": "mirror: the picture continues as its mirror image, edge pixel repeated",
    "wrap": "wrap: the picture continues at the opposite edge",
    "zero": "zero: black outside",
}


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


def is_safe(text: str) -> bool:
    """Whether ``text`` may stand in a comment of any shader language, in one readable line."""
    return len(text) <= LONGEST and _SAFE.fullmatch(text) is not None


def header(plan: Plan, about: About, source: str) -> list[str]:
    """Lines of the file's head, not yet commented: what, from what, which input, cost, taps."""
    rows = [
        ("design", about.design[0]),
        *(("", line) for line in about.design[1:]),
        ("input", f"{source}: RGB and straight alpha, as large as the target, fetched 1:1;"),
        ("", "values above 1 are kept, alpha is copied"),
        ("output", "below 0 beside strong edges where the target can hold that; an infinity or"),
        ("", "NaN spreads as far as the taps reach"),
        ("place", "right after the blur, before scaling, sharpening, film grain and overlays"),
        ("light", _LIGHT[plan.light].format(where=_decoded(plan))),
        ("border", _BORDER[plan.border]),
        *zip(("cost", "", ""), _cost(plan), strict=False),
        *(("", f"weights of the bands at every pixel: {_solving(s)}") for s in plan.solvers),
        ("remake", about.command),
    ]
    lines = [f"rtdeconv: {about.title}", ""]
    lines += [f"{key:<8}{text}" for key, text in rows]
    for number, one in enumerate(plan.passes, start=1):
        lines += _diagrams(number, one)
    return lines


def _decoded(plan: Plan) -> str:
    return "by pass 1 and at the centre" if plan.decodes_first else "at each fetch"


def _cost(plan: Plan) -> list[str]:
    """What a pixel costs, and how to spare some of it."""
    passes = len(plan.passes)
    fetches = f"{plan.fetches} fetch{'es' if plan.fetches > 1 else ''}"
    cost = f"{fetches} in {passes} pass{'es' if passes > 1 else ''}"
    read = [fetch for one in plan.passes for fetch in set(reads(one.expr))]
    bilinear = sum(isinstance(fetch, Sample) for fetch in read)
    if bilinear:
        mixed = "" if plan.border in HARDWARE_FOLDS else ", each mixed from 4 here"
        cost += f"; {bilinear} of them bilinear{mixed}"
    if plan.light == "encoded":
        return [cost]
    if plan.decodes_first:
        spare = "pass 1 only decodes; where values arrive linear, draw the others alone,"
        return [cost, spare, "the picture, filtered LINEAR, also in the place of what pass 1 wrote"]
    decoded = sum(fetch.image == 0 for fetch in read)
    return [cost, f"{decoded} of them decoded, none where RTD_VALUES_LINEAR is 1"]


def _solving(solver: Solver) -> str:
    if isinstance(solver, Table):
        return f"4 of {len(solver.rows) * len(solver.rows[0])} constants"
    return f"{len(solver.decays)} exponentials"


def _diagrams(number: int, one: Pass) -> list[str]:
    """Each image a pass reads, its taps drawn where they lie, in thousandths."""
    bands = [band for node in tuned(one.expr) for band in node.bands]
    lines: list[str] = []
    for total in weighted_sums(one.expr):
        place = f"pass {number}"
        if total in bands:
            place += f", band {bands.index(total) + 1}"
        weights = footprint(total)
        for image in sorted({texel.image for texel in weights}):
            taps = {(t.dy, t.dx): w for t, w in weights.items() if t.image == image}
            read = "the source" if image == 0 else f"the image of pass {image}"
            if len(taps) == 1:
                (weight,) = taps.values()
                lines += ["", f"{place}, centre of {read}: {1000 * weight:.0f} thousandths"]
                continue
            bilinear = any(isinstance(f, Sample) and f.image == image for _, f in total.terms)
            together = ", its bilinear fetches taken together" if bilinear else ""
            title = f"{place}, taps on {read} in thousandths{together}"
            lines += ["", *_diagram(title, taps)]
    return lines


def _diagram(title: str, taps: dict[tuple[int, int], float]) -> list[str]:
    """Taps that stand some pixels apart are drawn side by side, and the title says so."""
    apart = math.gcd(*(abs(offset) for place in taps for offset in place))
    reach = max(abs(offset) for place in taps for offset in place)
    steps = range(-reach, reach + 1, apart)
    cells = {place: f"{1000 * weight:.0f}" for place, weight in taps.items()}
    width = max(len(cell) for cell in cells.values()) + 1
    rows = ("".join(f"{cells.get((y, x), '.'):>{width}}" for x in steps) for y in steps)
    spread = f", {apart} px apart" if apart > 1 else ""
    return [f"{title}{spread}:", *(f"  {row}" for row in rows)]
