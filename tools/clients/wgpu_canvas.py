"""Drawing passes through wgpu: shader modules and what they bind, whoever compiled them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tools.clients.base import ClientError

try:
    import wgpu
except ImportError:  # then there is no adapter, and the client says so
    wgpu = None

FORMATS: Final = {
    "16f": "rgba16float",
    "32f": "rgba32float",
    "uint8": "rgba8unorm",
    "float32": "rgba32float",
}
"""wgpu's names of a plan's stored formats and of array dtypes."""


@dataclass(frozen=True)
class Module:
    """WGSL or SPIR-V, and the entry point in it."""

    code: str | bytes
    entry: str


@dataclass(frozen=True)
class Image:
    """Image ``number`` of the plan, 0 being the source."""

    number: int


@dataclass(frozen=True)
class Sampler:
    filter: str
    address: str = "clamp-to-edge"


Bound = bytes | Sampler | Image
"""What stands at a binding: bytes are a uniform block."""


@dataclass(frozen=True)
class Stage:
    """One pass: three vertices from the vertex index, a fragment shader, all of group 0."""

    vertex: Module
    fragment: Module
    bound: Mapping[int, Bound]


def available_adapter() -> Any:
    """Vulkan on the processor, or None."""
    if wgpu is None:
        return None
    try:
        adapter = wgpu.gpu.request_adapter_sync(force_fallback_adapter=True)
    except RuntimeError:  # nothing at all
        return None
    # where there is no Vulkan, wgpu falls back to OpenGL
    return adapter if adapter.info["backend_type"] == "Vulkan" else None


class Canvas:
    """A device that draws stages, one after the other, each to an image of its own."""

    def __init__(self, adapter: Any) -> None:
        wanted = {"float32-filterable"} & set(adapter.features)
        self._device = adapter.request_device_sync(required_features=wanted)

    def draw(
        self,
        stages: Sequence[Stage],
        source: NDArray[Any],
        size: tuple[int, int],
        stores: list[str],
    ) -> NDArray[Any]:
        """What the last stage wrote, (H, W, 4); ``size`` (H, W) of all that is drawn, ``stores``
        the format of each stage's image. Raises ClientError."""
        try:
            images = [self._uploaded(source)]
            for stage, store in zip(stages, stores, strict=True):
                images.append(self._drawn(stage, images, size, FORMATS[store]))
        except wgpu.GPUError as reason:
            raise ClientError(" ".join(str(reason).split())[:600]) from reason
        return self._downloaded(images[-1], np.dtype(stores[-1]))

    def _drawn(self, stage: Stage, images: list[Any], size: tuple[int, int], kind: str) -> Any:
        usage = wgpu.TextureUsage
        target = self._device.create_texture(
            size=(size[1], size[0], 1),
            format=kind,
            usage=usage.RENDER_ATTACHMENT | usage.TEXTURE_BINDING | usage.COPY_SRC,
        )
        layout, group = self._bound(stage.bound, images)
        pipeline = self._pipeline(stage, layout, kind)
        encoder = self._device.create_command_encoder()
        drawing = encoder.begin_render_pass(
            color_attachments=[
                {
                    "view": target.create_view(),
                    "clear_value": (1.0, 0.0, 1.0, 0.0),
                    "load_op": "clear",
                    "store_op": "store",
                }
            ]
        )
        drawing.set_pipeline(pipeline)
        drawing.set_bind_group(0, group)
        drawing.draw(3)
        drawing.end()
        self._device.queue.submit([encoder.finish()])
        return target

    def _pipeline(self, stage: Stage, layout: Any, kind: str) -> Any:
        made = {
            module.code: self._device.create_shader_module(code=module.code)
            for module in (stage.vertex, stage.fragment)
        }
        vertex, fragment = stage.vertex, stage.fragment
        return self._device.create_render_pipeline(
            layout=self._device.create_pipeline_layout(bind_group_layouts=[layout]),
            vertex={"module": made[vertex.code], "entry_point": vertex.entry},
            fragment={
                "module": made[fragment.code],
                "entry_point": fragment.entry,
                "targets": [{"format": kind}],
            },
            primitive={"topology": "triangle-list"},
        )

    def _bound(self, bound: Mapping[int, Bound], images: list[Any]) -> tuple[Any, Any]:
        both = wgpu.ShaderStage.VERTEX | wgpu.ShaderStage.FRAGMENT
        kinds: list[dict[str, Any]] = []
        entries: list[dict[str, Any]] = []
        for binding, one in bound.items():
            kind: dict[str, Any]
            resource: Any
            if isinstance(one, Image):
                kind = {"texture": {"sample_type": "float"}}
                resource = images[one.number].create_view()
            elif isinstance(one, Sampler):
                kind = {"sampler": {"type": "filtering"}}
                resource = self._sampler(one)
            else:
                kind = {"buffer": {"type": "uniform"}}
                usage = wgpu.BufferUsage.UNIFORM
                buffer = self._device.create_buffer_with_data(data=one, usage=usage)
                resource = {"buffer": buffer, "offset": 0, "size": len(one)}
            kinds.append({"binding": binding, "visibility": both, **kind})
            entries.append({"binding": binding, "resource": resource})
        layout = self._device.create_bind_group_layout(entries=kinds)
        return layout, self._device.create_bind_group(layout=layout, entries=entries)

    def _sampler(self, one: Sampler) -> Any:
        return self._device.create_sampler(
            address_mode_u=one.address,
            address_mode_v=one.address,
            mag_filter=one.filter,
            min_filter=one.filter,
        )

    def _uploaded(self, pixels: NDArray[Any]) -> Any:
        height, width = pixels.shape[:2]
        texture = self._device.create_texture(
            size=(width, height, 1),
            format=FORMATS[pixels.dtype.name],
            usage=wgpu.TextureUsage.TEXTURE_BINDING | wgpu.TextureUsage.COPY_DST,
        )
        rows = {"bytes_per_row": pixels.strides[0], "rows_per_image": height}
        self._device.queue.write_texture({"texture": texture}, pixels, rows, (width, height, 1))
        return texture

    def _downloaded(self, texture: Any, dtype: np.dtype[Any]) -> NDArray[Any]:
        width, height, _ = texture.size
        rows = {"bytes_per_row": 4 * dtype.itemsize * width, "rows_per_image": height}
        data = self._device.queue.read_texture({"texture": texture}, rows, (width, height, 1))
        return np.frombuffer(data, dtype).reshape(height, width, 4)


def adapter_name(adapter: Any) -> str:
    return f"wgpu {wgpu.__version__}, {adapter.info['device']}, {adapter.info['description']}"


def uniform_block(values: Sequence[float]) -> bytes:
    """Floats one after the other, filled up to a multiple of 16 bytes."""
    filled = np.zeros(-(-len(values) // 4) * 4, "<f4")
    filled[: len(values)] = values
    return filled.tobytes()
