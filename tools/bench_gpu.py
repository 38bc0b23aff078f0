"""How long drawing takes: every family beside sharpeners and a plain copy, and what it takes to
bring pictures to GL and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, Final

import moderngl
import numpy as np
from bench_clock import LEAST_ROUNDS, Clock, Draw, Timing, timed
from bench_tables import Asked, Cell, Table
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from yardstick_shaders import COPY, SHARPENERS, Yardstick

from rtdeconv import Design, design
from rtdeconv.designer import Options
from rtdeconv.fit import FAMILIES
from rtdeconv.gpu import Player, is_software, open_context, quick_player
from rtdeconv.plan import Pass, Plan, Texel

BLUR: Final = "gaussian:0.7"
LIGHTS: Final = ("encoded", "linear")

SIZED: Final[tuple[Options, ...]] = (
    *(Options(method=name) for name in (*FAMILIES, "tunable")),
    *(Options(method="fetch", taps=count) for count in (5, 13, 17)),
    Options(method="free", taps=9),
    Options(method="comb", terms=1),
    Options(method="fir", taps=7),
    Options(adapt="activity", taps=5, terms=5),
    Options(adapt="activity", taps=7, terms=5),
    Options(adapt="oriented", taps=7, terms=5),
)
"""Every family at its usual size, then further budgets, and what adapts."""

NEAREST: Final = (moderngl.NEAREST, moderngl.NEAREST)

Size = tuple[int, int]
SMALL_SIZES: Final[tuple[Size, ...]] = ((1280, 720), (1920, 1080))
SIZES: Final[tuple[Size, ...]] = (*SMALL_SIZES, (3840, 2160))
FORMATS: Final = {"RGBA8": ("f1", np.uint8), "RGBA16F": ("f2", np.float16)}
"""moderngl's name and numpy's; source and target are of the same."""

NOTES: Final = (
    "Texture to texture, nothing uploaded or read back",
    "ms: median of runs, each until the drawing is finished",
    "copies: how many plain copies between textures of that size and format it takes, in turn with "
    "them; the copy's own figure shows the noise",
    "Fetches and passes are the exported shader's; linear light is drawn as the player does it, "
    "decoded by a pass of its own where that is quicker",
)
GPU_NOTE: Final = (
    "GPU ms: the GPU's own clock (timer query), ordered while it was busy, so that it counts "
    "no waiting; copies are of that clock"
)

Make = Callable[[moderngl.Context], Player]


@dataclass(frozen=True)
class Subject:
    """Something to draw: its name, light and cost, and what makes a player of it."""

    name: str
    light: str
    fetches: int
    passes: int
    make: Make


def tables(asked: Asked) -> Iterator[Table]:
    """Draws of every subject, then transfers. Raises DeviceError where there is no GL."""
    context = open_context()
    try:
        small = is_software(context) and not asked.full
        sizes = SMALL_SIZES if small else SIZES
        yield from draw_tables(context, list(subjects()), sizes)
        yield transfer_table(context, sizes)
    finally:
        context.release()


def subjects() -> Iterator[Subject]:
    """The copy and the sharpeners, FIRs as plain text, then in each light all of `SIZED`."""
    for one in (COPY, *SHARPENERS):
        yield of_text(one)
    yield plain("fir", 11, "encoded")
    yield plain("fir", 5, "linear")
    for light in LIGHTS:
        for sized in SIZED:
            options: Options = {**sized, "light": light}
            yield quick(design(BLUR, **options))


def quick(found: Design) -> Subject:
    """A design as it is run for speed."""
    return _subject(found, str(found.size), partial(_quick, found.plan))


def plain(method: str, taps: int, light: str) -> Subject:
    """A design as its exported text stands, every fetch decoded by itself."""
    found = design(BLUR, method=method, taps=taps, light=light)
    return _subject(found, f"{found.size}, plain text", partial(_plain, found.plan))


def of_text(one: Yardstick) -> Subject:
    """A yardstick, drawn by the same player."""
    through = Plan((Pass(Texel(0, 0, 0), "target"),), border="clamp", light="encoded")
    return Subject(one.name, "encoded", one.fetches, 1, partial(_plain, through, text=one.text))


def _subject(found: Design, size: str, make: Make) -> Subject:
    plan = found.plan
    name = f"{found.method} {size}".strip()
    return Subject(name, found.light, plan.fetches, len(plan.passes), make)


def _quick(plan: Plan, context: moderngl.Context) -> Player:
    return quick_player(plan, context=context)


def _plain(plan: Plan, context: moderngl.Context, text: str | None = None) -> Player:
    return Player(plan, text=text, context=context)


def draw_tables(
    context: moderngl.Context, listed: Sequence[Subject], sizes: Sequence[Size]
) -> Iterator[Table]:
    """A table for each size, of ``listed`` in both formats."""
    found: dict[tuple[Subject, Size, str], Timing] = {}
    with ExitStack() as held:
        sources = {
            (size, name): held.enter_context(_texture(context, _noise(size, 4, dtype), kind))
            for size in sizes
            for name, (kind, dtype) in FORMATS.items()
        }
        copy = held.enter_context(of_text(COPY).make(context))
        clock = Clock(context, _ballast(context, sources, held))
        for one in track(listed, "draws", console=Console(stderr=True), transient=True):
            with one.make(context) as player:
                for (size, name), source in sources.items():
                    source.filter = NEAREST  # a player sets what it needs and leaves it set
                    draws = partial(player.draw, source), partial(copy.draw, source)
                    found[one, size, name] = timed(clock, *draws)
    for size in sizes:
        timings = {one: [found[one, size, name] for name in FORMATS] for one in listed}
        yield _draw_table(size, timings)


def _draw_table(size: Size, found: dict[Subject, list[Timing]]) -> Table:
    by_gpu = any(one.gpu_ms is not None for row in found.values() for one in row)
    kinds = ("ms", "GPU ms", "copies") if by_gpu else ("ms", "copies")
    columns = tuple(f"{name} {kind}" for name in FORMATS for kind in kinds)
    rows: list[tuple[Cell, ...]] = []
    for one, timings in found.items():
        figures: list[Cell] = []
        for each in timings:
            figures += [each.wall_ms, *([each.gpu_ms] * by_gpu), each.copies]
        rows.append((one.name, one.light, one.fetches, one.passes, *figures))
    width, height = size
    notes = (*NOTES, GPU_NOTE) if by_gpu else NOTES
    heads = ("drawn", "light", "fetches", "passes", *columns)
    return Table(f"Drawing {width}x{height}", heads, tuple(rows), notes)


def _ballast(
    context: moderngl.Context,
    sources: dict[tuple[Size, str], moderngl.Texture],
    held: ExitStack,
) -> Draw | None:
    """The longest draw there is, of the largest source; none on software GL."""
    if is_software(context):
        return None
    player = held.enter_context(plain("fir", 15, "encoded").make(context))
    largest = max(sources.values(), key=lambda one: one.width * one.height)
    return partial(player.draw, largest)


def transfer_table(context: moderngl.Context, sizes: Sequence[Size]) -> Table:
    """Uploads and downloads, each until it is finished, in turn."""
    rows: list[tuple[Cell, ...]] = []
    for width, height in sizes:
        full, half = (width, height), (width // 2, height // 2)
        rgba8, rgba16f = (_noise(full, 4, dtype) for _, dtype in FORMATS.values())
        planes = [_noise(size, 1, np.uint8) for size in (full, half, half)]
        steps: list[Draw] = []
        with ExitStack() as held:
            for pictures, kind in (([rgba8], "f1"), ([rgba16f], "f2"), (planes, "f1")):
                steps += held.enter_context(_transfers(context, pictures, kind))
            rows.append((f"{width}x{height}", *_medians(context, steps)))
    kinds = (*FORMATS, "Y+U+V 4:2:0")
    heads = tuple(f"{kind} {way}, ms" for kind in kinds for way in ("up", "down"))
    return Table("Transfers", ("size", *heads), tuple(rows), ("From and to numpy arrays",))


@contextmanager
def _transfers(
    context: moderngl.Context, pictures: Sequence[NDArray[Any]], kind: str
) -> Iterator[tuple[Draw, Draw]]:
    """What uploads ``pictures``, and what reads them back."""
    with ExitStack() as held:
        textures = [held.enter_context(_texture(context, one, kind)) for one in pictures]
        targets = [context.framebuffer([one]) for one in textures]
        for target in targets:
            held.callback(target.release)

        def up() -> None:
            for texture, picture in zip(textures, pictures, strict=True):
                texture.write(picture, alignment=1)

        def down() -> None:
            for target, picture in zip(targets, pictures, strict=True):
                channels = picture.shape[2]
                target.read_into(picture, components=channels, alignment=1, dtype=kind)

        yield up, down


def _medians(context: moderngl.Context, steps: Sequence[Draw]) -> list[float]:
    clock = Clock(context)
    rounds = [[clock.wall_ms(step) for step in steps] for _ in range(1 + 3 * LEAST_ROUNDS)]
    return [median(times) for times in zip(*rounds[1:], strict=True)]


@contextmanager
def _texture(
    context: moderngl.Context, picture: NDArray[Any], kind: str
) -> Iterator[moderngl.Texture]:
    height, width, channels = picture.shape
    texture = context.texture((width, height), channels, picture, alignment=1, dtype=kind)
    texture.filter = NEAREST
    texture.repeat_x = texture.repeat_y = False
    try:
        yield texture
    finally:
        texture.release()


def _noise(size: Size, channels: int, dtype: type) -> NDArray[Any]:
    """A picture that no memory compression makes smaller, (height, width, channels)."""
    width, height = size
    codes = np.random.default_rng(0).integers(0, 256, (height, width, channels), np.uint8)
    return codes if dtype is np.uint8 else (codes / np.float32(255)).astype(dtype)
