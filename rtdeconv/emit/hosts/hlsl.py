"""HLSL for Direct3D 11 and 12: one file, a vertex shader and an entry point for each pass."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.about import LINEAR_SWITCH, About, Usage, designed, header, image_notes, map_note
from rtdeconv.emit.bindings import Bindings, bare_image, prefixed
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import HLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented, defaulted
from rtdeconv.plan import Plan


def camel(name: str) -> str:
    """``some_name`` as SomeName, as engines write it."""
    return "".join(part.capitalize() for part in name.split("_"))


_BINDINGS: Final = Bindings(
    HLSL,
    here="position.xy",
    size="picture_size()",
    texel="{image}.Load(int3({at}, 0))",
    sample="mixed({image}, {at})",
    original="source.Load(int3(position.xy, 0))",
    image=bare_image,
    map_red="map_{name}.Load(int3(position.xy, 0)).r",
)

_SIZE: Final = """\
float2 picture_size() {
    float2 size;
    source.GetDimensions(size.x, size.y);
    return size;
}"""

_MIXED: Final = """\
float4 mixed(Texture2D image, float2 at) {
    return image.SampleLevel(between, at / picture_size(), 0.0);
}"""

_VERTEX: Final = """\
// one triangle over the whole target: Draw(3, 0) without buffers
float4 vertex(uint index : SV_VertexID) : SV_Position {
    float2 corner = float2((index << 1) & 2, index & 2);
    return float4(corner * float2(2.0, -2.0) + float2(-1.0, 1.0), 0.0, 1.0);
}"""

_ONE_PASS: Final = (
    "compile vertex and pass1 (vs_5_0 and ps_5_0, or 6_x); draw into a target of the",
    "picture's size; views in an _SRGB format need RTD_VALUES_LINEAR 1",
)

_PASSES: Final = (
    "compile vertex and each pass (vs_5_0 and ps_5_0, or 6_x); draw them in turn into targets",
    "of the picture's size; pass k writes image<k> for those after it, the last the result;",
    "views in an _SRGB format need RTD_VALUES_LINEAR 1",
)


def _usage(plan: Plan) -> Usage:
    return Usage(
        install=_PASSES if len(plan.passes) > 1 else _ONE_PASS,
        source="source: RGB and straight alpha, as large as the target, row 0 on top",
        arrival="encoded",
    )


def _interface(plan: Plan) -> str:
    block = [
        ("cbuffer Settings : register(b0) {", ""),
        *((f"    float {prefixed(p.name)};", designed(p, plan)) for p in plan.parameters),
        ("};", ""),
    ]
    images = [(bare_image(k), note) for k, note in enumerate(image_notes(plan))]
    images += [(f"map_{one.name}", map_note(one)) for one in plan.maps]
    bound = [(f"Texture2D {name} : register(t{k});", note) for k, (name, note) in enumerate(images)]
    if plan.sampled_images:
        bound.append(("SamplerState between : register(s0);", "linear filter, address mode clamp"))
    return f"{aligned(block)}\n\n{aligned(bound)}"


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    numbers = range(1, body.last + 1)
    parts = [
        commented(header(plan, about, _usage(plan))),
        defaulted([LINEAR_SWITCH]),
        _interface(plan),
        _SIZE,
        *[_MIXED] * bool(plan.sampled_images),
        *body.functions(numbers),
        _VERTEX,
        *(
            braced(f"float4 pass{k}(float4 position : SV_Position) : SV_Target", body.statements(k))
            for k in numbers
        ),
    ]
    return {f"{stem}.hlsl": "\n\n".join(parts) + "\n"}


HLSL_FILE: Final = Host(
    "hlsl",
    "Direct3D pixel shader, written for shader model 5, proven as 6",
    ".hlsl",
    arrival="encoded",
    proof=("wgpu", "DXC", "spirv-val"),
    write=_write,
    maps=True,
)
