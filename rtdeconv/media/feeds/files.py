"""Video files and pictures as feeds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from rtdeconv.media.colour import ColourModel, ColourTags
from rtdeconv.media.feeds.shot import Shot, Turnstile, model_for, shot_of
from rtdeconv.media.pictures import read_picture
from rtdeconv.media.pixel_formats import PixelLayout
from rtdeconv.media.video_in import VideoSource

_FULL_RANGE = ColourTags(2, 2, 2, True)


class VideoFile:
    """The frames of a video file, as fast as they are read, their time stamps rising.

    Raises MediaError where there is no such file, or no video in it.
    """

    pace: Literal["file"] = "file"

    def __init__(self, path: str) -> None:
        self.name = Path(path).name
        self._source = VideoSource(path)
        self._frames = self._from_here()
        self._turnstile = Turnstile(self._source.close)

    def read(self) -> Shot | None:
        """The next frame; None at the end, MediaError where the size of frames changes."""
        began_s = time.perf_counter()
        frame = self._turnstile.pass_through(lambda: next(self._frames, None))
        if frame is None:
            return None
        return shot_of(frame, began_s, float(frame.pts * frame.time_base))

    def rewound(self) -> bool:
        """True: opening it again for each turn would start the decoder's threads anew."""
        self._turnstile.pass_through(self._source.rewind)
        self._frames = self._from_here()
        return True

    def _from_here(self) -> Iterator[Any]:
        return (step.frame for step in self._source.steps() if step.frame is not None)

    def close(self) -> None:
        """Lets go of the file."""
        self._turnstile.close()


class Still:
    """A picture: one frame, as stored, without its alpha channel; floats (1: white) as 16 bits.

    Raises MediaError where there is no such picture.
    """

    pace: Literal["still"] = "still"

    def __init__(self, path: str) -> None:
        self.name = Path(path).name
        began_s = time.perf_counter()
        pixels = _integer(read_picture(path).pixels)
        self._shot: Shot | None = Shot(*_planes_and_model(pixels), began_s, None)

    def read(self) -> Shot | None:
        """The picture, once; then None."""
        shot, self._shot = self._shot, None
        return shot

    def rewound(self) -> bool:
        """False: there is one."""
        return False

    def close(self) -> None:
        """Nothing is held open."""
        self._shot = None


def _integer(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if pixels.dtype != np.float32:
        return pixels
    bounded = np.clip(np.nan_to_num(pixels, nan=0.0), 0.0, 1.0)
    return np.rint(bounded * 65535.0).astype(np.uint16)


def _planes_and_model(
    pixels: npt.NDArray[Any],
) -> tuple[tuple[npt.NDArray[Any], ...], ColourModel]:
    height, width = pixels.shape[:2]
    grey = pixels.ndim == 2
    layout = PixelLayout("grey" if grey else "rgb", 8 * pixels.itemsize, (1, 1), False, True)
    model = model_for(layout, _FULL_RANGE, width, height)
    parts = [pixels] if grey else [pixels[..., channel] for channel in range(3)]
    return tuple(np.ascontiguousarray(part) for part in parts), model
