"""A sharp and a blurred picture of one frame: checked, in one light, laid over each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.numbers import LARGEST, measurable, unmeasurable
from rtdeconv.grid import Array
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import Image, full_scale, size_words, unit_colour

Mask = NDArray[np.bool_]
Shift = tuple[float, float]
"""(y, x) in pixels: how far the blurred picture lies below and right of the sharp one."""

LEAST_PX: Final = 64
"""A side below this holds hardly one tile between its borders."""

LARGEST_FFT_PX: Final = 2048
"""The middle of this size registers a picture; the rest of a larger one adds nothing."""

OVERLAY_DETAIL: Final = 16 / 255
"""A pixel that differs by this much from the mean of its neighbours is changed by every blur."""

OVERLAY_PIXELS: Final = 6
"""So many of 5x5 px that were not changed are no chance."""

OVERLAY_REACH_PX: Final = 8
"""The blurred scene around a caption was made without the caption's own pixels."""

MOSTLY_EQUAL: Final = 0.9
"""Where more of the detail than this is alike in both, it is no caption: nothing was blurred."""

DARK: Final = 0.05
"""Encoded values below are taken to be as far apart in light as here: what noise and rounding did
to them is not known well enough to let them weigh more."""

NEGATIVE: Final = 2.0
"""Times as high as the peak, a trough of the filter between both is no chance."""

SHIFT_MARGIN_PX: Final = 32
"""Mirrored around a picture before it is moved, so that its borders do not ring."""


@dataclass(frozen=True, eq=False)
class Frame:
    """``blurred`` and ``sharp``: mean of the channels in the fit's light, both (H, W).

    ``blurred_colour`` and ``sharp_colour`` are the channels (H, W, C) as stored, encoded, and
    ``left_out`` the pixels to ignore. Pixel x of one shows what pixel x of the other shows, but for
    a fraction.
    """

    blurred: Array
    sharp: Array
    blurred_colour: NDArray[Any]
    sharp_colour: NDArray[Any]
    left_out: Mask
    light: Light
    overlay: float
    """Share of the picture taken for a caption drawn on top of both."""


def frame_of(blurred: Image, sharp: Image, light: Light) -> tuple[Frame, tuple[int, int]]:
    """Both pictures cut to what they share, and the whole pixels (y, x) that took.

    Raises ValueRefused for pictures of other sizes, small ones, and pixels that are no numbers.
    """
    blurred, sharp = _checked(blurred, "blurred"), _checked(sharp, "sharp")
    if blurred.shape[:2] != sharp.shape[:2]:
        sizes = [size_words(image) for image in (blurred, sharp)]
        raise ValueRefused(
            f"the sharp picture has the blurred one's size, and {sizes[1]} is not {sizes[0]}; "
            "behind an upscaler, render the sharp one at the output's size"
        )
    soft, keen = _channels(blurred, sharp)
    means = [_mean(lit(colour, light)) for colour in (soft, keen)]
    overlay = _overlay(soft, keen)
    clipped = _spread(_any((soft <= 0) | (soft >= full_scale(soft.dtype))), 1)
    shift = _whole_shift(*means)
    here, there = _overlap(means[0].shape, shift)
    frame = Frame(
        blurred=means[0][here],
        sharp=means[1][there],
        blurred_colour=soft[here],
        sharp_colour=keen[there],
        left_out=(overlay | clipped)[here],
        light=light,
        overlay=float(overlay.mean()),
    )
    return frame, shift


def _checked(image: Image, name: str) -> Image:
    image = measurable(image)
    if min(image.shape[:2]) < LEAST_PX:
        size = size_words(image)
        raise ValueRefused(
            f"a PSF is measured from at least {LEAST_PX} px a side, and the {name} picture is "
            f"{size}; supply a larger one"
        )
    if unmeasurable(image):
        raise ValueRefused(
            f"pixels are finite numbers of {LARGEST:g} at most, and some of the {name} picture are "
            "not; repair it"
        )
    return image


def _channels(blurred: Image, sharp: Image) -> tuple[NDArray[Any], NDArray[Any]]:
    """Colour planes (H, W, C) as stored; of one type and number, grey where one is grey."""
    planes = [
        image[:, :, None] if image.ndim == 2 else image[:, :, :3] for image in (blurred, sharp)
    ]
    if blurred.dtype == sharp.dtype and planes[0].shape == planes[1].shape:
        return planes[0], planes[1]
    floats = [unit_colour(image).astype(np.float32) for image in (blurred, sharp)]
    if planes[0].shape != planes[1].shape:
        floats = [colour.mean(2, keepdims=True) for colour in floats]
    return floats[0], floats[1]


def lit(stored: NDArray[Any], light: Light) -> Array:
    """Stored values in ``light``, float64, any shape."""
    if stored.dtype.kind == "f":
        return decode(stored.astype(np.float64), light)
    white = np.iinfo(stored.dtype).max
    return np.asarray(decode(np.arange(white + 1) / white, light)[stored])


def slope(values: Array, light: Light) -> Array:
    """How many times as far apart as encoded values are in ``light``; even in the dark not 0."""
    at = np.maximum(encode(values, light), DARK)
    return np.asarray((decode(at + DARK / 2, light) - decode(at - DARK / 2, light)) / DARK)


def _mean(colour: Array) -> Array:
    """Of the channels; numpy's own mean over so few is ten times slower."""
    return np.asarray(sum(colour[:, :, c] for c in range(colour.shape[2])) / colour.shape[2])


def _any(colour: Mask) -> Mask:
    """Of the channels, likewise."""
    found = colour[:, :, 0]
    for channel in range(1, colour.shape[2]):
        found = found | colour[:, :, channel]
    return found


def _overlay(blurred: NDArray[Any], sharp: NDArray[Any]) -> Mask:
    """Captions: detail that is the same number in both, and what lies close to it."""
    equal = ~_any(blurred != sharp)
    one = sharp[:, :, sharp.shape[2] // 2].astype(np.float32)
    detailed = np.abs(one - _neighbours(one, 1) / 9) > OVERLAY_DETAIL * full_scale(sharp.dtype)
    caption = np.logical_and(equal, detailed)
    if not caption.any() or caption.sum() > MOSTLY_EQUAL * detailed.sum():
        return np.zeros_like(caption)
    many = _neighbours(caption.astype(np.float32), 2) > OVERLAY_PIXELS - 0.5
    return _spread(np.logical_and(many, caption), OVERLAY_REACH_PX)


def _neighbours(values: Array, reach: int) -> Array:
    """Sums over the square of ``2 reach + 1`` px about every pixel, the border repeated."""
    height, width = values.shape
    wide = np.pad(values, reach, mode="edge")
    rows = sum(wide[i : i + height] for i in range(2 * reach + 1))
    return np.asarray(sum(np.asarray(rows)[:, i : i + width] for i in range(2 * reach + 1)))


def _spread(mask: Mask, reach: int) -> Mask:
    """Pixels with one of the mask in the square of ``2 reach + 1`` px about them."""
    if not mask.any():
        return mask
    from scipy.ndimage import maximum_filter  # a fifth of a second to import

    return np.asarray(maximum_filter(mask, 2 * reach + 1, mode="constant"), np.bool_)


def _whole_shift(blurred: Array, sharp: Array) -> tuple[int, int]:
    """The nearest whole pixels (y, x) between both.

    The peak of the least-squares filter from one to the other: sharper than the correlation, and
    unlike phase correlation undisturbed by frequencies that hold nothing but noise.
    """
    size = [min(n, LARGEST_FFT_PX) for n in sharp.shape]
    cut = tuple(slice((n - m) // 2, (n + m) // 2) for n, m in zip(sharp.shape, size, strict=True))
    window = np.multiply.outer(*(np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2 for n in size))
    soft, keen = (np.fft.rfft2((p[cut] - p[cut].mean()) * window) for p in (blurred, sharp))
    power = np.abs(keen) ** 2
    if not power.any() or np.ptp(blurred[cut]) == 0:
        return 0, 0
    found = np.fft.irfft2(soft * keen.conj() / (power + 0.01 * power.mean()), size)
    if -found.min() > NEGATIVE * found.max():
        raise ValueRefused(
            "the blurred picture is dark where the sharp one is bright, as its negative is; invert "
            "one of them"
        )
    places = np.unravel_index(np.argmax(found), found.shape)
    y, x = (int((p + n // 2) % n - n // 2) for p, n in zip(places, size, strict=True))
    return y, x


def _overlap(size: tuple[int, ...], shift: tuple[int, int]) -> tuple[Any, Any]:
    """Where both show the same, in the blurred and in the sharp picture."""
    left = [n - abs(s) for n, s in zip(size, shift, strict=True)]
    if min(left) < LEAST_PX:
        raise _strangers()
    here = tuple(slice(max(s, 0), max(s, 0) + n) for s, n in zip(shift, left, strict=True))
    there = tuple(slice(max(-s, 0), max(-s, 0) + n) for s, n in zip(shift, left, strict=True))
    return here, there


def _strangers() -> ValueRefused:
    return ValueRefused(
        "the blurred picture is not the sharp one blurred: hardly anything in one follows from "
        "the other; supply both versions of the same frame"
    )


def moved(sharp: Array, shift: Shift) -> Array:
    """``sharp`` (H, W) moved by (y, x), a fraction of a pixel, every frequency kept."""
    if shift == (0.0, 0.0):
        return sharp
    mean = sharp.mean()
    wide = np.pad(sharp - mean, SHIFT_MARGIN_PX, mode="reflect")
    rise = np.sin(np.pi / 2 * (np.arange(SHIFT_MARGIN_PX) + 0.5) / SHIFT_MARGIN_PX) ** 2
    for axis in (0, 1):
        line = np.ones(wide.shape[axis])
        line[:SHIFT_MARGIN_PX], line[-SHIFT_MARGIN_PX:] = rise, rise[::-1]
        wide *= line[:, None] if axis == 0 else line
    wave_y = np.exp(-2j * np.pi * shift[0] * np.fft.fftfreq(wide.shape[0]))[:, None]
    wave_x = np.exp(-2j * np.pi * shift[1] * np.fft.rfftfreq(wide.shape[1]))
    inner = slice(SHIFT_MARGIN_PX, -SHIFT_MARGIN_PX)
    return (
        np.asarray(np.fft.irfft2(np.fft.rfft2(wide) * wave_y * wave_x, wide.shape)[inner, inner])
        + mean
    )
