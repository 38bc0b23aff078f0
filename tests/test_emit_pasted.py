"""The functions for pasting: every GLSL that they claim takes them, and a uniform as strength."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from golden_plans import EVERYWHERE, PLANS, texts

from rtdeconv.plan import Plan

MAPLESS = {name: plan for name, plan in {**PLANS, **EVERYWHERE}.items() if not plan.maps}

ENGINES = {
    "330 core": "",
    "450": "",
    "300 es": "precision highp float;\nprecision highp sampler2D;\n",
}


def engine_shader(version: str, plan: Plan) -> str:
    """A fragment shader around the functions that calls each of them."""
    (pasted,) = texts("glsl-function", plan).values()
    images = ["source", *(f"image{k}" for k in range(1, len(plan.passes)))]
    names = [f"rtd_pass{k}" for k in range(1, len(images))] + ["rtd_deblur"]
    calls = [
        f"    colour += {name}({', '.join(f'my_{i}' for i in images[:k])}, uv, texel);"
        for k, name in enumerate(names, start=1)
    ]
    samplers = [f"uniform sampler2D my_{image};" for image in images]
    return "\n".join(
        [
            f"#version {version}\n{ENGINES[version]}uniform float amount;",
            "#define RTD_STRENGTH amount",
            pasted,
            *samplers,
            "out vec4 fragment;",
            "void main() {",
            "    vec2 texel = 1.0 / vec2(textureSize(my_source, 0));",
            "    vec2 uv = gl_FragCoord.xy * texel;",
            "    vec3 colour = vec3(0.0);",
            *calls,
            "    fragment = vec4(colour, 1.0);",
            "}\n",
        ]
    )


@pytest.mark.parametrize("version", ENGINES)
def test_every_claimed_glsl_takes_the_functions(version: str, tmp_path: Path) -> None:
    glslang = shutil.which("glslangValidator")
    assert glslang, "apt-get install glslang-tools"
    files = []
    for name, plan in MAPLESS.items():
        files.append(tmp_path / f"{name}.frag")
        files[-1].write_text(engine_shader(version, plan))
    done = subprocess.run([glslang, *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
