"""GLSL 3.30: one self-contained fragment shader, its passes selected by RTD_PASS."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from rtdeconv.emit.about import HARDWARE_FOLDS, About, header
from rtdeconv.emit.numbers import literal
from rtdeconv.light import Light
from rtdeconv.plan import Border, Expr, Fetch, Parameter, Pass, Plan, Sample, Texel, WeightedSum

WIDTH = 100

_DECODE: dict[Light, str] = {
    "linear": """\
vec3 rtd_decode(vec3 c) {  // sRGB to linear
    vec3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    vec3 curved = 1.055 * pow(max(c, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}""",
    "gamma2": """\
vec3 rtd_decode(vec3 c) { return c * abs(c); }

vec3 rtd_encode(vec3 c) { return sign(c) * sqrt(abs(c)); }""",
}

_LINEAR_SWITCH = """\
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif"""

_CLAMP_SWITCH = """\
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is NEAREST and CLAMP_TO_EDGE, which is faster
#endif"""

_LINEAR_CLAMP_SWITCH = """\
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif"""

_ROWS_SWITCH = """\
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
#endif"""

_FETCH = (
    "#define rtd_texel(image, dx, dy) texelFetch(image, rtd_inside(rtd_here + ivec2(dx, dy)), 0)"
)

_BORDER: dict[Border, str] = {
    "clamp": f"""\
ivec2 rtd_inside(ivec2 at) {{ return clamp(at, ivec2(0), rtd_size - 1); }}
#if RTD_SAMPLER_CLAMPS
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#else
{_FETCH}
#endif""",
    "mirror": f"""\
ivec2 rtd_inside(ivec2 at) {{  // 16 sizes are added because % of a negative number is undefined
    ivec2 folded = (at + 16 * rtd_size) % (2 * rtd_size);
    return min(folded, 2 * rtd_size - 1 - folded);
}}
{_FETCH}""",
    "wrap": f"""\
ivec2 rtd_inside(ivec2 at) {{  // 8 sizes are added because % of a negative number is undefined
    return (at + 8 * rtd_size) % rtd_size;
}}
{_FETCH}""",
    "zero": """\
vec4 rtd_or_black(sampler2D image, ivec2 at) {
    bool inside = all(greaterThanEqual(at, ivec2(0))) && all(lessThan(at, rtd_size));
    return inside ? texelFetch(image, at, 0) : vec4(0.0);
}
#define rtd_texel(image, dx, dy) rtd_or_black(image, rtd_here + ivec2(dx, dy))""",
}

_FILTERED = """\
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {
    return textureLod(image, rtd_folded(gl_FragCoord.xy + vec2(dx, dy)) / vec2(rtd_size), 0.0);
}"""

_MIXED = """\
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {  // no sampler filters across this border
    int x = int(floor(dx)), y = int(floor(dy));
    vec4 above = mix(rtd_texel(image, x, y), rtd_texel(image, x + 1, y), dx - float(x));
    vec4 below = mix(rtd_texel(image, x, y + 1), rtd_texel(image, x + 1, y + 1), dx - float(x));
    return mix(above, below, dy - float(y));
}"""

_BILINEAR: dict[Border, str] = {
    "clamp": f"""\
#if RTD_SAMPLER_CLAMPS
#define rtd_folded(at) (at)
#else
vec2 rtd_folded(vec2 at) {{ return clamp(at, vec2(0.5), vec2(rtd_size) - 0.5); }}
#endif
{_FILTERED}""",
    "mirror": f"""\
vec2 rtd_folded(vec2 at) {{  // back and forth over the picture, never past an outermost pixel
    vec2 size = vec2(rtd_size);
    return clamp(size - abs(mod(at, 2.0 * size) - size), vec2(0.5), size - 0.5);
}}
{_FILTERED}""",
    "wrap": _MIXED,
    "zero": _MIXED,
}


def write(plan: Plan, about: About) -> str:
    """The shader's text. ``RTD_PASS`` (1 where not defined) selects the pass."""
    comment = "\n".join(f"// {line}".rstrip() for line in header(plan, about, image_name(0)))
    blocks = [
        f"#version 330 core\n{comment}",
        _switches(plan),
        _interface(plan),
        _positions(plan),
    ]
    if plan.light != "encoded":
        blocks.append(_curves(plan.light))
    blocks.append(_readers(plan))
    blocks += _mains(plan)
    return "\n\n".join(blocks) + "\n"


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
        switches.append(_LINEAR_SWITCH)
    if plan.border == "clamp":
        switches.append(_LINEAR_CLAMP_SWITCH if plan.sampled_images else _CLAMP_SWITCH)
    if not plan.has_mirrored_rows:
        switches.append(_ROWS_SWITCH)
    return "\n".join(switches)


def _interface(plan: Plan) -> str:
    notes = ["the picture to restore"]
    for number, one in enumerate(plan.passes[:-1], start=1):
        kind = "RGBA16F" if one.store == "16f" else "RGBA32F"
        notes.append(f"what pass {number} wrote, {kind}")
    if plan.border in HARDWARE_FOLDS:
        for number in plan.sampled_images:
            notes[number] += "; its filter must be LINEAR"
    rows = [(f"uniform sampler2D {image_name(k)};", note) for k, note in enumerate(notes)]
    rows += [_uniform(parameter) for parameter in plan.parameters]
    rows.append(("out vec4 rtd_result;", ""))
    width = max(len(code) for code, note in rows if note)
    return "\n".join(f"{code:<{width}}  // {note}" if note else code for code, note in rows)


def _uniform(p: Parameter) -> tuple[str, str]:
    span = f"{p.label}, {literal(p.low)} (off) to {literal(p.high)}"
    return f"uniform float {uniform_name(p.name)} = {literal(p.default)};", span


def uniform_name(name: str) -> str:
    """The uniform of the parameter called ``name``."""
    return f"rtd_{name}"


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
        f"{_DECODE[light]}\n#endif"
    )


def _readers(plan: Plan) -> str:
    """Macros that fetch, because offsets of textureLodOffset must be constants."""
    dy = "dy" if plan.has_mirrored_rows else "RTD_ROWS_UP == 1 ? -(dy) : (dy)"
    texels = [f"rtd_texel({image_name(k)}, dx, {dy}).rgb" for k in range(len(plan.passes))]
    if plan.light != "encoded":
        texels[0] = f"rtd_decode({texels[0]})"
    lines = [
        "// the pixel dx to the right and dy down from the one being written",
        _BORDER[plan.border],
        *(f"#define {_reader(k)}(dx, dy) {texel}" for k, texel in enumerate(texels)),
    ]
    if plan.sampled_images:
        lines += ["", "// the same between pixels, bilinear", _BILINEAR[plan.border]]
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
    blocks = [f"{guard}\n\n{main}" for guard, main in zip(guards, mains, strict=True)]
    return [*blocks, "#endif"]


def _stored(one: Pass) -> list[str]:
    statements, result = _printed(one.expr, {})
    return [*statements, f"rtd_result = vec4({result}, 1.0);"]


def _final(plan: Plan) -> list[str]:
    """The centre is fetched and decoded once, for the bypass, the sum and the mix alike."""
    statements, result = _printed(plan.passes[-1].expr, {Texel(0, 0, 0): "centre"})
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


def _printed(expr: Expr, names: Mapping[Texel, str]) -> tuple[list[str], str]:
    """(statements to run first, the expression that then stands for the value).

    ``names``: texels that already stand in a variable.
    """
    if isinstance(expr, Texel):
        return [], _fetch(expr, names)
    if isinstance(expr, WeightedSum):
        return _sum_statement(expr, names), "filtered"
    first, a = _printed(expr.a, names)
    then, b = _printed(expr.b, names)
    return [*first, *then], f"mix({a}, {b}, {uniform_name(expr.amount.name)})"


def _fetch(fetch: Fetch, names: Mapping[Texel, str]) -> str:
    if isinstance(fetch, Sample):
        return f"{_between(fetch.image)}({literal(fetch.dx)}, {literal(fetch.dy)})"
    return names.get(fetch) or f"{_reader(fetch.image)}({fetch.dx}, {fetch.dy})"


def _sum_statement(total: WeightedSum, names: Mapping[Texel, str]) -> list[str]:
    """``filtered = w * (a + b + ...) + ...;`` with neighbours of equal weight gathered."""
    lines: list[str] = []
    for weight, group in groupby(total.terms, key=lambda term: term[0]):
        fetches = [_fetch(fetch, names) for _, fetch in group]
        sign = "vec3 filtered =" if not lines else "    " + ("-" if weight < 0 else "+")
        size = literal(abs(weight) if lines else weight)
        lines += _gathered(f"{sign} {size} * ", fetches)
    return [*lines[:-1], lines[-1] + ";"]


def _gathered(start: str, names: list[str]) -> list[str]:
    """``start(a + b + c)`` broken at WIDTH, the rest aligned behind the parenthesis."""
    if len(names) == 1:
        return [start + names[0]]
    lines = [f"{start}({names[0]}"]
    for name in names[1:]:
        if len(lines[-1]) + len(f" + {name})") > WIDTH - 4:
            lines.append(" " * len(start) + f" + {name}")
        else:
            lines[-1] += f" + {name}"
    return [*lines[:-1], lines[-1] + ")"]
