"""What a design is called, what its files say of it, and how it is made again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Final

import numpy as np

from rtdeconv.emit import About, is_safe
from rtdeconv.errors import ValueRefused, plain_number
from rtdeconv.filters.tunable import MappedComb, RadialComb, TunableComb
from rtdeconv.fit import family_named, fit
from rtdeconv.fit.adaptive.families import KINDS as ADAPTIVE
from rtdeconv.fit.adaptive.families import PRIOR
from rtdeconv.fit.tunable import TUNED_PX, Offline, tunings
from rtdeconv.light import Light
from rtdeconv.noise import Noise, noise_text
from rtdeconv.plan import Border
from rtdeconv.target import Kind, Weight

if TYPE_CHECKING:
    from rtdeconv.designs.design import Design

_FITTED: Final[dict[Weight, str]] = {
    "mse": "fitted for the least expected squared error",
    "uniform": "fitted with all frequencies alike, which is not the least expected error",
}

SAME_TAPS: Final = 1e-4
SAME_LEARNED_TAPS: Final = 1e-2
"""Of learned ones: pixels of what they learn from may round the other way."""

DEFAULT_PRIOR: Final = "ar1"
DEFAULT_KIND: Final[Kind] = "wiener"
DEFAULT_WEIGHT: Final[Weight] = "mse"
DEFAULT_LIGHT: Final[Light] = "linear"
DEFAULT_BORDER: Final[Border] = "clamp"


def options(design: Design) -> str:
    """The blur and those options that make the design again and are not the defaults."""
    target = design.target
    given = (
        ("noise", noise_text(target.noise.sigma), noise_text(Noise().sigma)),
        ("bits", str(target.noise.bits), str(Noise().bits)),
        ("prior", shlex.quote(target.prior.spec), DEFAULT_PRIOR),
        ("prior-var", plain_number(target.prior.var), plain_number(target.prior.usual_var)),
        ("target", target.kind, DEFAULT_KIND),
        ("max-gain", plain_number(target.max_gain or 0), "0"),
        ("max-overshoot", _optional(target.max_overshoot), ""),
        ("sigma-range", plain_number(target.range_percent), "0"),
        *_family_options(design),
        *((name, str(value), "") for name, value in design.size.options.items()),
        ("limit", design.limit.spec if design.limit else "", ""),
        ("weight", design.weight, DEFAULT_WEIGHT),
        ("light", design.light, DEFAULT_LIGHT),
        ("border", design.border, DEFAULT_BORDER),
    )
    words = [f"--{name} {value}" for name, value, default in given if value != default]
    return " ".join([shlex.quote(target.blur.spec), *words])


def _family_options(design: Design) -> list[tuple[str, str, str]]:
    name, _, learn = design.method.partition(":")
    if name not in ADAPTIVE:
        return [("method", design.method, "")]
    by, _, structure = name.partition("-")
    given = {"adapt": by, "method": structure, "learn": shlex.quote(learn) if learn else ""}
    return [(option, value, "") for option, value in given.items()]


def has_own_pictures(design: Design) -> bool:
    """Whether it was learned from pictures that were named."""
    name, _, learn = design.method.partition(":")
    return name in ADAPTIVE and learn not in ("", PRIOR)


def about(design: Design, host: str) -> About:
    """What its files for ``host`` say of it."""
    target = design.target
    noise, prior = target.noise, target.prior
    return About(
        title=title(design),
        design=(
            f"noise {noise_text(noise.sigma)} and {noise.bits}-bit rounding,"
            f" prior {prior.name} of variance {prior.var:.4g}",
            *_asked(design),
            *_promised(design),
        ),
        command=_command(design, host),
    )


def scored_on(design: Design) -> str:
    """What gains were measured on, where they were."""
    words = f"{design.figures.pictures} pictures"
    return words if design.method.endswith(f":{PRIOR}") else f"{words}, cross-validated"


def _promised(design: Design) -> list[str]:
    """Whence the weights come and what they are worth."""
    figures = design.figures
    gain, loss = figures.expected_gain_db, figures.expected_loss_db
    against = f"{abs(loss):.1f} dB {'below' if loss >= 0 else 'above'} the full Wiener filter"
    if figures.pictures is None:
        fitted = family_named(design.method).given or _FITTED[design.weight]
        return [fitted, f"expected under that prior: {gain:+.1f} dB, {against}{_where(design)}"]
    return [
        family_named(design.method).given,
        f"measured on {scored_on(design)}: {gain:+.1f} dB, {against}",
    ]


def title(design: Design) -> str:
    """``5x5 FIR undoing gaussian:0.8``."""
    return f"{design.filter.label} undoing {design.target.blur.label}{_where(design)}"


def _where(design: Design) -> str:
    """Where the stated blur is, if not everywhere."""
    if isinstance(design.filter, RadialComb):
        return " in the middle"
    return " where the map is 1" if isinstance(design.filter, MappedComb) else ""


def _asked(design: Design) -> list[str]:
    """What was asked beyond the usual, a line each."""
    target = design.target
    asked = {
        f"{target.kind} target": target.kind != DEFAULT_KIND,
        f"size of the blur known to +-{target.range_percent:g} %": target.spread > 0,
        f"gain at most {target.max_gain}": target.max_gain is not None,
        f"overshoot of a step at most {target.max_overshoot}": target.max_overshoot is not None,
        f"halo limit {design.limit.spec if design.limit else 0}": design.limit is not None,
    }
    words = [text for text, wanted in asked.items() if wanted]
    if isinstance(design.filter, RadialComb):
        words.append(f"sigma {design.filter.sigma_at_edge_px:g} px in the corners")
    if isinstance(design.filter, TunableComb):
        words.append(_tuning_said(design))
    return words


def tuning_said(design: Design) -> str:
    """What a tunable filter loses by finding its coefficients itself, in either way."""
    equations, table = _tuning_losses_db(design)
    ways = f"by equations {equations:.3f}, by a table {table:.3f}"
    return f"{_tuning_said(design)} ({ways})"


def _tuning_said(design: Design) -> str:
    lost = min(_tuning_losses_db(design))
    return f"up to {TUNED_PX:g} px of blur at most {lost:.3f} dB behind a fit of its own"


def _tuning_losses_db(design: Design) -> list[float]:
    offline = Offline(design.target.prior, design.target.noise.bits)
    return [one.loss_db for one in tunings(offline)]


def _command(design: Design, host: str) -> str:
    """How to make the file again: by options, unless a comment cannot hold them, or the taps
    are no longer what they give."""
    if has_own_pictures(design):  # a file's word opens no pictures
        return f"rtdeconv export FILTER.json --to {host}"
    if not _is_as_fitted(design):
        return f"rtdeconv export FILTER.json --to {host} (its options would give other taps)"
    command = f"rtdeconv export {options(design)} --to {host}"
    return command if is_safe(command) else f"rtdeconv export FILTER.json --to {host}"


def _is_as_fitted(design: Design) -> bool:
    kernel = design.filter.kernel()
    try:
        again = fit(
            design.target,
            family_named(design.method),
            design.size,
            design.weight,
            light=design.light,
        )
    except ValueRefused:
        return False
    # another linear algebra library moves the last digits only
    most = SAME_LEARNED_TAPS if design.adapts else SAME_TAPS
    return again.kernel().shape == kernel.shape and np.allclose(
        again.kernel(), kernel, rtol=0, atol=most
    )


def _optional(value: float | None) -> str:
    return "" if value is None else plain_number(value)
