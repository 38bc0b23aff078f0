"""WGSL, Vulkan GLSL and every HLSL flavour on lavapipe, through wgpu."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.plan import parameter_values
from tools.clients import dxc, stubbed
from tools.clients.arrival import arriving, leaving
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.compilers import Glslang, hlsl_shaders, spirv_of_glsl
from tools.clients.spirv import Resource, rebound, resources
from tools.clients.switches import main_text
from tools.clients.wgpu_canvas import (
    Bound,
    Canvas,
    Image,
    Module,
    Sampler,
    Stage,
    adapter_name,
    available_adapter,
    uniform_block,
)

_INSTALL: Final = (
    "wgpu on lavapipe is missing: pip install wgpu && apt-get install mesa-vulkan-drivers"
)

# what a pass of glsl450 is drawn with: the file itself is a fragment shader that asks for nothing
_TRIANGLE: Final = """\
@vertex fn vertex(@builtin(vertex_index) i: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32(i & 1u) * 4.0 - 1.0, f32(i & 2u) * 2.0 - 1.0, 0.0, 1.0);
}
"""

_OBS_MARGIN: Final = 16
"""STUB_MARGIN of stubs/obs.hlsl."""

_ROWS_UP: Final = ("unity-urp", "unity-builtin")
"""Unity keeps the bottom row of a picture first in its render textures."""

_UNREAL_MARGIN: Final = 8
"""Unreal's buffers may be larger than the view; what lies beyond must not be read."""


class _OnLavapipe(ABC):
    """What these clients share: the device, jobs to pixels, floats likewise."""

    exact = True

    def missing(self) -> str | None:
        if self._adapter is None:
            return _INSTALL
        return dxc.missing() or Glslang().missing()

    def version(self) -> str:
        return adapter_name(self._adapter)

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [self._drawn(job) for job in jobs]

    def draw_floats(self, job: Job, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """``image`` (H, W, 4) from a float texture to a float target, unclamped; (H, W, 3)."""
        return self._pixels(replace(job, image=image))

    @cached_property
    def _adapter(self) -> Any:
        return available_adapter()

    @cached_property
    def _canvas(self) -> Canvas:
        return Canvas(self._adapter)

    def _drawn(self, job: Job) -> Pixels | ClientError:
        try:
            return self._pixels(job)
        except ClientError as reason:
            return reason

    def _pixels(self, job: Job) -> NDArray[Any]:
        source = arriving(job)
        stores = [one.store for one in job.plan.passes[:-1]] + [source.dtype.name]
        if 0 in job.plan.sampled_images and source.dtype == np.uint8:
            # lavapipe rounds what it mixes from 8-bit textures to 8 bits again, GPUs do not
            source = source.astype(np.float32) / np.float32(255)
        size = source.shape[:2]
        drawn = self._canvas.draw(self._stages(job), _framed(job, source), size, stores)
        return leaving(job, drawn[::-1] if job.host in _ROWS_UP else drawn)

    @abstractmethod
    def _stages(self, job: Job) -> list[Stage]: ...


class Wgpu(_OnLavapipe):
    """Files with bindings of their own: group 0 has the parameters at 0, a linear sampler at 1
    where images are sampled between pixels, image k at 2 + k."""

    name = "wgpu"
    hosts: tuple[str, ...] = ("wgsl", "glsl450", "hlsl")

    def _stages(self, job: Job) -> list[Stage]:
        bound: dict[int, Bound] = {0: _parameters(job)}
        if job.plan.sampled_images:
            bound[1] = Sampler("linear")
        stages = []
        for k, (vertex, fragment) in enumerate(self._modules(job)):
            bound = {**bound, 2 + k: Image(k)}
            stages.append(Stage(vertex, fragment, bound))
        return stages

    def _modules(self, job: Job) -> list[tuple[Module, Module]]:
        """Vertex and fragment code of each pass."""
        text = main_text(job)
        numbers = range(1, len(job.plan.passes) + 1)
        if job.host == "wgsl":
            return [(Module(text, "vertex"), Module(text, f"pass{k}")) for k in numbers]
        if job.host == "glsl450":
            modules = [spirv_of_glsl(text, f"-DRTD_PASS={k}") for k in numbers]
            return [(Module(_TRIANGLE, "vertex"), Module(module, "main")) for module in modules]
        return [
            (
                Module(dxc.by_register(dxc.compiled(text, one.vertex, "vs_6_0")), one.vertex),
                Module(dxc.by_register(dxc.compiled(text, one.pixel, "ps_6_0")), one.pixel),
            )
            for one in hlsl_shaders(job)
        ]


class StubbedWgsl(_OnLavapipe):
    """Bevy's files behind a stub of their import. Group 0 has image 0, its sampler, the parameters,
    then image k at 2 + k."""

    name = "wgpu, stub"
    hosts: tuple[str, ...] = ("bevy",)

    def _stages(self, job: Job) -> list[Stage]:
        text = stubbed.bevy(main_text(job))
        vertex = Module(text, "stub_vertex")
        bound: dict[int, Bound] = {0: Image(0), 1: Sampler("linear"), 2: _parameters(job)}
        stages = []
        for k, entry in enumerate(stubbed.bevy_entries(job)):
            if k > 0:
                bound = {**bound, 2 + k: Image(k)}
            stages.append(Stage(vertex, Module(text, entry), bound))
        return stages


class StubbedHlsl(_OnLavapipe):
    """Engine files behind a stub; what they bind is found by name, as the engines do."""

    name = "DXC stub, wgpu"
    hosts: tuple[str, ...] = stubbed.HOSTS

    def _stages(self, job: Job) -> list[Stage]:
        stages = []
        for one in self._shaders(job):
            vertex = dxc.compiled(one.text, one.vertex, "vs_6_0")
            module = dxc.compiled(one.text, one.pixel, "ps_6_0")
            if resources(vertex):
                raise ClientError(f"the vertex shader {one.vertex} binds something")
            found = resources(module)
            numbers = {resource.binding: k for k, resource in enumerate(found)}
            bound = {numbers[resource.binding]: _bound(job, resource) for resource in found}
            fragment = Module(rebound(module, numbers), one.pixel)
            stages.append(Stage(Module(vertex, one.vertex), fragment, bound))
        return stages

    def _shaders(self, job: Job) -> list[stubbed.Shader]:
        return stubbed.shaders(job)


class CustomNode(StubbedHlsl):
    """The body of Unreal's Custom node, which comes beside a global shader of one pass."""

    name = "DXC stub, wgpu, Custom node"
    hosts: tuple[str, ...] = ("unreal",)

    def _shaders(self, job: Job) -> list[stubbed.Shader]:
        return stubbed.companions(job)


def _parameters(job: Job) -> bytes:
    settings = parameter_values(job.plan, job.values)
    return uniform_block([settings[one.name] for one in job.plan.parameters])


def _framed(job: Job, source: NDArray[Any]) -> NDArray[Any]:
    """OBS: a transparent margin all around; Unreal: a buffer with garbage beyond the view; Unity:
    from below."""
    if job.host == "obs":
        margin = (_OBS_MARGIN, _OBS_MARGIN)
        return np.pad(source, (margin, margin, (0, 0)))
    if job.host == "unreal":
        margin = (0, _UNREAL_MARGIN)
        return np.pad(source, (margin, margin, (0, 0)), constant_values=1)
    if job.host in _ROWS_UP:
        return np.ascontiguousarray(source[::-1])
    return source


def _bound(job: Job, resource: Resource) -> Bound:
    if resource.kind == "uniforms":
        return _filled(job, resource)
    if resource.kind == "sampler":
        return _sampler(stubbed.sampler_words(job, resource.name))
    for number in range(len(job.plan.passes)):
        if resource.name == stubbed.image_name(job.host, number):
            return Image(number)
    raise ClientError(f"nothing is bound to the texture {resource.name}")


def _sampler(words: str) -> Sampler:
    address = "clamp-to-edge"
    if "mirror" in words:
        address = "mirror-repeat"
    elif "repeat" in words or "wrap" in words:
        address = "repeat"
    return Sampler("nearest" if "point" in words else "linear", address)


def _filled(job: Job, block: Resource) -> bytes:
    """The bytes of a uniform block; int2 where the value is of ints."""
    values = _globals(job)
    out = bytearray(16 * (1 + max(block.members.values(), default=0) // 16))
    for name, offset in block.members.items():
        if name not in values:
            raise ClientError(f"nobody sets {name}")
        value = np.asarray(values[name])
        packed = value.astype("<i4" if value.dtype.kind == "i" else "<f4").tobytes()
        out[offset : offset + len(packed)] = packed
    return bytes(out)


def _globals(job: Job) -> dict[str, tuple[float, ...]]:
    """What each engine sets without being asked, and the parameters."""
    height, width = job.image.shape[:2]
    size, inverse = (float(width), float(height)), (1.0 / width, 1.0 / height)
    texel_size = (*inverse, *size)
    known: dict[str, tuple[float, ...]] = {
        "_BlitTexture_TexelSize": texel_size,
        "_MainTex_TexelSize": texel_size,
        "_ScreenParams": (*size, 1.0 + inverse[0], 1.0 + inverse[1]),
        "_ScreenSize": (*size, *inverse),
        "uv_size": size,
        "uv_pixel_interval": inverse,
        "uv_scale": (1.0, 1.0),
        "uv_offset": (0.0, 0.0),
        "ViewMin": (0, 0),
        "ViewMax": (width - 1, height - 1),
        "StubViewSize": (*size, *inverse),
    }
    buffer = width + _UNREAL_MARGIN, height + _UNREAL_MARGIN
    known["StubBufferSize"] = (*map(float, buffer), 1.0 / buffer[0], 1.0 / buffer[1])
    if job.host == "obs":
        known |= {name: (int(on),) for name, on in stubbed.check_boxes(job).items()}
    for name, value in parameter_values(job.plan, job.values).items():
        known[stubbed.global_name(job.host, name)] = (value,)
    return known
