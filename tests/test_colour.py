"""Laws of a frame seen as RGB and changed: what is not changed keeps its codes."""

from __future__ import annotations

import av
import numpy as np
import pytest

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourTags, add_change, colour_model, planes_of, rgb_of
from rtdeconv.media.pixel_formats import layout_of, storable_format, working_format

FORMATS = [
    "yuv420p",
    "yuvj420p",
    "yuv422p",
    "yuv444p",
    "yuv440p",
    "yuv411p",
    "yuv420p10le",
    "yuv422p12le",
    "yuv444p16le",
    "yuva420p",
    "gray",
    "gray10le",
    "gbrp",
    "gbrp10le",
    "gbrp16le",
]


def random_frame(name: str, width: int, height: int, seed: int = 0) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, name)
    draw = np.random.default_rng(seed)
    for plane in planes_of(frame):
        plane[:] = draw.integers(0, 2 ** layout_of(name).depth, plane.shape)
    return frame


def flat_frame(name: str, codes: list[int], size: int = 16) -> av.VideoFrame:
    frame = av.VideoFrame(size, size, name)
    for plane, code in zip(planes_of(frame), codes, strict=True):
        plane[:] = code
    return frame


def tags(matrix: int = 1, full_range: bool | None = False) -> ColourTags:
    return ColourTags(matrix, 2, 2, full_range)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("matrix", [1, 6, 9])
@pytest.mark.parametrize("full_range", [False, True])
def test_an_unchanged_view_leaves_every_code(name: str, matrix: int, full_range: bool) -> None:
    frame = random_frame(name, 18, 14)
    before = [plane.copy() for plane in planes_of(frame)]
    model = colour_model(layout_of(name), tags(matrix, full_range), 18, 14)
    view = rgb_of(frame, model)
    assert view.shape == (14, 18, 3)
    assert (
        view.dtype
        == model.rgb_dtype
        == (np.uint8 if "p1" not in name and "y1" not in name else np.uint16)
    )
    add_change(frame, view, view.copy(), model)
    for old, new in zip(before, planes_of(frame), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("step", [-40, -7, -1, 1, 3, 25, 40])
@pytest.mark.parametrize(
    ("name", "full_range", "codes_per_step"),
    [
        ("yuv420p", False, 219 / 255),
        ("yuv420p", True, 1.0),
        ("yuv420p10le", False, 876 / 65535),
        ("yuv444p10le", True, 1023 / 65535),
        ("gray", False, 219 / 255),
        ("gbrp", None, 1.0),
    ],
)
def test_a_grey_change_moves_luma_alone(
    name: str, full_range: bool | None, codes_per_step: float, step: int
) -> None:
    depth = layout_of(name).depth
    middle = 2 ** (depth - 1)
    frame = flat_frame(name, [middle] * len(planes_of(av.VideoFrame(16, 16, name))))
    model = colour_model(layout_of(name), tags(1, full_range), 16, 16)
    view = rgb_of(frame, model)
    scaled = step if depth == 8 else step * 257
    add_change(frame, view, (view.astype(int) + scaled).astype(view.dtype), model)
    first, *others = planes_of(frame)
    assert np.all(first == middle + round(scaled * codes_per_step))
    if layout_of(name).kind == "yuv":
        assert all(np.all(plane == middle) for plane in others)


@pytest.mark.parametrize(
    ("matrix", "codes", "rgb"),
    [
        # 75 % bars of the standards, limited range: (Y, Cb, Cr) and the RGB they stand for.
        (1, (51, 109, 212), (191, 0, 0)),
        (6, (65, 100, 212), (191, 0, 0)),
        (1, (133, 63, 52), (0, 191, 0)),
        (6, (35, 212, 114), (0, 0, 191)),
        (9, (235, 128, 128), (255, 255, 255)),
        (1, (16, 128, 128), (0, 0, 0)),
    ],
)
def test_colour_bars(matrix: int, codes: tuple[int, ...], rgb: tuple[int, ...]) -> None:
    for name, scale in (("yuv420p", 1), ("yuv444p10le", 4)):
        frame = flat_frame(name, [scale * code for code in codes])
        view = rgb_of(frame, colour_model(layout_of(name), tags(matrix), 16, 16))
        unit = 1 if view.dtype == np.uint8 else 257
        # Bars are rounded to whole codes of Y, Cb and Cr, each worth up to 2.1 codes of B.
        np.testing.assert_allclose(view[3, 5] / unit, rgb, atol=2)


@pytest.mark.parametrize("name", FORMATS)
def test_kept_arrays_change_no_view(name: str) -> None:
    model = colour_model(layout_of(name), tags(), 18, 14)
    kept: dict[str, np.ndarray] = {}
    out = np.empty((14, 18, 3), model.rgb_dtype)
    for seed in range(3):
        frame = random_frame(name, 18, 14, seed)
        assert rgb_of(frame, model, kept, out=out) is out
        np.testing.assert_array_equal(out, rgb_of(frame, model))


@pytest.mark.parametrize(
    ("transfer", "curve"), [(1, "srgb"), (2, "srgb"), (14, "srgb"), (16, "pq"), (18, "hlg")]
)
def test_curves_are_those_of_h273(transfer: int, curve: str) -> None:
    assert ColourTags(9, transfer, 9, False).curve == curve


def test_a_changed_view_is_seen_again() -> None:
    name = "yuv444p"
    frame = flat_frame(name, [120, 110, 140])
    model = colour_model(layout_of(name), tags(), 16, 16)
    view = rgb_of(frame, model)
    wanted = (view.astype(int) + np.array([9, -4, 6])).astype(np.uint8)
    add_change(frame, view, wanted, model)
    # Rounding three codes by 1/2 moves RGB by at most (1.16 + 1.79) / 2, as 2.11 stands in B.
    np.testing.assert_allclose(rgb_of(frame, model).astype(int), wanted.astype(int), atol=2)


def test_untagged_video_is_bt709_from_720_lines() -> None:
    layout = layout_of("yuv420p")
    small, large = colour_model(layout, tags(2), 720, 576), colour_model(layout, tags(2), 1280, 720)
    np.testing.assert_array_equal(small.to_rgb, colour_model(layout, tags(6), 9, 9).to_rgb)
    np.testing.assert_array_equal(large.to_rgb, colour_model(layout, tags(1), 9, 9).to_rgb)


def test_a_matrix_that_is_not_luma_and_differences_is_refused() -> None:
    with pytest.raises(MediaError, match="matrix 8"):
        colour_model(layout_of("yuv420p"), tags(8), 64, 48)


@pytest.mark.parametrize(
    ("name", "work"),
    [
        ("nv12", "yuv420p"),
        ("p010le", "yuv420p10le"),
        ("yuyv422", "yuv422p"),
        ("rgb24", "gbrp"),
        ("rgba", "gbrap"),
        ("pal8", "gbrap"),
        ("monow", "gray"),
        ("yuv420p10be", "yuv420p10le"),
        ("yuvj422p", "yuvj422p"),
    ],
)
def test_working_formats_hold_all_of_the_source(name: str, work: str) -> None:
    assert working_format(name) == work
    assert layout_of(work).planar


@pytest.mark.parametrize(
    ("work", "encoder", "stored"),
    [
        ("yuv420p", "libx264", "yuv420p"),
        ("gbrp", "libx264", "yuv444p"),
        ("yuv440p", "libx264", "yuv444p"),
        ("yuv411p", "libx264", "yuv422p"),
        ("yuva420p", "libx264", "yuv420p"),
        ("yuv420p12le", "libx264", None),
        ("yuv420p10le", "prores_ks", "yuv422p10le"),
        ("yuvj420p", "libsvtav1", "yuv420p"),
        ("yuv422p", "libsvtav1", None),
        ("yuv420p10le", "libvpx-vp9", None),
    ],
)
def test_storage_never_reduces_depth_or_chroma(work: str, encoder: str, stored: str | None) -> None:
    offered = [item.name for item in av.Codec(encoder, "w").video_formats or []]
    assert storable_format(work, offered) == stored
