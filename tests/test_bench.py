"""tools/bench.py: the yardsticks' shaders against numpy, and that tables say what was measured."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import av
import moderngl
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "tools"))
import bench
import bench_goals
import bench_gpu
import bench_live
import yardstick_shaders
import yardsticks
from bench_clock import LEAST_ROUNDS, Clock, timed
from bench_commands import Ran, interleaved, ran, repeated
from bench_files import (
    BESIDE,
    CLIP,
    CLIP_FRAMES,
    FFMPEG,
    OURS,
    commands,
    device_of,
    throughput,
)
from bench_tables import Asked, Machine, Table, as_json, markdown, this_machine
from media_clips import Clip, write_clip
from yardstick_shaders import (
    CAS_5,
    CAS_9,
    COPY,
    RCAS,
    RCAS_NOISE,
    SHARPENERS,
    UNSHARP_5X5,
    Yardstick,
)
from yardsticks import Planes

from rtdeconv.errors import RtdError
from rtdeconv.fit import FAMILIES
from rtdeconv.live.opening import OLDEST

CODE = 1
"""GL rounds single floats to 8 bits, numpy doubles."""

REACH = 2
"""Of the widest yardstick, in pixels."""

SOFTWARE = Machine("software GL llvmpipe", False, "a processor", 2, "3.11")
SIZES = ((9, 7), (16, 8))


def softer(planes: Planes) -> Planes:
    """Blurred as the unsharp mask's shader does it, borders wrapped."""
    weights = yardstick_shaders.gaussian(yardstick_shaders.UNSHARP_SIGMA_PX, 2 * REACH + 1)
    steps = range(-REACH, REACH + 1)
    return sum(
        weights[dy + REACH, dx + REACH] * np.roll(planes, (dy, dx), (0, 1))
        for dy in steps
        for dx in steps
    )


def unsharp(planes: Planes) -> Planes:
    amounts = [yardstick_shaders.UNSHARP_AMOUNT]
    return next(yardsticks.unsharp(planes, softer(planes), amounts))


IN_NUMPY: dict[Yardstick, Callable[[Planes], Planes]] = {
    COPY: lambda planes: planes,
    CAS_5: lambda x: next(yardsticks.cas(x, [yardstick_shaders.CAS_STRENGTH], taps=5)),
    CAS_9: lambda x: next(yardsticks.cas(x, [yardstick_shaders.CAS_STRENGTH], taps=9)),
    RCAS: lambda x: next(yardsticks.rcas(x, [yardstick_shaders.RCAS_STOPS], spares_noise=False)),
    RCAS_NOISE: lambda x: next(
        yardsticks.rcas(x, [yardstick_shaders.RCAS_STOPS], spares_noise=True)
    ),
    UNSHARP_5X5: unsharp,
}


def soft_picture() -> np.ndarray:
    """Noise of little contrast beside noise of all, black and white, (24, 31, 4), uint8."""
    rng = np.random.default_rng(5)
    codes = rng.integers(0, 256, (24, 31, 4))
    codes[:, :15, :3] = 110 + codes[:, :15, :3] // 8
    codes[:4, 20:] = 0
    codes[-4:, 20:, :3] = 255
    return codes.astype(np.uint8)


@pytest.mark.parametrize("one", [COPY, *SHARPENERS], ids=lambda one: one.name)
def test_a_yardstick_draws_what_numpy_computes(gl: moderngl.Context, one: Yardstick) -> None:
    picture = soft_picture()
    with bench_gpu.of_text(one).make(gl) as player:
        drawn = player.run(picture)
    around = ((REACH, REACH), (REACH, REACH), (0, 0))
    wide = np.pad(picture[:, :, :3] / 255, around, mode="edge")  # the sampler clamps
    inside = slice(REACH, -REACH)
    expected = 255 * np.clip(IN_NUMPY[one](wide)[inside, inside], 0, 1)
    assert np.max(np.abs(drawn[:, :, :3] - expected)) <= CODE
    np.testing.assert_array_equal(drawn[:, :, 3], picture[:, :, 3])
    changes = np.any(drawn != picture)
    assert changes != (one is COPY), "a sharpener changes the picture and a copy does not"


@pytest.mark.parametrize("one", [COPY, *SHARPENERS], ids=lambda one: one.name)
def test_a_yardstick_fetches_as_often_as_it_says(one: Yardstick) -> None:
    _, _, main = one.text.partition("void main()")
    assert main.count("AT(") + main.count("texelFetch(") == one.fetches


def test_every_family_and_budget_is_drawn_in_both_lights() -> None:
    listed = list(bench_gpu.subjects())
    for light in ("encoded", "linear"):
        names = {one.name for one in listed if one.light == light}
        assert {name.split()[0] for name in names} >= {*FAMILIES, "tunable"}
        assert names >= {"fetch 5", "fetch 9", "fetch 13", "fetch 17", "comb 1", "comb 2"}
        assert names >= {"fir 7", "activity 5-5", "activity 7-5", "oriented 7-5"}
    assert {one.name for one in listed} >= {one.name for one in (COPY, *SHARPENERS)}
    assert 121 in {one.fetches for one in listed if "plain text" in one.name}
    assert len(listed) == len(set(listed))


def few() -> list[bench_gpu.Subject]:
    """The copy, something that samples its source between pixels, something of two passes."""
    wanted = {("copy", "encoded"), ("fetch 5", "encoded"), ("comb 1", "linear")}
    return [one for one in bench_gpu.subjects() if (one.name, one.light) in wanted]


def test_draws_are_tables_of_sizes_and_formats(gl: moderngl.Context) -> None:
    found = list(bench_gpu.draw_tables(gl, few(), SIZES))
    assert [one.title for one in found] == ["Drawing 9x7", "Drawing 16x8"]
    for table in found:
        assert [row[0] for row in table.rows] == ["copy", "fetch 5", "comb 1"]
        assert table.heads[4:] == ("RGBA8 ms", "RGBA8 copies", "RGBA16F ms", "RGBA16F copies")
        assert all(
            isinstance(value, float) and value > 0 for row in table.rows for value in row[4:]
        )


def test_a_gpu_s_clock_has_columns_of_its_own(gl: moderngl.Context, monkeypatch) -> None:
    """Software GL standing in for a GPU: its queries mean nothing, but they do answer."""
    monkeypatch.setattr(bench_gpu, "is_software", lambda context: False)
    (table,) = bench_gpu.draw_tables(gl, few()[:1], SIZES[:1])
    assert [head for head in table.heads if "GPU" in head] == ["RGBA8 GPU ms", "RGBA16F GPU ms"]
    assert bench_gpu.GPU_NOTE in table.notes


def test_transfers_have_every_size_and_kind(gl: moderngl.Context) -> None:
    table = bench_gpu.transfer_table(gl, ((8, 6), (64, 32)))
    assert [row[0] for row in table.rows] == ["8x6", "64x32"]
    assert len(table.heads) == 1 + 2 * 3


def test_timed_draws_and_copies_take_turns(gl: moderngl.Context) -> None:
    order: list[str] = []
    found = timed(Clock(gl), lambda: order.append("draw"), lambda: order.append("copy"))
    assert len(order) >= 2 * (1 + LEAST_ROUNDS)
    assert order == ["copy", "draw"] * (len(order) // 2)
    assert found.gpu_ms is None


def test_software_gl_is_called_no_gpu(gl: moderngl.Context) -> None:
    here = this_machine()
    assert here.renderer in str(here)
    assert here.has_gpu or "no GPU" in str(here)
    assert "no GPU" in markdown(Table("T", ("a",), ((1,),)), SOFTWARE)


def test_tables_are_written_for_people_and_for_programs() -> None:
    table = Table("T", ("a", "b", "c", "d"), (("x", 3, 0.012345, None), ("y", 4, 1234.5, 1.0)))
    drawn = markdown(table, SOFTWARE)
    assert "| x | 3 | 0.0123 |  |\n| y | 4 | 1234 | 1.00 |\n" in drawn
    assert json.loads(json.dumps(as_json("s", table)))["rows"][0] == ["x", 3, 0.012345, None]
    with pytest.raises(ValueError, match="2 columns"):
        Table("T", ("a", "b"), (("x",),))


def test_commands_set_the_encoder_alike() -> None:
    listed = commands(CLIP, Path("out.mp4"))
    assert len(listed) == 2 * len(OURS) + len(FFMPEG)
    for words in listed.values():
        joined = " ".join(words)
        for value in ("libx264", "veryfast", "-crf 18", str(CLIP), "out.mp4"):
            assert value in joined
    assert sum("--luma" in words for words in listed.values()) == 2


def test_commands_take_turns() -> None:
    order: list[str] = []

    def run(words) -> Ran:
        order.append(words[0])
        return Ran(1.0, 1.0, 1.0, "")

    found = interleaved({"one": ["a"], "other": ["b"]}, 3, run)
    assert order == ["a", "b"] * 3
    assert {key: len(runs) for key, runs in found.items()} == {"one": 3, "other": 3}


def test_throughput_is_of_pairs_of_runs() -> None:
    """A machine that slows down in the second round changes no ratio."""
    apply = [Ran(seconds, 3.0, 1.0, "device: cpu\n") for seconds in (2.0, 20.0, 2.0)]
    beside = [Ran(seconds, 3.0, 1.0, "") for seconds in (1.0, 10.0, 1.0)]
    table = throughput(100, {("apply", "auto"): apply, (BESIDE, ""): beside})
    assert [row[table.heads.index("throughput")] for row in table.rows] == [0.5, 1.0]
    assert table.rows[0][1] == "auto: cpu"


@pytest.mark.parametrize(
    ("said", "device"),
    [
        ("device: cpu", "cpu"),
        ("lost\ndevice: cpu (GL is software here: llvmpipe)\n9 frames", "cpu"),
        (
            "device: gpu (llvmpipe (LLVM 15.0.6, 256 bits))\n",
            "GL on llvmpipe (LLVM 15.0.6, 256 bits)",
        ),
    ],
)
def test_a_device_is_no_gpu_because_it_was_asked_for(said: str, device: str) -> None:
    assert device_of(Ran(1.0, 1.0, 1.0, said)) == device


def test_a_command_that_names_no_device_is_refused() -> None:
    with pytest.raises(RtdError, match="names its device"):
        device_of(Ran(1.0, 1.0, 1.0, "done"))


def test_a_command_that_fails_is_refused() -> None:
    with pytest.raises(RtdError, match="no such thing"):
        ran([sys.executable, "-c", "import sys; sys.exit('no such thing')"])


def test_a_command_is_measured() -> None:
    large = "x = bytearray(b'x') * 2**26; time.sleep(0.5); print('hm', file=sys.stderr)"
    found = ran([sys.executable, "-c", f"import sys, time; {large}"])
    assert found.said == "hm\n"
    assert found.seconds > 0 < found.busy_s
    assert found.peak_mb > 64


def test_a_repeated_clip_has_every_frame_and_sound_in_order(tmp_path: Path) -> None:
    long = tmp_path / "long.mp4"
    repeated(CLIP, long, times=2)

    def stamps(path: Path, kind: str) -> list[int]:
        with av.open(str(path)) as given:
            stream = next(one for one in given.streams if one.type == kind)
            return sorted(one.pts for one in given.demux(stream) if one.dts is not None)

    for kind in ("video", "audio"):
        once, twice = stamps(CLIP, kind), stamps(long, kind)
        assert len(twice) == 2 * len(once)
        assert len(set(twice)) == len(twice)
    assert len(stamps(CLIP, "video")) == CLIP_FRAMES


def test_sections_are_written_where_asked(tmp_path: Path, monkeypatch, capsys) -> None:
    seen: list[Asked] = []

    def section(asked: Asked):
        seen.append(asked)
        yield Table("Made up", ("what", "ms"), (("this", 1.5),))

    monkeypatch.setitem(bench.SECTIONS, "design", section)
    paths = {name: tmp_path / name for name in ("md", "json")}
    words = ["design", "design", "--runs", "2", "--markdown", str(paths["md"])]
    assert bench.main([*words, "--json", str(paths["json"])]) == 0
    assert seen == [Asked(runs=2)]
    assert paths["md"].read_text() == capsys.readouterr().out.rstrip("\n") + "\n"
    whole = json.loads(paths["json"].read_text())
    assert whole["machine"]["python"] in paths["md"].read_text()
    assert [one["title"] for one in whole["tables"]] == ["Made up"]


@pytest.mark.parametrize("words", [["gpus"], ["--runs", "0"], ["--runs", "x"]])
def test_nonsense_is_refused(words: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench.main(words)
    assert stopped.value.code == 2
    assert words[-1] in capsys.readouterr().err


def test_a_section_that_cannot_run_stops_no_other(monkeypatch, capsys) -> None:
    def refusing(asked: Asked):
        raise RtdError("nothing here")
        yield

    def other(asked: Asked):
        yield Table("Made up", ("what",), (("this",),))

    monkeypatch.setitem(bench.SECTIONS, "files", refusing)
    monkeypatch.setitem(bench.SECTIONS, "memory", other)
    assert bench.main(["files", "memory"]) == 1
    printed = capsys.readouterr()
    assert "Made up" in printed.out
    assert printed.err.splitlines()[0] == "files: nothing here"


@pytest.fixture
def quick_live(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The sections of the live loop on a small clip, and little of it."""
    clip = write_clip(tmp_path / "clip.mkv", Clip(size=(160, 120)))
    small = {"CLIP": clip, "STREAM_FRAMES": 10, "STEPS": 2, "FAMILIES": {"fir": None}}
    frames = {"WARM_FRAMES": 20, "FRAMES": 80, "SAMPLED_EVERY": 10}
    known, auto = "gaussian:0.7 --method fir --taps 3", "auto --method fir --taps 3"
    filters = {"FILTERS": {"3x3": known, "auto": auto}}
    for name, value in {**small, **frames, **filters}.items():
        monkeypatch.setattr(bench_live, name, value)


@pytest.mark.skipif(sys.version_info < OLDEST, reason="no window for this Python")
@pytest.mark.usefixtures("quick_live")
def test_the_live_sections_measure_what_their_tables_say() -> None:
    (stream,) = bench_live.stream_tables(Asked())
    assert [row[1] == "no window" for row in stream.rows] == [True, False] * 2
    for name, _, skipped, share, *times, measuring_ms, part in stream.rows:
        assert skipped >= 0 and 0 < share <= 100 and all(time > 0 for time in times)
        assert (measuring_ms > 0 <= part) if name == "auto" else measuring_ms == part == ""
    (redesign,) = bench_live.redesign_tables(Asked())
    assert [row[0] for row in redesign.rows] == ["tunable", "fir", "auto"]
    assert all(0 < row[1] <= row[2] for row in redesign.rows)
    (growth,) = bench_live.growth_tables(Asked())
    frames, first, last, percent, most, rate = growth.rows[0]
    assert frames == 80 and 0 < first <= most and 0 < last <= most and rate > 0
    assert percent == pytest.approx(100 * (last / first - 1))


def test_goals_count_the_worst_row(tmp_path: Path, capsys) -> None:
    heads = ["filter", "in", "skipped", "% shown", "latency ms"]
    rows = [
        ["9-tap FIR, encoded light", "no window", 0, 99.5, 20.0],
        ["5x5 FIR, encoded light", "no window", 9, 98.5, 49.0],
        ["tunable comb, linear light", "no window", 90, 70.0, 80.0],
    ]
    table = {"section": "live", "title": "Live, 1280x720", "heads": heads, "rows": rows}
    path = tmp_path / "speed.json"
    path.write_text(json.dumps({"tables": [table]}), encoding="utf-8")
    bench_goals.main(str(path))
    shown, latency = capsys.readouterr().out.splitlines()[2:]
    assert "98.5 %" in shown and shown.endswith("missed |")
    assert "49 ms" in latency and latency.endswith("met |")
