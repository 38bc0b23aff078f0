"""Every client and judge, cheap ones first."""

from __future__ import annotations

from typing import Final

from tools.clients import chromium
from tools.clients.base import Client, Judge
from tools.clients.compilers import Dxc, Glslang, SpirvVal
from tools.clients.csharp import StubbedCSharp
from tools.clients.ffmpeg import Ffmpeg
from tools.clients.godot import Godot3
from tools.clients.gstreamer import GstGlshader
from tools.clients.libplacebo import FfmpegLibplacebo, FfmpegLibplaceboParam
from tools.clients.mpv import Mpv, MpvParam
from tools.clients.obs_glsl import ObsOnGl
from tools.clients.opengl import ModernGl
from tools.clients.panda3d import Panda3D
from tools.clients.reshade_compiler import ReShadeCompiler
from tools.clients.reshade_pixels import ReShadePixels
from tools.clients.slang_pixels import SlangOnGl, SlangStages
from tools.clients.trixie_retroarch import RetroArch
from tools.clients.trixie_vkbasalt import VkBasalt
from tools.clients.vulkan import CustomNode, StubbedHlsl, StubbedWgsl, Wgpu

CLIENTS: Final[tuple[Client, ...]] = (
    ModernGl(),
    Wgpu(),
    StubbedWgsl(),
    StubbedHlsl(),
    CustomNode(),
    SlangOnGl(),
    ReShadePixels(),
    Panda3D(),
    Ffmpeg(),
    FfmpegLibplacebo(),
    FfmpegLibplaceboParam(),
    GstGlshader(),
    *chromium.CLIENTS,
    Godot3("GLES2"),
    Godot3("GLES3"),
    Godot3("GLES3", translates=True),
    Mpv(),
    MpvParam(),
    RetroArch("vulkan"),
    RetroArch("glcore"),
    VkBasalt(),
)

JUDGES: Final[tuple[Judge, ...]] = (
    Glslang(),
    SpirvVal(),
    Dxc(),
    StubbedCSharp(),
    ObsOnGl(),
    SlangStages(),
    ReShadeCompiler(),
)

HEAVY: Final = (
    "ffmpeg libplacebo, PARAM",
    "mpv, PARAM",
    "RetroArch vulkan",
    "RetroArch glcore",
    "vkBasalt",
)
"""Clients that may need a Debian 13 of their own (tools/clients/make_trixie.sh)."""

HALF_FLOATS: Final = (
    "ffmpeg libplacebo",
    "ffmpeg libplacebo, PARAM",
    "mpv",
    "mpv, PARAM",
)
"""Clients that keep the picture itself, what passes write and the result in half floats."""

FEW_PASSES: Final = {"Godot 3 GLES2": 1, "DXC stub, wgpu, Custom node": 1}
"""Clients with fewer passes than their host: GLES2 keeps 8 bits between passes, a Custom node is
one pass."""
