"""Pictures and videos blurred by a known amount."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
from scipy import ndimage

from rtdeconv.blur import parse_blur


def blurred(pixels: np.ndarray, spec: str, noise: float = 1.0, seed: int = 0) -> np.ndarray:
    """An 8-bit picture blurred on encoded values, with noise in steps of 255."""
    taps = parse_blur(spec).psf()
    planes = pixels[..., None] if pixels.ndim == 2 else pixels
    soft = [ndimage.convolve(plane.astype(float), taps) for plane in np.moveaxis(planes, -1, 0)]
    soft = [*(np.asarray(soft) + np.random.default_rng(seed).normal(0, noise, np.shape(soft)))]
    whole = np.clip(np.rint(np.stack(soft, -1)), 0, 255).astype(np.uint8)
    return whole[..., 0] if pixels.ndim == 2 else whole


def video_of(path: Path, frames: list[np.ndarray], every: int = 12) -> Path:
    """H.264 of 25 frames a second, hardly lossy, with a keyframe ``every`` so many."""
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "4", "g": str(every)})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for frame in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        out.mux(stream.encode(None))
    return path
