"""Prints what the README says of speed and memory, measured here.

    python tools/benchmark.py

Design times, frames per second of `apply` on the 720p clip with a linear-light 5x5 (H.264 preset
veryfast), and the peak memory of the clip against the same clip ten times over. Times of software
GL are not a GPU's; the device is named in every row.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import av

from rtdeconv import design
from rtdeconv.fit import FAMILIES

CLIP = Path(__file__).parent.parent / "tests" / "data" / "bigbuckbunny_720p.mp4"
FILTER = ("gaussian:0.8", "--method", "fir", "--taps", "5", "--light", "linear")
REPEATS = 3


def main() -> None:
    """Prints the tables."""
    print(f"{os.cpu_count()} cores, Python {sys.version.split()[0]}\n")
    design_times()
    with tempfile.TemporaryDirectory() as folder:
        print("\n| apply, 132 frames of 1280x720 | frames per second, best of runs | peak MB |")
        print("|---|---|---|")
        for device in ("cpu", "gpu"):
            print(apply_row(CLIP, device, Path(folder)), flush=True)
        long = Path(folder) / "ten.mp4"
        repeated(CLIP, long, times=10)
        rows = {path: peak_and_rate(path, "cpu", Path(folder))[0] for path in (CLIP, long)}
    print(
        f"\npeak memory: {rows[CLIP]:.0f} MB for 132 frames, {rows[long]:.0f} MB for 1320 "
        f"({100 * (rows[long] / rows[CLIP] - 1):+.1f} %)"
    )


def design_times() -> None:
    """Second call of each family inside Python, of the largest fetches, and a cold command."""
    print("| design call | ms, second call |\n|---|---|")
    calls = [(name, {"method": name}) for name in (*FAMILIES, "tunable", "auto")]
    calls.append(("fetch, 17 of them", {"method": "fetch", "taps": 17}))
    for number, (name, options) in enumerate(calls):
        design("gaussian:0.7", **options)
        began = time.perf_counter()
        design(f"gaussian:{0.9 + number / 1000}", **options)  # nothing of it known from before
        print(f"| {name} | {1000 * (time.perf_counter() - began):.0f} |")
    colds = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        command = [sys.executable, "-m", "rtdeconv.cli", "design", "gaussian:0.8", "--json"]
        subprocess.run(command, check=True, capture_output=True)
        colds.append(time.perf_counter() - began)
    print(f"| whole command, cold | {1000 * min(colds):.0f} |")


def apply_row(clip: Path, device: str, folder: Path) -> str:
    """One device's rate and memory, best of runs."""
    runs = [peak_and_rate(clip, device, folder) for _ in range(REPEATS)]
    name = runs[0][2]
    return f"| {name} | {max(rate for _, rate, _ in runs):.1f} | {min(p for p, _, _ in runs):.0f} |"


def peak_and_rate(clip: Path, device: str, folder: Path) -> tuple[float, float, str]:
    """(peak resident MB, frames per second, device name) of one `rtdeconv apply`."""
    words = ["apply", *FILTER, str(clip), str(folder / "out.mp4"), "--device", device]
    child = subprocess.Popen(
        [sys.executable, "-m", "rtdeconv.cli", *words], stderr=subprocess.PIPE, text=True
    )
    assert child.stderr is not None
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(said)
    rate = float(said.split(" frames per second")[0].split()[-1])
    name = said.split("device: ")[1].splitlines()[0]
    return usage.ru_maxrss / 1024, rate, name


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


if __name__ == "__main__":
    main()
