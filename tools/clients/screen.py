"""A virtual X screen for clients that want a window."""

from __future__ import annotations

import os
import select
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from tools.clients.base import ClientError

START_LIMIT_S = 20
END_LIMIT_S = 5


@contextmanager
def virtual_screen(size: str = "1280x1024") -> Iterator[str]:
    """The name of a display that ends with the block."""
    told, telling = os.pipe()
    command = ["Xvfb", "-displayfd", str(telling), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(
        command, pass_fds=[telling], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(telling)
    try:
        with os.fdopen(told) as answer:
            ready, _, _ = select.select([answer], [], [], START_LIMIT_S)
            number = answer.readline().strip() if ready else ""
        if not number:
            raise ClientError("Xvfb did not start")
        yield f":{number}"
    finally:
        end(server)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program, by force where it does not listen."""
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
