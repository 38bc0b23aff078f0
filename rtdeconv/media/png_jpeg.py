"""PNG, JPEG and BMP through OpenCV, with the facts OpenCV drops carried by hand.

OpenCV loses a JPEG's density and decodes half a JPEG without complaint, so both are looked at in
the bytes. PNG's chunks have a module of their own.
"""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError
from rtdeconv.media import png_chunks
from rtdeconv.media.files import cannot_read, cause
from rtdeconv.media.picture_metadata import PictureMetadata, exif_orientation

_JPEG_MARK = b"\xff\xd8\xff"
_BMP_MARK = b"BM"
_JPEG_SUFFIXES = (".jpg", ".jpeg")
_JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_JPEG_QUALITY = 95
# Where a JFIF file says its density: after two markers, a length, "JFIF\0" and the version.
_JFIF_DENSITY = 13
_CM_PER_INCH = 2.54


def read_coded(path: Path) -> tuple[npt.NDArray[Any], PictureMetadata]:
    """Pixels (RGB order) and metadata of a PNG, JPEG or BMP; MediaError where it is broken.

    The content decides, not the suffix. Palettes become RGB, 1-bit pictures 0 and 255, grey with
    alpha RGBA. JPEG is decoded as stored: its orientation stays a mark.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise cannot_read("picture", path, cause(error)) from error
    if data.startswith(png_chunks.MARK):
        facts = png_chunks.png_facts(path, data)
        pixels, _ = _decoded(path, facts.bare)
        if facts.clear_grey is not None and pixels.ndim == 2:
            opaque = np.iinfo(pixels.dtype).max
            alpha = np.where(pixels == facts.clear_grey, 0, opaque).astype(pixels.dtype)
            pixels = np.dstack([pixels, pixels, pixels, alpha])
        return pixels, facts.metadata
    if data.startswith(_JPEG_MARK):
        density = _jpeg_density(path, data)
        pixels, metadata = _decoded(path, data)
        return pixels, replace(metadata, pixels_per_cm=density)
    if data.startswith(_BMP_MARK):
        return _decoded(path, data)
    raise cannot_read("picture", path, "it is neither PNG, JPEG nor BMP; check what it is")


def write_coded(path: Path, pixels: npt.NDArray[Any], metadata: PictureMetadata) -> None:
    """Write PNG, JPEG (quality 95, full chroma) or BMP; OSError where the disk refuses."""
    import cv2

    suffix = path.suffix.lower()
    is_jpeg = suffix in _JPEG_SUFFIXES
    blocks: dict[int, bytes] = {}
    options: list[int] = []
    if is_jpeg:
        blocks[cv2.IMAGE_METADATA_EXIF] = metadata.exif_to_write()
        blocks[cv2.IMAGE_METADATA_ICCP] = metadata.icc
        blocks[cv2.IMAGE_METADATA_XMP] = _JPEG_XMP + metadata.xmp if metadata.xmp else b""
        full = cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444
        options = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, full]
    kept = {kind: np.frombuffer(block, np.uint8) for kind, block in blocks.items() if block}
    size = f"{pixels.shape[1]}x{pixels.shape[0]} and its metadata"
    refusal = MediaError(f"a {suffix} file cannot hold a picture of {size}; write .tif")
    with _silent_opencv():
        try:
            done, coded = cv2.imencodeWithMetadata(
                suffix, _reordered(pixels), list(kept), list(kept.values()), options
            )
        except cv2.error as error:
            raise refusal from error
    if not done:
        raise refusal
    data = coded.tobytes()
    if is_jpeg:
        data = _with_jpeg_density(data, metadata.pixels_per_cm)
    elif suffix == ".png":
        data = png_chunks.with_metadata(data, metadata)
    path.write_bytes(data)


def _decoded(path: Path, data: bytes) -> tuple[npt.NDArray[Any], PictureMetadata]:
    import cv2

    with _silent_opencv():
        try:
            pixels, kinds, blocks = cv2.imdecodeWithMetadata(
                np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED
            )
        except cv2.error as error:
            why = "it is damaged, or too large for OpenCV; supply another"
            raise cannot_read("picture", path, why) from error
    if pixels is None or pixels.size == 0:
        raise cannot_read("picture", path, "its content is damaged; supply an intact file")
    found = {int(kind): bytes(block) for kind, block in zip(kinds, blocks, strict=True)}
    exif = found.get(cv2.IMAGE_METADATA_EXIF, b"")
    xmp = found.get(cv2.IMAGE_METADATA_XMP, b"").removeprefix(_JPEG_XMP)
    icc = found.get(cv2.IMAGE_METADATA_ICCP, b"")
    return _reordered(pixels), PictureMetadata(icc, exif, xmp, exif_orientation(exif))


def _reordered(pixels: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """RGB(A) from OpenCV's BGR(A), or the other way round; grey as it is."""
    import cv2

    if pixels.ndim == 2:
        return pixels
    swap = cv2.COLOR_BGR2RGB if pixels.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    swapped: npt.NDArray[Any] = cv2.cvtColor(pixels, swap)
    return swapped


@contextlib.contextmanager
def _silent_opencv() -> Iterator[None]:
    """Keep OpenCV's warnings off the terminal: what matters is raised."""
    import cv2

    level = cv2.utils.logging.getLogLevel()
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        cv2.utils.logging.setLogLevel(level)


def _jpeg_density(path: Path, data: bytes) -> tuple[float, float] | None:
    """Pixels per cm, None where unsaid; MediaError for CMYK and for a file that is not whole."""
    density: tuple[float, float] | None = None
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, (length,) = data[at + 1], struct.unpack_from(">H", data, at + 2)
        body = data[at + 4 : at + 2 + length]
        # SOF0..SOF15, except the tables DHT, JPG and DAC that share their range.
        is_frame = 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        if is_frame and body[5:6] == b"\4":
            raise cannot_read("picture", path, "it is CMYK; convert it to RGB first")
        if marker == 0xE0 and body.startswith(b"JFIF\0") and len(body) >= 12:
            unit, across, down = struct.unpack_from(">BHH", body, 7)
            scale = {1: 1 / _CM_PER_INCH, 2: 1.0}.get(unit)
            density = (across * scale, down * scale) if scale else None
        if marker == 0xDA:
            # In the coded data every FF is followed by 00, so FFD9 there is the real end.
            if data.rfind(b"\xff\xd9") < at:
                break
            return density
        at += 2 + length
    raise cannot_read("picture", path, "it is cut short or damaged; supply an intact file")


def _with_jpeg_density(data: bytes, density: tuple[float, float] | None) -> bytes:
    if density is None or data[6:11] != b"JFIF\0":
        return data
    # Whole dots per inch are what cameras and editors write; per cm they would not be whole.
    across, down = (min(round(value * _CM_PER_INCH), 65535) for value in density)
    field = struct.pack(">BHH", 1, across, down)
    return data[:_JFIF_DENSITY] + field + data[_JFIF_DENSITY + len(field) :]
