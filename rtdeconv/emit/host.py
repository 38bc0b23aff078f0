"""A host: the place where shader files live, its conventions and its limits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

from rtdeconv.emit.about import About
from rtdeconv.errors import ValueRefused
from rtdeconv.light import LIGHTS, Arrival, Light
from rtdeconv.plan import MAX_PASSES, Border, Plan
from rtdeconv.rewrite import split_samples, without_copy

Files = dict[str, str]
"""Names and texts of what is written, the main file first."""

FOLDING: Final[tuple[Border, ...]] = ("clamp", "mirror")
"""Borders at which a bilinear fetch stays one fetch: only its position needs to be folded."""


def _takes_all(plan: Plan) -> str | None:
    return None


@dataclass(frozen=True)
class Host:
    """A registered place for shader files.

    ``suffix``: of the main file; ``arrival``: how values reach a shader there unless told
    otherwise; ``passes``: the most it can draw; ``samples``: whether it filters between pixels;
    ``maps``: whether it takes further pictures; ``store``: the finest images between passes;
    ``lights``: those it can add up; ``proof``: the clients and compilers that tools/prove_hosts.py
    tries its files on; ``write`` gives the files of a plan that keeps to all that; ``objection``
    says what else it cannot take.
    """

    name: str
    describes: str
    suffix: str
    arrival: Arrival
    proof: tuple[str, ...]
    write: Callable[[Plan, About, str], Files]
    passes: int = MAX_PASSES
    samples: bool = True
    maps: bool = False
    store: Literal["16f", "32f"] = "32f"
    lights: tuple[Light, ...] = LIGHTS
    objection: Callable[[Plan], str | None] = _takes_all

    def refusal(self, plan: Plan) -> str | None:
        """Why the host cannot take ``plan``, or None."""
        if plan.light not in self.lights:
            lights = " or ".join(self.lights)
            return f"{self.name} adds up {lights} values and not {plan.light} ones"
        if plan.maps and not self.maps:
            return f"{self.name} takes no further picture and this filter needs a map"
        drawn = self.adapted(plan)
        if len(drawn.passes) > self.passes:
            most = f"{self.passes} pass{'es' if self.passes > 1 else ''}"
            return f"{self.name} draws {most} and this filter takes {len(drawn.passes)}"
        return self.objection(drawn)

    def adapted(self, plan: Plan) -> Plan:
        """``plan`` as the host draws it: nothing decoded where values arrive linear, bilinear
        fetches where the sampler can mix what is to be mixed, images as fine as the host has them.
        """
        if self.arrival == "linear":
            plan = without_copy(plan)
        mixes_other = self.arrival == "linear" and plan.light == "encoded"
        if (
            not self.samples
            or plan.border not in FOLDING
            or (mixes_other and 0 in plan.sampled_images)
        ):
            plan = split_samples(plan)
        if self.store == "16f":
            halves = (replace(p, store="16f" if p.store == "32f" else p.store) for p in plan.passes)
            plan = replace(plan, passes=tuple(halves))
        return replace(plan, arrival=self.arrival)

    def files(self, plan: Plan, about: About, stem: str) -> Files:
        """The texts for ``plan``, under names that begin with ``stem``.

        Raises ValueRefused where the host cannot take the plan.
        """
        refusal = self.refusal(plan)
        if refusal is not None:
            raise ValueRefused(refusal)
        return self.write(self.adapted(plan), about, safe_stem(stem))


def safe_stem(stem: str) -> str:
    """``stem`` with what may not stand in names within a shader replaced by dashes."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.") or "deblur"
