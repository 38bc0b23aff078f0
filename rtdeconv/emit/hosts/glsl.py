"""GLSL 3.30 and GLSL ES 3.00: one self-contained fragment shader, its passes under RTD_PASS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from rtdeconv.emit.about import (
    LINEAR_SWITCH,
    About,
    Usage,
    header,
    image_notes,
    map_note,
    pass_switch,
    span,
)
from rtdeconv.emit.bindings import ROWS_DOWN, Bindings, prefixed, source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented, defaulted, guarded
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan
from rtdeconv.rewrite import Shape, offset_slot, share_slot, weight_slot

WEIGHTS, STEPS, OFFSETS = "rtd_weights", "rtd_steps", "rtd_offsets"
"""Uniform arrays of what a shape leaves open."""

CROP: Final = "rtd_crop"
"""The uniform that says which part of the picture is drawn: left, first row of the texture, width
and height, the whole picture being 1."""

_BINDINGS: Final = Bindings(
    GLSL,
    here="rtd_here",
    size="rtd_size",
    texel="texelFetch({image}, ivec2({at}), 0)",
    sample="textureLod({image}, {at} / {size}, 0.0)",
    original="texelFetch(rtd_source, ivec2(rtd_here), 0)",
    rows="switch",
    result="rtd_result = {};",
    bypass=("rtd_result = {};", "return;"),
    map_red="texelFetch(rtd_map_{name}, ivec2(rtd_here), 0).r",
    place="rtd_spot, rtd_whole",
)

_CLAMPED: Final = replace(
    _BINDINGS,
    texel="rtd_texel({image}, dx, dy)",
    sample="rtd_mixed({image}, dx, dy)",
)

_POSITIONS: Final = """\
#define rtd_size vec2(textureSize(rtd_source, 0))
#define rtd_here gl_FragCoord.xy  // the viewport is the whole target"""

_TEXEL: Final = (
    """\
#define rtd_uv (rtd_here / rtd_size)
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, {dy}))""",
    "#define rtd_texel(image, dx, dy) texelFetch(image, ivec2(rtd_place(dx, dy)), 0)",
)
_MIXED: Final = tuple(
    f"#define rtd_mixed(image, dx, dy) textureLod(image, {place}(dx, dy) / rtd_size, 0.0)"
    for place in ("rtd_moved", "rtd_place")
)
"""A fetch at the border "clamp" where the sampler does that, and where it may not. Offsets of
textureLodOffset are at least -8 to 7 everywhere and at most `rtdeconv.plan.plan.MAX_OFFSET`."""

_WHOLE: Final = f"""\
#define rtd_whole (rtd_size / {CROP}.zw)
#define rtd_spot (rtd_here + {CROP}.xy * rtd_whole)"""


def map_name(name: str) -> str:
    """The sampler of the map called ``name``."""
    return f"rtd_map_{name}"


def _switches(plan: Plan) -> str:
    """What may be defined before the text, with what holds where it is not."""
    rows = [*pass_switch(plan), LINEAR_SWITCH]
    if plan.border == "clamp":
        rows.append(("RTD_SAMPLER_CLAMPS", 0, "1: every sampler is CLAMP_TO_EDGE, which is faster"))
    if not plan.has_mirrored_rows:
        rows.append(("RTD_ROWS_UP", 0, "1: row 0 of the textures is the bottom of the picture"))
    return defaulted(rows)


def _quick(plan: Plan, calls: str) -> list[str]:
    """The macros of `_CLAMPED` that stand in ``calls``."""
    rows = [_TEXEL] * ("rtd_texel(" in calls) + [_MIXED] * ("rtd_mixed(" in calls)
    if not rows:
        return []
    by_sampler, by_text = ("\n".join(texts) for texts in zip(*rows, strict=True))
    by_sampler = by_sampler.format(dy="dy" if plan.has_mirrored_rows else "rtd_down(dy)")
    return ["#if RTD_SAMPLER_CLAMPS", by_sampler, "#else", by_text, "#endif"]


def _usage(plan: Plan) -> Usage:
    count = len(plan.passes)
    install: tuple[str, ...] = (
        "compile it behind a full-screen triangle, bind the picture to rtd_source and",
        "draw into a target of the same size",
    )
    if count > 1:
        install = (
            f"compile it behind a full-screen triangle for each RTD_PASS, 1 to {count};",
            "bind the picture to rtd_source and draw in order into targets of the same size,",
            "pass k into a texture that later passes read as rtd_image<k>",
        )
    return Usage(install, "rtd_source: RGB and straight alpha, as large as the target", "encoded")


def _write(version: str, plan: Plan, about: About, stem: str) -> Files:
    return {stem + _SUFFIX[version]: _text(version, plan, about, _as_is, [])}


def shape_text(shape: Shape) -> str:
    """GLSL 3.30 of everything of that shape, for players that change filters without compiling: its
    numbers are the uniforms `WEIGHTS`, `STEPS` and `OFFSETS`."""
    numbers: tuple[tuple[str, str, Sequence[object]], ...] = (
        ("float", WEIGHTS, shape.weights),
        ("vec4", STEPS, shape.steps),
        ("vec2", OFFSETS, shape.offsets),
    )
    uniforms = [(f"uniform {kind} {name}[{len(n)}];", "") for kind, name, n in numbers if n]
    about = About("any filter of one shape", ("set while it runs",), "rtdeconv live")
    return _text("330 core", shape.plan, about, _by_slots, uniforms)


def _as_is(bindings: Bindings) -> Bindings:
    return bindings


def _by_slots(bindings: Bindings) -> Bindings:
    def weight(number: float) -> str:
        return f"{WEIGHTS}[{weight_slot(number)}]"

    def offset(dx: float, _: float) -> tuple[str, str]:
        element = f"{OFFSETS}[{offset_slot(dx)}]"
        return f"{element}.x", f"{element}.y"

    def share(number: float) -> str:
        return f"{WEIGHTS}[{share_slot(number)}]"

    def held(steps: Sequence[float]) -> str:
        return f"{STEPS}[{weight_slot(steps[0])}].{'xyzw'[: len(steps)]}"

    return replace(bindings, weight=weight, share=share, held=held, offset=offset)


def _text(
    version: str,
    plan: Plan,
    about: About,
    bound: Callable[[Bindings], Bindings],
    uniforms: list[tuple[str, str]],
) -> str:
    quick = plan.border == "clamp"
    turned = not plan.has_mirrored_rows
    # ES has no initialisers: a part that nobody set would be empty
    whole = version == "300 es"
    bindings = bound(_CLAMPED if quick else _BINDINGS)
    body = Body(plan, replace(bindings, place="") if whole else bindings)
    numbers = range(1, body.last + 1)
    functions = body.functions(numbers)
    mains = [braced("void main()", body.statements(k)) for k in numbers]
    parts = [
        f"#version {version}\n{commented(header(plan, about, _usage(plan)))}",
        *(["precision highp float;\nprecision highp sampler2D;"] if whole else []),
        _switches(plan),
        _interface(plan, uniforms, defaults=not whole),
        "\n".join(
            [
                _POSITIONS,
                *[ROWS_DOWN] * turned,
                *(_quick(plan, "\n".join(functions)) if quick else []),
                *[_WHOLE] * (plan.is_radial and not whole),
            ]
        ),
        *functions,
        guarded(mains),
    ]
    return "\n\n".join(parts) + "\n"


def _interface(plan: Plan, uniforms: list[tuple[str, str]], *, defaults: bool) -> str:
    rows = [(f"uniform sampler2D {source_or_image(k)};", note) for k, note in _images(plan)]
    rows += [(f"uniform sampler2D {map_name(one.name)};", map_note(one)) for one in plan.maps]
    rows += [_uniform(parameter, plan, defaults=defaults) for parameter in plan.parameters]
    if plan.is_radial and defaults:
        note = "the part drawn: left, first row, width, height"
        rows.append((f"uniform vec4 {CROP} = vec4(0.0, 0.0, 1.0, 1.0);", note))
    return aligned([*rows, *uniforms, ("out vec4 rtd_result;", "")])


def _images(plan: Plan) -> list[tuple[int, str]]:
    """Every image that is read, and what it must be."""
    return [
        (number, f"{note}; filter it LINEAR" if number in plan.sampled_images else note)
        for number, note in enumerate(image_notes(plan))
    ]


def _uniform(p: Parameter, plan: Plan, *, defaults: bool) -> tuple[str, str]:
    default = literal(p.default)
    if defaults:
        return f"uniform float {prefixed(p.name)} = {default};", span(p, plan)
    return f"uniform float {prefixed(p.name)};", f"{span(p, plan)}; design: {default}"


_SUFFIX: Final = {"330 core": ".frag", "300 es": ".es.frag"}

GLSL330: Final = Host(
    "glsl330",
    "OpenGL 3.3 fragment shader",
    _SUFFIX["330 core"],
    arrival="encoded",
    proof=("moderngl", "Panda3D", "glslang"),
    write=partial(_write, "330 core"),
    maps=True,
)

GLES300: Final = Host(
    "gles300",
    "OpenGL ES 3.0 and WebGL 2 fragment shader",
    _SUFFIX["300 es"],
    arrival="encoded",
    proof=("WebGL 2", "glslang"),
    write=partial(_write, "300 es"),
    maps=True,
    # RGBA32F is neither drawn nor filtered without extensions
    store="16f",
)
