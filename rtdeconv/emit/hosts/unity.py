"""Unity: a ShaderLab file and the script that draws it, for URP and for the Built-in pipeline.

Unity keeps the bottom row of a picture first in render textures, on every platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Final

from rtdeconv.emit.about import About, Usage, header, span
from rtdeconv.emit.bindings import Bindings
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import HLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts.hlsl import camel
from rtdeconv.emit.layout import aligned, braced, commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan

_ENCODED: Final = "_RTD_VALUES_ENCODED"
_LABEL: Final = "Values are encoded (Gamma)"
_SWITCH: Final = f"the toggle {_LABEL}"


def _property(name: str) -> str:
    return f"_{camel(name)}"


@dataclass(frozen=True)
class _Pipeline:
    """What differs between render pipelines.

    ``language``: HLSL or CG, as ShaderLab's blocks are called; ``target``: the shader model;
    ``tags`` of the subshader; ``before``: what stands in front of all functions; ``image``: the
    declaration of one; ``mixed``: what bilinear fetches need; ``vertex``: the vertex shader's name;
    ``first``: what a pass begins with.
    """

    suffix: str
    script: str
    language: str
    target: str
    tags: tuple[str, ...]
    before: str
    image: str
    vertex: str
    mixed: str
    first: tuple[str, ...]
    bindings: Bindings
    usage: Usage

    def write(self, plan: Plan, about: About, stem: str) -> Files:
        """The shader and its script."""
        body = Body(plan, self.bindings)
        numbers = range(1, body.last + 1)
        functions = [
            self.before,
            self._interface(plan),
            *[self.mixed] * bool(self.mixed and plan.sampled_images),
            *body.functions(numbers),
            *(self._pass(body, k) for k in numbers),
        ]
        shared = "\n\n".join(functions)
        text = f"""\
{commented(header(plan, about, self.usage))}

Shader "Rtd/{stem}"
{{
    Properties
    {{
{_properties(plan)}
    }}

    {self.language}INCLUDE
{shared}
    END{self.language}

    SubShader
    {{
{self._subshader(numbers)}
    }}
}}
"""
        script = resources.files(__package__).joinpath(self.script).read_text("utf-8")
        return {stem + self.suffix: text, self.script: script}

    def _interface(self, plan: Plan) -> str:
        images = [
            (self.image.format(f"_RtdImage{number}"), f"what pass {number} wrote")
            for number in range(1, len(plan.passes))
        ]
        parameters = [(f"float {_property(p.name)};", span(p, plan)) for p in plan.parameters]
        return aligned([*images, *parameters])

    def _pass(self, body: Body, number: int) -> str:
        statements = [*self.first, *body.statements(number)]
        return braced(f"float4 Pass{number}(Varyings input) : SV_Target", statements)

    def _subshader(self, numbers: range) -> str:
        lines = [*self.tags, "Cull Off", "ZWrite Off", "ZTest Always"]
        for number in numbers:
            lines += [
                "",
                "Pass",
                "{",
                f'    Name "RtdPass{number}"',
                f"    {self.language}PROGRAM",
                f"    #pragma target {self.target}",
                f"    #pragma vertex {self.vertex}",
                f"    #pragma fragment Pass{number}",
                f"    #pragma shader_feature_local {_ENCODED}",
                f"    END{self.language}",
                "}",
            ]
        return "\n".join(f"        {line}".rstrip() for line in lines)


def _properties(plan: Plan) -> str:
    switch = f'[Toggle({_ENCODED})] _ValuesAreEncoded("{_LABEL}", Float) = 0.0'
    return "\n".join(f"        {line}" for line in [*map(_slider, plan.parameters), switch])


def _slider(p: Parameter) -> str:
    low, high, default = map(literal, (p.low, p.high, p.default))
    return f'{_property(p.name)}("{p.label.capitalize()}", Range({low}, {high})) = {default}'


_ARRIVAL: Final = f"""\
#ifdef {_ENCODED}
#define RTD_VALUES_LINEAR 0
#else
#define RTD_VALUES_LINEAR 1  // as in projects of Linear colour space
#endif"""


def _urp_image(number: int) -> str:
    return f"_RtdImage{number}" if number else "_BlitTexture"


_URP: Final = _Pipeline(
    suffix=".urp.shader",
    script="RtdDeblurFeature.cs",
    language="HLSL",
    target="3.5",
    tags=('Tags { "RenderPipeline" = "UniversalPipeline" }',),
    before=f"""\
#define USE_FULL_PRECISION_BLIT_TEXTURE  // on phones, from URP 17.3
#include "Packages/com.unity.render-pipelines.universal/ShaderLibrary/Core.hlsl"
#include "Packages/com.unity.render-pipelines.core/Runtime/Utilities/Blit.hlsl"

{_ARRIVAL}

#if UNITY_VERSION < 202320  // later ones have it in Blit.hlsl
float4 _BlitTexture_TexelSize;
#endif

#define rtd_size _BlitTexture_TexelSize.zw
#define rtd_texel(image, at) LOAD_TEXTURE2D_X(image, uint2(at))""",
    image="TEXTURE2D_X_FLOAT({});",
    vertex="Vert",
    mixed="""\
#define rtd_mixed(image, at) \\
    SAMPLE_TEXTURE2D_X_LOD(image, sampler_LinearClamp, (at) / rtd_size, 0.0)""",
    first=("UNITY_SETUP_STEREO_EYE_INDEX_POST_VERTEX(input);",),
    bindings=Bindings(
        HLSL,
        here="input.positionCS.xy",
        size="rtd_size",
        texel="rtd_texel({image}, {at})",
        sample="rtd_mixed({image}, {at})",
        original="rtd_texel(_BlitTexture, input.positionCS.xy)",
        rows="up",
        image=_urp_image,
        parameter=_property,
    ),
    usage=Usage(
        install=(
            "put both files into Assets and make a material of this shader; in the renderer's",
            "asset (PC_Renderer or such), Add Renderer Feature, Rtd Deblur Feature; put the",
            "material into its slot",
        ),
        source="_BlitTexture: the camera's colour, straight from the renderer feature",
        arrival="linear",
        switch=_SWITCH,
        place=(
            "after post-processing, where the feature puts it: temporal antialiasing and tone",
            "mapping lie behind it, the overlay UI ahead; film grain is sharpened too: turn it off",
        ),
    ),
)


def _builtin_image(number: int) -> str:
    return f"_RtdImage{number}" if number else "_MainTex"


_BUILTIN: Final = _Pipeline(
    suffix=".builtin.shader",
    script="RtdDeblur.cs",
    language="CG",
    target="3.0",
    tags=(),
    before=f"""\
#include "UnityCG.cginc"

{_ARRIVAL}

sampler2D_float _MainTex;
float4 _MainTex_TexelSize;

#define rtd_size _MainTex_TexelSize.zw
#define rtd_fetch(image, at) tex2Dlod(image, float4((at) / rtd_size, 0.0, 0.0))

struct Varyings {{
    float4 position : SV_POSITION;
    float2 uv : TEXCOORD0;  // that of v2f_img is half: on phones too coarse to tell pixels
}};

Varyings Vertex(float4 position : POSITION, float2 uv : TEXCOORD0) {{
    Varyings output;
    output.position = UnityObjectToClipPos(position);
    output.uv = uv;
    return output;
}}""",
    image="sampler2D_float {};",
    vertex="Vertex",
    mixed="",
    first=(),
    bindings=Bindings(
        HLSL,
        here="input.uv * rtd_size",
        size="rtd_size",
        texel="rtd_fetch({image}, {at})",
        sample="rtd_fetch({image}, {at})",
        original="tex2Dlod(_MainTex, float4(input.uv, 0.0, 0.0))",
        rows="up",
        image=_builtin_image,
        parameter=_property,
    ),
    usage=Usage(
        install=(
            "put both files into Assets and make a material of this shader; give the camera the",
            "component Rtd Deblur, below other image effects; put the material into its slot",
        ),
        source="_MainTex: the camera's picture, from OnRenderImage; not single-pass stereo",
        arrival="linear",
        switch=_SWITCH,
        place=(
            "the camera's last image effect: temporal antialiasing and tone mapping lie behind it,",
            "the overlay UI ahead; film grain is sharpened too: turn it off",
        ),
    ),
)

UNITY_URP: Final = Host(
    "unity-urp",
    "Unity, Universal RP 14 to 17",
    _URP.suffix,
    arrival="linear",
    proof=("DXC stub, wgpu", "DXC", "spirv-val", "mcs, stub"),
    write=_URP.write,
)

UNITY_BUILTIN: Final = Host(
    "unity-builtin",
    "Unity, Built-in Render Pipeline",
    _BUILTIN.suffix,
    arrival="linear",
    proof=("DXC stub, wgpu", "DXC", "spirv-val", "mcs, stub"),
    write=_BUILTIN.write,
)
