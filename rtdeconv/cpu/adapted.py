"""What adapts, on OpenCV: bands as planes, each times its weight at every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from rtdeconv.activity import Curve, Factor, direction, factor_of, position, rises
from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.cpu.strips import Strip, inner, planes, put_together, strips
from rtdeconv.cpu.structure import mean_structure
from rtdeconv.cpu.taps import Kernels, extremes, kernels, padded
from rtdeconv.plan import Adapted, Band, Border, reach_px, reads


@dataclass(frozen=True, eq=False)
class Group:
    """Bands that are weighed by the same factors: weights are ``steps``, (bands, factors * n),
    times each factor and its products with how far the n - 1 steps of the curves are climbed."""

    factors: tuple[Factor, ...]
    steps: Planes
    bands: tuple[Kernels, ...]


@dataclass(frozen=True, eq=False)
class Recipe:
    """A node prepared: its bands in groups, the taps of its mean, how far it reads colours (px)."""

    node: Adapted
    groups: tuple[Group, ...]
    mean: Kernels
    reach: int

    @property
    def images(self) -> set[int]:
        """Of the colours read."""
        bands = (image for group in self.groups for band in group.bands for image, _ in band)
        return {self.node.base.image, self.node.around[0].image, *bands}


def recipe_of(node: Adapted) -> Recipe:
    """The recipe of a node."""
    sorted_: dict[tuple[Factor, ...], list[Band]] = {}
    for band in node.bands:
        sorted_.setdefault(tuple(factor for factor, _ in band.weights), []).append(band)
    groups = tuple(
        Group(factors, _steps(bands), tuple(kernels(band.total) for band in bands))
        for factors, bands in sorted_.items()
    )
    colours = [node.base, *node.around, *(f for band in node.bands for f in reads(band.total))]
    return Recipe(node, groups, kernels(node.mean), max(map(reach_px, colours)))


def _steps(bands: Sequence[Band]) -> Planes:
    def climbed(curve: Curve) -> list[float]:
        return [curve[0], *np.diff(curve)]

    rows = [[step for _, curve in band.weights for step in climbed(curve)] for band in bands]
    return np.array(rows, np.float32)


def adapted_image(
    recipe: Recipe, images: Sequence[Planes], border: Border, scratch: Scratch
) -> Planes:
    """The node's value, shape of the image it starts from. ``images`` are (H, W) or (H, W, 3), of
    structure (3, H, W)."""
    base = images[recipe.node.base.image]
    out = scratch.take(base.shape)
    mean = _mean(recipe, images, border, scratch)
    wide = {image: padded(images[image], recipe.reach, border, scratch) for image in recipe.images}
    for strip in strips(base.shape, scratch):
        seen = {n: planes(one, strip, recipe.reach, scratch) for n, one in wide.items()}
        around = mean[:, strip.lines].transpose(1, 2, 0)
        put_together(_strip(recipe, seen, around, strip, scratch), out[strip.lines])
    return out


def _mean(recipe: Recipe, images: Sequence[Planes], border: Border, scratch: Scratch) -> Planes:
    """Of structure, (3, H, W)."""
    first, *others = (
        mean_structure(images[image], taps, border, scratch) for image, taps in recipe.mean
    )
    for other in others:
        np.add(first, other, out=first)
    return first


def _strip(
    recipe: Recipe, seen: dict[int, list[Planes]], mean: Planes, strip: Strip, scratch: Scratch
) -> list[Planes]:
    node, reach = recipe.node, recipe.reach
    rising = rises(position(mean[..., 2], node.classes), node.classes)
    c, s, held = direction(mean)
    start = seen[node.base.image]
    totals = list(scratch.take((len(start), *strip.shape)))
    for total, plane in zip(totals, start, strict=True):
        np.copyto(total, inner(plane, strip, reach, node.base.dx, node.base.dy))
    filtered = scratch.take(start[0].shape)
    for weight, (image, taps) in _weighed(recipe.groups, rising, c, s, scratch):
        for total, plane in zip(totals, seen[image], strict=True):
            cv2.filter2D(plane, cv2.CV_32F, taps, dst=filtered)
            cv2.accumulateProduct(inner(filtered, strip, reach), weight, total)
    if held.any():
        for total, plane in zip(totals, seen[node.around[0].image], strict=True):
            low, high = (inner(one, strip, reach) for one in extremes(plane))
            total += held * (np.clip(total, low, high) - total)
    return totals


def _weighed(
    groups: Sequence[Group], rising: Sequence[Planes], c: Planes, s: Planes, scratch: Scratch
) -> Iterator[tuple[Planes, tuple[int, Planes]]]:
    """Every band of every group, as (image, taps), behind its weight at each pixel."""
    for group in groups:
        weights = _weights(group, rising, c, s, scratch)
        for weight, band in zip(weights, group.bands, strict=True):
            yield from ((weight, part) for part in band)


def _weights(
    group: Group, rising: Sequence[Planes], c: Planes, s: Planes, scratch: Scratch
) -> Planes:
    """(bands, rows, columns)."""
    shape = c.shape
    features = scratch.take((len(group.factors), len(rising) + 1, *shape))
    for feature, name in zip(features, group.factors, strict=True):
        feature[0] = factor_of(name, c, s)
        for product, climbed in zip(feature[1:], rising, strict=True):
            np.multiply(feature[0], climbed, out=product)
    bands, columns = group.steps.shape
    weights = scratch.take((bands, shape[0] * shape[1]))
    np.matmul(group.steps, features.reshape(columns, -1), out=weights)
    return weights.reshape(bands, *shape)
