"""What a person may set while frames run, and the design options that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rtdeconv.designer import AUTO
from rtdeconv.designs import DEFAULT_LIGHT, Design
from rtdeconv.plan import Plan

SIZES_PX: Final[dict[str, tuple[float, float]]] = {
    "gaussian": (0.3, 2.5),
    "disk": (0.3, 4.0),
    "box": (1.0, 7.0),
    "motion": (1.0, 9.0),
}
"""Kinds of blur with one size, and the span of their sliders. Motion has an angle as well."""

_SIMPLE: Final = re.compile(r"(gaussian|disk|box|motion):([0-9.]+)(?:@(-?[0-9.]+))?")


@dataclass(frozen=True)
class SimpleBlur:
    """A blur that two sliders make: kind, size in px, and for motion an angle in degrees."""

    kind: str
    size_px: float
    angle_deg: float = 0.0

    @property
    def spec(self) -> str:
        """As the command line says it."""
        angle = f"@{self.angle_deg:g}" if self.kind == "motion" else ""
        return f"{self.kind}:{self.size_px:g}{angle}"


def simple_blur(spec: str) -> SimpleBlur | None:
    """The blur as sliders make it, None for another."""
    found = _SIMPLE.fullmatch(spec)
    if found is None:
        return None
    kind, size, angle = found.groups()
    return SimpleBlur(kind, float(size), float(angle or 0.0))


@dataclass(frozen=True)
class Settings:
    """Of the filter. ``more``: options of `rtdeconv.design` that have no control."""

    blur: str
    noise: float = 1 / 255
    method: str = AUTO
    fetches: int | None = None
    light: str = DEFAULT_LIGHT
    sigma_range: float = 0.0
    max_overshoot: float | None = None
    more: Mapping[str, Any] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, Any]:
        """Options of `rtdeconv.design`, those left out that are not set."""
        given = {
            "noise": self.noise,
            "method": self.method,
            "fetches": self.fetches,
            "light": self.light,
            "sigma_range": self.sigma_range,
            "max_overshoot": self.max_overshoot,
            **self.more,
        }
        return {name: value for name, value in given.items() if value is not None}

    def with_method(self, method: str) -> Settings:
        """Another family, at its usual size; the budget belongs to the choice by cost."""
        sized = ("taps", "terms", "passes", "max_loss")
        more = {name: value for name, value in self.more.items() if name not in sized}
        fetches = self.fetches if method == AUTO else None
        return replace(self, method=method, fetches=fetches, more=more)

    def values(self, plan: Plan) -> dict[str, float]:
        """What a tunable plan is told while it runs; nothing for others."""
        told: dict[str, float] = {"noise": self.noise}
        blur = simple_blur(self.blur)
        if blur is not None and blur.kind == "gaussian":
            told["sigma"] = blur.size_px
        ranges = {one.name: one for one in plan.parameters}
        return {
            name: min(max(value, ranges[name].low), ranges[name].high)
            for name, value in told.items()
            if name in ranges
        }


def asked(blur: str, options: Mapping[str, Any]) -> Settings:
    """The settings for a blur and options of the command line."""
    controls = {"noise", "method", "fetches", "light", "sigma_range", "max_overshoot"}
    own = {name: value for name, value in options.items() if name in controls}
    more = {name: value for name, value in options.items() if name not in controls}
    if more.pop("tunable", False):
        own["method"] = "tunable"
    return Settings(blur=blur, **own, more=more)


def of_design(design: Design) -> Settings:
    """The settings that make this design again."""
    target = design.target
    more = {
        "bits": target.noise.bits,
        "prior": target.prior.spec,
        "prior_var": target.prior.var,
        "target": target.kind,
        "max_gain": target.max_gain,
        "weight": design.weight,
        "border": design.border,
        **design.size.options,
    }
    return Settings(
        blur=target.blur.spec,
        noise=target.noise.sigma,
        method=design.method,
        light=design.light,
        sigma_range=target.range_percent,
        max_overshoot=target.max_overshoot,
        more={name: value for name, value in more.items() if value is not None},
    )
