"""Laws of picture files: what is read and written again unchanged is the same picture."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import tifffile

from rtdeconv.errors import MediaError, ValueRefused
from rtdeconv.media.picture_metadata import PictureMetadata, exif_orientation
from rtdeconv.media.pictures import Picture, is_picture, read_picture, write_picture
from rtdeconv.stream import restore_picture

ICC = struct.pack(">I4s4sI", 128, b"none", b"none", 0x04000000) + bytes(112)
XMP = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"
TURNED = PictureMetadata(icc=ICC, xmp=XMP, orientation=6, pixels_per_cm=(100.0, 50.0))
PLAIN = PictureMetadata()

SHAPES = {"grey": (23, 17), "rgb": (23, 17, 3), "rgba": (23, 17, 4)}
HOLDS = [
    (suffix, kind, dtype)
    for suffix, kinds, dtypes in [
        (".png", ("grey", "rgb", "rgba"), ("uint8", "uint16")),
        (".tif", ("grey", "rgb", "rgba"), ("uint8", "uint16", "float32")),
        (".bmp", ("grey", "rgb"), ("uint8",)),
    ]
    for kind in kinds
    for dtype in dtypes
]


def noise(kind: str, dtype: str) -> np.ndarray:
    draw = np.random.default_rng(3)
    if dtype == "float32":
        return draw.normal(0.5, 1.0, SHAPES[kind]).astype(np.float32)
    return draw.integers(0, np.iinfo(dtype).max, SHAPES[kind], dtype=dtype, endpoint=True)


def identity(pixels: np.ndarray) -> np.ndarray:
    return pixels


def write_chunks(path: Path, bits: int, colour_type: int, rows: bytes, *extra: bytes) -> Path:
    """A 4 x 2 PNG from scratch: formats and chunks that OpenCV never writes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        tail = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + tail

    header = struct.pack(">IIBBBBB", 4, 2, bits, colour_type, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *(chunk(item[:4], item[4:]) for item in extra)]
    parts += [chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))
    return path


@pytest.mark.parametrize(("suffix", "kind", "dtype"), HOLDS)
@pytest.mark.parametrize("metadata", [PLAIN, TURNED], ids=["plain", "turned"])
def test_identity_keeps_every_code_and_all_metadata(
    tmp_path: Path, suffix: str, kind: str, dtype: str, metadata: PictureMetadata
) -> None:
    source, target = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    pixels = noise(kind, dtype)
    if suffix == ".bmp" and metadata is TURNED:
        with pytest.raises(MediaError, match="neither colour profile nor orientation"):
            write_picture(source, Picture(pixels, metadata))
        return
    write_picture(source, Picture(pixels, metadata))
    restore_picture(source, target, identity)
    old, new = read_picture(source), read_picture(target)
    np.testing.assert_array_equal(new.pixels, pixels)
    assert new.pixels.dtype == pixels.dtype
    assert new.metadata == old.metadata
    if suffix != ".bmp":
        assert new.metadata.icc == metadata.icc
        assert new.metadata.xmp == metadata.xmp
        assert new.metadata.orientation == metadata.orientation
        assert new.metadata.pixels_per_cm == pytest.approx(metadata.pixels_per_cm)


@pytest.mark.parametrize("kind", ["grey", "rgb"])
def test_jpeg_keeps_metadata_and_nearly_the_pixels(tmp_path: Path, kind: str) -> None:
    y, x = np.mgrid[:40, :60]
    smooth = (128 + 80 * np.sin(x / 9) * np.cos(y / 7)).astype(np.uint8)
    pixels = smooth if kind == "grey" else np.dstack([smooth, 255 - smooth, smooth // 2])
    write_picture(tmp_path / "in.jpg", Picture(pixels, TURNED))
    restore_picture(tmp_path / "in.jpg", tmp_path / "out.jpeg", identity)
    old, new = read_picture(tmp_path / "in.jpg"), read_picture(tmp_path / "out.jpeg")
    assert new.metadata == old.metadata
    assert (new.metadata.icc, new.metadata.xmp, new.metadata.orientation) == (ICC, XMP, 6)
    # Whole dots per inch: 254 and 127.
    assert new.metadata.pixels_per_cm == pytest.approx((100.0, 50.0))
    assert new.pixels.shape == pixels.shape
    assert np.abs(new.pixels.astype(int) - pixels).max() <= 6
    # Full chroma: a subsampled JPEG says 2x2 or 2x1 for its first component.
    data = (tmp_path / "out.jpeg").read_bytes()
    assert data[data.index(b"\xff\xc0") + 11] == 0x11


@pytest.mark.parametrize("first", [".png", ".jpg", ".tif"])
@pytest.mark.parametrize("second", [".png", ".jpg", ".tif"])
def test_metadata_crosses_formats(tmp_path: Path, first: str, second: str) -> None:
    write_picture(tmp_path / f"in{first}", Picture(noise("rgb", "uint8"), TURNED))
    restore_picture(tmp_path / f"in{first}", tmp_path / f"out{second}", identity)
    found = read_picture(tmp_path / f"out{second}").metadata
    assert (found.icc, found.xmp, found.orientation) == (ICC, XMP, 6)
    assert found.pixels_per_cm == pytest.approx((100.0, 50.0))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("value", range(1, 9))
def test_orientation_is_found_in_either_byte_order(order: str, value: int) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(order + "HHHIHH", 2, 271, 2, 1, 0, 0)
    entries += struct.pack(order + "HHIHH", 274, 3, 1, value, 0)
    assert exif_orientation(mark + struct.pack(order + "I", 8) + entries) == value


@pytest.mark.parametrize("exif", [b"", b"II", b"II*\0\xff\xff\xff\xff", b"rubbish" * 9])
def test_garbled_exif_is_upright(exif: bytes) -> None:
    assert exif_orientation(exif) == 1


def test_png_facts_that_opencv_drops_are_kept(tmp_path: Path) -> None:
    facts = [
        b"gAMA" + struct.pack(">I", 45455),
        b"sRGB\0",
        b"pHYs" + struct.pack(">IIB", 3000, 2000, 1),
        b"tEXtAuthor\0Somebody",
    ]
    source = write_chunks(tmp_path / "in.png", 8, 0, (b"\0" + bytes(4)) * 2, *facts)
    restore_picture(source, tmp_path / "out.png", identity)
    old, new = read_picture(source).metadata, read_picture(tmp_path / "out.png").metadata
    assert [chunk[4:-4] for chunk in new.png_chunks] == facts
    assert new == old
    assert new.pixels_per_cm == (30.0, 20.0)


@pytest.mark.parametrize(
    ("bits", "colour_type", "row", "extra", "shape", "first"),
    [
        (1, 0, b"\xa0", (), (2, 4), 255),
        (4, 0, b"\x80\x0f", (), (2, 4), 136),
        (8, 3, b"\1\0\0\1", (b"PLTE" + bytes([0, 0, 0, 10, 20, 30]),), (2, 4, 3), [10, 20, 30]),
        (8, 4, bytes([50, 7] * 4), (), (2, 4, 4), [50, 50, 50, 7]),
        (8, 0, bytes([9, 8, 8, 8]), (b"tRNS\0\x09",), (2, 4, 4), [9, 9, 9, 0]),
        (8, 0, bytes([9, 8, 8, 8]), (b"tRNS\0\x08",), (2, 4, 4), [9, 9, 9, 255]),
        (2, 0, b"\x40", (b"tRNS\0\x01",), (2, 4, 4), [85, 85, 85, 0]),
    ],
    ids=["1 bit", "4 bits", "palette", "grey+alpha", "clear grey", "other clear", "2 bits clear"],
)
def test_rare_png_kinds(
    tmp_path: Path,
    bits: int,
    colour_type: int,
    row: bytes,
    extra: tuple[bytes, ...],
    shape: tuple[int, ...],
    first: int | list[int],
) -> None:
    source = write_chunks(tmp_path / "in.png", bits, colour_type, (b"\0" + row) * 2, *extra)
    pixels = read_picture(source).pixels
    assert pixels.shape == shape
    assert pixels[0, 0].tolist() == first


TIFFS: dict[str, tuple[np.ndarray, dict[str, Any], Callable[[np.ndarray], np.ndarray]]] = {
    "big endian": (noise("rgb", "uint16"), {"byteorder": ">"}, identity),
    "planes": (
        noise("rgb", "uint8").transpose(2, 0, 1).copy(),
        {"planarconfig": "separate", "photometric": "rgb"},
        lambda stored: stored.transpose(1, 2, 0),
    ),
    "white is zero": (
        noise("grey", "uint16"),
        {"photometric": "miniswhite"},
        lambda stored: 65535 - stored,
    ),
    "one bit": (
        noise("grey", "uint8") > 128,
        {"photometric": "minisblack"},
        lambda stored: stored.astype(np.uint8) * 255,
    ),
    "palette": (
        noise("grey", "uint8"),
        {
            "photometric": "palette",
            "colormap": np.arange(768, dtype=np.uint16).reshape(3, 256) * 80,
        },
        lambda stored: np.dstack([(stored.astype(int) + 256 * i) * 80 >> 8 for i in range(3)]),
    ),
    "grey and alpha": (
        noise("rgb", "uint8")[:, :, :2].copy(),
        {"photometric": "minisblack", "extrasamples": ["unassalpha"], "planarconfig": "contig"},
        lambda stored: stored[:, :, [0, 0, 0, 1]],
    ),
    "tiles": (np.tile(noise("rgb", "uint8"), (2, 2, 1)), {"tile": (16, 16)}, identity),
}


@pytest.mark.parametrize("name", TIFFS)
def test_rare_tiff_kinds(tmp_path: Path, name: str) -> None:
    stored, options, expected = TIFFS[name]
    if stored.ndim == 3 and "photometric" not in options:
        options = {"photometric": "rgb", **options}
    tifffile.imwrite(tmp_path / "in.tif", stored, metadata=None, **options)
    pixels = read_picture(tmp_path / "in.tif").pixels
    np.testing.assert_array_equal(pixels, expected(stored))
    restore_picture(tmp_path / "in.tif", tmp_path / "out.tif", identity)
    np.testing.assert_array_equal(read_picture(tmp_path / "out.tif").pixels, pixels)


@pytest.mark.parametrize("kind", ["grey", "rgb"])
def test_lzw_tiff_is_read_though_rotated(tmp_path: Path, kind: str) -> None:
    pixels = noise(kind, "uint8")
    stored = pixels if kind == "grey" else pixels[:, :, ::-1]
    lzw = 5
    done, coded = cv2.imencode(".tif", stored, [cv2.IMWRITE_TIFF_COMPRESSION, lzw])
    assert done
    path = tmp_path / "in.tif"
    path.write_bytes(_with_orientation(coded.tobytes(), 6))
    picture = read_picture(path)
    assert picture.metadata.orientation == 6
    np.testing.assert_array_equal(picture.pixels, pixels)


def _with_orientation(tiff: bytes, value: int) -> bytes:
    """Put an orientation tag into the first directory of a little-endian TIFF, by moving it."""
    (at,) = struct.unpack_from("<I", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, at)
    entries = [tiff[at + 2 + 12 * i : at + 14 + 12 * i] for i in range(count)]
    entries = [entry for entry in entries if entry[:2] != struct.pack("<H", 274)]
    entries.append(struct.pack("<HHIHH", 274, 3, 1, value, 0))
    entries.sort(key=lambda entry: struct.unpack("<H", entry[:2]))
    directory = struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)
    padding = bytes(len(tiff) % 2)
    return tiff[:4] + struct.pack("<I", len(tiff + padding)) + tiff[8:] + padding + directory


def test_description_and_alpha_kind_of_a_tiff_are_kept(tmp_path: Path) -> None:
    facts = PictureMetadata(description="a test", alpha_kind=1)
    write_picture(tmp_path / "in.tif", Picture(noise("rgba", "uint16"), facts))
    restore_picture(tmp_path / "in.tif", tmp_path / "out.tif", identity)
    assert read_picture(tmp_path / "out.tif").metadata == facts


@pytest.mark.parametrize(
    ("suffix", "kind", "dtype", "said"),
    [
        (".jpg", "rgb", "uint16", "16 bits; write .png or .tif"),
        (".jpg", "rgba", "uint8", "alpha channel; write .png or .tif"),
        (".bmp", "grey", "uint16", "16 bits"),
        (".bmp", "rgba", "uint8", "alpha"),
        (".png", "rgb", "float32", "float pixels; write .tif"),
        (".jpg", "grey", "float32", "float pixels; write .tif"),
        (".gif", "rgb", "uint8", "use .png"),
    ],
)
def test_nothing_is_reduced_silently(
    tmp_path: Path, suffix: str, kind: str, dtype: str, said: str
) -> None:
    with pytest.raises(MediaError, match=said):
        write_picture(tmp_path / f"out{suffix}", Picture(noise(kind, dtype), PLAIN))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("shape", [(0, 5), (5, 0, 3), (4, 4, 2), (4,), (2, 4, 4, 3)])
def test_what_is_no_picture_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(MediaError, match="a picture is"):
        Picture(np.zeros(shape, np.uint8), PLAIN)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".bmp"])
@pytest.mark.parametrize("damage", ["missing", "empty", "text", "folder", "half", "head", "other"])
def test_broken_inputs_are_refused_in_one_sentence(
    tmp_path: Path, suffix: str, damage: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / f"in{suffix}"
    write_picture(path, Picture(noise("rgb", "uint8"), PLAIN))
    data = path.read_bytes()
    damaged = {"empty": b"", "text": b"hello\n" * 40, "half": data[: len(data) // 2]}
    damaged |= {"head": data[:20], "other": b"RIFF" + data}
    path.unlink()
    if damage == "folder":
        path.mkdir()
    elif damage in damaged:
        path.write_bytes(damaged[damage])
    with pytest.raises(MediaError) as caught:
        read_picture(path)
    assert str(caught.value).startswith("cannot read picture ")
    assert "\n" not in str(caught.value)
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_tiffs_that_are_refused(tmp_path: Path) -> None:
    grey, rgb = noise("grey", "uint8"), noise("rgb", "uint8")
    cases: list[tuple[np.ndarray, dict[str, Any], str]] = [
        (np.stack([grey, grey]), {"photometric": "minisblack"}, "2 pages"),
        (noise("rgba", "uint8"), {"photometric": "separated"}, "CMYK"),
        (rgb, {"photometric": "cielab"}, "Lab"),
        (grey.astype(np.float64), {}, "64-bit"),
        (grey.astype(np.int16), {}, "int16"),
        (np.dstack([rgb, rgb]), {"photometric": "rgb"}, "6 channels"),
    ]
    for pixels, options, said in cases:
        tifffile.imwrite(tmp_path / "in.tif", pixels, metadata=None, **options)
        with pytest.raises(MediaError, match=said):
            read_picture(tmp_path / "in.tif")


def test_the_content_decides_not_the_suffix(tmp_path: Path) -> None:
    pixels = noise("rgb", "uint8")
    write_picture(tmp_path / "real.png", Picture(pixels, PLAIN))
    (tmp_path / "real.png").rename(tmp_path / "named.jpg")
    np.testing.assert_array_equal(read_picture(tmp_path / "named.jpg").pixels, pixels)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.png", True), ("b.JPEG", True), ("c.Tif", True), ("d.bmp", True), ("e.mp4", False)],
)
def test_pictures_are_known_by_suffix(name: str, expected: bool) -> None:
    assert is_picture(name) is expected
    assert is_picture(Path(name)) is expected


def test_a_changed_picture_is_written_and_a_reshaped_one_refused(tmp_path: Path) -> None:
    write_picture(tmp_path / "in.png", Picture(noise("rgba", "uint16"), TURNED))
    restore_picture(tmp_path / "in.png", tmp_path / "out.png", lambda x: x // 2)
    np.testing.assert_array_equal(
        read_picture(tmp_path / "out.png").pixels, noise("rgba", "uint16") // 2
    )
    with pytest.raises(ValueRefused, match="must return uint16"):
        restore_picture(tmp_path / "in.png", tmp_path / "bad.png", lambda x: x.astype(np.uint8))
    with pytest.raises(MediaError, match="input itself"):
        restore_picture(tmp_path / "in.png", tmp_path / "in.png", identity)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.png", "out.png"]
