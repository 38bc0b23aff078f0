"""Shader text: every plan compiles under an independent compiler; golden files; safe words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampled_plans import sampled_plans

from rtdeconv import design
from rtdeconv.emit import HOSTS, About, host_named
from rtdeconv.emit.numbers import literal
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Comb, Fir
from rtdeconv.filters.tunable import MappedComb, RadialComb, TunableComb
from rtdeconv.fit import FAMILIES
from rtdeconv.light import LIGHTS
from rtdeconv.lower import lower
from rtdeconv.lower.tunable import tunable_plan
from rtdeconv.plan import BORDERS, Border, Plan
from rtdeconv.rewrite import decode_once, merge_taps
from rtdeconv.tuning import Decay, Moments, Table

GOLDEN = Path(__file__).parent / "golden"
ABOUT = About("golden plan", ("made by hand", "for the tests"), "rtdeconv export")
CROSS = Fir(((0.0, -0.25, 0.0), (-0.25, 2.0, -0.25), (0.0, -0.25, 0.0)))
EQUATIONS = Moments(
    (
        Decay(0.5, (0.001, 0.0005, 0.002), (0.004, 0.001)),
        Decay(8.0, (0.002, 0.0, -0.0005), (-0.001, 0.0005)),
    ),
    noise_gram=(0.625, 0.125, 0.0625),
    noise_right=(-0.75, -0.1875),
    rounding=2.0**-20,
)
TABLE = Table((((0.25, 0.0), (-0.5, 0.125)), ((2.0, 1.0), (1.0, 0.5))), (0.001, 0.04))
TUNABLE = {
    "tunable-encoded-clamp": TunableComb(EQUATIONS, 0.75, 0.0078125),
    "radial-encoded-clamp": RadialComb(EQUATIONS, 0.25, 0.0078125, 1.5),
    "mapped-encoded-clamp": MappedComb(TABLE, 1.5, 0.0078125),
}
PLANS = {
    **{
        name: tunable_plan(found, light="encoded", border="clamp")
        for name, found in TUNABLE.items()
    },
    "cross-linear-clamp": lower(CROSS, light="linear", border="clamp"),
    "cross-gamma2-mirror": lower(CROSS, light="gamma2", border="mirror"),
    "cross-encoded-wrap": lower(CROSS, light="encoded", border="wrap"),
    "comb2-linear-zero": lower(Comb((0.75, 0.5)), light="linear", border="zero"),
    "cross-decoded-once": decode_once(lower(CROSS, light="linear", border="clamp")),
    "ring-merged-linear-clamp": merge_taps(
        decode_once(lower(Comb((0.75,)), light="linear", border="clamp"))
    ),
    "ring-merged-encoded-zero": merge_taps(lower(Comb((0.75,)), light="encoded", border="zero")),
}


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", PLANS)
def test_golden_text(host: str, name: str) -> None:
    """Exact text; RTD_UPDATE_GOLDEN=1 rewrites the files after a wanted change."""
    text = HOSTS[host].write(PLANS[name], ABOUT)
    file = GOLDEN / f"{name}.{host}{HOSTS[host].suffix}"
    if os.environ.get("RTD_UPDATE_GOLDEN"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    assert text == file.read_text()


READ = re.compile(
    r"rtd_(?:at|between)\d*\([^)]*\)|\bcentre\b(?! =)|texelFetch\(rtd_map_\w+, rtd_here"
)


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_a_file_fetches_as_often_as_its_plan_says(plan: Plan) -> None:
    """The last pass always fetches the original; it counts as the centre it stands for."""
    mains = HOSTS["glsl330"].write(plan, ABOUT).split("void main() {")[1:]
    reads = [set(READ.findall(main)) for main in mains]
    assert "centre" in reads[-1] and all("centre" not in read for read in reads[:-1])
    assert sum(map(len, reads)) == plan.fetches


def assert_compiles(plan: Plan, text: str, folder: Path, *switches: str) -> None:
    """Every pass, as it is and with each of ``switches``, by one run of the compiler."""
    glslang = shutil.which("glslangValidator")
    assert glslang, "apt-get install glslang-tools"
    version, _, rest = text.partition("\n")
    files = []
    for number, (which, defines) in product(
        range(1, len(plan.passes) + 1), enumerate(("", *switches))
    ):
        files.append(folder / f"pass{number}-{which}.frag")
        files[-1].write_text(f"{version}\n#define RTD_PASS {number}\n{defines}{rest}")
    done = subprocess.run([glslang, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# each family at two or three of the twelve borders and lights, in turn: 5 and 12 share no factor
@pytest.mark.parametrize(("family", "border", "light"), [*product(FAMILIES, BORDERS, LIGHTS)][::5])
def test_glslang_accepts_every_family_border_and_light(
    family: str, border: str, light: str, tmp_path: Path
) -> None:
    made = design("gaussian:0.8", method=family, border=border, light=light)
    switches = "#define RTD_VALUES_LINEAR 1\n#define RTD_SAMPLER_CLAMPS 1\n"
    assert_compiles(made.plan, made.export(), tmp_path, switches)


@pytest.mark.parametrize("border", BORDERS)
@given(data=st.data())
@settings(deadline=None, max_examples=3)
def test_glslang_accepts_samples_at_every_border(
    tmp_path_factory: pytest.TempPathFactory, border: Border, data: st.DataObject
) -> None:
    plan = data.draw(sampled_plans(border, "linear"))
    text = HOSTS["glsl330"].write(plan, ABOUT)
    switches = "#define RTD_SAMPLER_CLAMPS 1\n#define RTD_ROWS_UP 1\n"
    assert_compiles(plan, text, tmp_path_factory.mktemp("samples"), switches)


@pytest.mark.parametrize("name", TUNABLE)
def test_glslang_accepts_tunable_shaders(name: str, tmp_path: Path) -> None:
    assert_compiles(PLANS[name], HOSTS["glsl330"].write(PLANS[name], ABOUT), tmp_path)


def test_a_tunable_file_names_what_it_takes() -> None:
    words = {
        "tunable-encoded-clamp": ("uniform float rtd_sigma = 0.75;", "0.0 to 2.0"),
        "radial-encoded-clamp": ("uniform float rtd_sigma_at_edge = 1.5;", "uniform vec4 rtd_crop"),
        "mapped-encoded-clamp": ("uniform sampler2D rtd_map_sigma;", "4 of 4 constants"),
    }
    for name, expected in words.items():
        text = HOSTS["glsl330"].write(PLANS[name], ABOUT)
        assert all(word in text for word in expected)
        assert "uniform float rtd_noise = 0.0078125;" in text
        assert max(len(line) for line in text.splitlines()) <= 100


def test_a_file_says_which_samplers_filter_and_what_samples_cost() -> None:
    merged = {name: HOSTS["glsl330"].write(plan, ABOUT) for name, plan in PLANS.items()}
    by_hardware, by_hand = (
        merged[f"ring-merged-{name}"] for name in ("linear-clamp", "encoded-zero")
    )
    assert "what pass 1 wrote, RGBA32F; filter it LINEAR" in by_hardware
    assert "4 of them bilinear\n" in by_hardware
    assert "LINEAR" not in by_hand
    assert "4 of them bilinear, each mixed from 4 here" in by_hand


def test_a_file_names_its_input_cost_and_origin() -> None:
    text = design("gaussian:0.8", method="comb").export()
    for words in (
        "undoing gaussian:0.8",
        "19 fetches in 2 passes",
        "rtd_source",
        "rtdeconv export",
    ):
        assert words in text
    assert max(len(line) for line in text.splitlines()) <= 120


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_literals_read_back_as_the_same_float32(value: float) -> None:
    text = literal(value)
    assert "." in text and "e" not in text
    assert np.float32(text) == np.float32(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39])
def test_literals_that_no_shader_holds_are_refused(value: float) -> None:
    with pytest.raises(ValueRefused, match="finite float32"):
        literal(value)


@pytest.mark.parametrize("text", ["a\nb", "a\\", "*/", "#error\t", "é", '"'])
def test_unsafe_words_never_reach_a_shader(text: str) -> None:
    with pytest.raises(ValueRefused, match="not allowed in a shader"):
        About(text, ("",), "")


def test_unknown_host_suggests_the_nearest() -> None:
    with pytest.raises(ValueRefused, match="did you mean 'glsl330'"):
        host_named("glsl33")
