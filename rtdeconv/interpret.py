"""The numpy interpreter: the definition of what a plan means, in float64.

Slow and plain on purpose. Where another executor differs by more than its stated tolerance, the
other executor is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from rtdeconv.light import decode, encode
from rtdeconv.pixels import Image, checked_image, stored_like, unit_colour
from rtdeconv.plan import (
    Border,
    Expr,
    Fetch,
    Plan,
    Sample,
    Store,
    Texel,
    WeightedSum,
    corners,
    parameter_values,
    reach_px,
    reads,
)

Planes = NDArray[np.float64]


def run(plan: Plan, image: Image, *, strength: float = 1.0) -> Image:
    """``image`` restored, same shape and dtype; alpha, and all at bypass, stay bit equal."""
    settings = parameter_values(plan, {"strength": strength})
    image = checked_image(image)
    if settings[plan.bypass] == 0.0:
        return image.copy()
    return stored_like(image, colour(plan, unit_colour(image), settings))


def colour(plan: Plan, source: Planes, settings: Mapping[str, float]) -> Planes:
    """The last pass before it is stored: encoded, unclipped, shape (H, W, C) like ``source``."""
    images = [np.asarray(decode(source, plan.light), np.float64)]
    for one in plan.passes:
        reach = max(map(reach_px, reads(one.expr)), default=0)
        padded = [_padded(image, reach, plan.border) for image in images]
        images.append(_stored(_evaluate(one.expr, padded, reach, settings), one.store))
    return np.asarray(encode(images[-1], plan.light), np.float64)


def border_index(index: NDArray[np.intp], size: int, border: Border) -> NDArray[np.intp]:
    """Where positions outside 0..size-1 read; -1 stands for the zero border.

    ``mirror`` repeats the edge pixel (cba|abc|cba), as GL's mirrored repeat does.
    """
    if border == "clamp":
        return np.clip(index, 0, size - 1)
    if border == "wrap":
        return index % size
    if border == "mirror":
        folded = index % (2 * size)
        return np.minimum(folded, 2 * size - 1 - folded)
    return np.where((index >= 0) & (index < size), index, -1)


def _padded(image: Planes, reach: int, border: Border) -> Planes:
    rows, columns = (
        border_index(np.arange(-reach, size + reach), size, border) for size in image.shape[:2]
    )
    padded = image[rows][:, columns]
    padded[rows < 0] = 0.0
    padded[:, columns < 0] = 0.0
    return padded


def _evaluate(
    expr: Expr, padded: list[Planes], reach: int, settings: Mapping[str, float]
) -> Planes:
    if isinstance(expr, Texel):
        return _fetched(expr, padded, reach)
    if isinstance(expr, WeightedSum):
        height, width, channels = padded[0].shape
        total = np.zeros((height - 2 * reach, width - 2 * reach, channels))
        for weight, fetch in expr.terms:
            total += weight * _fetched(fetch, padded, reach)
        return total
    a, b = (_evaluate(child, padded, reach, settings) for child in (expr.a, expr.b))
    amount = settings[expr.amount.name]
    return a * (1.0 - amount) + b * amount


def _fetched(fetch: Fetch, padded: list[Planes], reach: int) -> Planes:
    if isinstance(fetch, Sample):
        pixels = [share * _fetched(texel, padded, reach) for share, texel in corners(fetch)]
        return np.asarray(sum(pixels), np.float64)
    image = padded[fetch.image]
    height, width = (size - 2 * reach for size in image.shape[:2])
    top, left = reach + fetch.dy, reach + fetch.dx
    return image[top : top + height, left : left + width]


def _stored(image: Planes, store: Store) -> Planes:
    if store == "target":
        return image
    return image.astype(np.float16 if store == "16f" else np.float32).astype(np.float64)
