"""Running the exported GLSL text of a plan on pixel arrays."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from itertools import product
from types import TracebackType
from typing import Any, Final, Literal

import moderngl
import numpy as np
from numpy.typing import NDArray

from rtdeconv.emit import HOSTS, About
from rtdeconv.emit.bindings import prefixed, source_or_image
from rtdeconv.emit.hosts.glsl import CROP, map_name
from rtdeconv.errors import DeviceError
from rtdeconv.gpu.device import open_context
from rtdeconv.gpu.tiles import spans
from rtdeconv.interpret import NONE, map_reds
from rtdeconv.pixels import Image, checked_image
from rtdeconv.plan import Plan, parameter_values, reads
from rtdeconv.rewrite import decode_once

Pixels = NDArray[Any]
FloatTarget = Literal["16f", "32f"]

QUICK: Final[Mapping[str, int]] = {"RTD_SAMPLER_CLAMPS": 1}
"""The player's samplers do clamp, so it may say so; texts of other borders have no such switch."""

_ABOUT: Final = About("as the player runs it", ("not recorded",), "rtdeconv export")

# one triangle that covers the target, from gl_VertexID alone
_VERTEX: Final = """\
#version 330 core
void main() {
    gl_Position = vec4(4 * (gl_VertexID & 1) - 1, 2 * (gl_VertexID & 2) - 1, 0.0, 1.0);
}
"""

_TYPE: Final = {"uint8": "f1", "uint16": "nu2", "float32": "f4", "16f": "f2", "32f": "f4"}
"""moderngl's names of array dtypes and of stored formats."""

_RGBA: Final = {"f1": 0x8058, "nu2": 0x805B, "f4": 0x8814}
"""GL_RGBA8, GL_RGBA16, GL_RGBA32F. Three-channel pictures live in four-channel textures: GL need
not draw to RGB ones, and llvmpipe reads them up to 2.5 times slower."""

_EXACT: Final = {1: 0x822A, 3: 0x805B, 4: 0x805B}
"""GL_R16, GL_RGBA16: where an 8-bit source is sampled between pixels. They hold its codes exactly;
llvmpipe rounds what it mixes from 8-bit textures to 8 bits again (up to a code, and weights enlarge
that), where GPUs keep the fraction."""


@dataclass(frozen=True)
class _Frame:
    """All GL state of one picture size and dtype.

    ``images`` are the plan's, the source first and the target last, each at the texture unit of
    its number, then come ``maps``; ``scopes`` aim each pass at its image, with nothing enabled, and
    put back what was.
    """

    images: tuple[moderngl.Texture, ...]
    maps: tuple[moderngl.Texture, ...]
    targets: tuple[moderngl.Framebuffer, ...]
    scopes: tuple[moderngl.Scope, ...]

    def release(self) -> None:
        owned: tuple[Any, ...] = (*self.scopes, *self.targets, *self.images, *self.maps)
        for one in owned:
            one.release()


class Player:
    """Runs ``text``, by default what export writes for ``plan``, compiled with ``switches``.

    Programs are compiled once, textures built once for each run of pictures of the same shape and
    dtype. Pictures over ``max_texture`` (by default what GL allows) are drawn in tiles, to the same
    pixels. float32 pictures are written to a target of ``float_target``. Raises DeviceError where
    there is no GL or it refuses the text.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        text: str | None = None,
        switches: Mapping[str, int] | None = None,
        context: moderngl.Context | None = None,
        float_target: FloatTarget = "32f",
        max_texture: int | None = None,
    ) -> None:
        self._plan = plan
        self._float_target = float_target
        self._context = open_context() if context is None else context
        self._owns_context = context is None
        # several players may each have opened one; a caller's own is current as the caller wants
        self._current = self._context if context is None else nullcontext()
        self._limit = max_texture or int(self._context.info["GL_MAX_TEXTURE_SIZE"])
        text = _exported(plan) if text is None else text
        numbers = range(1, len(plan.passes) + 1)
        try:
            self._programs = [
                _program(self._context, plan, text, {**(switches or {}), "RTD_PASS": k})
                for k in numbers
            ]
        except DeviceError:
            if self._owns_context:
                self._context.release()
            raise
        self._arrays = [self._context.vertex_array(program, []) for program in self._programs]
        self._frame: _Frame | None = None
        self._frame_key: tuple[object, ...] = ()

    def run(
        self,
        image: Image,
        *,
        strength: float = 1.0,
        values: Mapping[str, float] = NONE,
        maps: Mapping[str, Image] = NONE,
    ) -> Image:
        """``image`` restored, same shape and dtype; alpha stays bit equal, and at 0 everything.

        Raises ValueRefused for what is no picture, unknown, missing or out of range.
        """
        settings = parameter_values(self._plan, {"strength": strength, **values})
        pixels: Pixels = checked_image(image)
        reds = map_reds(self._plan, maps, pixels)
        with self._current:
            for name, value in settings.items():
                self._set(prefixed(name), value)
            return self._tiled(pixels, [red.astype(np.float32) for red in reds.values()])

    def close(self) -> None:
        """Releases every GL object, and the context where the player opened it."""
        with self._current:
            if self._frame is not None:
                self._frame.release()
                self._frame, self._frame_key = None, ()
            for array in self._arrays:
                array.release()
            for program in self._programs:
                program.release()
            self._arrays, self._programs = [], []
        if self._owns_context:
            self._context.release()

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _set(self, name: str, value: Any) -> None:
        for program in self._programs:
            _set(program, name, value)

    def _tiled(self, pixels: Pixels, reds: list[Pixels]) -> Pixels:
        """The whole picture, in one piece where it fits in a texture."""
        height, width = pixels.shape[:2]
        rows, columns = (
            spans(size, self._limit, self._plan.reach, self._plan.border)
            for size in (height, width)
        )
        if len(rows) == len(columns) == 1:
            self._set(CROP, (0.0, 0.0, 1.0, 1.0))
            return self._drawn(pixels, reds)
        out = np.empty_like(pixels)
        for row, column in product(rows, columns):
            part = (column.start, row.start, len(column.read), len(row.read))
            self._set(CROP, tuple(np.divide(part, (width, height, width, height))))
            tile, *tiles = (
                np.ascontiguousarray(whole[row.read][:, column.read]) for whole in (pixels, *reds)
            )
            drawn = self._drawn(tile, tiles)
            out[row.kept, column.kept] = drawn[row.crop, column.crop]
        return out

    def _drawn(self, image: Pixels, reds: list[Pixels]) -> Pixels:
        """One picture or tile: uploaded, every pass drawn, read back."""
        frame = self._frame_for(image)
        source, target = frame.images[0], frame.targets[-1]
        for texture, pixels in zip((source, *frame.maps), (image, *reds), strict=True):
            texture.write(pixels, alignment=1)
        for unit, texture in enumerate((*frame.images[:-1], *frame.maps)):
            texture.use(unit)
        for scope, array in zip(frame.scopes, self._arrays, strict=True):
            with scope:
                array.render(moderngl.TRIANGLES, vertices=3)
        out = np.empty_like(image)
        kind = _TYPE[image.dtype.name]
        target.read_into(out, components=source.components, alignment=1, dtype=kind)
        return out

    def _frame_for(self, image: Pixels) -> _Frame:
        """The last frame where it fits; other sizes are let go, or a batch would fill the GPU."""
        key = (image.shape, image.dtype)
        if self._frame is None or key != self._frame_key:
            old, self._frame = self._frame, None
            if old is not None:
                old.release()
            self._frame, self._frame_key = self._new_frame(image), key
        return self._frame

    def _new_frame(self, image: Pixels) -> _Frame:
        context = self._context
        height, width = image.shape[:2]
        channels = 1 if image.ndim == 2 else image.shape[2]
        kind = _TYPE[image.dtype.name]
        stored = kind if image.dtype.kind != "f" else _TYPE[self._float_target]
        written = [_TYPE.get(one.store, stored) for one in self._plan.passes]

        sampled = self._plan.sampled_images
        wide = _RGBA[kind] if channels == 3 else None
        if kind == "f1" and 0 in sampled:
            wide = _EXACT[channels]
        size = width, height
        with ExitStack() as made:  # given back where a later one cannot be had

            def texture(channels: int, type_: str, **how: Any) -> moderngl.Texture:
                one = context.texture(size, channels, dtype=type_, **how)
                made.callback(one.release)
                one.filter = (moderngl.NEAREST, moderngl.NEAREST)
                one.repeat_x = one.repeat_y = False
                return one

            def target(image: moderngl.Texture) -> moderngl.Framebuffer:
                one = context.framebuffer([image])
                made.callback(one.release)
                return one

            try:
                source = texture(channels, kind, alignment=1, internal_format=wide)
                drawn = [texture(1 if channels == 1 else 4, type_) for type_ in written]
                maps = tuple(texture(1, "f4", alignment=1) for _ in self._plan.maps)
                for number in sampled:
                    (source, *drawn)[number].filter = (moderngl.LINEAR, moderngl.LINEAR)
                targets = tuple(target(image) for image in drawn)
            except moderngl.Error as reason:
                raise DeviceError(
                    f"GL has no room for {width}x{height} pictures ({reason}); add --device cpu"
                ) from reason
            made.pop_all()
        scopes = tuple(context.scope(one, enable_only=moderngl.NOTHING) for one in targets)
        return _Frame((source, *drawn), maps, targets, scopes)


def quick_player(plan: Plan, *, context: moderngl.Context | None = None) -> Player:
    """The player to use for speed: the same pixels, decoded once and clamped by the sampler.

    On software GL a 720p 5x5 in linear light takes less than half the time of the plain text.
    """
    fetches = sum(fetch.image == 0 for one in plan.passes for fetch in set(reads(one.expr)))
    quick = decode_once(plan) if fetches > len(plan.passes) else plan
    return Player(quick, switches=QUICK, context=context)


def _exported(plan: Plan) -> str:
    (text,) = HOSTS["glsl330"].files(plan, _ABOUT, "player").values()
    return text


def _program(
    context: moderngl.Context, plan: Plan, text: str, defines: Mapping[str, int]
) -> moderngl.Program:
    """One pass of ``text``. The switches follow its ``#version`` line, its line numbers kept."""
    version, _, rest = text.partition("\n")
    lines = [version, *(f"#define {name} {value}" for name, value in defines.items()), "#line 2"]
    try:
        program = context.program(vertex_shader=_VERTEX, fragment_shader="\n".join([*lines, rest]))
    except moderngl.Error as reason:
        said = " ".join(str(reason).split())
        raise DeviceError(
            f"this GL refuses the shader's pass {defines['RTD_PASS']}: {said}"
        ) from reason
    samplers = [source_or_image(number) for number in range(len(plan.passes))]
    samplers += [map_name(one.name) for one in plan.maps]
    for unit, name in enumerate(samplers):
        _set(program, name, unit)
    return program


def _set(program: moderngl.Program, name: str, value: Any) -> None:
    """Sets a uniform, unless its pass makes no use of it and the compiler left it out."""
    if name in program:
        program[name] = value
