"""Running whole commands, in turn, and making clips for them."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import av

from rtdeconv.errors import RtdError

Key = TypeVar("Key")

WATCHED_EVERY_S = 0.02


@dataclass(frozen=True)
class Ran:
    """A command that was run: wall-clock seconds, those of all processors, peak resident MB, what
    it said on stderr."""

    seconds: float
    busy_s: float
    peak_mb: float
    said: str


def ran(words: Sequence[str]) -> Ran:
    """Runs a command to its end. Raises RtdError where it fails."""
    began = time.perf_counter()
    with subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as child:
        assert child.stderr is not None
        peak = Peak(child.pid)
        said = child.stderr.read()
        # wait4, for the times of this child alone
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RtdError(f"`{shlex.join(words)}` failed: {said.strip()}")
    return Ran(seconds, usage.ru_utime + usage.ru_stime, peak.mb(usage.ru_maxrss / 1024), said)


class Peak:
    """Watches a process's largest resident memory, but for its last 20 ms.

    What the system tells when it has ended counts the moment before it became another program too:
    never less than this process has.
    """

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._largest_kb = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def mb(self, otherwise: float) -> float:
        """In MB, once the process has ended; ``otherwise`` where no one tells."""
        self._thread.join()
        return self._largest_kb / 1024 or otherwise

    def _watch(self) -> None:
        time.sleep(WATCHED_EVERY_S)  # by then it is the program that was asked for
        with contextlib.suppress(OSError, ValueError):
            while True:
                words = self._status.read_text(encoding="ascii").split()
                self._largest_kb = int(words[words.index("VmHWM:") + 1])
                time.sleep(WATCHED_EVERY_S)


def interleaved(
    commands: Mapping[Key, Sequence[str]],
    runs: int,
    run: Callable[[Sequence[str]], Ran] = ran,
) -> dict[Key, list[Ran]]:
    """Every command ``runs`` times, in rounds: what slows the machine slows all of them."""
    found: dict[Key, list[Ran]] = {key: [] for key in commands}
    for _ in range(runs):
        for key, words in commands.items():
            found[key].append(run(words))
    return found


def repeated(source: Path, target: Path, *, times: int) -> None:
    """The clip's packets ``times`` over, sound included, nothing coded anew."""
    with av.open(str(target), "w") as out:
        for turn in range(times):
            with av.open(str(source)) as given:
                if turn == 0:
                    streams = [out.add_stream_from_template(stream) for stream in given.streams]
                for packet in given.demux():
                    if packet.dts is None:
                        continue
                    shift = round(turn * given.duration / av.time_base / packet.time_base)
                    packet.dts, packet.pts = packet.dts + shift, packet.pts + shift
                    packet.stream = streams[packet.stream.index]
                    out.mux(packet)
