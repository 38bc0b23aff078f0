"""Plans and pictures that every executor is tried on, and what counts as agreement."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from rtdeconv.blur import parse_blur
from rtdeconv.filters import Filter, Fir, with_unit_sum
from rtdeconv.fit import FAMILIES, Size, family_named, fit
from rtdeconv.light import LIGHTS, PQ_HIGHEST, PQ_WHITE, Light, decode, encode
from rtdeconv.lower import lower
from rtdeconv.noise import Noise
from rtdeconv.pixels import full_scale
from rtdeconv.plan import BORDERS, Plan
from rtdeconv.prior import Ar1
from rtdeconv.target import Target

SIZED = [
    (family.name, size)
    for family in FAMILIES.values()
    for size in dict.fromkeys((family.sizes[0], family.usual))
]
EVERY_PLAN = list(product(SIZED, BORDERS, LIGHTS))
EVERY_PLAN_ID = [f"{name}{size}-{border}-{light}" for (name, size), border, light in EVERY_PLAN]

DTYPES = (np.uint8, np.uint16, np.float32)
ODD = (23, 37)
TINY = [(1, 1), (1, 7), (6, 1), (2, 3)]

CODE = 1
"""Rounding to a code may fall either way where float32 and float64 meet near a tie."""

SINGLE_FLOATS = {"encoded": 3e-6, "linear": 2e-5, "gamma2": 2e-3, "pq": 5e-5, "hlg": 3.5e-3}
"""Largest difference on the encoded scale, images in single floats. Adding up to 121 float32
products of weights up to 10 leaves some 1e-6. The sRGB curve is 12.92 steep below its knee and
results reach -15 there; the square root is infinitely steep at 0, where 1e-6 becomes 1e-3, and
HLG's of three times that 1.8e-3. PQ takes the power 79 of what is rounded by 6e-8, more than once;
errors in its light are left out: see `apart`."""

PQ_ROUNDED = 1e-4
"""Largest error in PQ's light, of its white. Next to white, a 79th root that float32 has rounded by
3e-8 decodes to 2e-5 more or less, and a sum weighs that by up to 4."""


@cache
def fitted(family: str, size: Size) -> Filter:
    """The filter of a family for a usual blur."""
    target = Target(parse_blur("gaussian:0.8"), Noise(), Ar1(), max_gain=4.0)
    return fit(target, family_named(family), size)


def plan_of(family: str, size: Size, light: Any = "linear", border: Any = "clamp") -> Plan:
    """Its plan."""
    return lower(fitted(family, size), light=light, border=border)


def with_single_floats(plan: Plan) -> Plan:
    """The same plan with every stored image in single floats."""
    passes = [p if p.store == "target" else replace(p, store="32f") for p in plan.passes]
    return replace(plan, passes=tuple(passes))


def picture(
    size: tuple[int, int], dtype: npt.DTypeLike, channels: int = 3, seed: int = 0
) -> npt.NDArray[Any]:
    """Noise, a ramp and steps beside each other, full range; (H, W) where ``channels`` is 1."""
    rng = np.random.default_rng(seed)
    height, width = size
    unit = rng.random((height, width, channels))
    ramp, steps = np.array_split(np.arange(width), 3)[1:]
    unit[:, ramp] = np.linspace(0, 1, len(ramp))[:, None]
    unit[:, steps] = ((np.arange(height)[:, None] // 5 + steps // 4) % 2)[:, :, None]
    dtype = np.dtype(dtype)
    full = full_scale(dtype)
    scaled = unit if full == 1.0 else np.rint(unit * full)
    return (scaled if channels > 1 else scaled[:, :, 0]).astype(dtype)


def difference(got: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> float:
    """Largest difference, which is printed; shape and dtype must be the same."""
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
    largest = float(np.max(np.abs(got.astype(float) - wanted.astype(float))))
    print(f"largest difference {largest:.3g}")
    return largest


def apart(
    got: npt.NDArray[Any], wanted: npt.NDArray[Any], light: Light, off: float = PQ_ROUNDED
) -> float:
    """`difference`; in "pq", of ``got`` from the interval that ``off``, of white, in light makes of
    ``wanted``. That curve is infinitely steep at 0: there 1e-4 of white is a seventh of the scale,
    while next to white it is 1e-5, so that no one number would do. Beyond what it undoes, values
    only have to be beyond."""
    if light != "pq":
        return difference(got, wanted)
    assert (got.shape, got.dtype) == (wanted.shape, wanted.dtype)
    full = full_scale(wanted.dtype)
    rounded = 0.0 if full == 1.0 else 0.5
    found, expected = (
        np.clip(one.astype(float), -PQ_HIGHEST * full, PQ_HIGHEST * full) for one in (got, wanted)
    )
    ends = []
    for side in (-1, 1):
        in_light = decode((expected + side * rounded) / full, light)
        encoded = encode(in_light + side * off * PQ_WHITE, light)
        ends.append(encoded * full + side * rounded)
    return difference(found, np.clip(found, *ends))


@st.composite
def firs(draw: st.DrawFn) -> Fir:
    """Point-symmetric taps, 3x3 or 5x5, within +-2."""
    size = draw(st.sampled_from([3, 5]))
    half = draw(hnp.arrays(np.float64, (size, size), elements=st.floats(-1, 1)))
    return Fir(tuple(map(tuple, with_unit_sum(half + half[::-1, ::-1]).tolist())))


def small_pictures() -> st.SearchStrategy[npt.NDArray[Any]]:
    """Up to 9x9, any dtype and layout; floats from -1 to 4."""
    shapes = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
        lambda size: st.sampled_from([size, (*size, 3), (*size, 4)])
    )
    floats = st.floats(-1, 4, width=32, allow_subnormal=False)
    return shapes.flatmap(
        lambda shape: st.one_of(
            hnp.arrays(np.uint8, shape),
            hnp.arrays(np.uint16, shape),
            hnp.arrays(np.float32, shape, elements=floats),
        )
    )
