"""Laws of the ways through a video: luma alone, before beside after, HDR in its own light."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
from command_line import refused, run
from media_clips import BT601_FULL, BT709_LIMITED, BT2020_PQ, Clip, write_clip

from rtdeconv import design, interpret
from rtdeconv.cli.restorer import Restorer, Settings
from rtdeconv.cpu import CpuPlayer
from rtdeconv.errors import ValueRefused
from rtdeconv.light import fitting
from rtdeconv.media.colour import colour_model, planes_of, rgb_of
from rtdeconv.media.pictures import Picture, read_picture, write_picture
from rtdeconv.media.video_in import VideoInfo, VideoSource
from rtdeconv.pixels import Codes
from rtdeconv.stream import FrameWay, LumaWay, RgbWay, anywhere, on_luma, restore_video

LOSSLESS = {"codec": "ffv1"}
WORDS = ("gaussian:0.8", "--method", "fir", "--taps", 5)
LIGHTS = ("encoded", "linear", "gamma2")
HLG = {**BT2020_PQ, "color_trc": 18}

CLIPS = {
    "8 bits": Clip(tags=BT709_LIMITED),
    "full": Clip(tags=BT601_FULL),
    "10 bits": Clip(pixel_format="yuv420p10le", tags=BT709_LIMITED),
    "422, 12 bits": Clip(pixel_format="yuv422p12le", codec="ffv1", options={}),
    "grey": Clip(pixel_format="gray", codec="ffv1", options={}),
    "alpha": Clip(pixel_format="yuva420p", codec="ffv1", options={}),
    "odd": Clip(size=(63, 47), codec="ffv1", options={}),
}


def frames(path: Path) -> list[list[np.ndarray]]:
    """The planes of every frame."""
    with VideoSource(path) as source:
        return [
            [plane.copy() for plane in planes_of(step.frame)]
            for step in source.steps()
            if step.frame is not None
        ]


def info_of(path: Path) -> VideoInfo:
    with VideoSource(path) as source:
        return source.info


def restored_luma(luma: np.ndarray, codes: Codes, light: str) -> np.ndarray:
    """The codes by the interpreter, not rounded."""
    span = codes.white - codes.black
    plan = design("gaussian:0.8", method="fir", taps=5, light=light).plan
    seen = np.clip(luma.astype(np.float64), codes.black, codes.white)
    image = ((seen - codes.black) / span).astype(np.float32)
    restored = interpret.run(plan, image) * float(span) + codes.black
    return np.clip(restored, codes.black, codes.white) + luma - seen


CODES = {
    "8 bits": Codes(16, 235, 255),
    "full": Codes(0, 255, 255),
    "10 bits": Codes(64, 940, 1023),
    "422, 12 bits": Codes(256, 3760, 4095),
    "grey": Codes(0, 255, 255),
    "alpha": Codes(16, 235, 255),
    "odd": Codes(16, 235, 255),
}


@pytest.mark.parametrize("light", LIGHTS)
@pytest.mark.parametrize("name", CLIPS)
def test_luma_alone_is_the_interpreters_and_the_rest_keeps_every_bit(
    capsys, tmp_path: Path, name: str, light: str
) -> None:
    source, target = write_clip(tmp_path / "in.mkv", CLIPS[name]), tmp_path / "out.mkv"
    words = (*WORDS, "--light", light, source, target, "--luma", "--codec", "ffv1")
    status, _, err = run(capsys, "apply", *words, "--device", "cpu")
    assert status == 0, err
    old, new = frames(source), frames(target)
    for before, after in zip(old, new, strict=True):
        for kept, found in zip(before[1:], after[1:], strict=True):
            np.testing.assert_array_equal(kept, found)
    wanted = restored_luma(old[5][0], CODES[name], light)
    worst = np.abs(new[5][0] - wanted).max()
    print(f"largest difference {worst:.4f} codes")
    assert worst <= 0.5 + ROUNDING[light] * CODES[name].top / 255
    assert np.any(new[5][0] != old[5][0])


ROUNDING = {"encoded": 1e-3, "linear": 0.01, "gamma2": 0.01}
"""8-bit codes by which a tie may be missed: single floats, and half an index of the table."""


@pytest.mark.parametrize("light", [*LIGHTS, "pq", "hlg"])
@pytest.mark.parametrize("codes", [Codes(16, 235, 255), Codes(64, 940, 1023)], ids=str)
def test_flat_codes_stay_though_they_lie_beyond_black_and_white(light: str, codes: Codes) -> None:
    plan = design("gaussian:0.8", method="fir", taps=5, light=light).plan
    player = CpuPlayer(plan, codes=codes)
    dtype = np.uint8 if codes.top == 255 else np.uint16
    stored = np.arange(codes.top + 1, dtype=dtype)
    squares = np.kron(stored, np.ones((5, 5), dtype))  # as large as the filter, so flat to it
    np.testing.assert_array_equal(player.run(squares)[2, 2::5], stored)


@pytest.mark.parametrize(
    "given", [(-1, 235, 255), (16, 16, 255), (16, 256, 255), (0, 65536, 65536)]
)
def test_codes_that_cannot_be_are_refused(given: tuple[int, int, int]) -> None:
    with pytest.raises(ValueRefused, match="black < white <= top"):
        Codes(*given)


@pytest.mark.parametrize("light", ["encoded", "linear"])
@pytest.mark.parametrize("only", [(), ("--luma",)], ids=["rgb", "luma"])
def test_a_gpu_restores_frames_as_the_cpu_does(capsys, tmp_path: Path, only, light: str) -> None:
    """Both round what they put back; the RGB between has 16 bits there too, the clip being deep."""
    source = write_clip(tmp_path / "in.mkv", CLIPS["10 bits"])
    found = []
    for device in ("cpu", "gpu"):
        target = tmp_path / f"{device}.mkv"
        options = (*only, "--codec", "ffv1", "--device", device)
        status, _, err = run(capsys, "apply", *WORDS, "--light", light, source, target, *options)
        assert status == 0 and f"device: {device}" in err
        found.append([plane.astype(int) for plane in frames(target)[3]])
    before = [plane.astype(int) for plane in frames(source)[3]]
    for number, (cpu, gpu, unfiltered) in enumerate(zip(*found, before, strict=True)):
        assert np.abs(cpu - gpu).max() <= 1
        if only and number:
            assert np.array_equal(gpu, unfiltered)
    assert not np.array_equal(found[1][0], before[0])


def test_rgb_video_and_pictures_get_the_change_of_luma(capsys, tmp_path: Path) -> None:
    clip = Clip(pixel_format="bgr0", codec="ffv1", options={})
    source, target = write_clip(tmp_path / "in.mkv", clip), tmp_path / "out.mkv"
    options = ("--luma", "--light", "encoded", "--device", "cpu")
    status, *_ = run(capsys, "apply", *WORDS, source, target, *options, "--codec", "ffv1")
    assert status == 0
    before, after = (
        np.stack(frames(path)[2], axis=-1)[..., [2, 0, 1]] for path in (source, target)
    )
    plan = design("gaussian:0.8", method="fir", taps=5, light="encoded").plan
    luma = (before @ np.array([0.2126, 0.7152, 0.0722]) / 255).astype(np.float32)
    change = 255 * (interpret.run(plan, luma) - luma)
    wanted = np.clip(before + change[..., None], 0, 255)
    assert np.abs(after - wanted).max() < 0.51

    rgba = np.dstack([before, np.arange(before.shape[1]) + 0 * luma.astype(int)]).astype(np.uint8)
    write_picture(tmp_path / "in.png", Picture(rgba))
    assert run(capsys, "apply", *WORDS, tmp_path / "in.png", tmp_path / "out.png", *options)[0] == 0
    found = read_picture(tmp_path / "out.png").pixels
    np.testing.assert_array_equal(found[..., :3], after)
    np.testing.assert_array_equal(found[..., 3], rgba[..., 3])


# --- before beside after ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "pixel_format", ["yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv420p10le", "bgr0", "gray"]
)
@pytest.mark.parametrize("luma", [False, True])
def test_the_left_half_of_a_comparison_is_the_input(
    capsys, tmp_path: Path, pixel_format: str, luma: bool
) -> None:
    clip = Clip(pixel_format=pixel_format, codec="ffv1", options={}, tags=BT709_LIMITED)
    source = write_clip(tmp_path / "in.mkv", clip)
    options = ("--codec", "ffv1", "--device", "cpu", *(["--luma"] if luma else []))
    alone, pair = tmp_path / "alone.mkv", tmp_path / "pair.mkv"
    assert run(capsys, "apply", *WORDS, source, alone, *options)[0] == 0
    assert run(capsys, "apply", *WORDS, source, pair, *options, "--compare")[0] == 0
    for before, after, both in zip(*map(frames, (source, alone, pair)), strict=True):
        for left, right, whole in zip(before, after, both, strict=True):
            np.testing.assert_array_equal(whole, np.hstack([left, right]))
    with av.open(str(pair)) as file, av.open(str(source)) as given:
        old, new = (list(one.decode(video=0)) for one in (given, file))
        assert [frame.time for frame in old] == [frame.time for frame in new]
        assert len(file.streams.audio) == 1


@pytest.mark.skipif(
    not hasattr(av.video.stream.VideoStream, "set_display_rotation"), reason="PyAV before 18"
)
@pytest.mark.parametrize("rotation", [90, -90, 180])
def test_a_turned_clip_is_compared_as_it_is_shown(tmp_path: Path, rotation: int) -> None:
    source = write_clip(tmp_path / "in.mp4", Clip(rotation=rotation))
    way = partial(RgbWay, restore=anywhere(np.zeros_like))
    restore_video(source, tmp_path / "out.mkv", way, compare=True, codec="ffv1")
    before, both = frames(source)[4][0], frames(tmp_path / "out.mkv")[4][0]
    # counter-clockwise quarter turns make the stored picture the shown one
    shown, pair = (np.rot90(plane, rotation // 90) for plane in (before, both))
    assert pair.shape == (shown.shape[0], 2 * shown.shape[1])
    np.testing.assert_array_equal(pair[:, : shown.shape[1]], shown)
    assert pair[:, shown.shape[1] :].max() <= 16


def test_sizes_that_cannot_be_doubled_are_refused(capsys, tmp_path: Path) -> None:
    source = write_clip(tmp_path / "in.mkv", CLIPS["odd"])
    words = (*WORDS, source, tmp_path / "out.mkv", "--compare", "--codec", "ffv1")
    assert "a width that 2 divides" in refused(capsys, "apply", *words)
    wide = Clip(size=(16000, 16), codec="ffv1", options={}, times_ms=(0,), audio=None)
    source = write_clip(tmp_path / "wide.mkv", wide)
    words = (*WORDS, source, tmp_path / "out.mp4", "--compare")
    assert "32000x16" in refused(capsys, "apply", *words)
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("shape", [(7, 9), (7, 9, 3), (7, 9, 4)])
def test_pictures_are_compared(capsys, tmp_path: Path, shape: tuple[int, ...]) -> None:
    pixels = np.random.default_rng(1).integers(0, 65536, shape, np.uint16)
    source, target = tmp_path / "in.png", tmp_path / "out.png"
    write_picture(source, Picture(pixels))
    assert run(capsys, "apply", *WORDS, source, target, "--device", "cpu")[0] == 0
    alone = read_picture(target).pixels
    assert run(capsys, "apply", *WORDS, source, target, "--device", "cpu", "--compare")[0] == 0
    np.testing.assert_array_equal(read_picture(target).pixels, np.hstack([pixels, alone]))


# --- PQ and HLG ------------------------------------------------------------------------------


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize(("tags", "curve"), [(BT2020_PQ, "pq"), (HLG, "hlg")])
@pytest.mark.parametrize("light", ["linear", "encoded"])
def test_hdr_is_filtered_in_its_own_light(
    capsys, tmp_path: Path, tags: dict[str, int], curve: str, codec: str, light: str
) -> None:
    options = {"crf": "10"} | ({"x265-params": "log-level=none"} if codec == "libx265" else {})
    clip = Clip(pixel_format="yuv420p10le", codec=codec, options=options, tags=tags)
    source, target = write_clip(tmp_path / "in.mp4", clip), tmp_path / "out.mkv"
    words = (*WORDS, "--light", light, source, target, "--codec", "ffv1", "--device", "cpu")
    status, _, err = run(capsys, "apply", *words)
    assert status == 0, err

    info = info_of(source)
    assert info.tags.curve == curve
    assert info_of(target).tags == info.tags
    model = colour_model(info.layout, info.tags, info.width, info.height)
    one = design("gaussian:0.8", method="fir", taps=5)
    plan = replace(one, light=fitting(light, curve)).plan
    with VideoSource(source) as old, VideoSource(target) as new:
        pair = [next(one.steps()).frame for one in (old, new)]
        before = rgb_of(pair[0], model)
        change = interpret.run(plan, before).astype(float) - before
        luma = (np.array(planes_of(pair[n])[0], float) for n in (0, 1))
        moved = -np.subtract(*luma)
    wanted = change @ model.from_rgb[0].astype(float)
    error = moved - np.clip(wanted, None, 1023)
    print(f"largest difference {np.abs(error).max():.3f} codes of 10 bits")
    assert np.abs(moved).max() > 5
    assert np.abs(error).max() <= 0.5 + 0.1  # rounding, and 16-bit codes of RGB


def test_gamma2_is_refused_for_hdr(capsys, tmp_path: Path) -> None:
    clip = Clip(pixel_format="yuv420p10le", tags=BT2020_PQ)
    source = write_clip(tmp_path / "in.mkv", clip)
    said = refused(capsys, "apply", *WORDS, "--light", "gamma2", source, tmp_path / "out.mkv")
    assert "gamma2" in said and "PQ" in said
    assert sorted(tmp_path.iterdir()) == [source]


def test_luma_that_is_not_finite_stays_and_spoils_nothing_at_strength_0() -> None:
    colours = np.random.default_rng(0).random((9, 11, 3)).astype(np.float32)
    colours[2, 3], colours[5, 5, 1], colours[7, 7, 0] = np.inf, np.nan, -np.inf
    player = CpuPlayer(design("gaussian:0.8", method="fir", taps=5).plan)
    same = on_luma(partial(player.run, strength=0.0))(colours)
    np.testing.assert_array_equal(same, colours)
    lost = ~np.isfinite(colours).all(axis=2)
    np.testing.assert_array_equal(on_luma(player.run)(colours)[lost], colours[lost])


# --- steady state ----------------------------------------------------------------------------


@pytest.mark.parametrize("luma", [False, True])
def test_a_steady_stream_allocates_nothing_large(tmp_path: Path, luma: bool) -> None:
    size = (640, 480)
    times = tuple(range(0, 800, 40))
    clip = Clip(size=size, times_ms=times, audio=None, tags=BT709_LIMITED)
    source = write_clip(tmp_path / "in.mkv", clip)
    one = design("gaussian:0.8", method="fir", taps=5, light="linear")
    with Restorer(one, "cpu", Settings(luma=luma)) as restorer, VideoSource(source) as video:
        way = restorer.way_of(video.info)
        steps = (step for step in video.steps() if step.frame is not None)
        for _ in range(4):
            through(way, next(steps).frame)
        tracemalloc.start()
        try:
            peaks = [peak_of(way, step.frame) for step in steps]
        finally:
            tracemalloc.stop()
    assert max(peaks) < size[0] * size[1] / 4, f"{max(peaks)} bytes for one frame"


def peak_of(way: FrameWay, frame: object) -> int:
    """Bytes that one frame needs beyond those that are kept."""
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    through(way, frame)
    return tracemalloc.get_traced_memory()[1] - before


def through(way: FrameWay, frame: object) -> None:
    given = way.taken(frame)
    way.put_back(frame, given, way.restored(given))


def test_luma_of_any_function(tmp_path: Path) -> None:
    """A way serves restorations that are no player's; their results may lie anywhere."""
    source = write_clip(tmp_path / "in.mkv", CLIPS["10 bits"])
    way = partial(LumaWay, restore=anywhere(lambda luma: luma + np.uint16(1020)))
    restore_video(source, tmp_path / "out.mkv", way, **LOSSLESS)
    for before, after in zip(*map(frames, (source, tmp_path / "out.mkv")), strict=True):
        np.testing.assert_array_equal(after[0], np.maximum(before[0], 940))


@pytest.mark.parametrize("codes", [Codes(16, 235, 255), Codes(64, 940, 1023)], ids=str)
def test_luma_is_restored_from_black_to_white_and_what_lies_beyond_is_kept(
    tmp_path: Path, codes: Codes
) -> None:
    clip = Clip(pixel_format="yuv444p" if codes.top == 255 else "yuv444p10le", tags=BT709_LIMITED)
    source = write_clip(tmp_path / "in.mkv", clip)
    with VideoSource(source) as video:
        frame = next(step.frame for step in video.steps() if step.frame is not None)
        plane = planes_of(frame)[0]
        plane[...] = np.arange(plane.size).reshape(plane.shape) % (codes.top + 1)
        before = plane.astype(int)
        seen = np.clip(before, codes.black, codes.white)
        for restore, wanted in (
            (lambda luma: luma, seen),
            (lambda luma: codes.top - luma, codes.top - seen),
        ):
            plane[...] = before
            through(LumaWay(video.info, anywhere(restore)), frame)
            expected = np.clip(wanted, codes.black, codes.white) + before - seen
            np.testing.assert_array_equal(plane, expected)


def beyond_rgb(path: Path, pixel_format: str) -> Path:
    """A clip with every luma code next to colours that RGB cannot show."""
    frame = av.VideoFrame(96, 64, pixel_format)
    for number, plane in enumerate(planes_of(frame)):
        rng = np.random.default_rng(number)
        coarse = rng.integers(0, 1024, (-(-plane.shape[0] // 8), -(-plane.shape[1] // 8)))
        plane[...] = np.kron(coarse, np.ones((8, 8)))[: plane.shape[0], : plane.shape[1]]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixel_format
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("only", [(), ("--luma",)], ids=["rgb", "luma"])
@pytest.mark.parametrize("pixel_format", ["yuv420p10le", "yuv422p10le", "yuv444p10le"])
def test_devices_agree_where_codes_lie_beyond_what_rgb_shows(
    capsys, tmp_path: Path, only: tuple[str, ...], pixel_format: str
) -> None:
    source = beyond_rgb(tmp_path / "in.mkv", pixel_format)
    found = []
    for device in ("cpu", "gpu"):
        target = tmp_path / f"{device}.mkv"
        options = ("--codec", "ffv1", "--device", device, *only)
        status, _, err = run(capsys, "apply", "gaussian:0.8", source, target, *options)
        assert status == 0, err
        found.append(frames(target)[0])
    worst = max(np.ptp([cpu, gpu], axis=0).max() for cpu, gpu in zip(*found, strict=True))
    print(f"largest difference {worst} codes of 10 bits")
    assert worst <= TOLD_BY_GPU
    assert any(np.any(a != b) for a, b in zip(found[0], frames(source)[0], strict=True))


TOLD_BY_GPU = 2
"""10-bit codes between the machines: tables of one, 16-bit RGB and the mixing of the other."""
