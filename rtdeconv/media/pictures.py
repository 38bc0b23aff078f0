"""Pictures in and out: PNG, JPEG, BMP and TIFF, depth, alpha and metadata kept."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError, shown
from rtdeconv.media.files import existing_file, written_whole
from rtdeconv.media.picture_metadata import UPRIGHT, PictureMetadata

_CV_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp")
_TIFF_SUFFIXES = (".tif", ".tiff")
_TYPES = ("uint8", "uint16", "float32")


@dataclass(frozen=True)
class Picture:
    """Pixels and what the file said of them.

    ``pixels``: (H, W) grey, (H, W, 3) RGB or (H, W, 4) RGBA; uint8, uint16 (full scale is the
    type's) or float32 (1 is white), as stored: neither turned upright nor colour converted.
    """

    pixels: npt.NDArray[Any]
    metadata: PictureMetadata = field(default_factory=PictureMetadata)

    def __post_init__(self) -> None:
        shape, kind = self.pixels.shape, str(self.pixels.dtype)
        shaped = len(shape) == 2 or (len(shape) == 3 and shape[2] in (3, 4))
        if not shaped or 0 in shape or kind not in _TYPES:
            raise MediaError(
                f"a picture is (H, W), (H, W, 3) or (H, W, 4) of {', '.join(_TYPES)}, not {shape} "
                f"of {kind}; convert it first"
            )


def is_picture(path: str | os.PathLike[str]) -> bool:
    """Whether the suffix is one of the picture formats: png, jpg, jpeg, tif, tiff, bmp."""
    return Path(path).suffix.lower() in _CV_SUFFIXES + _TIFF_SUFFIXES


def read_picture(path: str | os.PathLike[str]) -> Picture:
    """Read a picture file; MediaError where it is missing, broken or of a kind not handled."""
    place = existing_file(path, "picture")
    _check_suffix(place)
    if place.suffix.lower() in _TIFF_SUFFIXES:
        from rtdeconv.media.tiff import read_tiff

        return Picture(*read_tiff(place))
    from rtdeconv.media.png_jpeg import read_coded

    return Picture(*read_coded(place))


def write_picture(
    path: str | os.PathLike[str],
    picture: Picture,
    *,
    source: str | os.PathLike[str] | None = None,
) -> None:
    """Write a picture so that it appears whole or not at all.

    Raises MediaError where the format cannot hold the depth or the alpha channel, where the disk
    refuses, or where ``path`` is ``source``. Nothing is reduced silently.
    """
    place = Path(path)
    _check_suffix(place)
    _check_holds(place, picture)
    with written_whole(place, source=source) as hidden:
        pixels = np.ascontiguousarray(picture.pixels)
        if place.suffix.lower() in _TIFF_SUFFIXES:
            from rtdeconv.media.tiff import write_tiff

            write_tiff(hidden, pixels, picture.metadata)
        else:
            from rtdeconv.media.png_jpeg import write_coded

            write_coded(hidden, pixels, picture.metadata)


def _check_suffix(place: Path) -> None:
    if not is_picture(place):
        raise MediaError(
            f"{shown(str(place))} does not end like a picture; use .png, .jpg, .tif or .bmp"
        )


def _check_holds(place: Path, picture: Picture) -> None:
    pixels, metadata = picture.pixels, picture.metadata
    suffix, kind = place.suffix.lower(), str(pixels.dtype)
    if suffix == ".bmp" and (metadata.icc or metadata.orientation != UPRIGHT):
        raise MediaError("a .bmp file keeps neither colour profile nor orientation; write .png")
    if suffix in _TIFF_SUFFIXES:
        return
    if kind == "float32":
        raise MediaError(f"a {suffix} file cannot hold float pixels; write .tif")
    if suffix != ".png" and kind == "uint16":
        raise MediaError(f"a {suffix} file cannot hold 16 bits; write .png or .tif")
    if suffix != ".png" and pixels.ndim == 3 and pixels.shape[2] == 4:
        raise MediaError(f"a {suffix} file cannot hold an alpha channel; write .png or .tif")
