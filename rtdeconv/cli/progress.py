"""A progress bar for frames, on stderr: frames per second and time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text


class _FramesPerSecond(ProgressColumn):
    def render(self, task: Task) -> Text:
        """The rate of late, or dashes before the first frames."""
        return Text(f"{task.speed:.1f} fps" if task.speed else "--.- fps")


@contextmanager
def frames_shown(what: str = "frames") -> Iterator[Callable[[int, int | None], None]]:
    """Yields ``on_progress(frames done, frames in all or None)``."""
    columns = (
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        _FramesPerSecond(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("frames", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
