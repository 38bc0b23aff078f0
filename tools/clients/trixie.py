"""A Debian 13 root folder, for clients that Debian 12 has only too old.

tools/clients/make_trixie.sh makes it, as root.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Final

import numpy as np

from tools.clients.base import ClientError, Pixels
from tools.clients.mesa import FLOAT_SAMPLING

FOLDER: Final = Path(
    os.environ.get("RTDECONV_TRIXIE") or Path(__file__).resolve().parents[2] / ".clients" / "trixie"
)

SHARED: Final = "/tmp"
"""Seen inside and outside at one path: X's sockets are there, so job folders must be too."""

ENTER: Final = (
    'mount --bind /dev "$0/dev" && mount -t proc proc "$0/proc" && '
    f'mount --bind {SHARED} "$0{SHARED}" && exec chroot "$0" "$@"'
)

# software drivers mix 8-bit texels to 8 bits again; this has them mix floats, as GPUs do
ANSWER_S: Final = 20
END_S: Final = 5


def lacking(*programs: str) -> str | None:
    """What stands against running ``programs`` in the root folder, or None."""
    absent = [one for one in programs if not (FOLDER / "usr" / "bin" / one).exists()]
    if absent:
        return without(absent[0])
    for tool, package in (("unshare", "util-linux"), ("Xvfb", "xvfb")):
        if which(tool) is None:
            return f"install {package}"
    return None if os.geteuid() == 0 else "run as root: mounts and chroot need it"


def without(name: str) -> str:
    """Says that the root folder lacks ``name``."""
    return f"no {name} in {FOLDER}: make it by tools/clients/make_trixie.sh, as root"


def versions(*packages: str) -> str:
    """Names and versions of packages in the root folder, without Debian's own part."""
    query = ["dpkg-query", f"--admindir={FOLDER}/var/lib/dpkg", "--show"]
    layout = "--showformat=${Package} ${source:Upstream-Version}, "
    done = subprocess.run([*query, layout, *packages], capture_output=True, text=True, timeout=9)
    return f"{done.stdout.strip(', ')} in Debian 13"


def entering(*command: str) -> list[str]:
    """``command`` inside the root folder, in mount and process namespaces of its own.

    They end with the command, however it ends: no mount and no process stays behind.
    """
    alone = ["unshare", "--mount", "--pid", "--fork", "--kill-child"]
    return [*alone, "sh", "-c", ENTER, str(FOLDER), *command]


@contextmanager
def running(*command: str, display: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """``command`` inside the root folder for as long as the block lasts; what it says is in
    ``folder``/log, and ``folder`` is its home."""
    home = {"HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
    with (folder / "log").open("wb") as log:
        program = subprocess.Popen(
            entering(*command),
            env={**os.environ, **FLOAT_SAMPLING, "DISPLAY": display, **home},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield program
        finally:
            _end(program)


def _end(program: subprocess.Popen[bytes]) -> None:
    if program.poll() is not None:
        return
    # unshare itself does not listen; it ends with the one process it started
    for child in Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text().split():
        os.kill(int(child), signal.SIGKILL)
    try:
        program.wait(END_S)
    except subprocess.TimeoutExpired:
        program.kill()
        program.wait()


def screen_pixels(display: str) -> Pixels:
    """What the X screen shows, (H, W, 3), row 0 on top."""
    command = entering("xwd", "-root", "-silent", "-display", display)
    done = subprocess.run(command, capture_output=True, timeout=ANSWER_S)
    if done.returncode:
        raise ClientError(done.stderr.decode(errors="replace").strip())
    # XWD: big-endian words; 0 is the header's size, 4 and 5 width and height, 12 the bytes of a
    # row, 19 the number of palette entries of 12 bytes; then pixels, here blue, green, red, unused
    head = np.frombuffer(done.stdout[:100], ">u4").astype(int)
    width, height, row_bytes = head[4], head[5], head[12]
    start = head[0] + 12 * head[19]
    rows = np.frombuffer(done.stdout[start : start + row_bytes * height], np.uint8)
    return rows.reshape(height, row_bytes // 4, 4)[:, :width, 2::-1].copy()
