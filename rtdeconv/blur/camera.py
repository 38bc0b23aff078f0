"""What a camera adds: motion, diffraction and the sensor's pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from rtdeconv.blur.base import Symmetry, Taps, check_angle, check_range
from rtdeconv.blur.shapes import MAX_WIDTH_PX, MIN_WIDTH_PX
from rtdeconv.errors import plain_number
from rtdeconv.grid import Array

MAX_PIXEL_PX = 2.0
"""A wider aperture has a null inside the band and is a box."""

PIXEL_REACH_PX = 12
"""Taps of a pixel's response beyond fall below 7e-4 and alternate; cutting them moves the response
most on the Nyquist lines, by .011 for a pixel of full width."""

MIN_SPOT_PX, MAX_SPOT_PX = 0.1, 3.0
"""F-number times wavelength over pitch: below, a single pixel holds the spot."""

AIRY_CUT = 0.01
"""Share of the light in the faint rings that is cut off; it lies as a veil over many pixels."""

_AIRY_GRID = 256


@dataclass(frozen=True)
class Motion(Taps):
    """Uniform motion during the exposure: a segment, turned ``angle_deg`` from right toward down.

    Tap = the length of the segment that lies in the pixel, as a point's light is integrated over
    pixels; a segment along an axis has a row of full pixels and two partly covered ends.
    """

    length_px: float
    angle_deg: float = 0.0

    def __post_init__(self) -> None:
        check_range("a motion's length", self.length_px, MIN_WIDTH_PX, MAX_WIDTH_PX)
        check_angle(self.angle_deg)

    @property
    def spec(self) -> str:
        """``motion:L`` or ``motion:L@DEG``."""
        turn = f"@{plain_number(self.angle_deg)}" if self.angle_deg else ""
        return f"motion:{plain_number(self.length_px)}{turn}"

    @property
    def symmetry(self) -> Symmetry:
        """Point symmetry."""
        return "point"

    def scaled(self, factor: float) -> Motion:
        """The length times ``factor``."""
        return Motion(self.length_px * factor, self.angle_deg)

    def _integrated(self) -> Array:
        half = self.length_px / 2
        cos, sin = _cos_sin(self.angle_deg)
        reach = math.ceil(half * max(abs(cos), abs(sin)) + 0.5) - 1
        edges = np.arange(reach + 1) + 0.5
        crossings = [edges / abs(part) for part in (cos, sin) if part]
        # from the centre outwards; the other half is its mirror image
        cuts = np.clip(np.sort(np.concatenate([[0.0, half], *crossings])), 0, half)
        middle, length = (cuts[1:] + cuts[:-1]) / 2, np.diff(cuts)
        taps = np.zeros((2 * reach + 1, 2 * reach + 1))
        # a cut of no length at the very end rounds to a pixel outside
        y, x = (
            np.clip(np.rint(middle * part).astype(int), -reach, reach) + reach
            for part in (sin, cos)
        )
        np.add.at(taps, (y, x), length)
        return taps + taps[::-1, ::-1]


@dataclass(frozen=True)
class Pixel(Taps):
    """The mean over a square aperture, as a picture made by area averaging has it.

    Response ``sinc`` per axis, the aliases left out that an area-sampled box has: those make
    ``box:1`` no blur at all. Gaussian, disk, motion, box and airy are integrated over pixels and
    hold a sensor of full fill already. Add this one for pixels that they do not know of: a picture
    scaled down by averaging, a renderer's box filter, a screen that was filmed.
    """

    width_px: float

    def __post_init__(self) -> None:
        check_range("a pixel's width", self.width_px, MIN_WIDTH_PX, MAX_PIXEL_PX)

    @property
    def spec(self) -> str:
        """``pixel:W``."""
        return f"pixel:{plain_number(self.width_px)}"

    def scaled(self, factor: float) -> Pixel:
        """Itself: a pixel's size is known."""
        return self

    def _integrated(self) -> Array:
        nodes, weight = np.polynomial.legendre.leggauss(64)
        w = (nodes + 1) * math.pi / 2
        response = np.sinc(self.width_px * w / (2 * math.pi)) * weight
        offsets = np.arange(-PIXEL_REACH_PX, PIXEL_REACH_PX + 1)
        line = np.cos(np.outer(offsets, w)) @ response
        return np.outer(line, line)


@dataclass(frozen=True)
class Airy(Taps):
    """Diffraction of a round aperture without aberration, integrated over pixels.

    ``f_number``: focal length over aperture. ``wavelength_um``: .55 is green. ``pitch_um``: from
    one pixel to the next. `AIRY_CUT` of the light is left out.
    """

    f_number: float
    wavelength_um: float
    pitch_um: float

    def __post_init__(self) -> None:
        check_range("an f-number", self.f_number, 0.5, 256, "(focal length over aperture)")
        check_range("a wavelength", self.wavelength_um, 0.1, 20, "um")
        check_range("a pixel pitch", self.pitch_um, 0.1, 100, "um")
        spot = "a diffraction spot, f-number x wavelength / pitch,"
        check_range(spot, self.spot_px, MIN_SPOT_PX, MAX_SPOT_PX)

    @property
    def spot_px(self) -> float:
        """F-number times wavelength, in pixels: about the width of the spot at half its height."""
        return self.f_number * self.wavelength_um / self.pitch_um

    @property
    def spec(self) -> str:
        """``airy:F,WAVELENGTH_UM,PITCH_UM``."""
        numbers = (self.f_number, self.wavelength_um, self.pitch_um)
        return f"airy:{','.join(plain_number(number) for number in numbers)}"

    def scaled(self, factor: float) -> Airy:
        """The f-number times ``factor``."""
        return Airy(self.f_number * factor, self.wavelength_um, self.pitch_um)

    def _integrated(self) -> Array:
        """The closed-form response, aliased, back to pixels by a DFT.

        Outside radius r lie on the mean ``2 spot / (pi^2 r)`` of the light. The DFT folds the
        taps from 256 px away onto these, where the density has fallen to 1e-8.
        """
        reach = math.ceil(2 * self.spot_px / (math.pi**2 * AIRY_CUT))
        quarter = np.arange(_AIRY_GRID // 2 + 1)
        response = _aliased_airy(quarter / _AIRY_GRID, self.spot_px)
        counted = np.where(quarter % (_AIRY_GRID // 2) == 0, 1.0, 2.0)
        offsets = np.arange(-reach, reach + 1)
        waves = np.cos(2 * math.pi * np.outer(offsets, quarter) / _AIRY_GRID) * counted
        return np.asarray(waves @ response @ waves.T)


def _cos_sin(angle_deg: float) -> tuple[float, float]:
    """Exact along the axes, where rounding would send a segment along a pixel's edge astray."""
    if angle_deg % 90 == 0:
        return [(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)][int(angle_deg % 360) // 90]
    angle = math.radians(angle_deg)
    return math.cos(angle), math.sin(angle)


def _aliased_airy(frequency_cpp: Array, spot_px: float) -> Array:
    """MTF of a round aperture times the pixel's sinc, replicas summed; (n, n) over both axes.

    With v = frequency / cut-off: ``(2 / pi) (arccos v - v sqrt(1 - v^2))``, nought above v = 1.
    """
    replicas = np.arange(-math.ceil(1 / spot_px + 0.5), math.ceil(1 / spot_px + 0.5) + 1)
    folded = frequency_cpp + replicas[:, None]
    pixel = np.sinc(folded)
    total = np.zeros((len(frequency_cpp),) * 2)
    for y, pixel_y in zip(folded, pixel, strict=True):
        for x, pixel_x in zip(folded, pixel, strict=True):
            v = np.minimum(np.hypot(y[:, None], x) * spot_px, 1.0)
            mtf = 2 / math.pi * (np.arccos(v) - v * np.sqrt(1 - v * v))
            total += mtf * np.outer(pixel_y, pixel_x)
    return total
