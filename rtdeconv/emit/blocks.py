"""Functions that shaders share, for any dialect: curves, borders, the distance from the middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rtdeconv.emit.dialect import Dialect
from rtdeconv.emit.numbers import literal
from rtdeconv.light import (
    HLG_A,
    HLG_B,
    HLG_C,
    LIGHTS,
    PQ_C1,
    PQ_C2,
    PQ_C3,
    PQ_HIGHEST,
    PQ_WHITE,
    Light,
)
from rtdeconv.plan import Border

ENTER: Final = {light: "rtd_decode" for light in LIGHTS} | {"encoded": "rtd_encode"}
"""What takes values as they may arrive to the filter's light."""

LEAVE: Final = {light: "rtd_encode" for light in LIGHTS} | {"encoded": "rtd_decode"}
"""What takes them back."""


def curves(dialect: Dialect, light: Light, linear: str) -> list[str]:
    """rtd_decode and rtd_encode; they leave values alone that have the filter's light already.

    ``linear``: the condition under which values arrive linear.
    """
    condition = _negated(linear) if light == "encoded" else linear
    there = f"if ({condition}) {{ return c; }}"
    bodies, notes = _CURVES.get(light, (_srgb, ("sRGB to linear", "linear to sRGB")))
    return [
        dialect.defined(dialect.vec3, name, {"c": dialect.vec3}, [there, *body], note)
        for (name, body), note in zip(bodies(dialect).items(), notes, strict=True)
    ]


def _negated(condition: str) -> str:
    return condition.replace("==", "!=") if "==" in condition else f"!{condition}"


def _srgb(d: Dialect) -> dict[str, list[str]]:
    low, high = d.splat.format("0.04045"), d.splat.format("0.0031308")
    decoded = f"pow((max(c, {low}) + 0.055) / 1.055, {d.splat.format('2.4')})"
    encoded = f"1.055 * pow(max(c, {high}), {d.splat.format('1.0 / 2.4')}) - 0.055"
    return {
        "rtd_decode": [
            d.let(d.vec3, "curved", decoded),
            f"return {d.above.format(value='c', edge=low, low='c / 12.92', high='curved')};",
        ],
        "rtd_encode": [
            d.let(d.vec3, "curved", encoded),
            f"return {d.above.format(value='c', edge=high, low='c * 12.92', high='curved')};",
        ],
    }


def _square(d: Dialect) -> dict[str, list[str]]:
    return {"rtd_decode": ["return c * abs(c);"], "rtd_encode": ["return sign(c) * sqrt(abs(c));"]}


def _pq(d: Dialect) -> dict[str, list[str]]:
    """Powers are of numbers from 0 on only."""
    # short binary fractions, which decimals print exactly; so they are recognised too
    c1, c2, c3, white = map(str, (PQ_C1, PQ_C2, PQ_C3, PQ_WHITE))
    zero, highest = d.splat.format("0.0"), d.splat.format(literal(PQ_HIGHEST))
    outer, inner = d.splat.format("32.0 / 2523.0"), d.splat.format("16384.0 / 2610.0")
    share = f"max(root - {c1}, {zero}) / ({c2} - {c3} * root)"
    rooted = f"pow(abs(c) / {white}, {d.splat.format('2610.0 / 16384.0')})"
    ratio = f"({c1} + {c2} * power) / (1.0 + {c3} * power)"
    return {
        "rtd_decode": [
            d.let(d.vec3, "root", f"pow(min(abs(c), {highest}), {outer})"),
            d.let(d.vec3, "share", share),
            f"return {white} * sign(c) * pow(share, {inner});",
        ],
        "rtd_encode": [
            d.let(d.vec3, "power", rooted),
            d.let(d.vec3, "ratio", ratio),
            f"return sign(c) * pow(ratio, {d.splat.format('2523.0 / 32.0')});",
        ],
    }


def _hlg(d: Dialect) -> dict[str, list[str]]:
    a, b, c = map(literal, (HLG_A, HLG_B, HLG_C))
    size = d.let(d.vec3, "size", "abs(c)")
    half, one, knee = (d.splat.format(number) for number in ("0.5", "1.0", "1.0 / 12.0"))
    decoded = f"(exp((max(size, {half}) - {c}) / {a}) + {b}) / 12.0"
    encoded = f"{a} * log(max(12.0 * size, {one}) - {b}) + {c}"
    squared = {"value": "size", "edge": half, "low": "size * size / 3.0", "high": "curved"}
    rooted = {"value": "size", "edge": knee, "low": "sqrt(3.0 * size)", "high": "curved"}
    return {
        "rtd_decode": [
            size,
            d.let(d.vec3, "curved", decoded),
            f"return sign(c) * {d.above.format(**squared)};",
        ],
        "rtd_encode": [
            size,
            d.let(d.vec3, "curved", encoded),
            f"return sign(c) * {d.above.format(**rooted)};",
        ],
    }


_CURVES: Final[dict[Light, tuple[Callable[[Dialect], dict[str, list[str]]], tuple[str, str]]]] = {
    "gamma2": (_square, ("about sRGB to linear", "and back")),
    "pq": (_pq, ("PQ to linear, 1.0 is 100 cd/m2", "and back")),
    "hlg": (_hlg, ("HLG to the light of the scene", "and back")),
}
"""The functions' bodies and notes, where a light undoes another curve than sRGB's."""


def inside(d: Dialect, border: Border) -> str:
    """``vec2 rtd_inside(vec2 at, vec2 size)``: where the colour of a position outside is found."""
    arguments = {"at": d.vec2, "size": d.vec2}
    half = f"{d.vec2}(0.5, 0.5)"
    within = f"clamp({{}}, {half}, size - {half})"
    body = {
        "clamp": [f"return {within.format('at')};"],
        "zero": [f"return {within.format('at')};"],
        "mirror": [
            d.let(d.vec2, "lap", "at - 2.0 * size * floor(at / (2.0 * size))"),
            f"return {within.format('size - abs(lap - size)')};",
        ],
        "wrap": ["return at - size * floor(at / size);"],
    }[border]
    note = {
        "clamp": "",
        "zero": "",
        "mirror": "back and forth over the picture",
        "wrap": "round and round",
    }[border]
    return d.defined(d.vec2, "rtd_inside", arguments, body, note)


def or_black(d: Dialect) -> str:
    """``vec3 rtd_or_black(vec3 colour, vec2 at, vec2 size)`` for the border "zero"."""
    arguments = {"colour": d.vec3, "at": d.vec2, "size": d.vec2}
    body = [
        "if (at.x < 0.0 || at.y < 0.0 || at.x > size.x || at.y > size.y) {",
        f"    return {d.vec3}(0.0, 0.0, 0.0);",
        "}",
        "return colour;",
    ]
    return d.defined(d.vec3, "rtd_or_black", arguments, body)


def radius2(d: Dialect) -> str:
    """``float rtd_radius2(vec2 at, vec2 size)``."""
    body = [
        d.let(d.vec2, "away", "2.0 * at - size"),
        "return dot(away, away) / dot(size, size);",
    ]
    arguments = {"at": d.vec2, "size": d.vec2}
    note = "squared distance from the middle, 1 at corners"
    return d.defined(d.number, "rtd_radius2", arguments, body, note)


def nearest_half(d: Dialect) -> str:
    """``vec3 rtd_half(vec3 c)``: what a half float holds, for targets that cut off the rest.

    With f = 2^13 + 1, f c keeps 24 of its bits, so that f c - (f c - c) is c rounded to 24 - 13.
    """
    body = [d.let(d.vec3, "high", "8193.0 * c"), "return high - (high - c);"]
    note = "rounded to half floats: drivers may truncate"
    return d.defined(d.vec3, "rtd_half", {"c": d.vec3}, body, note)
