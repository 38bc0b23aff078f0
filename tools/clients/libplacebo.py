"""ffmpeg's libplacebo filter: mpv's user shaders on a Vulkan device, without a display."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tools.clients import ffmpeg, switches, trixie
from tools.clients.base import ClientError, Job, Pixels

DEVICE = ("-init_hw_device", "vulkan=vk:0", "-filter_hw_device", "vk")


PROBE = (
    "//!PARAM probe\n//!TYPE float\n1.0\n\n"
    "//!HOOK MAIN\n//!BIND HOOKED\nvec4 hook() { return probe * HOOKED_texOff(0); }\n"
)


class FfmpegLibplacebo:
    """Draws the plain variant; a strength is set as its user sets it, in the file's switch."""

    name = "ffmpeg libplacebo"
    hosts: tuple[str, ...] = ("mpv",)
    exact = False

    def missing(self) -> str | None:
        if shutil.which("ffmpeg") is None:
            return "install ffmpeg"
        said = _complaint(None, ffmpeg.HERE)
        return said and f"install mesa-vulkan-drivers and an ffmpeg with libplacebo ({said})"

    def version(self) -> str:
        return f"ffmpeg {ffmpeg.number(self._program())}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [self._drawn(job) for job in jobs]

    def _drawn(self, job: Job) -> Pixels | ClientError:
        try:
            return _filtered(self._text(job), job.image, self._program())
        except ClientError as error:
            return error

    def _program(self) -> tuple[str, ...]:
        return ffmpeg.HERE

    def _text(self, job: Job) -> str:
        return switches.with_defines(switches.main_text(job), job.values)


class FfmpegLibplaceboParam(FfmpegLibplacebo):
    """Draws the variant with parameters, by this machine's ffmpeg or Debian 13's. The filter has no
    option that sets them, so that its user edits their defaults."""

    name = "ffmpeg libplacebo, PARAM"
    hosts = ("mpv-param",)

    def missing(self) -> str | None:
        if shutil.which("ffmpeg") and _complaint(PROBE, ffmpeg.HERE) is None:
            return None
        if lacking := trixie.lacking("ffmpeg"):
            return f"the libplacebo here does not know PARAM, as 7.349 does; {lacking}"
        return _complaint(PROBE, self._program())

    def _program(self) -> tuple[str, ...]:
        if shutil.which("ffmpeg") and _complaint(PROBE, ffmpeg.HERE) is None:
            return ffmpeg.HERE
        return tuple(trixie.entering("ffmpeg"))

    def _text(self, job: Job) -> str:
        return switches.with_defaults(switches.main_text(job), job.values)


@cache
def _complaint(text: str | None, program: tuple[str, ...]) -> str | None:
    try:
        _filtered(text, np.zeros((2, 2, 4), np.uint8), program)
    except ClientError as error:
        return str(error)
    return None


def _filtered(text: str | None, image: Pixels, program: tuple[str, ...]) -> Pixels:
    """``image`` through the filter; dithering, on by default there, would hide what is measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "job.hook")
        options = "format=rgba:dithering=none"
        if text is not None:
            path.write_text(text, encoding="utf-8")
            options += f":custom_shader_path={path}"
        graph = f"hwupload,libplacebo={options},hwdownload,format=rgba"
        return ffmpeg.filtered(image, graph, *DEVICE, program=program)
