"""Chromium, without a screen: WebGL 2, Shadertoy's wrapper, three.js, Babylon.js, PixiJS, WebGPU.

Packages are installed by `install` (or ``python -m tools.clients.chromium``) into
``.clients/web/``; the pages that draw are in ``web/``.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from rtdeconv.plan import parameter_values
from tools.clients.base import ClientError, Job, Pixels

WEB: Final = Path(__file__).parent / "web"
CACHE: Final = Path(__file__).parents[2] / ".clients" / "web"
MODULES: Final = CACHE / "node_modules"

INSTALL_SECONDS: Final = 300
START_SECONDS: Final = 60
END_SECONDS: Final = 10
JOB_SECONDS: Final = 70
"""A little more than the page itself is given, so that its own words come first."""

ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-webgpu",
    "--use-webgpu-adapter=swiftshader",
)

MAX_WORDS: Final = 600
"""Characters of a complaint that are kept."""


def install() -> None:
    """Put the packages that the pages use into the cache folder."""
    CACHE.mkdir(parents=True, exist_ok=True)
    shutil.copy(WEB / "package.json", CACHE)
    # no package's own scripts: playwright-core would look for browsers, Debian's is used
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"]
    subprocess.run(command, cwd=CACHE, check=True, timeout=INSTALL_SECONDS)


@dataclass(frozen=True)
class Page:
    """One page of ``web/`` as a client: ``package`` is the library it shows, if any; ``inset``
    the space left around the picture, in px, where a page can leave some."""

    name: str
    hosts: tuple[str, ...]
    page: str
    package: str | None = None
    inset: int = 0
    exact: bool = True

    def missing(self) -> str | None:
        """What to install, or None."""
        if not _browser():
            return "install Debian's chromium"
        if not (shutil.which("node") and shutil.which("npm")):
            return "install Node 18 or newer, with npm"
        wanted = _wanted()
        if any(_installed(package) != version for package, version in wanted.items()):
            return "run python -m tools.clients.chromium, which installs npm packages"
        return None

    def version(self) -> str:
        """Of the library and the browser."""
        library = [f"{self.package} {_installed(self.package)}"] if self.package else []
        return ", ".join([*library, _browser_version()])

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        """All jobs in one browser."""
        request = {
            "chromium": _browser(),
            "arguments": ARGUMENTS,
            "modules": str(MODULES),
            "web": str(WEB),
            "page": self.page,
            "jobs": [_described(job, self.inset) for job in jobs],
        }
        answers = _answers(request)
        return [_result(job, answer) for job, answer in zip(jobs, answers, strict=True)]


CLIENTS: Final = (
    Page("WebGL 2", ("gles300",), "gles300"),
    Page("Shadertoy's wrapper, WebGL 2", ("shadertoy",), "shadertoy"),
    Page("three.js", ("three",), "three", "three"),
    Page("Babylon.js", ("babylon",), "babylon", "@babylonjs/core"),
    Page("PixiJS, whole screen", ("pixi",), "pixi", "pixi.js"),
    Page("PixiJS, smaller sprite", ("pixi",), "pixi", "pixi.js", inset=5),
    Page("WebGPU", ("wgsl",), "wgsl"),
)


def _described(job: Job, inset: int) -> dict[str, Any]:
    height, width = job.image.shape[:2]
    return {
        "files": dict(job.files),
        "width": width,
        "height": height,
        "image": base64.b64encode(np.ascontiguousarray(job.image).tobytes()).decode(),
        "stores": [one.store for one in job.plan.passes],
        "sampled": sorted(job.plan.sampled_images),
        "values": parameter_values(job.plan, job.values),
        "inset": inset,
    }


def _result(job: Job, answer: dict[str, str]) -> Pixels | ClientError:
    if "error" in answer:
        return ClientError(answer["error"][:MAX_WORDS])
    codes: Pixels = np.frombuffer(base64.b64decode(answer["pixels"]), np.uint8)
    return codes.reshape(job.image.shape)[:, :, :3].copy()


def _answers(request: dict[str, Any]) -> list[dict[str, str]]:
    """The driver's, one a job."""
    count = len(request["jobs"])
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        subprocess.Popen(
            ["node", str(WEB / "driver.mjs")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": folder},
        ) as driver,
    ):
        try:
            limit = START_SECONDS + JOB_SECONDS * count
            out, words = driver.communicate(json.dumps(request), timeout=limit)
        except subprocess.TimeoutExpired:
            return [{"error": f"Chromium gave no answer in {limit} s"}] * count
        finally:
            _end(driver)
    if driver.returncode != 0:
        return [{"error": f"Chromium could not be used: {words}"}] * count
    answers: list[dict[str, str]] = json.loads(out)
    return answers


def _end(driver: subprocess.Popen[str]) -> None:
    """Ask first: the driver then ends its browser and removes its folders. A browser whose driver
    was killed ends by itself, when the pipe between them closes."""
    if driver.poll() is not None:
        return
    driver.terminate()
    try:
        driver.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        driver.kill()


def _browser() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


@cache
def _browser_version() -> str:
    command = [_browser() or "chromium", "--version"]
    said = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    return " ".join(said.stdout.split()[:2])


def _wanted() -> dict[str, str]:
    wanted: dict[str, str] = json.loads((WEB / "package.json").read_text())["dependencies"]
    return wanted


def _installed(package: str) -> str | None:
    try:
        version: str = json.loads((MODULES / package / "package.json").read_text())["version"]
    except FileNotFoundError:
        return None
    return version


if __name__ == "__main__":
    install()
