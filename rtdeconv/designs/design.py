"""A finished design: the blur, the target that undoes it, the filter, what it promises."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypedDict

import numpy as np

from rtdeconv import interpret, metrics
from rtdeconv.designs import words
from rtdeconv.emit import host_named
from rtdeconv.errors import ValueRefused
from rtdeconv.filters import Filter
from rtdeconv.filters.adaptive import ActivityFir, Scored
from rtdeconv.filters.tunable import RadialComb
from rtdeconv.fit import Family, Size, fit, peak_gain
from rtdeconv.fit.adaptive.scores import scored_kernel
from rtdeconv.light import Light
from rtdeconv.lower import lower
from rtdeconv.media.files import write_texts_whole
from rtdeconv.pixels import Image
from rtdeconv.plan import Border, Limit, Plan
from rtdeconv.rewrite import limited
from rtdeconv.target import Sampled, Target, Weight, sampled


@dataclass(frozen=True)
class Figures:
    """What a design promises. Gains are amplitude ratios; expected values hold under its prior."""

    expected_gain_db: float
    expected_loss_db: float
    wiener_gain_db: float
    peak_gain: float
    noise_gain: float
    overshoot: float
    dc_gain: float
    pictures: int | None = None
    """How many the gains were measured on; without, they are expected under the prior."""


@dataclass(frozen=True)
class Design:
    """A blur, the target that undoes it, and the compact filter fitted to that target.

    Made by `rtdeconv.design` or read from a file; ``method`` and ``size`` name the filter's family
    and its place there.
    """

    target: Target
    method: str
    size: Size
    filter: Filter
    weight: Weight
    light: Light
    border: Border
    limit: Limit | None = None

    def __str__(self) -> str:
        figures = self.figures
        return (
            f"{words.title(self)}: {self.cost}, {'measured' if figures.pictures else 'expected'} "
            f"{figures.expected_gain_db:+.2f} of {figures.wiener_gain_db:+.2f} dB, peak gain "
            f"{figures.peak_gain:.1f}, overshoot {100 * figures.overshoot:.0f} %"
        )

    @cached_property
    def plan(self) -> Plan:
        """What machines execute."""
        plan = lower(self.filter, light=self.light, border=self.border)
        limit = self.limit
        return plan if limit is None else limited(plan, limit.share, limit.by)

    @property
    def cost(self) -> str:
        """``9 fetches, 1 pass``."""
        passes = len(self.plan.passes)
        fetches = self.plan.fetches
        return (
            f"{fetches} fetch{'es' if fetches > 1 else ''}, "
            f"{passes} pass{'es' if passes > 1 else ''}"
        )

    @property
    def file_stem(self) -> str:
        """What its files are called where nobody says: ``gaussian-0.8-fetch-9``."""
        method = self.method
        if words.has_own_pictures(self):  # their pattern may be longer than names of files are
            method = method.partition(":")[0] + " own"
        name = f"{self.target.blur.label} {method} {self.size}"
        return re.sub(r"[^a-z0-9.]+", "-", name.lower())

    @property
    def intermediate(self) -> str:
        """The finest format that an image between passes needs: ``32f``, ``16f`` or ``none``."""
        stores = {one.store for one in self.plan.passes[:-1]}
        return next((store for store in ("32f", "16f") if store in stores), "none")

    @cached_property
    def expected_error(self) -> float:
        """Expected squared error per pixel under the prior."""
        return sampled(self.target).kernel_error(self.filter.kernel())

    @cached_property
    def expected_loss_db(self) -> float:
        """What the full Wiener filter is expected to gain beyond this one, on pictures where that
        was measured."""
        if (found := self.scored) is not None:
            return found.wiener_gain_db - found.gain_db
        return _ratio_db(self.expected_error, sampled(self.target).wiener_error())

    @property
    def adapts(self) -> bool:
        """Whether the filter is another where it sees something else: no closed form holds."""
        return isinstance(self.filter, ActivityFir) and self.filter.classes > 1

    @property
    def scored(self) -> Scored | None:
        """What was measured on pictures instead of expected under the prior."""
        return self.filter.scored if self.adapts and isinstance(self.filter, ActivityFir) else None

    @cached_property
    def measured_gain_db(self) -> float:
        """Mean gain over the blurred pictures that filters are learned from: never over those that
        this one was."""
        if (found := self.scored) is not None:
            return found.gain_db
        return scored_kernel(self.filter.kernel(), self.target, self.light).gain_db

    @cached_property
    def figures(self) -> Figures:
        """Closed-form expectations, or where there is none what was measured on pictures, and the
        filter's own measures.

        Of a filter that adapts, ``peak_gain`` is that of its most active class and ``noise_gain``
        that of its calmest, which flat parts get.
        """
        found, filter_ = self.scored, self.filter
        if isinstance(filter_, ActivityFir):
            calm = filter_.kernels()[0]
        else:
            calm = filter_.kernel()
        at = sampled(self.target)
        nothing = _untouched_error(at)
        gain = found.gain_db if found else _ratio_db(nothing, self.expected_error)
        full = found.wiener_gain_db if found else _ratio_db(nothing, at.wiener_error())
        return Figures(
            expected_gain_db=gain,
            expected_loss_db=self.expected_loss_db,
            wiener_gain_db=full,
            peak_gain=peak_gain(filter_),
            noise_gain=float(np.linalg.norm(calm)),
            overshoot=self._overshoot,
            dc_gain=metrics.dc_gain(filter_),
            pictures=found.pictures if found else None,
        )

    @property
    def _overshoot(self) -> float:
        if self.adapts or self.limit is not None:
            return metrics.overshoot_of(self.plan, self.target.blur, self.even)
        return metrics.overshoot(self.filter, self.target.blur)

    @property
    def options(self) -> str:
        """The blur and those options that design this filter again and are not the defaults."""
        return words.options(self)

    def apply(
        self,
        image: Image,
        *,
        strength: float = 1.0,
        values: Mapping[str, float] | None = None,
        maps: Mapping[str, Image] | None = None,
    ) -> Image:
        """``image`` (see `rtdeconv.pixels`) restored on the CPU; same shape and dtype.

        ``values`` set the parameters of a tunable filter by name, ``maps`` its maps.
        """
        from rtdeconv.cpu import CpuPlayer

        player = CpuPlayer(self.plan)
        return player.run(image, strength=strength, values=values or {}, maps=maps or {})

    def export(self, host: str = "glsl330", path: str | Path | None = None) -> str:
        """The main file's text for ``host``; where ``path`` is given, written to it, with what else
        the host needs beside it.

        `rtdeconv.emit.HOSTS` lists the hosts. Raises ValueRefused where the host cannot take the
        filter, MediaError where a file cannot be written: then none is.
        """
        if path is None:
            return next(iter(self.files(host).values()))
        texts = self.placed(host, Path(path))
        write_texts_whole(texts)
        return texts[Path(path)]

    def placed(self, host: str, path: Path) -> dict[Path, str]:
        """The host's files, the main one at ``path``, the others beside it.

        Raises ValueRefused where they name each other and would not find each other there.
        """
        (main, _), *_ = self.files(host, "x").items()
        suffix = main.removeprefix("x")
        is_usual = path.name.endswith(suffix)
        files = self.files(host, path.name[: -len(suffix)] if is_usual else path.stem)
        main, *others = files
        if others and path.name != main:
            count = f"{host} takes {len(files)} files that name each other"
            raise ValueRefused(f"{count}: call the first {main}, or name a folder")
        return {path: files[main], **{path.with_name(name): files[name] for name in others}}

    def files(self, host: str, stem: str = "deblur") -> dict[str, str]:
        """Names and texts of all files for ``host``, names beginning with ``stem``, the main one
        first. Raises ValueRefused where the host cannot take the filter."""
        return host_named(host).files(self.plan, words.about(self, host), stem)

    def check(
        self, sharp: Image, executors: Mapping[str, metrics.Executor] | None = None
    ) -> metrics.PictureReport:
        """Blurs ``sharp`` as designed for, restores it by the interpreter, the full FFT and every
        one of ``executors`` (by default the CPU's), and scores them."""
        return metrics.check_picture(
            sharp,
            self.target,
            light=self.light,
            border=self.border,
            interpreter=self.evenly(partial(interpret.run, self.plan)),
            stored_16f=bool(self.plan.structures),
            executors=executors or {"cpu": self.evenly(self.apply)},
        )

    @property
    def even(self) -> dict[str, float]:
        """Values with which the filter is the same all over the picture, as a check's blur is."""
        filter_ = self.filter
        return {"sigma_at_edge": filter_.sigma_px} if isinstance(filter_, RadialComb) else {}

    def evenly(self, run: Callable[..., Image]) -> metrics.Executor:
        """``run`` with those values, and with maps that are white all over."""

        def even_run(image: Image) -> Image:
            white = np.ones(image.shape[:2], np.float32)
            return run(image, values=self.even, maps={one.name: white for one in self.plan.maps})

        return even_run


class Manner(TypedDict):
    """How designs of one target are all made."""

    weight: Weight
    light: Light
    border: Border
    limit: Limit | None


def manner_of(design: Design) -> Manner:
    """How it was made."""
    return {
        "weight": design.weight,
        "light": design.light,
        "border": design.border,
        "limit": design.limit,
    }


def fitted(
    target: Target, family: Family, size: Size, manner: Manner, near: Filter | None = None
) -> Design:
    """The design of one family and size, searched from ``near`` only where that is given.

    Raises ValueRefused where it cannot obey the limits.
    """
    found = fit(target, family, size, manner["weight"], near, manner["light"])
    return Design(target, family.name, size, found, **manner)


def _untouched_error(at: Sampled) -> float:
    return at.expected_error(np.ones_like(at.otf))


def _ratio_db(above: float, below: float) -> float:
    return 10 * math.log10(above / below)
