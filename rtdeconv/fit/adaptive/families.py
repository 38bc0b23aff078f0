"""The register's entries of filters that adapt, by name."""

from __future__ import annotations

from typing import Final

from rtdeconv.errors import ValueRefused
from rtdeconv.filters.adaptive import ActivityComb, ActivityFir, OrientedFir
from rtdeconv.fit.adaptive.analytic import analytic
from rtdeconv.fit.adaptive.learned import learned
from rtdeconv.fit.family import Family, Size
from rtdeconv.light import Light
from rtdeconv.target import Sampled

PRIOR: Final = "prior"
"""In place of pictures: from the prior alone."""

KINDS: Final = {
    "activity": ActivityFir,
    "activity-comb": ActivityComb,
    "oriented": OrientedFir,
}

COUNTS: Final = "taps (per side), terms (classes of activity)"

COMB_TAPS: Final = 7
"""What two bands see, per side."""

TAPS: Final = (3, 5, 7)
CLASSES: Final = (2, 3, 5)


def named_adaptive(name: str) -> Family:
    """``activity``, ``oriented``, both with pictures of one's own (``activity:photos/*.png``), or
    ``activity:prior``. Raises ValueRefused."""
    by, _, learn = name.partition(":")
    if learn == PRIOR and by == "oriented":
        raise ValueRefused(
            "the prior knows no direction: --learn prior goes with --adapt activity, or learn "
            "--adapt oriented from pictures"
        )
    is_comb = by == "activity-comb"
    structure = "comb Laplacian" if is_comb else "FIR"
    sizes = [Size(taps=taps, terms=n) for taps in TAPS for n in CLASSES]
    if by == "activity":  # the linear limit
        sizes += [Size(taps=taps, terms=1) for taps in TAPS]
    if is_comb:
        sizes = [Size(terms=n) for n in CLASSES]
    return Family(
        name=name.removesuffix(":"),
        describes=f"{structure} whose weights follow {KINDS[by].by}, {_source(learn)}",
        given=f"weights {_source(learn)}",
        counts="terms (classes of activity)" if is_comb else COUNTS,
        sizes=tuple(sizes),
        usual=Size(terms=5) if is_comb else Size(taps=5, terms=5),
        structure=KINDS[by],
        fit=lambda at, size: _fitted(at, size, "encoded", by, learn),
        lit=lambda at, size, light: _fitted(at, size, light, by, learn),
    )


def _source(learn: str) -> str:
    if learn == PRIOR:
        return "from the prior at every strength"
    return "learned from your pictures" if learn else "learned from sharp pictures"


def _fitted(at: Sampled, size: Size, light: Light, by: str, learn: str) -> ActivityFir:
    assert size.terms is not None
    radius = (size.taps or COMB_TAPS) // 2
    if learn == PRIOR:
        return analytic(KINDS[by], radius, size.terms, at, light)
    if at.weight != "mse":
        raise ValueRefused(
            f"a learned filter is the one of least squared error, not by --weight {at.weight}: "
            "leave that out, or take --learn prior"
        )
    return learned(KINDS[by], radius, size.terms, at.target, light, learn)
