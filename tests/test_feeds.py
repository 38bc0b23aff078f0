"""Laws of feeds: what a source shows arrives whole, newest first, and refusals say why."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest
from live_sources import camera_words, free_port, opened_soon, pictures, rgb_of_shot, running
from media_clips import BT601_FULL, BT2020_PQ, Clip, write_clip

from rtdeconv.errors import MediaError
from rtdeconv.media.colour import ColourModel, planes_of, rgb_of, tags_of
from rtdeconv.media.colour import colour_model as fresh_model
from rtdeconv.media.feeds import Feed, Shot, open_feed
from rtdeconv.media.feeds import stream as streams
from rtdeconv.media.pictures import Picture, write_picture
from rtdeconv.media.pixel_formats import layout_of, working_format


def rgb_of_file(path: Path) -> list[np.ndarray]:
    """Every frame of a video, as `rgb_of` shows it."""
    return [rgb_of(frame, model) for frame, model in frames_of(path)]


def frames_of(path: Path) -> Iterator[tuple[Any, ColourModel]]:
    """Every frame of a video in its planar format, and the map to its RGB."""
    with av.open(str(path)) as file:
        for frame in file.decode(video=0):
            work = working_format(frame.format.name)
            plain = frame if frame.format.name == work else frame.reformat(format=work)
            layout = layout_of(work)
            yield plain, fresh_model(layout, tags_of(plain), plain.width, plain.height)


def all_of(feed: Feed) -> list[Shot]:
    """What it gives to its end."""
    shots = []
    while (shot := feed.read()) is not None:
        shots.append(shot)
    feed.close()
    return shots


CLIPS = {
    "plain.mp4": Clip(),
    "full_j.mkv": Clip(pixel_format="yuvj422p", codec="mjpeg", options={}, tags=BT601_FULL),
    "pq.mkv": Clip(pixel_format="yuv420p10le", tags=BT2020_PQ),
    "grey.mkv": Clip(pixel_format="gray", codec="ffv1", options={}),
    "rgb.mkv": Clip(pixel_format="bgr0", codec="ffv1", options={}),
    "odd.mkv": Clip(size=(63, 47), codec="ffv1", options={}),
}


@pytest.mark.parametrize("name", ["plain.mp4", "odd.mkv", "pq.mkv"])
def test_a_file_rewound_shows_the_same_again(tmp_path: Path, name: str) -> None:
    feed = open_feed(str(write_clip(tmp_path / name, CLIPS[name])))
    turns = []
    for _ in range(3):
        shots = []
        while (shot := feed.read()) is not None:
            shots.append((shot.stamp_s, *(plane.copy() for plane in shot.planes)))
        turns.append(shots)
        assert feed.rewound()
    feed.close()
    first, *others = turns
    assert len(first) == len(CLIPS[name].times_ms)
    for other in others:
        for (stamp_s, *planes), (same_s, *same) in zip(first, other, strict=True):
            assert stamp_s == same_s
            for plane, twin in zip(planes, same, strict=True):
                np.testing.assert_array_equal(plane, twin)


@pytest.mark.parametrize("name", CLIPS)
def test_a_file_shows_every_frame_as_apply_sees_it(tmp_path: Path, name: str) -> None:
    path = write_clip(tmp_path / name, CLIPS[name])
    feed = open_feed(str(path))
    assert (feed.name, feed.pace) == (name, "file")
    shots = all_of(feed)
    assert len(shots) == len(CLIPS[name].times_ms)
    for shot, (frame, model) in zip(shots, frames_of(path), strict=True):
        assert shot.size == CLIPS[name].size
        np.testing.assert_array_equal(shot.model.to_rgb, model.to_rgb)
        planes = planes_of(frame)
        for plane, index in zip(shot.planes, model.order, strict=True):
            np.testing.assert_array_equal(plane, planes[index])
    assert len({id(shot.model) for shot in shots}) == 1
    stamps = [shot.stamp_s for shot in shots]
    assert stamps == sorted(set(stamps))
    again = all_of(open_feed(str(path)))
    assert again[0].model is shots[0].model, "a file that loops makes its textures again"


def test_planes_are_views_that_nobody_can_write_and_outlive_the_feed(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", Clip())
    shots = all_of(open_feed(str(path)))
    sums = [shot.planes[0].astype(np.int64).sum() for shot in shots]
    del shots[::2]
    noise = [np.full(shots[0].planes[0].size * 2, 9, np.uint8) for _ in range(30)]
    assert [shot.planes[0].astype(np.int64).sum() for shot in shots] == sums[1::2], len(noise)
    assert not shots[0].planes[0].flags.writeable


@pytest.mark.parametrize("channels", [None, 3, 4])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_still_is_one_frame_with_the_codes_of_the_file(
    tmp_path: Path, channels: int | None, dtype: type
) -> None:
    shape = (5, 7) if channels is None else (5, 7, channels)
    codes = np.random.default_rng(1).integers(0, np.iinfo(dtype).max + 1, shape, dtype)
    write_picture(tmp_path / "a.png", Picture(codes))
    feed = open_feed(str(tmp_path / "a.png"))
    assert (feed.name, feed.pace) == ("a.png", "still")
    [shot] = all_of(feed)
    expected = np.stack([codes] * 3, axis=-1) if channels is None else codes[..., :3]
    if channels is None:
        np.testing.assert_array_equal(cv2.transform(codes, shot.model.to_rgb), expected)
    else:
        np.testing.assert_array_equal(rgb_of_shot(shot), expected)


def test_a_float_still_is_sixteen_bits_between_black_and_white(tmp_path: Path) -> None:
    codes = np.array([[[0.0, 0.5, 1.0], [2.0, -1.0, np.nan]]], np.float32)
    write_picture(tmp_path / "a.tif", Picture(codes))
    [shot] = all_of(open_feed(str(tmp_path / "a.tif")))
    expected = [[[0, 32768, 65535], [65535, 0, 0]]]
    np.testing.assert_array_equal(rgb_of_shot(shot), expected)


def test_a_camera_over_http_arrives_newest_first_and_right(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/cam.mjpg"
    reference = rgb_of_file(pictures(tmp_path / "a.mjpg", "320x180", seconds=4.0))
    with running(*camera_words(url, size="320x180")):
        feed = opened_soon(url)
        assert (feed.name, feed.pace) == (url, "live")
        shots = [feed.read() for _ in range(15)]
        feed.close()
        assert feed.read() is None
    places = []
    for shot in shots:
        assert shot is not None and shot.stamp_s is None, "FFmpeg invents stamps of MJPEG"
        assert shot.arrived_s < time.perf_counter()
        seen = rgb_of_shot(shot)
        coarse = [np.abs(seen[::9, ::9].astype(int) - one[::9, ::9]).sum() for one in reference]
        places.append(int(np.argmin(coarse)))
        np.testing.assert_array_equal(seen, reference[places[-1]])
    assert places == sorted(set(places)), "frames out of order"
    came = places[-1] - places[0]
    assert sum(shot.passed for shot in shots[1:]) + len(shots) - 1 == came


def test_a_late_reader_gets_the_newest_frame(tmp_path: Path) -> None:
    url = f"tcp://127.0.0.1:{free_port()}"
    coded = "-c:v libx264 -preset ultrafast -tune zerolatency -g 10 -f mpegts"
    given = ["-re", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=30"]
    with running(*given, *coded.split(), f"{url}?listen=1"):
        feed = opened_soon(url)
        first = feed.read()
        time.sleep(0.7)
        asked_s = time.perf_counter()
        late = feed.read()
        feed.close()
    assert late.passed > 5
    assert asked_s - late.arrived_s < 0.35, "a frame from the queue's past"
    assert abs((late.stamp_s - first.stamp_s) * 30 - late.passed - 1) < 1e-3


def test_a_file_behind_an_address_is_a_file(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mkv", Clip(times_ms=tuple(range(0, 4000, 40))))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=tmp_path)) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        feed = open_feed(f"http://127.0.0.1:{server.server_port}/a.mkv")
        assert feed.pace == "file"
        shots = all_of(feed)
        server.shutdown()
    here = all_of(open_feed(str(path)))
    assert [shot.stamp_s for shot in shots] == [shot.stamp_s for shot in here]
    assert not any(shot.passed for shot in shots)
    np.testing.assert_array_equal(shots[-1].planes[0], here[-1].planes[0])


@pytest.mark.parametrize("kinds", ["KPPKPP", "PPP", "KKK", "K"])
def test_what_is_left_out_is_never_needed(kinds: str) -> None:
    class Kind:
        def __init__(self, kind: str) -> None:
            self.is_keyframe = kind == "K"

    packets = [Kind(kind) for kind in kinds]
    kept, left_out = streams._from_newest_key(packets)
    assert [*packets[:left_out], *kept] == packets
    assert not any(packet.is_keyframe for packet in kept[1:])
    assert kept[0].is_keyframe or left_out == 0


def fed_through_a_pipe(pipe: Path, data: bytes) -> threading.Thread:
    def write() -> None:
        pipe.write_bytes(data)

    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    return thread


def test_a_pipe_may_change_the_size_of_frames_and_says_when_it_ends(tmp_path: Path) -> None:
    data = pictures(tmp_path / "a.mjpg", "320x180", "160x120", seconds=0.2).read_bytes()
    os.mkfifo(tmp_path / "pipe")
    writer = fed_through_a_pipe(tmp_path / "pipe", data)
    feed = open_feed(str(tmp_path / "pipe"))
    assert feed.pace == "live"
    shots: list[Shot] = []
    with pytest.raises(MediaError, match=r"pipe broke off \(the stream ended\)"):
        while True:
            shot = feed.read()
            assert shot is not None
            shots.append(shot)
    feed.close()
    writer.join(2)
    assert shots[0].passed == 0, "what came while the pipe was opened is nobody's loss"
    assert shots[-1].size == (160, 120)
    reference = rgb_of_file(pictures(tmp_path / "b.mjpg", "160x120", seconds=0.2))
    np.testing.assert_array_equal(rgb_of_shot(shots[-1]), reference[-1])


def test_a_silent_server_is_an_error_and_no_wait_for_ever() -> None:
    url = f"http://127.0.0.1:{free_port()}/cam.mjpg"
    with running(*camera_words(url)) as server:
        feed = opened_soon(url)
        feed.read()
        server.send_signal(signal.SIGSTOP)
        began_s = time.perf_counter()
        with pytest.raises(MediaError, match=r"broke off \(nothing came in time\)"):
            while feed.read():
                pass
        assert time.perf_counter() - began_s < 4.0
        feed.close()


@pytest.fixture
def heeded_ctrl_c() -> Iterator[None]:
    """SIGINT interrupts, as at a terminal: a run in the background would ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeded_ctrl_c")
def test_ctrl_c_ends_the_opening_of_a_source_that_sends_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "nobody writes")
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections and never answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/cam.mjpg"
        for source in (str(tmp_path / "nobody writes"), url):
            threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
            began_s = time.perf_counter()
            with pytest.raises(KeyboardInterrupt):
                open_feed(source)
            assert time.perf_counter() - began_s < streams._OPEN_TIMEOUT_S / 2


def test_closing_ends_a_read_that_waits(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}/cam.mjpg"
    with running(*camera_words(url)) as server:
        feed = opened_soon(url)
        server.send_signal(signal.SIGSTOP)

        def drain() -> None:
            while feed.read() is not None:
                pass

        reader = threading.Thread(target=drain, daemon=True)
        reader.start()
        time.sleep(0.2)
        assert reader.is_alive()
        feed.close()
        reader.join(0.5)
        assert not reader.is_alive()


REFUSED: dict[str, tuple[Callable[[Path], Any], str]] = {
    "missing.mp4": (lambda path: None, "no such file"),
    "text.mp4": (lambda path: path.write_text("not a video"), "it is no video"),
    "empty.png": (lambda path: path.touch(), "it is empty"),
    "folder": (lambda path: path.mkdir(), "it is a folder"),
    "nul\0l.mp4": (lambda path: None, "no file can have such a name"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_opened_is_refused_in_a_sentence(tmp_path: Path, name: str) -> None:
    make, said = REFUSED[name]
    make(tmp_path / name)
    with pytest.raises(MediaError, match=said) as refused:
        open_feed(str(tmp_path / name))
    assert "\n" not in str(refused.value)


def test_a_server_that_is_not_there_is_refused_without_its_password() -> None:
    url = f"http://someone:secret@127.0.0.1:{free_port()}/cam.mjpg"
    with pytest.raises(MediaError, match="Connection refused; check the address") as refused:
        open_feed(url)
    assert "secret" not in str(refused.value)
