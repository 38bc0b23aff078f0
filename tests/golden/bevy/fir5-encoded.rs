// rtdeconv: golden plan
// the plugin for fir5-encoded.bevy.wgsl, which says how to install it

use bevy::{
    core_pipeline::{
        Core3dSystems,
        fullscreen_material::{FullscreenMaterial, FullscreenMaterialPlugin},
        tonemapping::tonemapping,
    },
    ecs::{schedule::ScheduleConfigs, system::BoxedSystem},
    prelude::*,
    render::{extract_component::ExtractComponent, render_resource::ShaderType},
    shader::ShaderRef,
};

pub struct DeblurPlugin;

impl Plugin for DeblurPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins(FullscreenMaterialPlugin::<Deblur>::default());
    }
}

/// On a camera: sharpens what it draws.
#[derive(Component, ExtractComponent, Clone, Copy, ShaderType)]
pub struct Deblur {
    /// strength of the restoration, 0.0 (off) to 1.5
    pub strength: f32,
    /// WebGL 2 wants whole groups of four floats
    pub _padding: Vec3,
}

impl Default for Deblur {
    fn default() -> Self {
        Self {
            strength: 1.0,
            _padding: Vec3::ZERO,
        }
    }
}

impl FullscreenMaterial for Deblur {
    fn fragment_shader() -> ShaderRef {
        "shaders/fir5-encoded.bevy.wgsl".into()
    }

    // for a Camera2d: Core2dSystems here, and fn schedule() that returns Core2d
    fn schedule_configs(system: ScheduleConfigs<BoxedSystem>) -> ScheduleConfigs<BoxedSystem> {
        system.in_set(Core3dSystems::PostProcess).after(tonemapping)
    }
}
