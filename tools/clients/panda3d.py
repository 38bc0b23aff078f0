"""Panda3D without a screen: the exported text as the post-process of a scene."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from rtdeconv.emit.bindings import prefixed, source_or_image
from rtdeconv.emit.hosts.glsl import CROP
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.switches import main_text, shortened

START_LIMIT_S: Final = 30
JOB_LIMIT_S: Final = 2

ROOT: Final = Path(__file__).parents[2]

ROWS_UP: Final = "#define RTD_ROWS_UP 1"
"""Panda3D stores and draws the bottom row first, as GL does."""


class Panda3D:
    """Draws the full shaders as they are, the functions from a shader that calls them."""

    name = "Panda3D"
    hosts: tuple[str, ...] = ("glsl330", "glsl-function")
    exact = True

    def missing(self) -> str | None:
        # found by the name of a part: this file is called panda3d too
        if importlib.util.find_spec("direct") is None:
            return "pip install panda3d"
        return None

    def version(self) -> str:
        return f"Panda3D {_worker().stdout.strip()}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            orders = [_order(str(number), job) for number, job in enumerate(jobs)]
            (folder / "jobs.json").write_text(json.dumps(orders), encoding="utf-8")
            for number, job in enumerate(jobs):
                np.save(folder / f"{number}.in.npy", job.image)
            said = "Panda3D took too long"
            try:
                said = _worker(name, limit_s=START_LIMIT_S + JOB_LIMIT_S * len(jobs)).stderr
            except subprocess.TimeoutExpired:
                pass
            return [_drawn(folder, number, said) for number in range(len(jobs))]


def _worker(*folder: str, limit_s: float = START_LIMIT_S) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.clients.panda_worker", *folder]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s)


def _order(name: str, job: Job) -> dict[str, Any]:
    """What the worker is to do for the job."""
    texts = _full if job.host == "glsl330" else _calling
    return {
        "name": name,
        "passes": [texts(job, number) for number in range(1, len(job.plan.passes) + 1)],
        "stores": [one.store for one in job.plan.passes],
        "linear": sorted(job.plan.sampled_images),
        "values": {
            CROP: (0.0, 0.0, 1.0, 1.0),
            **{prefixed(name): value for name, value in job.values.items()},
        },
    }


def _full(job: Job, number: int) -> str:
    version, _, rest = main_text(job).partition("\n")
    return "\n".join([version, f"#define RTD_PASS {number}", ROWS_UP, rest])


def _calling(job: Job, number: int) -> str:
    """A shader around the functions: ``rtd_passK`` writes image K, ``rtd_deblur`` the result."""
    count = len(job.plan.passes)
    function = "rtd_deblur" if number == count else f"rtd_pass{number}"
    images = [source_or_image(k) for k in range(number)]
    alpha = f"texture({images[0]}, uv).a" if number == count else "1.0"
    lines = [
        "#version 330",
        ROWS_UP,
        *(f"#define RTD_{name.upper()} {value!r}" for name, value in job.values.items()),
        main_text(job),
        *(f"uniform sampler2D {image};" for image in images),
        "out vec4 result;",
        "void main() {",
        f"    vec2 texel = 1.0 / vec2(textureSize({images[0]}, 0));",
        "    vec2 uv = gl_FragCoord.xy * texel;",
        f"    result = vec4({function}({', '.join(images)}, uv, texel), {alpha});",
        "}",
    ]
    return "\n".join(lines) + "\n"


def _drawn(folder: Path, number: int, said: str) -> Pixels | ClientError:
    complaint = folder / f"{number}.txt"
    if complaint.exists():
        return ClientError(shortened(complaint.read_text(encoding="utf-8")))
    picture = folder / f"{number}.out.npy"
    if not picture.exists():
        return ClientError(f"Panda3D ended before this job: {said.strip()[-300:]}")
    pixels: Pixels = np.load(picture)
    return pixels
