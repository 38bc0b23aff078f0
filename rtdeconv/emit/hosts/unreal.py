"""Unreal Engine 5: a global shader, and for one pass the text of a Custom node as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtdeconv.emit.about import LINEAR_SWITCH, About, Usage, designed, header, image_notes
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import HLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts.hlsl import camel
from rtdeconv.emit.layout import aligned, braced, commented, defaulted
from rtdeconv.plan import Plan


def _image(number: int) -> str:
    return f"Image{number}Texture" if number else "SourceTexture"


_USF: Final = Bindings(
    HLSL,
    here="SvPosition.xy - ViewMin",
    size="rtd_size",
    texel="rtd_texel({image}, {at})",
    sample="rtd_mixed({image}, {at})",
    original="SourceTexture.Load(int3(SvPosition.xy, 0))",
    result="OutColor = {};",
    bypass=("OutColor = {};", "return;"),
    image=_image,
    parameter=camel,
)

_NODE: Final = Bindings(
    HLSL,
    here="GetViewportUV(Parameters) * rtd_size",
    size="rtd_size",
    texel="rtd_lookup({at}, false)",
    sample="rtd_lookup({at}, true)",
    original="rtd_lookup(GetViewportUV(Parameters) * rtd_size, false)",
    pixel="{colour}",
    bypass=("return {}.rgb;",),
    parameter=camel,
)

_PLACE: Final = (
    "after tone mapping: TSR or TAA lie behind it, the user interface ahead; before it,",
    "highlights beyond 1 would ring; film grain is sharpened too: turn it off",
)

_ONE_PASS: Final = (
    "put it into a plugin's Shaders folder; IMPLEMENT_GLOBAL_SHADER for Pass1PS;",
    "a SceneViewExtension, after EPostProcessingPass::Tonemap, draws it over the view,",
    "which must lie in the target as in SourceTexture",
)

_PASSES: Final = (
    "put it into a plugin's Shaders folder; IMPLEMENT_GLOBAL_SHADER for Pass1PS, Pass2PS...;",
    "a SceneViewExtension, after EPostProcessingPass::Tonemap, draws each over the view;",
    "pass k writes Image<k>Texture; in every target the view lies as in SourceTexture",
)


def _usf_usage(plan: Plan) -> Usage:
    return Usage(
        install=_PASSES if len(plan.passes) > 1 else _ONE_PASS,
        source="SourceTexture: scene colour, within ViewMin..ViewMax",
        arrival="encoded",
        place=_PLACE,
    )


_NODE_USAGE: Final = Usage(
    install=(
        "post-process material, blendable location Scene Color After Tonemapping: paste into a",
        "Custom node of output type CMOT Float 3, its inputs scalar parameters named as below;",
        "connect a SceneTexture node, PostProcessInput0, to one more input, so that it is bound",
    ),
    source="PostProcessInput0: scene colour",
    arrival="encoded",
    place=_PLACE,
)

# the buffer may be larger than the view, and textures need not be equally large
_TEXEL: Final = """\
float4 rtd_texel(Texture2D Image, float2 At) {
    return Image.Load(int3(int2(At) + ViewMin, 0));
}"""

_MIXED: Final = """\
float4 rtd_mixed(Texture2D Image, float2 At) {
    float2 Extent;
    Image.GetDimensions(Extent.x, Extent.y);
    return Image.SampleLevel(BilinearSampler, (At + ViewMin) / Extent, 0.0);
}"""

_LOOKUP: Final = """\
#define rtd_size GetSceneTextureViewSize(14).xy

float4 rtd_lookup(float2 At, bool bFiltered) {  // 14: PostProcessInput0
    return SceneTextureLookup(ViewportUVToSceneTextureUV(At / rtd_size, 14), 14, bFiltered);
}"""

_SWITCH: Final = defaulted([LINEAR_SWITCH])


def _interface(plan: Plan) -> str:
    images = [(f"Texture2D {_image(k)};", note) for k, note in enumerate(image_notes(plan))]
    if plan.sampled_images:
        images.append(("SamplerState BilinearSampler;", "TStaticSamplerState<SF_Bilinear>"))
    view = [
        ("int2 ViewMin;", "the view's first pixel"),
        ("int2 ViewMax;", "its last"),
    ]
    parameters = [(f"float {camel(p.name)};", designed(p, plan)) for p in plan.parameters]
    return aligned([*images, *view, *parameters])


def _global_shader(plan: Plan, about: About) -> str:
    body = Body(plan, _USF)
    numbers = range(1, body.last + 1)
    signature = "void Pass{}PS(float4 SvPosition : SV_POSITION, out float4 OutColor : SV_Target0)"
    parts = [
        commented(header(plan, about, _usf_usage(plan))),
        '#include "/Engine/Public/Platform.ush"',
        _SWITCH,
        _interface(plan),
        "#define rtd_size float2(ViewMax - ViewMin + 1)",
        _TEXEL,
        *[_MIXED] * bool(plan.sampled_images),
        *body.functions(numbers),
        *(braced(signature.format(k), body.statements(k)) for k in numbers),
    ]
    return "\n\n".join(parts) + "\n"


def _node(plan: Plan, about: About) -> str:
    """Functions are not allowed within a function, methods of a local struct are."""
    body = Body(plan, _NODE)
    names = [camel(p.name) for p in plan.parameters]
    pins = [f"{name}: {designed(p, plan)}" for name, p in zip(names, plan.parameters, strict=True)]
    taken = "".join(f", float {name}" for name in names)
    given = "".join(f", {name}" for name in names)
    restored = braced(
        f"float3 Restored(FMaterialPixelParameters Parameters{taken})", body.statements(1)
    )
    methods = "\n\n".join([_LOOKUP, *body.functions([1]), restored])
    parts = [
        commented([*header(plan, about, _NODE_USAGE), "", *_listed("inputs", pins)]),
        _SWITCH,
        f"struct FRtdDeblur {{  // a node is a function's body: only methods may stand in it\n\n"
        f"{methods}\n\n}};",
        f"FRtdDeblur Deblur;\nreturn Deblur.Restored(Parameters{given});",
    ]
    return "\n\n".join(parts) + "\n"


def _listed(key: str, texts: Sequence[str]) -> list[str]:
    return [f"{'' if k else key:<9}{text}" for k, text in enumerate(texts)]


def _write(plan: Plan, about: About, stem: str) -> Files:
    files = {f"{stem}.usf": _global_shader(plan, about)}
    if len(plan.passes) == 1:
        files[f"{stem}.custom.txt"] = _node(plan, about)
    return files


UNREAL: Final = Host(
    "unreal",
    "Unreal Engine 5: global shader, Custom node",
    ".usf",
    arrival="encoded",
    proof=("DXC stub, wgpu", "DXC stub, wgpu, Custom node", "DXC", "spirv-val"),
    write=_write,
)
