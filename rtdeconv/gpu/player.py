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
from rtdeconv.emit.bindings import prefixed
from rtdeconv.emit.hosts.glsl import CROP
from rtdeconv.errors import DeviceError
from rtdeconv.gpu.device import open_context
from rtdeconv.gpu.programs import (
    KIND,
    QUICK,
    STORED,
    Images,
    Programs,
    images_for,
    no_room,
    texture,
)
from rtdeconv.gpu.tiles import spans
from rtdeconv.interpret import NONE, map_reds
from rtdeconv.pixels import Image, checked_image
from rtdeconv.plan import Plan, parameter_values, reads
from rtdeconv.rewrite import decode_once

Pixels = NDArray[Any]
FloatTarget = Literal["16f", "32f"]

_ABOUT: Final = About("as the player runs it", ("not recorded",), "rtdeconv export")

_RGBA: Final = {"f1": 0x8058, "nu2": 0x805B, "f4": 0x8814}
"""GL_RGBA8, GL_RGBA16, GL_RGBA32F. Three-channel pictures live in four-channel textures: GL need
not draw to RGB ones, and llvmpipe reads them up to 2.5 times slower."""

_EXACT: Final = {1: 0x822A, 3: 0x805B, 4: 0x805B}
"""GL_R16, GL_RGBA16: where an 8-bit source is sampled between pixels. They hold its codes exactly;
llvmpipe rounds what it mixes from 8-bit textures to 8 bits again (up to a code, and weights enlarge
that), where GPUs keep the fraction."""


@dataclass(frozen=True)
class _Frame:
    """All GL state of one picture size and dtype: the uploaded textures and what is drawn."""

    images: Images

    def release(self) -> None:
        self.images.release()
        for one in (self.images.source, *self.images.maps):
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
        try:
            self._programs = Programs(self._context, plan, text, switches)
        except DeviceError:
            if self._owns_context:
                self._context.release()
            raise
        self._frame: _Frame | None = None
        self._frame_key: tuple[object, ...] = ()
        self._direct: Images | None = None

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
                self._programs.set(prefixed(name), value)
            return self._tiled(pixels, [red.astype(np.float32) for red in reds.values()])

    def draw(self, source: moderngl.Texture, *, strength: float = 1.0) -> moderngl.Texture:
        """All passes from a texture of the player's context to one of the same format, which stays
        the player's and holds the result until the next call. Nothing is uploaded or read back."""
        for name, value in parameter_values(self._plan, {"strength": strength}).items():
            self._programs.set(prefixed(name), value)
        if self._direct is None or self._direct.source is not source:
            if self._direct is not None:
                self._direct.release()
            self._direct = images_for(self._context, self._plan, source, source.dtype)
        self._programs.draw(self._direct)
        return self._direct.images[-1]

    def close(self) -> None:
        """Releases every GL object, and the context where the player opened it."""
        with self._current:
            if self._frame is not None:
                self._frame.release()
                self._frame, self._frame_key = None, ()
            if self._direct is not None:
                self._direct.release()
                self._direct = None
            self._programs.release()
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

    def _tiled(self, pixels: Pixels, reds: list[Pixels]) -> Pixels:
        """The whole picture, in one piece where it fits in a texture."""
        height, width = pixels.shape[:2]
        rows, columns = (
            spans(size, self._limit, self._plan.reach, self._plan.border)
            for size in (height, width)
        )
        if len(rows) == len(columns) == 1:
            self._programs.set(CROP, (0.0, 0.0, 1.0, 1.0))
            return self._drawn(pixels, reds)
        out = np.empty_like(pixels)
        for row, column in product(rows, columns):
            part = (column.start, row.start, len(column.read), len(row.read))
            self._programs.set(CROP, tuple(np.divide(part, (width, height, width, height))))
            tile, *tiles = (
                np.ascontiguousarray(whole[row.read][:, column.read]) for whole in (pixels, *reds)
            )
            drawn = self._drawn(tile, tiles)
            out[row.kept, column.kept] = drawn[row.crop, column.crop]
        return out

    def _drawn(self, image: Pixels, reds: list[Pixels]) -> Pixels:
        """One picture or tile: uploaded, every pass drawn, read back."""
        images = self._frame_for(image).images
        for given, pixels in zip((images.source, *images.maps), (image, *reds), strict=True):
            given.write(pixels, alignment=1)
        self._programs.draw(images)
        out = np.empty_like(image)
        kind = KIND[image.dtype.name]
        images.targets[-1].read_into(
            out, components=images.source.components, alignment=1, dtype=kind
        )
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
        kind = KIND[image.dtype.name]
        stored = kind if image.dtype.kind != "f" else STORED[self._float_target]
        wide = _RGBA[kind] if channels == 3 else None
        if kind == "f1" and 0 in self._plan.sampled_images:
            wide = _EXACT[channels]
        size = width, height
        with ExitStack() as made:  # given back where a later one cannot be had
            try:
                source = texture(context, size, channels, kind, made, internal_format=wide)
                maps = [texture(context, size, 1, "f4", made) for _ in self._plan.maps]
            except moderngl.Error as reason:
                raise no_room(size, reason) from reason
            images = images_for(context, self._plan, source, stored, maps)
            made.pop_all()
        return _Frame(images)


def quick_player(plan: Plan, *, context: moderngl.Context | None = None) -> Player:
    """The player to use for speed: the same pixels, decoded once and clamped by the sampler."""
    return Player(quick(plan), switches=QUICK, context=context)


def quick(plan: Plan) -> Plan:
    """The same picture, decoded once where more than one fetch a pass would decode it.

    On software GL a 720p 5x5 in linear light takes less than half the time of the plain text.
    """
    fetches = sum(fetch.image == 0 for one in plan.passes for fetch in set(reads(one.expr)))
    return decode_once(plan) if fetches > len(plan.passes) else plan


def _exported(plan: Plan) -> str:
    (text,) = HOSTS["glsl330"].files(plan, _ABOUT, "player").values()
    return text
