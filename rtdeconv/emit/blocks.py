"""Functions that shaders share, for any dialect: curves, borders, the distance from the middle."""

from __future__ import annotations

from rtdeconv.emit.dialect import Dialect
from rtdeconv.light import Light
from rtdeconv.plan import Border

ENTER: dict[Light, str] = {"linear": "rtd_decode", "gamma2": "rtd_decode", "encoded": "rtd_encode"}
"""What takes values as they may arrive to the filter's light."""

LEAVE: dict[Light, str] = {"linear": "rtd_encode", "gamma2": "rtd_encode", "encoded": "rtd_decode"}
"""What takes them back."""


def curves(dialect: Dialect, light: Light, linear: str) -> list[str]:
    """rtd_decode and rtd_encode; they leave values alone that have the filter's light already.

    ``linear``: the condition under which values arrive linear.
    """
    condition = _negated(linear) if light == "encoded" else linear
    there = f"if ({condition}) {{ return c; }}"
    bodies = _square(dialect) if light == "gamma2" else _srgb(dialect)
    notes = _NOTES["gamma2" if light == "gamma2" else "linear"]
    return [
        dialect.defined(dialect.vec3, name, {"c": dialect.vec3}, [there, *body], note)
        for (name, body), note in zip(bodies.items(), notes, strict=True)
    ]


def _negated(condition: str) -> str:
    return condition.replace("==", "!=") if "==" in condition else f"!{condition}"


_NOTES = {
    "linear": ("sRGB to linear", "linear to sRGB"),
    "gamma2": ("about sRGB to linear", "and back"),
}


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
