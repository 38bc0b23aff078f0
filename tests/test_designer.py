"""The front door: auto's choice, figures against measurement, options that remake a design."""

from __future__ import annotations

import math
import shlex

import numpy as np
import pytest

import rtdeconv as rt
from rtdeconv import designer
from rtdeconv.blur import parse_blur
from rtdeconv.designer import Options
from rtdeconv.edges import profiles
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Fir
from rtdeconv.fit import AT_RUN_TIME, FAMILIES
from rtdeconv.metrics import (
    degraded,
    max_error,
    noise_gain,
    overshoot,
    psnr_db,
)
from rtdeconv.noise import number_or_fraction
from rtdeconv.planner import MAX_LOSS_DB
from rtdeconv.target import KINDS

IDENTITY = Fir(((1.0,),))
SHARPEN = Fir(((0.0, -0.25, 0.0), (-0.25, 2.0, -0.25), (0.0, -0.25, 0.0)))


@pytest.mark.parametrize(
    "blur", ["gaussian:0.5", "gaussian:1", "gaussian:1.5", "gaussian:1.2x0.6@30"]
)
@pytest.mark.parametrize("noise", [1 / 255, 5 / 255])
def test_auto_takes_the_cheapest_within_its_loss(blur: str, noise: float) -> None:
    chosen = rt.design(blur, noise=noise)
    for family in FAMILIES.values():
        for size in family.sizes:
            other = rt.design(blur, noise=noise, method=family.name, **size.options)
            if other.plan.cost < chosen.plan.cost:
                assert other.expected_loss_db > MAX_LOSS_DB
    assert chosen.expected_loss_db <= MAX_LOSS_DB


def test_auto_says_the_best_where_nothing_is_near() -> None:
    chosen = rt.design("disk:4", noise=0.2 / 255)
    assert chosen.figures.expected_loss_db > MAX_LOSS_DB
    assert chosen.figures.expected_gain_db > 0


@pytest.mark.parametrize("method", FAMILIES)
def test_options_design_the_same_again(method: str) -> None:
    made = rt.design(
        "gaussian:1.2x0.6@30",
        noise=2 / 255,
        bits=10,
        prior_var=0.02,
        method=method,
        max_gain=8.0,
        weight="uniform",
        light="gamma2",
        border="mirror",
    )
    blur, *words = shlex.split(made.options)
    given = {
        w.removeprefix("--").replace("-", "_"): v
        for w, v in zip(words[::2], words[1::2], strict=True)
    }
    given["noise"] = number_or_fraction(given["noise"])
    for name in ("bits", "taps", "terms"):
        if name in given:
            given[name] = int(given[name])
    for name in ("prior_var", "max_gain"):
        given[name] = float(given[name])
    assert rt.design(blur, **given) == made


@pytest.mark.parametrize("method", [*FAMILIES, *(family.name for family in AT_RUN_TIME)])
def test_every_design_can_be_exported(method: str) -> None:
    """Whatever was asked, its words may stand in a shader."""
    assert method in rt.design("gaussian:0.7", method=method).export()


@pytest.mark.parametrize(
    "given",
    [
        {"sigma_range": 20, "max_overshoot": 0.05, "max_gain": 5.0},
        *({"target": kind, "max_gain": 4.0} for kind in KINDS),
        {"prior": "power"},
    ],
)
def test_what_was_asked_stands_in_the_shader(given) -> None:
    made = rt.design("gaussian:0.7", method="fir", **given)
    text = made.export()
    for name in given:
        assert f"--{name.replace('_', '-')} " in text or given[name] == "wiener"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"method": "fri"}, "did you mean 'fir'"),
        ({"method": "fir", "terms": 2}, "fir has no terms"),
        ({"method": "comb", "taps": 5}, "comb has no taps"),
        ({"taps": 5}, "name one"),
        ({"method": "fir", "taps": 6}, "one of 3, 5"),
        ({"max_gain": 0.9}, "at least 1"),
        ({"weight": "x"}, "unknown weight"),
        ({"light": "lineer"}, "did you mean 'linear'"),
        ({"border": "clmap"}, "did you mean 'clamp'"),
        ({"noise": 3.0}, "standard deviation"),
    ],
)
def test_bad_options_are_refused(given, words: str) -> None:
    with pytest.raises(ValueRefused, match=words):
        rt.design("gaussian:0.8", **given)


def test_every_option_that_is_explained_is_taken_and_no_other() -> None:
    assert not designer._AIMS & designer._CHOICES
    assert (designer._AIMS | designer._CHOICES) - {"blur", "wanted", "manner"} == {
        *Options.__annotations__
    }
    for make in (rt.design, rt.compare):
        with pytest.raises(TypeError, match="no option 'tap'"):
            make("gaussian:1", tap=3)


def test_figures_of_known_filters() -> None:
    assert noise_gain(IDENTITY) == 1.0
    assert math.isclose(noise_gain(SHARPEN), math.sqrt(4 + 4 / 16))
    # columns sum to (-.25, 1.5, -.25), diagonals to (-.5, 2, -.5): a sharp edge runs to 1.5
    assert math.isclose(overshoot(SHARPEN, parse_blur("box:1")), 0.5)
    assert max(profiles(SHARPEN.kernel()[None], np.ones((1, 1)))[0, :5]) == 1.25
    # a box of 3 before it: edge (1, 2, 3)/3 becomes (-1/12, 1/3, 2/3, 13/12)
    (edge,) = profiles(SHARPEN.kernel()[None], parse_blur("box:3").psf())
    np.testing.assert_allclose(edge[:4], [-1 / 12, 1 / 3, 2 / 3, 13 / 12], atol=1e-12)
    assert overshoot(IDENTITY, parse_blur("box:3")) < 1e-12


def test_peak_gain_is_the_responses_maximum() -> None:
    made = rt.design("gaussian:0.8", noise=2 / 255, method="fir", taps=5)
    spectrum = np.fft.fft2(made.filter.kernel(), (256, 256))
    assert math.isclose(made.figures.peak_gain, np.abs(spectrum).max(), rel_tol=1e-3)


def _texture(seed: int, shape=(96, 80)) -> np.ndarray:
    """Noise under the prior's own spectrum: pictures for which forecasts hold on average."""
    from rtdeconv.grid import fft_frequencies
    from rtdeconv.prior import Ar1

    white = np.random.default_rng(100 + seed).standard_normal(shape)  # not the noise's
    root = np.sqrt(Ar1(var=0.01).spectrum(*fft_frequencies(shape)))
    root[0, 0] = 0.0  # the mean stays at middle grey, or a picture would clip
    picture = 0.5 + np.fft.ifft2(np.fft.fft2(white) * root).real
    return np.clip(picture, 0, 1).astype(np.float32)


def test_expected_gain_is_met_on_pictures_of_the_prior() -> None:
    """With the picture drawn from the prior itself, forecast and measurement agree to .2 dB."""
    made = rt.design(
        "gaussian:1",
        noise=2 / 255,
        prior_var=0.01,
        method="fir",
        taps=5,
        light="encoded",
        border="wrap",
    )
    gains, losses = [], []
    for seed in range(6):
        report = made.check(_texture(seed))
        gains.append(report.gain_db)
        losses.append(report.loss_db)
    assert abs(np.mean(gains) - made.figures.expected_gain_db) < 0.2
    assert abs(np.mean(losses) - made.figures.expected_loss_db) < 0.1


def test_apply_and_export_are_the_library_by_another_name() -> None:
    from rtdeconv.cpu import CpuPlayer

    made = rt.design("gaussian:0.8")
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), np.uint8)
    assert np.array_equal(made.apply(picture), CpuPlayer(made.plan).run(picture))
    assert np.array_equal(made.apply(picture, strength=0.0), picture)
    assert made.export("glsl330").startswith("#version 330")


def test_check_compares_executors_with_the_interpreter() -> None:
    made = rt.design("gaussian:0.8", method="fir", taps=3)
    picture = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)

    def wrong(image):
        return 255 - image

    good, bad = made.check(picture, {"self": made.apply}), made.check(picture, {"wrong": wrong})
    assert good.passed and not bad.passed
    assert bad.executor_max_abs_error["wrong"] > 0.1
    assert good.reference_psnr_db > good.input_psnr_db
    with pytest.raises(ValueRefused, match="at least 16 px"):
        made.check(picture[:8])


def test_degraded_pictures_have_the_noise_they_say() -> None:
    made = rt.design("box:1", noise=4 / 255, light="encoded", border="wrap", method="fir", taps=3)
    flat = np.full((256, 256, 1), 0.5)
    stored, planes = degraded(flat, made.target, light="encoded", border="wrap", seed=3)
    assert stored.dtype == np.uint8 and stored.shape == (256, 256)
    assert abs(planes.std() - math.sqrt(made.target.noise.power)) < 2e-4
    deep = rt.design("box:1", bits=10, method="fir", taps=3)
    stored, _ = degraded(flat, deep.target, light="linear", border="clamp", seed=3)
    assert stored.dtype == np.uint16


def test_psnr_and_error_closed_forms() -> None:
    truth = np.zeros((4, 4))
    assert psnr_db(truth, truth) == math.inf
    assert math.isclose(psnr_db(truth + 0.1, truth), 20.0)
    assert max_error(np.uint8([0, 10]), np.uint8([0, 12])) == 2 / 255


def test_a_file_says_how_its_numbers_were_found() -> None:
    given = rt.design("gaussian:0.8", method="polynomial:6,1").export()
    assert "given by alpha and beta" in given and "least expected" not in given
    assert "least expected squared error" in rt.design("gaussian:0.8", method="fir").export()


def test_firls_takes_either_weight() -> None:
    plain, even = (
        rt.design("gaussian:0.8", method="firls", weight=weight).filter
        for weight in ("mse", "uniform")
    )
    assert plain != even
