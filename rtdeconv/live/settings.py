"""What a person may set while frames run, and the design options that it stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from rtdeconv.designer import AUTO, adaptive_method
from rtdeconv.designs import DEFAULT_LIGHT, Design
from rtdeconv.fit import Family, Size, family_named
from rtdeconv.plan import Limit, Plan, parse_limit

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
    limit: Limit | None = None
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
            "limit": None if self.limit is None else self.limit.spec,
            **self.more,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def adapts(self) -> bool:
        """Whether the filter asked for follows what it sees, and is learned for that."""
        return self.method != AUTO and family_named(self.method).adapts

    def with_method(self, method: str) -> Settings:
        """Another family, at its usual size; the budget belongs to the choice by cost."""
        sized = ("taps", "terms", "passes", "max_loss")
        more = {name: value for name, value in self.more.items() if name not in sized}
        fetches = self.fetches if method == AUTO else None
        other = replace(self, method=method, fetches=fetches, more=more)
        # one that adapts is tried at every size where none is given
        usual = family_named(method).usual.options if other.adapts else {}
        return replace(other, more={**more, **usual})

    def size_of(self, family: Family) -> Size:
        """Of that family: as set, the rest as usual."""
        usual = family.usual.options
        return Size(**{name: self.more.get(name, value) for name, value in usual.items()})

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
    controls = {"noise", "method", "fetches", "light", "sigma_range", "max_overshoot", "limit"}
    own = {name: value for name, value in options.items() if name in controls}
    more = {name: value for name, value in options.items() if name not in controls}
    if more.pop("tunable", False):
        own["method"] = "tunable"
    if "adapt" in more:
        words = own.get("method", AUTO), more.pop("adapt"), more.pop("learn", "")
        own["method"] = adaptive_method(*words)
    if "limit" in own:
        own["limit"] = parse_limit(own["limit"])
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
        limit=design.limit,
        more={name: value for name, value in more.items() if value is not None},
    )
