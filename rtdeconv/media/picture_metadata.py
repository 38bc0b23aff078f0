"""What a picture file says besides its pixels, in a form every format can be written from."""

from __future__ import annotations

import struct
from dataclasses import dataclass

UPRIGHT = 1
_TAG_ORIENTATION = 274
_TYPE_SHORT = 3


@dataclass(frozen=True)
class PictureMetadata:
    """Colour profile, EXIF block (from its byte-order mark on), XMP packet, and how it is shown.

    ``orientation``: EXIF's 1..8, a mark only: pixels are never turned. ``pixels_per_cm``: (x, y).
    ``png_chunks``: PNG chunks with no counterpart elsewhere (gamma, texts), as they stood.
    ``alpha_kind``: TIFF's extra sample code of the alpha channel, 2 where it is plain alpha.
    """

    icc: bytes = b""
    exif: bytes = b""
    xmp: bytes = b""
    orientation: int = UPRIGHT
    pixels_per_cm: tuple[float, float] | None = None
    description: str = ""
    png_chunks: tuple[bytes, ...] = ()
    alpha_kind: int = 2

    def exif_to_write(self) -> bytes:
        """The EXIF block, or one that holds just the orientation where only that is known."""
        if self.exif or self.orientation == UPRIGHT:
            return self.exif
        entry = struct.pack("<HHIHH", _TAG_ORIENTATION, _TYPE_SHORT, 1, self.orientation, 0)
        return b"II*\0" + struct.pack("<IH", 8, 1) + entry + struct.pack("<I", 0)


def exif_orientation(exif: bytes) -> int:
    """The orientation, 1..8, in an EXIF block; upright where it is missing or garbled."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(order + "I", exif, 4)
        (count,) = struct.unpack_from(order + "H", exif, first)
        for index in range(count):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", exif, first + 2 + 12 * index)
            if tag == _TAG_ORIENTATION and kind == _TYPE_SHORT and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return UPRIGHT
    return UPRIGHT
