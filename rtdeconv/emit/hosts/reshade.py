"""ReShade: one self-contained effect file, everything in a namespace of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from rtdeconv.emit.about import About, Usage, header, image_notes, span
from rtdeconv.emit.bindings import Bindings, prefixed, source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import HLSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented, defaulted
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Parameter, Plan, Sample, Store, reads

SUFFIX: Final = ".fx"

_BINDINGS: Final = Bindings(
    replace(HLSL, name="ReShade FX"),
    here="position.xy",
    size="rtd_size",
    texel="rtd_texel({image}, {at})",
    sample="rtd_texel({image}_between, {at})",
    original="rtd_texel(rtd_source, position.xy)",
)

# tex2Dfetch takes other arguments in other versions of ReShade
_POSITIONS: Final = """\
#define rtd_size float2(BUFFER_WIDTH, BUFFER_HEIGHT)
#define rtd_texel(image, at) tex2Dlod(image, float4((at) / rtd_size, 0.0, 0.0))"""

_TRIANGLE: Final = """\
void rtd_triangle(in uint id : SV_VertexID, out float4 position : SV_Position) {
    position = float4(id == 2 ? 3.0 : -1.0, id == 1 ? -3.0 : 1.0, 0.0, 1.0);
}"""

_SIGNATURE: Final = "float4 rtd_pass{}(float4 position : SV_Position) : SV_Target"

_PLACE: Final = "first in the list, before sharpening, grain and whatever draws over the picture"

_USAGE: Final = Usage(
    install=(
        "copy it to reshade-shaders/Shaders, reload, tick it in the list of effects;",
        "it needs no other file",
    ),
    source="the back buffer: what the game shows, its interface included",
    arrival="encoded",
    place=(
        _PLACE,
        "switch the game's own sharpening and film grain off: they come before ReShade",
    ),
)


def _switch() -> str:
    return defaulted([("RTD_VALUES_LINEAR", 0, "1: values arrive linear, as in HDR's scRGB")])


def _slider(p: Parameter, plan: Plan) -> str:
    step = "0.01" if p.high >= 1.0 else "0.001"
    return "\n".join(
        [
            f"uniform float {prefixed(p.name)} <",
            '    ui_type = "slider";',
            f"    ui_min = {literal(p.low)}; ui_max = {literal(p.high)}; ui_step = {step};",
            f'    ui_label = "{p.name.replace("_", " ").capitalize()}";',
            f'    ui_tooltip = "{span(p, plan)}";',
            f"> = {literal(p.default)};",
        ]
    )


def _textures(plan: Plan) -> str:
    """The back buffer and what passes write."""
    notes = image_notes(plan)
    rows = [("texture rtd_picture : COLOR;", notes[0])]
    size = "Width = BUFFER_WIDTH; Height = BUFFER_HEIGHT;"
    for k, one in enumerate(plan.passes[:-1], start=1):
        rows.append((f"texture {_stored(k)} {{ {size} Format = {_format(one.store)}; }};", ""))
    return aligned(rows)


def _stored(number: int) -> str:
    return "rtd_picture" if number == 0 else f"rtd_stored{number}"


def _format(store: Store) -> str:
    return {"16f": "RGBA16F", "32f": "RGBA32F", "target": "RGBA8"}[store]


def _samplers(plan: Plan) -> str:
    """One for each image and way to read it; the source's own texel is always read."""
    fetches = {fetch for one in plan.passes for fetch in reads(one.expr)}
    kinds = {(0, False)} | {(fetch.image, isinstance(fetch, Sample)) for fetch in fetches}
    return "\n".join(_sampler(number, between) for number, between in sorted(kinds))


def _sampler(number: int, between: bool) -> str:
    name = source_or_image(number) + ("_between" if between else "")
    kind = "LINEAR" if between else "POINT"
    return "\n".join(
        [
            f"sampler {name} {{",
            f"    Texture = {_stored(number)};",
            f"    MinFilter = {kind}; MagFilter = {kind}; MipFilter = POINT;",
            "    AddressU = CLAMP; AddressV = CLAMP;",
            "};",
        ]
    )


def _technique(plan: Plan, about: About, name: str, stem: str) -> str:
    count = len(plan.passes)
    lines = [f"technique {name} <", f'    ui_label = "rtdeconv: {stem}";']
    lines += [f'    ui_tooltip = "{about.title};\\n"', f'                 "{_PLACE}";', "> {"]
    for k in range(1, count + 1):
        target = f" RenderTarget = {_stored(k)};" if k < count else ""
        lines.append(
            f"    pass {{ VertexShader = rtd_triangle; PixelShader = rtd_pass{k};{target} }}"
        )
    return "\n".join([*lines, "}"])


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, _BINDINGS)
    numbers = range(1, body.last + 1)
    name = "rtd_" + re.sub(r"[^A-Za-z0-9]+", "_", stem)
    parts = [
        commented(header(plan, about, _USAGE)),
        _switch(),
        f"namespace {name} {{  // ReShade shares textures of one name between effects",
        *(_slider(p, plan) for p in plan.parameters),
        f"{_textures(plan)}\n\n{_samplers(plan)}",
        _POSITIONS,
        *body.functions(numbers),
        _TRIANGLE,
        *(braced(_SIGNATURE.format(k), body.statements(k)) for k in numbers),
        _technique(plan, about, name, stem),
        f"}}  // {name}",
    ]
    return {stem + SUFFIX: "\n\n".join(parts) + "\n"}


RESHADE: Final = Host(
    "reshade",
    "ReShade effect",
    SUFFIX,
    arrival="encoded",
    proof=("ReShade FX on GL", "vkBasalt", "ReShade FX compiler"),
    write=_write,
)
