"""Compilers and validators that judge exported text, and the GLSL compiler's SPIR-V."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tools.clients import dxc, stubbed
from tools.clients.base import ClientError, Job
from tools.clients.opengl import OPENGL, OPENGL_ES, pasted
from tools.clients.switches import main_text, shortened

_TIMEOUT_S: Final = 60


def spirv_of_glsl(text: str, *options: str) -> bytes:
    """SPIR-V of a Vulkan GLSL fragment shader; raises ClientError with glslang's words."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.spv"
        _refused(["glslangValidator", "--stdin", "-S", "frag", "-V", *options, "-o", out], text)
        return out.read_bytes()


def validate(module: bytes) -> None:
    """Raises ClientError with spirv-val's words."""
    with tempfile.NamedTemporaryFile(suffix=".spv") as file:
        file.write(module)
        file.flush()
        _refused(["spirv-val", "--target-env", "vulkan1.1", file.name])


class Glslang:
    """The Khronos reference compiler, every pass; functions pasted into GLSL 3.30 and ES 3.00."""

    name = "glslang"
    hosts: tuple[str, ...] = ("glsl330", "gles300", "glsl-function", "glsl450")

    def missing(self) -> str | None:
        return _missing("glslangValidator", "glslang-tools")

    def version(self) -> str:
        return "glslang " + _said("glslangValidator", "--version").split()[2].rpartition(":")[2]

    def complaint(self, job: Job) -> str | None:
        texts = [main_text(job)]
        if job.host == "glsl-function":
            texts = [pasted(job, texts[0], version) for version in (OPENGL, OPENGL_ES)]
        for text in texts:
            for k in range(1, len(job.plan.passes) + 1):
                said = self.against(text, f"-DRTD_PASS={k}", vulkan=job.host == "glsl450")
                if said is not None:
                    return f"pass {k}: {said}"
        return None

    def against(
        self, text: str, *options: str, stage: str = "frag", vulkan: bool = False
    ) -> str | None:
        """What glslang has against any GLSL: the version by its #version line, else of options
        (``--glsl-version 300es``), ``vulkan`` for GLSL that becomes SPIR-V."""
        try:
            if vulkan:
                spirv_of_glsl(text, *options)
            else:
                _refused(["glslangValidator", "--stdin", "-l", "-S", stage, *options], text)
        except ClientError as reason:
            return str(reason)
        return None


class SpirvVal:
    """The SPIR-V validator, on what glslang and DXC make of every pass."""

    name = "spirv-val"
    hosts: tuple[str, ...] = ("glsl450", "hlsl", *stubbed.HOSTS)

    def missing(self) -> str | None:
        if (dxc_missing := dxc.missing()) is not None:
            return dxc_missing
        return _missing("spirv-val", "spirv-tools") or Glslang().missing()

    def version(self) -> str:
        return " ".join(_said("spirv-val", "--version").splitlines()[0].split()[:2])

    def complaint(self, job: Job) -> str | None:
        try:
            for module in _modules(job):
                validate(module)
        except ClientError as reason:
            return str(reason)
        return None


class Dxc:
    """Microsoft's HLSL compiler, to DXIL as a D3D12 game has it; engine files behind a stub."""

    name = "DXC"
    hosts: tuple[str, ...] = ("hlsl", *stubbed.HOSTS)

    def missing(self) -> str | None:
        return dxc.missing()

    def version(self) -> str:
        return dxc.version()

    def complaint(self, job: Job) -> str | None:
        try:
            for one in hlsl_shaders(job):
                dxc.compiled(one.text, one.vertex, "vs_6_0", dxil=True)
                dxc.compiled(one.text, one.pixel, "ps_6_0", dxil=True)
        except ClientError as reason:
            return str(reason)
        return None


def hlsl_shaders(job: Job) -> list[stubbed.Shader]:
    """Every pass of an HLSL file, plain or of an engine, and what comes beside it."""
    if job.host != "hlsl":
        return [*stubbed.shaders(job), *stubbed.companions(job)]
    text = main_text(job)
    return [stubbed.Shader(text, "vertex", f"pass{k + 1}") for k in range(len(job.plan.passes))]


def _modules(job: Job) -> Iterator[bytes]:
    if job.host == "glsl450":
        text = main_text(job)
        for k in range(1, len(job.plan.passes) + 1):
            yield spirv_of_glsl(text, f"-DRTD_PASS={k}")
        return
    for one in hlsl_shaders(job):
        yield dxc.compiled(one.text, one.vertex, "vs_6_0")
        yield dxc.compiled(one.text, one.pixel, "ps_6_0")


def _refused(command: Sequence[str | Path], text: str = "") -> None:
    """Raises ClientError with the command's words where it exits with an error."""
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        raise ClientError(shortened(done.stdout + done.stderr)[:600] or f"{command[0]} failed")


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=True)
    return done.stdout


def _missing(program: str, package: str) -> str | None:
    return None if shutil.which(program) else f"{program} is missing: apt-get install {package}"
