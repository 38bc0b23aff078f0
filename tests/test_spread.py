"""Frames from all over a video, to be learnt from."""

from __future__ import annotations

import numpy as np
import pytest
from soft_pictures import video_of

from rtdeconv.stream import spread_frames


@pytest.mark.parametrize(("frames", "every"), [(1, 1), (30, 12), (300, 20), (300, 1000)])
def test_frames_are_spread_over_a_video(tmp_path, frames, every):
    """By their brightness, which rises: in order, none twice, from early to late."""
    flat = [np.full((48, 64, 3), round(20 + 200 * n / frames), np.uint8) for n in range(frames)]
    found = spread_frames(video_of(tmp_path / "clip.mp4", flat, every), 8)
    levels = [int(one.mean()) for one in found]
    assert levels == sorted({*levels}) and len(levels) == min(frames, 8)
    if frames > 1:
        late = 0.75 if every < frames else 0.55  # where it can be entered at its beginning alone
        assert levels[0] <= 20 + 200 * 0.1 and levels[-1] >= 20 + 200 * late
