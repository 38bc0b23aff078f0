"""ffmpeg on the processor: filter graphs in a text file, lines that begin with # being comments."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache

import numpy as np

from tools.clients import switches
from tools.clients.base import ClientError, Job, Pixels

LIMIT_S = 60

HERE = ("ffmpeg",)


class Ffmpeg:
    """Draws what ``-vf "$(grep -v '^#' FILE)"`` draws. The graph has no parameters: a file is
    exported for the values that it is drawn with."""

    name = "ffmpeg"
    hosts = ("ffmpeg",)
    exact = True

    def missing(self) -> str | None:
        return None if shutil.which("ffmpeg") else "install ffmpeg"

    def version(self) -> str:
        return f"ffmpeg {number()}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [_drawn(job) for job in jobs]


@cache
def number(program: tuple[str, ...] = HERE) -> str:
    """The version of the ffmpeg program."""
    command = [*program, "-version"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
    found = re.search(r"version (\d[\d.]*)", said.stdout)
    return found[1] if found else "of unknown version"


def filtered(image: Pixels, graph: str, *devices: str, program: tuple[str, ...] = HERE) -> Pixels:
    """``image`` (RGBA) through a filter graph, alpha dropped; raises ClientError."""
    height, width, _ = image.shape
    raw = ("-f", "rawvideo", "-pix_fmt", "rgba")
    source = (*raw, "-s", f"{width}x{height}", "-i", "-")
    command = [*program, "-v", "error", *devices, *source, "-vf", graph, *raw, "-"]
    try:
        done = subprocess.run(command, input=image.tobytes(), capture_output=True, timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        raise ClientError(f"drew nothing in {LIMIT_S} s") from None
    said = done.stderr.decode(errors="replace").strip()
    # libplacebo leaves a picture alone whose shader does not compile, with exit status 0
    if done.returncode or said or len(done.stdout) != image.nbytes:
        raise ClientError(switches.shortened(said) or f"exit status {done.returncode}")
    return np.frombuffer(done.stdout, np.uint8).reshape(image.shape)[:, :, :3]


def _drawn(job: Job) -> Pixels | ClientError:
    lines = switches.main_text(job).splitlines()
    try:
        return filtered(job.image, "\n".join(line for line in lines if line[:1] != "#"))
    except ClientError as error:
        return error
