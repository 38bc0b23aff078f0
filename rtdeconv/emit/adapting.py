"""Functions and statements of filters that adapt, for any dialect: see `rtdeconv.activity`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtdeconv.activity import (
    HALF,
    KINK,
    MARK,
    MOST,
    NEAR_WHITE,
    OCTAVES,
    TINY,
    Curve,
    Factor,
    Gauge,
)
from rtdeconv.emit.dialect import Dialect
from rtdeconv.emit.numbers import literal
from rtdeconv.light import LUMA
from rtdeconv.plan import Adapted, Band, LimitedBy

NEIGHBOURS: Final = ("nw", "n", "ne", "w", "here", "e", "sw", "s", "se")
"""What a pixel and its eight neighbours are called, by rows."""

_FACTORS: Final[dict[Factor, str]] = {
    "one": "",
    "c": "turn.x",
    "s": "turn.y",
    "cc+ss": "sure",
    "cc-ss": "twice.x",
    "2cs": "twice.y",
}

RISING: Final = 4
"""Steps of a curve that one vector holds."""


def structure_function(d: Dialect, by: Gauge) -> str:
    """``vec3 rtd_structure(vec3 nw, ... se)``."""
    luma = d.vector(LUMA.tolist())
    white, steep = literal(by.white), by.steep
    near, ramp = (steep * value for value in NEAR_WHITE)
    kink, over = (steep * value for value in KINK)
    splat = d.splat.format
    zero, one = splat("0.0"), splat("1.0")
    clipped = f"({literal(near)} - abs(here - {splat(white)})) / {literal(ramp)}"
    corner = f"(lost - {splat(literal(kink))}) / {literal(over)}"
    a, b, c = by.slope
    light = literal(a)
    if b or c:
        light = f"({literal(a)} + ({literal(b)} + {literal(c)} * bright) * bright)"
    detail = "" if by.detail == 1 else f"{literal(by.detail)} * "
    scale = f"{literal(by.gain)} / {light}" if b or c else literal(by.gain)
    body = [
        d.let(d.vec3, "gx", "((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0"),
        d.let(d.vec3, "gy", "((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0"),
        d.let(d.vec3, "low", "(4.0 * here + 2.0 * (n + s + e + w) + (nw + ne + sw + se)) / 16.0"),
        d.let(d.vec3, "lost", "here - low"),
        d.let(d.vec3, "luma", luma),
        d.let(d.number, "xx", "dot(gx * gx, luma)"),
        d.let(d.number, "yy", "dot(gy * gy, luma)"),
        d.let(d.number, "xy", "dot(gx * gy, luma)"),
        d.let(d.number, "energy", f"xx + yy + {detail}dot(lost * lost, luma)"),
        *([d.let(d.number, "bright", "max(dot(low, luma), 0.0)")] if b or c else []),
        d.let(d.number, "most", f"{literal(MOST)} / max(energy, {literal(TINY)})"),
        d.let(d.number, "scale", f"min({scale}, most)"),
        d.let(d.vec3, "white", f"clamp({clipped}, {zero}, {one})"),
        d.let(d.vec3, "cut", f"white * clamp({corner}, {zero}, {one})"),
        d.let(d.number, "marked", f"{literal(MARK)} * max(cut.x, max(cut.y, cut.z))"),
        f"return scale * {d.vec3}(xx - yy + marked * energy, 2.0 * xy, energy);",
    ]
    notes = [
        "// What happens at a pixel, in units of what the noise alone would: its gradient as",
        "// (gx^2 - gy^2, 2 gx gy) and an energy; the first number exceeds the energy at corners",
        "// that clipping cut off.",
    ]
    function = d.defined(d.vec3, "rtd_structure", dict.fromkeys(NEIGHBOURS, d.vec3), body)
    return "\n".join([*notes, function])


def limited_function(d: Dialect, by: LimitedBy) -> str:
    """``vec3 rtd_limited(vec3 value, vec3 low, vec3 high, float share)`` for the channels, or the
    same of lumas."""
    type_ = d.vec3 if by == "channel" else d.number
    tiny = d.splat.format(literal(TINY)) if by == "channel" else literal(TINY)
    body = [
        d.let(type_, "inside", "clamp(value, low, high)"),
        d.let(type_, "room", "share * (high - low)"),
        d.let(type_, "beyond", "value - inside"),
        f"return inside + beyond * room / sqrt(room * room + beyond * beyond + {tiny});",
    ]
    arguments = {"value": type_, "low": type_, "high": type_, "share": d.number}
    note = "// value itself within low..high, beyond it bent: never further than share of the range"
    return f"{note}\n{d.defined(type_, 'rtd_limited', arguments, body)}"


def extremes(d: Dialect, values: Sequence[str], called: tuple[str, str], type_: str) -> list[str]:
    """The least and the largest of some values, by component."""
    pairs = zip(called, ("min", "max"), strict=True)
    return [d.let(type_, name, _nested(call, values)) for name, call in pairs]


def _nested(call: str, names: Sequence[str]) -> str:
    """``min(min(a, b), min(c, d))``: two arguments at a time, as every language takes them."""
    if len(names) == 1:
        return names[0]
    half = len(names) // 2
    return f"{call}({_nested(call, names[:half])}, {_nested(call, names[half:])})"


def seen_statements(d: Dialect, node: Adapted) -> list[str]:
    """From ``mean``, the mean structure, to the class and the direction."""
    count = len(node.bands[0].weights[0][1])
    low, high = OCTAVES
    per_octave = (count - 1) / (high - low)
    octaves = f"log2(clamp(mean.z, {literal(2.0**low)}, {literal(2.0**high)}))"
    lines = [
        f"// from class 0, where there is no more than noise, to class {count - 1}",
        d.let(d.number, "at", f"{octaves} * {literal(per_octave)} + {literal(-low * per_octave)}"),
    ]
    for number, steps in enumerate(_chunks([float(step) for step in range(count - 1)])):
        lines.append(_rising(d, number, steps))
    used = {factor for band in node.bands for factor, _ in band.weights}
    lines.append(d.let(d.vec2, "seen", f"mean.xy / (mean.z + {literal(HALF)})"))
    if used != {"one"}:
        turn = f"{d.vec2}(min(seen.x, 1.0), seen.y)"
        twice = f"{d.vec2}(turn.x * turn.x - turn.y * turn.y, 2.0 * turn.x * turn.y)"
        lines.append(
            "// cos and sin of twice and four times the gradient's angle, as far as there is one"
        )
        lines.append(d.let(d.vec2, "turn", turn))
        lines.append(d.let(d.vec2, "twice", twice))
        lines.append(d.let(d.number, "sure", "dot(turn, turn)"))
    return lines


def _rising(d: Dialect, number: int, steps: Sequence[float]) -> str:
    """``rise``: how far each step of the curves is climbed, 0..1."""
    name = f"rise{number or ''}"
    if len(steps) == 1:
        return d.let(d.number, name, f"clamp(at - {literal(steps[0])}, 0.0, 1.0)")
    type_ = {2: d.vec2, 3: d.vec3, 4: d.vec4}[len(steps)]
    zero, one = (d.filled(type_, number) for number in ("0.0", "1.0"))
    return d.let(type_, name, f"clamp(at - {d.vector(steps)}, {zero}, {one})")


def weight_statements(d: Dialect, band: Band, name: str) -> list[str]:
    """The weight of a band, called ``name``."""
    texts = []
    for factor, curve in band.weights:
        text, times = curve_text(d, curve), _FACTORS[factor]
        texts.append(f"{times} * ({text})" if times else text)
    first, *rest = texts
    declared = d.var if rest else d.let
    return [declared(d.number, name, first), *(f"{name} += {text};" for text in rest)]


def curve_text(d: Dialect, curve: Curve) -> str:
    """A curve at ``rise``: its first value, and its steps as far as they are climbed."""
    first, *others = curve
    steps = [b - a for a, b in zip(curve[:-1], others, strict=True)]
    parts = [literal(first)]
    for number, chunk in enumerate(_chunks(steps)):
        name = f"rise{number or ''}"
        parts.append(
            f"{literal(chunk[0])} * {name}"
            if len(chunk) == 1
            else f"dot({name}, {d.vector(chunk)})"
        )
    return " + ".join(parts)


def _chunks(values: list[float]) -> list[list[float]]:
    return [values[k : k + RISING] for k in range(0, len(values), RISING)]
