"""Pixels of ReShade effects without ReShade: the SPIR-V of its own compiler, turned into GLSL by
spirv-cross and drawn by moderngl."""

from __future__ import annotations

import struct
import subprocess
from collections.abc import Sequence
from shutil import which
from typing import Any, Final

import moderngl
import numpy as np

from tools.clients import reshade_compiler as fx
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.gl_jobs import drawn_each

STORED: Final = {8: "f1", 10: "f2", 11: "f4"}
"""moderngl's name of ReShade's RGBA8, RGBA16F and RGBA32F."""

CLAMP: Final = 3
"""ReShade's number of AddressU = CLAMP."""

TRANSLATE_S: Final = 20


class ReShadePixels:
    """Draws .fx files, pass by pass, as ReShade does outside its performance mode."""

    name = "ReShade FX on GL"
    hosts = ("reshade",)
    exact = True

    def missing(self) -> str | None:
        if which("spirv-cross") is None:
            return "install spirv-cross"
        return fx.not_built()

    def version(self) -> str:
        return f"{fx.ReShadeCompiler().version()}, moderngl {moderngl.__version__}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return drawn_each(jobs, _compiled)


def _compiled(ctx: moderngl.Context, job: Job) -> Pixels:
    with fx.compiled(job) as effect:
        return _drawn(ctx, job, effect)


def _drawn(ctx: moderngl.Context, job: Job, effect: fx.Effect) -> Pixels:
    """Row 0 of every texture is the top: the compiler's vertex shaders flip y for Vulkan."""
    height, width = job.image.shape[:2]
    # software GL rounds what it mixes from 8 bits to 8 bits again; GPUs do not
    floats = (job.image / np.float32(255)).astype("<f4")
    picture = ctx.texture((width, height), 4, floats.tobytes(), dtype="f4")
    textures = {name: _made(ctx, target) for name, target in effect.targets.items()}
    block = ctx.buffer(_uniforms(job, effect))
    for one in effect.passes:
        target = textures[one.target] if one.target else ctx.texture((width, height), 4)
        frame = ctx.framebuffer([target])
        frame.use()
        program = ctx.program(
            vertex_shader=_glsl(effect, one.vertex, "vert"),
            fragment_shader=_glsl(effect, one.pixel, "frag"),
        )
        block.bind_to_uniform_block(0)
        for unit, sampler in enumerate(effect.samplers):
            is_picture = sampler.texture in effect.pictures
            _bind(ctx, sampler, picture if is_picture else textures[sampler.texture], unit)
        ctx.vertex_array(program, []).render(moderngl.TRIANGLES, vertices=3)
        if not one.target:
            picture = target
    data = np.frombuffer(picture.read(), np.uint8)
    return data.reshape(height, width, 4)[:, :, :3].copy()


def _made(ctx: moderngl.Context, target: fx.Target) -> moderngl.Texture:
    if target.format not in STORED:
        raise ClientError(f"texture format {target.format} is not drawn here")
    return ctx.texture((target.width, target.height), 4, dtype=STORED[target.format])


def _uniforms(job: Job, effect: fx.Effect) -> bytes:
    """The block of uniforms, all of them floats."""
    block = bytearray(16 + max(effect.uniforms.values(), default=0))
    for name, value in job.values.items():
        if f"rtd_{name}" not in effect.uniforms:
            raise ClientError(f"the effect has no uniform rtd_{name}")
        struct.pack_into("<f", block, effect.uniforms[f"rtd_{name}"], value)
    return bytes(block)


def _bind(ctx: moderngl.Context, sampler: fx.Sampler, texture: moderngl.Texture, unit: int) -> None:
    """A sampler object, because two samplers may read one texture differently."""
    mode = moderngl.LINEAR if sampler.is_linear else moderngl.NEAREST
    options: dict[str, Any] = {"filter": (mode, mode)}
    repeat_x, repeat_y = (address != CLAMP for address in sampler.address)
    texture.use(unit)
    ctx.sampler(repeat_x, repeat_y, **options).use(unit)


def _glsl(effect: fx.Effect, entry: str, stage: str) -> str:
    # 430: the first version in which bindings and locations stay in the text
    options = ["--version", "430", "--no-es", "--stage", stage, "--entry", entry]
    done = subprocess.run(
        ["spirv-cross", str(effect.spirv), *options],
        check=True,
        capture_output=True,
        text=True,
        timeout=TRANSLATE_S,
    )
    return done.stdout
