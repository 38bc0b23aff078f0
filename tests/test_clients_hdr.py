"""Files keep what lies beyond 1 and below 0 where pictures and targets are of floats.

Needs what tools/clients/setup.sh installs, so it runs by `pytest -m clients` only.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from rtdeconv import interpret
from rtdeconv.light import decode

sys.path.insert(0, str(Path(__file__).parent.parent))
from tools.clients.base import Job
from tools.clients.opengl import ModernGl
from tools.clients.vulkan import CustomNode, StubbedHlsl, StubbedWgsl, Wgpu
from tools.proving import Drawing

pytestmark = pytest.mark.clients

CLIENTS: Final = (ModernGl(), Wgpu(), StubbedWgsl(), StubbedHlsl(), CustomNode())
EACH: Final = [
    pytest.param(one, host, id=f"{one.name}-{host}") for one in CLIENTS for host in one.hosts
]

BRIGHTEST: Final = 6.0
"""Of the picture, as it is encoded; linear that is 66."""

HEIGHT, WIDTH = 24, 31

MIXED: Final = ("unity-builtin",)
"""Hosts whose sampler is bilinear: beside a pixel's middle, its neighbours are mixed in."""

CLAMPED: Final = {"at 1": "min({}, {}(1.0))", "at 0": "max({}, {}(0.0))"}
"""What would lose values, around what is RESTORED; the second gap is for the name of a vector."""

RESTORED: Final = re.compile(r"\b(?:mix|lerp)\(centre, filtered, [\w.]+\)")
"""The last thing that a file computes."""


def picture() -> np.ndarray:
    """(H, W, 4): every pixel on its own between 0 and BRIGHTEST, opaque."""
    pixels = np.random.default_rng(6).uniform(0, BRIGHTEST, (HEIGHT, WIDTH, 4)).astype(np.float32)
    pixels[:, :, 3] = 1.0
    return pixels


def tolerance(job: Job) -> float:
    """Of float32 sums beside float64 ones, on the encoded scale.

    A sum of n weighted pixels is off by n roundings at most, each of at most the brightest pixel
    times the sum of the weights' sizes; mixing it with the centre takes 3 more, arriving linear 1.
    Places, as large as the picture's side, are rounded 4 times on the way to a sampler, in either
    direction. What leaves linear is encoded by a curve 12.92 steep below its knee, less above.
    """
    total: Any = job.plan.passes[0].expr
    gain = sum(abs(weight) for weight, _ in total.b.terms)
    roundings = len(total.b.terms) + 4
    if job.host in MIXED:
        roundings += 4 * (HEIGHT + WIDTH)
    linear = job.plan.arrival == "linear"
    brightest = float(decode(np.array(BRIGHTEST), "linear")) if linear else BRIGHTEST
    return (12.92 if linear else 1.0) * roundings * gain * brightest * 2.0**-24


def error(client: Any, job: Job) -> float:
    """The largest, beside the interpreter."""
    image = picture()
    got = client.draw_floats(job, image)
    wanted = interpret.run(job.plan, image)[:, :, :3]
    assert wanted.max() > 1.2 * BRIGHTEST and wanted.min() < -1
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
    return float(np.abs(got.astype(float) - wanted).max())


def job_of(client: Any, host: str) -> Job:
    if why := client.missing():
        pytest.skip(why)
    return Drawing(host, "general").job()


@pytest.mark.parametrize(("client", "host"), EACH)
def test_nothing_is_clamped(client: Any, host: str) -> None:
    job = job_of(client, host)
    allowed, found = tolerance(job), error(client, job)
    print(f"largest difference {found:.2g}, allowed {allowed:.2g}")
    assert found <= allowed


@pytest.mark.parametrize("end", CLAMPED)
@pytest.mark.parametrize(("client", "host"), EACH)
def test_a_clamped_file_is_noticed(client: Any, host: str, end: str) -> None:
    job = job_of(client, host)
    vector = "vec3f" if host in ("wgsl", "bevy") else ""
    files = {}
    for name, text in job.files.items():
        files[name] = RESTORED.sub(lambda one: CLAMPED[end].format(one[0], vector), text)
    assert files != job.files
    assert error(client, replace(job, files=files)) > 1 > 10 * tolerance(job)
