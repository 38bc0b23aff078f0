"""What tools/prove_hosts.py asks of a client: drawings, their agreement with the interpreter, and
faults that it must notice."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import numpy as np

from rtdeconv import Design, design, interpret
from rtdeconv.emit import HOSTS, About
from rtdeconv.light import decode, encode
from rtdeconv.pixels import stored_like, unit_colour
from rtdeconv.plan import MAX_PASSES, Plan, Store
from tools.clients.base import Client, ClientError, Job, Judge, Pixels
from tools.clients.registry import FEW_PASSES, HALF_FLOATS
from tools.faults import FAULTS, Fault
from tools.gallery import taken
from tools.handmade import adaptive_plans

WIDTH, HEIGHT = 96, 64
IMPULSES: Final = ((12, 70), (40, 74), (52, 88))
"""Rows and columns of single bright pixels, each alone in a grey field."""

BAKED: Final = ("ffmpeg",)
"""Hosts whose files hold the strength in their numbers."""

CODE: Final = 1
"""Rounding to 8 bits may fall either way near a tie."""

STILL_PX: Final = 0.02
"""How far an impulse may seem to move: a code more on one side of it. Half a texel is .5."""

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

_DRAWN: Final = (
    "activity5-askew",
    "activity5-limited",
    "activity-comb-linear",
    "oriented7",
    "oriented5-linear",
    "limited",
    "limited-luma",
)
"""Of what is made by hand; the rest is compiled only."""

Stored = Callable[[interpret.Planes, Store], interpret.Planes]

_FAULTY: Final = About("wrong on purpose", ("to be noticed",), "none")
_BY_HAND: Final = About("made by hand", ("to be proven",), "none")


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


@cache
def by_hand(host: str) -> dict[str, Plan]:
    """What adapts or is limited, as far as ``host`` takes it; its tables are no design's."""
    linear = {f"{name}-linear": plan for name, plan in adaptive_plans("linear").items()}
    plans = {**adaptive_plans(), **{name: linear[name] for name in _DRAWN if name in linear}}
    return {name: one for name, one in plans.items() if HOSTS[host].refusal(one) is None}


@dataclass(frozen=True)
class Drawing:
    """One thing a client is asked to draw: a design of ``host``, or what is made by hand, by name,
    and what is set; a tunable filter may be ``turned`` away from what it was designed for, the
    switch for linear values ``switched`` over."""

    host: str
    design: str
    strength: float = 1.0
    turned: bool = False
    switched: bool = False

    @property
    def own_plan(self) -> Plan:
        """As it was asked for."""
        made = by_hand(self.host).get(self.design)
        return designs(self.host)[self.design].plan if made is None else made

    @property
    def plan(self) -> Plan:
        """As the host draws it."""
        return HOSTS[self.host].adapted(self.own_plan)

    def job(self, fault: Fault | None = None) -> Job:
        """The job for a client; with ``fault``, its files are those of another plan."""
        plan = self.plan
        if fault is not None:
            files = HOSTS[self.host].files(fault(plan), _FAULTY, "proof")
        elif self.design in by_hand(self.host):
            files = HOSTS[self.host].files(self.own_plan, _BY_HAND, "proof")
        else:
            files = designs(self.host)[self.design].files(self.host, "proof")
        if self.switched:
            files = switched(files)
        return Job(self.host, plan, files, picture(), self.values)

    @property
    def values(self) -> dict[str, float]:
        """Every parameter's value; turned ones lie a third of the way to their upper end."""
        values = {p.name: p.default for p in self.plan.parameters}
        if self.turned:
            values |= {p.name: p.default + (p.high - p.default) / 3 for p in self.plan.parameters}
        return values | {"strength": self.strength}

    def wanted(self, *, halves: bool) -> Pixels:
        """What the interpreter makes of the plan as the host draws it; ``halves``: of a client that
        keeps the picture, every image and the result in half floats."""
        return self._interpreted(self.plan, _truncated if halves else interpret.rounded)

    def plain(self) -> Pixels:
        """What it makes of the design's own plan, its images as fine as they were asked for."""
        return self._interpreted(self.own_plan, interpret.rounded)

    def _interpreted(self, plan: Plan, stored: Stored) -> Pixels:
        if self.strength == 0.0:
            return _colour()
        result: Store = "target" if stored is interpret.rounded else "16f"
        source = stored(unit_colour(_colour()), result)
        if not self.switched:
            found = interpret.colour(plan, source, self.values, stored=stored)
        elif HOSTS[self.host].arrival == "encoded":  # what arrives is believed to be linear
            inner = interpret.colour(plan, encode(source, "linear"), self.values, stored=stored)
            found = decode(inner, "linear")
        else:  # linear light arrives, is believed to be encoded, and is encoded for the comparison
            inner = interpret.colour(plan, decode(source, "linear"), self.values, stored=stored)
            found = encode(inner, "linear")
        return stored_like(_colour(), np.asarray(stored(np.asarray(found), result)))


_SWITCHES: Final = (
    (r"#ifdef (_RTD_VALUES_ENCODED)", r"#ifndef \1"),
    (r"(#define RTD_VALUES_LINEAR )0", r"\g<1>1"),
    (r"(const bool RTD_VALUES_LINEAR = )false", r"\g<1>true"),
    (r"(override rtd_values_linear: bool = )false", r"\g<1>true"),
    (r"(const rtd_values_linear = )true", r"\g<1>false"),
    (r"(valuesLinear = )false", r"\g<1>true"),
    (r"(bool values_linear<[^>]*> = )false", r"\g<1>true"),
    (r'(#pragma parameter rtd_values_linear "[^"]*" )0', r"\g<1>1"),
    (r"(//!PARAM RTD_VALUES_LINEAR\n(?://!.*\n)*)0", r"\g<1>1"),
)
"""How the switch reads in files, and how its user turns it over."""


def switched(files: Mapping[str, str]) -> dict[str, str]:
    """``files`` with the switch for linear values turned over wherever it stands."""
    for pattern, other in _SWITCHES:
        turned = {name: re.subn(pattern, other, text) for name, text in files.items()}
        if any(count for _, count in turned.values()):
            return {name: text for name, (text, _) in turned.items()}
    raise ValueError(f"no switch in {', '.join(files)}")


def _colour() -> Pixels:
    return np.ascontiguousarray(picture()[..., :3])


def _truncated(image: interpret.Planes, store: Store) -> interpret.Planes:
    """Half floats as Mesa writes them on a processor: cut off, where GPUs round to nearest."""
    if store != "16f":
        return interpret.rounded(image, store)
    step = 2.0 ** (np.floor(np.log2(np.maximum(np.abs(image), 2.0**-14))) - 10)
    return np.trunc(image / step) * step


def drawings(host: str) -> list[Drawing]:
    """Every design of ``host`` as designed, and of what is made by hand `_DRAWN`; the first also at
    half strength and off, unless its strength is part of the file; one of several passes off as
    well, tunable ones also turned, one without bilinear fetches also switched."""
    names = [*designs(host)]
    made = [name for name in _DRAWN if name in by_hand(host)]
    drawn = [Drawing(host, name) for name in (*names, *made)]
    drawn += [Drawing(host, name, turned=True) for name in ("tunable", "lens") if name in names]
    if host in BAKED:
        return drawn
    drawn += [Drawing(host, names[0], strength) for strength in (0.5, 0.0)]
    drawn += [Drawing(host, name, 0.0) for name in ("comb",) if name in names]
    return [*drawn, Drawing(host, "general", switched=True)]


@dataclass(frozen=True)
class Agreement:
    """How a drawing compares: largest errors in codes, overall and in the outermost two pixels,
    the share of exact values, how far impulses moved in pixels, complaints instead of pixels.
    ``plain``: the largest error beside the design's own plan, without the host's half floats."""

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
        if self.moved > STILL_PX or (self.plain > CODE and self.passes == 1):
            return False
        # switched, a host may take the picture in another format: Babylon.js in half floats
        promised = promises_exact and self.passes == 1 and not self.drawing.switched
        shares = self.exact >= EXACT or not promised
        return self.worst <= CODE and shares


def agreement(drawing: Drawing, got: Pixels | ClientError, *, halves: bool) -> Agreement:
    """``got`` beside what the interpreter makes of it; ``halves``: in half floats."""
    passes = len(drawing.plan.passes)
    if isinstance(got, ClientError):
        return Agreement(drawing, passes, complaint=str(got))
    plain, wanted = drawing.plain(), drawing.wanted(halves=halves)
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
    asked = [one for one in drawings(host) if one.strength == 1.0]
    asked += [Drawing(host, name) for name in by_hand(host) if name not in _DRAWN]
    said = (judge.complaint(one.job()) for one in asked)
    return [complaint for complaint in said if complaint is not None]


def faults(host: str) -> dict[str, Fault]:
    """What can be wrong with files of ``host``, by name."""
    sound = Drawing(host, "turned").plan
    return {name: fault for name, fault in FAULTS.items() if not HOSTS[host].refusal(fault(sound))}
