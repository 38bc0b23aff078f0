"""What sharp pictures look like on average: their power spectrum, on display-encoded values.

Only the strength at high frequencies matters to a filter. Every ``var`` scales its spectrum and is
its mean over the frequency square, that is the variance of a picture of that model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rtdeconv.errors import ValueRefused, shown, unknown_name
from rtdeconv.prior.base import Prior
from rtdeconv.prior.formulas import Ar1, Flat, Power
from rtdeconv.prior.images import Images, measured

PRIORS: Final[dict[str, type[Ar1] | type[Power] | type[Flat]]] = {
    "ar1": Ar1,
    "power": Power,
    "flat": Flat,
}
"""Priors that are a formula; ``images:GLOB`` is measured."""

PRIOR_WORDS: Final = (*PRIORS, f"{Images.name}:GLOB")
"""How priors are written."""


def prior_named(text: str, var: float | None = None) -> Prior:
    """The prior that ``text`` names, its usual variance unless ``var`` is given.

    ``images:GLOB`` reads the pictures. Raises ValueRefused, and MediaError for a broken picture.
    """
    name, colon, pattern = text.partition(":")
    if name == Images.name and colon:
        return measured(pattern, var)
    if text not in PRIORS:
        raise unknown_name("prior", text, PRIOR_WORDS)
    return PRIORS[text]() if var is None else PRIORS[text](var=var)


def prior_recorded(text: str, var: float, powers: Sequence[float] | None) -> Prior:
    """The prior of a filter file: ``powers`` stand in for the pictures, which are not read.

    Formulas have none. Raises ValueRefused.
    """
    name, colon, pattern = text.partition(":")
    if name == Images.name and colon:
        if powers is None:
            raise ValueRefused(f"prior {shown(text)} lacks its measured powers")
        return Images(pattern, tuple(powers), var)
    if powers is not None:
        raise ValueRefused(f"prior {shown(text)} is a formula and has no measured powers")
    return prior_named(text, var)


__all__ = [
    "PRIORS",
    "PRIOR_WORDS",
    "Ar1",
    "Flat",
    "Images",
    "Power",
    "Prior",
    "prior_named",
    "prior_recorded",
]
