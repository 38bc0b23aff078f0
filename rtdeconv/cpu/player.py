"""The player."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from rtdeconv.cpu.adapted import adapted_image, recipe_of
from rtdeconv.cpu.codes import coded, decoding_table
from rtdeconv.cpu.limited import limited_image
from rtdeconv.cpu.scratch import Pixels, Planes, Scratch
from rtdeconv.cpu.steady import Steady
from rtdeconv.cpu.structure import structure_planes
from rtdeconv.cpu.taps import correlated, kernels, square, stored
from rtdeconv.errors import ValueRefused
from rtdeconv.interpret import NONE, map_reds, scalar
from rtdeconv.light import decode, encode
from rtdeconv.pixels import Codes, Image, checked_image
from rtdeconv.plan import (
    Adapted,
    Expr,
    FromMap,
    Limited,
    Pass,
    Plan,
    Structure,
    Texel,
    Tuned,
    WeightedSum,
    adapted,
    parameter_values,
    weighted_sums,
)
from rtdeconv.tuning import coefficients


class CpuPlayer:
    """Runs a plan on the processor; the working arrays stay from one frame to the next, so a
    player serves one thread at a time.

    float32 pictures agree with the interpreter within 1e-5 of 1 or of the value, whichever is
    larger (images stored in single floats; roots and PQ near 0 aside), uint8 ones to the code but
    for ties within .01 code, uint16 ones within 2 codes. From 13x13 taps on, OpenCV filters by FFT:
    an infinite pixel then spoils its whole picture and not just its neighbourhood.

    Where a plan adapts, single floats now and then fall on the other side of a tie when structure
    is rounded to half floats: fewer than 2 pixels in 1000 are then further off than 1e-5.
    """

    def __init__(self, plan: Plan, *, codes: Codes | None = None, steady: bool = False) -> None:
        """``codes``: what integer pictures mean by their values; by default their full range.
        ``steady``: pictures are the frames of one video, and what adapts is steadied from frame to
        frame."""
        self._plan, self._codes = plan, codes
        self._steady = Steady(plan) if steady else None
        passes = plan.passes
        self._kernels = {
            total: kernels(total) for one in passes for total in weighted_sums(one.expr)
        }
        self._recipes = {node: recipe_of(node) for one in passes for node in adapted(one.expr)}
        self._coefficients: dict[Tuned, tuple[object, list[Planes]]] = {}
        self._scratch = Scratch()

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
            self.forget()
            np.copyto(out, pixels)
            return out
        self._scratch.rewind()
        with np.errstate(over="ignore", invalid="ignore"):  # pixels may be infinite
            at = _Inputs([self._decoded(pixels)], settings, reds)
            for one in self._plan.passes:
                at.images.append(self._passed(one, at))
            return self._encoded(at.images[-1], pixels, out)

    def forget(self) -> None:
        """What is steadied from frame to frame starts anew, as after a cut."""
        if self._steady:
            self._steady.forget()

    def _passed(self, one: Pass, at: _Inputs) -> Planes:
        if not isinstance(one.expr, Structure):
            return stored(self._evaluate(one.expr, at), one.store, self._scratch)
        image = at.images[one.expr.around[0].image]
        found = structure_planes(one.expr, image, self._plan.border, one.store, self._scratch)
        if self._steady:
            self._steady.mix_in(len(at.images), found, self._scratch)
        return found

    def _decoded(self, image: Pixels) -> Planes:
        """Colour planes in the plan's light, shape (H, W) or (H, W, 3)."""
        if image.ndim == 3 and image.shape[2] == 4:
            colour = self._scratch.take((*image.shape[:2], 3), image.dtype)
            image = cv2.cvtColor(image, cv2.COLOR_RGBA2RGB, dst=colour)
        if image.dtype == np.float32:
            return np.asarray(decode(image, self._plan.light), np.float32)
        table = decoding_table(image.dtype, self._plan.light, self._codes_of(image))
        return cv2.LUT(image, table, dst=self._planes_like(image))

    def _evaluate(self, expr: Expr, at: _Inputs) -> Planes:
        if isinstance(expr, Texel):
            image = at.images[expr.image]
            here = expr.dx == expr.dy == 0
            return image if here else self._correlated(image, square({expr: 1.0}))
        if isinstance(expr, WeightedSum):
            first, *others = (
                self._correlated(at.images[number], taps) for number, taps in self._kernels[expr]
            )
            for other in others:
                cv2.add(first, other, dst=first)
            return first
        if isinstance(expr, Tuned):
            return self._tuned(expr, at)
        if isinstance(expr, Adapted):
            border, scratch = self._plan.border, self._scratch
            return adapted_image(self._recipes[expr], at.images, border, scratch)
        if isinstance(expr, Limited):
            return self._limited(expr, at)
        assert not isinstance(expr, Structure), "structure is the whole of a pass"
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

    def _limited(self, expr: Limited, at: _Inputs) -> Planes:
        near = at.images[expr.around[0].image]
        value = self._evaluate(expr.value, at)
        return limited_image(expr, value, near, self._plan.border, self._scratch)

    def _correlated(self, image: Planes, taps: Planes) -> Planes:
        return correlated(image, taps, self._plan.border, self._scratch)

    def _encoded(self, result: Planes, image: Pixels, out: Pixels) -> Pixels:
        """Display-encoded, in the shape and dtype of ``image``, its alpha copied, to ``out``."""
        has_alpha = image.ndim == 3 and image.shape[2] == 4
        colour = self._scratch.take(result.shape, image.dtype) if has_alpha else out
        if image.dtype == np.float32:
            np.copyto(colour, encode(result, self._plan.light))
        else:
            coded(result, self._plan.light, self._codes_of(image), colour, self._scratch)
        if has_alpha:
            cv2.mixChannels([colour, image], [out], [0, 0, 1, 1, 2, 2, 6, 3])
        return out

    def _codes_of(self, image: Pixels) -> Codes:
        return self._codes or Codes.full(image.dtype)

    def _planes_like(self, image: Pixels) -> Planes:
        return self._scratch.take(image.shape, np.float32)


@dataclass(frozen=True)
class _Inputs:
    """What an expression reads: the images so far, (H, W) or (H, W, 3) and of structure (3, H, W);
    parameters; the red channels of maps."""

    images: list[Planes]
    settings: Mapping[str, float]
    reds: Mapping[str, Planes]


def _target_like(image: Pixels, out: Pixels | None) -> Pixels:
    if out is None:
        return np.empty_like(image)
    if out.shape != image.shape or out.dtype != image.dtype:
        raise ValueRefused(
            f"the result is {image.dtype} {image.shape}, so out cannot be {out.dtype} {out.shape}"
        )
    return out
