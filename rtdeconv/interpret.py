"""The numpy interpreter: the definition of what a plan means, in float64.

Slow and plain on purpose. Where another executor differs by more than its stated tolerance, the
other executor is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.activity import (
    LIMITED,
    curve,
    direction,
    factor_of,
    position,
    rises,
    structure,
)
from rtdeconv.errors import ValueRefused, unknown_name
from rtdeconv.light import decode, encode
from rtdeconv.pixels import Image, checked_image, stored_like, unit_colour
from rtdeconv.plan import (
    Adapted,
    Border,
    Expr,
    Fetch,
    FromMap,
    Limited,
    Mix,
    Plan,
    Sample,
    Scalar,
    Store,
    Structure,
    Texel,
    Value,
    WeightedSum,
    corners,
    parameter_values,
    reach_px,
    reads,
)
from rtdeconv.tuning import coefficients

Planes = NDArray[np.float64]

NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def run(
    plan: Plan,
    image: Image,
    *,
    strength: float = 1.0,
    values: Mapping[str, float] = NONE,
    maps: Mapping[str, Image] = NONE,
) -> Image:
    """``image`` restored, same shape and dtype; alpha, and all at bypass, stay bit equal.

    ``values``: further parameters, by name; ``maps``: a picture as large as ``image`` for each of
    the plan's maps. Raises ValueRefused for what is no picture, unknown, missing or out of range.
    """
    settings = parameter_values(plan, {"strength": strength, **values})
    image = checked_image(image)
    reds = map_reds(plan, maps, image)
    if settings[plan.bypass] == 0.0:
        return image.copy()
    return stored_like(image, colour(plan, unit_colour(image), settings, reds))


def map_reds(plan: Plan, maps: Mapping[str, Image], image: Image) -> dict[str, Planes]:
    """The red channel of each map, 0..1, shape (H, W, 1); raises ValueRefused for a missing,
    unknown or unequal one."""
    check_map_names(plan, maps)
    names = [one.name for one in plan.maps]
    for name in names:
        if maps[name].shape[:2] != image.shape[:2]:
            raise ValueRefused(
                f"the map {name!r} is as large as the picture, {image.shape[:2]}, "
                f"not {maps[name].shape[:2]}"
            )
    reds = {name: unit_colour(_red(checked_image(maps[name]))) for name in names}
    for name, red in reds.items():
        if not np.isfinite(red).all():
            raise ValueRefused(f"the map {name!r} holds values that are not finite; repair it")
    return reds


def check_map_names(plan: Plan, given: Collection[str]) -> None:
    """Raises ValueRefused where these are not the names of the plan's maps."""
    names = [one.name for one in plan.maps]
    for name in given:
        if not names:
            raise ValueRefused(f"this filter takes no map, so leave out {name!r}")
        if name not in names:
            raise unknown_name("map", name, names)
    for name in names:
        if name not in given:
            raise ValueRefused(f"this filter needs the map {name!r}, as large as the picture")


def _red(image: Image) -> Image:
    return image if image.ndim == 2 else image[:, :, 0]


def rounded(image: Planes, store: Store) -> Planes:
    """``image`` as its format holds it, rounded to nearest; a target's own rounding comes later."""
    if store == "target":
        return image
    return image.astype(np.float16 if store == "16f" else np.float32).astype(np.float64)


def colour(
    plan: Plan,
    source: Planes,
    settings: Mapping[str, float],
    reds: Mapping[str, Planes] = NONE,
    *,
    stored: Callable[[Planes, Store], Planes] = rounded,
) -> Planes:
    """The last pass before it is stored: encoded, unclipped, shape (H, W, C) like ``source``.

    ``stored``: how images between passes are rounded, where a machine does it in another way.
    """
    images = [np.asarray(decode(source, plan.light), np.float64)]
    for one in plan.passes:
        reach = max(map(reach_px, reads(one.expr)), default=0)
        padded = tuple(_padded(image, reach, plan.border) for image in images)
        at = _Inputs(padded, reach, settings, reds)
        images.append(stored(_evaluate(one.expr, at), one.store))
    return np.asarray(encode(images[-1], plan.light), np.float64)


def scalar(
    wanted: Scalar,
    size: tuple[int, int],
    settings: Mapping[str, float],
    reds: Mapping[str, NDArray[np.floating]],
) -> float | NDArray[np.floating]:
    """A scalar's value: one number, or one for each pixel, shape (H, W, 1)."""
    if isinstance(wanted, Value):
        return settings[wanted.name]
    if isinstance(wanted, FromMap):
        return np.maximum(reds[wanted.name], 0.0) * settings[wanted.scale.name]
    middle, corner = settings[wanted.middle.name], settings[wanted.corner.name]
    return middle + (corner - middle) * squared_radius(size)


def squared_radius(size: tuple[int, int]) -> Planes:
    """Squared distance of each pixel's centre from the middle of the picture, 1 at the picture's
    corners; shape (H, W, 1)."""
    y, x = (2.0 * np.arange(n) + 1.0 - n for n in size)
    height, width = size
    return (y[:, None, None] ** 2 + x[None, :, None] ** 2) / float(height**2 + width**2)


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


@dataclass(frozen=True)
class _Inputs:
    """What an expression reads: images padded by ``reach``, parameters, maps."""

    padded: tuple[Planes, ...]
    reach: int
    settings: Mapping[str, float]
    reds: Mapping[str, Planes]

    @property
    def size(self) -> tuple[int, int]:
        """Of the result."""
        height, width = self.padded[0].shape[:2]
        return height - 2 * self.reach, width - 2 * self.reach


def _evaluate(expr: Expr, at: _Inputs) -> Planes:
    if isinstance(expr, Texel):
        return _fetched(expr, at)
    if isinstance(expr, WeightedSum):
        if not expr.terms:
            return np.zeros((*at.size, at.padded[0].shape[2]))
        return _added(weight * _fetched(fetch, at) for weight, fetch in expr.terms)
    if isinstance(expr, Mix):
        a, b = (_evaluate(child, at) for child in (expr.a, expr.b))
        amount = at.settings[expr.amount.name]
        return a * (1.0 - amount) + b * amount
    if isinstance(expr, Structure):
        around = [_fetched(texel, at) for texel in expr.around]
        return np.asarray(structure(around, expr.gauge), np.float64)
    if isinstance(expr, Adapted):
        return _adapted(expr, at)
    if isinstance(expr, Limited):
        around = [_fetched(texel, at) for texel in expr.around]
        value = _evaluate(expr.value, at)
        return np.asarray(LIMITED[expr.by](value, around, expr.share), np.float64)
    sigma = scalar(expr.sigma, at.size, at.settings, at.reds)
    tuned = coefficients(expr.solver, sigma, at.settings[expr.noise.name])
    bands = (_evaluate(band, at) for band in expr.bands)
    added = (c * band for c, band in zip(tuned, bands, strict=True))
    return _added((_evaluate(expr.base, at), *added))


def _adapted(expr: Adapted, at: _Inputs) -> Planes:
    """Weights are the same for all channels: what adapts makes no colour of its own."""
    mean = _evaluate(expr.mean, at)
    rising = rises(position(mean[..., 2], expr.classes), expr.classes)
    c, s, held = direction(mean)
    value = _evaluate(expr.base, at)
    for band in expr.bands:
        parts = (factor_of(name, c, s) * curve(one, rising) for name, one in band.weights)
        weight = np.asarray(reduce(np.add, parts))
        value = value + weight[..., None] * _evaluate(band.total, at)
    around = [_fetched(texel, at) for texel in expr.around]
    within = np.clip(value, np.minimum.reduce(around), np.maximum.reduce(around))
    return np.asarray(value + held[..., None] * (within - value))


def _added(terms: Iterable[Planes]) -> Planes:
    return reduce(np.add, terms)


def _fetched(fetch: Fetch, at: _Inputs) -> Planes:
    if isinstance(fetch, Sample):
        return _added(share * _fetched(texel, at) for share, texel in corners(fetch))
    height, width = at.size
    top, left = at.reach + fetch.dy, at.reach + fetch.dx
    return at.padded[fetch.image][top : top + height, left : left + width]
