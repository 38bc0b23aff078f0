"""Blurs as they are written on the command line: ``disk:1.2+gaussian:0.4``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rtdeconv.blur.base import Blur
from rtdeconv.blur.chain import Chain
from rtdeconv.blur.gaussian import Gaussian
from rtdeconv.blur.shapes import Binomial, Box, Disk
from rtdeconv.errors import ValueRefused, shown, unknown_name

MAX_PARTS = 8
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[+-]?nan|[+-]?inf"
_SIZED = re.compile(rf"({_NUMBER})(?:x({_NUMBER}))?(?:@({_NUMBER}))?")


@dataclass(frozen=True)
class Kind:
    """A registered blur: an example for messages and tests, and the reader of its arguments."""

    example: str
    parse: Callable[[str], Blur]


def _one_number(text: str) -> float:
    match = _SIZED.fullmatch(text)
    if match is None or match[2] or match[3]:
        raise ValueRefused("expected one number")
    return float(match[1])


def _gaussian(text: str) -> Blur:
    match = _SIZED.fullmatch(text)
    if match is None or (match[3] and not match[2]):
        raise ValueRefused("expected sigma, or sigma x sigma @ degrees")
    if match[2] is None:
        return Gaussian(float(match[1]))
    return Gaussian(float(match[1]), float(match[2]), float(match[3] or 0))


def _binomial(text: str) -> Blur:
    value = _one_number(text)
    return Binomial(int(value) if value.is_integer() else value)  # type: ignore[arg-type]


KINDS: dict[str, Kind] = {
    "gaussian": Kind("gaussian:1.2x0.6@30", _gaussian),
    "disk": Kind("disk:1.5", lambda text: Disk(_one_number(text))),
    "box": Kind("box:3", lambda text: Box(_one_number(text))),
    "binomial": Kind("binomial:3", _binomial),
}


def parse_blur(text: str) -> Blur:
    """The blur that ``text`` describes.

    ``gaussian:S``, ``gaussian:SxS@DEG``, ``disk:R``, ``box:W``, ``binomial:N`` in pixels and
    degrees, several joined by ``+``. Raises ValueRefused, the whole request repeated.
    """
    # a plus that follows an exponent's e belongs to its number
    parts = re.split(r"(?<![eE])\+(?=[a-zA-Z])", text.strip())
    if len(parts) > MAX_PARTS:
        raise ValueRefused(f"a blur has at most {MAX_PARTS} parts, not {len(parts)}")
    blurs = tuple(_parse_part(part.strip(), text) for part in parts)
    return blurs[0] if len(blurs) == 1 else Chain(blurs)


def _parse_part(part: str, whole: str) -> Blur:
    name, _, arguments = part.partition(":")
    if name not in KINDS:
        raise unknown_name("blur", name, KINDS)
    try:
        return KINDS[name].parse(arguments)
    except ValueRefused as refusal:
        example = f"such as {KINDS[name].example}"
        raise ValueRefused(f"blur {shown(whole)}: {refusal}; write it {example}") from None
