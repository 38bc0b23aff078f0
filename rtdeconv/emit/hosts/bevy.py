"""Bevy: a post-process shader asset and the plugin that draws it, on Bevy's own FullscreenMaterial.

That material hands over the picture and nothing else, with a sampler that does not filter: one
pass, whole pixels.
"""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.about import About, Usage, coding, header, span
from rtdeconv.emit.body import Body
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.hosts.wgsl import BINDINGS, POSITIONS, entry, settings
from rtdeconv.emit.layout import commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan

_HEAD: Final = """\
#import bevy_core_pipeline::fullscreen_vertex_shader::FullscreenVertexOutput

const rtd_values_linear = true;  // false: values arrive {curve}-encoded and leave so"""

_BOUND: Final = """\
@group(0) @binding(0) var source: texture_2d<f32>;  // what the camera has drawn so far
@group(0) @binding(2) var<uniform> settings: Settings;"""

_PADDING: Final = {1: ("Vec3", "Vec3::ZERO"), 2: ("Vec2", "Vec2::ZERO"), 3: ("f32", "0.0")}
"""What fills 1, 2 or 3 floats up to whole groups of four: its type and value in Rust."""

_PLUGIN: Final = """\
use bevy::{{
    core_pipeline::{{
        Core3dSystems,
        fullscreen_material::{{FullscreenMaterial, FullscreenMaterialPlugin}},
        tonemapping::tonemapping,
    }},
    ecs::{{schedule::ScheduleConfigs, system::BoxedSystem}},
    prelude::*,
    render::{{extract_component::ExtractComponent, render_resource::ShaderType}},
    shader::ShaderRef,
}};

pub struct DeblurPlugin;

impl Plugin for DeblurPlugin {{
    fn build(&self, app: &mut App) {{
        app.add_plugins(FullscreenMaterialPlugin::<Deblur>::default());
    }}
}}

/// On a camera: sharpens what it draws.
#[derive(Component, ExtractComponent, Clone, Copy, ShaderType)]
pub struct Deblur {{
{fields}
}}

impl Default for Deblur {{
    fn default() -> Self {{
        Self {{
{defaults}
        }}
    }}
}}

impl FullscreenMaterial for Deblur {{
    fn fragment_shader() -> ShaderRef {{
        "shaders/{asset}".into()
    }}

    // for a Camera2d: Core2dSystems here, and fn schedule() that returns Core2d
    fn schedule_configs(system: ScheduleConfigs<BoxedSystem>) -> ScheduleConfigs<BoxedSystem> {{
        system.in_set(Core3dSystems::PostProcess).after(tonemapping)
    }}
}}
"""


def _usage(stem: str) -> Usage:
    return Usage(
        install=(
            f"Bevy 0.19: put it into assets/shaders and {stem}.rs beside main.rs as deblur.rs;",
            "mod deblur; and app.add_plugins(deblur::DeblurPlugin);",
            "spawn the Camera3d with deblur::Deblur::default()",
        ),
        source="what the camera has drawn, LDR or HDR",
        arrival="linear",
        switch="rtd_values_linear",
        place=("after TAA and tone mapping, before UI; FXAA and SMAA may run on either side",),
    )


def _plugin(plan: Plan, about: About, stem: str) -> str:
    fields, defaults = [], []
    for p in plan.parameters:
        fields += [f"    /// {span(p, plan)}", f"    pub {p.name}: f32,"]
        defaults.append(f"            {p.name}: {literal(p.default)},")
    padding = _PADDING.get(len(plan.parameters) % 4)
    if padding is not None:
        kind, zero = padding
        fields += [
            "    /// WebGL 2 wants whole groups of four floats",
            f"    pub _padding: {kind},",
        ]
        defaults.append(f"            _padding: {zero},")
    text = _PLUGIN.format(
        fields="\n".join(fields), defaults="\n".join(defaults), asset=f"{stem}.bevy.wgsl"
    )
    told = [
        f"rtdeconv: {about.title}",
        f"the plugin for {stem}.bevy.wgsl, which says how to install it",
    ]
    return f"{commented(told)}\n\n{text}"


def _write(plan: Plan, about: About, stem: str) -> Files:
    body = Body(plan, BINDINGS)
    free = -len(plan.parameters) % 4
    padding = f"@size({4 * free + 4}) " if free else ""
    parts = [
        commented(header(plan, about, _usage(stem))),
        _HEAD.format(curve=coding(plan)),
        f"{settings(plan, padding)}\n{_BOUND}",
        POSITIONS,
        *body.functions([1]),
        entry("fragment", "in: FullscreenVertexOutput", "in.position.xy", body.statements(1)),
    ]
    return {
        f"{stem}.bevy.wgsl": "\n\n".join(parts) + "\n",
        f"{stem}.rs": _plugin(plan, about, stem),
    }


BEVY: Final = Host(
    "bevy",
    "Bevy post-process: shader asset and plugin",
    ".bevy.wgsl",
    arrival="linear",
    proof=("wgpu, stub",),
    write=_write,
    passes=1,
    samples=False,
)
