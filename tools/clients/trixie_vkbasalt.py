"""vkBasalt of Debian 13, a Vulkan layer that runs ReShade effects, here over an mpv that shows the
picture."""

from __future__ import annotations

import re
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PIL import Image

from tools.clients import switches, trixie
from tools.clients.base import ClientError, Job, Pixels
from tools.clients.screen import virtual_screen

LAYER: Final = trixie.FOLDER / "usr/share/vulkan/implicit_layer.d/vkBasalt.json"

PLAYER: Final = (
    "mpv",
    "--no-config",
    "--vo=gpu-next",
    "--gpu-api=vulkan",
    "--gpu-context=x11vk",
    "--gpu-sw=yes",
    "--no-audio",
    "--no-border",
    "--osc=no",
    "--osd-level=0",
    "--image-display-duration=inf",
    "--dither-depth=no",
    "--msg-level=all=error,shown=info",
)

SHOWN: Final = """\
-- frames are drawn for a while after the first
mp.register_event('playback-restart', function()
    mp.add_timeout(0.3, function() print('shown') end)
end)
"""

SHOW_S: Final = 20


class VkBasalt:
    """Draws .fx files; parameters are set in vkBasalt's settings, one start for each job."""

    name = "vkBasalt"
    hosts = ("reshade",)
    exact = True

    def missing(self) -> str | None:
        if not LAYER.exists():
            return trixie.without("vkbasalt")
        return trixie.lacking("mpv", "xwd")

    def version(self) -> str:
        return trixie.versions("vkbasalt")

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        return [_drawn(job) for job in jobs]


def _drawn(job: Job) -> Pixels | ClientError:
    height, width = job.image.shape[:2]
    with (
        tempfile.TemporaryDirectory(dir=trixie.SHARED) as name,
        virtual_screen(f"{width}x{height}") as display,
    ):
        folder = Path(name)
        Image.fromarray(job.image).save(folder / "in.png")
        (folder / "shown.lua").write_text(SHOWN)
        try:
            _write_effect(job, folder)
            return _shown(display, folder, f"--geometry={width}x{height}+0+0")
        except ClientError as error:
            return error


def _write_effect(job: Job, folder: Path) -> None:
    text = switches.main_text(job)
    (folder / "effect.fx").write_text(text)
    lines = {
        "effects": "effect",
        "effect": f"{folder}/effect.fx",
        "reshadeIncludePath": f"{folder}",
        "reshadeTexturePath": f"{folder}",
        "enableOnLaunch": "True",
    }
    for name, value in job.values.items():
        if not re.search(rf"uniform\s+float\s+rtd_{name}\b", text):
            raise ClientError(f"has no 'uniform float rtd_{name}' to set it by")
        lines[f"rtd_{name}"] = repr(value)
    settings = "".join(f"{name} = {value}\n" for name, value in lines.items())
    (folder / "vkBasalt.conf").write_text(settings)


def _shown(display: str, folder: Path, geometry: str) -> Pixels:
    layer = {
        "ENABLE_VKBASALT": "1",
        "VKBASALT_CONFIG_FILE": f"{folder}/vkBasalt.conf",
        "VKBASALT_LOG_FILE": f"{folder}/layer.log",
        "VKBASALT_LOG_LEVEL": "warn",
    }
    variables = [f"{name}={value}" for name, value in layer.items()]
    script, picture = f"--script={folder}/shown.lua", f"{folder}/in.png"
    command = ("env", *variables, *PLAYER, geometry, script, picture)
    with trixie.running(*command, display=display, folder=folder) as player:
        _wait(player, folder)
        pixels = trixie.screen_pixels(display)
    said = (folder / "layer.log").read_text(errors="replace")
    if said.strip():
        raise ClientError(switches.shortened(said))
    return pixels


def _wait(player: subprocess.Popen[bytes], folder: Path) -> None:
    """Until the picture is shown."""
    patience = time.monotonic() + SHOW_S
    while "shown" not in (said := (folder / "log").read_text(errors="replace")):
        if player.poll() is not None or time.monotonic() > patience:
            layer = folder / "layer.log"
            said += layer.read_text(errors="replace") if layer.exists() else ""
            raise ClientError(switches.shortened(said) or f"showed nothing in {SHOW_S} s")
        time.sleep(0.05)
