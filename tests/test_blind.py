"""Blur measured from ordinary pictures: laws, hostile pictures, and the blur ``auto``."""

from __future__ import annotations

import json
import math
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data

import rtdeconv as rt
from rtdeconv.blur import Gaussian, gaussian_line
from rtdeconv.designer import compare_measured
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate import Measured, measure
from rtdeconv.estimate.blind.features import features, rings
from rtdeconv.estimate.blind.measured import CODEC_NOISE
from rtdeconv.estimate.blind.network import calibration, learned, unlearned
from rtdeconv.estimate.blind.oriented import Lean, lean, oriented
from rtdeconv.estimate.blind.tiles import MOST_TILES, SIDE_PX, edged_tiles
from rtdeconv.metrics import psnr_db
from rtdeconv.pixels import Image

NOISE = 1 / 255


def degraded(picture: Image, sigma_px: float, noise: float = NOISE, seed: int = 0) -> Image:
    """Blurred by gaussian:S on encoded values, noisy, 8 bits."""
    plane = picture.astype(np.float64) / 255
    if sigma_px:
        line = gaussian_line(sigma_px, math.ceil(6 * sigma_px))
        plane = cv2.sepFilter2D(plane, -1, line, line, borderType=cv2.BORDER_REPLICATE)
    plane = plane + np.random.default_rng(seed).standard_normal(plane.shape) * noise
    return np.rint(np.clip(plane, 0, 1) * 255).astype(np.uint8)


def holds(found: Measured, sigma_px: float, slack: float = 0.03) -> bool:
    """Whether the interval, a little wider, has the truth."""
    return found.sigma_px_low - slack <= sigma_px <= found.sigma_px_high + slack


CAMERA = skimage.data.camera()
COFFEE = skimage.data.coffee()


@pytest.mark.parametrize("sigma_px", [0.6, 1.0, 1.6, 2.4])
@pytest.mark.parametrize("noise", [0.5, 3.0])
def test_a_known_blur_is_found(sigma_px: float, noise: float) -> None:
    found = measure([degraded(CAMERA, sigma_px, noise / 255)])
    print(found.said)
    assert holds(found, sigma_px)
    assert found.sigma_px == pytest.approx(sigma_px, rel=0.2)


def test_larger_blurs_measure_larger() -> None:
    said = [measure([degraded(COFFEE, s)]).sigma_px for s in (0.4, 0.8, 1.2, 1.8, 2.6)]
    assert said == sorted(said)


def test_turned_and_flipped_pictures_measure_alike() -> None:
    soft = degraded(CAMERA, 1.1)
    upright = measure([soft]).sigma_px
    for other in (soft.T, soft[::-1], soft[:, ::-1]):
        assert measure([np.ascontiguousarray(other)]).sigma_px == pytest.approx(upright, abs=0.1)


def test_all_kinds_of_pixels_measure_alike() -> None:
    soft = degraded(COFFEE, 1.2)
    alpha = np.dstack([soft, np.full(soft.shape[:2], 9, np.uint8)])
    deep = soft.astype(np.uint16) * 257
    floats = (soft / 255).astype(np.float32)
    plain = measure([soft])
    for other in (alpha, deep, floats):
        found = measure([other])
        assert found.sigma_px == pytest.approx(plain.sigma_px, abs=0.1)


def test_frames_of_one_blur_are_measured_together() -> None:
    frames = [degraded(COFFEE, 1.3, seed=seed) for seed in range(4)]
    assert holds(measure(frames), 1.3)


def test_bars_do_not_matter() -> None:
    soft = degraded(CAMERA, 1.0)
    barred = np.pad(soft, ((80, 80), (0, 0)))
    assert measure([barred]).sigma_px == pytest.approx(measure([soft]).sigma_px, abs=0.15)


def test_a_sharp_caption_does_not_make_a_soft_frame_sharp() -> None:
    soft = degraded(skimage.data.astronaut(), 2.0)
    cv2.putText(soft, "REC 12:45:07", (20, 60), 0, 1.5, (250, 250, 250), 2)
    cv2.putText(soft, "score 4711", (20, 480), 0, 1.5, (250, 250, 20), 2)
    found = measure([soft])
    print(found.said)
    assert found.sigma_px > 1.4


def _logo() -> Image:
    logo = np.full((300, 300), 40, np.uint8)
    cv2.circle(logo, (150, 150), 90, 200, -1)
    return logo


def _screen() -> Image:
    screen = np.full((600, 800), 245, np.uint8)
    for row in range(30, 600, 24):
        cv2.putText(screen, "int main(void) { return 0; } // text", (10, row), 0, 0.6, 20, 1)
    return screen


@pytest.mark.parametrize(
    "picture",
    [
        np.full((200, 200, 3), 128, np.uint8),
        np.zeros((200, 200), np.uint8),
        np.full((200, 200), 255, np.uint8),
        np.random.default_rng(0).integers(0, 256, (256, 256), np.uint8),
        (np.random.default_rng(1).standard_normal((256, 256)) * 8 + 128).astype(np.uint8),
        CAMERA[:16, :16],
        np.full((128, 128), np.nan, np.float32),
        _logo(),
        _screen(),
    ],
    ids=["grey", "black", "white", "static", "noise", "tiny", "nan", "logo", "text"],
)
def test_where_there_is_nothing_to_undo_nothing_is(picture: Image) -> None:
    try:
        found = measure([picture])
    except ValueRefused as refusal:
        assert "noise is measured" in str(refusal)
        return
    print(found.said)
    assert found.blur is None
    assert all(math.isfinite(x) for x in (found.sigma_px, found.sigma_px_high, found.prior_var))
    assert 0 <= found.confidence <= 1


def test_numbers_that_are_none_are_left_out() -> None:
    soft = (degraded(CAMERA, 1.2) / 255).astype(np.float32)
    soft[100:110, 100:110] = np.nan
    soft[300, 300:305] = np.inf
    soft[20, 20] = 3e38
    assert holds(measure([soft]), 1.2)


def test_no_pictures_are_refused() -> None:
    with pytest.raises(ValueRefused, match="at least one picture"):
        measure([])


@pytest.mark.parametrize("name", ["camera", "coffee", "astronaut", "chelsea", "motorcycle_left"])
def test_a_round_blur_has_no_direction(name: str) -> None:
    if name == "motorcycle_left":
        picture = skimage.data.stereo_motorcycle()[0][:500, :700]
    else:
        picture = getattr(skimage.data, name)()
    for sigma_px in (0.0, 0.8, 1.6):
        assert measure([degraded(picture, sigma_px)]).oriented is None


@pytest.mark.parametrize("angle_deg", [0.0, 30.0, 90.0, 135.0])
def test_a_long_blur_is_found_along_its_direction(angle_deg: float) -> None:
    taps = Gaussian(2.2, 0.8, angle_deg).psf()
    astray = []
    for seed, picture in enumerate((CAMERA, COFFEE, skimage.data.astronaut())):
        plane = cv2.filter2D(picture.astype(np.float64), -1, taps[::-1, ::-1])
        noisy = plane + np.random.default_rng(seed).standard_normal(plane.shape)
        found = measure([np.clip(np.rint(noisy), 0, 255).astype(np.uint8)]).oriented
        if found is not None:
            print(found.spec)
            assert found.sigma_px > 1.25 * (found.sigma_y_px or 0)
            astray.append(abs((found.angle_deg - angle_deg + 90) % 180 - 90))
    assert len(astray) == 3
    assert max(astray) < 10


@pytest.mark.parametrize("name", ["camera", "coffee", "chelsea", "astronaut"])
def test_a_mirrored_picture_leans_the_mirrored_way(name: str) -> None:
    soft = degraded(getattr(skimage.data, name)()[:384, :384], 1.0)
    found, turned = (
        lean(edged_tiles([np.ascontiguousarray(one)]), NOISE**2) for one in (soft, soft[:, ::-1])
    )
    assert found is not None and turned is not None
    assert turned.size_px2 == pytest.approx(found.size_px2, abs=0.03)
    assert math.cos(math.radians(2 * (found.angle_deg + turned.angle_deg))) > 0.9


@pytest.mark.parametrize("sigma_px", [5.0, 9.0])
def test_of_wider_blurs_than_were_calibrated_nothing_is_believed(sigma_px: float) -> None:
    found = measure([degraded(CAMERA, sigma_px)])
    assert found.sigma_px_low <= sigma_px <= found.sigma_px_high
    assert found.blur is None and found.oriented is None and found.confidence < 0.5


def test_of_frames_that_differ_the_sharpest_counts() -> None:
    sharp, soft = degraded(COFFEE, 0.0), degraded(skimage.data.astronaut(), 2.2)
    found = measure([soft, sharp, soft])
    assert found.differ and found.blur is None
    assert not measure([degraded(COFFEE, 1.2), degraded(skimage.data.astronaut(), 1.2)]).differ


def test_equal_frames_tell_no_more_than_one() -> None:
    soft = degraded(COFFEE, 1.2)
    alone, many = measure([soft]), measure([soft] * 8)
    assert many.sigma_px == pytest.approx(alone.sigma_px, abs=0.12)
    assert many.oriented is None


@pytest.mark.parametrize("quality", [20, 50, 85])
def test_what_a_codec_left_is_not_undone(quality: int) -> None:
    soft = degraded(COFFEE, 1.2)
    packed = cv2.imencode(".jpg", soft, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    shown = cv2.imdecode(packed, cv2.IMREAD_COLOR)
    made = rt.design("auto", like=[shown], light="encoded")
    gain = psnr_db(made.apply(shown) / 255, COFFEE / 255) - psnr_db(shown / 255, COFFEE / 255)
    print(made, gain)
    assert gain > -0.1
    assert made.target.noise.sigma >= CODEC_NOISE


def test_a_single_array_is_no_list() -> None:
    with pytest.raises(ValueRefused, match="as a list"):
        measure(CAMERA)


def test_the_calibration_is_one_of_these_features() -> None:
    """Whoever changes a feature calibrates anew: `tools/calibrate_blind.py`, then this file."""
    recorded = json.loads((Path(__file__).parent / "data" / "blind_features.json").read_text())
    tiles = edged_tiles([CAMERA])
    found = features(tiles, rings(tiles, NOISE**2))
    assert found is not None
    assert found == pytest.approx(recorded, abs=1e-3)


def test_tiles_are_spread_over_all_pictures() -> None:
    assert edged_tiles([CAMERA]).shape == (MOST_TILES, SIDE_PX, SIDE_PX)
    assert len(edged_tiles([CAMERA] * 4)) == MOST_TILES
    assert len(edged_tiles([])) == 0
    assert len(edged_tiles([CAMERA[:60]])) == 0


def test_white_noise_has_no_signal() -> None:
    noisy = np.random.default_rng(0).normal(0.5, 0.02, (56, SIDE_PX, SIDE_PX)).astype(np.float32)
    found = rings(noisy, 0.02**2)
    assert np.abs(found.signal.mean(0)).max() < 0.1 * 0.02**2
    assert features(noisy, found) is None


def test_contrast_and_noise_together_change_no_feature_but_the_noise() -> None:
    tiles = edged_tiles([degraded(CAMERA, 1.0)])
    both = (tiles, (8 / 255) ** 2), (tiles / 2, (4 / 255) ** 2)
    strong, faint = (features(each, rings(each, power)) for each, power in both)
    assert strong is not None and faint is not None
    same = np.arange(len(strong)) != len(strong) - 2
    assert faint[same] == pytest.approx(strong[same], abs=2e-3)
    assert strong[~same] - faint[~same] == pytest.approx(math.log(2))


def test_nothing_leans_nowhere() -> None:
    assert lean(edged_tiles([]), NOISE**2) is None
    flat = lean(np.zeros((4, SIDE_PX, SIDE_PX), np.float32), NOISE**2)
    assert oriented(flat, 1.0) is None


@pytest.mark.parametrize("sizes", [(2.0, 1.0), (1.5, 0.5), (3.0, 1.0)])
def test_an_oriented_blur_is_made_of_its_mean_and_lean(sizes: tuple[float, float]) -> None:
    along, across = sizes
    made = oriented(Lean((along**2 - across**2) / 2, 40.0), math.sqrt(along * across))
    assert made is not None
    assert (made.sigma_px, made.sigma_y_px) == pytest.approx(sizes, abs=1e-3)
    assert made.angle_deg == 40


def test_what_networks_learn_is_undone() -> None:
    for sigma_px in (0.1, 1.0, 3.0):
        assert unlearned(float(learned(np.array(sigma_px)))) == pytest.approx(sigma_px)
    assert unlearned(-5.0) == 0


def test_features_from_afar_give_finite_answers() -> None:
    for sign in (-1, 1):
        said = calibration().sigma_px(np.full(52, sign * 1e3))
        assert all(math.isfinite(value) and value >= 0 for value in said)


def test_auto_undoes_what_it_measures() -> None:
    soft = degraded(CAMERA, 1.3)
    made = rt.design("auto", like=[soft], light="encoded")
    gain = psnr_db(made.apply(soft) / 255, CAMERA / 255) - psnr_db(soft / 255, CAMERA / 255)
    print(made, gain)
    assert gain > 1
    assert made.target.noise.sigma == pytest.approx(NOISE, rel=0.3)


def test_options_that_are_given_stay() -> None:
    soft = degraded(CAMERA, 1.3)
    made = rt.design("auto", like=[soft], noise=3 / 255, sigma_range=5, prior_var=0.1)
    target = made.target
    assert (target.noise.sigma, target.spread, target.prior.var) == (3 / 255, 0.05, 0.1)


def test_auto_without_pictures_is_refused() -> None:
    with pytest.raises(ValueRefused, match="auto is measured from"):
        rt.design("auto")


@pytest.mark.parametrize("name", ["camera", "coffee", "astronaut", "brick", "page", "text"])
def test_sharp_pictures_stay_as_they_are(name: str) -> None:
    sharp = getattr(skimage.data, name)()
    shown = degraded(sharp, 0.0)
    made = rt.design("auto", like=[shown], light="encoded")
    change = psnr_db(made.apply(shown) / 255, sharp / 255) - psnr_db(shown / 255, sharp / 255)
    print(made, change)
    assert change > -0.4


def test_a_measurement_can_be_designed_for_again() -> None:
    found = measure([degraded(CAMERA, 1.3)])
    survey = compare_measured(found, fetches=9)
    assert survey.chosen.plan.fetches <= 9
    assert survey.chosen.target.blur == found.blur
