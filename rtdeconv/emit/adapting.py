"""Functions and statements of filters that adapt, for any dialect: see `rtdeconv.activity`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
from rtdeconv.emit.layout import WIDTH
from rtdeconv.emit.numbers import literal
from rtdeconv.light import LUMA
from rtdeconv.plan import Adapted, Band, LimitedBy

NEIGHBOURS: Final = ("nw", "n", "ne", "w", "centre", "e", "sw", "s", "se")
"""What a pixel and its eight neighbours are called, by rows."""

_FACTORS: Final[dict[Factor, str]] = {
    "one": "",
    "c": "turn.x",
    "s": "turn.y",
    "cc+ss": "sure",
    "cc-ss": "twice.x",
    "2cs": "twice.y",
}

_BINOMIAL: Final = "4.0 * centre + 2.0 * (n + s + e + w) + (nw + ne + sw + se)"

RISING: Final = 4
"""Steps of a curve that one vector holds."""

Printed = Callable[[float], str]


def structure_function(d: Dialect, by: Gauge, gain: str) -> str:
    """``vec3 rtd_structure(vec3 nw, ... se)``; ``gain``: what stands for that of the gauge."""
    zero, one = (d.splat.format(number) for number in ("0.0", "1.0"))
    white, near, ramp, kink, over = map(literal, _clipping(by))
    detail = "" if by.detail == 1 else f"{literal(by.detail)} * "
    a, b, c = map(literal, by.slope)
    inner = f"({b} + {c} * bright)" if by.slope[2] else b
    is_steep = by.slope != (1, 0, 0)
    light = f" / ({a} + {inner} * bright)" if is_steep else ""
    body = [
        d.let(d.vec3, "gx", "((ne - nw) + 2.0 * (e - w) + (se - sw)) / 8.0"),
        d.let(d.vec3, "gy", "((sw - nw) + 2.0 * (s - n) + (se - ne)) / 8.0"),
        d.let(d.vec3, "low", f"({_BINOMIAL}) / 16.0"),
        d.let(d.vec3, "lost", "centre - low"),
        d.let(d.vec3, "luma", d.vector(LUMA.tolist())),
        d.let(d.number, "xx", "dot(gx * gx, luma)"),
        d.let(d.number, "yy", "dot(gy * gy, luma)"),
        d.let(d.number, "xy", "dot(gx * gy, luma)"),
        d.let(d.number, "energy", f"xx + yy + {detail}dot(lost * lost, luma)"),
        *([d.let(d.number, "bright", "max(dot(low, luma), 0.0)")] if is_steep else []),
        "// what the noise alone would give is 1, and no energy more than half floats hold",
        d.let(d.number, "most", f"{literal(MOST)} / max(energy, {literal(TINY)})"),
        d.let(d.number, "scale", f"min(most, {gain}{light})"),
        "// at white, and yet above what lies around: a corner that clipping cut off",
        d.let(d.vec3, "white", f"clamp(({near} - abs(centre - {white})) / {ramp}, {zero}, {one})"),
        d.let(d.vec3, "cut", f"white * clamp((lost - {kink}) / {over}, {zero}, {one})"),
        d.let(d.number, "mark", f"{literal(MARK)} * max(cut.x, max(cut.y, cut.z))"),
        f"return scale * {d.vec3}(xx - yy + mark * energy, 2.0 * xy, energy);",
    ]
    notes = [
        "// What happens at a pixel: its gradient as (gx^2 - gy^2, 2 gx gy), and an energy. The",
        "// first number exceeds the energy at corners that clipping cut off, and nowhere else.",
    ]
    function = d.defined(d.vec3, "rtd_structure", dict.fromkeys(NEIGHBOURS, d.vec3), body)
    return "\n".join([*notes, function])


def _clipping(by: Gauge) -> tuple[float, ...]:
    """White, how near it and over which ramp; the kink and its ramp: in the filter's light."""
    return by.white, *(by.steep * value for value in (*NEAR_WHITE, *KINK))


def limited_function(d: Dialect, by: LimitedBy) -> str:
    """``vec3 rtd_limited(vec3 value, vec3 low, vec3 high, float share)`` for the channels, or the
    same of lumas."""
    type_ = d.vec3 if by == "channel" else d.number
    body = [
        d.let(type_, "inside", "clamp(value, low, high)"),
        d.let(type_, "room", "share * (high - low)"),
        d.let(type_, "beyond", "value - inside"),
        f"return inside + beyond * room / sqrt(room * room + beyond * beyond + {literal(TINY)});",
    ]
    arguments = {"value": type_, "low": type_, "high": type_, "share": d.number}
    note = "// value itself within low..high, beyond it bent: never further than share of the range"
    return f"{note}\n{d.defined(type_, 'rtd_limited', arguments, body)}"


def extremes(d: Dialect, names: Sequence[str]) -> list[str]:
    """``lowest`` and ``highest`` of some colours, by channel."""
    pairs = (("lowest", "min"), ("highest", "max"))
    return [d.let(d.vec3, name, _nested(call, names)) for name, call in pairs]


def luma_statements(d: Dialect, names: Sequence[str]) -> list[str]:
    """``luma``, and what it is at the ``darkest`` and the ``brightest`` of nine colours."""
    rows = [
        f"{d.vec3}({', '.join(f'dot({n}, luma)' for n in names[k : k + 3])})" for k in (0, 3, 6)
    ]
    called = ("above", "beside", "below")
    found = [("least", "darkest", "min"), ("most", "brightest", "max")]
    lines = [d.let(d.vec3, "luma", d.vector(LUMA.tolist()))]
    lines += [d.let(d.vec3, name, row) for name, row in zip(called, rows, strict=True)]
    for three, one, call in found:
        lines.append(d.let(d.vec3, three, _nested(call, called)))
        lines.append(d.let(d.number, one, _nested(call, [f"{three}.{axis}" for axis in "xyz"])))
    return lines


def _nested(call: str, names: Sequence[str]) -> str:
    """``min(min(a, b), min(c, d))``: two arguments at a time, as every language takes them."""
    if len(names) == 1:
        return names[0]
    half = len(names) // 2
    return f"{call}({_nested(call, names[:half])}, {_nested(call, names[half:])})"


def seen_statements(d: Dialect, node: Adapted) -> list[str]:
    """From ``mean``, the mean structure, to the class and the direction."""
    last = classes(node) - 1
    low, high = OCTAVES
    step = last / (high - low)
    octaves = f"log2(clamp(mean.z, {literal(2.0**low)}, {literal(2.0**high)}))"
    lines = [
        f"// the class, from 0.0, calmer than noise, to {literal(last)}; rise: the steps climbed",
        d.let(d.number, "level", f"{octaves} * {literal(step)} + {literal(-low * step)}"),
    ]
    steps = [float(step) for step in range(last)]
    lines += [_rising(d, name, chunk) for name, chunk in _chunks(steps)]
    lines.append(d.let(d.vec2, "seen", f"mean.xy / (mean.z + {literal(HALF)})"))
    if not turns(node):
        return lines
    note = "// cos and sin of twice and of four times the gradient's angle, less the less is known"
    turn = f"{d.vec2}(min(seen.x, 1.0), seen.y)"
    twice = f"{d.vec2}(turn.x * turn.x - turn.y * turn.y, 2.0 * turn.x * turn.y)"
    return [
        *lines,
        note,
        d.let(d.vec2, "turn", turn),
        d.let(d.vec2, "twice", twice),
        d.let(d.number, "sure", "dot(turn, turn)"),
    ]


def classes(node: Adapted) -> int:
    """At how many its curves are given."""
    return len(node.bands[0].weights[0][1])


def turns(node: Adapted) -> bool:
    """Whether weights follow the direction."""
    return any(factor != "one" for band in node.bands for factor, _ in band.weights)


def _rising(d: Dialect, name: str, steps: Sequence[float]) -> str:
    """How far each step of the curves is climbed, 0..1."""
    if len(steps) == 1:
        return d.let(d.number, name, f"clamp(level - {literal(steps[0])}, 0.0, 1.0)")
    type_ = _vector(d, steps)
    zero, one = (d.filled(type_, number) for number in ("0.0", "1.0"))
    return d.let(type_, name, f"clamp(level - {d.vector(steps)}, {zero}, {one})")


def weight_statements(d: Dialect, band: Band, name: str, number: Printed) -> list[str]:
    """The weight of a band, called ``name``; ``number`` prints those of its curves."""
    declared = d.changed if len(band.weights) > 1 else d.declared
    start, lines = declared.format(type=d.number, name=name), []
    for factor, curve in band.weights:
        times, parts = _FACTORS[factor], _curve_parts(d, curve, number)
        before, after = (f"{start} {times} * (", ");") if times else (f"{start} ", ";")
        lines += _laid(before, parts, after)
        start = f"{name} +="
    return lines


def _laid(before: str, parts: Sequence[str], after: str) -> list[str]:
    """``before a + b after;`` in one line if it fits, else in a line for each part."""
    whole = f"{before}{' + '.join(parts)}{after}"
    if len(whole) <= WIDTH - 4:
        return [whole]
    first, *others = parts
    lines = [f"{before}{first}", *(f"    + {part}" for part in others)]
    return [*lines[:-1], lines[-1] + after]


def _curve_parts(d: Dialect, curve: Curve, number: Printed) -> list[str]:
    """A curve at ``rise``: its first value, and its steps as far as they are climbed."""
    first, *others = curve
    steps = [b - a for a, b in zip(curve[:-1], others, strict=True)]
    parts = [number(first)] if first else []
    for name, chunk in _chunks(steps):
        told = ", ".join(map(number, chunk))
        is_one = len(chunk) == 1
        parts.append(f"{told} * {name}" if is_one else f"dot({name}, {_vector(d, chunk)}({told}))")
    return parts


def _vector(d: Dialect, numbers: Sequence[float]) -> str:
    """The type that holds two to four."""
    return (d.vec2, d.vec3, d.vec4)[len(numbers) - 2]


def _chunks(values: list[float]) -> list[tuple[str, list[float]]]:
    """As many as a vector holds, with its name."""
    starts = range(0, len(values), RISING)
    return [(f"rise{k or ''}", values[at : at + RISING]) for k, at in enumerate(starts)]
