"""Shader text: every plan compiles under an independent compiler; golden files; safe words."""

from __future__ import annotations

import os
import shutil
import subprocess
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
from rtdeconv.fit import FAMILIES
from rtdeconv.light import LIGHTS
from rtdeconv.lower import lower
from rtdeconv.plan import BORDERS, Border, Plan
from rtdeconv.rewrite import decode_once, merge_taps

GOLDEN = Path(__file__).parent / "golden"
ABOUT = About("golden plan", ("made by hand", "for the tests"), "rtdeconv export")
CROSS = Fir(((0.0, -0.25, 0.0), (-0.25, 2.0, -0.25), (0.0, -0.25, 0.0)))
PLANS = {
    "cross-linear-clamp": lower(CROSS, light="linear", border="clamp"),
    "cross-gamma2-mirror": lower(CROSS, light="gamma2", border="mirror"),
    "cross-encoded-wrap": lower(CROSS, light="encoded", border="wrap"),
    "comb2-linear-zero": lower(Comb((0.75, 0.5)), light="linear", border="zero"),
    "cross-decoded-once": decode_once(lower(CROSS, light="linear", border="clamp"), "16f"),
    "ring-merged-linear-clamp": merge_taps(
        decode_once(lower(Comb((0.75,)), light="linear", border="clamp"), "32f")
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


def assert_compiles(plan: Plan, text: str, defines: str, folder: Path) -> None:
    glslang = shutil.which("glslangValidator")
    assert glslang, "apt-get install glslang-tools"
    version, _, rest = text.partition("\n")
    for number in range(1, len(plan.passes) + 1):
        file = folder / f"pass{number}.frag"
        file.write_text(f"{version}\n#define RTD_PASS {number}\n{defines}{rest}")
        done = subprocess.run([glslang, str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("family", FAMILIES)
def test_glslang_accepts_every_family_border_and_light(
    family: str, border: str, light: str, tmp_path: Path
) -> None:
    made = design("gaussian:0.8", method=family, border=border, light=light)
    switches = "#define RTD_VALUES_LINEAR 1\n#define RTD_SAMPLER_CLAMPS 1\n"
    for defines in ("", switches):
        assert_compiles(made.plan, made.export(), defines, tmp_path)


@pytest.mark.parametrize("border", BORDERS)
@given(data=st.data())
@settings(deadline=None, max_examples=3)
def test_glslang_accepts_samples_at_every_border(
    tmp_path_factory: pytest.TempPathFactory, border: Border, data: st.DataObject
) -> None:
    plan = data.draw(sampled_plans(border, "linear"))
    text = HOSTS["glsl330"].write(plan, ABOUT)
    for defines in ("", "#define RTD_SAMPLER_CLAMPS 1\n#define RTD_ROWS_UP 1\n"):
        assert_compiles(plan, text, defines, tmp_path_factory.mktemp("samples"))


def test_a_file_says_which_samplers_filter_and_what_samples_cost() -> None:
    merged = {name: HOSTS["glsl330"].write(plan, ABOUT) for name, plan in PLANS.items()}
    by_hardware, by_hand = (
        merged[f"ring-merged-{name}"] for name in ("linear-clamp", "encoded-zero")
    )
    assert "what pass 1 wrote, RGBA32F; its filter must be LINEAR" in by_hardware
    assert "4 of them bilinear;" in by_hardware
    assert "LINEAR" not in by_hand
    assert "4 of them bilinear, each mixed from 4 here" in by_hand


def test_a_file_names_its_input_cost_and_origin() -> None:
    text = design("gaussian:0.8", method="comb").export()
    for words in ("undoes gaussian:0.8", "19 fetches in 2 passes", "rtd_source", "rtdeconv export"):
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
