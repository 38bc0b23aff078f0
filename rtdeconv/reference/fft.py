"""Full-FFT filtering and restoration: the truth that compact filters are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from rtdeconv.blur import Blur
from rtdeconv.grid import Response, half_frequencies
from rtdeconv.light import Light, decode, encode
from rtdeconv.noise import Noise
from rtdeconv.plan import Border
from rtdeconv.prior import Ar1, Prior
from rtdeconv.reference.borders import Surround, blurring, checked_surround, edge_taper
from rtdeconv.reference.planes import Planes, as_planes
from rtdeconv.target import Kind, Target

NAIVE_CAP: Final = 1e12
"""Amplified beyond this, float64 holds rounding and nothing else."""

USUAL_PRIOR: Final[Prior] = Ar1()


def filtered(planes: Planes, response: Response, border: Border) -> Planes:
    """``planes`` (H, W, C) times ``response`` in the frequency domain.

    ``wrap`` takes the picture as periodic, as an FFT does. ``zero`` surrounds it with black, every
    other border mirrors it, to twice its size, which is periodic without a seam.
    """
    height, width = planes.shape[:2]
    if border != "wrap":
        beyond: Literal["constant", "symmetric"] = "constant" if border == "zero" else "symmetric"
        planes = np.pad(planes, ((0, height), (0, width), (0, 0)), mode=beyond)
    size = planes.shape[0], planes.shape[1]
    gains = response(*half_frequencies(size))
    spectrum = np.fft.rfft2(planes, axes=(0, 1)) * gains[:, :, None]
    return np.fft.irfft2(spectrum, size, axes=(0, 1))[:height, :width]


def blurred(planes: Planes, target: Target, *, light: Light, border: Border) -> Planes:
    """Encoded ``planes`` (H, W, C) blurred by the target's PSF in ``light``; encoded again."""
    model = blurring(target.blur, (planes.shape[0], planes.shape[1]), border)
    soft = model.apply(np.asarray(decode(planes, light), np.float64))
    return np.asarray(encode(soft, light), np.float64)


def restored(planes: Planes, target: Target, *, light: Light, border: Border) -> Planes:
    """Encoded ``planes`` (H, W, C) under the whole target response, uncut; encoded, unclipped."""
    sharp = filtered(np.asarray(decode(planes, light)), target.response, border)
    return np.asarray(encode(sharp, light), np.float64)


@dataclass(frozen=True)
class FullFft:
    """A registered linear restoration: one response, divided by its value at DC."""

    name: str
    describes: str
    source: str
    kind: Kind
    max_gain: float | None = None

    def solve(
        self,
        soft: Planes,
        blur: Blur,
        *,
        noise: Noise,
        prior: Prior = USUAL_PRIOR,
        border: Surround = "clamp",
    ) -> Planes:
        """``soft``, (H, W) or (H, W, C) on the 0..1 scale, restored; unclipped, of its shape.

        ``valid`` tapers the picture's edges and takes it as periodic; the other borders are those
        of `filtered`.
        """
        border, planes = checked_surround(border), as_planes(soft)
        target = Target(blur, noise, prior, self.max_gain, self.kind)
        if border == "valid":
            planes, border = edge_taper(planes, blur), "wrap"
        return filtered(planes, target.response, border).reshape(soft.shape)


_ALL = (
    FullFft(
        name="naive",
        describes="1 / H: undoes the blur and amplifies the noise without limit",
        source="the definition of an inverse",
        kind="inverse",
        max_gain=NAIVE_CAP,
    ),
    FullFft(
        name="truncated",
        describes="1 / H where |H|^2 > N / var, else 0: truncated singular value decomposition",
        source="Hansen 1987",
        kind="truncated",
    ),
    FullFft(
        name="tikhonov",
        describes="H* / (|H|^2 + N / var)",
        source="Tikhonov 1963",
        kind="tikhonov",
    ),
    FullFft(
        name="laplacian",
        describes="H* / (|H|^2 + lambda |L|^2), L the five-point Laplacian",
        source="Hunt 1973",
        kind="laplacian",
    ),
    FullFft(
        name="wiener",
        describes="H* S / (|H|^2 S + N): the least expected squared error of all linear filters",
        source="Wiener 1949",
        kind="wiener",
    ),
)

FULL_FFT: dict[str, FullFft] = {one.name: one for one in _ALL}
