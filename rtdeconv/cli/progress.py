"""A progress bar on stderr: what is done, how fast, and the time left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

OnProgress = Callable[[float, int | None], None]


@contextmanager
def frames_shown(what: str = "frames", unit: str = "fps") -> Iterator[OnProgress]:
    """Yields ``on_progress(done, all of them or None)``; ``unit`` is that of the rate."""
    if not sys.stderr.isatty():  # a log wants no bar, and none should wait for rich
        yield lambda done, total: None
        return
    with _bar(what, unit) as shown:
        yield shown


@contextmanager
def _bar(what: str, unit: str) -> Iterator[OnProgress]:
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

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            """The rate of late, or dashes before the first frames."""
            return Text(f"{task.speed:.1f} {unit}" if task.speed else f"--.- {unit}")

    columns = (BarColumn(), MofNCompleteColumn(), Rate(), TimeRemainingColumn())
    progress = Progress(TextColumn(what), *columns, console=Console(stderr=True))
    task = progress.add_task(what, total=None)

    def shown(done: float, total: int | None) -> None:
        progress.start()  # not before a frame is there: a refusal stands alone
        progress.update(task, completed=done, total=total)

    try:
        yield shown
    finally:
        if progress.live.is_started:
            progress.stop()
