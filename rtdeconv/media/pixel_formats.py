"""Pixel formats by what they hold, and the choice of a format to work in and one to store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rtdeconv.errors import MediaError

_SUBSAMPLING = {
    (1, 1): "444",
    (2, 1): "422",
    (2, 2): "420",
    (1, 2): "440",
    (4, 1): "411",
    (4, 4): "410",
}
_DEPTHS = (8, 9, 10, 12, 14, 16)


@dataclass(frozen=True)
class PixelLayout:
    """What a pixel format holds.

    ``kind``: yuv, rgb or grey. ``depth``: bits of a code. ``chroma``: luma samples a chroma
    sample spans (across, down). ``planar``: every component has a plane of its own, of 8-bit
    or little-endian 16-bit codes, which is what ``colour`` works on.
    """

    kind: str
    depth: int
    chroma: tuple[int, int]
    alpha: bool
    planar: bool


@lru_cache(maxsize=64)
def layout_of(name: str) -> PixelLayout:
    """The layout of FFmpeg's pixel format ``name``; MediaError for floats and raw mosaics."""
    from av.video.format import VideoFormat

    # 16 x 16 is a multiple of every chroma cell, so the ratios below are exact.
    format_ = VideoFormat(name, 16, 16)
    parts = format_.components
    if format_.is_bayer or "f16" in name or "f32" in name or not parts:
        raise MediaError(
            f"pixel format {name!r} is not supported (floats, raw mosaics and frames that live "
            "on a GPU are not); convert the video to YUV or RGB of at most 16 bits first"
        )
    depth = max(part.bits for part in parts)
    alpha = any(part.is_alpha for part in parts)
    colours = len(parts) - alpha
    if name == "pal8":
        return PixelLayout("rgb", 8, (1, 1), True, False)
    kind = "rgb" if format_.is_rgb else "grey" if colours == 1 else "yuv"
    planar = len({part.plane for part in parts}) == len(parts) and not format_.is_bit_stream
    little = depth == 8 or (depth > 8 and not format_.is_big_endian)
    chroma = (16 // parts[1].width, 16 // parts[1].height) if kind == "yuv" else (1, 1)
    return PixelLayout(kind, max(depth, 8), chroma, alpha, planar and little)


@lru_cache(maxsize=64)
def working_format(name: str) -> str:
    """The planar format that holds everything ``name`` holds; ``name`` itself where it is planar.

    nv12 -> yuv420p, p010le -> yuv420p10le, yuyv422 -> yuv422p, rgb24 -> gbrp, monow -> gray.
    """
    layout = layout_of(name)
    if layout.planar:
        return name
    depth = next(bits for bits in _DEPTHS if bits >= layout.depth)
    suffix = "" if depth == 8 else f"{depth}le"
    if layout.kind == "yuv":
        return f"yuv{'a' if layout.alpha else ''}{_SUBSAMPLING[layout.chroma]}p{suffix}"
    if layout.kind == "grey" and not layout.alpha:
        return f"gray{suffix}"
    return f"gbr{'a' if layout.alpha else ''}p{suffix}"


def storable_format(work: str, offered: Sequence[str]) -> str | None:
    """Of an encoder's ``offered`` formats the one that loses least of ``work``, or None.

    Depth and chroma resolution are never reduced; the smallest that holds both is taken. Alpha
    is kept where it can be, and RGB becomes 4:4:4 YUV only where no RGB format is offered.
    """
    if work in offered:
        return work
    if work.startswith("yuvj") and work.replace("yuvj", "yuv") in offered:
        return work.replace("yuvj", "yuv")
    want = layout_of(work)

    def loses(name: str) -> tuple[bool, bool, int, int, bool, bool]:
        have = layout_of(name)
        # FFmpeg's yuvj formats mean full range; the plain ones leave it to the tag.
        return (
            have.kind != want.kind,
            have.alpha != want.alpha,
            have.depth,
            -have.chroma[0] * have.chroma[1],
            not have.planar,
            name.startswith("yuvj"),
        )

    def holds(name: str) -> bool:
        if "f16" in name or "f32" in name:
            return False
        have = layout_of(name)
        fine = have.chroma[0] <= want.chroma[0] and have.chroma[1] <= want.chroma[1]
        kinds = {"yuv": ("yuv",), "grey": ("grey", "yuv"), "rgb": ("rgb", "yuv")}[want.kind]
        coloured = have.kind != "yuv" or want.kind == "grey" or fine
        return have.depth >= want.depth and have.kind in kinds and coloured

    return min((name for name in offered if holds(name)), key=loses, default=None)
