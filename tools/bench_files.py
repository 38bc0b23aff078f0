"""From file to file: `rtdeconv apply` beside ffmpeg's sharpeners, whole commands with the encoder
set alike, and the memory that `apply` takes."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final, TypeAlias

from bench_commands import Ran, interleaved, ran, repeated
from bench_tables import Asked, Cell, Table

from rtdeconv.errors import DeviceError, RtdError
from rtdeconv.gpu import open_context

CLIP: Final = Path(__file__).parent.parent / "tests" / "data" / "bigbuckbunny_720p.mp4"
CLIP_FRAMES: Final = 132
CLIP_SAID: Final = "1280x720 H.264 with sound"
TIMES: Final = 10
"""The long clip is the clip so many times over."""

CODEC, PRESET, CRF = "libx264", "veryfast", "18"
FIR: Final = ("gaussian:0.7", "--method", "fir", "--taps", "5")
ON_RGB: Final = (*FIR, "--light", "linear")
OURS: Final = {
    "apply, 5x5 on luma, encoded light": (*FIR, "--light", "encoded", "--luma"),
    "apply, 5x5 on RGB, linear light": ON_RGB,
}
DEVICES: Final = ("cpu", "auto")
FFMPEG: Final = {
    "ffmpeg -vf unsharp=5:5": ("-vf", "unsharp=5:5"),
    "ffmpeg -vf cas": ("-vf", "cas"),
    "ffmpeg, no filter": (),
}
BESIDE: Final = "ffmpeg -vf unsharp=5:5"
"""What the others' throughput is a ratio to."""

Words: TypeAlias = Sequence[str]


def tables(asked: Asked) -> Iterator[Table]:
    """Throughput on the clip and on the long clip. Raises RtdError where ffmpeg is missing or a
    command fails."""
    if shutil.which("ffmpeg") is None:
        raise RtdError("this section puts ffmpeg beside apply; install it, or name other sections")
    with clips() as found:
        for frames, clip in found.items():
            runs = asked.runs if asked.full or frames == CLIP_FRAMES else 1
            with tempfile.TemporaryDirectory() as folder:
                listed = commands(clip, Path(folder) / "out.mp4")
                yield throughput(frames, interleaved(listed, runs))


def memory_tables(asked: Asked) -> Iterator[Table]:
    """Peak memory of `apply` on both clips; of the long one on software GL only with ``full``."""
    rows: list[tuple[Cell, ...]] = []
    with clips() as found, tempfile.TemporaryDirectory() as folder:
        for device in ("cpu", "gpu") if _has_gl() else ("cpu",):
            first: float | None = None
            for frames, clip in found.items():
                if device == "gpu" and frames > CLIP_FRAMES and not asked.full:
                    continue
                one = ran(apply(ON_RGB, clip, Path(folder) / "out.mp4", device))
                growth = None if first is None else 100 * (one.peak_mb / first - 1)
                first = first or one.peak_mb
                rows.append((device_of(one), frames, one.peak_mb, growth, frames / one.seconds))
    heads = ("on", "frames", "peak MB", "growth, %", "frames per second")
    notes = (f"{CLIP_SAID}, 5x5 on RGB in linear light", "One run each, whole commands")
    yield Table("Memory of apply", heads, tuple(rows), notes)


def commands(clip: Path, out: Path) -> dict[tuple[str, str], Words]:
    """What is run on ``clip``, by name and device."""
    found: dict[tuple[str, str], Words] = {
        (name, device): apply(options, clip, out, device)
        for name, options in OURS.items()
        for device in DEVICES
    }
    return found | {(name, ""): ffmpeg(options, clip, out) for name, options in FFMPEG.items()}


def apply(options: Words, clip: Path, out: Path, device: str) -> Words:
    """The command line of `rtdeconv apply`."""
    own = (sys.executable, "-m", "rtdeconv.cli", "apply", *options, str(clip), str(out))
    return (*own, "--device", device, "--codec", CODEC, "--preset", PRESET, "--crf", CRF)


def ffmpeg(options: Words, clip: Path, out: Path) -> Words:
    """The command line of ffmpeg with the same encoder, set alike."""
    quiet = ("ffmpeg", "-nostdin", "-loglevel", "error", "-y", "-i", str(clip), *options)
    return (*quiet, "-c:v", CODEC, "-preset", PRESET, "-crf", CRF, "-c:a", "copy", str(out))


def throughput(frames: int, found: Mapping[tuple[str, str], Sequence[Ran]]) -> Table:
    """Medians, and of each round the time of `BESIDE` over one's own."""
    beside = found[BESIDE, ""]
    rows: list[tuple[Cell, ...]] = []
    for (name, device), runs in found.items():
        on = f"{device}: {device_of(runs[0])}" if device else "cpu"
        seconds = median(one.seconds for one in runs)
        busy_s = median(one.busy_s for one in runs)
        pairs = zip(beside, runs, strict=True)
        ratio = median(other.seconds / own.seconds for other, own in pairs)
        rows.append((name, on, len(runs), seconds, frames / seconds, ratio, busy_s))
    heads = ("command", "on", "runs", "s", "frames per second", "throughput", "processor s")
    notes = (
        CLIP_SAID,
        f"Whole commands: decoding, filter, {CODEC} {PRESET} crf {CRF}, sound copied",
        f"Throughput: of {BESIDE}, the median of pairs of runs, each in turn",
        "Processor s: the time of all threads, which other load on the machine changes least",
    )
    return Table(f"File to file, {frames} frames", heads, tuple(rows), notes)


def device_of(one: Ran) -> str:
    """What `apply` said it ran on: ``cpu``, or ``GL on`` a renderer, which need be no GPU."""
    found = re.search(r"^device: (?:(cpu)|gpu \((.+)\)$)", one.said, re.MULTILINE)
    if found is None:
        raise RtdError(f"apply names its device on stderr; this one said {one.said!r}")
    return found[1] or f"GL on {found[2]}"


@contextmanager
def clips() -> Iterator[dict[int, Path]]:
    """The clip and the long clip, by their frames."""
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.mp4"
        repeated(CLIP, long, times=TIMES)
        yield {CLIP_FRAMES: CLIP, TIMES * CLIP_FRAMES: long}


def _has_gl() -> bool:
    try:
        open_context().release()
    except DeviceError:
        return False
    return True
