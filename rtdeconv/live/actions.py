"""What a person keeps of a session: snapshots, recordings, the filter as a shader.

Files are written by a thread beside the frames; nothing that exists is written over.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv import design_file
from rtdeconv.designs import Design
from rtdeconv.emit import host_named
from rtdeconv.errors import RtdError
from rtdeconv.live.loop import Loop
from rtdeconv.media.files import cannot_write, write_texts_whole
from rtdeconv.media.pictures import Picture, write_picture
from rtdeconv.media.recorder import Recorder
from rtdeconv.planner import for_host

FIRST_HOST: Final = "glsl330"
Rgb = NDArray[np.uint8]


class Actions:
    """Snapshot, record, export. Call `poll` every turn, and `close` in the end, before the loop.

    ``folder``: where files go; ``wake`` is called from the thread when one is written.
    """

    def __init__(
        self,
        loop: Loop,
        folder: Path,
        *,
        wake: Callable[[], None] = lambda: None,
        today: Callable[[], datetime] = datetime.now,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.host = FIRST_HOST
        self._loop, self._folder, self._wake = loop, folder, wake
        self._today, self._clock = today, clock
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="files")
        self._under_way: list[Future[str]] = []
        self._recorder: Recorder | None = None
        self._began_s = 0.0

    @property
    def recording_s(self) -> float | None:
        """How long the recording has been going on, None where there is none."""
        return None if self._recorder is None else self._clock() - self._began_s

    def snapshot(self) -> None:
        """The frame before and after, and the filter, into a folder named for the time."""
        if self._loop.picture is None:
            self._loop.say("there is no frame yet to take a snapshot of")
            return
        if self._is_early("take the snapshot"):
            return
        width, height = self._loop.picture
        before, after = (np.empty((height, width, 3), np.uint8) for _ in range(2))
        self._loop.player.read_before(before)
        self._loop.player.read_after(after)
        design, name = self._loop.design, self._name()
        self._begin(lambda: _kept(self._folder, name, before, after, design))

    def record(self) -> None:
        """Begins a recording of the restored frames, or ends the one that goes on."""
        if self._recorder is not None:
            self._end_recording()
            return
        if self._loop.picture is None:
            self._loop.say("there is no frame yet to record")
            return
        path = free(self._folder, self._name(), ".mp4")
        try:
            recorder = Recorder(path, self._loop.picture)
            recorder.__enter__()
        except RtdError as refusal:
            self._loop.say(str(refusal))
            return
        self._recorder, self._began_s = recorder, self._clock()
        self._loop.sinks.append(recorder)
        self._loop.say(f"recording to {path}")

    def export(self) -> None:
        """The filter as the chosen host's shader files."""
        if self._is_early("export it"):
            return
        design, host, folder = self._loop.design, self.host, self._folder
        self._begin(lambda: _exported(design, host, folder))

    def poll(self) -> None:
        """Says what became of the files written since."""
        if self._recorder is not None and self._recorder not in self._loop.sinks:
            self._end_recording()  # the loop let it go because it failed
        for done in [one for one in self._under_way if one.done()]:
            self._under_way.remove(done)
            try:
                self._loop.say(done.result())
            except RtdError as refusal:
                self._loop.say(str(refusal))

    def close(self) -> None:
        """Ends a recording, its video whole, and waits for what is being written. Raises what
        nobody was told: MediaError where a file could not be written."""
        if self._recorder is not None:
            self._end_recording()
        self._thread.shutdown()
        under_way, self._under_way = self._under_way, []
        for done in under_way:
            done.result()

    def _end_recording(self) -> None:
        recorder, self._recorder = self._recorder, None
        assert recorder is not None
        if recorder in self._loop.sinks:
            self._loop.sinks.remove(recorder)
        self._begin(lambda: _ended(recorder))

    def _is_early(self, what: str) -> bool:
        """Whether what is shown is not yet the filter that there will be, which is then said."""
        if self._loop.is_learning:
            self._loop.say(f"the filter is still being learned; {what} again in a moment")
        return self._loop.is_learning

    def _begin(self, work: Callable[[], str]) -> None:
        begun = self._thread.submit(work)
        begun.add_done_callback(lambda _: self._wake())
        self._under_way.append(begun)

    def _name(self) -> str:
        return f"rtdeconv-{self._today():%Y%m%d-%H%M%S}"


def free(folder: Path, stem: str, suffix: str = "") -> Path:
    """The first of ``stem``, ``stem-2``, ``stem-3``... that is not there."""
    names = chain([stem], (f"{stem}-{number}" for number in count(2)))
    return next(path for name in names if not (path := folder / f"{name}{suffix}").exists())


def _kept(folder: Path, name: str, before: Rgb, after: Rgb, design: Design) -> str:
    """A snapshot's folder, there only when all of it is."""
    place = free(folder, name)
    hidden = folder / f".{place.name}.part"
    try:
        hidden.mkdir()
        try:
            write_picture(hidden / "before.png", Picture(before))
            write_picture(hidden / "after.png", Picture(after))
            design_file.save(design, hidden / "filter.json")
            hidden.rename(place)
        except BaseException:
            shutil.rmtree(hidden, ignore_errors=True)
            raise
    except OSError as error:
        raise cannot_write(place, error) from error
    return f"snapshot: {place}/"


def _ended(recorder: Recorder) -> str:
    recorder.__exit__(None, None, None)
    if not recorder.frames:
        return "no frame came while recording, so there is no video"
    lost = f", {recorder.dropped} left out because they came too fast" if recorder.dropped else ""
    return f"recorded {recorder.frames} frames{lost}: {recorder.path}"


def _exported(design: Design, host_name: str, folder: Path) -> str:
    """The design's files for the host, or those of the nearest filter that it takes."""
    host = host_named(host_name)
    taken = for_host(design, host)
    for number in count(1):
        stem = taken.file_stem if number == 1 else f"{taken.file_stem}-{number}"
        texts = {folder / name: text for name, text in taken.files(host.name, stem).items()}
        if not any(path.exists() for path in texts):
            break
    write_texts_whole(texts)
    main, *others = texts
    more = f" and {len(others)} more beside it" if others else ""
    refusal = host.refusal(design.plan)
    instead = f"{refusal}, so this is {taken.filter.label} instead; " if refusal else ""
    return f"{instead}wrote {main}{more}"
