"""Vulkan GLSL: one fragment shader with separate images, its passes under RTD_PASS."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.about import (
    LINEAR_SWITCH,
    About,
    Usage,
    designed,
    header,
    image_notes,
    map_note,
    pass_switch,
)
from rtdeconv.emit.bindings import Bindings, bare_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented, defaulted, guarded
from rtdeconv.plan import Plan

_BINDINGS: Final = Bindings(
    GLSL,
    here="here",
    size="picture_size",
    texel="rtd_texel({image}, {at})",
    sample="rtd_mixed({image}, {at})",
    original="rtd_texel(source, here)",
    result="result = {};",
    bypass=("result = {};", "return;"),
    image=bare_image,
    parameter=str,
    map_red="rtd_texel(map_{name}, here).r",
)

_POSITIONS: Final = """\
#define picture_size vec2(textureSize(source, 0))
#define here gl_FragCoord.xy  // the viewport is the whole target
#define rtd_texel(image, at) texelFetch(image, ivec2(at), 0)"""

_MIXED: Final = """
#define rtd_mixed(image, at) textureLod(sampler2D(image, between), (at) / picture_size, 0.0)"""


def _usage(plan: Plan) -> Usage:
    install: tuple[str, ...] = (
        "glslangValidator -V or glslc, with -DRTD_VALUES_LINEAR=1 for SRGB views;",
        "draw a full-screen triangle into a target of the picture's size",
    )
    count = len(plan.passes)
    if count > 1:
        install = (
            install[0],
            f"a pipeline for each -DRTD_PASS, 1 to {count}: draw a full-screen triangle into a",
            "target of the picture's size, pass k into the image<k> of those after it",
        )
    source = "source: RGB and straight alpha, as large as the target, row 0 on top"
    return Usage(install, source, "encoded")


def _interface(plan: Plan) -> str:
    parameters = [(f"    float {p.name};", designed(p, plan)) for p in plan.parameters]
    images = [(bare_image(k), note) for k, note in enumerate(image_notes(plan))]
    images += [(f"map_{one.name}", map_note(one)) for one in plan.maps]
    bound = [
        (f"layout(set = 0, binding = {k}) uniform texture2D {name};", note)
        for k, (name, note) in enumerate(images, start=2)
    ]
    if plan.sampled_images:
        mixed = "LINEAR; RGBA16F where RGBA32F lacks it"
        note = mixed if max(plan.sampled_images) else "LINEAR"
        bound.insert(0, ("layout(set = 0, binding = 1) uniform sampler between;", note))
    block = [("layout(set = 0, binding = 0) uniform Settings {", ""), *parameters, ("};", "")]
    result = ("layout(location = 0) out vec4 result;", "")
    return "\n".join([aligned(block), aligned([*bound, result])])


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    numbers = range(1, body.last + 1)
    mains = [braced("void main()", body.statements(k)) for k in numbers]
    parts = [
        f"#version 450\n{commented(header(plan, about, _usage(plan)))}",
        "#extension GL_EXT_samplerless_texture_functions : require",
        defaulted([*pass_switch(plan), LINEAR_SWITCH]),
        _interface(plan),
        _POSITIONS + (_MIXED if plan.sampled_images else ""),
        *body.functions(numbers),
        guarded(mains),
    ]
    return {f"{stem}.vk.frag": "\n\n".join(parts) + "\n"}


GLSL450: Final = Host(
    "glsl450",
    "Vulkan fragment shader",
    ".vk.frag",
    arrival="encoded",
    proof=("wgpu", "glslang", "spirv-val"),
    write=_write,
    maps=True,
)
