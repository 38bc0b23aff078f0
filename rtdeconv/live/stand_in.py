"""What stands in for a filter that is still being learned: weights from the prior, at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rtdeconv.designer import compare
from rtdeconv.designs import Design
from rtdeconv.filters.adaptive import ActivityFir, Scored
from rtdeconv.fit import family_named
from rtdeconv.fit.adaptive.analytic import prior_curves
from rtdeconv.fit.adaptive.families import COMB_TAPS, KINDS, PRIOR
from rtdeconv.fit.adaptive.learned import check_plain
from rtdeconv.live.settings import Settings
from rtdeconv.target import sampled

_UNKNOWN: Final = Scored(0.0, 0.0, 1)
"""Nobody measures what stands in for a second: it is run, and neither described nor kept."""

_APART: Final = frozenset(("taps", "terms", "fetches", "passes", "max_loss"))


def stand_in(settings: Settings) -> Design:
    """A design that adapts as the one for ``settings`` will, made in milliseconds; its score means
    nothing. Raises ValueRefused for much that is refused there too.
    """
    family = family_named(settings.method)
    stem, _, learn = settings.method.partition(":")
    kept = {name: value for name, value in settings.options.items() if name not in _APART}
    linear = compare(settings.blur, **{**kept, "method": "fir", "taps": 3}).chosen
    at = sampled(linear.target, linear.weight)
    KINDS[stem].bank_of(1, at.symmetry)  # refuses blurs that are not symmetric enough
    if learn != PRIOR:
        check_plain(linear.target)
    # the prior knows no direction
    name, kind = ("activity", ActivityFir) if stem == "oriented" else (stem, KINDS[stem])
    size = settings.size_of(family)
    assert size.terms is not None
    radius = (size.taps or COMB_TAPS) // 2
    curves = prior_curves(kind, radius, size.terms, at)
    power = linear.target.noise.power
    made = kind(radius=radius, noise_power=power, curves=curves, scored=_UNKNOWN)
    return replace(linear, method=f"{name}:{PRIOR}", size=size, filter=made)
