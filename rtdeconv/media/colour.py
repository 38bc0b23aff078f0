"""A video frame seen as RGB, and a change of that RGB carried back to the frame's own planes.

The way back never converts RGB to YUV. It adds the *change*,

    planes_out = planes_in + M (rgb_out - rgb_in),

so pixels that the filter left alone keep their codes, chroma that RGB cannot show included.
Frames here are planar (``pixels.working_format``), their codes of d bits; RGB codes span 0..255
for d = 8 and 0..65535 for every deeper format. OpenCV does the arithmetic: swscale's fast path is
off by up to 3 codes with a bias of 1, its exact path takes twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from rtdeconv.errors import MediaError
from rtdeconv.media.pixel_formats import PixelLayout, layout_of

# Luma weights (red, blue) by the matrix code of ITU-T H.273; green is what is left of 1.
_LUMA_WEIGHTS = {
    1: (0.2126, 0.0722),  # BT.709
    4: (0.30, 0.11),  # FCC
    5: (0.299, 0.114),  # BT.470 BG
    6: (0.299, 0.114),  # BT.601
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020, non-constant luminance
}
Curve = Literal["srgb", "pq", "hlg"]
"""How light is coded: by a curve near enough to sRGB's, or by one of the two of HDR video."""

LUMA_BT709: Final = (0.2126, 0.7152, 0.0722)
"""Weights of red, green and blue, encoded as they are."""

# Intermediate pictures, kept from frame to frame: a fresh page for every 4 KiB of every frame costs
# more than the arithmetic on it.
Scratch = dict[str, npt.NDArray[Any]]

_UNTAGGED = 2
_MATRIX_RGB = 0
_RANGE_FULL = 2
_HDR_CURVES: Final[dict[int, Curve]] = {16: "pq", 18: "hlg"}

# 8-bit changes travel as 16-bit integers. Chroma changes, at most 255 codes, are held in 1/64
# code (255 * 64 < 2^15), so that averaging them over a chroma sample rounds once, at the end.
_CHROMA_STEPS = 64.0


@dataclass(frozen=True)
class ColourTags:
    """What a stream says of its colours: the code points of ITU-T H.273, 2 where unknown.

    ``full_range`` is None where the stream does not say.
    """

    matrix: int
    transfer: int
    primaries: int
    full_range: bool | None

    @property
    def curve(self) -> Curve:
        """pq (SMPTE ST 2084), hlg (ARIB STD-B67), and srgb for every other and for none told."""
        return _HDR_CURVES.get(self.transfer, "srgb")


def tags_of(frame: Any) -> ColourTags:
    """The colour tags a decoded frame carries."""
    full = {1: False, _RANGE_FULL: True}.get(int(frame.color_range))
    # Full range is part of these formats' meaning; a stored copy in another one has to say it.
    if frame.format.name.startswith("yuvj") or (full is None and _is_grey(frame)):
        full = True
    return ColourTags(int(frame.colorspace), int(frame.color_trc), int(frame.color_primaries), full)


def _is_grey(frame: Any) -> bool:
    return layout_of(frame.format.name).kind == "grey"


@dataclass(frozen=True)
class ColourModel:
    """The affine map between a frame's plane codes and RGB codes.

    ``to_rgb``: (3, 1 + planes) on (codes..., 1); ``from_rgb``: (planes, 3), acting on changes.
    ``depth``: bits of a plane code. ``order``: which plane holds each row of ``from_rgb``.
    """

    to_rgb: npt.NDArray[np.float32]
    from_rgb: npt.NDArray[np.float32]
    depth: int
    order: tuple[int, ...]

    @property
    def rgb_dtype(self) -> type[np.uint8] | type[np.uint16]:
        """Type of the RGB view: uint8 for 8-bit frames, uint16 (0..65535) for deeper ones."""
        return np.uint8 if self.depth == 8 else np.uint16


def colour_model(layout: PixelLayout, tags: ColourTags, width: int, height: int) -> ColourModel:
    """The map for frames of this layout and these tags.

    Untagged YUV is BT.709 from 1280x720 up and BT.601 below, limited range. Raises MediaError for
    a matrix that is not a plain luma-and-differences one (YCgCo, constant luminance, ICtCp).
    """
    peak = 255.0 if layout.depth == 8 else 65535.0
    top = float(2**layout.depth - 1)
    unit = float(2 ** (layout.depth - 8))
    if layout.kind == "rgb":
        to_rgb = np.hstack([np.eye(3) * peak / top, np.zeros((3, 1))])
        return _model(to_rgb, np.eye(3) * top / peak, layout, (2, 0, 1))
    full = tags.full_range or False
    luma_span, chroma_span, black = (top, top, 0.0) if full else (219 * unit, 224 * unit, 16 * unit)
    red, blue = _luma_weights(tags.matrix, width, height)
    luma = np.array([red, 1 - red - blue, blue])
    if layout.kind == "grey":
        to_rgb = np.array([[1.0, -black]] * 3) * peak / luma_span
        return _model(to_rgb, luma[np.newaxis] * luma_span / peak, layout, (0,))
    # Cb = (B - Y) / 2(1 - kb) and Cr = (R - Y) / 2(1 - kr) both span -1/2..1/2.
    analysis = np.stack(
        [luma, ([0, 0, 1] - luma) / (2 - 2 * blue), ([1, 0, 0] - luma) / (2 - 2 * red)]
    )
    spans = np.array([luma_span, chroma_span, chroma_span])
    from_rgb = spans[:, np.newaxis] * analysis / peak
    inverse = np.linalg.inv(from_rgb)
    zero = inverse @ np.array([black, 128 * unit, 128 * unit])
    return _model(np.hstack([inverse, -zero[:, np.newaxis]]), from_rgb, layout, (0, 1, 2))


def _model(
    to_rgb: npt.NDArray[np.float64],
    from_rgb: npt.NDArray[np.float64],
    layout: PixelLayout,
    order: tuple[int, ...],
) -> ColourModel:
    return ColourModel(to_rgb.astype(np.float32), from_rgb.astype(np.float32), layout.depth, order)


def _luma_weights(matrix: int, width: int, height: int) -> tuple[float, float]:
    if matrix in (_UNTAGGED, _MATRIX_RGB, 3):
        matrix = 1 if height >= 720 or width >= 1280 else 6
    if matrix not in _LUMA_WEIGHTS:
        raise MediaError(
            f"colour matrix {matrix} (ITU-T H.273) is not one of {sorted(_LUMA_WEIGHTS)}; "
            "convert the video to BT.709 or BT.2020 non-constant luminance first"
        )
    return _LUMA_WEIGHTS[matrix]


def planes_of(frame: Any) -> list[npt.NDArray[Any]]:
    """The planes of a planar frame as arrays on its own memory, padding left out."""
    deep = max(part.bits for part in frame.format.components) > 8
    dtype = np.uint16 if deep else np.uint8
    return [
        np.frombuffer(plane, dtype).reshape(
            plane.height, plane.line_size // np.dtype(dtype).itemsize
        )[:, : plane.width]
        for plane in frame.planes
    ]


def rgb_of(
    frame: Any,
    model: ColourModel,
    scratch: Scratch | None = None,
    out: npt.NDArray[Any] | None = None,
) -> npt.NDArray[Any]:
    """The frame as RGB, shape (H, W, 3), full range, uint8 or uint16 as the model says.

    Chroma is interpolated between sample centres taken to lie in the middle of the luma they
    cover; ``add_change`` averages over the same area, so a siting error cancels on the way back.
    ``scratch`` is kept by the caller from one frame to the next, for one thread; ``out`` is an
    array for the result.
    """
    import cv2

    kept: Scratch = {} if scratch is None else scratch
    planes = [planes_of(frame)[index] for index in model.order]
    height, width = planes[0].shape
    full, finer = [planes[0]], np.ones(1 + len(planes), np.float32)
    for number, plane in enumerate(planes[1:], 1):
        if plane.shape != (height, width):
            # of 10 bits, what lies between two codes keeps 6 bits more
            spare = 8 * plane.itemsize - model.depth
            plane = _enlarged(plane, (width, height), spare, kept, str(number))
            finer[number] = 2.0**-spare
        full.append(plane)
    kept["codes"] = cv2.merge(full, dst=kept.get("codes"))
    rgb: npt.NDArray[Any] = cv2.transform(kept["codes"], model.to_rgb * finer, dst=out)
    return rgb


def _enlarged(
    plane: npt.NDArray[Any], size: tuple[int, int], spare: int, kept: Scratch, name: str
) -> npt.NDArray[Any]:
    """The plane mixed between its centres, in units of 1 / 2^spare code."""
    import cv2

    if spare:
        fine = kept.get("fine " + name)
        kept["fine " + name] = plane = np.left_shift(plane, spare, out=fine)
    large = kept.get("full " + name)
    large = cv2.resize(plane, size, dst=large, interpolation=cv2.INTER_LINEAR)
    kept["full " + name] = large
    return large


def add_change(
    frame: Any,
    before: npt.NDArray[Any],
    after: npt.NDArray[Any],
    model: ColourModel,
    scratch: Scratch | None = None,
) -> None:
    """Add the change from ``before`` to ``after`` (RGB as ``rgb_of`` gives it) to the planes.

    Works in place on a writable frame. Each plane rounds once and stops at its code limits.
    ``scratch`` is kept by the caller from one frame to the next, for one thread.
    """
    import cv2

    kept: Scratch = {} if scratch is None else scratch
    small = model.depth == 8
    code = cv2.CV_8U if small else cv2.CV_16U
    steps = np.ones(len(model.order), np.float32)
    if small and model.order == (0, 1, 2):
        steps[1:] = _CHROMA_STEPS
    matrix = model.from_rgb * steps[:, np.newaxis]
    # numpy's subtraction across types takes a third of the time of OpenCV's
    held = np.int16 if small else np.float32
    kept["rgb"] = np.subtract(after, before, out=kept.get("rgb"), dtype=held)
    kept["all"] = cv2.transform(kept["rgb"], matrix, dst=kept.get("all"))
    planes = planes_of(frame)
    for row, (index, step) in enumerate(zip(model.order, steps, strict=True)):
        plane = planes[index]
        kept["one"] = delta = cv2.extractChannel(kept["all"], row, dst=kept.get("one"))
        if delta.shape != plane.shape:
            size = plane.shape[1], plane.shape[0]
            delta = cv2.resize(delta, size, dst=kept.get("small"), interpolation=cv2.INTER_AREA)
            kept["small"] = delta
        if step == 1:
            cv2.add(plane, delta, dst=plane, dtype=code)
        else:
            cv2.addWeighted(plane, 1.0, delta, 1.0 / float(step), 0.0, dst=plane, dtype=code)
        if not small:
            cv2.min(plane, float(2**model.depth - 1), dst=plane)


def luma_of(pixels: npt.NDArray[Any]) -> npt.NDArray[np.float32]:
    """BT.709 luma (H, W) of encoded RGB(A) (H, W, 3 or 4), float32, 1 being the type's white."""
    import cv2

    white = 1.0 if pixels.dtype.kind == "f" else float(np.iinfo(pixels.dtype).max)
    weights = np.array([*LUMA_BT709, 0.0][: pixels.shape[2]], np.float32) / np.float32(white)
    luma: npt.NDArray[np.float32] = cv2.transform(pixels.astype(np.float32), weights[np.newaxis])
    return luma


def add_luma(pixels: npt.NDArray[Any], change: npt.NDArray[np.float32]) -> npt.NDArray[Any]:
    """RGB(A) with a change of luma (H, W; 1 is white) added to each colour, alpha as it was.

    Integers round once and stop at their limits.
    """
    out = pixels.copy()
    colour = out[:, :, :3]
    if pixels.dtype.kind == "f":
        colour += change[:, :, np.newaxis]
        return out
    white = np.iinfo(pixels.dtype).max
    moved = colour + white * change[:, :, np.newaxis]
    colour[...] = np.rint(np.clip(moved, 0, white))
    return out
