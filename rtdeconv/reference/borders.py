"""What lies outside a picture: the linear map of a blur under each border, and edge taper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, cast

import numpy as np
from numpy.typing import NDArray

from rtdeconv.blur import Blur, complex_transfer
from rtdeconv.errors import one_of
from rtdeconv.grid import Array, half_frequencies
from rtdeconv.interpret import border_index
from rtdeconv.plan import BORDERS, Border
from rtdeconv.reference.planes import Planes

Index = NDArray[np.intp]

Surround = Border | Literal["valid"]
"""A plan's borders, and ``valid``: nothing is assumed, a frame of the blur's radius is restored
with the picture (Almeida and Figueiredo, "Deconvolving images with unknown boundaries", 2013)."""

SURROUNDS: Final[tuple[Surround, ...]] = (*BORDERS, "valid")


def checked_surround(name: str) -> Surround:
    """``name`` as a surround; raises ValueRefused for an unknown one."""
    return cast(Surround, one_of("border", name, cast(tuple[str, ...], SURROUNDS)))


@dataclass(frozen=True, eq=False)
class Blurring:
    """The matrix A of a blur under a border, from a scene (H', W', C) to a picture (H, W, C).

    Scene and picture are of one size, but for ``valid``. A = crop * convolution * extension:
    ``rows`` and ``columns`` say which pixel of the scene each pixel of the extended scene repeats
    (-1: black), ``margin`` is how far the extended scene reaches beyond the picture, ``size`` the
    period of the FFT and ``otf`` the transfer function at its frequencies, the half wx >= 0.
    """

    scene: tuple[int, int]
    picture: tuple[int, int]
    rows: Index
    columns: Index
    margin: int
    size: tuple[int, int]
    otf: NDArray[np.inexact]

    @property
    def frame(self) -> int:
        """How far the scene reaches beyond the picture on each side, in px."""
        return (self.scene[0] - self.picture[0]) // 2

    def apply(self, scene: Planes) -> Planes:
        """``A scene``: the blurred picture."""
        extended = scene[self.rows][:, self.columns]
        extended[self.rows < 0] = 0.0
        extended[:, self.columns < 0] = 0.0
        return self._inside(self._convolved(extended, self.otf))

    def adjoint(self, picture: Planes) -> Planes:
        """``A^T picture``: correlated, and what lies outside folded back to where it came from."""
        placed = np.zeros((*self.size, picture.shape[2]))
        self._inside(placed)[...] = picture
        spread = self._convolved(placed, np.conj(self.otf))
        folded = _folded(spread[: len(self.rows), : len(self.columns)], self.rows, self.scene[0])
        turned = _folded(folded.swapaxes(0, 1), self.columns, self.scene[1])
        return turned.swapaxes(0, 1)

    def framed(self, picture: Planes, mode: Literal["symmetric", "constant"]) -> Planes:
        """``picture`` in the middle of a scene, the frame mirrored from it or black."""
        sides = (self.frame, self.frame)
        return np.pad(picture, (sides, sides, (0, 0)), mode=mode)

    def cropped(self, scene: Planes) -> Planes:
        """The part of ``scene`` that the picture shows."""
        top, (height, width) = self.frame, self.picture
        return scene[top : top + height, top : top + width]

    def _inside(self, extended: Planes) -> Planes:
        top, (height, width) = self.margin, self.picture
        return extended[top : top + height, top : top + width]

    def _convolved(self, planes: Planes, otf: NDArray[np.inexact]) -> Planes:
        spectrum = np.fft.rfft2(planes, self.size, axes=(0, 1)) * otf[:, :, None]
        return np.fft.irfft2(spectrum, self.size, axes=(0, 1))


def blurring(blur: Blur, picture: tuple[int, int], border: Surround) -> Blurring:
    """The map of ``blur`` onto pictures of shape (H, W) under ``border``.

    The FFT's period is the picture's under ``wrap``. Elsewhere it is at least the picture and the
    PSF's radius on each side, so that what wraps around falls outside the picture; the response is
    that of the taps then, for one that no taps have (an upscaler's) rings from edge to edge.
    """
    border = checked_surround(border)
    if border == "wrap":
        rows, columns = (np.arange(n) for n in picture)
        otf = blur.otf(*half_frequencies(picture))
        return Blurring(picture, picture, rows, columns, 0, picture, otf)
    margin = len(blur.psf()) // 2
    scene = picture
    if border == "valid":
        scene = picture[0] + 2 * margin, picture[1] + 2 * margin
        rows, columns = (np.arange(n) for n in scene)
    else:
        rows, columns = (border_index(np.arange(-margin, n + margin), n, border) for n in picture)
    size = _fast(len(rows)), _fast(len(columns))
    otf = complex_transfer(blur.psf(), *half_frequencies(size))
    return Blurring(scene, picture, rows, columns, margin, size, otf)


def squared_norm_bound(model: Blurring, blur: Blur) -> float:
    """What ``||A||^2`` is at most, by Schur's test: largest row sum times largest column sum of
    |A|. 1 for a PSF without negative taps under ``wrap``; ``clamp`` repeats its edge pixels."""
    taps = np.abs(blur.psf())
    positive = replace(model, otf=complex_transfer(taps, *half_frequencies(model.size)))
    rows = positive.apply(np.ones((*model.scene, 1)))
    columns = positive.adjoint(np.ones((*model.picture, 1)))
    return float(rows.max() * columns.max())


def edge_taper(planes: Planes, blur: Blur) -> Planes:
    """``planes`` (H, W, C) blended near the edges with their circular blur, so that left and right,
    top and bottom meet without a seam for an FFT to ring at.

    The picture's share is ``(1 - a(y)) (1 - a(x))``, a the autocorrelation of the PSF's projection
    on the axis, 1 at lag 0, at the distance from the edge: pixels further in than the PSF is wide
    stay as they are (the rule of MATLAB's ``edgetaper``).
    """
    model = blurring(blur, (planes.shape[0], planes.shape[1]), "wrap")
    share_y, share_x = (_taper(blur.psf().sum(1 - axis), planes.shape[axis]) for axis in (0, 1))
    share = (share_y[:, None] * share_x)[:, :, None]
    return share * planes + (1 - share) * model.apply(planes)


def _taper(projection: Array, size: int) -> Array:
    lags = np.correlate(projection, projection, "full")[len(projection) - 1 :]
    place = np.arange(size)
    distance = np.minimum(place, place[::-1])
    return 1 - np.append(lags / lags[0], 0.0)[np.minimum(distance, len(lags))]


def _folded(planes: Planes, index: Index, size: int) -> Planes:
    """Rows of ``planes`` added up where ``index`` says they come from."""
    out = np.zeros((size, *planes.shape[1:]))
    kept = index >= 0
    np.add.at(out, index[kept], planes[kept])
    return out


def _fast(size: int) -> int:
    from scipy.fft import next_fast_len  # a fifth of a second to import

    return int(next_fast_len(size, real=True))
