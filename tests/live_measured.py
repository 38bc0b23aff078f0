"""Frames, measurements and a clock for the tests of auto in `rtdeconv live`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from rtdeconv.estimate import Measured, measure_noise
from rtdeconv.live.auto.following import Reading
from rtdeconv.live.auto.wishes import Known, known_by
from rtdeconv.media.colour import ColourTags
from rtdeconv.media.feeds import Shot
from rtdeconv.media.feeds.shot import model_for
from rtdeconv.media.pixel_formats import layout_of

GRAIN = measure_noise([np.random.default_rng(0).normal(0.5, 0.01, (64, 64)).astype(np.float32)])


def shot(luma: np.ndarray, pixel_format: str = "gray", full: bool = True) -> Shot:
    """A frame whose first plane is ``luma``, chroma in the middle."""
    height, width = luma.shape
    layout = layout_of(pixel_format)
    model = model_for(layout, ColourTags(1, 1, 1, full), width, height)
    planes = [luma.copy()]
    if layout.kind != "grey":
        planes += [np.full_like(luma, 1 << (layout.depth - 1)) for _ in range(2)]
    return Shot(tuple(planes), model, 0.0, None)


def scene(seed: int, height: int = 90, width: int = 160) -> np.ndarray:
    """A picture of soft blobs and fine detail, with a brightness of its own."""
    rng = np.random.default_rng(seed)
    coarse = np.kron(rng.uniform(0, 1, (9, 16)), np.ones((height // 9, width // 16)))
    base = (30, 190)[seed % 2]
    return np.clip(base + 60 * (coarse - 0.5) + rng.normal(0, 4, coarse.shape), 0, 255).astype(
        np.uint8
    )


def found(sigma_px: float = 1.0, confidence: float = 0.9, noise: float = 1.5 / 255) -> Measured:
    """A measurement with an interval as wide as its confidence says."""
    width = (1 - confidence) * sigma_px
    curve = np.ones(4)
    return Measured(
        noise=replace(GRAIN, sigma=noise),
        sigma_px=sigma_px,
        sigma_px_low=sigma_px - width,
        sigma_px_high=sigma_px + width,
        oriented=None,
        prior_var=0.02,
        has_edges=True,
        freq_cpp=curve,
        spectrum=curve,
        fitted=curve,
    )


def reading(
    sigma_px: float = 1.0,
    confidence: float = 0.9,
    at_s: float = 0.0,
    noise: float = 0.01,
    prior_var: float = 0.02,
    noise_allowed: float | None = None,
) -> Reading:
    width = (1 - confidence) * sigma_px
    ends = sigma_px - width, sigma_px + width
    allowed = noise if noise_allowed is None else noise_allowed
    return Reading(at_s, sigma_px, *ends, confidence, noise, allowed, prior_var)


def known(*words: Any, **more: Any) -> Known:
    return known_by(reading(*words, **more), found())


class Hand:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s
