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
    console = Console(stderr=True)
    progress = Progress(
        TextColumn(what),
        BarColumn(),
        MofNCompleteColumn(),
        _FramesPerSecond(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,  # a log wants no bar
    )
    task = progress.add_task(what, total=None)

    def shown(done: int, total: int | None) -> None:
        progress.start()  # not before a frame is there: a refusal stands alone
        progress.update(task, completed=done, total=total)

    try:
        yield shown
    finally:
        if progress.live.is_started:
            progress.stop()
