"""Laws of the newest frame: one slot, everything counted, and feeds that come back."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_sources import (
    Scripted,
    camera_words,
    free_port,
    opened_soon,
    running,
    shot_numbered,
    until,
)
from media_clips import Clip, write_clip

from rtdeconv.errors import MediaError
from rtdeconv.live.newest import Newest
from rtdeconv.live.pacing import Pacing
from rtdeconv.media.feeds import Feed, Shot, open_feed
from rtdeconv.media.pictures import Picture, write_picture


def never() -> Feed:
    raise AssertionError("nothing is to be opened")


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.one_of(st.just("take"), st.integers(0, 3)), min_size=1, max_size=25),
)
def test_every_frame_is_taken_skipped_or_in_the_slot(steps: list[str | int]) -> None:
    """A frame (with so many passed over before it) comes where the script has a number."""
    go, came = threading.Semaphore(0), threading.Semaphore(0)
    script = iter([shot_numbered(0, passed=step) for step in steps if step != "take"])
    feed = Scripted(script, before=go.acquire)
    newest = Newest(never, first=feed, paced=False, loop=False, wake=came.release)
    taken = expected = 0
    try:
        for step in steps:
            if step == "take":
                taken += newest.take() is not None
                assert newest.take() is None, "a frame was given twice"
            else:
                expected += 1 + int(step)
                go.release()
                assert came.acquire(timeout=5)
            status = newest.status
            waiting = int(newest.wait(0.0))
            assert status.arrived == expected == taken + status.skipped + waiting
    finally:
        go.release(10)
        newest.close()
    assert feed.closed


def test_a_fast_source_never_queues_and_a_slow_one_loses_nothing() -> None:
    fast = Newest(
        never,
        first=Scripted(shot_numbered(number) for number in range(200)),
        paced=False,
        loop=False,
    )
    until(lambda: fast.status.state == "ended")
    last = fast.take()
    assert last is not None and last.planes[0][0, 0] == 199
    assert fast.status.arrived == 200 and fast.status.skipped == 199
    assert fast.status.said == "script ended"
    fast.close()

    asked = threading.Semaphore(0)
    slow = Newest(
        never,
        first=Scripted((shot_numbered(number) for number in range(10)), before=asked.acquire),
        paced=False,
        loop=False,
    )
    for number in range(10):
        assert not slow.wait(0.0)
        asked.release()
        assert slow.wait(5.0)
        shot = slow.take()
        assert shot is not None and shot.planes[0][0, 0] == number
    asked.release()
    assert slow.status.skipped == 0
    slow.close()


def test_the_rate_is_that_of_the_last_two_seconds() -> None:
    now_s, go, came = [100.0], threading.Semaphore(0), threading.Semaphore(0)
    newest = Newest(
        never,
        first=Scripted((shot_numbered(0, passed=1) for _ in range(70)), before=go.acquire),
        paced=False,
        clock=lambda: now_s[0],
        wake=came.release,
    )
    for step_s, frames in ((0.01, 10), (0.125, 60)):
        for _ in range(frames):
            now_s[0] += step_s
            go.release()
            assert came.acquire(timeout=5)
    assert newest.status.fps == pytest.approx(2 / 0.125)
    now_s[0] += 3.0
    assert newest.status.fps == 0.0
    go.release(5)
    newest.close()


@settings(max_examples=100, deadline=None)
@given(
    gaps=st.lists(st.floats(0.005, 0.5), min_size=1, max_size=12),
    late=st.lists(st.floats(0.0, 0.4), min_size=13, max_size=13),
    start_s=st.floats(-5.0, 5.0),
)
def test_frames_of_a_file_are_due_as_far_apart_as_their_stamps(
    gaps: list[float], late: list[float], start_s: float
) -> None:
    pacing = Pacing()
    stamps = [start_s, *(start_s + sum(gaps[: count + 1]) for count in range(len(gaps)))]
    began_s = pacing.due_s(stamps[0], 100.0)
    assert began_s == pytest.approx(100.0)
    for stamp_s, behind_s in zip(stamps[1:], late, strict=False):
        due_s = began_s + stamp_s - stamps[0]
        assert pacing.due_s(stamp_s, due_s + behind_s) == pytest.approx(due_s)
    pacing.shift(3.0)
    pacing.start_over()
    end_s = 103.0 + stamps[-1] - stamps[0] + gaps[-1]
    assert pacing.due_s(stamps[0], 100.0) == pytest.approx(end_s)


def test_a_clock_that_jumps_is_not_chased() -> None:
    pacing = Pacing()
    pacing.due_s(0.0, 10.0)
    assert pacing.due_s(0.1, 500.0) == 500.0
    assert pacing.due_s(0.2, 500.05) == pytest.approx(500.1)


def test_a_file_plays_in_real_time_and_begins_again(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", Clip(times_ms=tuple(range(0, 240, 40))))
    newest = Newest(lambda: open_feed(str(path)), first=open_feed(str(path)))
    shots: list[Shot] = []
    while len(shots) < 15:
        assert newest.wait(2.0)
        shot = newest.take()
        assert shot is not None and shot.arrived_s <= time.perf_counter()
        shots.append(shot)
    status = newest.status
    newest.close()
    assert (status.state, status.said, status.resumed) == ("running", "", 0)
    assert status.arrived - status.skipped in (15, 16)
    models = {id(shot.model) for shot in shots}
    assert len(models) == 1
    for a, b in itertools.pairwise(shots):
        assert a.stamp_s is not None and b.stamp_s is not None
        apart_s = b.arrived_s - a.arrived_s
        if b.stamp_s > a.stamp_s:
            assert apart_s == pytest.approx(b.stamp_s - a.stamp_s)
        else:  # opening the file again may hold the first frame up
            assert apart_s > 0.039


def test_a_frozen_file_stands_and_goes_on_where_it_was(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", Clip(times_ms=tuple(range(0, 4000, 40))))
    newest = Newest(never, first=open_feed(str(path)), loop=False)
    assert newest.wait(2.0)
    newest.pause(True)
    time.sleep(0.1)  # a frame may have been on its way
    before, stood = newest.take(), newest.status
    assert before is not None and before.stamp_s is not None
    assert not newest.wait(0.4)
    assert newest.status.arrived == stood.arrived
    newest.pause(False)
    assert newest.wait(1.0)
    newest.pause(True)
    time.sleep(0.1)
    after, status = newest.take(), newest.status
    newest.close()
    assert after is not None and after.stamp_s is not None
    frames = 1 + status.skipped - stood.skipped
    assert after.stamp_s - before.stamp_s == pytest.approx(0.04 * frames)
    assert frames < 8, "the time it stood was made up for"


def test_live_frames_keep_coming_while_frozen() -> None:
    endless = (shot_numbered(number) for number in itertools.count())
    feed = Scripted(endless, "live", before=lambda: time.sleep(0.002))
    newest = Newest(never, first=feed)
    newest.pause(True)
    arrived = newest.status.arrived
    until(lambda: newest.status.arrived > arrived + 20)
    shot, status = newest.take(), newest.status
    newest.close()
    assert shot is not None and int(shot.planes[0][0, 0]) >= 20, "an old frame was kept"
    assert status.skipped >= 20


def test_a_still_comes_once(tmp_path: Path) -> None:
    write_picture(tmp_path / "a.png", Picture(shot_numbered(3).planes[0].copy()))
    newest = Newest(never, first=open_feed(str(tmp_path / "a.png")))
    until(lambda: newest.status.state == "ended")
    assert newest.take() is not None
    assert newest.take() is None
    assert (newest.status.said, newest.status.arrived) == ("", 1)
    newest.close()


def test_a_camera_killed_and_restarted_goes_on() -> None:
    url = f"http://127.0.0.1:{free_port()}/cam.mjpg"
    with running(*camera_words(url)):
        newest = Newest(lambda: open_feed(url), first=opened_soon(url), retry_s=0.1)
        until(lambda: newest.status.arrived > 20)
    until(lambda: newest.status.state == "lost")
    said = newest.status.said
    assert said.startswith(f"{url} broke off (") and said.endswith("); trying again")
    newest.take()
    assert newest.take() is None
    time.sleep(0.3)
    assert newest.status.said == said, "the reason is overwritten by attempts"
    with running(*camera_words(url, size="320x180")):
        until(lambda: newest.status.state == "running")
        assert newest.wait(1.0)
        shot = newest.take()
        status = newest.status
        began_s = time.perf_counter()
        newest.close()
        assert time.perf_counter() - began_s < 1.2
    assert shot is not None and shot.size == (320, 180)
    assert (status.resumed, status.said) == (1, "")
    assert not newest._thread.is_alive()


def test_an_unplugged_camera_comes_back() -> None:
    def camera(count: int) -> Scripted:
        def items() -> Iterator[Shot | MediaError]:
            for number in range(count):
                yield shot_numbered(number)
            yield MediaError("camera 0 broke off (unplugged)")

        return Scripted(items(), "live", before=lambda: time.sleep(0.001))

    cameras = [MediaError("there is no camera 0 here"), camera(5), camera(10**6)]
    told: list[str] = []

    def opened() -> Feed:
        told.append(newest.status.said)
        found = cameras.pop(0)
        if isinstance(found, MediaError):
            raise found
        return found

    first = camera(5)
    newest = Newest(opened, first=first, retry_s=0.1)
    until(lambda: newest.status.resumed == 2)
    newest.close()
    assert told == ["camera 0 broke off (unplugged); trying again"] * 3
    assert first.closed


def test_a_file_that_breaks_ends_with_a_sentence(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", Clip(times_ms=(0, 40)))
    feed = open_feed(str(path))
    feed.rewound = lambda: False  # as a source that has to be opened again
    path.write_text("not a video any more")
    newest = Newest(lambda: open_feed(str(path)), first=feed, paced=False)
    until(lambda: newest.status.state == "ended")
    assert "cannot read video" in newest.status.said
    newest.close()


def test_a_file_without_a_frame_is_not_begun_again_for_ever() -> None:
    newest = Newest(lambda: Scripted(iter([])), first=Scripted(iter([])))
    until(lambda: newest.status.state == "ended")
    assert newest.status.said == "script holds no frame"
    newest.close()


def test_a_defect_is_not_kept_from_the_caller() -> None:
    def broken() -> None:
        raise ZeroDivisionError("a defect")

    newest = Newest(never, first=Scripted(iter([]), before=broken))
    until(lambda: not newest._thread.is_alive())
    with pytest.raises(ZeroDivisionError):
        newest.take()
    newest.close()


def test_closing_does_not_wait_for_a_feed_that_hangs() -> None:
    stuck = threading.Event()
    newest = Newest(never, first=Scripted(iter([]), "live", before=lambda: stuck.wait(5) or None))
    began_s = time.perf_counter()
    newest.close()
    assert time.perf_counter() - began_s < 1.5
    stuck.set()
    until(lambda: not newest._thread.is_alive())
