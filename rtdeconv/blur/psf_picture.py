"""A PSF from a picture of a point of light."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from rtdeconv.blur.base import Blur, Chain, Symmetry, Taps, parts_of
from rtdeconv.blur.psf import Psf, centred, centroid, near_one
from rtdeconv.errors import ValueRefused
from rtdeconv.grid import Array
from rtdeconv.media.files import cannot_read, existing_file
from rtdeconv.media.pictures import read_picture

MIN_PICTURE_PX: Final = 5
MAX_PICTURE_PX: Final = 2048
MAX_SPOT_PX: Final = 65
"""Side of the square that holds the spot; a larger blur is past what a few taps can undo."""

HELD: Final = 0.999
"""Share of the light that the square holds."""

SEEN: Final = 5.0
"""Noise sigmas above the background from which a pixel counts as light; noise hardly gets there."""

RIM: Final = 0.05
"""Of the peak: a brighter border means that the spot goes on outside the picture."""

DARKER: Final = 0.02
"""Of the spot's light: more missing from its surroundings is no noise."""

FLAT: Final = 4
"""Pixels that may share the peak: a spot centred between pixels has four alike."""

SAME_SHAPE: Final = 0.02
"""Share of the light that may move to make a spot symmetric; noise moves about that much."""


@dataclass(frozen=True)
class FilePsf(Taps):
    """A PSF from a picture (or a .npy array) of a point of light, values proportional to light.

    Read when it is made, by `measured_psf`; two are equal when their taps are, wherever the files
    lie. Raises MediaError where the file cannot be read or shows no usable spot.
    """

    path: str = field(compare=False)
    psf_read: Psf = field(init=False, repr=False)

    def __post_init__(self) -> None:
        values, white = _values(self.path)
        try:
            found = measured_psf(values, white=white)
        except ValueRefused as refusal:
            raise cannot_read("PSF", self.path, str(refusal)) from None
        object.__setattr__(self, "psf_read", found)

    @property
    def spec(self) -> str:
        """``file:PATH``."""
        return f"file:{self.path}"

    @property
    def label(self) -> str:
        """The name of the file, odd characters as ``_``, without its folders."""
        name = Path(self.path).name
        return "file:" + "".join(
            c if (c.isascii() and c.isalnum()) or c in "._-" else "_" for c in name
        )

    @property
    def symmetry(self) -> Symmetry:
        """As measured."""
        return self.psf_read.symmetry

    def scaled(self, factor: float) -> Psf:
        """The taps scaled; they have no file any more."""
        return self.psf_read.scaled(factor)

    def _integrated(self) -> Array:
        return self.psf_read.psf()


def portable(blur: Blur) -> Blur:
    """The same blur without files: what a filter file should hold, for it may travel alone."""
    if isinstance(blur, Chain):
        return Chain(tuple(portable(part) for part in blur.parts))
    return blur.psf_read if isinstance(blur, FilePsf) else blur


def remarks(blur: Blur) -> tuple[str, ...]:
    """What a person should know about how the PSFs in ``blur`` were read."""
    return tuple(
        f"{part.label}: {remark}"
        for part in parts_of(blur)
        if isinstance(part, FilePsf)
        for remark in part.psf_read.remarks
    )


def measured_psf(values: npt.NDArray[Any], *, white: float | None = None) -> Psf:
    """The PSF that ``values`` (H, W) show: one point of light on an even background.

    The background, the median of the border, is taken off, and what noise explains set to 0; the
    spot is cut out, its centroid put on the middle tap, and it is made symmetric where that moves
    at most `SAME_SHAPE` of the light. Pixels at ``white`` are taken as clipped. A spot of a sigma
    under .7 px that lies between pixels comes out wider, by up to .3 px: samples so far apart do
    not tell. Raises ValueRefused for what is no spot, one clipped, cut off or too large.
    """
    if values.ndim != 2 or not all(MIN_PICTURE_PX <= n <= MAX_PICTURE_PX for n in values.shape):
        raise ValueRefused(
            f"a picture of a spot has {MIN_PICTURE_PX}..{MAX_PICTURE_PX} px a side, not "
            f"{values.shape}; cut one out, with its dark surroundings"
        )
    if not np.isfinite(values).all():
        raise ValueRefused("some of its values are not finite; repair it")
    clipped = 0 if white is None else int((values >= white).sum())
    if clipped > 1:
        raise ValueRefused(
            f"{clipped} pixels are at full white, so the spot is clipped; expose it less, or scale "
            f"a spot that is flat by nature below white"
        )
    light, background = _light(near_one(np.asarray(values, np.float64)))
    psf = Psf(_held(centred(_cut_out(light))))
    size, share = len(psf.weights), background / light.max()
    notes = [f"cut to {size}x{size} px, centred"]
    if abs(share) >= 0.001:
        notes.append(f"a background of {share:.1%} of the peak taken off")
    if (flat := int((light == light.max()).sum())) > FLAT:
        notes.append(f"{flat} pixels share its peak: clipped, unless it is flat by nature")
    return _symmetric(psf, notes)


def _light(values: Array) -> tuple[Array, float]:
    """``values`` above the background, what noise explains set to 0; and the background.

    The noise is that of third differences along the border, where a spot's tails cancel.
    """
    edges = (values[0], values[-1], values[:, 0], values[:, -1])
    border = np.concatenate(edges)
    background = float(np.median(border))
    wiggle = np.concatenate([np.diff(edge, 3) for edge in edges])
    noise = float(np.sqrt(np.mean(wiggle**2) / (1 + 9 + 9 + 1)))
    light, floor = values - background, SEEN * noise
    peak = light.max()
    if peak <= max(floor, 1e-9 * np.abs(values).max()):
        raise ValueRefused("no spot stands out from its background; show one point of light")
    if border.max() - background > RIM * peak + floor:
        raise ValueRefused(
            f"its border is as bright as {(border.max() - background) / peak:.0%} of the spot's "
            f"peak, so the spot is cut off; show it whole, with a dark border"
        )
    missing = -light[light < -floor].sum() / light[light > floor].sum()
    if missing > DARKER:
        raise ValueRefused(
            f"its surroundings lie below the background by {missing:.0%} of its light, as a "
            f"camera's sharpening or an uneven background makes them; show it without"
        )
    return np.where(light > floor, light, 0.0), background


def _cut_out(light: Array) -> Array:
    """The square of `MAX_SPOT_PX` about the pixel of the centroid, less its dark margin."""
    reach = MAX_SPOT_PX // 2
    y, x = (round(c + (n - 1) / 2) for c, n in zip(centroid(light), light.shape, strict=True))
    around = np.pad(light, reach)[y : y + MAX_SPOT_PX, x : x + MAX_SPOT_PX]
    share = around.sum() / light.sum()
    if share < HELD:
        raise ValueRefused(
            f"a square of {MAX_SPOT_PX} px about its centroid holds {share:.0%} of its light, so "
            f"it shows more than one spot, or one too large to undo; cut one out, or scale it down"
        )
    return _held(around)


def _held(light: Array) -> Array:
    """The smallest square about the middle that holds `HELD` of the light."""
    for margin in range(len(light) // 2, 0, -1):
        square = light[margin:-margin, margin:-margin]
        if square.sum() >= HELD * light.sum():
            return square
    return light


def _symmetric(psf: Psf, notes: list[str]) -> Psf:
    """``psf`` with the strongest symmetry that moves little of its light."""
    if psf.symmetry == "8-fold":
        return Psf(psf.weights, tuple(notes))
    weights = np.array(psf.weights)
    point = weights + weights[::-1, ::-1]
    square = point + point[::-1]
    for name, total, views in (("8-fold", square + square.T, 8), ("point", point, 2)):
        moved = np.abs(views * weights - total).sum() / (2 * views * weights.sum())
        if 0 < moved <= SAME_SHAPE:
            notes.append(f"taken as {name} symmetric, which moves {moved:.1%} of its light")
            return Psf(total, tuple(notes))
    if psf.symmetry == "none":
        notes.append("no symmetry, so its filter has none either and costs more")
    return Psf(psf.weights, tuple(notes))


def _values(path: str) -> tuple[npt.NDArray[Any], float | None]:
    """Grey values of the file and its full white, None where it has none."""
    if Path(path).suffix.lower() == ".npy":
        return _array(path), None
    pixels = read_picture(path).pixels
    colours = pixels[:, :, :3] if pixels.ndim == 3 else pixels[:, :, None]
    if pixels.dtype.kind == "f":
        return colours.mean(2, dtype=np.float64), None
    white = np.iinfo(pixels.dtype).max
    clipped = (colours == white).any(2)
    return np.where(clipped, white, colours.mean(2, dtype=np.float64)), float(white)


def _array(path: str) -> npt.NDArray[Any]:
    place = existing_file(path, "PSF")
    try:
        with place.open("rb") as file:
            values = np.load(file, allow_pickle=False)
    except Exception as error:
        # numpy meets damage with whatever its parsing trips over: zip, tokens, overflow...
        why = "it is no array of numbers, or is cut short; write it with numpy.save"
        raise cannot_read("PSF", path, why) from error
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "uif":
        raise cannot_read("PSF", path, "it holds no real numbers; save an array of floats")
    return values
