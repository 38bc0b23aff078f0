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

from rtdeconv.errors import ValueRefused
from rtdeconv.interpret import NONE, map_reds, scalar
from rtdeconv.light import Light, decode, encode
from rtdeconv.pixels import Codes, Image, checked_image
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
"""Values are encoded by tables, read at their roots in so many steps. Square roots leave the sRGB
curve a slope of at most 1.5 and HLG 1.73, so half a step is at most 1.4e-5 of the encoded scale:
.003 of an 8-bit code, .014 of a 10-bit one, .9 of a 16-bit one."""

_ROOTS: Final[dict[Light, int]] = {"linear": 1, "gamma2": 1, "hlg": 1, "pq": 3}
"""Square roots taken, one of the other. PQ, with the power .16 at black, would be off by 11 codes
of 16 bits after one; after three its slope is at most 1.5 too."""


class CpuPlayer:
    """Runs a plan on the processor; the working arrays stay from one frame to the next, so a
    player serves one thread at a time.

    float32 pictures agree with the interpreter within 1e-5 of 1 or of the value, whichever is
    larger (images stored in single floats; roots and PQ near 0 aside), uint8 ones to the code but
    for ties within .01 code, uint16 ones within 2 codes. From 13x13 taps on, OpenCV filters by FFT:
    an infinite pixel then spoils its whole picture and not just its neighbourhood.
    """

    def __init__(self, plan: Plan, *, codes: Codes | None = None) -> None:
        """``codes``: what integer pictures mean by their values; by default their full range."""
        self._plan, self._codes = plan, codes
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
        out: Image | None = None,
    ) -> Image:
        """``image`` restored, same shape and dtype; alpha stays bit equal, and at 0 everything.

        It is written to ``out`` where one is given, which may be ``image`` itself. Raises
        ValueRefused for what is no picture, unknown, missing or out of range.
        """
        settings = parameter_values(self._plan, {"strength": strength, **values})
        pixels: Pixels = checked_image(image)
        reds = {
            name: red.astype(np.float32) for name, red in map_reds(self._plan, maps, pixels).items()
        }
        out = _target_like(pixels, out)
        if settings[self._plan.bypass] == 0.0:
            np.copyto(out, pixels)
            return out
        self._scratch.rewind()
        at = _Inputs([self._decoded(pixels)], settings, reds)
        for one in self._plan.passes:
            at.images.append(self._stored(self._evaluate(one.expr, at), one.store))
        return self._encoded(at.images[-1], pixels, out)

    def _decoded(self, image: Pixels) -> Planes:
        """Colour planes in the plan's light, shape (H, W) or (H, W, 3)."""
        if image.ndim == 3 and image.shape[2] == 4:
            colour = self._scratch.take((*image.shape[:2], 3), image.dtype)
            image = cv2.cvtColor(image, cv2.COLOR_RGBA2RGB, dst=colour)
        if image.dtype == np.float32:
            return np.asarray(decode(image, self._plan.light), np.float32)
        table = _decoding_table(image.dtype, self._plan.light, self._codes_of(image))
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

    def _encoded(self, result: Planes, image: Pixels, out: Pixels) -> Pixels:
        """Display-encoded, in the shape and dtype of ``image``, its alpha copied, to ``out``."""
        has_alpha = image.ndim == 3 and image.shape[2] == 4
        colour = self._scratch.take(result.shape, image.dtype) if has_alpha else out
        if image.dtype == np.float32:
            np.copyto(colour, encode(result, self._plan.light))
        else:
            self._coded(result, self._codes_of(image), colour)
        if has_alpha:
            cv2.mixChannels([colour, image], [out], [0, 0, 1, 1, 2, 2, 6, 3])
        return out

    def _coded(self, result: Planes, codes: Codes, out: Pixels) -> None:
        """The integers for values in the plan's light."""
        light = self._plan.light
        if light == "encoded":
            _scaled(result, codes.white - codes.black, out, codes.black)
            if codes.top < np.iinfo(out.dtype).max:
                cv2.min(out, float(codes.top), dst=out)
            return
        root, index = self._planes_like(result), self._scratch.take(result.shape, np.uint16)
        low, high = _roots(light, codes)
        if low < 0:
            np.abs(result, out=root)
        else:
            cv2.threshold(result, 0.0, 0.0, cv2.THRESH_TOZERO, dst=root)
        for _ in range(_ROOTS[light]):
            cv2.sqrt(root, dst=root)
        if low < 0:
            np.copysign(root, result, out=root)
        step = INDEX_MAX / (high - low)
        _scaled(root, step, index, -low * step)
        cv2.LUT(index, _encoding_table(out.dtype, light, codes), dst=out)

    def _codes_of(self, image: Pixels) -> Codes:
        return self._codes or Codes.full(image.dtype)

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


def _target_like(image: Pixels, out: Pixels | None) -> Pixels:
    if out is None:
        return np.empty_like(image)
    if out.shape != image.shape or out.dtype != image.dtype:
        raise ValueRefused(
            f"the result is {image.dtype} {image.shape}, so out cannot be {out.dtype} {out.shape}"
        )
    return out


def _scaled(values: Planes, scale: float, out: Pixels, offset: float = 0.0) -> Pixels:
    """``values * scale + offset`` rounded to the integers of ``out``, clipped to their range."""
    depth = _DEPTH[out.dtype.name]
    return cv2.addWeighted(values, scale, values, 0.0, offset, dst=out, dtype=depth)


@lru_cache
def _decoding_table(dtype: np.dtype[Any], light: Light, codes: Codes) -> Planes:
    """Each stored value in the filter's light."""
    stored = np.minimum(np.arange(np.iinfo(dtype).max + 1), codes.top)
    return decode(_values(stored, codes), light).astype(np.float32)


@lru_cache
def _encoding_table(dtype: np.dtype[Any], light: Light, codes: Codes) -> Pixels:
    """The stored value for each index; indices divide the roots of all values evenly."""
    roots = np.linspace(*_roots(light, codes), INDEX_MAX + 1)
    values = encode(np.copysign(np.abs(roots) ** 2 ** _ROOTS[light], roots), light)
    stored = np.rint(values * (codes.white - codes.black) + codes.black)
    return np.clip(stored, 0, codes.top).astype(dtype)


@lru_cache
def _roots(light: Light, codes: Codes) -> tuple[float, float]:
    """Signed roots of the least and the largest value there is a code for."""
    ends = decode(_values(np.array([0, codes.top]), codes), light)
    low, high = np.copysign(np.abs(ends) ** 0.5 ** _ROOTS[light], ends)
    return float(low), float(high)


def _values(stored: NDArray[Any], codes: Codes) -> NDArray[np.float64]:
    return (stored - codes.black) / (codes.white - codes.black)
