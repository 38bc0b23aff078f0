"""What adaptive filters go by: structure, activity, direction, limits, steadiness."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rtdeconv import activity
from rtdeconv.light import LIGHTS, LUMA, decode, encode
from rtdeconv.noise import Noise

SIDE = 256
POWER = Noise(2 / 255).power


def nine(planes: np.ndarray) -> list[np.ndarray]:
    """The pixels around each, by rows, borders wrapped."""
    return [np.roll(planes, (-dy, -dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


def structure_of(planes: np.ndarray, detail: float = 1.0, light="encoded") -> np.ndarray:
    return activity.structure(nine(planes), activity.gauge(POWER, detail, light))


def noise_of(channels: int) -> np.ndarray:
    return np.random.default_rng(1).standard_normal((SIDE, SIDE, channels)) * POWER**0.5


@pytest.mark.parametrize("detail", [1.0, 4.0])
@pytest.mark.parametrize("channels", [1, 3])
def test_noise_alone_has_the_energy_1(channels: int, detail: float) -> None:
    found = structure_of(0.5 + noise_of(channels), detail)
    energy = found[..., 2].mean()
    print(f"mean energy of noise {energy:.4f}")
    assert energy == pytest.approx(1.0, abs=0.02)
    assert np.abs(found[..., :2].mean((0, 1))).max() < 0.02


@pytest.mark.parametrize("light", LIGHTS)
def test_noise_alone_has_about_the_energy_1_at_every_brightness(light) -> None:
    """Slopes are fitted to within 4.2 dB, the mean error being 1.2 dB."""
    errors_db = []
    for grey in (0.1, 0.3, 0.5, 0.7, 0.9):
        planes = np.asarray(decode(grey + noise_of(1), light))
        energy = structure_of(planes, light=light)[..., 2].mean()
        errors_db.append(10 * np.log10(energy))
    print(light, np.round(errors_db, 2))
    assert np.abs(errors_db).max() < 4.2 and abs(np.mean(errors_db)) < 1.5


@pytest.mark.parametrize("light", [light for light in LIGHTS if light != "encoded"])
def test_slopes_follow_the_curves(light) -> None:
    a, b, c = activity.SLOPES[light]
    v = np.linspace(0.02, 1, 500)
    slope = (decode(v + 1e-5, light) - decode(v - 1e-5, light)) / 2e-5
    y = np.asarray(decode(v, light))
    errors_db = 10 * np.log10((a + b * y + c * y * y) / slope**2)
    print(light, f"worst {np.abs(errors_db).max():.2f} dB")
    assert np.abs(errors_db).max() < 4.2
    assert np.allclose(encode(y, light), v, atol=1e-6)


@pytest.mark.parametrize("degrees", [0, 30, 45, 60, 90, 135])
def test_a_ramp_shows_its_direction(degrees: float) -> None:
    angle = np.deg2rad(degrees)
    y, x = np.mgrid[:32, :32]
    ramp = 0.01 * (np.cos(angle) * x + np.sin(angle) * y)[:, :, None]
    found = structure_of(ramp)[16, 16]
    c, s, held = activity.direction(found)
    expected = 1 / (1 + activity.HALF / found[2])
    assert (c, s) == (
        pytest.approx(expected * np.cos(2 * angle), abs=1e-6),
        pytest.approx(expected * np.sin(2 * angle), abs=1e-6),
    )
    assert held == 0
    assert found[2] == pytest.approx(0.01**2 * activity.gauge(POWER, 1.0, "encoded").gain)


@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 3]), st.floats(0.001, 1))
@settings(max_examples=25, deadline=None)
def test_structure_is_bounded_and_a_direction_too(seed: int, channels: int, size: float) -> None:
    planes = np.random.default_rng(seed).random((16, 16, channels)) * size
    found = structure_of(planes)
    c, s, held = activity.direction(found)
    assert found[..., 2].min() >= 0
    assert found[..., 2].max() <= (activity.MOST + activity.MARK) * (1 + 1e-9)
    assert np.abs(found).max() < 65504, "half floats hold it"
    assert (np.hypot(c, s) <= 1 + 1e-9).all() and held.min() >= 0 and held.max() <= 1


def test_colour_counts_as_luma_does() -> None:
    grey = 0.5 + 0.1 * np.random.default_rng(3).random((16, 16, 1))
    alike = structure_of(np.repeat(grey, 3, axis=2))
    assert np.allclose(alike, structure_of(grey))
    for channel, share in enumerate(LUMA):
        planes = np.full((16, 16, 3), 0.5)
        planes[..., channel] = grey[..., 0]
        assert np.allclose(structure_of(planes)[..., 2], share * structure_of(grey)[..., 2])


def test_cut_corners_are_marked_and_rounded_ones_are_not() -> None:
    """A bright step blurred and then clipped, and clipped and then blurred."""
    x = np.arange(64)
    bright = np.where((x > 20) & (x < 44), 3.0, 0.2)
    taps = np.array([0.05, 0.25, 0.4, 0.25, 0.05])
    for line, is_cut in (
        (np.clip(np.convolve(bright, taps, "same"), 0, 1), True),
        (np.convolve(np.clip(bright, 0, 1), taps, "same"), False),
    ):
        planes = np.tile(line, (8, 1))[:, :, None]
        _, _, held = activity.direction(structure_of(planes))
        inside = held[4, 8:-8]
        assert (inside.max() == 1) == is_cut
        assert np.flatnonzero(inside > 0).size <= 4


def test_grain_at_white_is_no_corner() -> None:
    """Of a white wall with the stated noise, clipped: fewer than one pixel in a thousand."""
    for sigma in (1 / 255, 5 / 255, 20 / 255):
        by = activity.gauge(Noise(sigma).power, 4.0, "encoded")
        wall = 0.99 + np.random.default_rng(6).standard_normal((SIDE, SIDE, 3)) * sigma
        found = activity.structure(nine(np.clip(wall, 0, 1)), by)
        marked = (found[..., 2] > activity.MOST).mean()
        print(f"noise {255 * sigma:.0f}: {1e6 * marked:.0f} in a million")
        assert marked < 1e-3


def test_bright_unclipped_light_is_not_marked() -> None:
    line = np.where(np.arange(32) > 16, 5.0, 0.1)
    planes = np.tile(line, (8, 1))[:, :, None]
    assert activity.direction(structure_of(planes, light="linear"))[2][4, 4:-4].max() == 0


@pytest.mark.parametrize("count", [2, 3, 5, 9])
def test_curves_pass_through_their_values(count: int) -> None:
    values = np.random.default_rng(4).random(count).tolist()
    low, high = activity.OCTAVES
    energies = 2.0 ** np.linspace(low, high, count)
    at = activity.position(energies, count)
    assert np.allclose(at, np.arange(count))
    assert np.allclose(activity.curve(values, activity.rises(at, count)), values)
    beyond = activity.position(np.array([0.0, 1e9]), count)
    assert np.allclose(activity.curve(values, activity.rises(beyond, count)), values[:: count - 1])


def test_a_still_frame_stays_and_a_cut_starts_anew() -> None:
    now = structure_of(0.5 + noise_of(1))
    assert np.array_equal(activity.steadied(now, now, now, now), now)
    other = now + 100.0
    assert np.array_equal(activity.steadied(other, now, other, now), other)


def test_noise_is_averaged_over_frames() -> None:
    rng = np.random.default_rng(5)
    frames = [structure_of(0.5 + rng.standard_normal((64, 64, 1)) * POWER**0.5) for _ in range(12)]
    mean = np.ones(3)
    kept = frames[0]
    for frame in frames[1:]:
        kept = activity.steadied(frame, kept, frame * 0 + mean, kept * 0 + mean)
    ratio = kept[..., 2].var() / frames[-1][..., 2].var()
    share = activity.KEPT
    print(f"variance of steadied structure {ratio:.3f} of a frame's own")
    assert ratio == pytest.approx((1 - share) / (1 + share), rel=0.2)
