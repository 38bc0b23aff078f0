"""Structure on OpenCV: see `rtdeconv.activity.structure`."""

from __future__ import annotations

import math
from functools import reduce
from typing import Final

import cv2
import numpy as np

from rtdeconv.activity import MARK, MOST, NEAR_WHITE, TINY, Gauge, cut_corner
from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.cpu.strips import Strip, inner, planes, strips
from rtdeconv.cpu.taps import correlated, padded, stored
from rtdeconv.light import LUMA
from rtdeconv.plan import Border, Store, Structure

SHORT: Final = np.array([[1.0, 2.0, 1.0]]) / 4
SLOPE: Final = np.array([[-1.0, 0.0, 1.0]]) / 2
DERIVATIVES: Final = (
    SHORT.T @ SLOPE,
    SLOPE.T @ SHORT,
    np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]) - SHORT.T @ SHORT,
)
"""Taps of gx, gy and l."""


def structure_planes(
    node: Structure, image: Planes, border: Border, store: Store, scratch: Scratch
) -> Planes:
    """The three numbers of each pixel as planes, (3, H, W), as they are stored."""
    found = scratch.take((3, *image.shape[:2]))
    wide = padded(image, 1, border, scratch)
    for strip in strips(image.shape, scratch):
        colours = planes(wide, strip, 1, scratch)
        for plane, numbers in zip(found, _strip(colours, strip, node.gauge, scratch), strict=True):
            np.copyto(plane[strip.lines], stored(numbers, store, scratch))
    return found


def _strip(colours: list[Planes], strip: Strip, by: Gauge, scratch: Scratch) -> list[Planes]:
    """Derivatives times the root of a channel's share, so that squares only have to be added."""
    roots = [math.sqrt(share) for share in _shares(colours)]
    gx, gy, lost = (
        [
            _filtered(plane, root * taps, strip, scratch)
            for plane, root in zip(colours, roots, strict=True)
        ]
        for taps in DERIVATIVES
    )
    xx, yy, xy = (_products(a, b, scratch) for a, b in ((gx, gx), (gy, gy), (gx, gy)))
    energy = _products(lost, lost, scratch)
    along = cv2.subtract(xx, yy, dst=scratch.take(strip.shape))
    cv2.scaleAdd(energy, by.detail, cv2.add(xx, yy, dst=xx), dst=energy)
    here = [inner(plane, strip, 1) for plane in colours]
    cut = [
        cut_corner(one, np.multiply(low, 1 / root, out=scratch.take(strip.shape)), by)
        for one, low, root in zip(here, lost, roots, strict=True)
        if _near_white(one, by, scratch)
    ]
    scale = _scale(energy, here, lost, by, scratch)
    numbers = ((along, 1.0), (xy, 2.0), (energy, 1.0))
    found = [cv2.multiply(one, scale, dst=one, scale=times) for one, times in numbers]
    if cut:
        cv2.scaleAdd(reduce(np.maximum, cut), MARK, energy, dst=energy)
    return found


def _shares(colours: list[Planes]) -> list[float]:
    return LUMA.tolist() if len(colours) == 3 else [1.0]


def _near_white(plane: Planes, by: Gauge, scratch: Scratch) -> bool:
    """Whether `cut_corner` can be above 0 anywhere."""
    near = NEAR_WHITE[0] * by.steep
    found = scratch.take(plane.shape, np.uint8)
    return cv2.hasNonZero(cv2.inRange(plane, by.white - near, by.white + near, dst=found))


def _filtered(plane: Planes, taps: Planes, strip: Strip, scratch: Scratch) -> Planes:
    wide = cv2.filter2D(plane, cv2.CV_32F, taps.astype(np.float32), dst=scratch.take(plane.shape))
    return inner(wide, strip, 1)


def _products(a: list[Planes], b: list[Planes], scratch: Scratch) -> Planes:
    total = cv2.multiply(a[0], b[0], dst=scratch.take(a[0].shape))
    for one, other in zip(a[1:], b[1:], strict=True):
        cv2.accumulateProduct(one, other, total)
    return total


def _scale(
    energy: Planes, here: list[Planes], lost: list[Planes], by: Gauge, scratch: Scratch
) -> Planes:
    """What makes energies of `rtdeconv.activity`'s units."""
    shape = energy.shape
    most = np.maximum(energy, TINY, out=scratch.take(shape))
    np.divide(MOST, most, out=most)
    a, b, c = by.slope
    if b == c == 0:
        return np.minimum(most, by.gain / a, out=most)
    bright = scratch.take(shape)
    bright.fill(0.0)
    for share, one, low in zip(_shares(here), here, lost, strict=True):
        cv2.scaleAdd(one, share, bright, dst=bright)
        cv2.scaleAdd(low, -math.sqrt(share), bright, dst=bright)
    np.maximum(bright, 0.0, out=bright)
    power = np.multiply(bright, c, out=scratch.take(shape))
    np.add(power, b, out=power)
    np.multiply(power, bright, out=power)
    np.add(power, a, out=power)
    return np.minimum(most, np.divide(by.gain, power, out=power), out=most)


def mean_structure(seen: Planes, taps: Planes, border: Border, scratch: Scratch) -> Planes:
    """Of structure around each pixel, both (3, H, W)."""
    means = scratch.take(seen.shape)
    for mean, plane in zip(means, seen, strict=True):
        np.copyto(mean, correlated(plane, taps, border, scratch))
    return means
