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
    glsl_function.GLSL_FUNCTION,
    glsl.GLES300,
    vulkan.GLSL450,
    wgsl.WGSL_MODULE,
    hlsl.HLSL_FILE,
    three.THREE,
    babylon.BABYLON,
    pixi.PIXI,
    shadertoy.SHADERTOY,
    unity.UNITY_URP,
    unity.UNITY_BUILTIN,
    unreal.UNREAL,
    godot.GODOT4,
    godot.GODOT3,
    bevy.BEVY,
    reshade.RESHADE,
    retroarch.RETROARCH,
    obs.OBS,
    mpv.MPV,
    mpv.MPV_PARAM,
    gstreamer.GSTREAMER,
    ffmpeg.FFMPEG,
)
"""Languages, the web, engines, players."""

HOSTS: Final[dict[str, Host]] = {host.name: host for host in _ALL}
