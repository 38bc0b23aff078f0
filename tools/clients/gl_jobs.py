"""Jobs drawn one after the other in an OpenGL context without a screen."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence

import moderngl

from rtdeconv.gpu import open_context
from tools.clients.base import ClientError, Job, Pixels


def drawn_each(
    jobs: Sequence[Job], one: Callable[[moderngl.Context, Job], Pixels]
) -> list[Pixels | ClientError]:
    """What ``one`` makes of every job, or what was said against it."""
    drawn: list[Pixels | ClientError] = []
    context = open_context()
    try:
        for job in jobs:
            try:
                drawn.append(one(context, job))
            except (ClientError, moderngl.Error, subprocess.SubprocessError) as refused:
                drawn.append(ClientError(str(refused)[:300]))
    finally:
        context.release()
    return drawn
