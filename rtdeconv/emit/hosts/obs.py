"""OBS Studio: a .shader of the plugin obs-shaderfilter, one pass.

On Linux and macOS libobs turns the file into GLSL, token by token. What is written here is what
both languages share: no mixing of scalars and vectors in pow, no arrays, every number a float. Its
preprocessor knows #ifdef but no #if, and takes "#define NAME (" for a macro with arguments. A
texture has one sampler for all its fetches, and what follows the sampler's name in a fetch must not
begin with a parenthesis.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rtdeconv.emit.about import About, Usage, header
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import HLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import braced, commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan

_BINDINGS: Final = Bindings(
    replace(HLSL, name="OBS-HLSL", splat="rtd_grey({})", whole="{}.0"),
    here="v_in.uv * uv_size",
    size="uv_size",
    texel="rtd_fetch({at})",
    sample="rtd_fetch({at})",
    original="image.SampleLevel(rtd_clamped, v_in.uv, 0.0)",
    linear="values_linear",
    parameter=str,
)

_USAGE: Final = Usage(
    install=(
        "install the plugin obs-shaderfilter; in the source's Filters add User-defined shader;",
        "check Load shader text from file and choose this file",
    ),
    source="image: the source's picture, premultiplied alpha",
    arrival="encoded",
    switch="the checkbox values_linear",
    place=(
        "the first filter of a camera or capture, before scaling, colour correction and",
        "sharpening",
    ),
)

# textureSampler reads transparent black beyond the border
_SAMPLER: Final = """\
sampler_state rtd_clamped {{
    Filter = {filter};
    AddressU = Clamp;
    AddressV = Clamp;
}};

float4 rtd_fetch(float2 at) {{
    return image.SampleLevel(rtd_clamped, at / uv_size, 0.0);
}}"""

_GREY: Final = """\
float3 rtd_grey(float value) {
    return float3(value, value, value);
}"""

_SWITCH: Final = """\
uniform bool values_linear<
    string label = "Values arrive linear (HDR sources)";
> = false;"""


def _slider(p: Parameter) -> str:
    return f"""\
uniform float {p.name}<
    string label = "{p.label.capitalize()}";
    string widget_type = "slider";
    float minimum = {literal(p.low)};
    float maximum = {literal(p.high)};
    float step = 0.01;
> = {literal(p.default)};"""


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    functions = body.functions([1])
    parts = [
        commented(header(plan, about, _USAGE)),
        *map(_slider, plan.parameters),
        _SWITCH,
        _SAMPLER.format(filter="Linear" if plan.sampled_images else "Point"),
        *[_GREY] * any("rtd_grey(" in function for function in functions),
        *functions,
        braced("float4 mainImage(VertData v_in) : TARGET", body.statements(1)),
    ]
    return {f"{stem}.obs.shader": "\n\n".join(parts) + "\n"}


OBS: Final = Host(
    "obs",
    "OBS Studio, plugin obs-shaderfilter",
    ".obs.shader",
    arrival="encoded",
    proof=("DXC stub, wgpu", "DXC", "spirv-val", "glslang, as libobs"),
    write=_write,
    passes=1,
)
