"""Which machine is chosen, and that the choice is remembered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rtdeconv import design, device, gpu
from rtdeconv.cpu import CpuPlayer
from rtdeconv.device import chosen, measured
from rtdeconv.errors import DeviceError, ValueRefused


@pytest.fixture
def plan():
    return design("gaussian:0.7", method="fir", taps=3).plan


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache folder's file."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "rtdeconv" / "devices.json"


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """What a frame is said to take; counts how often that was asked."""
    said = {"cpu": 10.0, "gl": 20.0, "asked": 0}

    def frame_ms(run, *, grey: bool) -> float:
        said["asked"] += 1
        return said["cpu" if isinstance(run.func.__self__, CpuPlayer) else "gl"]

    monkeypatch.setattr(device, "frame_ms", frame_ms)
    return said


@pytest.mark.parametrize(("cpu_ms", "kind"), [(10.0, CpuPlayer), (30.0, gpu.Player)])
def test_auto_takes_the_faster_and_measures_once(plan, cache, times, cpu_ms, kind) -> None:
    times["cpu"] = cpu_ms
    names = []
    for _ in range(2):
        with chosen(plan, "auto") as found:
            assert isinstance(found.runner, kind)
            names.append(found.name)
    assert times["asked"] == 2  # each executor, the first time
    assert names[0] == names[1] and f"{cpu_ms:.0f} ms a 720p frame" in names[0]


def test_the_machines_own_times_are_positive(plan, cache) -> None:
    with chosen(plan, "auto"):
        pass
    (entry,) = json.loads(cache.read_text(encoding="utf-8")).values()
    assert entry["cpu_ms"] > 0 and entry["gl_ms"] > 0 and entry["renderer"]


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"x": 3}', "null"])
def test_a_spoilt_cache_is_measured_again(plan, cache, times, content) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text(content, encoding="utf-8")
    with chosen(plan, "auto"):
        pass
    assert times["asked"] == 2 and measured.remembered(plan, grey=False) is not None


def test_an_entry_of_another_form_is_measured_again(plan, cache, times) -> None:
    with chosen(plan, "auto"):
        pass
    entries = json.loads(cache.read_text(encoding="utf-8"))
    whole = next(iter(entries.values()))
    for broken in (
        None,
        3,
        {"cpu_ms": "fast"},
        {**whole, "cpu_ms": float("nan")},
        {**whole, "gl_ms": float("inf")},
        {**whole, "gl_ms": 0},
        {**whole, "cpu_ms": 10**400},
        {**whole, "renderer": "red\x1b[31m"},
    ):
        cache.write_text(json.dumps(dict.fromkeys(entries, broken)), encoding="utf-8")
        assert measured.remembered(plan, grey=False) is None


def test_a_folder_that_cannot_be_written_only_costs_time(plan, tmp_path, monkeypatch, times):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("", encoding="utf-8")
    monkeypatch.setenv("XDG_CACHE_HOME", str(in_the_way))
    for count in (2, 4):
        with chosen(plan, "auto"):
            assert times["asked"] == count


def test_few_entries_are_kept(plan, cache, monkeypatch) -> None:
    monkeypatch.setattr(measured, "MOST", 3)
    found = measured.Measured(1.0, 2.0, "x", measured.today())
    for light in ("linear", "encoded", "gamma2", "pq", "hlg"):
        measured.remember(design("gaussian:0.7", method="fir", light=light).plan, found, grey=False)
    assert len(json.loads(cache.read_text(encoding="utf-8"))) == 3


def test_without_gl_the_cpu_is_taken_and_gpu_refused(plan, cache, monkeypatch) -> None:
    def missing() -> None:
        raise DeviceError("no GL here")

    monkeypatch.setattr(gpu, "open_context", missing)
    with chosen(plan, "auto") as found:
        assert found.name == "cpu (no GL here)"
    with pytest.raises(DeviceError, match="no GL here"), chosen(plan, "gpu"):
        pass
    with pytest.raises(ValueRefused, match="unknown device"), chosen(plan, "tpu"):
        pass


def test_a_measurement_is_of_its_kind_of_frame_and_of_late(plan, cache, times, monkeypatch) -> None:
    for grey, asked in ((False, 2), (True, 4), (True, 4), (False, 4)):
        with chosen(plan, "auto", grey=grey):
            assert times["asked"] == asked
    later = measured.today() + measured.GOOD_DAYS + 1
    monkeypatch.setattr(measured, "today", lambda: later)
    assert measured.remembered(plan, grey=False) is None
