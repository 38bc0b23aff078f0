"""What a PNG says besides its pixels, taken out of the file and put into another.

OpenCV drops gamma, density and texts; libpng, under it, refuses to write a colour profile it
finds odd, and prints what it thinks of one it reads. So the chunks are handled here as bytes,
and OpenCV sees only those that make the pixels.
"""

from __future__ import annotations

import contextlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rtdeconv.errors import MediaError, shown
from rtdeconv.media.files import cannot_read
from rtdeconv.media.picture_metadata import PictureMetadata, exif_orientation

MARK = b"\x89PNG\r\n\x1a\n"
_PIXELS = (b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND")
# Chunks with no counterpart in other formats: they travel as they stand.
_KEPT = (b"gAMA", b"cHRM", b"sRGB", b"cICP", b"mDCV", b"cLLI", b"pHYs", b"tEXt", b"zTXt", b"iTXt")
_XMP = b"XML:com.adobe.xmp\0"
_PLAIN_TEXT = b"\0\0\0\0"  # not compressed, no language, no translated keyword
_PROFILE_NAME = b"ICC profile\0\0"  # and the only compression there is
_MOST_PROFILE_BYTES = 1 << 26
_GREY = 0
_HEADER_END = len(MARK) + 12 + 13


@dataclass(frozen=True)
class PngFacts:
    """``bare``: the file with pixel chunks alone. ``clear_grey``: the grey code, spread over
    8 bits where it has fewer, that is transparent; None where none is.
    """

    metadata: PictureMetadata
    bare: bytes
    clear_grey: int | None


def png_facts(path: Path, data: bytes) -> PngFacts:
    """Take a PNG apart; MediaError where it is not whole."""
    chunks = list(_chunks(path, data))
    bodies = {name: chunk[8:-4] for name, chunk in chunks}
    header, clear = bodies[b"IHDR"], bodies.get(b"tRNS", b"")
    if b"acTL" in bodies:
        raise MediaError(
            f"{shown(str(path))} is an animated PNG; take it apart into pictures first"
        )
    clear_grey: int | None = None
    if header[9:10] == bytes([_GREY]) and len(clear) == 2:
        # OpenCV spreads 1, 2 and 4 bits over 8.
        spread = 255 // (2 ** header[8] - 1) if header[8] in (1, 2, 4) else 1
        clear_grey = int.from_bytes(clear, "big") * spread
    density, physical = None, bodies.get(b"pHYs", b"")
    if len(physical) == 9 and physical[8] == 1:
        across, down = struct.unpack_from(">II", physical)
        density = across / 100, down / 100
    exif = bodies.get(b"eXIf", b"")
    texts = [chunk[8:-4] for name, chunk in chunks if name == b"iTXt"]
    start = _XMP + _PLAIN_TEXT
    metadata = PictureMetadata(
        icc=_profile(bodies.get(b"iCCP", b"")),
        exif=exif,
        xmp=next((text[len(start) :] for text in texts if text.startswith(start)), b""),
        orientation=exif_orientation(exif),
        pixels_per_cm=density,
        png_chunks=tuple(
            chunk for name, chunk in chunks if name in _KEPT and not chunk[8:].startswith(start)
        ),
    )
    bare = MARK + b"".join(chunk for name, chunk in chunks if name in _PIXELS)
    return PngFacts(metadata, bare, clear_grey)


def with_metadata(data: bytes, metadata: PictureMetadata) -> bytes:
    """The PNG with metadata put behind its header, where every kind of it may stand."""
    chunks = list(metadata.png_chunks)
    if metadata.pixels_per_cm and not any(chunk[4:8] == b"pHYs" for chunk in chunks):
        across, down = (round(100 * value) for value in metadata.pixels_per_cm)
        chunks.append(_chunk(b"pHYs", struct.pack(">IIB", across, down, 1)))
    if metadata.icc:
        chunks.append(_chunk(b"iCCP", _PROFILE_NAME + zlib.compress(metadata.icc)))
    if exif := metadata.exif_to_write():
        chunks.append(_chunk(b"eXIf", exif))
    if metadata.xmp:
        chunks.append(_chunk(b"iTXt", _XMP + _PLAIN_TEXT + metadata.xmp))
    return data[:_HEADER_END] + b"".join(chunks) + data[_HEADER_END:]


def _chunks(path: Path, data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and chunks (length, name, body, CRC of name and body) from IHDR to IEND."""
    damaged = cannot_read("picture", path, "it is cut short or damaged; supply an intact file")
    if data[len(MARK) : len(MARK) + 8] != b"\0\0\0\rIHDR":
        raise damaged
    at, name = len(MARK), b""
    while name != b"IEND":
        length = int.from_bytes(data[at : at + 4], "big")
        chunk = data[at : at + 12 + length]
        if len(chunk) < 12 + length or chunk[-4:] != _crc(chunk[4:-4]):
            raise damaged
        name = chunk[4:8]
        yield name, chunk
        at += len(chunk)


def _profile(body: bytes) -> bytes:
    """The colour profile of an iCCP chunk: a name, its end, a method byte, deflated bytes."""
    _, _, rest = body.partition(b"\0")
    with contextlib.suppress(zlib.error):
        return zlib.decompressobj().decompress(rest[1:], _MOST_PROFILE_BYTES)
    return b""


def _crc(name_and_body: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(name_and_body))


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + _crc(name + body)
