"""WebGPU: one WGSL module, an entry point for each pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtdeconv.emit.about import About, Usage, designed, header, image_notes, map_note
from rtdeconv.emit.bindings import Bindings, bare_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import WGSL
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, braced, commented
from rtdeconv.plan import Plan


def _setting(name: str) -> str:
    return f"settings.{name}"


BINDINGS: Final = Bindings(
    WGSL,
    here="here",
    size="picture_size()",
    texel="textureLoad({image}, vec2i({at}), 0)",
    sample="textureSampleLevel({image}, between, {at} / {size}, 0.0)",
    original="textureLoad(source, vec2i(here), 0)",
    linear="rtd_values_linear",
    readers="functions",
    image=bare_image,
    parameter=_setting,
    map_red="textureLoad(map_{name}, vec2i(here), 0).r",
)

POSITIONS: Final = """\
var<private> here: vec2f;  // centre of the pixel that is written

fn picture_size() -> vec2f {
    return vec2f(textureDimensions(source));
}"""

_VERTEX: Final = """\
// one triangle over the whole target: draw(3)
@vertex
fn vertex(@builtin(vertex_index) index: u32) -> @builtin(position) vec4f {
    return vec4f(f32(index & 1u) * 4.0 - 1.0, f32(index & 2u) * 2.0 - 1.0, 0.0, 1.0);
}"""


def _usage(plan: Plan) -> Usage:
    count = len(plan.passes)
    install: tuple[str, ...] = (
        "a pipeline of vertex and pass1; draw three vertices into a target of the picture's size;",
        "views in an -srgb format need rtd_values_linear, a constant of the pipeline",
    )
    if count > 1:
        install = (
            f"a pipeline for each pass, of vertex and pass1 to pass{count}; draw three vertices",
            "into targets of the picture's size; pass k writes the image<k> of those after it;",
            install[-1],
        )
    source = "source: RGB and straight alpha, as large as the target, row 0 on top"
    return Usage(install, source, "encoded", "rtd_values_linear")


def settings(plan: Plan, padding: str = "") -> str:
    """The struct of parameters; ``padding``: what stands before the last one."""
    names = [p.name for p in plan.parameters]
    sizes = ["" for _ in names[1:]] + [padding]
    rows = [
        (f"    {size}{p.name}: f32,", designed(p, plan))
        for p, size in zip(plan.parameters, sizes, strict=True)
    ]
    return aligned([("struct Settings {", ""), *rows, ("}", "")])


def entry(name: str, argument: str, position: str, statements: Sequence[str]) -> str:
    """A fragment shader."""
    head = f"@fragment\nfn {name}({argument}) -> @location(0) vec4f"
    return braced(head, [f"here = {position};", *statements])


def _bound(plan: Plan) -> str:
    rows = [("@group(0) @binding(0) var<uniform> settings: Settings;", "")]
    if plan.sampled_images:
        note = (
            "linear; RGBA16F without float32-filterable" if max(plan.sampled_images) else "linear"
        )
        rows.append(("@group(0) @binding(1) var between: sampler;", note))
    images = [(bare_image(k), note) for k, note in enumerate(image_notes(plan))]
    images += [(f"map_{one.name}", map_note(one)) for one in plan.maps]
    rows += [
        (f"@group(0) @binding({k}) var {name}: texture_2d<f32>;", note)
        for k, (name, note) in enumerate(images, start=2)
    ]
    return aligned(rows)


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, BINDINGS)
    numbers = range(1, body.last + 1)
    argument = "@builtin(position) position: vec4f"
    parts = [
        commented(header(plan, about, _usage(plan))),
        "override rtd_values_linear: bool = false;  // true: values arrive linear and leave linear",
        f"{settings(plan)}\n{_bound(plan)}",
        POSITIONS,
        *body.functions(numbers),
        _VERTEX,
        *(entry(f"pass{k}", argument, "position.xy", body.statements(k)) for k in numbers),
    ]
    return {f"{stem}.wgsl": "\n\n".join(parts) + "\n"}


WGSL_MODULE: Final = Host(
    "wgsl",
    "WebGPU shader module",
    ".wgsl",
    arrival="encoded",
    proof=("wgpu", "WebGPU"),
    write=_write,
    maps=True,
)
