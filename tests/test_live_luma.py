"""What auto in `rtdeconv live` looks at: luma, and where a scene begins."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest
from command_line import CLIP
from live_measured import scene, shot

from rtdeconv.live.auto.cuts import Cuts
from rtdeconv.live.auto.luma import PIECE_PX, luma_pieces, luma_points
from rtdeconv.media.colour import ColourTags, planes_of
from rtdeconv.media.feeds import Shot
from rtdeconv.media.feeds.shot import model_for
from rtdeconv.media.pixel_formats import layout_of
from rtdeconv.media.video_in import VideoSource


@pytest.mark.parametrize(
    ("pixel_format", "full", "black", "white", "dtype"),
    [
        ("gray", True, 0, 255, np.uint8),
        ("yuv444p", True, 0, 255, np.uint8),
        ("yuv444p", False, 16, 235, np.uint8),
        ("yuv444p10le", False, 64, 940, np.uint16),
    ],
)
def test_luma_spans_its_type_whatever_the_source_codes(pixel_format, full, black, white, dtype):
    top = np.iinfo(dtype).max
    codes = np.array([[black, white, (black + white) // 2]], dtype)
    (seen,) = luma_pieces(shot(codes, pixel_format, full))
    assert seen.dtype == dtype and seen[0, 0] == 0 and seen[0, 1] == top
    assert abs(int(seen[0, 2]) - top / 2) <= top / (white - black)


def test_of_rgb_green_is_looked_at():
    planes = tuple(np.full((4, 5), value, np.uint8) for value in (10, 20, 30))
    model = model_for(layout_of("gbrp"), ColourTags(0, 2, 2, True), 5, 4)
    (seen,) = luma_pieces(Shot(planes, model, 0.0, None))
    assert (seen == 20).all()


def test_pieces_of_a_large_frame_are_its_own_pixels():
    """Never resized: every piece is found again in the frame, one in each quarter."""
    height, width = 2160, 3840
    frame = (np.arange(height)[:, None] * 31 + np.arange(width) * 17) % 251
    pieces = luma_pieces(shot(frame.astype(np.uint8)))
    assert [one.shape for one in pieces] == [(PIECE_PX, PIECE_PX)] * 4
    for piece, (top, left) in zip(pieces, [(0, 0), (0, 1), (1, 0), (1, 1)], strict=True):
        quarter = frame[top * 1080 :, left * 1920 :][:1080, :1920]
        y, x = (1080 - PIECE_PX) // 2, (1920 - PIECE_PX) // 2
        assert np.array_equal(piece, quarter[y : y + PIECE_PX, x : x + PIECE_PX])


def test_a_cut_is_told_from_pans_noise_and_brightening():
    cuts = Cuts()
    first = scene(0)
    assert cuts.is_first(shot(first))
    rng = np.random.default_rng(1)
    for step in range(1, 20):
        moved = np.roll(first, 6 * step, 1) + rng.normal(0, 4, first.shape) + step
        assert not cuts.is_first(shot(np.clip(moved, 0, 255).astype(np.uint8)))
    assert cuts.is_first(shot(scene(1)))
    assert not cuts.is_first(shot(scene(1)))
    assert cuts.is_first(shot(scene(1, 180, 320)))


def test_a_cut_between_scenes_of_one_brightness_is_told():
    """Halves that change places: no class of brightness gains a pixel. In the limited range, whose
    codes differ less than what they show."""
    halves = np.full((90, 160), 16 + 60, np.uint8)
    halves[:, 80:] = 16 + 60 + 36
    cuts = Cuts()
    assert cuts.is_first(shot(halves, "yuv420p", full=False))
    assert cuts.is_first(shot(halves[:, ::-1], "yuv420p", full=False))
    assert not cuts.is_first(shot(halves[:, ::-1], "yuv420p", full=False))


def test_a_clip_of_one_scene_has_no_cut():
    with VideoSource(CLIP) as source:
        info = source.info
        model = model_for(info.layout, info.tags, info.width, info.height)
        frames = (step.frame for step in source.steps() if step.frame is not None)
        shots = (Shot(tuple(planes_of(frame)), model, 0.0, None) for frame in islice(frames, 60))
        cuts = Cuts()
        assert [cuts.is_first(one) for one in shots] == [True] + 59 * [False]


def test_points_are_luma_from_black_to_white():
    codes = np.array([[64, 940], [502, 0]], np.uint16)
    seen = luma_points(shot(codes, "yuv444p10le", full=False), 40)
    assert seen.ravel() == pytest.approx([0, 1, 0.5, 0], abs=1e-6)


def test_a_slight_change_of_a_flat_picture_is_no_cut():
    """Though it moves every pixel into another class of brightness."""
    cuts, grey = Cuts(), np.full((90, 160), 127, np.uint8)
    assert cuts.is_first(shot(grey)) and not cuts.is_first(shot(grey + 2))
