"""Pixels as the host hands them to a shader, and back: encoded as they are, or linear floats."""

from __future__ import annotations

import numpy as np

from rtdeconv.emit import HOSTS
from rtdeconv.light import decode, encode
from rtdeconv.pixels import Image, stored_like, unit_colour
from tools.clients.base import Job


def arriving(job: Job) -> Image:
    """The job's image; where values arrive linear, as float32 like the HDR target of an engine."""
    if not _is_linear(job):
        return job.image
    out = np.ones(job.image.shape, np.float32)
    out[:, :, :3] = decode(unit_colour(job.image), "linear")
    return out


def leaving(job: Job, drawn: Image) -> Image:
    """What was drawn over ``arriving``, as the job's image is stored; (H, W, 3)."""
    colour = drawn[:, :, :3]
    if not _is_linear(job):
        return colour
    encoded = encode(colour.astype(np.float64), "linear")
    return stored_like(job.image[:, :, :3], np.asarray(encoded))


def _is_linear(job: Job) -> bool:
    host = HOSTS.get(job.host)
    return host is not None and host.arrival == "linear"
