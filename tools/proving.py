"""What tools/prove_hosts.py asks of a client: drawings, their agreement with the interpreter, and
faults that it must notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np

from rtdeconv import Design, design, interpret
from rtdeconv.emit import HOSTS, About
from rtdeconv.pixels import stored_like, unit_colour
from rtdeconv.plan import MAX_PASSES, Expr, Mix, Plan, Store, Tuned, WeightedSum, fetch_at
from tools.clients.base import Client, ClientError, Job, Judge, Pixels
from tools.clients.registry import FEW_PASSES, HALF_FLOATS
from tools.gallery import taken

WIDTH, HEIGHT = 96, 64
IMPULSES: Final = ((12, 70), (40, 74), (52, 88))
"""Rows and columns of single bright pixels, each alone in a grey field."""

BAKED: Final = ("ffmpeg",)
"""Hosts whose files hold the strength in their numbers."""

CODE: Final = 1
"""Rounding to 8 bits may fall either way near a tie."""

EXACT: Final = 0.99
"""Share of values that a one-pass design gets exactly where the client promises it."""

_FURTHER: Final[Mapping[str, Mapping[str, Any]]] = {
    "turned": {
        "blur": "psf:1,2,0/4,9,1/0,1,3",
        "method": "fir",
        "taps": 5,
        "noise": 4 / 255,
        "light": "encoded",
    },
    "comb": {"blur": "gaussian:0.8", "method": "comb", "terms": 2},
}
"""Beside the gallery: a filter that no turn or mirror leaves alone, and two whole-pixel passes."""

Fault = Callable[[Plan], Plan]

_FAULTY: Final = About("wrong on purpose", ("to be noticed",), "none")


@cache
def picture() -> Pixels:
    """(H, W, 4): noise, ramps, checks that run into every border, impulses on grey."""
    rng = np.random.default_rng(4)
    shade = rng.integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    shade[:, 24:40] = np.linspace(0, 255, 16, dtype=np.uint8)[:, None]
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    checks = np.where((y // 4 + x // 5) % 2, 255, 0).astype(np.uint8)
    shade[:, 40:60] = checks[:, 40:60, None]
    shade[:, 60:] = 90
    for row, column in IMPULSES:
        shade[row, column] = 250
    for edge in (np.s_[:2, 60:], np.s_[-2:, 60:], np.s_[:, -2:]):
        shade[edge] = checks[edge][..., None]
    return np.dstack([shade, np.full((HEIGHT, WIDTH), 255, np.uint8)])


@cache
def designs(host: str) -> dict[str, Design]:
    """What is drawn for ``host``, by name: its gallery and further designs that it takes."""
    further = {name: design(**options) for name, options in _FURTHER.items()}
    found = {**taken(HOSTS[host]), **further}
    return {name: one for name, one in found.items() if HOSTS[host].refusal(one.plan) is None}


@dataclass(frozen=True)
class Drawing:
    """One thing a client is asked to draw: a design of ``host``, by name, and what is set."""

    host: str
    design: str
    strength: float = 1.0

    @property
    def plan(self) -> Plan:
        """As the host draws it."""
        return HOSTS[self.host].adapted(designs(self.host)[self.design].plan)

    def job(self, fault: Fault | None = None) -> Job:
        """The job for a client; with ``fault``, its files are those of another plan."""
        plan = self.plan
        if fault is None:
            files = designs(self.host)[self.design].files(self.host, "proof")
        else:
            files = HOSTS[self.host].files(fault(plan), _FAULTY, "proof")
        values = {p.name: p.default for p in plan.parameters} | {"strength": self.strength}
        return Job(self.host, plan, files, picture(), values)

    def wanted(self) -> Pixels:
        """What the interpreter makes of it."""
        return interpret.run(self.plan, _colour(), strength=self.strength)

    def wanted_in_halves(self) -> Pixels:
        """What it makes of it where the picture, every image and the result are half floats."""
        if self.strength == 0.0:
            return _colour()
        settings = {p.name: p.default for p in self.plan.parameters} | {"strength": self.strength}
        source = _truncated(unit_colour(_colour()), "16f")
        found = interpret.colour(self.plan, source, settings, stored=_truncated)
        return stored_like(_colour(), _truncated(found, "16f"))


def _colour() -> Pixels:
    return np.ascontiguousarray(picture()[..., :3])


def _truncated(image: interpret.Planes, store: Store) -> interpret.Planes:
    """Half floats as Mesa writes them on a processor: cut off, where GPUs round to nearest."""
    if store != "16f":
        return interpret.rounded(image, store)
    step = 2.0 ** (np.floor(np.log2(np.maximum(np.abs(image), 2.0**-14))) - 10)
    return np.trunc(image / step) * step


def drawings(host: str) -> list[Drawing]:
    """Every design of ``host`` as designed; the first also at half strength and off, unless its
    strength is part of the file."""
    names = [*designs(host)]
    others = () if host in BAKED else (0.5, 0.0)
    on = [Drawing(host, name) for name in names]
    return [*on, *(Drawing(host, names[0], strength) for strength in others)]


@dataclass(frozen=True)
class Agreement:
    """How a drawing compares: largest errors in codes, overall and in the outermost two pixels,
    the share of exact values, how far impulses moved in pixels, complaints instead of pixels.
    ``plain``: the largest error where the reference is not that of half floats."""

    drawing: Drawing
    passes: int
    worst: float = np.inf
    border: float = np.inf
    exact: float = 0.0
    plain: float = np.inf
    moved: float = np.inf
    complaint: str = ""

    def good(self, *, promises_exact: bool) -> bool:
        """Whether it is within CODE, and EXACT where that is promised; off must change nothing."""
        if self.drawing.strength == 0.0:
            return self.worst == 0
        shares = self.exact >= EXACT or not (promises_exact and self.passes == 1)
        return self.worst <= CODE and shares


def agreement(drawing: Drawing, got: Pixels | ClientError, *, halves: bool) -> Agreement:
    """``got`` beside what the interpreter makes of it; ``halves``: in half floats."""
    passes = len(drawing.plan.passes)
    if isinstance(got, ClientError):
        return Agreement(drawing, passes, complaint=str(got))
    plain = drawing.wanted()
    wanted = drawing.wanted_in_halves() if halves else plain
    error = np.abs(got[..., :3].astype(int) - wanted)
    border = np.ones(error.shape, bool)
    border[2:-2, 2:-2] = False
    return Agreement(
        drawing,
        passes,
        worst=float(error.max()),
        border=float(error[border].max()),
        exact=float((error == 0).mean()),
        plain=float(np.abs(got[..., :3].astype(int) - plain).max()),
        moved=max(float(np.hypot(*(_centre(got, at) - _centre(wanted, at)))) for at in IMPULSES),
    )


def _centre(pixels: Pixels, at: tuple[int, int]) -> Any:
    """Where the brightness around an impulse has its centre of gravity."""
    row, column = at
    around = pixels[row - 3 : row + 4, column - 3 : column + 4, 0].astype(float)
    weight = np.maximum(around - np.median(around), 0)
    y, x = np.mgrid[-3:4, -3:4]
    return np.array([(weight * y).sum(), (weight * x).sum()]) / max(weight.sum(), 1e-9)


def proven(client: Client, host: str, fault: Fault | None = None) -> list[Agreement]:
    """Everything ``client`` draws of ``host``; with ``fault``, of files that are wrong."""
    most = FEW_PASSES.get(client.name, MAX_PASSES)
    asked = [one for one in drawings(host) if len(one.plan.passes) <= most]
    if fault is not None:
        asked = [Drawing(host, "turned")]
    got = client.draw([one.job(fault) for one in asked])
    halves = client.name in HALF_FLOATS
    return [agreement(one, pixels, halves=halves) for one, pixels in zip(asked, got, strict=True)]


def judged(judge: Judge, host: str) -> list[str]:
    """What ``judge`` has against the files of ``host``."""
    said = (judge.complaint(one.job()) for one in drawings(host) if one.strength == 1.0)
    return [complaint for complaint in said if complaint is not None]


def wrong_tap(plan: Plan) -> Plan:
    """A fiftieth too much at one neighbour."""

    def changed(total: WeightedSum) -> WeightedSum:
        *others, (weight, fetch) = total.terms
        return WeightedSum((*others, (weight + 0.02, fetch)))

    return _with_last_sum(plan, changed)


def half_a_texel(plan: Plan) -> Plan:
    """Every fetch half a pixel too far to the right: the mean of two."""

    def changed(total: WeightedSum) -> WeightedSum:
        halves = [
            (weight / 2, fetch_at(f.image, f.dx + more, f.dy))
            for weight, f in total.terms
            for more in (0, 1)
        ]
        return WeightedSum(tuple(halves))

    return _with_last_sum(plan, changed)


def wrong_light(plan: Plan) -> Plan:
    """Values added up as they are instead of as light, or the other way round."""
    return replace(plan, light="linear" if plan.light == "encoded" else "encoded")


def _with_last_sum(plan: Plan, change: Callable[[WeightedSum], WeightedSum]) -> Plan:
    """``plan`` with the sums of its last pass changed."""

    def walked(expr: Expr) -> Any:
        if isinstance(expr, WeightedSum):
            return change(expr)
        if isinstance(expr, Mix):
            return Mix(walked(expr.a), walked(expr.b), expr.amount)
        if isinstance(expr, Tuned):
            one, two = expr.bands
            return replace(expr, bands=(walked(one), walked(two)))
        return expr

    *others, last = plan.passes
    return replace(plan, passes=(*others, replace(last, expr=walked(last.expr))))


_FAULTS: Final[Mapping[str, Fault]] = {
    "wrong tap": wrong_tap,
    "half a texel": half_a_texel,
    "wrong light": wrong_light,
}


def faults(host: str) -> dict[str, Fault]:
    """What can be wrong with files of ``host``, by name."""
    sound = Drawing(host, "turned").plan
    return {name: fault for name, fault in _FAULTS.items() if not HOSTS[host].refusal(fault(sound))}
