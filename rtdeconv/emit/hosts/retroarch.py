"""RetroArch: a .slangp preset and a .slang shader for each pass."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rtdeconv.emit.about import About, Usage, coding, header, image_notes
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan, Store, reads

SUFFIX: Final = ".slangp"

SWITCH: Final = "rtd_values_linear"


def _pushed(name: str) -> str:
    return f"params.rtd_{name}"


def original_or_image(number: int) -> str:
    """The texture of image ``number``: passes are named by what they write."""
    return "Original" if number == 0 else f"rtd_image{number}"


_BINDINGS: Final = Bindings(
    GLSL,
    here="rtd_here",
    size="rtd_size",
    texel="texelFetch({image}, ivec2({at}), 0)",
    sample="textureLod({image}, {at} / {size}, 0.0)",
    original="texelFetch(Original, ivec2(rtd_here), 0)",
    linear=f"params.{SWITCH} == 1.0",
    result="FragColor = {};",
    bypass=("FragColor = {};", "return;"),
    image=original_or_image,
    parameter=_pushed,
)

_ALONE: Final = replace(
    _BINDINGS,
    original="texelFetch(Source, ivec2(rtd_here), 0)",
    image=lambda number: "Source",
)
"""Of a single pass: it can follow others, whose result is its Source."""

_POSITIONS: Final = """\
#define rtd_size params.{size}.xy
#define rtd_here (vTexCoord * rtd_size)"""

_VERTEX: Final = """\
#pragma stage vertex
layout(location = 0) in vec4 Position;
layout(location = 1) in vec2 TexCoord;
layout(location = 0) out vec2 vTexCoord;

void main() {
    gl_Position = global.MVP * Position;
    vTexCoord = TexCoord;
}"""

_FRAGMENT: Final = """\
#pragma stage fragment
layout(location = 0) in vec2 vTexCoord;
layout(location = 0) out vec4 FragColor;"""

_FORMATS: Final[dict[Store, str]] = {
    "16f": "R16G16B16A16_SFLOAT",
    "32f": "R32G32B32A32_SFLOAT",
    "target": "R8G8B8A8_UNORM",
}

_USAGE: Final = Usage(
    install=(
        "copy it with its .slang files to one folder; in RetroArch, with the video driver vulkan,",
        "glcore or another that takes slang shaders: Shaders, Load Preset;",
        "Shader Parameters has the sliders",
    ),
    source="the frame of the core at its own size, which the result has too",
    arrival="encoded",
    switch=SWITCH,
    kept="alpha is copied",
    output=("8 bits between 0 and 1",),
)

_FIRST: Final = ("first: passes read the core's own frame; before scalers, scanlines and masks",)
_ANYWHERE: Final = ("before scalers, scanlines and masks; it may follow other passes",)


def _preset(plan: Plan, about: About, names: list[str]) -> str:
    place = _ANYWHERE if len(names) == 1 else _FIRST
    parts = [
        commented(header(plan, about, replace(_USAGE, place=place)), "#"),
        f'shaders = "{len(names)}"',
    ]
    for k, name in enumerate(names):
        between = "true" if k in plan.sampled_images else "false"
        settings = {
            "shader": name,
            "filter_linear": between,
            "wrap_mode": "clamp_to_edge",
            "scale_type": "source",
            "scale": "1.0",
        }
        parts.append("\n".join(f'{key}{k} = "{value}"' for key, value in settings.items()))
    return "\n\n".join(parts) + "\n"


def _parameters(plan: Plan) -> str:
    """The sliders; every pass has the same lines, and RetroArch shows them once."""
    rows = [_slider(p, plan) for p in plan.parameters]
    values = f"Values: 0 {coding(plan)}-encoded, 1 linear"
    rows.append(f'#pragma parameter {SWITCH} "{values}" 0.0 0.0 1.0 1.0')
    return "\n".join(rows)


def _slider(p: Parameter, plan: Plan) -> str:
    step = "0.05" if p.high >= 1.0 else "0.001"
    numbers = " ".join(map(literal, (p.default, p.low, p.high)))
    off = " (0: off)" if p.name == plan.bypass else ""
    return f'#pragma parameter rtd_{p.name} "{p.label.capitalize()}{off}" {numbers} {step}'


def _constants(plan: Plan, size: str) -> str:
    members = [
        f"    vec4 {size};  // width, height, 1 / width, 1 / height",
        *(f"    float rtd_{p.name};" for p in plan.parameters),
        f"    float {SWITCH};",
    ]
    return "\n".join(
        [
            "layout(push_constant) uniform Push {",
            *members,
            "} params;",
            "",
            "layout(std140, set = 0, binding = 0) uniform UBO {",
            "    mat4 MVP;",
            "} global;",
        ]
    )


def _textures(plan: Plan, number: int, bindings: Bindings) -> str:
    """What pass ``number`` reads; the last one always the original."""
    read = {fetch.image for fetch in reads(plan.passes[number - 1].expr)}
    if number == len(plan.passes):
        read |= {0}
    notes = image_notes(plan)
    rows = [
        (f"layout(set = 0, binding = {k}) uniform sampler2D {bindings.image(one)};", notes[one])
        for k, one in enumerate(sorted(read), start=2)
    ]
    return aligned(rows)


def _written(plan: Plan, number: int) -> list[str]:
    """What pass ``number`` writes and how others call it; the last writes the result."""
    if number == len(plan.passes):
        return []
    kind = _FORMATS[plan.passes[number - 1].store]
    return [f"#pragma name {original_or_image(number)}\n#pragma format {kind}"]


def _shader(body: Body, about: About, number: int, preset: str) -> str:
    plan, bindings = body.plan, body.bindings
    size = "SourceSize" if bindings is _ALONE else "OriginalSize"
    count = f"pass {number} of {body.last}; " if body.last > 1 else ""
    main = braced("void main()", body.statements(number))
    parts = [
        f"#version 450\n// rtdeconv: {about.title}\n// {count}{preset} describes and loads it",
        *_written(plan, number),
        _parameters(plan),
        _constants(plan, size),
        _VERTEX,
        f"{_FRAGMENT}\n{_textures(plan, number, bindings)}",
        _POSITIONS.format(size=size),
        *body.functions([number]),
        main,
    ]
    return "\n\n".join(parts) + "\n"


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _ALONE if len(plan.passes) == 1 else _BINDINGS)
    numbers = range(1, body.last + 1)
    alone = body.last == 1
    names = [f"{stem}.slang" if alone else f"{stem}.pass{k}.slang" for k in numbers]
    preset = stem + SUFFIX
    shaders = (_shader(body, about, k, preset) for k in numbers)
    return {preset: _preset(plan, about, names), **dict(zip(names, shaders, strict=True))}


RETROARCH: Final = Host(
    "retroarch",
    "RetroArch shader preset",
    SUFFIX,
    arrival="encoded",
    proof=("slang on GL", "RetroArch vulkan", "RetroArch glcore", "glslang, slang"),
    write=_write,
)
