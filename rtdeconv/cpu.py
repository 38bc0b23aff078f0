"""The CPU executor: a plan on OpenCV in float32, faster than GL in software.

Each weighted sum is one ``cv2.filter2D`` per image read, samples counting for the pixels they mix.
Integer pictures are decoded and encoded by tables, float32 ones by the exact curves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from rtdeconv.interpret import NONE, map_reds, scalar
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import Image, checked_image, full_scale
from rtdeconv.plan import (
    Border,
    Expr,
    FromMap,
    Plan,
    Store,
    Texel,
    Tuned,
    WeightedSum,
    footprint,
    parameter_values,
    reach_px,
    weighted_sums,
)
from rtdeconv.tuning import coefficients

Pixels = NDArray[Any]
Planes = NDArray[np.float32]
Kernels = list[tuple[int, Planes]]
"""(image, its taps), one for each image that a sum reads."""

_DEPTH: Final = {"uint8": cv2.CV_8U, "uint16": cv2.CV_16U}
_BORDER: Final[dict[Border, int]] = {
    "clamp": cv2.BORDER_REPLICATE,
    "mirror": cv2.BORDER_REFLECT,
    "wrap": cv2.BORDER_WRAP,
    "zero": cv2.BORDER_CONSTANT,
}

INDEX_MAX: Final = 65535
"""The encoding tables are read at ``sqrt(value) * INDEX_MAX``. The root leaves the sRGB curve a
slope of at most 1.5, so half an index is 1.1e-5 of the encoded scale: .003 of an 8-bit code."""


class CpuPlayer:
    """Runs a plan on the processor; the working arrays stay from one frame to the next, so a
    player serves one thread at a time.

    float32 pictures agree with the interpreter within 1e-5 of 1 or of the value, whichever is
    larger (images stored in single floats; square roots near 0 aside), uint8 ones to the code but
    for ties within .01 code, uint16 ones within 2 codes. From 13x13 taps on, OpenCV filters by FFT:
    an infinite pixel then spoils its whole picture and not just its neighbourhood.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._kernels = {
            total: _kernels(total) for one in plan.passes for total in weighted_sums(one.expr)
        }
        self._coefficients: dict[Tuned, tuple[object, list[Planes]]] = {}
        self._scratch = _Scratch()

    def run(
        self,
        image: Image,
        *,
        strength: float = 1.0,
        values: Mapping[str, float] = NONE,
        maps: Mapping[str, Image] = NONE,
    ) -> Image:
        """``image`` restored, same shape and dtype; alpha stays bit equal, and at 0 everything.

        Raises ValueRefused for what is no picture, unknown, missing or out of range.
        """
        settings = parameter_values(self._plan, {"strength": strength, **values})
        pixels: Pixels = checked_image(image)
        reds = {
            name: red.astype(np.float32) for name, red in map_reds(self._plan, maps, pixels).items()
        }
        if settings[self._plan.bypass] == 0.0:
            return pixels.copy()
        self._scratch.rewind()
        at = _Inputs([self._decoded(pixels)], settings, reds)
        for one in self._plan.passes:
            at.images.append(self._stored(self._evaluate(one.expr, at), one.store))
        return self._encoded(at.images[-1], pixels)

    def _decoded(self, image: Pixels) -> Planes:
        """Colour planes in the plan's light, shape (H, W) or (H, W, 3)."""
        if image.ndim == 3 and image.shape[2] == 4:
            colour = self._scratch.take((*image.shape[:2], 3), image.dtype)
            image = cv2.cvtColor(image, cv2.COLOR_RGBA2RGB, dst=colour)
        if image.dtype == np.float32:
            return np.asarray(decode(image, self._plan.light), np.float32)
        table = _decoding_table(image.dtype, self._plan.light)
        return cv2.LUT(image, table, dst=self._planes_like(image))

    def _evaluate(self, expr: Expr, at: _Inputs) -> Planes:
        if isinstance(expr, Texel):
            image = at.images[expr.image]
            here = expr.dx == expr.dy == 0
            return image if here else self._correlated(image, _square({expr: 1.0}))
        if isinstance(expr, WeightedSum):
            first, *others = (
                self._correlated(at.images[number], taps) for number, taps in self._kernels[expr]
            )
            for other in others:
                cv2.add(first, other, dst=first)
            return first
        if isinstance(expr, Tuned):
            return self._tuned(expr, at)
        a, b = (self._evaluate(child, at) for child in (expr.a, expr.b))
        amount = at.settings[expr.amount.name]
        mixed = self._planes_like(a)
        return cv2.addWeighted(a, 1.0 - amount, b, amount, 0.0, dst=mixed)

    def _tuned(self, expr: Tuned, at: _Inputs) -> Planes:
        """Coefficients in float32 where they differ from pixel to pixel."""
        total = self._evaluate(expr.base, at)
        for factor, band in zip(self._factors(expr, total.shape, at), expr.bands, strict=True):
            added = self._planes_like(total)
            np.multiply(self._evaluate(band, at), factor, out=added)
            total = cv2.add(total, added, dst=added)
        return total

    def _factors(self, expr: Tuned, shape: tuple[int, ...], at: _Inputs) -> list[Planes]:
        """Both coefficients; those of a lens cost more than the filter and stay from frame to
        frame."""
        told = (shape, tuple(at.settings.items()))
        kept, factors = self._coefficients.get(expr, (None, []))
        if kept == told and not isinstance(expr.sigma, FromMap):
            return factors
        sigma = scalar(expr.sigma, (shape[0], shape[1]), at.settings, at.reds)
        if isinstance(sigma, np.ndarray):
            sigma = sigma.astype(np.float32).reshape(*shape[:2], *(1,) * (len(shape) - 2))
        found = coefficients(expr.solver, sigma, at.settings[expr.noise.name])
        factors = [np.asarray(factor, np.float32) for factor in found]
        self._coefficients[expr] = told, factors
        return factors

    def _correlated(self, image: Planes, taps: Planes) -> Planes:
        """One filter2D. It knows no wrapped border, so such a picture is padded and cut again."""
        border, reach = self._plan.border, len(taps) // 2
        if border != "wrap":
            filtered = self._planes_like(image)
            return cv2.filter2D(image, cv2.CV_32F, taps, dst=filtered, borderType=_BORDER[border])
        height, width = image.shape[:2]
        shape = (height + 2 * reach, width + 2 * reach, *image.shape[2:])
        padded, filtered = (self._scratch.take(shape, image.dtype) for _ in range(2))
        cv2.copyMakeBorder(image, *(4 * (reach,)), _BORDER[border], dst=padded)
        cv2.filter2D(padded, cv2.CV_32F, taps, dst=filtered)
        return filtered[reach : reach + height, reach : reach + width]

    def _stored(self, image: Planes, store: Store) -> Planes:
        """The image as its format keeps it.

        Half floats by Veltkamp's splitting: t = (2^13 + 1) x, t - (t - x) is x to 11 binary digits,
        ties to even. Below 6e-5, where half floats lose digits, more of them are kept, and above
        65504 the numbers go on; four times faster than by way of an array of halves.
        """
        if store != "16f":
            return image
        scaled, kept = self._planes_like(image), self._planes_like(image)
        np.multiply(image, np.float32(2**13 + 1), out=scaled)
        np.subtract(scaled, image, out=kept)
        return np.subtract(scaled, kept, out=kept)

    def _encoded(self, result: Planes, image: Pixels) -> Pixels:
        """Display-encoded, in the shape and dtype of ``image``, its alpha copied."""
        out = np.empty_like(image)
        has_alpha = image.ndim == 3 and image.shape[2] == 4
        colour = self._scratch.take(result.shape, image.dtype) if has_alpha else out
        light = self._plan.light
        if image.dtype == np.float32:
            np.copyto(colour, encode(result, light))
        elif light == "encoded":
            _scaled(result, full_scale(image.dtype), colour)
        else:
            root, index = self._planes_like(result), self._scratch.take(result.shape, np.uint16)
            cv2.sqrt(np.clip(result, 0.0, 1.0, out=root), dst=root)
            cv2.LUT(
                _scaled(root, INDEX_MAX, index), _encoding_table(image.dtype, light), dst=colour
            )
        if has_alpha:
            cv2.mixChannels([colour, image], [out], [0, 0, 1, 1, 2, 2, 6, 3])
        return out

    def _planes_like(self, image: Pixels) -> Planes:
        return self._scratch.take(image.shape, np.float32)


@dataclass(frozen=True)
class _Inputs:
    """What an expression reads: the images so far, parameters, the red channels of maps."""

    images: list[Planes]
    settings: Mapping[str, float]
    reds: Mapping[str, Planes]


class _Scratch:
    """Working arrays. A plan asks for the same ones in the same order, frame after frame."""

    def __init__(self) -> None:
        self._arrays: list[Pixels] = []
        self._taken = 0

    def rewind(self) -> None:
        """The next frame begins: every array is free again."""
        self._taken = 0

    def take(self, shape: tuple[int, ...], dtype: Any) -> Pixels:
        """The next array, its contents left over from another use."""
        if self._taken == len(self._arrays):
            self._arrays.append(np.empty(shape, dtype))
        found = self._arrays[self._taken]
        if found.shape != shape or found.dtype != dtype:
            found = self._arrays[self._taken] = np.empty(shape, dtype)
        self._taken += 1
        return found


def _kernels(total: WeightedSum) -> Kernels:
    """The terms of each image read, as taps."""
    weights = footprint(total)
    images = sorted({texel.image for texel in weights})
    return [
        (image, _square({texel: w for texel, w in weights.items() if texel.image == image}))
        for image in images
    ]


def _square(weights: Mapping[Texel, float]) -> Planes:
    """Dense (2 reach + 1, 2 reach + 1)."""
    reach = max(map(reach_px, weights))
    square = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    for texel, weight in weights.items():
        square[reach + texel.dy, reach + texel.dx] = weight
    return square


def _scaled(values: Planes, scale: float, out: Pixels) -> Pixels:
    """``values * scale`` rounded to the integers of ``out``, clipped to their range."""
    return cv2.addWeighted(values, scale, values, 0.0, 0.0, dst=out, dtype=_DEPTH[out.dtype.name])


@lru_cache
def _decoding_table(dtype: np.dtype[Any], light: Light) -> Planes:
    """Each stored value in the filter's light."""
    full = int(full_scale(dtype))
    return decode(np.arange(full + 1) / full, light).astype(np.float32)


@lru_cache
def _encoding_table(dtype: np.dtype[Any], light: Light) -> Pixels:
    """The stored value for each index ``sqrt(value) * INDEX_MAX``."""
    values = (np.arange(INDEX_MAX + 1) / INDEX_MAX) ** 2
    return np.rint(encode(values, light) * full_scale(dtype)).astype(dtype)
