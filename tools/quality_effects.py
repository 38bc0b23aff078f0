"""What a mean error does not show of filters that adapt: flicker, and rings around highlights."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from quality_adaptive import LEARNED, Pair, mean_structure, pairs, through
from quality_goals import Goal
from quality_methods import surveyed
from quality_scenes import Cell, Planes, middles
from scipy.ndimage import binary_dilation, minimum_filter

from rtdeconv import interpret
from rtdeconv.activity import steadied
from rtdeconv.plan import Plan, Store, Structure
from rtdeconv.reference import blurred, with_noise

Place = tuple[float, float]
Clip = list[Planes]

STILL_PX = 128
FRAMES, SETTLING = 16, 6
"""Frames that are looked at, and those before them, in which the past fills."""

BRIGHT_PX = 256
BRIGHTER = 1.6
"""Exposure of the pictures whose highlights are clipped."""

LAMPS_PX = 256
LAMP, NIGHT = 4.0, 0.2
"""Levels of lamps and of what is around them, white being 1."""

NEAR_PX = 3
"""From a clipped pixel: as far as 7x7 taps reach."""

MARK_COST_DB = 0.5

CODES = 255


@dataclass(frozen=True)
class Highlights:
    """Near clipped pixels: PSNR gained over the blurred picture, and how far what is restored lies
    below all that is sharp within 2 px, root mean square, of 255."""

    gain_db: float
    rings: float


@dataclass
class Past:
    """Structure as the frames before left it; as the interpreter's rounding, it steadies frames."""

    kept: Planes | None = None

    def __call__(self, image: Planes, store: Store) -> Planes:
        if store == "target":
            return image
        if self.kept is not None:
            image = steadied(image, self.kept, mean_structure(image), mean_structure(self.kept))
        self.kept = interpret.rounded(image, store)
        return self.kept


def flicker_goals(place: Place) -> list[Goal]:
    """Temporal deviation on still, noisy scenes, of that of the linear FIR of as many taps."""
    cell = Cell(f"gaussian:{place[0]}", place[1])
    clips = {seed: _still(cell, sharp, seed) for seed, sharp in middles(STILL_PX).items()}
    goals = []
    for kind, two in pairs(cell, LEARNED).items():
        fir = surveyed(cell, method="fir", taps=kind.taps).chosen
        linear = _flicker(clips, Pair(fir, fir), lambda: interpret.rounded)
        for how, stored in (("frame by frame", lambda: interpret.rounded), ("steadied", Past)):
            percent = 100 * _flicker(clips, two, stored) / linear
            what = (
                f"{kind.title} at sigma {place[0]:g}, noise {place[1]:g}, {how}: flicker, of the "
                f"{kind.taps}x{kind.taps} FIR's"
            )
            goals.append(Goal(what, 100, percent, is_most=True, unit="%"))
    return goals


def _still(cell: Cell, sharp: Planes, seed: int) -> Clip:
    """Frames of new noise."""
    soft = blurred(sharp, cell.target, light=cell.light, border="wrap")
    number = seed * (SETTLING + FRAMES)
    return [_seen(cell, soft, number + frame) for frame in range(SETTLING + FRAMES)]


def _seen(cell: Cell, soft: Planes, seed: int) -> Planes:
    """With noise, clipped, rounded."""
    noisy = soft + with_noise(soft.shape, cell.target.noise, seed)
    return np.asarray(np.rint(np.clip(noisy, 0, 1) * CODES) / CODES)


def _flicker(
    clips: dict[int, Clip], two: Pair, stored: Callable[[], Callable[[Planes, Store], Planes]]
) -> float:
    """Deviation over time, root mean square over pixels and scenes."""
    variances = []
    for seed, clip in clips.items():
        one, hook = two.fair_to(seed), stored()
        shown = [through(one.plan, frame, one.light, stored=hook) for frame in clip]
        variances.append(np.mean(np.var(shown[SETTLING:], axis=0)))
    return float(np.sqrt(np.mean(variances)))


def highlight_goals(place: Place) -> list[Goal]:
    """Errors and dark rings around clipped highlights, with and without the mark of cut corners."""
    cell = Cell(f"gaussian:{place[0]}", place[1])
    brighter = {seed: BRIGHTER * sharp for seed, sharp in middles(BRIGHT_PX).items()}
    scenes = {f"pictures x {BRIGHTER:g}": brighter, "lamps at night": {0: _lamps()}}
    goals = []
    for kind, two in pairs(cell, LEARNED).items():
        for what, sharp in scenes.items():
            marked = {seed: two.fair_to(seed).plan for seed in sharp}
            plain = {seed: unmarked(plan) for seed, plan in marked.items()}
            both = (_around_highlights(cell, sharp, plans) for plans in (marked, plain))
            goals += _compared(f"{kind.title}, {cell.blur}, {what}", *both)
    return goals


def _compared(name: str, marked: Highlights, plain: Highlights) -> Iterator[Goal]:
    near = f"{name}: what the mark costs near clipped pixels, of a gain of {plain.gain_db:.2f}"
    yield Goal(near, MARK_COST_DB, plain.gain_db - marked.gain_db, is_most=True)
    rings = f"{name}: dark rings, at most those without the mark"
    yield Goal(rings, round(plain.rings, 2), marked.rings, is_most=True, unit="of 255")


def _around_highlights(cell: Cell, scenes: dict[int, Planes], plans: dict[int, Plan]) -> Highlights:
    """Means over the pixels near clipped ones, of all scenes together."""
    before, after, depths = [], [], []
    for seed, sharp in scenes.items():
        soft = _seen(cell, blurred(sharp, cell.target, light=cell.light, border="wrap"), seed)
        truth, near = np.clip(sharp, 0, 1), _near_white(soft)
        found = np.clip(through(plans[seed], soft, cell.light), 0, 1)
        floor = minimum_filter(truth, (5, 5, 1), mode="wrap")
        before.append((soft - truth)[near])
        after.append((found - truth)[near])
        depths.append(np.maximum(floor - found, 0)[near])
    untouched, left, rings = (
        float(np.mean(np.concatenate(each) ** 2)) for each in (before, after, depths)
    )
    return Highlights(10 * np.log10(untouched / left), CODES * np.sqrt(rings))


def unmarked(plan: Plan) -> Plan:
    """The same plan with white out of reach, so that nothing counts as clipped."""
    first, *others = plan.passes
    assert isinstance(first.expr, Structure)
    expr = replace(first.expr, gauge=replace(first.expr.gauge, white=1e9))
    return replace(plan, passes=(replace(first, expr=expr), *others))


def _near_white(soft: Planes) -> np.ndarray:
    """Pixels around clipped ones, those themselves left out."""
    white = soft >= 1
    return binary_dilation(white, np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1, 1))) & ~white


def _lamps() -> Planes:
    """Discs and bars of 1 to 8 px, brighter than white, on a dark ground."""
    y, x = np.mgrid[:LAMPS_PX, :LAMPS_PX]
    scene = np.full((LAMPS_PX, LAMPS_PX), NIGHT)
    for k, (row, column) in enumerate(np.ndindex(8, 8)):
        dy, dx = y - 32 * row - 16.3, x - 32 * column - 15.8
        size = 1 + k % 8
        disc = np.hypot(dy, dx) <= size
        bar = (np.abs(dx) <= size / 2) & (np.abs(dy) <= 12)
        scene[disc if k // 8 % 2 else bar] = LAMP
    return np.asarray(scene[:, :, None])
