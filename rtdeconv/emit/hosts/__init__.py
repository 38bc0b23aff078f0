"""Every registered host."""

from __future__ import annotations

from typing import Final

from rtdeconv.emit.host import Host
from rtdeconv.emit.hosts import (
    babylon,
    bevy,
    ffmpeg,
    glsl,
    glsl_function,
    godot,
    gstreamer,
    hlsl,
    mpv,
    obs,
    pixi,
    reshade,
    retroarch,
    shadertoy,
    three,
    unity,
    unreal,
    vulkan,
    wgsl,
)

_ALL: Final = (
    glsl.GLSL330,
    glsl.GLES300,
    glsl_function.GLSL_FUNCTION,
    three.THREE,
    babylon.BABYLON,
    pixi.PIXI,
    shadertoy.SHADERTOY,
    vulkan.GLSL450,
    retroarch.RETROARCH,
    wgsl.WGSL_MODULE,
    bevy.BEVY,
    ffmpeg.FFMPEG,
    mpv.MPV,
    mpv.MPV_PARAM,
    gstreamer.GSTREAMER,
    godot.GODOT4,
    godot.GODOT3,
    hlsl.HLSL_FILE,
    reshade.RESHADE,
    unity.UNITY_URP,
    unity.UNITY_BUILTIN,
    unreal.UNREAL,
    obs.OBS,
)

HOSTS: Final[dict[str, Host]] = {host.name: host for host in _ALL}
