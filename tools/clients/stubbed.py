"""Engine files as plain HLSL: their program blocks cut out, a stub in the place of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from rtdeconv.plan import Parameter
from tools.clients.base import ClientError, Job
from tools.clients.switches import main_text

_STUBS: Final = Path(__file__).parent / "stubs"
_INCLUDE: Final = re.compile(r'^[ \t]*#include\s+"([^"]+)"', re.MULTILINE)
_IMPORT: Final = re.compile(r"^#import\s+(\S+)", re.MULTILINE)
_NUMBER: Final = r"(-?\d+\.?\d*(?:e-?\d+)?)"
_STANDS_FOR: Final = re.compile(r"^// stands for (\S+)$", re.MULTILINE)
_BLOCK: Final = re.compile(r"\b(HLSL|CG)(PROGRAM|INCLUDE)\b(.*?)\bEND\1\b", re.DOTALL)
_CHECK_BOX: Final = re.compile(r"\buniform\s+bool\s+(\w+)\s*<[^>]*>\s*=\s*(true|false)\s*;")
_SAMPLER_STATE: Final = re.compile(r"\bsampler_state\s+(\w+)\s*\{([^}]*)\}")


@dataclass(frozen=True)
class Shader:
    """One pass as a text that DXC compiles, and its entry points."""

    text: str
    vertex: str
    pixel: str


def shaders(job: Job) -> list[Shader]:
    """The job's passes; raises ClientError for a file that the engine would not take."""
    return _CUT[job.host](job)


def companions(job: Job) -> list[Shader]:
    """What comes beside the passes for the same engine: Unreal's Custom node."""
    names = [name for name in job.files if job.host == "unreal" and not name.endswith(".usf")]
    return [
        shader for name in names for shader in _unreal(replace(job, files={name: job.files[name]}))
    ]


def global_name(host: str, parameter: str) -> str:
    """What the file calls a parameter."""
    camel = "".join(part.capitalize() for part in parameter.split("_"))
    return {"obs": parameter, "unreal": camel}.get(host, f"_{camel}")


def image_name(host: str, number: int) -> str:
    """What the file calls an image of the plan."""
    if host == "unreal":
        return "SourceTexture" if number == 0 else f"Image{number}Texture"
    if number > 0:
        return f"_RtdImage{number}"
    return {"obs": "image", "unity-urp": "_BlitTexture", "unity-builtin": "_MainTex"}[host]


def sampler_words(job: Job, name: str) -> str:
    """What decides a sampler's filter: the words in its name, or in OBS its state."""
    if job.host != "obs":
        return name.lower()
    states = dict(_SAMPLER_STATE.findall(_stub("obs") + main_text(job)))
    return states[name].lower()


def check_boxes(job: Job) -> dict[str, bool]:
    """Uniforms that OBS shows as check boxes, as the file has them."""
    return {name: word == "true" for name, word in _CHECK_BOX.findall(main_text(job))}


def bevy(text: str) -> str:
    """A Bevy asset as plain WGSL, its one import replaced by the stub."""
    stub = _stub("bevy", "wgsl")
    for imported in _IMPORT.findall(text):
        if imported not in _STANDS_FOR.findall(stub):
            raise ClientError(f"the stub does not stand for {imported}")
    return f"{_IMPORT.sub(lambda found: f'// {found[0]}', text)}\n{stub}"


def bevy_entries(job: Job) -> list[str]:
    """pass1, pass2..., the last one being fragment, as in Bevy's own examples."""
    return [f"pass{k}" for k in range(1, len(job.plan.passes))] + ["fragment"]


def _stub(name: str, suffix: str = "hlsl") -> str:
    return (_STUBS / f"{name}.{suffix}").read_text()


def _stubbed(stub: str, text: str, line: int = 1) -> str:
    """``text``, which starts at ``line`` of its file, behind the stub that stands for its
    includes."""
    known = _STANDS_FOR.findall(stub)
    for include in _INCLUDE.findall(text):
        if include not in known:
            raise ClientError(f"the stub does not stand for {include}")
    return f"{stub}\n#line {line}\n" + _INCLUDE.sub(lambda found: f"// {found[0]}", text)


def _unity(job: Job) -> list[Shader]:
    text, stub = main_text(job), _stub(job.host)
    _check_shaderlab(job, text)
    shared, found = "", []
    for block in _BLOCK.finditer(text):
        line = text.count("\n", 0, block.start(3)) + 1
        if block[2] == "INCLUDE":
            shared += f"\n#line {line}\n{block[3]}"
        else:
            code = f"{shared}\n#line {line}\n{block[3]}"
            vertex, fragment = (_pragma(block[3], stage, line) for stage in ("vertex", "fragment"))
            stubbed = _stubbed(stub, code)
            if job.host == "unity-builtin":
                stubbed, vertex = _drawn_by_blit(stubbed, vertex), "StubVertex"
            found.append(Shader(stubbed, vertex, fragment))
    if len(found) != len(job.plan.passes):
        raise ClientError(f"{len(found)} program blocks for {len(job.plan.passes)} passes")
    return found


def _drawn_by_blit(text: str, vertex: str) -> str:
    """``text`` and a vertex shader that hands ``vertex`` the corners of a triangle."""
    found = re.search(rf"(\w+)\s+{vertex}\s*\(\s*float4\b[^,]*,\s*float2\b", text)
    if found is None:
        raise ClientError(f"no function {vertex} of a float4 position and a float2 uv")
    return (
        f"{text}\n{found[1]} StubVertex(uint id : SV_VertexID)\n{{\n"
        "    float2 uv = float2((id << 1) & 2, id & 2);\n"
        f"    return {vertex}(float4(uv, 0.0, 1.0), uv);\n}}\n"
    )


def _pragma(code: str, stage: str, line: int) -> str:
    found = re.search(rf"^\s*#pragma\s+{stage}\s+(\w+)", code, re.MULTILINE)
    if found is None:
        raise ClientError(f"the block at line {line} has no #pragma {stage}")
    return found[1]


def _check_shaderlab(job: Job, text: str) -> None:
    """What the text around the programs must say; no compiler of it can be had."""
    outside = re.sub(r"//[^\n]*|/\*.*?\*/", "", _BLOCK.sub("", text), flags=re.DOTALL)
    if not re.match(r'\s*Shader\s+"[^"]+"\s*\{', outside):
        raise ClientError('a .shader begins with Shader "name" {')
    if outside.count("{") != outside.count("}"):
        raise ClientError("the braces of the ShaderLab text are not balanced")
    for parameter in job.plan.parameters:
        name = global_name(job.host, parameter.name)
        slider = rf'\b{name}\s*\(\s*"[^"]+"\s*,\s*Range\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\)\s*\)'
        found = re.search(rf"{slider}\s*=\s*{_NUMBER}", outside)
        if found is None:
            raise ClientError(f"Properties has no slider {name}")
        _check_slider(name, parameter, found.groups())


def _check_slider(name: str, parameter: Parameter, found: tuple[str, ...]) -> None:
    wanted = (parameter.low, parameter.high, parameter.default)
    if not np.array_equal(np.array(found, np.float32), np.array(wanted, np.float32)):
        raise ClientError(f"{name} is a slider of {found}, not of low, high, default {wanted}")


def _unreal(job: Job) -> list[Shader]:
    """A global shader (.usf: one entry point a pass), or else the body of a Custom node."""
    name, text = next(iter(job.files.items()))
    count = len(job.plan.passes)
    if name.endswith(".usf"):
        stubbed = _stubbed(_stub("unreal-usf"), text)
        return [Shader(stubbed, "StubVertex", f"Pass{k}PS") for k in range(1, count + 1)]
    if count > 1:
        raise ClientError("a Custom node has one pass")
    pins = [global_name(job.host, one.name) for one in job.plan.parameters]
    uniforms = "\n".join(f"float {pin};" for pin in pins)
    taken = "".join(f", MaterialFloat {pin}" for pin in pins)
    given = "".join(f", {pin}" for pin in pins)
    front = (
        f"{_stub('unreal-node')}\n{uniforms}\n"
        f"MaterialFloat3 CustomExpression0(FMaterialPixelParameters Parameters{taken})\n{{"
    )
    back = (
        "\n}\nfloat4 StubPixel(float4 at : SV_Position) : SV_Target\n{\n"
        f"    FMaterialPixelParameters Parameters = {{at}};\n"
        f"    return float4(CustomExpression0(Parameters{given}), 1.0);\n}}\n"
    )
    return [Shader(_stubbed(front, text) + back, "StubVertex", "StubPixel")]


def _obs(job: Job) -> list[Shader]:
    text = main_text(job)
    if len(job.plan.passes) > 1:
        raise ClientError("a .shader of obs-shaderfilter has one pass")
    stub = _stub("obs")
    for name, state in _SAMPLER_STATE.findall(text):
        border = "clamp" if re.search(r"AddressU\s*=\s*Clamp", state) else "border"
        stub += f"#define stub_of_{name} stub_{border}\n"
    return [Shader(_stubbed(stub, text), "StubVertex", "mainImage")]


_CUT: Final[Mapping[str, Callable[[Job], list[Shader]]]] = {
    "unity-urp": _unity,
    "unity-builtin": _unity,
    "unreal": _unreal,
    "obs": _obs,
}

HOSTS: Final = tuple(_CUT)
