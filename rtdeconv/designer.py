"""The front door: from a blur to a finished design."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from rtdeconv import interpret, metrics
from rtdeconv.blur import Blur, parse_blur
from rtdeconv.emit import About, host_named
from rtdeconv.errors import ValueRefused, plain_number
from rtdeconv.filters import Filter
from rtdeconv.fit import FAMILIES, Family, family_named, fit, peak_gain
from rtdeconv.light import Light, checked_light
from rtdeconv.lower import lower
from rtdeconv.noise import Noise, noise_text
from rtdeconv.pixels import Image
from rtdeconv.plan import Border, Plan, checked_border
from rtdeconv.prior import prior_named
from rtdeconv.target import Sampled, Target, Weight, checked_weight, sampled

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_LOSS_DB: Final = 0.25
"""What ``auto`` may lose against the full Wiener filter to become cheaper: about what a person
notices when flipping between two pictures."""

_FITTED: Final[dict[Weight, str]] = {
    "mse": "fitted for the least expected squared error",
    "uniform": "fitted with all frequencies alike, which is not the least expected error",
}

SAME_TAPS: Final = 1e-4

DEFAULT_PRIOR: Final = "ar1"
DEFAULT_WEIGHT: Final[Weight] = "mse"
DEFAULT_LIGHT: Final[Light] = "linear"
DEFAULT_BORDER: Final[Border] = "clamp"


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


@dataclass(frozen=True)
class Design:
    """A blur, the target that undoes it, and the compact filter fitted to that target.

    Made by `design` or read from a file.
    """

    target: Target
    filter: Filter
    weight: Weight
    light: Light
    border: Border

    @cached_property
    def plan(self) -> Plan:
        """What machines execute."""
        return lower(self.filter, light=self.light, border=self.border)

    @cached_property
    def figures(self) -> Figures:
        """Closed-form expectations and the filter's own measures."""
        at = sampled(self.target)
        wiener = at.wiener_error()
        nothing = at.expected_error(at.otf * 0 + 1)
        left = _error(self.filter, at)
        return Figures(
            expected_gain_db=_ratio_db(nothing, left),
            expected_loss_db=_ratio_db(left, wiener),
            wiener_gain_db=_ratio_db(nothing, wiener),
            peak_gain=peak_gain(self.filter),
            noise_gain=metrics.noise_gain(self.filter),
            overshoot=metrics.overshoot(self.filter, self.target.blur),
            dc_gain=metrics.dc_gain(self.filter),
        )

    @property
    def options(self) -> str:
        """The blur and those options that design this filter again and are not the defaults."""
        target, family = self.target, FAMILIES[self.filter.family]
        usual = prior_named(target.prior.name)
        given = (
            ("noise", noise_text(target.noise.sigma), noise_text(Noise().sigma)),
            ("bits", str(target.noise.bits), str(Noise().bits)),
            ("prior", target.prior.name, DEFAULT_PRIOR),
            ("prior-var", plain_number(target.prior.var), plain_number(usual.var)),
            ("max-gain", plain_number(target.max_gain or 0), plain_number(0)),
            ("method", family.name, ""),
            (family.size_option, str(self.filter.size), ""),
            ("weight", self.weight, DEFAULT_WEIGHT),
            ("light", self.light, DEFAULT_LIGHT),
            ("border", self.border, DEFAULT_BORDER),
        )
        words = [f"--{name} {value}" for name, value, default in given if value != default]
        return " ".join([target.blur.spec, *words])

    def apply(self, image: Image, *, strength: float = 1.0) -> Image:
        """``image`` (see `rtdeconv.pixels`) restored on the CPU; same shape and dtype."""
        from rtdeconv.cpu import CpuPlayer

        return CpuPlayer(self.plan).run(image, strength=strength)

    def export(self, host: str = "glsl330") -> str:
        """The text of the shader for ``host``; `rtdeconv.emit.HOSTS` lists them."""
        return host_named(host).write(self.plan, self._about(host))

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
            interpreter=lambda image: interpret.run(self.plan, image),
            executors={"cpu": self.apply} if executors is None else executors,
        )

    def _about(self, host: str) -> About:
        target, figures = self.target, self.figures
        noise, prior = target.noise, target.prior
        return About(
            title=f"{self.filter.label} that undoes {target.blur.spec}",
            design=(
                f"noise {noise_text(noise.sigma)} and {noise.bits}-bit rounding,"
                f" prior {prior.name} of variance {prior.var:.4g}",
                _FITTED[self.weight],
                f"expected under that prior: {figures.expected_gain_db:+.1f} dB,"
                f" {figures.expected_loss_db:.1f} dB below the full Wiener filter",
            ),
            command=self._command(host),
        )

    def _command(self, host: str) -> str:
        """How to make the file again: by options, unless the taps are no longer what they give."""
        if self._is_as_fitted():
            return f"rtdeconv export {self.options} --to {host}"
        return f"rtdeconv export FILTER.json --to {host} (the file was edited by hand)"

    def _is_as_fitted(self) -> bool:
        kernel = self.filter.kernel()
        try:
            again = fit(self.target, FAMILIES[self.filter.family], self.filter.size, self.weight)
        except ValueRefused:
            return False
        # another linear algebra library moves the last digits only
        return again.kernel().shape == kernel.shape and np.allclose(
            again.kernel(), kernel, rtol=0, atol=SAME_TAPS
        )


def design(
    blur: str | Blur,
    *,
    noise: float = 1 / 255,
    bits: int = 8,
    prior: str = DEFAULT_PRIOR,
    prior_var: float | None = None,
    method: str = "auto",
    taps: int | None = None,
    terms: int | None = None,
    max_gain: float | None = None,
    weight: str = DEFAULT_WEIGHT,
    light: str = DEFAULT_LIGHT,
    border: str = DEFAULT_BORDER,
) -> Design:
    """The compact filter that undoes ``blur``.

    ``blur`` as at the command line (``"gaussian:0.8"``) or built; ``noise`` a standard deviation
    on the 0..1 scale. ``method`` names a family, or ``auto`` takes the cheapest filter that loses
    at most `MAX_LOSS_DB`. ``taps`` and ``terms`` set the family's size. Raises ValueRefused.
    """
    target = Target(
        blur=_blur(blur),
        noise=Noise(noise, bits),
        prior=prior_named(prior, prior_var),
        max_gain=max_gain,
    )
    shared = (target, checked_weight(weight), checked_light(light), checked_border(border))
    if method != "auto":
        family = family_named(method)
        return _design(family, _size(family, taps=taps, terms=terms), *shared)
    if taps is not None or terms is not None:
        raise ValueRefused("taps and terms belong to a method; name one, such as --method fir")
    return _cheapest(_candidates(*shared))


def _blur(blur: str | Blur) -> Blur:
    if isinstance(blur, str):
        return parse_blur(blur)
    if not isinstance(blur, Blur):
        kind = type(blur).__name__
        raise ValueRefused(f"a blur is text like 'gaussian:0.8' or a Blur, not {kind}")
    return blur


def _design(
    family: Family, size: int, target: Target, weight: Weight, light: Light, border: Border
) -> Design:
    return Design(target, fit(target, family, size, weight), weight, light, border)


def _size(family: Family, **given: int | None) -> int:
    """The family's size among the options given; raises for one that is not the family's."""
    for option, value in given.items():
        if value is not None and option != family.size_option:
            raise ValueRefused(f"{family.name} has no {option}; its size is --{family.size_option}")
    chosen = given[family.size_option]
    return family.usual_size if chosen is None else chosen


def _candidates(target: Target, weight: Weight, light: Light, border: Border) -> list[Design]:
    """Every family at every size, less what cannot obey the gain cap."""
    found: list[Design] = []
    refusals: list[ValueRefused] = []
    for family in FAMILIES.values():
        for size in family.sizes:
            try:
                found.append(_design(family, size, target, weight, light, border))
            except ValueRefused as refusal:
                refusals.append(refusal)
    if not found:
        raise refusals[0]
    return found


def _cheapest(candidates: list[Design]) -> Design:
    """The least cost among those within `MAX_LOSS_DB`, or the least loss where none is."""
    at = sampled(candidates[0].target)
    errors = [_error(candidate.filter, at) for candidate in candidates]
    limit = at.wiener_error() * 10 ** (MAX_LOSS_DB / 10)

    def rank(index: int) -> tuple[bool, float, float]:
        error, cost = errors[index], candidates[index].plan.cost
        return (False, cost, error) if error <= limit else (True, error, cost)

    return candidates[min(range(len(candidates)), key=rank)]


def _error(filter_: Filter, at: Sampled) -> float:
    return at.expected_error(filter_.response(at.grid.wy, at.grid.wx))


def _ratio_db(above: float, below: float) -> float:
    return 10 * math.log10(above / below)
