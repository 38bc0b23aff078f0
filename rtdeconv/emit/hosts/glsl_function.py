"""Functions in GLSL for pasting into an engine's own shader, one for each pass."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.about import LINEAR_SWITCH, About, Usage, header, image_notes, span
from rtdeconv.emit.bindings import ROWS_DOWN, Bindings, bare_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, commented, defaulted
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan


def _parameter(name: str) -> str:
    return f"RTD_{name.upper()}"


# texelFetch, because an engine's samplers may repeat or filter
_BINDINGS: Final = Bindings(
    GLSL,
    here="rtd_here",
    size="rtd_size",
    texel="rtd_texel({image}, {at})",
    sample="textureLod({image}, {at} / {size}, 0.0)",
    original="rtd_texel(source, rtd_here)",
    rows="switch",
    pixel="{colour}",
    bypass=("return {}.rgb;",),
    image=bare_image,
    parameter=_parameter,
)

_POSITIONS: Final = """\
// in the functions below: where they are called for, in pixels, and the picture's size
#define rtd_here (uv / texel)
#define rtd_size (1.0 / texel)
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)"""


def _usage(plan: Plan) -> Usage:
    call = {
        1: "call rtd_deblur(source, uv, texel)",
        2: "draw rtd_pass1 into image1, then rtd_deblur",
    }.get(len(plan.passes), "rtd_pass<k> draws image<k>, then rtd_deblur")
    mixed = 0 in plan.sampled_images
    return Usage(
        (
            "paste it above main: GLSL 3.30, or ES 3.00 after precision highp float and sampler2D;",
            f"{call}; texel: 1.0 / vec2(textureSize(source, 0));",
            "#define RTD_STRENGTH before it, as a uniform of yours, for a slider",
        ),
        "source: RGB; its wrap does not matter" if mixed else "source: RGB, from any sampler",
        "encoded",
        kept="{above}, alpha is yours",
    )


def _switches(plan: Plan) -> str:
    rows: list[tuple[str, int | str, str]] = [
        (_parameter(p.name), literal(p.default), span(p, plan)) for p in plan.parameters
    ]
    rows.append(LINEAR_SWITCH)
    if not plan.has_mirrored_rows:
        rows.append(("RTD_ROWS_UP", 0, "1: uv grows from the bottom of the picture to its top"))
    return defaulted(rows)


def _function(body: Body, number: int) -> str:
    name = "rtd_deblur" if number == body.last else f"rtd_pass{number}"
    arguments = {bare_image(k): "sampler2D" for k in range(number)} | {
        "uv": "vec2",
        "texel": "vec2",
    }
    return GLSL.defined("vec3", name, arguments, body.statements(number))


def _images(plan: Plan) -> str:
    """What the arguments are, where there are several passes or samplers must filter."""
    if len(plan.passes) == 1 and not plan.sampled_images:
        return ""
    rows = [
        (f"// {bare_image(k)}", f"{note}; filter it LINEAR" if k in plan.sampled_images else note)
        for k, note in enumerate(image_notes(plan))
    ]
    return aligned(rows, "")


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    numbers = range(1, body.last + 1)
    turned = not plan.has_mirrored_rows
    parts = [
        commented(header(plan, about, _usage(plan))),
        _images(plan),
        _switches(plan),
        "\n".join([_POSITIONS, *[ROWS_DOWN] * turned]),
        *body.functions(numbers),
        *(_function(body, number) for number in numbers),
    ]
    return {f"{stem}.glsl": "\n\n".join(filter(None, parts)) + "\n"}


GLSL_FUNCTION: Final = Host(
    "glsl-function",
    "GLSL functions to paste into an engine's shader",
    ".glsl",
    arrival="encoded",
    proof=("moderngl", "Panda3D", "glslang"),
    write=_write,
)
