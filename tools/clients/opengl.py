"""Exported GLSL on a plain OpenGL 3.3 through moderngl, no screen needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import DeviceError
from rtdeconv.gpu import Player
from rtdeconv.gpu.device import device_name, open_context
from rtdeconv.pixels import Image
from tools.clients.arrival import arriving, leaving
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.switches import main_text

OPENGL: Final = "#version 330 core"
OPENGL_ES: Final = "#version 300 es\nprecision highp float;\nprecision highp sampler2D;"


class ModernGl:
    """``glsl330`` as it stands; ``glsl-function`` pasted into the smallest main that calls it."""

    name = "moderngl"
    hosts: tuple[str, ...] = ("glsl330", "glsl-function")
    exact = True

    def missing(self) -> str | None:
        try:
            _ = self._context
        except DeviceError as reason:
            return str(reason)
        return None

    def version(self) -> str:
        return f"moderngl {moderngl.__version__}, {device_name(self._context)}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [self._drawn(job) for job in jobs]

    def draw_floats(self, job: Job, image: NDArray[np.float32]) -> NDArray[np.float32]:
        """``image`` (H, W, 4) from a float texture to a float target, unclamped; (H, W, 3)."""
        drawn = self._drawn(replace(job, image=image))
        if isinstance(drawn, ClientError):
            raise drawn
        return drawn

    @cached_property
    def _context(self) -> moderngl.Context:
        return open_context()

    def _drawn(self, job: Job) -> Image | ClientError:
        text = main_text(job)
        if job.host == "glsl-function":
            text = pasted(job, text)
        try:
            # wgpu, in the same program, makes contexts of its own current
            with self._context, Player(job.plan, text=text, context=self._context) as player:
                return leaving(job, player.run(arriving(job), values=job.values))
        except DeviceError as reason:
            return ClientError(str(reason))


def pasted(job: Job, function: str, version: str = OPENGL) -> str:
    """A shader around the functions of the file: parameters by #define, passes by RTD_PASS.

    ``uv`` grows with the rows as stored, so a picture uploaded top row first has its dy downward.
    """
    given = [f"#define RTD_{name.upper()} {float(value)!r}" for name, value in job.values.items()]
    count = len(job.plan.passes)
    samplers = ["rtd_source", *(f"rtd_image{k}" for k in range(1, count))]
    calls = [f"rtd_pass{k}({', '.join(samplers[:k])}, uv, texel)" for k in range(1, count)]
    calls.append(f"rtd_deblur({', '.join(samplers)}, uv, texel)")
    lines = [version, *given, function]
    lines += [f"uniform sampler2D {name};" for name in samplers]
    lines += ["out vec4 rtd_result;", "void main() {"]
    lines += ["    vec2 texel = 1.0 / vec2(textureSize(rtd_source, 0));"]
    lines += ["    vec2 uv = gl_FragCoord.xy * texel;"]
    for k, call in enumerate(calls, start=1):
        lines += [f"#if RTD_PASS == {k}", f"    rtd_result = vec4({call}, 1.0);", "#endif"]
    return "\n".join([*lines, "}"]) + "\n"
