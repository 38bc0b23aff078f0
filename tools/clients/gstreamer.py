"""GStreamer's glshader element, without a display."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tools.clients import switches
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.mesa import FLOAT_SAMPLING

LIMIT_S = 60

HEADLESS = {"GST_GL_PLATFORM": "egl", "GST_GL_WINDOW": "egl-device"}

PIPELINE = """
exec gst-launch-1.0 -q filesrc location="$IN" \
  ! rawvideoparse format=rgba width="$WIDTH" height="$HEIGHT" \
  ! glupload ! glshader fragment="\\"$(cat "$FILE")\\"" uniforms="$UNIFORMS" \
  ! gldownload ! video/x-raw,format=RGBA ! filesink location="$OUT"
"""
"""The file in the shell's words, as a user gives it: what quotes would break, breaks here too."""


class GstGlshader:
    """Draws a fragment text with the element's own vertex shader and API; parameters are given as
    its ``uniforms``."""

    name = "GStreamer glshader"
    hosts = ("gstreamer",)
    exact = True

    def missing(self) -> str | None:
        if shutil.which("gst-launch-1.0") is None:
            return "install gstreamer1.0-tools"
        looked = subprocess.run(
            ["gst-inspect-1.0", "--exists", "glshader"], capture_output=True, timeout=LIMIT_S
        )
        return "install gstreamer1.0-gl" if looked.returncode else None

    def version(self) -> str:
        return f"GStreamer {_number()}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [_drawn(job) for job in jobs]


@cache
def _number() -> str:
    command = ["gst-launch-1.0", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S).stdout
    found = re.search(r"version (\d[\d.]*)", said)
    return found[1] if found else "of unknown version"


def _drawn(job: Job) -> Pixels | ClientError:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "file.frag").write_text(switches.main_text(job), encoding="utf-8")
        (folder / "in.rgba").write_bytes(job.image.tobytes())
        try:
            done = subprocess.run(
                ["sh", "-c", PIPELINE],
                env={**os.environ, **FLOAT_SAMPLING, **HEADLESS, **_words(job, folder)},
                capture_output=True,
                text=True,
                timeout=LIMIT_S,
            )
        except subprocess.TimeoutExpired:
            return ClientError(f"drew nothing in {LIMIT_S} s")
        said = done.stderr.strip()
        written = folder / "out.rgba"
        pixels = written.read_bytes() if written.exists() else b""
    if done.returncode or said or len(pixels) != job.image.nbytes:
        return ClientError(switches.shortened(said) or f"exit status {done.returncode}")
    return np.frombuffer(pixels, np.uint8).reshape(job.image.shape)[:, :, :3]


def _words(job: Job, folder: Path) -> dict[str, str]:
    height, width, _ = job.image.shape
    values = "".join(f", {name}=(float){value!r}" for name, value in job.values.items())
    return {
        "IN": str(folder / "in.rgba"),
        "OUT": str(folder / "out.rgba"),
        "FILE": str(folder / "file.frag"),
        "WIDTH": str(width),
        "HEIGHT": str(height),
        "UNIFORMS": f"uniforms{values}",
    }
