"""What tools/quality.py compares: registered families, references, what people use today."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain

import numpy as np
import yardsticks
from quality_scenes import (
    Cell,
    Planes,
    Torus,
    chart_overshoot,
    full_response,
    step_charts,
)
from skimage import restoration
from typing_extensions import Unpack

from rtdeconv.blur import Blur
from rtdeconv.designer import Options, compare
from rtdeconv.designs import Design
from rtdeconv.errors import ValueRefused
from rtdeconv.estimate import prior_strength
from rtdeconv.fit import FAMILIES, family_named
from rtdeconv.grid import Array, half_frequencies
from rtdeconv.light import encode
from rtdeconv.planner import Survey
from rtdeconv.prior import prior_named
from rtdeconv.reference import SOLVERS
from rtdeconv.target import Target

Run = Callable[[Torus], Iterable[Planes]]

MEASURED = (*FAMILIES, "tunable")
"""The families, and the one that is told sigma and noise as it runs: here those of the cell."""

MAX_FETCHES = 49
"""Families are measured up to the cost of a 7x7, and at their usual size whatever that costs."""

ANY_FETCHES = 10_000
"""A budget that bars nothing: with a budget, every size of a family is tried."""

FIR_TAPS = 7
BEST_SOLVER = "fista"
"""Of `rtdeconv.reference.SOLVERS`; `--family "other solvers"` measures the rest, for hours."""

WIENER_BALANCES = tuple(np.geomspace(1e-5, 10.0, 13))
RICHARDSON_LUCY_ROUNDS = (1, 2, 4, 8, 16)
WRAP_PX = 24
"""Pixels wrapped around a picture for a solver that takes its outside as black."""


@dataclass(frozen=True, eq=False)
class Method:
    """A filter or solver, what it costs and what it was told.

    ``run`` yields one picture for each of its settings; where there are several the best is taken
    by looking at the sharp picture. ``expected_loss_db`` is a design's. ``overshoots`` of a step by
    setting; none where it is unknown.
    """

    name: str
    size: str
    run: Run
    knows_blur: bool
    knows_noise: bool
    fetches: int | None = None
    passes: int | None = None
    settings: int = 1
    expected_loss_db: float = math.nan
    overshoots: tuple[float, ...] = ()

    @property
    def title(self) -> str:
        """Name and size."""
        return f"{self.name} {self.size}".strip()


def designed(cell: Cell, families: Iterable[str]) -> list[Method]:
    """Every size of ``families`` within `MAX_FETCHES` that the cell's blur allows.

    Filters of equal taps share their ``run``: what one leaves, the other does.
    """
    runs: dict[bytes, Run] = {}
    return [
        of_design(one, runs)
        for name in families
        for one in _sizes(cell, name)
        if one.plan.fetches <= MAX_FETCHES or one.size == family_named(name).usual
    ]


def surveyed(cell: Cell, **asked: Unpack[Options]) -> Survey:
    """What the front door makes of the cell's blur, noise and light."""
    shared: Options = {"noise": cell.noise / 255, "light": cell.light, "border": "wrap"}
    options: Options = {**shared, **asked}
    return compare(cell.blur, **options)


def _sizes(cell: Cell, family: str) -> tuple[Design, ...]:
    try:
        return surveyed(cell, method=family, fetches=ANY_FETCHES).tried
    except ValueRefused:
        return ()


def of_design(one: Design, runs: dict[bytes, Run]) -> Method:
    """A design, run by its impulse response; ``runs`` by taps are shared."""
    kernel = one.filter.kernel()
    return Method(
        one.method,
        str(one.size),
        runs.setdefault(kernel.tobytes(), partial(_convolved, kernel)),
        knows_blur=True,
        knows_noise=":" not in one.method,  # coefficients given, whatever the noise
        fetches=one.plan.fetches,
        passes=len(one.plan.passes),
        expected_loss_db=one.figures.expected_loss_db,
        overshoots=(one.figures.overshoot,),
    )


def full_fft(target: Target) -> Method:
    """The whole Wiener filter: what every compact filter is measured against."""

    def run(soft: Torus) -> Iterator[Planes]:
        yield soft.times(full_response(target, soft.size))

    return Method("full FFT Wiener", "", run, knows_blur=True, knows_noise=True)


def references(cell: Cell) -> list[Method]:
    """The whole filter, and the prior's strength measured on each picture instead of assumed."""
    return [*charted(cell, full_fft(cell.target)), *measured_strength(cell)]


def solver(cell: Cell, name: str) -> Method:
    """A registered iterative solver, as long as its own rule lets it run."""
    target, one = cell.target, SOLVERS[name]

    def run(soft: Torus) -> Iterator[Planes]:
        yield one.solve(
            soft.values, target.blur, noise=target.noise, prior=target.prior, border="wrap"
        )

    return Method(name, "", run, knows_blur=True, knows_noise=True)


def iterative(cell: Cell) -> list[Method]:
    """The best of the iterative solvers."""
    return charted(cell, solver(cell, BEST_SOLVER))


def other_solvers(cell: Cell) -> list[Method]:
    """All the others, their overshoot not read off."""
    return [solver(cell, name) for name in SOLVERS if name != BEST_SOLVER]


def measured_strength(cell: Cell) -> list[Method]:
    """The whole filter and a 7x7 FIR, designed anew for what each picture tells of its detail."""
    target = cell.target

    def strength(soft: Torus) -> float:
        encoded = encode(soft.values, cell.light).astype(np.float32)
        return prior_strength([encoded.squeeze()], target.blur, target.noise, target.prior)

    def whole(soft: Torus) -> Iterator[Planes]:
        prior = prior_named(target.prior.name, strength(soft))
        yield soft.times(full_response(dataclasses.replace(target, prior=prior), soft.size))

    def compact(soft: Torus) -> Iterator[Planes]:
        found = surveyed(cell, method="fir", taps=FIR_TAPS, prior_var=strength(soft))
        yield soft.convolved(found.chosen.filter.kernel())

    return [
        Method("full FFT Wiener, measured strength", "", whole, True, True),
        Method("fir, measured strength", f"{FIR_TAPS}", compact, True, True, FIR_TAPS**2, 1),
    ]


def sharpeners() -> list[Method]:
    """CAS and RCAS, at the strength that is best for the picture."""
    strengths, stops = yardsticks.CAS_STRENGTHS, yardsticks.RCAS_STOPS

    def cas(soft: Torus, taps: int) -> Iterator[Planes]:
        return yardsticks.cas(soft.values, strengths, taps=taps)

    def rcas(soft: Torus, *, spares_noise: bool) -> Iterator[Planes]:
        return yardsticks.rcas(soft.values, stops, spares_noise=spares_noise)

    def method(name: str, size: str, run: Run, fetches: int, settings: int) -> Method:
        return Method(name, size, run, False, False, fetches, passes=1, settings=settings)

    return [
        method("CAS", "5 taps", partial(cas, taps=5), 5, len(strengths)),
        method("CAS", "9 taps", partial(cas, taps=9), 9, len(strengths)),
        method("RCAS", "", partial(rcas, spares_noise=False), 5, len(stops)),
        method("RCAS", "noise flag", partial(rcas, spares_noise=True), 5, len(stops)),
    ]


def best_sharpener() -> Method:
    """CAS or RCAS, whichever and at whatever strength is best for the picture."""
    members = sharpeners()

    def run(soft: Torus) -> Iterator[Planes]:
        return chain.from_iterable(one.run(soft) for one in members)

    settings = sum(one.settings for one in members)
    return Method("best of CAS and RCAS", "", run, False, False, settings=settings)


def deblurrers(blur: Blur) -> list[Method]:
    """Linear filters in use that take the true blur and no noise."""
    amounts, ratios = yardsticks.UNSHARP_AMOUNTS, yardsticks.NOISE_TO_SIGNAL
    kernels = list(yardsticks.plain_wiener_kernels(blur.psf(), ratios))

    def unsharp(soft: Torus) -> Iterator[Planes]:
        softer = soft.times(blur.otf(*half_frequencies(soft.size)))
        return yardsticks.unsharp(soft.values, softer, amounts)

    def polyblur(soft: Torus, alpha: float, beta: float) -> Iterator[Planes]:
        h = blur.otf(*half_frequencies(soft.size))
        yield soft.times(yardsticks.polyblur_response(h, alpha, beta))

    def plain(soft: Torus) -> Iterator[Planes]:
        return (soft.convolved(kernel) for kernel in kernels)

    return [
        Method("unsharp mask of the true blur", "", unsharp, True, False, settings=len(amounts)),
        Method("Polyblur, uncut", "6,1", partial(polyblur, alpha=6, beta=1), True, False),
        Method("Polyblur, uncut", "2,4", partial(polyblur, alpha=2, beta=4), True, False),
        Method("plain Wiener FIR", "11x11", plain, True, False, 121, 1, len(ratios)),
    ]


def yardstick_methods(cell: Cell) -> list[Method]:
    """What people use today."""
    return charted(cell, *sharpeners(), best_sharpener(), *deblurrers(cell.target.blur))


def scikit_image(cell: Cell) -> list[Method]:
    """The three restorations of scikit-image, channel by channel."""
    psf, rounds = cell.target.blur.psf(), RICHARDSON_LUCY_ROUNDS

    def wiener(soft: Torus) -> Iterator[Planes]:
        for balance in WIENER_BALANCES:
            yield _each(partial(restoration.wiener, psf=psf, balance=balance), soft)

    def unsupervised(soft: Torus) -> Iterator[Planes]:
        yield _each(lambda plane: restoration.unsupervised_wiener(plane, psf, rng=0)[0], soft)

    def richardson_lucy(soft: Torus) -> Iterator[Planes]:
        wrapped = Torus(np.pad(soft.values, ((WRAP_PX,) * 2, (WRAP_PX,) * 2, (0, 0)), mode="wrap"))
        for count in rounds:
            solve = partial(restoration.richardson_lucy, psf=psf, num_iter=count)
            yield _each(solve, wrapped)[WRAP_PX:-WRAP_PX, WRAP_PX:-WRAP_PX]

    name = "scikit-image"
    return [
        *charted(
            cell,
            Method(name, "wiener", wiener, True, False, settings=len(WIENER_BALANCES)),
            Method(name, "richardson_lucy", richardson_lucy, True, False, settings=len(rounds)),
        ),
        # it adapts to the noise of what it is given: a chart without noise says nothing of it
        Method(name, "unsupervised_wiener", unsupervised, True, False),
    ]


def charted(cell: Cell, *found: Method) -> list[Method]:
    """Methods with their overshoot read off `step_charts`, the worst of the four by setting."""
    charts = step_charts(cell.target.blur)
    out = []
    for one in found:
        read = [[chart_overshoot(planes) for planes in one.run(chart)] for chart in charts]
        worst = tuple(max(each) for each in zip(*read, strict=True))
        out.append(dataclasses.replace(one, overshoots=worst))
    return out


def _convolved(kernel: Array, soft: Torus) -> list[Planes]:
    return [soft.convolved(kernel)]


def _each(restore: Callable[[Array], Array], soft: Torus) -> Planes:
    """Channel by channel."""
    return np.stack([restore(plane) for plane in np.moveaxis(soft.values, -1, 0)], axis=-1)
