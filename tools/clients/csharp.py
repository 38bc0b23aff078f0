"""Mono's C# compiler, on the scripts that come with Unity shaders."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tools.clients.base import Job
from tools.clients.switches import shortened

_STUB: Final = Path(__file__).parent / "stubs" / "unity.cs"
_TIMEOUT_S: Final = 60

_UNITIES: Final = {"Unity 2022.3": "UNITY_2022_3_OR_NEWER", "Unity 6": "UNITY_6000_0_OR_NEWER"}


class StubbedCSharp:
    """Syntax, and names and types as far as the stub tells those of Unity."""

    name = "mcs, stub"
    hosts: tuple[str, ...] = ("unity-urp", "unity-builtin")

    def missing(self) -> str | None:
        return None if shutil.which("mcs") else "mcs is missing: apt-get install mono-mcs"

    def version(self) -> str:
        return f"mcs {_run('--version').stdout.split()[-1]} behind a stub of Unity"

    def complaint(self, job: Job) -> str | None:
        scripts = {name: text for name, text in job.files.items() if name.endswith(".cs")}
        if not scripts:
            return "no script comes with the shader"
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for file, text in scripts.items():
                (folder / file).write_text(text, "utf-8")
            for unity, define in _UNITIES.items():
                done = _run(
                    *("-target:library", "-langversion:7.2", "-warnaserror+", f"-define:{define}"),
                    f"-out:{folder / 'out.dll'}",
                    *(str(_STUB), *(str(folder / file) for file in scripts)),
                )
                if done.returncode != 0:
                    return f"{unity}: {shortened(done.stdout + done.stderr)}"
        return None


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["mcs", *arguments], capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
    )
