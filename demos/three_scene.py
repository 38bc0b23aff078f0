"""A three.js scene, soft as games often are, sharpened by the exported DeblurPass.

    python demos/three_scene.py [--soft gaussian:0.9 | --soft upscale:1.5:bilinear] [--open]

Writes out/three.png, the left half without the pass and the right half with it, and prints the PSNR
of both against the sharp scene. With --open: serves it for your browser until Ctrl+C, the division
following the mouse. Needs npm, and Chromium without --open.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Final

from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent.parent))

from rtdeconv import design
from rtdeconv.blur.base import Blur
from rtdeconv.blur.gaussian import Gaussian
from rtdeconv.blur.spec import parse_blur
from rtdeconv.blur.upscale import Upscale
from rtdeconv.designer import Design
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.metrics import psnr_db
from tools.clients import chromium

ROOT: Final = Path(__file__).parent.parent
PAGES: Final = Path(__file__).parent / "three"
TYPES: Final = {".html": "text/html", ".js": "text/javascript"}
WIDTH, HEIGHT = 1280, 720
SECONDS: Final = 60

Shots = SimpleQueue[tuple[str, bytes]]
"""What a page sent: names and PNG files."""


class Handler(BaseHTTPRequestHandler):
    """Gives the pages, npm's modules and the exported ``files``; takes ``shots``."""

    def __init__(self, files: dict[str, str], shots: Shots, *request: object) -> None:
        self.files, self.shots = files, shots
        super().__init__(*request)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """One file."""
        path = self.path.partition("?")[0].lstrip("/") or "index.html"
        body = self._content(path)
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Type", TYPES.get(Path(path).suffix, "text/plain"))
        self.end_headers()
        self.wfile.write(body or b"")

    def do_POST(self) -> None:
        """One shot."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(204)
        self.end_headers()
        self.shots.put((self.path.lstrip("/"), body))

    def _content(self, path: str) -> bytes | None:
        if path in self.files:
            return self.files[path].encode()
        inside = path.removeprefix("npm/")
        folder = PAGES if inside == path else chromium.MODULES
        file = (folder / inside).resolve()
        return file.read_bytes() if file.is_relative_to(folder) and file.is_file() else None

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def main() -> None:
    """Runs the demonstration."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--soft", default="gaussian:0.9", help="gaussian:S or upscale:F:bilinear")
    parser.add_argument("--open", action="store_true", help="in your browser, to play with")
    parser.add_argument("--out", type=Path, default=ROOT / "out")
    given = parser.parse_args()
    if not (chromium.MODULES / "three").exists():
        chromium.install()
    blur = parse_blur(given.soft)
    found = design(blur)
    shots: Shots = SimpleQueue()
    with _served(found.files("three", "deblur"), shots) as server:
        address = f"{server}?{_softness(blur)}"
        if given.open:
            _play(address)
        else:
            _compare(found, _drawn(address, shots), given.out / "three.png")


def _softness(blur: Blur) -> str:
    """What the page is asked for."""
    if isinstance(blur, Gaussian):
        return f"sigma={blur.sigma_px}"
    if isinstance(blur, Upscale):
        return f"scale={blur.factor}"
    raise SystemExit("--soft is gaussian:S or upscale:F:bilinear")


@contextmanager
def _served(files: dict[str, str], shots: Shots) -> Iterator[str]:
    """The address, on this machine only."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, files, shots)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _play(address: str) -> None:
    print(f"{address}  (Ctrl+C ends it)")
    webbrowser.open(address)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        print()


def _drawn(address: str, shots: Shots) -> dict[str, NDArray]:
    """What a browser without a screen draws: pixels (H, W, 3) by name."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [
            shutil.which("chromium") or "chromium-browser",
            "--headless",
            *chromium.ARGUMENTS,
            f"--user-data-dir={folder}/profile",
            f"{address}&still={WIDTH}x{HEIGHT}",
        ]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, stdout=quiet, stderr=quiet) as browser:
            try:
                sent = dict(shots.get(timeout=SECONDS) for _ in ("off", "on", "both", "sharp"))
            finally:
                browser.terminate()
        return {name: _pixels(png, Path(folder) / name) for name, png in sent.items()}


def _pixels(png: bytes, stem: Path) -> NDArray:
    file = stem.with_suffix(".png")
    file.write_bytes(png)
    return read_picture(file).pixels[..., :3].copy()


def _compare(found: Design, shots: dict[str, NDArray], path: Path) -> None:
    """Off and on beside each other, and both against the sharp scene."""
    print(f"design: {found.filter.label}, {found.plan.fetches} fetches")
    for name in ("off", "on"):
        db = psnr_db(shots[name] / 255, shots["sharp"] / 255)
        print(f"pass {name:3}: {db:.2f} dB against the sharp scene")
    both = shots["both"]
    both[:, WIDTH // 2] = 255
    path.parent.mkdir(parents=True, exist_ok=True)
    write_picture(path, Picture(both))
    print(f"wrote {path}")


if __name__ == "__main__":
    main()
