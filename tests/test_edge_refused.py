"""What cannot be measured is refused in a sentence that says what to do."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from slanted import slanted_edge

from rtdeconv.blur import Gaussian
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate.edge import Box, measure_edge, measure_edges, parse_box

ONE = Gaussian(1.0)
WHOLE = Box(0, 0, 100, 160)


def _with_nan() -> NDArray[Any]:
    picture = slanted_edge(ONE, bits=0)
    picture[3, 3] = np.nan
    return picture


def _noise() -> NDArray[Any]:
    return np.random.default_rng(0).integers(0, 256, (160, 100), np.uint8)


@pytest.mark.parametrize(
    ("picture", "box", "says"),
    [
        (slanted_edge(ONE, angle_deg=0.0), WHOLE, "2..12 degrees off an axis, not at 0.0"),
        (slanted_edge(ONE, angle_deg=20.0), WHOLE, "not at 20.0; turn the chart"),
        (slanted_edge(ONE, levels=(0.5, 0.53)), WHOLE, "contrast of at least 0.05"),
        (slanted_edge(ONE, levels=(0.0, 0.6)), WHOLE, "hold clipped pixels; expose"),
        (slanted_edge(ONE, levels=(0.3, 1.0)), WHOLE, "hold clipped pixels; expose"),
        (slanted_edge(ONE, bow_px=4.0), WHOLE, "bent by"),
        (slanted_edge(ONE, noise=0.2), WHOLE, "off a straight line"),
        (slanted_edge(ONE), Box(0, 0, 100, 12), "mark a larger region"),
        (slanted_edge(ONE), Box(40, 0, 100, 160), "within the picture, 100x160"),
        (slanted_edge(ONE), Box(0, 0, 40, 160), "contrast"),
        (slanted_edge(ONE), Box(36, 0, 24, 160), "on either side"),
        (_with_nan(), WHOLE, "holds NaN or infinity"),
        (_noise(), WHOLE, "on at least 50% of the rows"),
        (np.full((160, 100), 90, np.uint8), WHOLE, "not 0.000"),
        (np.zeros((16, 16), np.uint8), Box(0, 0, 16, 16), "not 16x16"),
    ],
)
def test_a_region_is_refused_with_a_reason(picture: NDArray[Any], box: Box, says: str) -> None:
    with pytest.raises(ValueRefused) as refusal:
        measure_edge(picture, box)
    print(refusal.value)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_rows_with_texture_are_left_out_until_there_are_too_many() -> None:
    picture = slanted_edge(ONE, levels=(0.4, 0.6)).astype(np.int32)
    beside = np.arange(100)[None, :] > 62
    bumps = np.sin(np.arange(160) / 3)[:, None] * beside
    some = measure_edge((picture + np.rint(25 * bumps)).astype(np.uint8), WHOLE)
    assert some.rows_used < 100 and some.sigma_px == pytest.approx(1, rel=0.02)
    with pytest.raises(ValueRefused, match="one edge between two flat sides"):
        measure_edge((picture + np.rint(40 * bumps)).astype(np.uint8), WHOLE)


def test_an_unknown_light_is_refused() -> None:
    with pytest.raises(ValueRefused, match="unknown light 'lineal'; did you mean 'linear'"):
        measure_edge(slanted_edge(ONE), WHOLE, light="lineal")  # type: ignore[arg-type]


@given(
    pixels=st.sampled_from(["noise", "steps", "ramp", "huge"]),
    height=st.integers(24, 60),
    width=st.integers(24, 60),
    seed=st.integers(0, 99),
    kind=st.sampled_from([np.uint8, np.uint16, np.float32]),
)
@settings(max_examples=40, deadline=None)
def test_anything_is_measured_or_refused(
    pixels: str, height: int, width: int, seed: int, kind: type
) -> None:
    """Never a warning, which is an error here, and never a number that is none."""
    rng = np.random.default_rng(seed)
    made = {
        "noise": rng.random((height, width)),
        "steps": np.repeat(rng.random((height, 1)), width, 1) > 0.5,
        "ramp": np.add.outer(np.arange(height) / 60, np.arange(width) / 600),
        "huge": 1e6 * rng.standard_normal((height, width)),
    }[pixels]
    picture = made.astype(kind) if kind is np.float32 else (np.clip(made, 0, 1) * 255).astype(kind)
    try:
        found = measure_edge(picture, Box(0, 0, width, height))
    except ValueRefused:
        return
    numbers = [found.sigma_px, found.sigma_px_low, found.sigma_px_high, found.noise]
    assert np.isfinite([*numbers, *found.mtf, *found.esf]).all()


@given(x=st.integers(0, 9999), y=st.integers(0, 9999), w=st.integers(1, 9999))
def test_a_box_reads_as_it_is_written(x: int, y: int, w: int) -> None:
    assert parse_box(str(Box(x, y, w, 7))) == Box(x, y, w, 7)
    assert parse_box(f" {x}, {y} ,{w},7") == Box(x, y, w, 7)


@pytest.mark.parametrize(
    "text",
    ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "1.5,2,3,4", "1;2;3;4", "1_5,2,30,40", "\u0661,2,30,40"],
)
def test_other_text_is_no_box(text: str) -> None:
    with pytest.raises(ValueRefused, match="a region is X,Y,W,H"):
        parse_box(text)


@pytest.mark.parametrize("text", ["-1,0,5,5", "0,0,0,5", "0,0,5,-5"])
def test_an_impossible_box_is_refused(text: str) -> None:
    with pytest.raises(ValueRefused, match="at least 1x1"):
        parse_box(text)


@pytest.mark.parametrize("x", [20.5, math.nan, "20"])
def test_a_box_is_of_whole_pixels(x: Any) -> None:
    with pytest.raises(ValueRefused, match="in whole pixels, not"):
        Box(x, 0, 40, 40)


def test_a_whole_photograph_is_no_region() -> None:
    photograph = np.zeros((6000, 8000), np.uint8)
    with pytest.raises(ValueRefused, match="one edge and at most 2097152 pixels, not 8000x6000"):
        measure_edge(photograph, Box(0, 0, 8000, 6000))


def test_one_box_is_no_sequence_of_them() -> None:
    with pytest.raises(ValueRefused, match="sequence of regions"):
        measure_edges(slanted_edge(ONE), WHOLE)  # type: ignore[arg-type]


def test_no_edge_is_no_measurement() -> None:
    with pytest.raises(ValueRefused, match="no edge to measure"):
        measure_edges(slanted_edge(ONE), [])
    grey = np.full((200, 200), 90, np.uint8)
    with pytest.raises(ValueRefused, match="none of 2 regions can be measured; the first"):
        measure_edges(grey, [Box(0, 0, 60, 60), Box(60, 60, 60, 60)])
