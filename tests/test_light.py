"""Curves against another implementation's values, and the laws that they keep on every machine."""

from __future__ import annotations

import numpy as np
import pytest
from command_line import refused, run
from hypothesis import given
from hypothesis import strategies as st
from worked_plans import ODD, difference, fitted, picture, plan_of, with_single_floats

from rtdeconv import gpu, interpret
from rtdeconv.cpu import CpuPlayer
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Comb
from rtdeconv.fit import FAMILIES
from rtdeconv.light import CURVES, LIGHTS, PQ_HIGHEST, Curve, Light, decode, encode, fitting
from rtdeconv.lower import lower
from rtdeconv.pixels import Codes, full_scale
from rtdeconv.plan import Pass, Plan, Texel

NEW: tuple[Light, ...] = ("pq", "hlg")

CODED = (0.001, 0.01, 0.1, 0.25, 0.5, 0.508078421517399, 0.75, 0.9, 1.0)
# colour-science 0.4.7: from colour.models import eotf_ST2084, oetf_inverse_BT2100_HLG
#   [f"{float(eotf_ST2084(e)):.12g}" for e in CODED], in cd/m^2
#   [f"{float(oetf_inverse_BT2100_HLG(e)):.12g}" for e in CODED], c rounded to eight digits
PQ_CD_M2 = (
    *(4.20130714772e-05, 0.0023101391237, 0.324565591464, 5.15417600983, 92.2457089941),
    *(100.0, 983.377855587, 3905.64465283, 10000.0),
)
HLG_SCENE = (
    *(3.33333333333e-07, 3.33333333333e-05, 0.00333333333333, 0.0208333333333, 0.0833333333333),
    *(0.0860878879237, 0.264962560421, 0.581837590962, 1.00000002693),
)

REACH: dict[Light, float] = {"linear": 8, "encoded": 8, "gamma2": 8, "pq": PQ_HIGHEST, "hlg": 8}
"""Up to where values survive: the end of what PQ undoes; HLG is the exponential of 5.6 times it."""

LOST = {"linear": 3e-8, "pq": 7.4e-7}
"""Both knees in the sRGB standard are rounded; PQ codes black as 7.3e-7, so what is less is 0."""

DIGITS = {np.float64: 1e-13, np.float32: 2e-5}
"""Of a round trip, of 1 or the value. The power 79 of PQ enlarges 6e-8 to 5e-6, three times."""

AWAY = 5e-5
"""Largest difference on the encoded scale where pictures keep away from black. In PQ the power 79
of what is rounded by 6e-8 more than once is off by 1e-5, and a sum weighs errors by up to 4."""


def test_pq_has_the_values_of_another_implementation() -> None:
    np.testing.assert_allclose(100 * decode(np.array(CODED), "pq"), PQ_CD_M2, rtol=1e-11)
    np.testing.assert_allclose(encode(np.array(PQ_CD_M2) / 100, "pq"), CODED, rtol=1e-11)


def test_hlg_has_the_values_of_another_implementation() -> None:
    np.testing.assert_allclose(decode(np.array(CODED), "hlg"), HLG_SCENE, rtol=1e-9)
    np.testing.assert_allclose(encode(np.array(HLG_SCENE), "hlg"), CODED, rtol=1e-9)


def test_hlg_meets_itself_at_the_knee() -> None:
    """Square and exponential, and their slopes; b and c are made for that."""
    beside = np.array([0.5 - 1e-6, 0.5, 0.5 + 1e-6])
    below, above = np.diff(decode(beside, "hlg")) / 1e-6
    assert decode(beside, "hlg")[1] == pytest.approx(1 / 12, abs=1e-15)
    assert below == pytest.approx(above, rel=1e-5) == pytest.approx(1 / 3, rel=1e-5)


@pytest.mark.parametrize("dtype", DIGITS)
@pytest.mark.parametrize("light", LIGHTS)
@given(data=st.data())
def test_values_survive_a_round_trip(light: Light, dtype: type, data: st.DataObject) -> None:
    width = 8 * np.dtype(dtype).itemsize
    reach = float(np.float32(REACH[light]))
    value = np.full(3, data.draw(st.floats(-reach, reach, width=width)), dtype)
    there = decode(value, light)
    back = encode(there, light)
    assert there.dtype == back.dtype == dtype
    off = abs(float(back[0]) - float(value[0]))
    assert off <= max(1.0, abs(value[0])) * DIGITS[dtype] + LOST.get(light, 0.0)


@pytest.mark.parametrize("light", LIGHTS)
@given(value=st.floats(-15, 15, width=32))
def test_curves_are_odd_below_black_or_straight(light: Light, value: float) -> None:
    """The sRGB curve runs on straight there."""
    at = np.array([value], np.float32)
    for curve in (decode, encode):
        mirrored = -curve(-at, light)
        wanted = curve(at, light)
        if light == "linear":
            slope = 1 / 12.92 if curve is decode else 12.92
            wanted = mirrored = np.where(at < 0, wanted - at * slope, 0)
        np.testing.assert_array_equal(mirrored, wanted)


@pytest.mark.parametrize("dtype", DIGITS)
@pytest.mark.parametrize("light", LIGHTS)
def test_curves_grow(light: Light, dtype: type) -> None:
    coded = np.linspace(-REACH[light], REACH[light], 4001).astype(dtype)
    there = decode(coded, light)
    assert np.all(np.diff(there) > 0) and np.all(np.diff(encode(there, light)) > 0)
    assert decode(np.zeros(1, dtype), light) == encode(np.zeros(1, dtype), light) == 0
    assert encode(decode(np.ones(1, dtype), light), light) == pytest.approx(1, abs=DIGITS[dtype])


@pytest.mark.parametrize("dtype", DIGITS)
def test_pq_ends(dtype: type) -> None:
    """Every value has a light, and every finite light a value below the pole."""
    beyond = np.array([-np.inf, -2, -1.1, 1, 1.1, 1.99, 2, 1e30, np.inf], dtype)
    there = decode(beyond, "pq")
    assert there[3] == 100 and np.abs(there).max() == there[4] < 266
    assert np.all(np.isfinite(there)) and np.ptp(there[4:]) == 0
    assert np.all(np.abs(encode(beyond[1:-1], "pq")) < 1.993)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("curve", dict.fromkeys(CURVES.values()))
def test_a_light_fits_a_source_or_is_refused(light: Light, curve: Curve) -> None:
    if light == "encoded" or CURVES[light] == curve:
        assert fitting(light, curve) == light
    elif light == "linear":
        assert fitting(light, curve) == curve
    else:
        remedy = "take --light linear" if light == "gamma2" else "leave --light out"
        with pytest.raises(ValueRefused, match=remedy):
            fitting(light, curve)


def _unchanged(light: Light) -> Plan:
    """Decodes and encodes."""
    return Plan((Pass(Texel(0, 0, 0), "target"),), border="clamp", light=light)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("codes", [None, Codes(16 << 8, 235 << 8, 65535)])
def test_tables_of_the_processor_keep_every_16_bit_code(light: Light, codes: Codes | None) -> None:
    """Half a step of the encoding table is at most a code here; superwhites stay."""
    every = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    found = CpuPlayer(_unchanged(light), codes=codes).run(every)
    assert difference(found, every) <= (1 if codes is None else 2)


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("codes", [Codes(0, 255, 255), Codes(16, 235, 255), Codes(64, 940, 1023)])
def test_tables_of_the_processor_keep_every_code_of_video(light: Light, codes: Codes) -> None:
    dtype = np.uint8 if codes.top == 255 else np.uint16
    every = np.arange(codes.top + 1, dtype=dtype).reshape(16, -1)
    found = CpuPlayer(_unchanged(light), codes=codes).run(every)
    assert np.array_equal(found, every)


@pytest.mark.parametrize("light", NEW)
def test_shader_curves_undo_each_other(gl, light: Light) -> None:
    """Over all of PQ, and far below black and above white: powers and logarithms stay defined."""
    reach = REACH[light]
    image = np.linspace(-reach, reach, 23 * 37 * 3, dtype=np.float32).reshape(23, 37, 3)
    with gpu.Player(_unchanged(light), context=gl) as player:
        found = player.run(image)
        assert difference(found, image) <= AWAY * max(1.0, reach)
        assert np.array_equal(found[image == 0], image[image == 0])


def test_shaders_end_pq_where_numpy_does(gl) -> None:
    plan = plan_of("fir", FAMILIES["fir"].usual, "pq")
    image = np.full((*ODD, 3), 0.5, np.float32)
    image[3::7, 3::5] = [-2.0, 1e30, np.inf]
    image[5::7, 3::5] = 1.99
    with gpu.Player(plan, context=gl) as player:
        found = player.run(image)
    wanted = interpret.run(plan, image)
    assert np.isfinite(found).all() and np.isfinite(wanted).all()
    assert np.abs(wanted).max() > PQ_HIGHEST
    assert np.array_equal(found > 1, wanted > 1) and np.array_equal(found < 0, wanted < 0)


@pytest.mark.parametrize("light", NEW)
@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_away_from_black(gl, name: str, light: Light) -> None:
    """Where curves are tame, so are all machines: nothing hides behind the slope at black."""
    plan = with_single_floats(plan_of(name, FAMILIES[name].usual, light))
    image = np.float32(0.49) + np.float32(0.02) * picture(ODD, np.float32)
    wanted = interpret.run(plan, image)
    assert wanted.min() > 0.2
    assert difference(CpuPlayer(plan).run(image), wanted) <= AWAY
    with gpu.Player(plan, context=gl) as player:
        assert difference(player.run(image), wanted) <= AWAY


@pytest.mark.parametrize("light", NEW)
def test_values_that_arrive_linear_skip_the_curve(gl, light: Light) -> None:
    plan = plan_of("fir", FAMILIES["fir"].usual, light)
    image = np.float32(0.49) + np.float32(0.02) * picture(ODD, np.float32)
    arriving = decode(image.astype(float), light).astype(np.float32)
    with gpu.Player(plan, switches={"RTD_VALUES_LINEAR": 1}, context=gl) as player:
        found = encode(player.run(arriving).astype(float), light).astype(np.float32)
    assert difference(found, interpret.run(plan, image)) <= AWAY


@pytest.mark.parametrize("light", NEW)
def test_8_bit_pq_and_hlg_are_what_the_curves_say(light: Light) -> None:
    """The interpreter's way through a plan, by hand, in the light of another formula."""
    filter_ = fitted("fir", FAMILIES["fir"].sizes[0])
    image = picture(ODD, np.uint8, channels=1)
    source = decode(image / full_scale(image.dtype), light)
    padded = np.pad(source, 1, mode="edge")
    rows, columns = image.shape
    total = sum(
        weight * padded[y : y + rows, x : x + columns]
        for (y, x), weight in np.ndenumerate(filter_.kernel())
    )
    wanted = np.clip(np.rint(255 * encode(total, light)), 0, 255).astype(np.uint8)
    found = interpret.run(lower(filter_, light=light, border="clamp"), image)
    assert np.array_equal(found, wanted)


@pytest.mark.parametrize("light", NEW)
def test_images_between_passes_are_single_floats(light: Light) -> None:
    """PQ and HLG are steeper at black than sRGB, for which half floats are too coarse already."""
    plan = lower(Comb((0.25, 0.25, 0.125)), light=light, border="clamp")
    assert {one.store for one in plan.passes[:-1]} == {"32f"}


@pytest.mark.parametrize("light", NEW)
def test_the_command_designs_and_exports_them(capsys, light: Light) -> None:
    asked = ("gaussian:0.8", "--method", "fir", "--taps", "3", "--light", light)
    assert run(capsys, "design", *asked)[0] == 0
    status, out, _ = run(capsys, "export", *asked, "--to", "mpv")
    assert status == 0 and f"--light {light}" in out
    assert f"values are taken as {light.upper()}-encoded" in out
    assert f"taken to be {light.upper()}'s" in out and "sRGB" not in out


def test_the_command_names_all_lights(capsys) -> None:
    _, words, _ = run(capsys, "design", "--help")
    assert all(light in words for light in LIGHTS)
    assert "did you mean 'pq'" in refused(capsys, "design", "box:3", "--light", "pqq")
