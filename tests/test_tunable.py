"""Filters told sigma and noise while they run: against the fit at each, and in every executor."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worked_plans import CODE, ODD, apart, difference, picture

from rtdeconv import gpu, interpret
from rtdeconv.blur import Gaussian, parse_blur
from rtdeconv.cpu import CpuPlayer
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Comb
from rtdeconv.filters.tunable import MappedComb, RadialComb, TunableComb
from rtdeconv.fit import FAMILIES, Size, fit
from rtdeconv.fit.tunable import Offline, fit_tunable, tunings
from rtdeconv.light import LIGHTS
from rtdeconv.lower.tunable import tunable_plan
from rtdeconv.noise import Noise
from rtdeconv.plan import BORDERS, Plan
from rtdeconv.prior import Ar1, Flat, prior_named
from rtdeconv.rewrite import decode_once, merge_taps
from rtdeconv.target import Target, sampled
from rtdeconv.tuning import SHARP_PX, SIGMAS_PX, Decay, Moments, Table, coefficients

GOAL_DB = 0.1
"""What a tunable filter may lose against the offline design, sigma .3 to 1."""

EQUATIONS_DB = 0.01
TABLE_DB = 0.07
"""What the two solvers do lose under the default prior, at most."""

SAME_DB = 1e-5
"""The fit's coefficients are rounded to 2^-16 of the largest, and quadratic in that."""

SAME_MATHS = 1e-9
"""The same float64 formulas on numbers and on arrays, whose exponentials may differ in the last
digit; the determinant enlarges that."""

SOLVED = {"encoded": 4e-5, "linear": 5e-4, "gamma2": 6e-3, "pq": 2e-4, "hlg": 1.1e-2}
"""Largest difference of float pictures on the encoded scale. The determinant of a wide blur under
little noise leaves float32 five digits of coefficients near 10; the sRGB curve is 12.92 steep, and
the root of 4e-5 is 6e-3, of three times that 1.1e-2; in PQ, see `apart`."""

EQUATIONS, TABLE = tunings(Offline(Ar1(), 8))
SOLVERS = {"equations": EQUATIONS.solver, "table": TABLE.solver}
LOWEST = 0.25 / 255
COMB = FAMILIES["comb"]


def _filters(solver: Any) -> dict[str, TunableComb]:
    return {
        "uniform": TunableComb(solver, 0.8, 1 / 255),
        "radial": RadialComb(solver, 0.3, LOWEST, 2.0),
        "map": MappedComb(solver, 1.5, 2 / 255),
    }


EVERY = [(kind, way) for kind in SOLVERS for way in ("uniform", "radial", "map")]


def _plan(kind: str, way: str, light: Any = "encoded", border: Any = "clamp") -> Plan:
    return tunable_plan(_filters(SOLVERS[kind])[way], light=light, border=border)


def _maps(plan: Plan, size: tuple[int, int] = ODD) -> dict[str, Any]:
    return {one.name: picture(size, np.uint8, channels=1, seed=5) for one in plan.maps}


@pytest.mark.parametrize("noise", [LOWEST, 1 / 255, 2.55 / 255, 10 / 255])
@pytest.mark.parametrize("sigma", [0.3, 0.37, 0.5, 0.71, 0.85, 1.0, 1.4, 2.0])
def test_both_solvers_against_designing_each_sigma_separately(sigma, noise) -> None:
    target = Target(Gaussian(sigma), Noise(noise), Ar1())
    at = sampled(target)
    offline = at.kernel_error(fit(target, COMB, Size(terms=2)).kernel())
    for tuning, limit in ((EQUATIONS, EQUATIONS_DB), (TABLE, TABLE_DB)):
        c1, c2 = coefficients(tuning.solver, sigma, noise)
        loss = 10 * math.log10(at.kernel_error(Comb((float(c1), float(c2))).kernel()) / offline)
        (told,) = Offline(Ar1(), 8).losses_db(tuning.solver, np.array([sigma]), np.array([noise]))
        print(f"loss {loss:.5f} dB, told {told[0]:.5f}")
        assert -SAME_DB < loss < limit
        assert abs(loss - told[0]) < SAME_DB


@pytest.mark.parametrize("prior", [Ar1(), Ar1(0.005), Flat(), prior_named("power")], ids=str)
@pytest.mark.parametrize("bits", [8, 16])
def test_the_better_solver_is_within_the_goal_under_any_prior(prior, bits) -> None:
    found = tunings(Offline(prior, bits))
    print([one.loss_db for one in found])
    assert min(one.loss_db for one in found) < GOAL_DB
    target = Target(Gaussian(0.8), Noise(bits=bits), prior)
    chosen = fit_tunable(sampled(target), Size(terms=2)).solver
    assert chosen == min(found, key=lambda one: one.loss_db).solver


def test_offline_coefficients_are_the_fits() -> None:
    target = Target(Gaussian(0.8), Noise(2 / 255), Ar1())
    found = Offline(Ar1(), 8).coefficients(np.array([0.8]), np.array([2 / 255]))
    fitted = fit(target, COMB, Size(terms=2)).coefficients
    np.testing.assert_allclose(found.ravel(), fitted, atol=2.0**-15)


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
def test_coefficients_are_continuous_and_vanish_where_it_is_sharp(solver) -> None:
    sigma = np.linspace(0.0, 2.5, 5001)
    for noise in (0.0, LOWEST, 0.1):
        c1, c2 = coefficients(solver, sigma, noise)
        assert not np.any(c1[sigma <= SHARP_PX]) and not np.any(c2[sigma <= SHARP_PX])
        assert max(np.abs(np.diff(c1)).max(), np.abs(np.diff(c2)).max()) < 0.02
        # beyond the widest blur, that one's
        assert np.ptp(c1[sigma >= SIGMAS_PX[1]]) == 0


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
@given(sigma=st.floats(0, 3), noise=st.floats(0, 0.1))
def test_a_number_and_an_array_have_the_same_coefficients(solver, sigma, noise) -> None:
    one = coefficients(solver, sigma, noise)
    many = coefficients(solver, np.full((2, 3), sigma), np.full((2, 3), noise))
    for number, array in zip(one, many, strict=True):
        np.testing.assert_allclose(array, np.full((2, 3), number), rtol=SAME_MATHS, atol=SAME_MATHS)


@given(sigma=st.floats(0, 2), noise=st.floats(0, 0.1))
def test_a_tunable_filter_keeps_grey_exactly(sigma, noise) -> None:
    found = TunableComb(EQUATIONS.solver, sigma, noise)
    assert math.fsum(found.kernel().ravel()) == 1.0
    assert found.response(np.zeros(1), np.zeros(1)) == 1.0


@pytest.mark.parametrize(("kind", "way"), EVERY)
@pytest.mark.parametrize("border", [b for b in BORDERS if b != "zero"])
def test_flat_grey_stays_flat(gl, kind, way, border) -> None:
    plan = _plan(kind, way, "linear", border)
    grey, maps = np.full((*ODD, 3), 119, np.uint8), _maps(plan)
    with gpu.Player(plan, context=gl) as player:
        for run in (player.run, CpuPlayer(plan).run):
            assert np.array_equal(run(grey, maps=maps), grey)
    assert np.array_equal(interpret.run(plan, grey, maps=maps), grey)


def test_the_plan_has_the_filters_kernel() -> None:
    found = TunableComb(EQUATIONS.solver, 0.7, 1 / 255)
    kernel = found.kernel()
    impulse = np.zeros((*kernel.shape, 1))
    impulse[3, 3] = 1.0
    plan = tunable_plan(found, light="encoded", border="zero")
    told = interpret.parameter_values(plan, {})
    response = interpret.colour(plan, impulse, told)[:, :, 0]
    # the filter's coefficients are rounded to 2^-16 of their size, up to 8 here
    np.testing.assert_allclose(response, kernel, atol=8 * 2.0**-16)
    # the binomial by 4 bilinear fetches, then 1 + 9 taps
    assert (plan.fetches, len(plan.passes), plan.reach) == (14, 2, 3)
    assert plan.has_mirrored_rows


@pytest.mark.parametrize(("solver_and_way", "light"), [*product(EVERY, LIGHTS)][::2], ids=str)
def test_every_executor_computes_the_same(gl, solver_and_way, light) -> None:
    kind, way = solver_and_way
    plan = _plan(kind, way, light, BORDERS[len(way) % 4])
    maps = _maps(plan)
    told: list[dict[str, float]] = [{}, {"sigma": 2.0, "noise": LOWEST}, {"noise": 0.1}]
    cpu = CpuPlayer(plan)
    with gpu.Player(plan, context=gl) as plain, gpu.quick_player(plan, context=gl) as quick:
        for dtype, allowed in ((np.float32, SOLVED[light]), (np.uint8, CODE)):
            image = picture(ODD, dtype)
            for values in told:
                wanted = interpret.run(plan, image, values=values, maps=maps)
                for run in (plain.run, quick.run, cpu.run):
                    got = run(image, values=values, maps=maps)
                    assert apart(got, wanted, light) <= allowed


@pytest.mark.parametrize("channels", [1, 4])
def test_every_layout_of_picture_and_map(gl, channels) -> None:
    plan = _plan("equations", "map")
    image = picture(ODD, np.uint8, channels)
    for dtype in (np.uint8, np.uint16, np.float32):
        for layers in (1, 3, 4):
            maps = {"sigma": picture(ODD, dtype, layers, seed=5)}
            wanted = interpret.run(plan, image, maps=maps)
            with gpu.Player(plan, context=gl) as player:
                assert difference(player.run(image, maps=maps), wanted) <= CODE
                assert np.array_equal(player.run(image, strength=0.0, maps=maps), image)
            assert difference(CpuPlayer(plan).run(image, maps=maps), wanted) <= CODE


@pytest.mark.parametrize("way", ["radial", "map"])
@pytest.mark.parametrize("border", BORDERS)
def test_tiles_know_where_they_lie(gl, way, border) -> None:
    plan = _plan("equations", way, border=border)
    image, maps = picture((37, 41), np.float32), _maps(plan, (37, 41))
    with gpu.Player(plan, context=gl, max_texture=20) as tiled:
        got = tiled.run(image, maps=maps)
    assert difference(got, interpret.run(plan, image, maps=maps)) <= SOLVED["encoded"]


def _source() -> np.ndarray:
    return picture(ODD, np.float32).astype(float)


def _uniform(sigma: float) -> np.ndarray:
    plan = _plan("equations", "uniform")
    told = interpret.parameter_values(plan, {"sigma": sigma})
    return interpret.colour(plan, _source(), told)


def test_a_radial_filter_is_at_each_pixel_the_one_of_its_radius() -> None:
    plan = _plan("equations", "radial")
    told = {"sigma": 0.4, "sigma_at_edge": 1.6, "noise": 1 / 255}
    got = interpret.colour(plan, _source(), interpret.parameter_values(plan, told))
    height, width = ODD
    for y, x in ((height // 2, width // 2), (0, 0), (height - 1, 3), (5, width - 2)):
        across = (x + 0.5 - width / 2, y + 0.5 - height / 2)
        sigma = 0.4 + 1.2 * math.hypot(*across) ** 2 / math.hypot(width / 2, height / 2) ** 2
        assert difference(got[y, x], _uniform(sigma)[y, x]) < SAME_MATHS


def test_a_mapped_filter_is_at_each_pixel_the_one_of_its_map() -> None:
    plan = _plan("equations", "map")
    reds = np.linspace(-0.1, 1.0, math.prod(ODD), dtype=np.float32).reshape(*ODD, 1)
    told = interpret.parameter_values(plan, {"sigma": 1.5, "noise": 1 / 255})
    got = interpret.colour(plan, _source(), told, {"sigma": reds.astype(float)})
    for y, x in ((0, 0), (3, 4), (12, 20), (22, 36)):
        sigma = max(0.0, 1.5 * float(reds[y, x, 0]))
        assert difference(got[y, x], _uniform(sigma)[y, x]) < SAME_MATHS


def test_what_a_map_calls_sharp_stays_as_it_is(gl) -> None:
    plan = _plan("equations", "map")
    image = picture(ODD, np.float32)
    sharp = np.zeros(ODD, np.uint8)
    sharp[:, 20:] = 255
    with gpu.Player(plan, context=gl) as player:
        for run in (player.run, CpuPlayer(plan).run):
            got = run(image, maps={"sigma": sharp})
            assert np.array_equal(got[:, :20], image[:, :20])
            assert not np.array_equal(got[:, 20:], image[:, 20:])


@given(sigma=st.floats(0.0, 2.0))
@settings(deadline=None, max_examples=20)
def test_rewrites_keep_a_tunable_picture(sigma) -> None:
    plan = _plan("table", "radial", "linear")
    told = interpret.parameter_values(plan, {"sigma": sigma})
    wanted = interpret.colour(plan, _source(), told)
    once = decode_once(plan)
    fewer = merge_taps(once)
    assert fewer.fetches == once.fetches - 5  # a binomial in 4, exactly
    for other in (once, fewer):
        # values are stored as float32, 6e-8 off; coefficients reach 10, the curve is 12.92 steep
        assert difference(interpret.colour(other, _source(), told), wanted) < 1e-4


@pytest.mark.parametrize("run", [interpret.run, lambda plan, *a, **k: CpuPlayer(plan).run(*a, **k)])
def test_what_is_told_is_checked(run) -> None:
    image = picture(ODD, np.uint8)
    mapped, uniform = _plan("equations", "map"), _plan("equations", "uniform")
    maps = _maps(mapped)
    for words, plan, told in (
        ("needs the map 'sigma'", mapped, {}),
        ("as large as the picture", mapped, {"maps": {"sigma": maps["sigma"][1:]}}),
        ("unknown map 'blur'", mapped, {"maps": {"blur": maps["sigma"], **maps}}),
        ("takes no map, so leave out 'sigma'", uniform, {"maps": maps}),
        ("not finite", mapped, {"maps": {"sigma": np.full(ODD, np.nan, np.float32)}}),
        ("unknown parameter 'sigmas'", uniform, {"values": {"sigmas": 1.0}}),
        (r"sigma is 0\.\.2", uniform, {"values": {"sigma": 2.5}}),
        (r"noise is 0\.\.0.1", uniform, {"values": {"noise": math.nan}}),
    ):
        with pytest.raises(ValueRefused, match=words):
            run(plan, image, **told)


@pytest.mark.parametrize(
    ("target", "words"),
    [
        (Target(parse_blur("disk:1"), Noise(), Ar1()), "undoes a round Gaussian"),
        (Target(parse_blur("gaussian:1x0.5"), Noise(), Ar1()), "undoes a round Gaussian"),
        (Target(Gaussian(1), Noise(), Ar1(), max_gain=2.0), "leave out"),
        (Target(Gaussian(1), Noise(), Ar1(), spread=0.2), "leave out"),
        (Target(Gaussian(1), Noise(), Ar1(), kind="tikhonov"), "leave out"),
        (Target(Gaussian(3), Noise(), Ar1()), r"Gaussian of 0\.\.2 px"),
        (Target(Gaussian(1), Noise(0.2), Ar1()), r"noise of 0\.\.0\.1"),
    ],
)
def test_what_cannot_be_tuned_is_refused(target, words) -> None:
    with pytest.raises(ValueRefused, match=words):
        fit_tunable(sampled(target), Size(terms=2))


def test_a_fit_with_equal_weights_cannot_be_tuned() -> None:
    with pytest.raises(ValueRefused, match="--weight"):
        fit_tunable(sampled(Target(Gaussian(1), Noise(), Ar1()), "uniform"), Size(terms=2))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Moments((Decay(math.nan, (1, 0, 1), (0, 0)),), (1, 0, 1), (0, 0), 0.0),
        lambda: Moments((Decay(-1.0, (1, 0, 1), (0, 0)),), (1, 0, 1), (0, 0), 0.0),
        lambda: Table((((0.0, 0.0),),), (0.1, 0.2)),
        lambda: Table((((0.0, 0.0),) * 2, ((0.0, 0.0),) * 3), (0.1, 0.2)),
        lambda: Table((((0.0, 0.0),) * 2,) * 2, (0.2, 0.1)),
        lambda: Table((((0.0, math.inf),) * 2,) * 2, (0.1, 0.2)),
        lambda: TunableComb(EQUATIONS.solver, math.nan, 0.0),
        lambda: RadialComb(EQUATIONS.solver, 1.0, 0.0, -1.0),
    ],
)
def test_bad_solvers_and_filters_are_refused(make) -> None:
    with pytest.raises(ValueRefused):
        make()
