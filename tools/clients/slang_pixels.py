"""RetroArch presets without RetroArch: glslang compiles each stage, spirv-cross turns it into GLSL
and moderngl draws the chain, under the rules of slang shaders."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import which
from typing import Any, Final

import moderngl
import numpy as np

from tools.clients.base import ClientError, Job, Pixels
from tools.clients.gl_jobs import drawn_each
from tools.clients.switches import shortened

FORMATS: Final = {
    "R8G8B8A8_UNORM": "f1",
    "R16G16B16A16_SFLOAT": "f2",
    "R32G32B32A32_SFLOAT": "f4",
}
"""moderngl's name of slang's formats."""

KEPT: Final = {"wrap_mode": "clamp_to_edge", "scale_type": "source", "scale": "1.0"}
"""Settings that every pass must have: the others are not drawn here, and defaults differ."""

STAGES: Final = {"vertex": "vert", "fragment": "frag"}
LONGEST: Final = 63
"""RetroArch cuts names and labels of parameters there."""

TRANSLATE_S: Final = 20

_SETTING: Final = re.compile(r'^(\w+)\s*=\s*"([^"]*)"\s*$')
_PRAGMA: Final = re.compile(r"^#pragma\s+(name|format)\s+(\w+)\s*$", re.MULTILINE)
_STAGE: Final = re.compile(r"^#pragma\s+stage\s+(vertex|fragment)\s*$", re.MULTILINE)
_PARAMETER: Final = re.compile(
    r'^#pragma\s+parameter\s+(\w+)\s+"([^"]+)"((?:\s+-?[\d.]+){4})\s*$', re.MULTILINE
)
_OTHER: Final = re.compile(r"^#pragma\s+(?:name|format|stage|parameter)\b", re.MULTILINE)


@dataclass(frozen=True)
class SlangPass:
    """One pass of a preset. ``stages``: the text of each; ``parameters``: name to label and
    numbers, the default first."""

    linear: bool
    name: str
    format: str
    stages: Mapping[str, str]
    parameters: Mapping[str, tuple[str, str]]


class SlangOnGl:
    """Draws .slangp presets."""

    name = "slang on GL"
    hosts = ("retroarch",)
    exact = True

    def missing(self) -> str | None:
        return _missing("glslangValidator", "spirv-cross")

    def version(self) -> str:
        return f"{_glslang_version()}, moderngl {moderngl.__version__}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return drawn_each(jobs, _drawn)


class SlangStages:
    """Judges .slang files: each stage under glslang and spirv-val, and RetroArch's own lines."""

    name = "glslang, slang"
    hosts = ("retroarch",)

    def missing(self) -> str | None:
        return _missing("glslangValidator", "spirv-val")

    def version(self) -> str:
        return _glslang_version()

    def complaint(self, job: Job) -> str | None:
        try:
            for one in passes(job):
                with tempfile.TemporaryDirectory() as folder:
                    for stage, text in one.stages.items():
                        spirv = _spirv(text, stage, folder)
                        _run("spirv-val", "--target-env", "vulkan1.1", spirv)
        except ClientError as refused:
            return str(refused)
        return None


def passes(job: Job) -> list[SlangPass]:
    """What the job's preset draws, in order; raises ClientError."""
    text = next(iter(job.files.values()))
    told = dict(found.groups() for line in text.splitlines() if (found := _SETTING.match(line)))
    found = [_pass(job, told, k) for k in range(int(told.pop("shaders", "0")))]
    if told or not found:
        raise ClientError(f"the preset has no passes, or settings unknown here: {[*told]}")
    lines: dict[str, tuple[str, str]] = {}
    for one in found:
        for name, line in one.parameters.items():
            if lines.setdefault(name, line) != line:
                raise ClientError(f"passes disagree about the parameter {name}")
    for name in job.values:
        if f"rtd_{name}" not in lines:
            raise ClientError(f"has no '#pragma parameter rtd_{name}' to set it by")
    return found


def _pass(job: Job, told: dict[str, str], number: int) -> SlangPass:
    """Takes the settings of the pass out of ``told``."""
    try:
        file, linear = (told.pop(f"{key}{number}") for key in ("shader", "filter_linear"))
        if any(told.pop(f"{key}{number}") != value for key, value in KEPT.items()):
            raise ClientError(f"pass {number} must have {KEPT}")
        return _shader(job.files[file], file, linear == "true")
    except KeyError as lacking:
        raise ClientError(f"pass {number} lacks {lacking}") from None


def _shader(text: str, file: str, linear: bool) -> SlangPass:
    if not text.startswith("#version 450\n"):
        raise ClientError(f"the first line of {file} must be #version 450")
    pragmas = {"name": "", "format": "R8G8B8A8_UNORM", **dict(_PRAGMA.findall(text))}
    parameters = {name: (label, numbers) for name, label, numbers in _PARAMETER.findall(text)}
    shared, *parts = _STAGE.split(text)
    stages = {stage: shared + own for stage, own in zip(parts[::2], parts[1::2], strict=True)}
    lines = [*_PRAGMA.findall(text), *parameters, *stages]
    if len(lines) != len(_OTHER.findall(text)) or stages.keys() != STAGES.keys():
        raise ClientError(f"a #pragma of {file} is malformed or repeated, or a stage is missing")
    if any(
        len(word) > LONGEST for name, (label, _) in parameters.items() for word in (name, label)
    ):
        raise ClientError(f"{file} has a parameter with too long a name or label")
    if pragmas["format"] not in FORMATS:
        raise ClientError(f"the format {pragmas['format']} is not drawn here")
    return SlangPass(linear, pragmas["name"], FORMATS[pragmas["format"]], stages, parameters)


def _drawn(ctx: moderngl.Context, job: Job) -> Pixels:
    """Row 0 of every texture is the top of the picture."""
    height, width = job.image.shape[:2]
    # software GL rounds what it mixes from 8 bits to 8 bits again; GPUs do not
    floats = (job.image / np.float32(255)).astype("<f4")
    source = ctx.texture((width, height), 4, floats.tobytes(), dtype="f4")
    chain = passes(job)
    textures = {"Original": source}
    filters = {"Original": chain[0].linear}
    for number, one in enumerate(chain):
        textures["Source"], filters["Source"] = source, one.linear
        source = _rendered(ctx, job, one, textures, filters)
        if one.name:
            textures[one.name] = source
            filters[one.name] = number + 1 < len(chain) and chain[number + 1].linear
    data = np.frombuffer(source.read(), np.uint8)
    return data.reshape(height, width, 4)[:, :, :3].copy()


def _rendered(
    ctx: moderngl.Context,
    job: Job,
    one: SlangPass,
    textures: Mapping[str, moderngl.Texture],
    filters: Mapping[str, bool],
) -> moderngl.Texture:
    height, width = job.image.shape[:2]
    vertex, fragment = (_glsl(one.stages[stage], stage) for stage in STAGES)
    program: Any = ctx.program(vertex_shader=vertex, fragment_shader=fragment)
    size = (width, height, 1 / width, 1 / height)
    known: dict[str, Any] = {
        f"params.{name}": float(numbers.split()[0]) for name, (_, numbers) in one.parameters.items()
    }
    known |= {f"params.rtd_{name}": value for name, value in job.values.items()}
    known |= dict.fromkeys(("params.SourceSize", "params.OriginalSize"), size)
    units = {name: unit for unit, name in enumerate(textures)}
    for name in program:
        member = program[name]
        if isinstance(member, moderngl.Uniform):
            if name not in known | units:
                raise ClientError(f"nobody sets {name}")
            member.value = (known | units)[name]
    for name, unit in units.items():
        mode = moderngl.LINEAR if filters[name] else moderngl.NEAREST
        textures[name].use(unit)
        ctx.sampler(repeat_x=False, repeat_y=False, filter=(mode, mode), texture=None).use(unit)
    return _quad(ctx, program, ctx.texture((width, height), 4, dtype=one.format))


def _quad(ctx: moderngl.Context, program: Any, target: moderngl.Texture) -> moderngl.Texture:
    """Position runs from 0 to 1, MVP takes that to clip space, as RetroArch does."""
    corners = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], "<f4")
    vertices = np.hstack([corners, np.tile(np.float32([0, 1]), (4, 1)), corners])
    mvp = np.array([[2, 0, 0, 0], [0, 2, 0, 0], [0, 0, 1, 0], [-1, -1, 0, 1]], "<f4")
    ctx.buffer(mvp.tobytes()).bind_to_uniform_block(0)
    frame = ctx.framebuffer([target])
    frame.use()
    content = (ctx.buffer(vertices.tobytes()), "4f 2f", "Position", "TexCoord")
    ctx.vertex_array(program, [content]).render(moderngl.TRIANGLE_STRIP)
    return target


def _spirv(text: str, stage: str, folder: str) -> Path:
    made = Path(folder) / f"{stage}.spv"
    _run("glslangValidator", "--stdin", "-S", STAGES[stage], "-V", "-o", made, text=text)
    return made


@cache
def _glsl(text: str, stage: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        # 430: the first version in which bindings and locations stay in the text
        return _run("spirv-cross", _spirv(text, stage, folder), "--version", "430", "--no-es")


def _run(*command: str | Path, text: str = "") -> str:
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=TRANSLATE_S, check=False
    )
    if done.returncode:
        raise ClientError(shortened(done.stdout + done.stderr)[:300] or f"{command[0]} failed")
    return done.stdout


def _missing(*programs: str) -> str | None:
    absent = [one for one in programs if which(one) is None]
    return "install glslang-tools, spirv-cross and spirv-tools" if absent else None


def _glslang_version() -> str:
    return "glslang " + _run("glslangValidator", "--version").split()[2].rpartition(":")[2]
