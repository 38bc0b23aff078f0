"""Functions and statements of filters that adapt, for any dialect: see `rtdeconv.activity`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from rtdeconv.activity import (
    HALF,
    KINK,
    MARK,
    MOST,
    NEAR_WHITE,
    OCTAVES,
    PEAK,
    TINY,
    Curve,
    Factor,
    Gauge,
)
from rtdeconv.emit.dialect import Dialect
from rtdeconv.emit.layout import WIDTH
from rtdeconv.emit.numbers import literal
from rtdeconv.light import LUMA
from rtdeconv.plan import Adapted, Band, LimitedBy, Texel, nine, reads
from rtdeconv.rewrite import RISING


def pixel_name(dx: int, dy: int) -> str:
    """What the pixel dx to the right and dy down is called: ``centre``, ``ne``, twice as far away
    ``ne2``, a knight's move away ``n2e1``."""
    steps = {"ns"[dy > 0]: abs(dy), "we"[dx > 0]: abs(dx)}
    ways = {way: count for way, count in steps.items() if count}
    counts = sorted(set(ways.values()))
    if len(counts) == 2:
        return "".join(f"{way}{count}" for way, count in ways.items())
    return "".join(ways) + "".join(str(count) for count in counts if count > 1) or "centre"


NEIGHBOURS: Final = tuple(pixel_name(texel.dx, texel.dy) for texel in nine(0))
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

Printed = Callable[[float], str]
Held = Callable[[Sequence[float]], str]


def structure_function(d: Dialect, by: Gauge, gain: str) -> str:
    """``vec3 rtd_structure(vec3 nw, ... se)``; ``gain``: what stands for that of the gauge."""
    zero, one = (d.splat.format(number) for number in ("0.0", "1.0"))
    white, near, ramp, kink, over = map(literal, _clipping(by))
    noises = literal(by.steep * by.noises)
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
        "// energy of the noise alone becomes 1, and none more than half floats hold",
        d.let(d.number, "most", f"{literal(MOST)} / max(energy, {literal(TINY)})"),
        d.let(d.number, "scale", f"min(most, {gain}{light})"),
        "// at white, yet above what lies around by more than noise: a corner that clipping cut",
        d.let(d.vec3, "white", f"clamp(({near} - abs(centre - {white})) / {ramp}, {zero}, {one})"),
        d.let(d.number, "grain", f"{noises} / sqrt({gain})"),
        d.let(d.vec3, "kink", f"lost - max(grain, {kink})"),
        d.let(d.vec3, "cut", f"white * clamp(kink / {over}, {zero}, {one})"),
        d.let(d.number, "mark", f"{literal(MARK)} * max(cut.x, max(cut.y, cut.z))"),
        f"return {d.vec3}(scale * (xx - yy), scale * 2.0 * xy, scale * energy + mark);",
    ]
    notes = [
        "// Structure of 3x3 pixels: the gradient, angle doubled, (gx^2 - gy^2, 2 gx gy), and the",
        f"// energy of gradient and detail: above {literal(MOST)} only at clipped corners.",
    ]
    function = d.defined(d.vec3, "rtd_structure", dict.fromkeys(NEIGHBOURS, d.vec3), body)
    return "\n".join([*notes, function])


def _clipping(by: Gauge) -> tuple[float, ...]:
    """White, how near it and over which ramp; the kink and its ramp: in the filter's light."""
    return by.white, *(by.steep * value for value in (*NEAR_WHITE, *KINK))


def limited_function(d: Dialect, by: LimitedBy) -> str:
    """``vec3 rtd_limited(vec3 value, vec3 low, vec3 high, vec3 up, vec3 down)`` for the channels,
    or the same of lumas."""
    type_ = d.vec3 if by == "channel" else d.number
    zero, tiny = _filled(d, type_, "0.0"), literal(TINY)
    body = [
        d.let(type_, "over", f"max(value - high, {zero})"),
        d.let(type_, "under", f"max(low - value, {zero})"),
        d.let(type_, "risen", f"over * up / sqrt(up * up + over * over + {tiny})"),
        d.let(type_, "fallen", f"under * down / sqrt(down * down + under * under + {tiny})"),
        "return clamp(value, low, high) + risen - fallen;",
    ]
    arguments = dict.fromkeys(("value", "low", "high", "up", "down"), type_)
    note = (
        "// value as it is within low..high; a soft knee beyond, which stops short of up and down"
    )
    return f"{note}\n{d.defined(type_, 'rtd_limited', arguments, body)}"


def extremes(
    d: Dialect,
    names: Sequence[str],
    called: tuple[str, str] = ("lowest", "highest"),
    type_: str | None = None,
) -> list[str]:
    """The least and the largest of some values, by channel where they are colours."""
    lines = []
    for name, call in zip(called, ("min", "max"), strict=True):
        lines.append(d.var(type_ or d.vec3, name, _nested(call, names[:4])))
        lines.append(f"{name} = {call}({name}, {_nested(call, names[4:])});")
    return lines


def luma_statements(d: Dialect, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """Statements for ``luma`` and the lumas of named colours, and what those are called."""
    called = [f"y_{name}" for name in names]
    pairs = zip(called, names, strict=True)
    lines = [d.let(d.number, one, f"dot({name}, luma)") for one, name in pairs]
    return [d.let(d.vec3, "luma", d.vector(LUMA.tolist())), *lines], called


def room_statements(
    d: Dialect, names: Sequence[str], ends: tuple[str, str], share: str, by: LimitedBy
) -> list[str]:
    """``up`` and ``down``: how far a result may leave the range between ``ends``, for what 17
    pixels are called."""
    type_ = d.vec3 if by == "channel" else d.number
    zero, peak = _filled(d, type_, "0.0"), literal(PEAK)
    near, far = names[:9], [*names[9:13], "", *names[13:]]
    pairs = [((near[k], far[k]), (near[8 - k], far[8 - k])) for k in range(4)]
    lines = [
        "// room beyond the range: a share of it, and more where the pixel stands out from both",
        "// sides, each of two pixels: a peak or a line, but no step's shoulder",
    ]
    for name, inner, outer in (("saddle", "min", "max"), ("valley", "max", "min")):
        sides = [f"{outer}({inner}({a}, {b}), {inner}({c}, {e}))" for (a, b), (c, e) in pairs]
        lines.append(d.var(type_, name, sides[0]))
        lines += [f"{name} = {inner}({name}, {side});" for side in sides[1:]]
    low, high = ends
    return [
        *lines,
        d.let(type_, "room", f"{share} * ({high} - {low})"),
        d.let(type_, "up", f"room + {peak} * max({names[4]} - saddle, {zero})"),
        d.let(type_, "down", f"room + {peak} * max(valley - {names[4]}, {zero})"),
    ]


def _filled(d: Dialect, type_: str, number: str) -> str:
    return number if type_ == d.number else d.filled(type_, number)


def _nested(call: str, names: Sequence[str]) -> str:
    """``min(min(a, b), min(c, d))``: two arguments at a time, as every language takes them."""
    if len(names) == 1:
        return names[0]
    half = len(names) // 2
    return f"{call}({_nested(call, names[:half])}, {_nested(call, names[half:])})"


def seen_statements(d: Dialect, node: Adapted) -> list[str]:
    """From ``mean``, the mean structure, to the class and the direction."""
    last = node.classes - 1
    top = literal(last)
    low, high = OCTAVES
    step = last / (high - low)
    octaves = f"log2(clamp(mean.z, {literal(2.0**low)}, {literal(2.0**high)}))"
    lines = [
        f"// class of activity, 0.0 to {top}; rise: how far the steps between are climbed",
        d.let(d.number, "level", f"{octaves} * {literal(step)} + {literal(-low * step)}"),
    ]
    steps = [float(step) for step in range(last)]
    lines += [_rising(d, name, chunk) for name, chunk in _chunks(steps)]
    if not node.turns:
        return lines
    note = "// cos and sin of twice and of four times the gradient's angle, less the less is known"
    turn = f"mean.xy / (mean.z + {literal(HALF)})"
    twice = f"{d.vec2}(turn.x * turn.x - turn.y * turn.y, 2.0 * turn.x * turn.y)"
    return [
        *lines,
        note,
        d.let(d.vec2, "turn", turn),
        d.let(d.vec2, "twice", twice),
        d.let(d.number, "sure", "dot(turn, turn)"),
    ]


def shared_names(node: Adapted) -> dict[Texel, str]:
    """What those pixels are called that several bands read, and shaders once."""
    found = (fetch for band in node.bands for fetch in reads(band.total))
    counts = Counter(fetch for fetch in found if isinstance(fetch, Texel))
    return {
        texel: pixel_name(texel.dx, texel.dy)
        + ("" if texel.image == node.base.image else f"_{texel.image}")
        for texel, count in counts.items()
        if count > 1
    }


def _rising(d: Dialect, name: str, steps: Sequence[float]) -> str:
    """How far each step of the curves is climbed, 0..1."""
    if len(steps) == 1:
        return d.let(d.number, name, f"clamp(level - {literal(steps[0])}, 0.0, 1.0)")
    type_ = _vector(d, steps)
    zero, one = (d.filled(type_, number) for number in ("0.0", "1.0"))
    return d.let(type_, name, f"clamp(level - {d.vector(steps)}, {zero}, {one})")


def weight_statements(d: Dialect, band: Band, name: str, number: Printed, steps: Held) -> list[str]:
    """The weight of a band, called ``name``; ``number`` prints what its curves begin with and
    ``steps`` a few of theirs."""
    declared = d.changed if len(band.weights) > 1 else d.declared
    start, lines = declared.format(type=d.number, name=name), []
    for factor, curve in band.weights:
        times, parts = _FACTORS[factor], _curve_parts(curve, number, steps)
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


def _curve_parts(curve: Curve, number: Printed, steps: Held) -> list[str]:
    """A curve at ``rise``: its first value, and its steps as far as they are climbed."""
    parts = [number(curve[0])] if curve[0] else []
    for name, chunk in _chunks([b - a for a, b in pairwise(curve)]):
        held = steps(chunk)
        parts.append(f"{held} * {name}" if len(chunk) == 1 else f"dot({name}, {held})")
    return parts


def _vector(d: Dialect, numbers: Sequence[float]) -> str:
    """The type that holds two to four."""
    return (d.vec2, d.vec3, d.vec4)[len(numbers) - 2]


def _chunks(values: list[float]) -> list[tuple[str, list[float]]]:
    """As many as a vector holds, with its name."""
    starts = range(0, len(values), RISING)
    return [(f"rise{k or ''}", values[at : at + RISING]) for k, at in enumerate(starts)]
