"""Godot 3 in a virtual X screen: one start draws all jobs, as a 2D game would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
from PIL import Image

from rtdeconv.emit.bindings import prefixed, source_or_image
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.godot4_as_3 import translated
from tools.clients.mesa import FLOAT_SAMPLING
from tools.clients.screen import virtual_screen
from tools.clients.switches import shortened

RUNNER: Final = "godot3-runner"
START_LIMIT_S: Final = 30
JOB_LIMIT_S: Final = 2

PROJECT: Final = Path(__file__).parent / "godot_project"


@dataclass(frozen=True)
class Godot3:
    """One of the two drivers of Godot 3; ``translates``: it draws Godot 4's files, translated.

    A job's shader files are its passes, in the order in which ``files`` has them.
    """

    driver: Literal["GLES2", "GLES3"]
    translates: bool = False
    exact: bool = False

    @property
    def hosts(self) -> tuple[str, ...]:
        return ("godot4",) if self.translates else ("godot3",)

    @property
    def name(self) -> str:
        return f"Godot 3 {self.driver}{', translated' * self.translates}"

    def missing(self) -> str | None:
        for program, package in ((RUNNER, RUNNER), ("Xvfb", "xvfb"), ("cpp", "cpp")):
            if shutil.which(program) is None:
                return f"install {package}"
        return None

    def version(self) -> str:
        done = subprocess.run(
            [RUNNER, "--version"], capture_output=True, text=True, timeout=START_LIMIT_S
        )
        number = re.search(r"\d+(\.\d+)+", done.stdout)
        return f"Godot {number[0] if number else 'of unknown version'} {self.driver}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            shutil.copytree(PROJECT, folder, dirs_exist_ok=True)
            refused: dict[int, ClientError] = {}
            orders = []
            for number, job in enumerate(jobs):
                try:
                    orders.append(self._order(folder, number, job))
                except ClientError as error:
                    refused[number] = error
            (folder / "jobs.json").write_text(json.dumps(orders), encoding="utf-8")
            try:
                said = self._said(folder, jobs) if orders else {}
            except ClientError as error:
                return [refused.get(number, error) for number in range(len(jobs))]
            return [
                refused.get(number) or _drawn(folder, number, said) for number in range(len(jobs))
            ]

    def _order(self, folder: Path, number: int, job: Job) -> dict[str, Any]:
        """What main.gd is to do for the job, whose files are written to ``folder``."""
        texts = [text for name, text in job.files.items() if name.endswith("shader")]
        count = len(job.plan.passes)
        if len(texts) != count:
            raise ClientError(f"{count} passes need as many shader files, not {len(texts)}")
        if count > 1 and self.driver == "GLES2":
            raise ClientError("GLES2 has no float viewports, which several passes need")
        samplers = [[source_or_image(k)] for k in range(count)]
        linear = set(job.plan.sampled_images)
        if self.translates:
            texts, samplers[0][1:], linear = _as_godot3(texts, samplers)
        values = {prefixed(name): value for name, value in job.values.items()}
        _check_declared(values, texts)
        for k, text in enumerate(texts):
            (folder / f"{number}.{k}.shader").write_text(text, encoding="utf-8")
        Image.fromarray(job.image).save(folder / f"{number}.in.png")
        height, width = job.image.shape[:2]
        return {
            "name": str(number),
            "width": width,
            "height": height,
            "image": f"{number}.in.png",
            "passes": [f"{number}.{k}.shader" for k in range(count)],
            "values": values,
            "samplers": samplers,
            "linear": sorted(linear),
            "screen_is_copied": count == 1 and not self.translates,
        }

    def _said(self, folder: Path, jobs: Sequence[Job]) -> dict[str, str]:
        """Draws; what Godot said on the error stream, by job."""
        sides = [max(640, *(job.image.shape[axis] for job in jobs)) for axis in (1, 0)]
        command = [RUNNER, "--path", str(folder), "--video-driver", self.driver]
        with virtual_screen("{}x{}".format(*sides)) as display:
            try:
                done = subprocess.run(
                    [*command, "--audio-driver", "Dummy"],
                    env={**os.environ, **FLOAT_SAMPLING, "DISPLAY": display, "HOME": str(folder)},
                    capture_output=True,
                    text=True,
                    timeout=START_LIMIT_S + JOB_LIMIT_S * len(jobs),
                )
            except subprocess.TimeoutExpired as error:
                raise ClientError(f"Godot did not end in {error.timeout:.0f} s") from error
        parts = re.split(r"(?m)^JOB (\w+)$", done.stderr)
        return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def _as_godot3(
    texts: Iterable[str], samplers: Sequence[Sequence[str]]
) -> tuple[list[str], list[str], set[int]]:
    """The texts for Godot 3, the names they have for the screen, the images they filter."""
    both = [translated(text) for text in texts]
    declared = [sampler for _, found in both for sampler in found]
    screens = sorted({sampler.name for sampler in declared if sampler.is_screen})
    number = {name: k for k, names in enumerate(samplers) for name in names}
    number.update(dict.fromkeys(screens, 0))
    for sampler in declared:
        if sampler.name not in number:
            raise ClientError(f"nothing is known to give to {sampler.name}")
    linear = {number[sampler.name] for sampler in declared if sampler.is_linear}
    return [text for text, _ in both], screens, linear


def _check_declared(values: Mapping[str, float], texts: Sequence[str]) -> None:
    for name in values:
        if not any(re.search(rf"\buniform\s+float\s+{name}\b", text) for text in texts):
            raise ClientError(f"has no uniform {name} to set")


def _drawn(folder: Path, number: int, said: Mapping[str, str]) -> Pixels | ClientError:
    complaint = said.get(str(number), "Godot ended before this job")
    if complaint:
        return ClientError(shortened(complaint))
    with Image.open(folder / f"{number}.out.png") as picture:
        return np.array(picture.convert("RGB"))
