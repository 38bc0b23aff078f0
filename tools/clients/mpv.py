"""mpv in a virtual X screen: one player draws all jobs, told what to do over its socket."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tools.clients import switches, trixie
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.mesa import FLOAT_SAMPLING
from tools.clients.screen import end, virtual_screen

LIMIT_S = 30

HERE = ("mpv",)

PLAIN_WINDOW = (
    "--no-config",
    "--gpu-sw=yes",
    "--no-audio",
    "--idle=yes",
    "--force-window=yes",
    "--no-border",
    "--osc=no",
    "--osd-level=0",
    "--image-display-duration=inf",
    "--dither-depth=no",
    "--screenshot-high-bit-depth=no",
    "--msg-level=all=error",
)
"""Nothing over the picture, nothing done to it; software rendering has to be asked for."""

EXPECTED = "Suspected software renderer"


class Mpv:
    """Draws the plain variant with ``vo=gpu``; a strength is set in the file's switch."""

    name = "mpv"
    hosts: tuple[str, ...] = ("mpv",)
    exact = False
    output = "gpu"

    def missing(self) -> str | None:
        for program, package in (("mpv", "mpv"), ("Xvfb", "xvfb")):
            if shutil.which(program) is None:
                return f"install {package}"
        return None

    def version(self) -> str:
        number = re.search(r"mpv v?([\d.]+)", _about(self._program()))
        return f"mpv {number[1] if number else 'of unknown version'} vo={self.output}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        drawn: dict[int, Pixels | ClientError] = {}
        for size in sorted({job.image.shape[:2] for job in jobs}):
            same = {n: job for n, job in enumerate(jobs) if job.image.shape[:2] == size}
            try:
                with _player(self._program(), self.output, *size) as player:
                    drawn |= {n: self._drawn(player, job) for n, job in same.items()}
            except ClientError as error:
                drawn |= dict.fromkeys(same, error)
        return [drawn[n] for n in range(len(jobs))]

    def _drawn(self, player: _Player, job: Job) -> Pixels | ClientError:
        try:
            return player.drawn(self._text(job), job.image, self._options(job))
        except ClientError as error:
            return error

    def _program(self) -> tuple[str, ...]:
        return HERE

    def _text(self, job: Job) -> str:
        return switches.with_defines(switches.main_text(job), job.values)

    def _options(self, job: Job) -> Mapping[str, float]:
        return {}


class MpvParam(Mpv):
    """Draws the variant with parameters with ``vo=gpu-next``, through ``glsl-shader-opts``, by this
    machine's mpv or Debian 13's."""

    name = "mpv, PARAM"
    hosts = ("mpv-param",)
    output = "gpu-next"

    def missing(self) -> str | None:
        if _knows_parameters() and shutil.which("Xvfb"):
            return None
        lacking = trixie.lacking("mpv")
        return lacking and f"mpv 0.36 or later, and Xvfb, are not installed; {lacking}"

    def _program(self) -> tuple[str, ...]:
        return HERE if _knows_parameters() else tuple(trixie.entering("mpv"))

    def _text(self, job: Job) -> str:
        return switches.main_text(job)

    def _options(self, job: Job) -> Mapping[str, float]:
        return job.values


@cache
def _about(program: tuple[str, ...]) -> str:
    command = [*program, "--no-config", "--version"]
    return subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S).stdout


def _knows_parameters() -> bool:
    # players too old for PARAM do not say which libplacebo they are built with
    return shutil.which("mpv") is not None and "libplacebo version" in _about(HERE)


class _Player:
    """A running mpv: its socket, and a folder for what goes in and out."""

    def __init__(self, link: socket.socket, folder: Path) -> None:
        self._link, self._folder = link, folder
        self._lines = link.makefile("r", encoding="utf-8")
        self._complaints: list[str] = []
        self._number = 0
        self._ask("request_log_messages", "warn")

    def drawn(self, text: str, image: Pixels, options: Mapping[str, float]) -> Pixels:
        """The window's pixels with ``image`` played through the shader file ``text``."""
        self._number += 1
        shader, picture, shot = (
            self._folder / f"{self._number}.{kind}" for kind in ("hook", "in.png", "out.png")
        )
        shader.write_text(text, encoding="utf-8")
        Image.fromarray(image).save(picture)
        try:
            self._ask("set_property", "glsl-shader-opts", {k: repr(v) for k, v in options.items()})
            self._ask("set_property", "glsl-shaders", [str(shader)])
            self._ask("loadfile", str(picture), "replace")
            self._await(lambda said: said.get("event") == "playback-restart")
            self._ask("screenshot-to-file", str(shot), "window")
        finally:
            self._raise_complaints()
        pixels = np.asarray(Image.open(shot).convert("RGB"))
        if pixels.shape[:2] != image.shape[:2]:
            raise ClientError(f"drew {pixels.shape[1]}x{pixels.shape[0]} pixels")
        return pixels

    def _raise_complaints(self) -> None:
        # mpv sends what it logged before it reads on: once this is answered, all of it was heard
        self._ask("get_property", "pid")
        said = [line for line in self._complaints if EXPECTED not in line]
        self._complaints.clear()
        if said:
            raise ClientError(switches.shortened("\n".join(said)))

    def _ask(self, *command: Any) -> None:
        words = json.dumps({"command": command, "request_id": 1})
        try:
            self._link.sendall(words.encode() + b"\n")
        except OSError:
            raise ClientError("ended") from None
        answer = self._await(lambda said: said.get("request_id") == 1 and "error" in said)
        if answer["error"] != "success":
            raise ClientError(f"{command[0]}: {answer['error']}")

    def _await(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        try:
            for line in self._lines:
                said = json.loads(line)
                if said.get("event") == "log-message":
                    self._complaints.append(f"{said['prefix']}: {said['text'].strip()}")
                elif wanted(said):
                    return dict(said)
        except OSError:
            raise ClientError(f"did not answer in {LIMIT_S} s") from None
        raise ClientError("ended")


@contextmanager
def _player(program: tuple[str, ...], output: str, height: int, width: int) -> Iterator[_Player]:
    with (
        tempfile.TemporaryDirectory() as name,
        virtual_screen() as display,
        socket.socket(socket.AF_UNIX) as link,
        Path(name, "said").open("wb") as said,
    ):
        folder = Path(name)
        window = (f"--vo={output}", "--gpu-context=x11egl", f"--geometry={width}x{height}+0+0")
        server = f"--input-ipc-server={folder / 'socket'}"
        mpv = subprocess.Popen(
            [*program, *PLAIN_WINDOW, *window, server],
            env={**os.environ, **FLOAT_SAMPLING, "DISPLAY": display, "XDG_RUNTIME_DIR": name},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            _connect(link, folder, mpv)
            yield _Player(link, folder)
        finally:
            # the root folder's player does not hear signals sent to what contains it
            with suppress(OSError):
                link.sendall(b'{"command": ["quit"]}\n')
            end(mpv)


def _connect(link: socket.socket, folder: Path, mpv: subprocess.Popen[bytes]) -> None:
    link.settimeout(LIMIT_S)
    for _ in range(10 * LIMIT_S):
        if mpv.poll() is not None:
            break
        try:
            link.connect(str(folder / "socket"))
        except OSError:
            time.sleep(0.1)
        else:
            return
    said = (folder / "said").read_text(encoding="utf-8", errors="replace")
    raise ClientError(switches.shortened(said) or "did not start")
