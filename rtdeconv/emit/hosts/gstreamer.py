"""GStreamer's glshader element: a GLSL ES 1.00 fragment shader, its parameters in ``uniforms``."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.about import LINEAR_SWITCH, About, Usage, header, span
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL100
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented, defined
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan
from rtdeconv.tuning import Table

SUFFIX: Final = ".gst.frag"


def tex(number: int) -> str:
    """The element has one picture."""
    return "tex"


_BINDINGS: Final = Bindings(
    GLSL100,
    here="v_texcoord * rtd_size",
    size="rtd_size",
    texel="texture2D({image}, {at} / {size})",
    sample="texture2D({image}, {at} / {size})",
    original="texture2D(tex, v_texcoord)",
    pixel="{vec4}(rtd_rounded({colour}), {alpha})",
    result="gl_FragColor = {};",
    bypass=("gl_FragColor = {};", "return;"),
    image=tex,
    parameter=str,
)

_PRECISION: Final = """\
#ifdef GL_ES
precision highp float;
#endif"""

_ROUNDED: Final = """\
vec3 rtd_rounded(vec3 c) {  // as 8 bits will: gl_FragColor may be less precise than that
    return floor(clamp(c, 0.0, 1.0) * 255.0 + 0.5) / 255.0;
}"""


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    parts = [
        f"#version 100\n{commented(header(plan, about, _usage(plan)))}",
        _PRECISION,
        aligned([defined(LINEAR_SWITCH)]),
        _interface(plan),
        *body.functions([1]),
        _ROUNDED,
        braced("void main()", body.statements(1)),
    ]
    return {stem + SUFFIX: "\n\n".join(parts) + "\n"}


def _interface(plan: Plan) -> str:
    rows = [
        ("varying vec2 v_texcoord;", ""),
        ("uniform highp sampler2D tex;", "the picture to restore"),
        ("uniform float width;", ""),
        ("uniform float height;", ""),
        *((f"uniform float {p.name};", span(p, plan)) for p in plan.parameters),
        ("", ""),
        ("#define rtd_size vec2(width, height)", ""),
    ]
    return aligned(rows)


def _usage(plan: Plan) -> Usage:
    # double quotes and lines ending in a backslash would end the text in a pipeline's description
    values = ", ".join(f"{p.name}=(float){literal(p.default)}" for p in plan.parameters)
    return Usage(
        (
            "gst-launch-1.0 ... ! glupload ! glcolorconvert ! glshader fragment=TEXT uniforms=U !",
            "glimagesink, TEXT being this file in quotes for gst-launch within the shell's and U",
            f"'uniforms, {values}': without it the filter is off",
        ),
        "RGBA of 8 bits",
        "encoded",
        kept="alpha is copied",
        output=("rounded to 8 bits",),
    )


def _objection(plan: Plan) -> str | None:
    if any(isinstance(solver, Table) for solver in plan.solvers):
        return "gstreamer's language, GLSL ES 1.00, has no tables and this filter looks up one"
    return None


GSTREAMER: Final = Host(
    "gstreamer",
    "GStreamer glshader fragment, GLSL ES 1.00",
    SUFFIX,
    arrival="encoded",
    proof=("GStreamer glshader",),
    write=_write,
    passes=1,
    objection=_objection,
)
