"""What a generated file says about itself: the words come from a design, checked on entry."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.light import Light
from rtdeconv.plan import Border, Plan, Texel, WeightedSum, weighted_sums

# no backslash (it would continue a comment's line), no control characters, no comment ends
_SAFE = re.compile(r"[A-Za-z0-9 .,:;+@/()%<=>_-]*")

_LIGHT: dict[Light, str] = {
    "linear": "linear: the exact sRGB curve is undone at each fetch and redone at the end",
    "gamma2": "square / square root around the filter, the cheap stand-in for the sRGB curve",
    "encoded": "display-encoded values, added up as they are",
}
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
            if not _SAFE.fullmatch(text) or "*/" in text:
                raise ValueRefused(f"text not allowed in a shader: {shown(text)}")


def header(plan: Plan, about: About, source: str) -> list[str]:
    """Lines of the file's head, not yet commented: what, from what, which input, cost, taps."""
    passes = len(plan.passes)
    rows = [
        ("design", about.design[0]),
        *(("", line) for line in about.design[1:]),
        ("input", f"{source}: display-encoded RGB and alpha of the target's size, fetched 1:1;"),
        ("", "values above 1 are kept, alpha is copied"),
        ("place", "right after the blur, before scaling, sharpening, film grain and overlays"),
        ("light", _LIGHT[plan.light]),
        ("border", _BORDER[plan.border]),
        ("cost", f"{plan.fetches} fetches in {passes} pass{'es' if passes > 1 else ''}"),
        ("remake", about.command),
    ]
    lines = [f"rtdeconv: {about.title}", ""]
    lines += [f"{key:<8}{text}" for key, text in rows]
    for number, one in enumerate(plan.passes, start=1):
        lines += _diagrams(number, list(weighted_sums(one.expr)))
    return lines


def _diagrams(number: int, sums: list[WeightedSum]) -> list[str]:
    """Each image a pass reads, its taps drawn where they lie, in thousandths."""
    lines: list[str] = []
    for total in sums:
        for image in sorted({texel.image for _, texel in total.terms}):
            taps = {t: weight for weight, t in total.terms if t.image == image}
            read = "the source" if image == 0 else f"the image of pass {image}"
            lines += ["", f"pass {number}, taps on {read} in thousandths:"]
            lines += _diagram(taps)
    return lines


def _diagram(taps: dict[Texel, float]) -> list[str]:
    radius = max(max(abs(t.dx), abs(t.dy)) for t in taps)
    cells = {(t.dy, t.dx): f"{1000 * weight:.0f}" for t, weight in taps.items()}
    width = max(len(cell) for cell in cells.values()) + 1
    reach = range(-radius, radius + 1)
    rows = ("".join(f"{cells.get((y, x), '.'):>{width}}" for x in reach) for y in reach)
    return [f"  {row}" for row in rows]
