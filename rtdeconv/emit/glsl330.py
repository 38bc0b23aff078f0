"""GLSL 3.30: one self-contained fragment shader, its passes selected by RTD_PASS."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from rtdeconv.emit import glsl330_blocks as blocks
from rtdeconv.emit.about import HARDWARE_FOLDS, About, header
from rtdeconv.emit.glsl330_solvers import solver_function
from rtdeconv.emit.numbers import literal
from rtdeconv.light import Light
from rtdeconv.plan import (
    Expr,
    Fetch,
    FromMap,
    Map,
    Parameter,
    Pass,
    Plan,
    Sample,
    Scalar,
    Texel,
    Tuned,
    Value,
    WeightedSum,
)

CROP = "rtd_crop"
"""The uniform that says which part of the picture is drawn: left, first row of the texture, width
and height, the whole picture being 1."""


def write(plan: Plan, about: About) -> str:
    """The shader's text. ``RTD_PASS`` (1 where not defined) selects the pass."""
    comment = "\n".join(f"// {line}".rstrip() for line in header(plan, about, image_name(0)))
    parts = [
        f"#version 330 core\n{comment}",
        _switches(plan),
        _interface(plan),
        _positions(plan),
    ]
    if plan.light != "encoded":
        parts.append(_curves(plan.light))
    parts.append(_readers(plan))
    if plan.is_radial:
        parts.append(blocks.RADIUS)
    parts += [solver_function(solver) for solver in plan.solvers]
    return "\n\n".join([*parts, *_mains(plan)]) + "\n"


def image_name(number: int) -> str:
    """The sampler of image ``number``."""
    return "rtd_source" if number == 0 else f"rtd_image{number}"


def _reader(number: int) -> str:
    return "rtd_at" if number == 0 else f"rtd_at{number}"


def _between(number: int) -> str:
    return "rtd_between" if number == 0 else f"rtd_between{number}"


def _switches(plan: Plan) -> str:
    switches = []
    if len(plan.passes) > 1:
        note = f"// 1..{len(plan.passes)}: compile once for each and draw in order"
        switches.append(f"#ifndef RTD_PASS\n#define RTD_PASS 1            {note}\n#endif")
    if plan.light != "encoded":
        switches.append(blocks.LINEAR_SWITCH)
    if plan.border == "clamp":
        switches.append(blocks.LINEAR_CLAMP_SWITCH if plan.sampled_images else blocks.CLAMP_SWITCH)
    if not plan.has_mirrored_rows:
        switches.append(blocks.ROWS_SWITCH)
    return "\n".join(switches)


def _interface(plan: Plan) -> str:
    notes = ["the picture to restore"]
    for number, one in enumerate(plan.passes[:-1], start=1):
        kind = "RGBA16F" if one.store == "16f" else "RGBA32F"
        notes.append(f"what pass {number} wrote, {kind}")
    if plan.border in HARDWARE_FOLDS:
        for number in plan.sampled_images:
            notes[number] += "; filter it LINEAR"
    rows = [(f"uniform sampler2D {image_name(k)};", note) for k, note in enumerate(notes)]
    rows += [(f"uniform sampler2D {map_name(one.name)};", _map_note(one)) for one in plan.maps]
    rows += [_uniform(parameter, plan) for parameter in plan.parameters]
    if plan.is_radial:
        rows.append(
            (
                f"uniform vec4 {CROP} = vec4(0.0, 0.0, 1.0, 1.0);",
                "the part drawn: left, first row, width, height",
            )
        )
    rows.append(("out vec4 rtd_result;", ""))
    width = max(len(code) for code, note in rows if note)
    return "\n".join(f"{code:<{width}}  // {note}" if note else code for code, note in rows)


def _uniform(p: Parameter, plan: Plan) -> tuple[str, str]:
    off = " (off)" if p.name == plan.bypass else ""
    span = f"{p.label}, {literal(p.low)}{off} to {literal(p.high)}"
    return f"uniform float {uniform_name(p.name)} = {literal(p.default)};", span


def _map_note(one: Map) -> str:
    return f"{one.label}: red, 0.0 to 1.0; as large as the target"


def uniform_name(name: str) -> str:
    """The uniform of the parameter called ``name``."""
    return f"rtd_{name}"


def map_name(name: str) -> str:
    """The sampler of the map called ``name``."""
    return f"rtd_map_{name}"


def _positions(plan: Plan) -> str:
    lines = [
        "#define rtd_size textureSize(rtd_source, 0)",
        "#define rtd_here ivec2(gl_FragCoord.xy)  // the viewport is the whole target",
    ]
    if plan.border == "clamp":
        lines.append("#define rtd_uv (gl_FragCoord.xy / vec2(rtd_size))")
    return "\n".join(lines)


def _curves(light: Light) -> str:
    return (
        "#if RTD_VALUES_LINEAR\n#define rtd_decode(c) (c)\n#define rtd_encode(c) (c)\n#else\n"
        f"{blocks.DECODE[light]}\n#endif"
    )


def _readers(plan: Plan) -> str:
    """Macros that fetch, because offsets of textureLodOffset must be constants."""
    dy = "dy" if plan.has_mirrored_rows else "RTD_ROWS_UP == 1 ? -(dy) : (dy)"
    texels = [f"rtd_texel({image_name(k)}, dx, {dy}).rgb" for k in range(len(plan.passes))]
    if plan.light != "encoded":
        texels[0] = f"rtd_decode({texels[0]})"
    lines = [
        "// the pixel dx to the right and dy down from the one being written",
        blocks.BORDER[plan.border],
        *(f"#define {_reader(k)}(dx, dy) {texel}" for k, texel in enumerate(texels)),
    ]
    if plan.sampled_images:
        lines += ["", "// the same between pixels, bilinear", blocks.BILINEAR[plan.border]]
    lines += [
        f"#define {_between(k)}(dx, dy) rtd_bilinear({image_name(k)}, dx, {dy}).rgb"
        for k in sorted(plan.sampled_images)
    ]
    return "\n".join(lines)


def _mains(plan: Plan) -> list[str]:
    """One main, or one for each pass between #if and #endif."""
    count = len(plan.passes)
    bodies = [_stored(one) for one in plan.passes[:-1]] + [_final(plan)]
    mains = ["\n    ".join(["void main() {", *body]) + "\n}" for body in bodies]
    if count == 1:
        return mains
    guards = [f"#{'if' if k == 1 else 'elif'} RTD_PASS == {k}" for k in range(1, count + 1)]
    guarded = [f"{guard}\n\n{main}" for guard, main in zip(guards, mains, strict=True)]
    return [*guarded, "#endif"]


def _stored(one: Pass) -> list[str]:
    statements, result = _printed(one.expr, {})
    return [*statements, f"rtd_result = vec4({result}, 1.0);"]


def _final(plan: Plan) -> list[str]:
    """The centre is fetched and decoded once, for the bypass, the sum and the mix alike."""
    copies = (0, 1) if plan.decodes_first else (0,)
    names = {Texel(image, 0, 0): "centre" for image in copies}
    statements, result = _printed(plan.passes[-1].expr, names)
    curves = plan.light != "encoded"
    encoded = f"rtd_encode({result})" if curves else result
    centre = "rtd_decode(original.rgb)" if curves else "original.rgb"
    return [
        "vec4 original = texelFetch(rtd_source, rtd_here, 0);",
        f"if ({uniform_name(plan.bypass)} == 0.0) {{  // selected, not computed: exactly the input",
        "    rtd_result = original;",
        "    return;",
        "}",
        f"vec3 centre = {centre};",
        *statements,
        f"rtd_result = vec4({encoded}, original.a);",
    ]


def _printed(
    expr: Expr, names: Mapping[Texel, str], total: str = "filtered"
) -> tuple[list[str], str]:
    """(statements to run first, the expression that then stands for the value).

    ``names``: texels that already stand in a variable; ``total``: the variable of a sum.
    """
    if isinstance(expr, Texel):
        return [], _fetch(expr, names)
    if isinstance(expr, WeightedSum):
        return _sum_statement(expr, names, total), total
    if isinstance(expr, Tuned):
        return _tuned(expr, names)
    first, a = _printed(expr.a, names)
    then, b = _printed(expr.b, names)
    return [*first, *then], f"mix({a}, {b}, {uniform_name(expr.amount.name)})"


def _tuned(expr: Tuned, names: Mapping[Texel, str]) -> tuple[list[str], str]:
    first, base = _printed(expr.base, names)
    (one, band1), (two, band2) = (
        _printed(band, names, f"band{k}") for k, band in enumerate(expr.bands, start=1)
    )
    sigma = _scalar(expr.sigma)
    if not isinstance(expr.sigma, Value):
        first, sigma = [*first, f"float sigma = {sigma};"], "sigma"
    statements = [
        *first,
        f"vec2 c = rtd_coefficients({sigma}, {_scalar(expr.noise)});",
        *one,
        *two,
        f"vec3 filtered = {base} + c.x * {band1} + c.y * {band2};",
    ]
    return statements, "filtered"


def _scalar(scalar: Scalar) -> str:
    if isinstance(scalar, Value):
        return uniform_name(scalar.name)
    if isinstance(scalar, FromMap):
        red = f"texelFetch({map_name(scalar.name)}, rtd_here, 0).r"
        return f"max({red}, 0.0) * {_scalar(scalar.scale)}"
    return f"mix({_scalar(scalar.middle)}, {_scalar(scalar.corner)}, rtd_radius2())"


def _fetch(fetch: Fetch, names: Mapping[Texel, str]) -> str:
    if isinstance(fetch, Sample):
        return f"{_between(fetch.image)}({literal(fetch.dx)}, {literal(fetch.dy)})"
    return names.get(fetch) or f"{_reader(fetch.image)}({fetch.dx}, {fetch.dy})"


def _sum_statement(total: WeightedSum, names: Mapping[Texel, str], name: str) -> list[str]:
    """``name = w * (a + b + ...) + ...;`` with neighbours of equal weight gathered."""
    lines: list[str] = []
    for weight, group in groupby(total.terms, key=lambda term: term[0]):
        fetches = [_fetch(fetch, names) for _, fetch in group]
        sign = f"vec3 {name} =" if not lines else "    " + ("-" if weight < 0 else "+")
        size = abs(weight) if lines else weight
        factor = "" if size == 1.0 else f"{literal(size)} * "
        lines += _gathered(f"{sign} {factor}", fetches)
    return [*lines[:-1], lines[-1] + ";"]


def _gathered(start: str, names: list[str]) -> list[str]:
    """``start(a + b + c)`` broken at the width, the rest aligned behind the parenthesis."""
    if len(names) == 1:
        return [start + names[0]]
    lines = [f"{start}({names[0]}"]
    for name in names[1:]:
        if len(lines[-1]) + len(f" + {name})") > blocks.WIDTH - 4:
            lines.append(" " * len(start) + f" + {name}")
        else:
            lines[-1] += f" + {name}"
    return [*lines[:-1], lines[-1] + ")"]
