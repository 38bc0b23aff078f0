"""Bilinear fetches: laws of the filter, and that the search finds what there is to find."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest

from rtdeconv.blur import complex_transfer, parse_blur
from rtdeconv.blur.base import Blur, Taps
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import MAX_RADIUS, Filter, on_lattice
from rtdeconv.filters.fetches import Fetches
from rtdeconv.fit import Size, fit, peak_gain
from rtdeconv.fit.fetch import FAMILY
from rtdeconv.fit.fetch_search import (
    HAIR,
    ROUNDING,
    SAMPLE_ERROR,
    distinct,
    finished,
    searched,
    solved,
)
from rtdeconv.fit.fir import fit_fir
from rtdeconv.fit.masks import fit_cross
from rtdeconv.fit.tap_error import HALF_TURN, NO_TURN, QUARTER_TURNS, tap_error, turned
from rtdeconv.grid import dense
from rtdeconv.noise import Noise
from rtdeconv.prior import Ar1
from rtdeconv.target import SAME_DB, Sampled, Target, sampled

EXACT = 1e-12
"""Two ways to add the same waves in float64."""

LARGEST_WEIGHT = 6.0
"""Weights of filters for mild blurs; their centre taps reach 4."""

CANCELLED = 3.0
"""Weights of fetches, all told, against those of the taps they add up to; 50 is a collapse."""


@dataclass(frozen=True)
class Comet(Taps):
    """A smear to the lower right: no symmetry at all."""

    mirrored: bool = False

    @property
    def symmetry(self):
        return "none"

    def _integrated(self) -> np.ndarray:
        taps = [[0, 2, 1, 0, 0], [2, 6, 4, 2, 0], [1, 4, 4, 3, 1], [0, 2, 3, 2, 1], [0, 0, 1, 1, 1]]
        padded = np.pad(np.array(taps, float), ((1, 0), (1, 0)))[:5, :5]
        return padded[:, ::-1] if self.mirrored else padded


BLURS = {
    "gaussian:0.7": parse_blur("gaussian:0.7"),
    "disk:1.5": parse_blur("disk:1.5"),
    "gaussian:2x0.6@30": parse_blur("gaussian:2x0.6@30"),
    "comet": Comet(),
}
ALLOWED = {
    "gaussian:0.7": (QUARTER_TURNS, HALF_TURN),
    "disk:1.5": (QUARTER_TURNS, HALF_TURN),
    "gaussian:2x0.6@30": (HALF_TURN,),
    "comet": (NO_TURN,),
}
FEW = (5, 7, 9, 13)

GRID_STEP = 0.01
"""How much of its error a set may lose by lying on a grid of 1/16 px."""


def _target(blur: Blur, noise: float = 1.0, **limits: float) -> Target:
    return Target(blur, Noise(noise / 255), Ar1(), **limits)


@cache
def _fetches(name: str, count: int) -> Fetches:
    found = fit(_target(BLURS[name]), FAMILY, Size(taps=count))
    assert isinstance(found, Fetches)
    return found


def _error(found: Filter, at: Sampled) -> float:
    return at.kernel_error(found.kernel())


# the filter


def test_reading_between_pixels_is_what_the_response_says() -> None:
    """A circular picture read at the offsets, each by its four pixels, against the FFT."""
    samples = ((1.75, 0.25, -1.5), (-0.5, -2.0, 0.75), (-0.25, 1.0, 1.0))
    picture = np.random.default_rng(3).normal(size=(16, 18))
    read = np.zeros_like(picture)
    for weight, dx, dy in samples:
        x, y = math.floor(dx), math.floor(dy)
        right, down = dx - x, dy - y
        for across, share_x in ((x, 1 - right), (x + 1, right)):
            for along, share_y in ((y, 1 - down), (y + 1, down)):
                read += weight * share_x * share_y * np.roll(picture, (-along, -across), (0, 1))
    wy, wx = (2 * np.pi * np.fft.fftfreq(n) for n in picture.shape)
    response = Fetches(samples).response(wy[:, None], wx[None, :])
    filtered = np.fft.ifft2(np.fft.fft2(picture) * response)
    np.testing.assert_allclose(filtered, read, atol=EXACT)


def test_four_fetches_are_a_binomial() -> None:
    half = (-0.5, 0.5)
    four = Fetches(tuple((0.25, dx, dy) for dx in half for dy in half))
    np.testing.assert_array_equal(four.kernel(), np.outer([1, 2, 1], [1, 2, 1]) / 16)
    wy, wx = np.array([0.3, 2.0]), np.array([1.1, -0.4])
    np.testing.assert_allclose(
        four.response(wy, wx), (1 + np.cos(wy)) * (1 + np.cos(wx)) / 4, atol=EXACT
    )
    assert four.label == "4 bilinear fetches"


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        ((), "1..64 fetches"),
        (((1.0, 0.0, 0.0),) * 65, "1..64 fetches"),
        (((math.nan, 0.0, 0.0),), "finite"),
        (((1e5, 0.0, 0.0),), "within"),
        (((1.1, 0.0, 0.0),), "single floats"),
        (((1.0, 7.5, 0.0),), "at most 7 px"),
        (((1.0, 0.0, math.nan),), "at most 7 px"),
        (((1.0, 0.1, 0.0),), "whole 1/256 px"),
        (((0.5, 0.25, 0.0), (0.5, 0.25, 0.0)), "add their weights"),
        (((0.5, 0.25, 0.0), (0.25, 0.5, 0.0)), "sum to exactly 1"),
    ],
)
def test_bad_samples_are_refused(samples, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        Fetches(samples)


# the fit


@pytest.mark.parametrize("count", FEW)
@pytest.mark.parametrize("name", BLURS)
def test_laws_of_every_fit(name: str, count: int) -> None:
    found = _fetches(name, count)
    weights, places = np.array(found.samples)[:, 0], np.array(found.samples)[:, 1:]
    assert len(weights) == count
    assert np.array_equal(weights.astype(np.float32), weights)
    assert np.array_equal(places, np.rint(256 * places) / 256)
    assert np.abs(places).max() <= MAX_RADIUS

    kernel, grid = found.kernel(), dense()
    assert math.fsum(kernel.ravel()) == math.fsum(weights) == 1.0
    g = found.response(grid.wy, grid.wx)
    np.testing.assert_allclose(g, complex_transfer(kernel, grid.wy, grid.wx), atol=100 * EXACT)
    if name != "comet":
        assert np.isrealobj(g)
        assert np.array_equal(kernel, kernel[::-1, ::-1])

    assert distinct(tap_error(sampled(_target(BLURS[name])), NO_TURN), -places[None, 1:]).all()
    assert np.abs(weights).max() < LARGEST_WEIGHT
    assert np.abs(weights).sum() < CANCELLED * np.abs(kernel).sum()


@pytest.mark.parametrize("name", BLURS)
def test_more_fetches_never_lose(name: str) -> None:
    at = sampled(_target(BLURS[name]))
    errors = [_error(_fetches(name, count), at) for count in FEW]
    same = 10 ** (SAME_DB / 10)
    assert errors[0] < at.expected_error(np.ones_like(at.otf))
    assert all(more <= fewer * same for fewer, more in itertools.pairwise(errors)), errors
    assert errors[-1] >= at.wiener_error()


@pytest.mark.parametrize("name", BLURS)
def test_fetches_beat_whole_pixels(name: str) -> None:
    """As many taps as fetches, on the cross and on the square, and 25 taps by 13 fetches."""
    at = sampled(_target(BLURS[name]))
    five, nine, thirteen = (_error(_fetches(name, count), at) for count in (5, 9, 13))
    slack = 1 + HAIR
    assert five <= _error(fit_cross(at, Size(taps=5)), at) * slack
    assert nine <= _error(fit_fir(at, Size(taps=3)), at) * slack
    assert thirteen <= _error(fit_fir(at, Size(taps=5)), at) * slack


def test_a_mirrored_blur_gets_mirrored_errors_only() -> None:
    """The fit follows the direction of a blur, and its filter is wrong for the mirrored one."""
    at, other = (sampled(_target(Comet(mirrored))) for mirrored in (False, True))
    found = _fetches("comet", 9)
    assert _error(found, other) > 1.5 * _error(found, at)
    assert _error(found, at) < _error(fit_fir(at, Size(taps=3)), at)


def test_the_same_request_gives_the_same_filter() -> None:
    first = _fetches("gaussian:0.7", 9)
    searched.cache_clear()
    tap_error.cache_clear()
    assert fit(_target(BLURS["gaussian:0.7"]), FAMILY, Size(taps=9)) == first


@pytest.mark.parametrize("count", FEW)
def test_the_last_digit_of_a_target_decides_nothing(count: int) -> None:
    """Mirror images leave the same error, and one of them is chosen by rule."""
    name = "gaussian:0.7"
    other = fit(_target(BLURS[name], 1 + 1e-9), FAMILY, Size(taps=count))
    places, moved = (np.array(f.samples)[:, 1:] for f in (_fetches(name, count), other))
    assert np.abs(places - moved).max() <= 1 / 256


def test_limits_of_the_target_are_obeyed() -> None:
    blur = parse_blur("gaussian:1")
    capped = fit(_target(blur, 0.5, max_gain=2.5), FAMILY, Size(taps=9))
    assert 2.0 < peak_gain(capped) <= 2.5
    fit(_target(blur, max_overshoot=0.03), FAMILY, Size(taps=9))  # verified by fit itself


def test_a_cap_that_leaves_nothing_to_do_comes_to_an_end() -> None:
    """The capped inverse is 1 at all frequencies: every error is rounding, and none is worth a
    step."""
    target = _target(parse_blur("gaussian:1"), max_gain=1.0, kind="inverse")
    form = tap_error(sampled(target), QUARTER_TURNS)
    starts = searched(tap_error(sampled(_target(parse_blur("gaussian:1"))), QUARTER_TURNS), 1)
    assert abs(finished(form, solved(form, starts.places)).errors[0]) < ROUNDING * form.power


# the search


@pytest.mark.parametrize("name", BLURS)
def test_the_quadratic_form_is_the_error_over_frequencies(name: str) -> None:
    """For places drawn at random, against responses at all frequencies of the target's grid."""
    at, turns = sampled(_target(BLURS[name])), ALLOWED[name][0]
    form = tap_error(at, turns)
    places = np.random.default_rng(5).uniform(-MAX_RADIUS, MAX_RADIUS, (1, 3, 2))
    places = np.rint(256 * places) / 256
    one = solved(form, places)
    shares = on_lattice(one.weights[0] / len(turns))
    around = [
        (float(share), *-turned(place, turn))
        for share, place in zip(shares, places[0], strict=True)
        for turn in turns
    ]
    centre = 1 - math.fsum(share for share, *_ in around)
    found = Fetches(((centre, 0.0, 0.0), *around))
    price = SAMPLE_ERROR * form.power * np.sum(one.weights**2) / len(turns)
    least = at.wiener_error() + one.errors[0] - price
    assert math.isclose(_error(found, at), least, rel_tol=1e-6)  # weights moved to their lattice


@pytest.mark.parametrize("name", BLURS)
def test_no_step_of_a_place_is_an_improvement(name: str) -> None:
    """Of 1/256 px to any neighbour, the weights of all fetches solved again."""
    at = sampled(_target(BLURS[name]))
    for turns in ALLOWED[name]:
        form = tap_error(at, turns)
        best = finished(form, searched(form, 3))
        for k, x, y in itertools.product(range(3), (-1, 0, 1), (-1, 0, 1)):
            places = best.places.copy()
            places[0, k] = np.clip(places[0, k] + np.array([x, y]) / 256, -MAX_RADIUS, MAX_RADIUS)
            if distinct(form, places)[0]:
                there = solved(form, places).errors[0]
                assert there >= best.errors[0] - HAIR * form.untouched


@pytest.mark.parametrize("name", ["gaussian:0.7", "gaussian:1.5", "disk:1.5"])
def test_one_set_is_the_best_of_all_places(name: str) -> None:
    """Every place 1/16 px apart within 4 px, by responses at the frequencies of a small grid."""
    target, grid = _target(parse_blur(name)), dense(32)
    h, s = target.blur.otf(grid.wy, grid.wx), target.prior.spectrum(grid.wy, grid.wx)
    power = h * h * s + target.noise.power
    at = Sampled(grid, target, h, h * h, s, h * s / power, "mse", power)
    wave = {x: _between(x, grid.wx) for x in np.arange(-64, 65) / 16}
    wave_y = {y: _between(y, grid.wy) for y in wave}
    weight, least = grid.weight * power, math.inf
    for x, y in itertools.product(np.arange(1, 65) / 16, np.arange(65) / 16):
        basis = (wave[x] * wave_y[y] + wave[-y] * wave_y[x]).real / 2 - 1
        pull = np.sum(weight * basis * (at.wanted - 1))
        own = np.sum(weight * basis**2) + SAMPLE_ERROR * np.sum(weight) / 4
        least = min(least, np.sum(weight * (at.wanted - 1) ** 2) - pull**2 / own)
    form = tap_error(at, QUARTER_TURNS)
    found = finished(form, searched(form, 1)).errors[0]
    assert found <= least + HAIR * form.untouched
    assert found >= least * (1 - GRID_STEP)


def _between(offset: float, w: np.ndarray) -> np.ndarray:
    """Response per axis of a fetch at an offset: its two pixels, mixed."""
    low = math.floor(offset)
    part = offset - low
    return (1 - part) * np.exp(-1j * low * w) + part * np.exp(-1j * (low + 1) * w)


@pytest.mark.parametrize("turns", [QUARTER_TURNS, HALF_TURN], ids=["quarter", "half"])
@pytest.mark.parametrize("name", ["gaussian:0.7", "gaussian:1.5", "disk:1", "disk:2.5", "box:3"])
def test_no_pair_of_places_on_a_grid_is_better(name: str, turns) -> None:
    """Every two sets 1/3 px apart within 4 px, against the search for two sets."""
    form = tap_error(sampled(_target(parse_blur(name))), turns)
    steps = np.arange(-12, 13) / 3
    places = np.stack(np.meshgrid(steps, steps[12:]), -1).reshape(-1, 2)
    if turns is QUARTER_TURNS:
        places = places[places[:, 0] > 0]
    first, second = np.triu_indices(len(places), 1)
    pairs = np.stack([places[first], places[second]], axis=1)
    pairs = pairs[distinct(form, pairs)]
    least = min(solved(form, part).errors.min() for part in np.array_split(pairs, 16))
    assert finished(form, searched(form, 2)).errors[0] <= least + HAIR * form.untouched
