"""What follows from a measurement: the command that uses it, or the sentence why there is none."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Protocol

from rtdeconv.blur import Blur
from rtdeconv.estimate.words import HARMLESS_PX, TRUSTED, WORTH_PX
from rtdeconv.light import Light
from rtdeconv.noise import noise_text
from rtdeconv.target import MAX_SPREAD

if TYPE_CHECKING:
    from rtdeconv.estimate import Measured
    from rtdeconv.estimate.edge import MeasuredEdges
    from rtdeconv.estimate.pairs import MeasuredPair

UNLIKE: Final = 0.1
"""From so much more unexplained a Gaussian is no stand-in for a measured PSF."""

KEEP: Final = (
    "the PSF is not like a Gaussian; add -o psf.tiff to keep it and design on file:psf.tiff"
)

TOO_UNSURE: Final = "this is too uncertain to design on; nothing is proposed"
NOTHING: Final = "the picture is as sharp as its pixels; there is nothing to undo"


class Finding(Protocol):
    """What every measurement has to tell; sizes are S of gaussian:S."""

    @property
    def sigma_px_low(self) -> float:
        """Low end of the interval."""
        ...

    @property
    def sigma_px_high(self) -> float:
        """High end of the interval."""
        ...

    @property
    def confidence(self) -> float:
        """0..1."""
        ...

    @property
    def record(self) -> dict[str, Any]:
        """Plain values for JSON."""
        ...

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Name and words of each figure."""
        ...

    @property
    def remarks(self) -> tuple[str, ...]:
        """Sentences for the person."""
        ...


class Sized(Finding, Protocol):
    """One that names its noise, a standard deviation on the 0..1 scale."""

    @property
    def noise(self) -> float:
        """0..1."""
        ...


@dataclass(frozen=True)
class Advice:
    """A ``command``, or None and a ``sentence``; whether the measurement ``is_trusted``."""

    command: str | None
    sentence: str = ""
    is_trusted: bool = True


def for_measured(found: Measured) -> Advice:
    """Of a blind measurement."""
    if found.blur is None:  # said among the remarks
        return Advice(None, is_trusted=found.has_edges and found.sigma_px_high <= HARMLESS_PX)
    if found.confidence < TRUSTED:
        return Advice(None, TOO_UNSURE, is_trusted=False)
    return Advice(_design(found.blur, found.options))


def for_edges(found: MeasuredEdges, light: Light) -> Advice:
    """Of slanted edges."""
    if found.sharpened:
        return Advice(None, is_trusted=False)  # said among the remarks
    return _advised(found, found.blur, light)


def for_pair(found: MeasuredPair, light: Light, psf: str | None) -> Advice:
    """Of a pair; ``psf``: the file that holds its PSF."""
    if psf is None:
        nearest = _advised(found, f"gaussian:{found.sigma_px:.3g}", light)
        poor = nearest.command is not None and found.gaussian > UNLIKE
        return replace(nearest, sentence=KEEP) if poor else nearest
    return _advised(found, shlex.quote(f"file:{psf}"), light)


def _advised(found: Sized, blur: Blur | str, light: Light) -> Advice:
    low, high = found.sigma_px_low, found.sigma_px_high
    if high <= WORTH_PX:
        return Advice(None, NOTHING)
    if found.confidence < TRUSTED or low <= 0:
        return Advice(None, TOO_UNSURE, is_trusted=False)
    options: dict[str, Any] = {"noise": found.noise}
    percent = round(100 * min((high - low) / (high + low), MAX_SPREAD))
    if percent >= 1:
        options["sigma_range"] = percent
    if light != "linear":
        options["light"] = light
    return Advice(_design(blur, options))


def _design(blur: Blur | str, options: dict[str, Any]) -> str:
    """The command, with as many digits as anybody types."""
    words = blur if isinstance(blur, str) else _rounded(blur.spec)
    for name, value in options.items():
        words += f" --{name.replace('_', '-')} {_option(name, value)}"
    return f"rtdeconv design {words}"


def _option(name: str, value: Any) -> str:
    if name == "noise":
        return noise_text(round(255 * value, 2) / 255)
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _rounded(spec: str) -> str:
    return re.sub(r"\d+\.\d+", lambda found: f"{float(found[0]):.3g}", spec)
