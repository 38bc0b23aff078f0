"""Pixel arrays: what every executor takes and returns.

Shape (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGB and alpha, display-encoded; uint8 and uint16 span
0..1 by their full range, float32 carries values as they are. H and W may be 1, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused

Image = NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32]
DTYPES = ("uint8", "uint16", "float32")


def size_words(image: NDArray[Any]) -> str:
    """``640x480``, width first."""
    return f"{image.shape[1]}x{image.shape[0]}"


def checked_image(image: Image) -> Image:
    """The image, contiguous and in native byte order; raises ValueRefused for what is none."""
    if image.dtype.name not in DTYPES:
        raise ValueRefused(
            f"pixels must be {', '.join(DTYPES)}, not {image.dtype}; "
            "floats of 0..1 convert by .astype(numpy.float32)"
        )
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (3, 4)):
        raise ValueRefused(f"pixels must be (H, W), (H, W, 3) or (H, W, 4), not {image.shape}")
    if image.size == 0:
        raise ValueRefused(f"a picture needs at least one pixel, not {image.shape}")
    native: Any = np.ascontiguousarray(image, image.dtype.newbyteorder("="))
    return cast(Image, native)


@dataclass(frozen=True)
class Codes:
    """What stored integers mean: ``black`` is 0.0, ``white`` is 1.0, ``top`` the largest there is.

    Values run on beyond black and white as far as the codes do. Full range is ``Codes(0, 255,
    255)``, the luma of 10-bit video of limited range ``Codes(64, 940, 1023)``.
    """

    black: int
    white: int
    top: int

    def __post_init__(self) -> None:
        if not 0 <= self.black < self.white <= self.top <= 65535:
            given = f"{self.black}, {self.white}, {self.top}"
            raise ValueRefused(f"codes are 0 <= black < white <= top <= 65535, not {given}")

    @classmethod
    def full(cls, dtype: np.dtype[Any]) -> Codes:
        """All the integers of ``dtype``, 0 black and the largest white."""
        top = int(np.iinfo(dtype).max)
        return cls(0, top, top)


def full_scale(dtype: np.dtype[Any]) -> float:
    """The stored value that means 1.0."""
    return 1.0 if dtype.kind == "f" else float(np.iinfo(dtype).max)


def code_step(dtype: np.dtype[Any]) -> float:
    """Between stored values on the 0..1 scale, 0 for floats."""
    return 0.0 if dtype.kind == "f" else 1 / full_scale(dtype)


def unit_colour(image: Image) -> NDArray[np.float64]:
    """Colour planes as float64 on the 0..1 scale, shape (H, W, 1) or (H, W, 3); alpha left out."""
    planes = image[:, :, None] if image.ndim == 2 else image[:, :, :3]
    return planes.astype(np.float64) / full_scale(image.dtype)


def centre_of(image: Image, most: int) -> Image:
    """The middle of ``image``, at most ``most`` pixels a side."""
    rows, columns = (
        slice(max(size - most, 0) // 2, (size + most) // 2) for size in image.shape[:2]
    )
    return image[rows, columns]


def stored_like(image: Image, colour: NDArray[np.floating]) -> Image:
    """``colour`` (H, W, 1 or 3; 0..1 scale) in the shape and dtype of ``image``, its alpha kept.

    Integers are clipped and rounded to nearest; floats are not clipped, so that HDR survives.
    """
    out = image.copy()
    if image.dtype.kind != "f":
        scale = full_scale(image.dtype)
        colour = np.rint(np.clip(colour, 0.0, 1.0) * scale)
    if image.ndim == 2:
        out[...] = colour[:, :, 0]
    else:
        out[:, :, :3] = colour
    return out
