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
from golden_plans import ADAPTIVE, EVERYWHERE, PLANS, SPELLED, SPELLINGS, TUNABLE, text, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from sampled_plans import sampled_plans

from rtdeconv import design
from rtdeconv.emit import HOSTS, About, host_named
from rtdeconv.emit.numbers import literal
from rtdeconv.errors import ValueRefused
from rtdeconv.fit import FAMILIES
from rtdeconv.light import LIGHTS
from rtdeconv.plan import BORDERS, Border, Plan
from tools.handmade import adaptive_plans

GOLDEN = Path(__file__).parent / "golden"


def assert_golden(host: str, name: str, plan: Plan) -> None:
    """Exact text; RTD_UPDATE_GOLDEN=1 rewrites the files after a wanted change."""
    for file, found in texts(host, plan, name).items():
        kept = GOLDEN / host / file
        if os.environ.get("RTD_UPDATE_GOLDEN"):
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.write_text(found)
        assert found == kept.read_text()


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", EVERYWHERE)
def test_golden_text_of_every_host(host: str, name: str) -> None:
    """Where a host cannot take a plan, it says so and changes nothing."""
    plan = EVERYWHERE[name]
    refusal = HOSTS[host].refusal(plan)
    if refusal is None:
        assert_golden(host, name, plan)
        return
    assert len(plan.passes) > HOSTS[host].passes or plan.light not in HOSTS[host].lights
    with pytest.raises(ValueRefused, match=re.escape(refusal)):
        texts(host, plan)


def test_every_host_has_a_golden_text() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {*HOSTS}


@pytest.mark.parametrize("name", PLANS)
def test_golden_text(name: str) -> None:
    assert_golden("glsl330", name, PLANS[name])


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("name", SPELLED)
def test_golden_text_of_every_spelling(host: str, name: str) -> None:
    assert_golden(host, name, SPELLED[name])


READ = re.compile(
    r"rtd_(?:at|between)\d*\([^)]*\)|\bcentre\b(?! =)|texelFetch\(rtd_map_\w+, ivec2\(rtd_here"
)


@pytest.mark.parametrize("plan", [*PLANS.values(), *ADAPTIVE.values()], ids=[*PLANS, *ADAPTIVE])
def test_a_file_fetches_as_often_as_its_plan_says(plan: Plan) -> None:
    """The last pass always fetches the original; it counts as the centre it stands for, which
    others fetch as they fetch all."""
    *before, last = text(plan).split("void main() {")[1:]
    reads = [{*READ.findall(main)} - {"centre"} for main in before] + [{*READ.findall(last)}]
    assert "centre" in reads[-1]
    assert sum(map(len, reads)) == HOSTS["glsl330"].adapted(plan).fetches


@pytest.mark.parametrize("name", ADAPTIVE)
def test_what_adapts_reads_no_pixel_twice(name: str) -> None:
    """Compilers need not notice that several bands read the same one."""
    found = text(ADAPTIVE[name]).split("void main() {")[1:]
    for main in found:
        reads = [read for read in READ.findall(main) if read != "centre"]
        assert len(reads) == len(set(reads))


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


# each family at two or three of the twenty borders and lights, in turn: 7 and 20 share no factor
@pytest.mark.parametrize(("family", "border", "light"), [*product(FAMILIES, BORDERS, LIGHTS)][::7])
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
    found = text(plan)
    switches = "#define RTD_SAMPLER_CLAMPS 1\n#define RTD_ROWS_UP 1\n"
    assert_compiles(plan, found, tmp_path_factory.mktemp("samples"), switches)


@pytest.mark.parametrize(("light", "border"), [*zip(LIGHTS, (*BORDERS, "clamp"), strict=True)])
def test_glslang_accepts_what_adapts(light: str, border: str, tmp_path: Path) -> None:
    switches = "#define RTD_VALUES_LINEAR 1\n#define RTD_SAMPLER_CLAMPS 1\n"
    for name, plan in adaptive_plans(light, border).items():
        (tmp_path / name).mkdir()
        assert_compiles(plan, text(plan), tmp_path / name, switches)


def test_a_file_that_adapts_says_what_a_class_is_and_what_must_be_kept() -> None:
    found = {name: text(plan) for name, plan in ADAPTIVE.items()}
    for words in (
        "structure from -1000.0 to 41000.0, three channels: RGBA16F, filtered LINEAR",
        "class 0 is at 0.25 and below, class 4 at 256.0 and above",
        "pass 2, class 0, the calmest, taps on the source in thousandths",
        "pass 2, class 4, the most active, taps on the source in thousandths",
        "39 fetches in 2 passes; 4 of them bilinear",
        "structure from pass 1, RGBA16F; filter it LINEAR",
    ):
        assert words in found["activity5"]
    assert "gradient" not in found["activity5"].split("adapts")[1].split("border")[0]
    assert "turn with the direction of the gradient" in found["oriented5"]
    assert "leave the 3x3 pixels' range by at most 25 % of it" in found["limited"]
    assert "stands out by; channel by channel" in found["limited"]
    by_hand = text(adaptive_plans("encoded", "wrap")["activity5"])
    assert "filtered LINEAR" not in by_hand and "filter it LINEAR" not in by_hand


@pytest.mark.parametrize("name", TUNABLE)
def test_glslang_accepts_tunable_shaders(name: str, tmp_path: Path) -> None:
    assert_compiles(PLANS[name], text(PLANS[name]), tmp_path)


def test_a_tunable_file_names_what_it_takes() -> None:
    words = {
        "tunable-encoded-clamp": ("uniform float rtd_sigma = 0.75;", "0.0 to 2.0"),
        "radial-encoded-clamp": ("uniform float rtd_sigma_at_edge = 1.5;", "uniform vec4 rtd_crop"),
        "mapped-encoded-clamp": ("uniform sampler2D rtd_map_sigma;", "4 of 4 constants"),
    }
    for name, expected in words.items():
        found = text(PLANS[name])
        assert all(word in found for word in expected)
        assert "uniform float rtd_noise = 0.0078125;" in found
        assert max(len(line) for line in found.splitlines()) <= 100


def test_a_file_says_which_samplers_filter_and_what_samples_cost() -> None:
    merged = {name: text(plan) for name, plan in PLANS.items()}
    by_hardware, by_hand = (
        merged[f"ring-merged-{name}"] for name in ("linear-clamp", "encoded-zero")
    )
    assert "what pass 1 wrote, RGBA32F; filter it LINEAR" in by_hardware
    assert "4 of them bilinear\n" in by_hardware
    assert "filter it LINEAR" not in by_hand
    assert "9 fetches in 1 pass\n" in by_hand


def test_a_file_names_its_input_cost_and_origin() -> None:
    found = design("gaussian:0.8", method="comb").export()
    for words in (
        "undoing gaussian:0.8",
        "19 fetches in 2 passes",
        "rtd_source",
        "rtdeconv export",
    ):
        assert words in found
    assert max(len(line) for line in found.splitlines()) <= 120


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_literals_read_back_as_the_same_float32(value: float) -> None:
    found = literal(value)
    assert "." in found and "e" not in found
    assert np.float32(found) == np.float32(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e39])
def test_literals_that_no_shader_holds_are_refused(value: float) -> None:
    with pytest.raises(ValueRefused, match="finite float32"):
        literal(value)


@pytest.mark.parametrize("words", ["a\nb", "a\\", "*/", "#error\t", "é", '"'])
def test_unsafe_words_never_reach_a_shader(words: str) -> None:
    with pytest.raises(ValueRefused, match="not allowed in a shader"):
        About(words, ("",), "")


def test_unknown_host_suggests_the_nearest() -> None:
    with pytest.raises(ValueRefused, match="did you mean 'glsl330'"):
        host_named("glsl33")
