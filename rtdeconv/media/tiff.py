"""TIFF through tifffile: 8 and 16 bits and floats, colour profile and orientation kept.

OpenCV loses both and fails on rotated files. tifffile in turn needs another package to unpack
LZW and JPEG; OpenCV lends its decoder for those.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError
from rtdeconv.media.files import cannot_read
from rtdeconv.media.picture_metadata import UPRIGHT, PictureMetadata

_TAG_DESCRIPTION, _TAG_ORIENTATION, _TAG_XMP, _TAG_ICC = 270, 274, 700, 34675
_TAG_X_RESOLUTION, _TAG_Y_RESOLUTION, _TAG_UNIT = 282, 283, 296
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE, _YCBCR = 0, 1, 2, 3, 6
_NAMES = {4: "a mask", 5: "CMYK", _YCBCR: "YCbCr", 8: "CIE Lab", 32803: "a raw mosaic"}
_UNIT_INCH, _UNIT_CM = 2, 3
_CM_PER_INCH = 2.54
_BYTE, _UNDEFINED, _SHORT = 1, 7, 3


def read_tiff(path: Path) -> tuple[npt.NDArray[Any], PictureMetadata]:
    """Pixels and metadata of a one-page TIFF; MediaError where it is broken or not handled."""
    import tifffile

    with _silent_tifffile():
        try:
            with tifffile.TiffFile(path) as file:
                if len(file.pages) > 1:
                    raise cannot_read(
                        "picture", path, f"it has {len(file.pages)} pages; save one page alone"
                    )
                page = file.pages[0]
                _check_kind(path, page)
                return _pixels(path, page), _metadata(page)
        except MediaError:
            raise
        except Exception as error:
            # tifffile meets damage with whatever its parsing trips over: struct, zlib, index...
            why = "it is no TIFF, or is cut short or damaged; supply an intact file"
            raise cannot_read("picture", path, why) from error


def write_tiff(path: Path, pixels: npt.NDArray[Any], metadata: PictureMetadata) -> None:
    """Write a deflated TIFF; OSError where the disk refuses."""
    import tifffile

    tags: list[tuple[int, int, int, object, bool]] = []
    if metadata.orientation != UPRIGHT:
        tags.append((_TAG_ORIENTATION, _SHORT, 1, metadata.orientation, True))
    if metadata.xmp:
        tags.append((_TAG_XMP, _BYTE, len(metadata.xmp), metadata.xmp, True))
    if metadata.icc:
        tags.append((_TAG_ICC, _UNDEFINED, len(metadata.icc), metadata.icc, True))
    has_alpha = pixels.ndim == 3 and pixels.shape[2] == 4
    tifffile.imwrite(
        path,
        pixels,
        photometric="minisblack" if pixels.ndim == 2 else "rgb",
        extrasamples=[metadata.alpha_kind] if has_alpha else None,
        compression="zlib",
        # Differences compress better, but tifffile alone can take them of whole numbers only.
        predictor=pixels.dtype.kind == "u",
        resolution=metadata.pixels_per_cm,
        resolutionunit="CENTIMETER" if metadata.pixels_per_cm else None,
        description=metadata.description or None,
        metadata=None,
        software=False,
        extratags=tags,
    )


@contextlib.contextmanager
def _silent_tifffile() -> Iterator[None]:
    """tifffile logs what it finds odd; what matters is raised."""
    logger = logging.getLogger("tifffile")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _check_kind(path: Path, page: Any) -> None:
    photometric = int(page.photometric)
    jpeg_coded = photometric == _YCBCR and page.compression.name == "JPEG"
    known = photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _PALETTE)
    if not known and not jpeg_coded:
        what = _NAMES.get(photometric, f"of photometric kind {photometric}")
        raise cannot_read("picture", path, f"it is {what}; convert it to RGB or grey first")
    colours = 3 if photometric in (_RGB, _YCBCR) else 1
    if page.samplesperpixel - colours not in (0, 1):
        raise cannot_read(
            "picture", path, f"it has {page.samplesperpixel} channels; keep colour and one alpha"
        )
    if page.imagedepth != 1:
        raise cannot_read("picture", path, "it is a volume; save one slice alone")
    if page.bitspersample not in (1, 8, 16, 32) or str(page.dtype) not in (
        "bool",
        "uint8",
        "uint16",
        "float32",
    ):
        raise cannot_read(
            "picture",
            path,
            f"its samples are {page.bitspersample}-bit {page.dtype}; save 8, 16 or float 32",
        )


def _pixels(path: Path, page: Any) -> npt.NDArray[Any]:
    try:
        stored = page.asarray()
    except (ValueError, KeyError) as error:
        if "imagecodecs" not in str(error):
            raise
        return _decoded_by_opencv(path, page)
    if page.samplesperpixel > 1 and int(page.planarconfig) == 2:
        stored = np.moveaxis(stored, 0, -1)
    if stored.dtype == bool:
        stored = stored.astype(np.uint8) * 255
    photometric = int(page.photometric)
    if photometric == _PALETTE:
        # Palette entries are 16-bit, of 8-bit worth in every file of 8-bit colours.
        return np.ascontiguousarray((page.colormap.T >> 8).astype(np.uint8)[stored])
    if photometric == _WHITE_IS_ZERO:
        white = 1 if stored.dtype.kind == "f" else np.iinfo(stored.dtype).max
        stored = (white - stored).astype(stored.dtype)
    if stored.ndim == 3 and stored.shape[2] == 2:
        stored = stored[:, :, [0, 0, 0, 1]]
    return np.ascontiguousarray(stored.astype(stored.dtype.newbyteorder("=")))


def _decoded_by_opencv(path: Path, page: Any) -> npt.NDArray[Any]:
    import cv2

    data = bytearray(path.read_bytes())
    turned = page.tags.get(_TAG_ORIENTATION)
    if turned is not None:
        # OpenCV fails on rotated files. The mark, two bytes, is read elsewhere: make it upright.
        upright = UPRIGHT.to_bytes(2, "little" if page.parent.byteorder == "<" else "big")
        data[turned.valueoffset : turned.valueoffset + 2] = upright
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.shape[:2] != page.shape[:2]:
        name = page.compression.name
        raise cannot_read(
            "picture", path, f"its {name} compression is not handled; save it deflated or plain"
        )
    if pixels.ndim == 2:
        return pixels
    swap = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    swapped: npt.NDArray[Any] = cv2.cvtColor(pixels, swap)
    return swapped


def _metadata(page: Any) -> PictureMetadata:
    def value(code: int, default: Any) -> Any:
        tag = page.tags.get(code)
        return default if tag is None else tag.value

    orientation = int(value(_TAG_ORIENTATION, UPRIGHT))
    return PictureMetadata(
        icc=bytes(value(_TAG_ICC, b"")),
        xmp=bytes(value(_TAG_XMP, b"")),
        orientation=orientation if 1 <= orientation <= 8 else UPRIGHT,
        pixels_per_cm=_pixels_per_cm(value),
        description=str(value(_TAG_DESCRIPTION, "")),
        alpha_kind=int(page.extrasamples[0]) if page.extrasamples else 2,
    )


def _pixels_per_cm(value: Any) -> tuple[float, float] | None:
    scale = {_UNIT_INCH: 1 / _CM_PER_INCH, _UNIT_CM: 1.0}.get(int(value(_TAG_UNIT, _UNIT_INCH)))
    across, down = value(_TAG_X_RESOLUTION, None), value(_TAG_Y_RESOLUTION, None)
    if scale is None or not across or not down or 0 in (across[1], down[1]):
        return None
    return across[0] / across[1] * scale, down[0] / down[1] * scale
