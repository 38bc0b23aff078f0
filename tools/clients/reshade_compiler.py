"""ReShade's own FX compiler, from the sources that Debian's vkBasalt source package embeds."""

from __future__ import annotations

import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import which
from typing import Final

from tools.clients.base import ClientError, Job

HERE: Final = Path(__file__).resolve().parent
FOLDER: Final = HERE.parents[1] / ".clients" / "reshade"
"""Where the compiler is built; git ignores it."""

PROGRAM: Final = FOLDER / "reshadefx"
VERSION: Final = FOLDER / "version"
SOURCES: Final = (
    "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
    "http://deb.debian.org/debian bookworm main\n"
)
SPIRV_HEADER: Final = Path("/usr/include/spirv/unified1/spirv.hpp")

BUILD_S: Final = 240
COMPILE_S: Final = 20


@dataclass(frozen=True)
class Sampler:
    """A sampler of the effect, bound in the order of declaration."""

    name: str
    texture: str
    is_linear: bool
    address: tuple[int, int]


@dataclass(frozen=True)
class Target:
    """A texture that a pass may write. ``format``: ReShade's number of it."""

    width: int
    height: int
    format: int


@dataclass(frozen=True)
class Pass:
    """Entry points of one pass; ``target`` is empty for the back buffer."""

    technique: str
    vertex: str
    pixel: str
    target: str


@dataclass(frozen=True)
class Effect:
    """What the compiler made of one .fx file. ``uniforms``: byte offsets in their block."""

    spirv: Path
    passes: tuple[Pass, ...]
    samplers: tuple[Sampler, ...]
    targets: dict[str, Target]
    pictures: frozenset[str]
    uniforms: dict[str, int]
    remarks: str


class ReShadeCompiler:
    """Judges .fx files: no error, no warning, one technique, valid SPIR-V."""

    name = "ReShade FX compiler"
    hosts = ("reshade",)

    def missing(self) -> str | None:
        return not_built()

    def version(self) -> str:
        return f"as in {VERSION.read_text()}"

    def complaint(self, job: Job) -> str | None:
        try:
            with compiled(job) as effect:
                return effect.remarks or _wrong(effect)
        except ClientError as refused:
            return str(refused)


def not_built() -> str | None:
    """Builds the compiler where it is absent; what stands against that, or None."""
    if PROGRAM.exists() and which("spirv-val") is not None:
        return None
    lacking = [tool for tool in ("g++", "apt-get", "spirv-val") if which(tool) is None]
    if lacking or not SPIRV_HEADER.exists():
        return "install g++, spirv-headers and spirv-tools on Debian; the sources come by apt-get"
    try:
        with tempfile.TemporaryDirectory() as folder:
            _build(_sources(Path(folder)))
    except (subprocess.SubprocessError, OSError, ValueError, tarfile.TarError) as failed:
        said = getattr(failed, "stderr", None) or str(failed)
        return f"the ReShade FX compiler could not be built: {_shortened(said)}"
    return None


def _sources(folder: Path) -> Path:
    """The unpacked source package, by lists of its own, so that the machine's stay."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "sources.list").write_text(SOURCES)
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": folder / "lists",
        "Dir::Cache": folder / "cache",
        "APT::Sandbox::User": "root",
    }
    apt = ["apt-get", "-qq", *(f"-o{key}={value}" for key, value in settings.items())]
    _run([*apt, "update"], folder, BUILD_S)
    _run([*apt, "source", "--download-only", "vkbasalt"], folder, BUILD_S)
    (package,) = folder.glob("vkbasalt_*.orig.tar.*")
    with tarfile.open(package) as archive:
        # asked for where Python has it: 3.11.2, Debian 12's, has not
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)
    (unpacked,) = folder.glob("*/src/reshade")
    return unpacked.parents[1]


def _build(package: Path) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    code = package / "src" / "reshade"
    made = PROGRAM.with_suffix(".new")
    options = ["-std=c++20", "-O1", "-w", "-DNDEBUG", f"-I{code}", "-o", made]
    _run(["g++", *options, HERE / "reshade_main.cpp", *sorted(code.glob("*.cpp"))], HERE, BUILD_S)
    VERSION.write_text(package.name)
    made.rename(PROGRAM)


@contextmanager
def compiled(job: Job) -> Iterator[Effect]:
    """The job's effect, its SPIR-V in a folder that goes away; raises ClientError."""
    height, width = job.image.shape[:2]
    name, text = next(iter(job.files.items()))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_text(text)
        spirv = Path(folder) / "effect.spv"
        try:
            done = _run([PROGRAM, name, spirv, str(width), str(height)], folder)
            _run(["spirv-val", "--target-env", "vulkan1.1", spirv], folder)
        except subprocess.CalledProcessError as failed:
            raise ClientError(_shortened(failed.stderr)) from None
        except subprocess.TimeoutExpired as failed:
            raise ClientError(str(failed)) from None
        yield _effect(spirv, done.stdout, _shortened(done.stderr))


def _effect(spirv: Path, listed: str, remarks: str) -> Effect:
    rows = [line.split("\t") for line in listed.splitlines()]

    def of(kind: str) -> list[list[str]]:
        return [row[1:] for row in rows if row[0] == kind]

    # bits 0x10, 0x4 of the filter: linear where minified, where magnified
    samplers = tuple(
        Sampler(name, texture, int(filtering) & 0x14 == 0x14, (int(u), int(v)))
        for name, texture, filtering, u, v, _ in of("sampler")
    )
    if any(row[-1] != "0" for kind in ("sampler", "pass") for row in of(kind)):
        raise ClientError("SRGBTexture and SRGBWriteEnable are not drawn here")
    textures = of("texture")
    return Effect(
        spirv,
        tuple(Pass(*row[:4]) for row in of("pass")),
        samplers,
        {name: Target(int(w), int(h), int(f)) for name, kind, w, h, f in textures if not kind},
        frozenset(name for name, kind, *_ in textures if kind == "COLOR"),
        {name: int(offset) for name, offset in of("uniform")},
        remarks,
    )


def _wrong(effect: Effect) -> str | None:
    techniques = {one.technique for one in effect.passes}
    return None if len(techniques) == 1 else f"{len(techniques)} techniques in place of one"


def _run(
    command: list[str | Path], folder: str | Path, limit_s: float = COMPILE_S
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
        timeout=limit_s,
    )


def _shortened(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return "; ".join(lines[:3])[:300]
