"""What is no white noise is called by its name, and what is white noise by none."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from noisy_pictures import (
    CODE,
    RECOVERED,
    jpeg,
    noised,
    sharp_planes,
    soft_planes,
)

from rtdeconv.estimate import measure_noise

HONEST = ["camera", "chelsea", "coffee", "brick", "grass", "gravel", "clock", "cell"]


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee"])
def test_repeated_pixels_are_recognised(name: str, factor: int) -> None:
    small = noised(soft_planes(name, 0.7), 1).squeeze()
    large = small.repeat(factor, 0).repeat(factor, 1)
    for each in (large, large[1:, 1:-1], (large / 255).astype(np.float32)):
        found = measure_noise([each])
        assert "enlarged" in found.defects
        assert any("repeated" in remark for remark in found.remarks)
    assert "enlarged" not in measure_noise([small.repeat(factor, 0)]).defects
    assert "enlarged" not in measure_noise([cv2.resize(small, None, fx=2, fy=2)]).defects


def test_a_drawn_grid_is_not_called_enlarged() -> None:
    """Lines of 2 px every 32 px: all steps lie at even pixels."""
    grid = np.full((640, 640), 30, np.uint8)
    for line in (0, 1):
        grid[line::32] = grid[:, line::32] = 200
    assert "enlarged" not in measure_noise([grid]).defects


@pytest.mark.parametrize("quality", [30, 50, 75, 90])
@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee"])
def test_jpeg_is_recognised(name: str, quality: int) -> None:
    for planes in (sharp_planes(name), soft_planes(name, 1.0)):
        assert "blocky" in measure_noise([jpeg(noised(planes, 1).squeeze(), quality)]).defects


def test_a_cropped_jpeg_is_recognised() -> None:
    stored = jpeg(noised(soft_planes("camera", 1.0), 1)[:, :, 0], 75)
    assert "blocky" in measure_noise([stored[3:, 5:]]).defects


@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee"])
def test_h264_is_recognised(name: str, tmp_path: Path) -> None:
    frames = [noised(np.roll(soft_planes(name, 0.7), 2 * k, 1), 2, k) for k in range(3)]
    rgb = [np.ascontiguousarray(np.broadcast_to(each, (*each.shape[:2], 3))) for each in frames]
    with av.open(str(tmp_path / "clip.mp4"), "w") as out:
        stream = out.add_stream("libx264", rate=25, options={"crf": "26"})
        stream.height, stream.width, stream.pix_fmt = *rgb[0].shape[:2], "yuv420p"
        for each in rgb:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(each, format="rgb24")))
        out.mux(stream.encode(None))
    with av.open(str(tmp_path / "clip.mp4")) as clip:
        decoded = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]
    found = measure_noise(decoded)
    assert "blocky" in found.defects
    assert found.sigma < 2 * CODE


@pytest.mark.parametrize("name", ["camera", "brick", "chelsea"])
def test_smoothed_noise_is_recognised(name: str) -> None:
    noisy = noised(sharp_planes(name), 6).squeeze()
    larger = cv2.resize(noisy, None, fx=1.5, fy=1.5)
    for smooth in (cv2.medianBlur(noisy, 3), cv2.GaussianBlur(noisy, (0, 0), 0.6), larger):
        found = measure_noise([smooth])
        assert "denoised" in found.defects
        assert found.middle > 2 * found.sigma


@pytest.mark.parametrize("name", HONEST)
def test_honest_noise_is_not_called_names(name: str) -> None:
    for noise in (0, 1, 4):
        for planes in (sharp_planes(name), soft_planes(name, 1.0)):
            found = measure_noise([noised(planes, noise).squeeze()])
            wrong = {"blocky", "denoised", "enlarged"} & set(found.defects)
            assert not wrong, noise


def test_clipping_is_recognised() -> None:
    exposed = np.clip(2.2 * soft_planes("camera", 0.7) - 0.3, 0, 1)
    found = measure_noise([noised(exposed, 2)[:, :, 0]])
    assert found.defects == ("clipped",)
    assert found.clipped > 0.1
    said = f"{found.clipped:.0%} of the picture is black or white"
    assert sum(said in words for words in (*found.remarks, *dict(found.rows).values())) == 1
    few = np.clip(1.2 * soft_planes("camera", 0.7) - 0.04, 0, 1)
    found = measure_noise([noised(few, 2)[:, :, 0]])
    assert 0.03 < found.clipped < 0.1
    assert not found.defects
    assert found.sigma / CODE == pytest.approx(2, rel=RECOVERED)
