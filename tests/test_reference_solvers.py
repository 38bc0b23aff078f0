"""Laws of every registered iterative solver; closed forms; scikit-image's Richardson-Lucy."""

from __future__ import annotations

import itertools
import math
import sys
from itertools import islice

import numpy as np
import pytest
import pywt
from reference_scenes import (
    BLUR,
    NOISE,
    ROUNDING,
    SIZE,
    Lopsided,
    problem,
    psnr_db,
    scene,
    seen,
    spectrum,
)
from scipy import ndimage
from skimage import restoration

from rtdeconv.blur import Gaussian
from rtdeconv.errors import RtdError, ValueRefused
from rtdeconv.grid import fft_frequencies
from rtdeconv.noise import Noise
from rtdeconv.prior import Ar1
from rtdeconv.reference import FULL_FFT, SOLVERS, SURROUNDS, Problem, blurring
from rtdeconv.reference.linear import (
    ictm,
    landweber,
    landweber_plus,
    regularised_cost,
    tikhonov_miller,
    van_cittert,
)
from rtdeconv.reference.richardson_lucy import richardson_lucy, richardson_lucy_tv
from rtdeconv.reference.wavelets import LEVELS, Shrinkage, estimated_shrinkage, fista, ista

UPHILL = 1e-12
"""How much of an objective rounding may add to it."""


def _nth(estimates, count: int) -> np.ndarray:
    return next(islice(estimates, count - 1, None))


def _otf(blur) -> np.ndarray:
    return blur.otf(*fft_frequencies(SIZE))


# --- every solver


@pytest.mark.parametrize("border", SURROUNDS)
@pytest.mark.parametrize("name", SOLVERS)
def test_grey_stays_grey(name, border) -> None:
    model = blurring(BLUR, SIZE, border)
    grey = np.full((*model.scene, 3), 0.37)
    one = Problem(model.apply(grey), BLUR, NOISE, Ar1(), border)
    for x in islice(SOLVERS[name].iterates(one, grey), 12):
        np.testing.assert_allclose(x, grey, atol=ROUNDING)
    if border != "zero":
        found = SOLVERS[name].solve(one.picture, BLUR, noise=NOISE, border=border)
        np.testing.assert_allclose(found, one.picture, atol=ROUNDING)


@pytest.mark.parametrize("border", SURROUNDS)
@pytest.mark.parametrize("name", SOLVERS)
def test_every_solver_gains_under_every_border(name, border) -> None:
    truth, soft = seen(border)
    found = SOLVERS[name].solve(soft, BLUR, noise=NOISE, border=border, iterations=40)
    gain = psnr_db(found, truth) - psnr_db(soft, truth)
    print(f"{name}, {border}: {gain:.2f} dB")
    assert gain > 1


@pytest.mark.parametrize("name", SOLVERS)
def test_light_goes_back_to_where_it_came_from(name) -> None:
    """Under a PSF that moves a third of the light aside: a transposed H would move it further."""
    dot = np.full(SIZE, 0.1)
    dot[20, 15:18] = 0.9
    blur, noise = Lopsided(), Noise(0.0, 16)
    soft = Problem(dot[:, :, None], blur, noise, Ar1(), "wrap").model.apply(dot[:, :, None])
    found = SOLVERS[name].solve(soft, blur, noise=noise, border="wrap")
    places = np.arange(SIZE[1])

    def centroid(planes: np.ndarray) -> float:
        row = planes.reshape(SIZE)[20] - 0.1
        return float(row @ places / row.sum())

    assert centroid(soft) == pytest.approx(16 + 1 / 3, abs=ROUNDING)
    assert centroid(found) == pytest.approx(16, abs=0.02)


@pytest.mark.parametrize("name", SOLVERS)
def test_equal_channels_are_one_picture(name) -> None:
    _, soft = seen("clamp")
    alone = SOLVERS[name].solve(soft[:, :, 0], BLUR, noise=NOISE, iterations=6)
    three = SOLVERS[name].solve(np.repeat(soft, 3, axis=2), BLUR, noise=NOISE, iterations=6)
    assert alone.shape == SIZE and three.shape == (*SIZE, 3)
    for channel in range(3):
        np.testing.assert_allclose(three[:, :, channel], alone, atol=ROUNDING)


@pytest.mark.parametrize("name", SOLVERS)
def test_the_callback_hears_each_iteration_once(name) -> None:
    _, soft = seen("wrap")
    heard: list[tuple[int, float]] = []
    SOLVERS[name].solve(
        soft,
        BLUR,
        noise=Noise(0.0, 16),
        border="wrap",
        iterations=5,
        tolerance=0,
        callback=lambda iteration, change: heard.append((iteration, change)),
    )
    assert [iteration for iteration, _ in heard] == [1, 2, 3, 4, 5]
    one = problem(noise=Noise(0.0, 16))
    one = Problem(soft, BLUR, one.noise, one.prior, "wrap")
    start = SOLVERS[name].start(one)
    path = [start, *islice(SOLVERS[name].iterates(one, start), 5)]
    for (_, change), (before, after) in zip(heard, itertools.pairwise(path), strict=True):
        assert change == pytest.approx(np.linalg.norm(after - before) / np.linalg.norm(before))


@pytest.mark.parametrize("name", SOLVERS)
def test_a_solver_stops_at_its_tolerance_and_not_before(name) -> None:
    _, soft = seen("wrap")
    tolerance, changes = 2e-3, []
    SOLVERS[name].solve(
        soft,
        BLUR,
        noise=Noise(0.0, 16),
        border="wrap",
        iterations=400,
        tolerance=tolerance,
        callback=lambda _, change: changes.append(change),
    )
    assert len(changes) < 400
    assert changes[-1] <= tolerance
    assert all(change > tolerance for change in changes[:-1])


@pytest.mark.parametrize("name", [n for n, solver in SOLVERS.items() if solver.stop == "explained"])
def test_unregularised_solvers_stop_once_the_noise_explains_the_rest(name) -> None:
    """Morozov: the first estimate whose residual is no more than noise, and no later one."""
    noise = Noise(2 / 255)
    one, count = problem(noise=noise), [0]
    found = SOLVERS[name].solve(
        one.picture,
        BLUR,
        noise=noise,
        border="wrap",
        callback=lambda iteration, _: count.__setitem__(0, iteration),
    )
    path = list(islice(SOLVERS[name].iterates(one, one.as_seen()), count[0]))
    assert 1 <= count[0] < SOLVERS[name].iterations
    assert [one.is_explained_by(x) for x in path] == [False] * (count[0] - 1) + [True]
    np.testing.assert_array_equal(found, path[-1])


@pytest.mark.parametrize("name", SOLVERS)
def test_no_iterations_are_the_start(name) -> None:
    one = problem()
    found = SOLVERS[name].solve(one.picture, BLUR, noise=NOISE, border="wrap", iterations=0)
    np.testing.assert_array_equal(found, SOLVERS[name].start(one))


def test_bad_requests_are_refused() -> None:
    solve, grey = SOLVERS["landweber"].solve, np.full((8, 8), 0.5)
    for wrong, words in (
        ({"iterations": -1}, "whole number from 0"),
        ({"iterations": 1.5}, "whole number from 0"),
        ({"tolerance": math.nan}, "number from 0"),
        ({"border": "vaild"}, "did you mean 'valid'"),
    ):
        with pytest.raises(ValueRefused, match=words):
            solve(grey, BLUR, noise=NOISE, **wrong)


# --- closed forms


@pytest.mark.parametrize("blur", [BLUR, Lopsided()], ids=lambda blur: blur.spec)
def test_landweber_after_k_steps(blur) -> None:
    one, k = problem(blur=blur), 7
    h = _otf(blur)
    response = (1 - (1 - np.abs(h) ** 2) ** k) / h
    found = _nth(landweber(one, np.zeros_like(one.picture)), k)
    np.testing.assert_allclose(spectrum(found), spectrum(one.picture) * response, atol=1e-8)


@pytest.mark.parametrize("blur", [BLUR, Lopsided()], ids=lambda blur: blur.spec)
def test_van_cittert_after_k_steps(blur) -> None:
    one, k = problem(blur=blur), 7
    h = _otf(blur)
    response = (1 - (1 - h) ** (k + 1)) / h
    found = _nth(van_cittert(one, one.picture), k)
    np.testing.assert_allclose(spectrum(found), spectrum(one.picture) * response, atol=1e-8)


@pytest.mark.parametrize(("method", "steps"), [(tikhonov_miller, 3000), (ictm, 60)])
def test_tikhonov_and_millers_limit_is_the_full_fft_solution(method, steps) -> None:
    """Of a scene far from black, so that x >= 0 never holds anything back."""
    noise = Noise(8 / 255)
    one = problem(noise=noise)
    bright = Problem(one.picture + 1, BLUR, noise, Ar1(), "wrap")
    wanted = FULL_FFT["laplacian"].solve(bright.picture, BLUR, noise=noise, border="wrap")
    found = _nth(method(bright, bright.picture), steps)
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_ista_that_shrinks_nothing_is_landweber() -> None:
    one = problem("clamp")
    ours = islice(ista(one, one.as_seen(), weight=0.0), 5)
    for found, wanted in zip(ours, landweber(one, one.as_seen()), strict=False):
        np.testing.assert_allclose(found, wanted, atol=ROUNDING)


# --- objectives


@pytest.mark.parametrize("border", SURROUNDS)
def test_landweber_never_raises_the_residual(border) -> None:
    for method in (landweber, landweber_plus):
        one = problem(border)
        start = np.maximum(one.as_seen(), 0)
        _assert_falls([_squares(one.residual(x)) for x in [start, *islice(method(one, start), 30)]])


@pytest.mark.parametrize("border", SURROUNDS)
def test_tikhonov_and_miller_never_raise_their_objective(border) -> None:
    """A night scene: most of it black, so that ICTM's clipping acts throughout."""
    one = Problem(seen(border)[1] - 0.3, BLUR, NOISE, Ar1(), border)
    penalty = one.target.laplacian_penalty()
    for method in (tikhonov_miller, ictm):
        path = list(islice(method(one, np.maximum(one.as_seen(), 0)), 40))
        _assert_falls([regularised_cost(one, x, penalty) for x in path])
    assert path[-1].min() == 0.0 < np.mean(path[-1] == 0.0)


def test_ictm_finds_the_constrained_minimum() -> None:
    """Karush, Kuhn and Tucker: no slope where x > 0, none downhill into x < 0 elsewhere."""
    one = Problem(seen("wrap")[1] - 0.3, BLUR, Noise(8 / 255), Ar1(), "wrap")
    penalty = one.target.laplacian_penalty()
    x = _nth(ictm(one, one.as_seen()), 400)

    def bend(planes: np.ndarray) -> np.ndarray:
        return ndimage.laplace(planes[:, :, 0], mode="grid-wrap")[:, :, None]

    slope = one.descent(x) - penalty * bend(bend(x))
    assert np.abs(slope[x > 0]).max() < 1e-5
    assert slope[x == 0].max() < 1e-5


@pytest.mark.parametrize("method", [landweber_plus, ictm, richardson_lucy, richardson_lucy_tv])
def test_light_is_never_negative(method) -> None:
    one = Problem(seen("clamp")[1] - 0.3, BLUR, NOISE, Ar1(), "clamp")
    for x in islice(method(one, one.as_seen()), 10):
        assert x.min() >= 0


def test_richardson_lucy_keeps_the_light_and_climbs_its_likelihood() -> None:
    one = problem()
    y = one.picture
    path = list(islice(richardson_lucy(one, one.as_seen()), 30))
    for x in path:
        assert x.sum() == pytest.approx(y.sum(), rel=ROUNDING)
    expected = [one.model.apply(x) for x in path]
    _assert_falls([float(np.sum(ax - y * np.log(ax))) for ax in expected])


def test_richardson_lucy_is_scikit_images() -> None:
    """``skimage.restoration.richardson_lucy(padded, psf, num_iter=6, clip=False)`` starts from
    constant .5 and pads with black: the picture is repeated so far that black never arrives."""
    count, blur = 6, Gaussian(0.7)
    one = problem(blur=blur)
    far = 2 * count * (len(blur.psf()) // 2)
    padded = np.pad(one.picture[:, :, 0], far, mode="wrap")
    wanted = restoration.richardson_lucy(padded, blur.psf(), num_iter=count, clip=False)
    found = _nth(richardson_lucy(one, np.full_like(one.picture, 0.5)), count)
    # scikit-image adds 1e-12 to each blurred estimate
    np.testing.assert_allclose(found[:, :, 0], wanted[far:-far, far:-far], atol=1e-9)


def test_total_variation_is_less_where_it_costs_more() -> None:
    one = problem(noise=Noise(5 / 255))

    def variation(x: np.ndarray) -> float:
        down, right = (np.roll(x, -1, axis) - x for axis in (0, 1))
        return float(np.sum(np.hypot(down, right)))

    found = [
        variation(_nth(richardson_lucy_tv(one, one.as_seen(), weight=weight), 40))
        for weight in (0.0, 0.5, 1.0, 2.0)
    ]
    assert found == sorted(found, reverse=True)
    plain = _nth(richardson_lucy(one, one.as_seen()), 40)
    assert found[0] == pytest.approx(variation(plain), rel=ROUNDING)


# --- wavelets

EVEN = 40, 48
"""A multiple of 2^LEVELS per side, which PyWavelets transforms as periodic by itself."""


def _bands(x: np.ndarray) -> list[np.ndarray]:
    """Undecimated periodic details, coarsest level first, by PyWavelets alone."""
    _, *levels = pywt.swt2(x[:, :, 0], "haar", LEVELS, trim_approx=True, norm=True)
    return [band for level in levels for band in level]


def _even_problem(noise: Noise) -> Problem:
    one = Problem(scene(EVEN), BLUR, noise, Ar1(), "wrap")
    rng = np.random.default_rng(0)
    soft = one.model.apply(one.picture) + rng.standard_normal((*EVEN, 1)) * noise.sigma
    return Problem(soft, BLUR, noise, Ar1(), "wrap")


def _penalty(shrinkage: Shrinkage, u: np.ndarray, x: np.ndarray) -> float:
    """The penalty at ``x = shrunk(u, 1)``: its Moreau envelope at u, which is the mean of the
    shifts' envelopes and therefore Huber's function of every detail, less |x - u|^2 / 2."""
    envelope = 0.0
    for band, t in zip(_bands(u), shrinkage.thresholds.ravel(), strict=True):
        size = np.abs(band)
        envelope += float(np.sum(np.where(size > t, t * size - t * t / 2, size**2 / 2)))
    return envelope - _squares(x - u) / 2


def _objectives(one: Problem, method, count: int, *, momentum: bool) -> list[float]:
    shrinkage = estimated_shrinkage(one, math.sqrt(2))
    before = ahead = one.as_seen()
    pace, found = 1.0, []
    for x in islice(method(one, before), count):
        u = ahead + one.descent(ahead)
        np.testing.assert_allclose(shrinkage.shrunk(u, 1.0), x, atol=ROUNDING)
        found.append(_squares(one.residual(x)) / 2 + _penalty(shrinkage, u, x))
        faster = (1 + math.sqrt(1 + 4 * pace**2)) / 2 if momentum else 1.0
        ahead, pace, before = x + (pace - 1) / faster * (x - before), faster, x
    return found


def test_ista_never_raises_its_objective_and_fista_is_ahead_of_it() -> None:
    one = _even_problem(Noise(2.55 / 255))
    slow = _objectives(one, ista, 40, momentum=False)
    fast = _objectives(one, fista, 40, momentum=True)
    _assert_falls(slow)
    assert all(f <= s * (1 + UPHILL) for f, s in zip(fast, slow, strict=True))
    print(f"objective after 40: ISTA {slow[-1]:.6f}, FISTA {fast[-1]:.6f}")


def test_shrinkage_is_pywavelets_own_on_periodic_pictures() -> None:
    x = np.random.default_rng(1).standard_normal((*EVEN, 1))
    thresholds = np.arange(1, 3 * LEVELS + 1).reshape(LEVELS, 3) / 20
    smooth, *levels = pywt.swt2(x[:, :, 0], "haar", LEVELS, trim_approx=True, norm=True)
    kept = [
        tuple(pywt.threshold(band, 0.5 * t, "soft") for band, t in zip(level, row, strict=True))
        for level, row in zip(levels, thresholds, strict=True)
    ]
    wanted = pywt.iswt2([smooth, *kept], "haar", norm=True)
    found = Shrinkage(thresholds, "wrap").shrunk(x, 0.5)
    np.testing.assert_allclose(found[:, :, 0], wanted, atol=ROUNDING)


@pytest.mark.parametrize("beyond", ["wrap", "symmetric"])
@pytest.mark.parametrize("size", [(1, 1), (3, 5), SIZE], ids=str)
def test_shrinkage_moves_with_the_picture_and_fits_any_size(size, beyond) -> None:
    x = np.random.default_rng(1).standard_normal((*size, 2))
    shrinkage = Shrinkage(np.full((LEVELS, 3), 0.1), beyond)
    found = shrinkage.shrunk(x, 1.0)
    assert found.shape == x.shape
    np.testing.assert_allclose(Shrinkage(np.zeros((LEVELS, 3)), beyond).shrunk(x, 1.0), x)
    turned = shrinkage.shrunk(x[::-1, ::-1], 1.0)[::-1, ::-1]
    np.testing.assert_allclose(turned, found, atol=ROUNDING)
    if beyond == "wrap":
        moved = np.roll(shrinkage.shrunk(np.roll(x, 1, (0, 1)), 1.0), -1, (0, 1))
        np.testing.assert_allclose(moved, found, atol=ROUNDING)


def test_a_missing_pywavelets_is_named_with_its_remedy(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pywt", None)
    with pytest.raises(RtdError, match=r"pip install 'rtdeconv\[reference\]'"):
        SOLVERS["fista"].solve(np.full((8, 8), 0.5), BLUR, noise=NOISE)


def _squares(x: np.ndarray) -> float:
    return float(np.sum(x**2))


def _assert_falls(values: list[float]) -> None:
    assert all(b <= a + UPHILL * abs(a) for a, b in itertools.pairwise(values)), values
