"""RetroArch of Debian 13: its image viewer shows the picture, its command port sets the preset."""

from __future__ import annotations

import re
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image

from tools.clients import switches, trixie
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.screen import virtual_screen

CONFIG: Final = {
    "audio_driver": "null",
    "input_driver": "x",
    "menu_driver": "null",
    "video_fullscreen": "true",
    "vrr_runloop_enable": "true",  # 60 frames a second; else it takes the whole processor
    "video_smooth": "false",
    "video_font_enable": "false",
    "video_shader_enable": "true",
    "aspect_ratio_index": "22",  # that of the screen, which has the picture's size
    "builtin_imageviewer_enable": "true",
    "config_save_on_exit": "false",
    "network_cmd_enable": "true",
}

FRAMES: Final = 3
"""How many frames are waited for once a preset is in place; a command is answered in each."""

ANSWER_S: Final = 1
START_S: Final = 40
PRESET_S: Final = 20


@dataclass(frozen=True)
class RetroArch:
    """Draws .slangp presets with the video ``driver``, "glcore" or "vulkan"."""

    driver: str

    hosts = ("retroarch",)
    exact = True

    @property
    def name(self) -> str:
        return f"RetroArch {self.driver}"

    def missing(self) -> str | None:
        return trixie.lacking("retroarch", "xwd")

    def version(self) -> str:
        return f"{trixie.versions('retroarch')}, {self.driver}"

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        """One start for each picture."""
        drawn: dict[int, Pixels | ClientError] = {}
        pictures = {(job.image.shape, job.image.tobytes()): job.image for job in jobs}
        for key, image in pictures.items():
            same = {
                number: job
                for number, job in enumerate(jobs)
                if (job.image.shape, job.image.tobytes()) == key
            }
            try:
                with _running(self.driver, image) as session:
                    drawn |= {number: session.drawn(job, number) for number, job in same.items()}
            except ClientError as error:
                drawn |= dict.fromkeys(same, error)
        return [drawn[number] for number in range(len(jobs))]


@dataclass(frozen=True)
class _Session:
    """A running RetroArch: its screen, its folder, its command port."""

    program: subprocess.Popen[bytes]
    display: str
    folder: Path
    port: socket.socket

    def drawn(self, job: Job, number: int) -> Pixels | ClientError:
        try:
            self._set(_preset(job, self.folder / str(number)))
            return trixie.screen_pixels(self.display)
        except ClientError as error:
            return error

    def _set(self, preset: Path) -> None:
        heard = len(self._said())
        self.port.send(f"SET_SHADER {preset}".encode())
        outcome = re.compile(
            rf'Applying shader: "{preset}"|Failed to create (preset|filter chain): "{preset}"'
        )
        patience = time.monotonic() + PRESET_S
        while not outcome.search(self._said()[heard:]):
            if time.monotonic() > patience:
                raise ClientError(f"did not set the preset in {PRESET_S} s")
            time.sleep(0.02)
        self.wait(PRESET_S)  # until it has said all
        said = self._said()[heard:]
        if "ERROR" in said:
            raise ClientError(switches.shortened(said))

    def _said(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def wait(self, limit_s: float) -> None:
        """Until further frames are drawn; raises ClientError."""
        self._drain()
        patience = time.monotonic() + limit_s
        frames = 0
        while frames < FRAMES:
            if self.program.poll() is not None or time.monotonic() > patience:
                raise ClientError(switches.shortened(self._said()) or "drew nothing")
            try:
                self.port.send(b"VERSION")
                self.port.recv(100)
                frames += 1
            except OSError:  # not listening yet, or late
                time.sleep(0.1)

    def _drain(self) -> None:
        """Forgets answers that came late: they tell of no further frame."""
        self.port.setblocking(False)
        with suppress(OSError):
            while self.port.recv(100):
                pass
        self.port.settimeout(ANSWER_S)


def _preset(job: Job, folder: Path) -> Path:
    """The job's files as exported, and a preset with the values as RetroArch saves a user's."""
    folder.mkdir()
    for name, text in job.files.items():
        (folder / name).write_text(text)
    lines = [f'#reference "{next(iter(job.files))}"']
    for name, value in job.values.items():
        if not any(f"#pragma parameter rtd_{name} " in text for text in job.files.values()):
            raise ClientError(f"has no '#pragma parameter rtd_{name}' to set it by")
        lines.append(f'rtd_{name} = "{value!r}"')
    preset = folder / "user.slangp"
    preset.write_text("\n".join(lines) + "\n")
    return preset


@contextmanager
def _running(driver: str, image: Pixels) -> Iterator[_Session]:
    height, width = image.shape[:2]
    with (
        tempfile.TemporaryDirectory(dir=trixie.SHARED) as name,
        virtual_screen(f"{width}x{height}") as display,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port,
    ):
        folder = Path(name)
        picture, config = folder / "in.png", folder / "retroarch.cfg"
        Image.fromarray(image).save(picture)
        number = _free_port()
        port.connect(("127.0.0.1", number))
        lines = {**CONFIG, "video_driver": driver, "network_cmd_port": str(number)}
        config.write_text("".join(f'{key} = "{value}"\n' for key, value in lines.items()))
        command = ("retroarch", "-v", "-c", str(config), str(picture))
        with trixie.running(*command, display=display, folder=folder) as program:
            session = _Session(program, display, folder, port)
            session.wait(START_S)
            yield session


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
