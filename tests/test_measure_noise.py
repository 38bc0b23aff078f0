"""Noise measured from pictures and frames: what was put in comes out."""

from __future__ import annotations

import json
import math

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_pictures import (
    CODE,
    RECOVERED,
    greys,
    in_codes,
    jpeg,
    noised,
    sharp_planes,
    soft_planes,
)

from rtdeconv.errors import ValueRefused
from rtdeconv.estimate import MeasuredNoise, measure_noise
from rtdeconv.estimate.bands import FINE, cosines, typical
from rtdeconv.estimate.numbers import measurable, unmeasurable
from rtdeconv.light import decode, encode
from rtdeconv.pixels import Image, unit_colour

DRAWN = 0.045
"""Of pure noise on 320 x 320 pixels, four deviations: three tenths of 6241 blocks, half of which
overlap, times ten fine coefficients, and half as much again for a median."""

RISEN = 0.3
"""Of the rise with brightness, which hangs on the darkest and the lightest flat blocks."""

UNDISTURBED = 0.03
"""Other blocks are cut from the same picture once something is added to it."""


@pytest.mark.parametrize("sigma_px", [0.7, 1.5])
@pytest.mark.parametrize("noise", [1, 2, 4, 8])
@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee", "brick", "grass", "gravel"])
def test_noise_on_blurred_pictures_is_found(name: str, noise: float, sigma_px: float) -> None:
    own = in_codes(noised(soft_planes(name, sigma_px), 0))
    found = in_codes(noised(soft_planes(name, sigma_px), noise))
    print(f"{name} {sigma_px} px, own {own:.2f}, noise {noise}: {found:.3f}")
    assert found == pytest.approx(math.hypot(noise, own), rel=RECOVERED)


@pytest.mark.parametrize("noise", [2, 4, 8])
@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee", "brick", "grass", "gravel"])
def test_noise_on_sharp_pictures_adds_to_their_own(name: str, noise: float) -> None:
    own = in_codes(noised(sharp_planes(name), 0))
    found = in_codes(noised(sharp_planes(name), noise))
    print(f"{name}, own {own:.2f}, noise {noise}: {found:.3f}")
    assert found == pytest.approx(math.hypot(noise, own), rel=0.1)


@settings(max_examples=25, deadline=None)
@given(
    noise=st.floats(0.8, 15),
    level=st.floats(0.3, 0.7),
    channels=st.sampled_from([1, 3]),
    kind=st.sampled_from([np.uint8, np.uint16, np.float32]),
    seed=st.integers(0, 1000),
)
def test_pure_noise_is_measured(noise, level, channels, kind, seed) -> None:
    picture = noised(greys(level, channels=channels), noise, seed, kind)
    drawn = np.std(unit_colour(picture), axis=(0, 1))
    rounding = 0 if kind is np.float32 else (1 / np.iinfo(kind).max) ** 2 / 12
    expected = math.sqrt(np.mean(drawn**2) - rounding) / CODE
    assert in_codes(picture) == pytest.approx(expected, rel=DRAWN)


@pytest.mark.parametrize("noise", [0.003, 0.05, 0.3])
def test_deep_pictures_show_noise_far_below_8_bits(noise: float) -> None:
    for kind in (np.uint16, np.float32):
        assert in_codes(noised(greys(), noise, kind=kind)) == pytest.approx(noise, rel=DRAWN)


@pytest.mark.parametrize("side", [8, 16, 24])
def test_small_pictures_answer_roughly(side: int) -> None:
    found = [in_codes(noised(greys(size=(side, side)), 4, seed)) for seed in range(20)]
    assert np.mean(found) == pytest.approx(4, rel=0.15)


@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee", "astronaut"])
def test_a_rise_with_brightness_is_found(name: str) -> None:
    """Variance 1 + v in codes squared, v the brightness in steps of 1/20 code."""
    soft = soft_planes(name, 0.7)
    deviation = np.sqrt(1 + 0.05 * 255 * np.clip(soft, 0, 1))
    found = measure_noise([noised(soft, deviation).squeeze()])
    print(f"{name}: read {found.read / CODE:.2f}, gain {found.gain / CODE:.4f}")
    assert found.gain / CODE == pytest.approx(0.05, rel=RISEN)
    assert found.read / CODE == pytest.approx(1, rel=RISEN)
    assert found.sigma / CODE == pytest.approx(math.sqrt(np.mean(deviation**2)), rel=0.1)
    assert len(found.levels) == len(found.variances) > 3


@pytest.mark.parametrize("name", ["camera", "chelsea", "coffee", "astronaut", "grass"])
@pytest.mark.parametrize("noise", [1, 4])
def test_no_rise_is_found_where_there_is_none(name: str, noise: float) -> None:
    found = measure_noise([noised(soft_planes(name, 0.7), noise).squeeze()])
    assert found.gain == 0
    assert found.read == found.sigma == found.middle


@pytest.mark.parametrize("name", ["camera", "coffee", "grass"])
def test_frames_that_stand_still_tell_noise_from_texture(name: str) -> None:
    frames = [noised(sharp_planes(name), 1, seed) for seed in range(3)]
    alone, together = in_codes(frames[0]), in_codes(*frames)
    print(f"{name}: one frame {alone:.2f}, three {together:.3f}")
    assert together == pytest.approx(1, rel=RECOVERED)
    assert alone > 1.05


@pytest.mark.parametrize("shift", [1, 5])
def test_motion_is_never_noise(shift: int) -> None:
    frames = [noised(np.roll(soft_planes("camera", 0.7), k * shift, 1), 2, k) for k in range(4)]
    assert in_codes(*frames) == pytest.approx(2, rel=RECOVERED)


def test_a_moving_part_does_not_hide_what_stands_still() -> None:
    frames = []
    for k in range(4):
        scene = sharp_planes("grass").copy()
        scene[100:200, 100:300] = np.roll(scene, 9 * k, 1)[100:200, 100:300]
        frames.append(noised(scene, 2, k))
    assert in_codes(*frames) == pytest.approx(2, rel=RECOVERED)


def test_repeated_frames_tell_what_one_tells() -> None:
    frame = noised(soft_planes("camera", 0.7), 2)
    assert in_codes(*[frame] * 56) == in_codes(frame)
    other = noised(soft_planes("camera", 0.7), 2, 1)
    assert in_codes(frame, frame, other, other) == in_codes(frame, other)


def test_frames_of_other_sizes_are_measured_beside_each_other() -> None:
    frames = [noised(greys(size=(side, 300)), 3, side) for side in (400, 500)]
    assert in_codes(*frames) == pytest.approx(3, rel=DRAWN)


def test_bars_captions_overlays_and_alpha_do_not_count() -> None:
    frame = noised(soft_planes("coffee", 1.0), 3)
    height, width = frame.shape[:2]
    plain = in_codes(frame)
    letterbox = np.pad(frame, ((60, 60), (0, 0), (0, 0)))
    pillars = np.pad(frame, ((0, 0), (90, 90), (0, 0)), constant_values=16)
    captioned = cv2.putText(frame.copy(), "A caption", (20, height - 40), 0, 2, (255, 255, 255), 5)
    overlaid = frame.copy()
    overlaid[: height // 3] = 40
    for other in (letterbox, pillars, captioned, overlaid):
        assert in_codes(other) == pytest.approx(plain, rel=UNDISTURBED)
    alpha = np.random.default_rng(0).integers(0, 256, (height, width), np.uint8)
    assert in_codes(np.dstack([frame, alpha])) == plain


def test_pixels_that_are_no_numbers_are_left_out() -> None:
    picture = noised(greys(), 2, kind=np.float32)[:, :, 0]
    picture[40:60, 30:50] = np.nan
    picture[100] = np.inf
    picture[101] = -np.inf
    picture[:, 7] = -np.inf
    picture[200, 200], picture[200, 201] = 1e20, -3e38
    found = measure_noise([picture])
    assert found.sigma / CODE == pytest.approx(2, rel=DRAWN)
    assert found.no_numbers == 20 * 20 + 2 * 320 + (320 - 2) + 2
    assert f"{found.no_numbers} pixels are no numbers and were left out." in found.remarks


@pytest.mark.parametrize("value", [1e20, 3e38, -3e38, 2e4])
def test_one_huge_pixel_changes_nothing(value: float) -> None:
    picture = noised(soft_planes("camera", 0.7), 2, kind=np.float32)[:, :, 0]
    plain = measure_noise([picture])
    picture[99, 99] = value
    found = measure_noise([picture])
    assert found.sigma == pytest.approx(plain.sigma, rel=UNDISTURBED)
    assert found.no_numbers == 1


def test_what_is_measurable_keeps_its_numbers() -> None:
    picture = np.array([[0.5, -3.0, 1e4, 1.1e4, np.inf, np.nan]], np.float32)
    kept = measurable(picture)
    assert np.array_equal(kept[0, :3], picture[0, :3]) and np.isnan(kept[0, 3:]).all()
    assert unmeasurable(kept) == 3
    assert np.isnan(picture).sum() == 1
    codes = np.full((4, 4, 4), 9, np.uint8)
    assert np.array_equal(measurable(codes), codes) and unmeasurable(codes) == 0
    alpha = np.dstack([np.ones((2, 2, 3)), np.full((2, 2), np.nan)]).astype(np.float32)
    assert unmeasurable(measurable(alpha)) == 0


@pytest.mark.parametrize("amplitude", [50, 90, 120])
def test_patterns_are_not_noise(amplitude: float) -> None:
    """A zone plate, up to one pixel's finest wave, and a checkerboard."""
    y, x = np.mgrid[-256.0:256, -256:256]
    zone = np.cos(math.pi * (x**2 + y**2) / 512)
    board = 1 - 2 * ((x + y) % 2)
    for pattern in (zone, board):
        found = measure_noise([np.rint(128 + amplitude * pattern).astype(np.uint8)])
        assert found.sigma == found.share == 0 or found.sigma < 2 * CODE
        assert dict(found.rows)["noise"] == "unknown" or found.share > 0


def test_noise_in_linear_light_falls_behind_a_transfer_curve() -> None:
    """Variance .0003 L + 1e-5 in linear light, on sRGB codes: L' = L^(1/2.4), steep at black."""
    bright_lin = decode(soft_planes("camera", 0.7).clip(0, 1), "linear")
    white = np.random.default_rng(0).standard_normal(bright_lin.shape)
    noisy_lin = bright_lin + np.sqrt(0.0003 * bright_lin + 1e-5) * white
    codes = np.rint(255 * encode(noisy_lin.clip(0, 1), "linear")).astype(np.uint8)
    found = measure_noise([codes.squeeze()])
    print(found.gain, found.read, found.sigma)
    assert found.gain < 0
    assert found.read**2 + found.gain >= 0
    assert "at black" in dict(found.rows)["over brightness"]


@pytest.mark.parametrize("value", [0, 77, 255])
def test_uniform_frames_have_no_noise(value: int) -> None:
    found = measure_noise([np.full((60, 80, 3), value, np.uint8)])
    assert found.sigma == found.read == found.gain == 0
    assert found.defects == (("clipped",) if value in (0, 255) else ())
    assert (
        (found.share == 0)
        == (value in (0, 255))
        == any("no part" in w.lower() for w in found.remarks)
    )


def test_drawn_pictures_have_next_to_no_noise() -> None:
    text = np.full((400, 600), 240, np.uint8)
    for row in range(14):
        cv2.putText(text, "The quick brown fox", (8, 24 + 28 * row), 0, 0.7, 20, 1, cv2.LINE_AA)
    logo = cv2.circle(np.full((300, 300, 3), 40, np.uint8), (150, 150), 90, (200, 30, 30), -1)
    for drawn in (text, logo):
        assert in_codes(drawn) < 0.5
    assert in_codes(noised(text[:, :, None] * 0.9 / 255 + 0.03, 2)) == pytest.approx(2, rel=0.05)


def test_a_picture_of_noise_alone_is_measured_though_it_clips() -> None:
    found = measure_noise([noised(greys(0.5), 60)[:, :, 0]])
    assert found.sigma / CODE == pytest.approx(60, rel=0.1)


@pytest.mark.parametrize(
    ("pictures", "words"),
    [
        ([], "at least one picture"),
        ([np.zeros((1, 1), np.uint8)], "8 px a side, not 1x1"),
        ([np.full((20, 20), np.nan, np.float32)], "no pixel is one"),
        ([np.zeros((20, 20))], "float64"),
    ],
)
def test_what_cannot_be_measured_is_refused(pictures: list[Image], words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        measure_noise(pictures)


def test_a_result_prints_and_stores() -> None:
    found = measure_noise([jpeg(noised(soft_planes("camera", 0.7), 4)[:, :, 0], 50)])
    assert json.loads(json.dumps(found.record)) == found.record
    assert found.record["noise"] == found.sigma
    assert found.record["defects"] == ["blocky"]
    assert dict(found.rows)["noise"].endswith("/255")
    assert any("codec" in remark and remark.endswith(".") for remark in found.remarks)
    assert not any("sigma" in remark for remark in found.remarks), "which names the blur"


@pytest.mark.parametrize("broken", [{"sigma": -0.1}, {"gain": math.nan}, {"defects": ("odd",)}])
def test_impossible_results_are_refused(broken: dict) -> None:
    good = {"sigma": 0.01, "read": 0.01, "gain": 0.0, "middle": 0.01, "share": 1.0}
    MeasuredNoise(**good)
    with pytest.raises(ValueRefused):
        MeasuredNoise(**{**good, **broken})


def test_the_transform_keeps_white_noise_white() -> None:
    assert np.allclose(cosines().T @ cosines(), np.eye(64), atol=1e-6)


@pytest.mark.parametrize("quantile", [0.1, 0.3, 0.5])
def test_typical_power_is_the_mean_of_white_noise(quantile: float) -> None:
    white = np.random.default_rng(0).standard_normal((200_000, np.count_nonzero(FINE)))
    assert typical((white**2).mean(1), FINE, quantile) == pytest.approx(1, rel=0.02)
