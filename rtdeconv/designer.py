"""The front door: from a blur and a budget to a finished design."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypedDict, cast

from rtdeconv.blur import Blur, Gaussian, parse_blur
from rtdeconv.blur.gaussian import MIN_SIGMA_PX
from rtdeconv.designs import (
    DEFAULT_BORDER,
    DEFAULT_KIND,
    DEFAULT_LIGHT,
    DEFAULT_PRIOR,
    DEFAULT_WEIGHT,
    Design,
    Manner,
    fitted,
)
from rtdeconv.errors import ValueRefused, one_of, plain_number, shown
from rtdeconv.fit import Family, Size, family_named
from rtdeconv.light import checked_light
from rtdeconv.noise import Noise
from rtdeconv.pixels import Image
from rtdeconv.plan import checked_border, parse_limit
from rtdeconv.planner import Budget, Survey, choice, survey, survey_adaptive
from rtdeconv.prior import Prior, prior_named
from rtdeconv.target import Target, checked_kind, checked_weight

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from rtdeconv.estimate import Measured

AUTO: Final = "auto"

WAYS: Final = ("activity", "oriented")
"""What a filter may adapt to."""

STAND_IN: Final = Gaussian(1.0)
"""For a blur that is not known yet."""


class Options(TypedDict, total=False):
    """What shapes a design, by the names of the command line; each may be left out."""

    noise: float
    """Standard deviation on the 0..1 scale [1/255]."""
    bits: int
    """The values are rounded to, which counts as noise [8]."""
    prior: str
    """Signal model: ar1, power, flat, images:GLOB [ar1]."""
    prior_var: float | Literal["auto"] | None
    """Its variance: larger believes in more texture and restores harder. auto: see ``like``."""
    like: Sequence[Image]
    """The blurred pictures or frames at hand, for the blur auto and prior_var auto."""
    target: str
    """wiener, tikhonov, laplacian, inverse, truncated [wiener]."""
    method: str
    """A family's name, or auto: the best of all [auto]."""
    taps: int | None
    """The family's size, as `rtdeconv design --list` says it."""
    terms: int | None
    """The family's size, as `rtdeconv design --list` says it."""
    tunable: bool
    """The filter takes sigma and noise while it runs (method tunable)."""
    sigma_at_edge: float | None
    """It also takes sigma in the picture's corners, the blur's own being that in the middle."""
    sigma_map: bool
    """It takes the sigma of each pixel from a map."""
    adapt: Literal["activity", "oriented"] | None
    """The filter's weights follow what happens around each pixel, or its direction too."""
    learn: str
    """Sharp pictures those weights are learned from, a pattern; ``prior``: none [packaged ones]."""
    limit: float | str | None
    """Halo allowed beyond the 3x3 range, as a share of it: 0.04, or 0.04:luma."""
    fetches: int | None
    """At most so many texture fetches per pixel, over all passes."""
    passes: int | None
    """At most so many passes."""
    max_loss: float | None
    """The cheapest filter that loses at most so many dB against the full Wiener filter."""
    max_gain: float | None
    """Largest amplitude gain at any frequency."""
    max_overshoot: float | None
    """Largest overshoot of a restored step edge, as a fraction of the step."""
    sigma_range: float
    """The blur's size is known to within so many percent [0]."""
    weight: str
    """mse, the best expected PSNR, or uniform [mse]."""
    light: str
    """Light of the blur and the filter: linear, encoded, gamma2, pq, hlg [linear]."""
    border: str
    """clamp, mirror, wrap, zero [clamp]."""


def design(blur: str | Blur, **options: Unpack[Options]) -> Design:
    """The compact filter that undoes ``blur``.

    ``blur`` as at the command line (``"gaussian:0.8"``) or built (``Gaussian(0.8) + Disk(1)``), or
    ``"auto"``: blur, noise and the prior's variance are measured from the pictures ``like``, as far
    as no option gives them, and the less sure they are, the less is undone. Without a method the
    best of all families within the budget, and without a budget the cheapest that loses at most a
    quarter of a dB. ``options`` are those of `Options`. Raises ValueRefused, and MediaError for a
    PSF's or a prior's pictures.
    """
    return compare(blur, **options).chosen


def compare(blur: str | Blur, **options: Unpack[Options]) -> Survey:
    """What `design` chooses from: all that was tried, what of it is worth having, and the choice
    with its reason. The same options, as `Options` explains them; it raises the same."""
    if blur == AUTO:
        return compare_measured(_measured(options.get("like", ())), **options)
    aims, choices = _parted(options)
    return _surveyed(*_wanted(blur, **aims), **choices)


def compare_measured(found: Measured, **options: Unpack[Options]) -> Survey:
    """The same for the blur, noise and detail of a measurement; ``options`` override them.

    A tunable filter is made for the round blur of that size, and for no range of sizes. Without a
    blur to undo no noise counts either, as a filter would smooth it.
    """
    known, given, blur = found.options, dict(options), found.undone
    if found.blur is None:
        given.pop("noise", None)
    if given.get("prior_var") == "auto" and not given.get("like"):
        del given["prior_var"]
    if _is_tunable(options):
        known.pop("sigma_range", None)
        blur = Gaussian(max(round(found.undone_px, 3), MIN_SIGMA_PX))
    return compare(blur, **cast(Options, {**known, **given}))


def stand_in(**options: Unpack[Options]) -> Design:
    """A design made at once, for a blur that is still to be measured: it has the parameters and
    maps that the design for that blur will have.

    Raises ValueRefused for options that suit no blur; the prior is not looked at.
    """
    aims, choices = _parted(options)
    wanted, manner = _wanted(STAND_IN, **{name: aims[name] for name in aims.keys() - _OF_PICTURES})
    if _is_tunable(options):
        return _surveyed(wanted, manner, **choices).chosen
    Budget(*(choices.get(name) for name in ("fetches", "passes", "max_loss")))
    if (method := choices.get("method", AUTO)) != AUTO:
        _size(family_named(method), taps=choices.get("taps"), terms=choices.get("terms"))
    free = Target(STAND_IN, wanted.noise, wanted.prior)
    return fitted(free, family_named("fir"), Size(taps=3), manner)


def _is_tunable(options: Options) -> bool:
    edge, method = options.get("sigma_at_edge"), options.get("method", AUTO)
    is_asked = options.get("tunable") or options.get("sigma_map") or edge is not None
    return bool(is_asked or method.partition(":")[0] == "tunable")


def refit(near: Design, blur: str | Blur, **options: Unpack[Options]) -> Design:
    """The family and size of ``near`` for another blur or other options, in milliseconds.

    What shapes the choice of a family is ignored. Families that search start from ``near``, which
    is as good where little has changed. Raises as `design`.
    """
    wanted, manner = _wanted(blur, **_parted(options)[0])
    return fitted(wanted, family_named(near.method), near.size, manner, near.filter)


def _wanted(
    blur: str | Blur,
    *,
    noise: float = 1 / 255,
    bits: int = 8,
    prior: str = DEFAULT_PRIOR,
    prior_var: float | Literal["auto"] | None = None,
    like: Sequence[Image] = (),
    target: str = DEFAULT_KIND,
    max_gain: float | None = None,
    max_overshoot: float | None = None,
    sigma_range: float = 0.0,
    weight: str = DEFAULT_WEIGHT,
    light: str = DEFAULT_LIGHT,
    border: str = DEFAULT_BORDER,
    limit: float | str | None = None,
) -> tuple[Target, Manner]:
    """What is to be approximated, and how designs are made, whatever the family."""
    known, level, spread = _blur(blur), Noise(noise, bits), sigma_range / 100
    signal = prior_named(prior, None if prior_var == "auto" else prior_var)
    if prior_var == "auto":
        signal = replace(signal, var=_strength(like, known, level, signal, spread))
    wanted = Target(
        blur=known,
        noise=level,
        prior=signal,
        max_gain=max_gain,
        kind=checked_kind(target),
        spread=spread,
        max_overshoot=max_overshoot,
    )
    manner: Manner = {
        "weight": checked_weight(weight),
        "light": checked_light(light),
        "border": checked_border(border),
        "limit": None if limit is None else parse_limit(limit),
    }
    return wanted, manner


def _surveyed(
    wanted: Target,
    manner: Manner,
    *,
    method: str = AUTO,
    taps: int | None = None,
    terms: int | None = None,
    tunable: bool = False,
    sigma_at_edge: float | None = None,
    sigma_map: bool = False,
    adapt: str | None = None,
    learn: str = "",
    fetches: int | None = None,
    passes: int | None = None,
    max_loss: float | None = None,
) -> Survey:
    """The designs for that target, and the choice among them."""
    budget = Budget(fetches, passes, max_loss)
    if tunable or sigma_map or sigma_at_edge is not None:
        method = _tunable(method, sigma_at_edge, sigma_map)
    if adapt is not None or learn:
        method = adaptive_method(method, adapt, learn)
    if method == AUTO:
        if taps is not None or terms is not None:
            raise ValueRefused("taps and terms belong to a method; name one, such as --method fir")
        return survey(wanted, manner, budget=budget)
    family = family_named(method)
    if family.adapts and taps is None and terms is None:
        return survey_adaptive(wanted, manner, budget=budget, family=family)
    if budget != Budget() and taps is None and terms is None:
        return survey(wanted, manner, budget=budget, families=[family])
    one = fitted(wanted, family, _size(family, taps=taps, terms=terms), manner)
    if not budget.admits(one):
        raise ValueRefused(f"{one.filter.label} takes {one.cost}, not at most {budget}")
    reason = "as asked" if budget == Budget() else choice([one], budget)[1]
    return Survey((one,), (one,), one, reason)


_OF_PICTURES: Final = frozenset(("like", "prior", "prior_var"))
_AIMS: Final = frozenset(inspect.signature(_wanted).parameters)
_CHOICES: Final = frozenset(inspect.signature(_surveyed).parameters)


def _parted(options: Options) -> tuple[dict[str, Any], dict[str, Any]]:
    """Those that say what is wanted, and those that choose among what is made for it."""
    for name in options:
        if name not in _AIMS | _CHOICES:
            raise TypeError(f"a design has no option {name!r}")
    aims, choices = (
        {name: value for name, value in options.items() if name in names}
        for names in (_AIMS, _CHOICES)
    )
    return aims, choices


def _measured(like: Sequence[Image]) -> Measured:
    if not like:
        raise ValueRefused(
            "the blur auto is measured from blurred pictures: give some, such as like=[picture]"
        )
    from rtdeconv.estimate import measure

    return measure(like)


def _blur(blur: str | Blur) -> Blur:
    if isinstance(blur, str):
        return parse_blur(blur)
    if not isinstance(blur, Blur):
        kind = type(blur).__name__
        raise ValueRefused(f"a blur is text like 'gaussian:0.8' or a Blur, not {kind}")
    return blur


def _tunable(method: str, sigma_at_edge: float | None, sigma_map: bool) -> str:
    """The name of the method that these ask for."""
    if method not in (AUTO, "tunable"):
        raise ValueRefused(f"a tunable filter is a method of its own; leave out {shown(method)}")
    if sigma_map and sigma_at_edge is not None:
        raise ValueRefused("sigma comes from a map or from the radius; give one of the two")
    if sigma_map:
        return "tunable:map"
    return "tunable" if sigma_at_edge is None else f"tunable:{plain_number(sigma_at_edge)}"


def adaptive_method(method: str, adapt: str | None, learn: str) -> str:
    """The name of the method that these ask for. Raises ValueRefused where they clash."""
    if adapt is None:
        raise ValueRefused(
            f"only filters that adapt are learned: give --adapt too, or leave out --learn "
            f"{shown(learn)}"
        )
    name = one_of("way to adapt", adapt, WAYS)
    if (name, method) == ("activity", "comb"):
        name = "activity-comb"
    elif method not in (AUTO, "fir"):
        raise ValueRefused(
            f"activity goes with the methods fir and comb, oriented with fir, not {shown(method)}"
        )
    return f"{name}:{learn}" if learn else name


def _strength(
    like: Sequence[Image], blur: Blur, noise: Noise, prior: Prior, spread: float
) -> float:
    """The prior's variance that restores these pictures best."""
    if not like:
        raise ValueRefused(
            "prior-var auto is found from the blurred picture itself, which apply has; "
            "here give a number"
        )
    from rtdeconv.estimate import prior_strength

    return prior_strength(like, blur, noise, prior, spread=spread)


def _size(family: Family, **given: int | None) -> Size:
    """The family's usual size with what is given in place; raises for what is not the family's."""
    usual = family.usual.options
    for option, value in given.items():
        if value is not None and option not in usual:
            has = f"its size is {family.counts}" if usual else "it has one size"
            raise ValueRefused(f"{family.name} has no {option}; {has}")
    return Size(**{name: usual[name] if given[name] is None else given[name] for name in usual})
