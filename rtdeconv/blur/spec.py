"""Blurs as they are written on the command line: ``disk:1.2+gaussian:0.4``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from rtdeconv.blur.base import Blur, Chain
from rtdeconv.blur.camera import Airy, Motion, Pixel
from rtdeconv.blur.gaussian import Gaussian
from rtdeconv.blur.psf import Psf
from rtdeconv.blur.psf_picture import FilePsf
from rtdeconv.blur.shapes import Binomial, Box, Disk
from rtdeconv.blur.upscale import Upscale
from rtdeconv.errors import ValueRefused, shown, unknown_name

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


def _motion(text: str) -> Blur:
    match = _SIZED.fullmatch(text)
    if match is None or match[2]:
        raise ValueRefused("expected length, or length @ degrees")
    return Motion(float(match[1]), float(match[3] or 0))


def _upscale(text: str) -> Blur:
    factor, _, kernel = text.partition(":")
    return Upscale(_one_number(factor), kernel)


def _airy(text: str) -> Blur:
    parts = text.split(",")
    if len(parts) != 3:
        raise ValueRefused("expected f-number, wavelength in um, pixel pitch in um")
    return Airy(*map(_one_number, parts))


def _psf(text: str) -> Blur:
    rows = [row.split(",") for row in text.split("/")]
    return Psf([[_one_number(tap) for tap in row] for row in rows])


def _file(path: str) -> Blur:
    if not path:
        raise ValueRefused("expected the path of a picture")
    return FilePsf(path)


KINDS: dict[str, Kind] = {
    "gaussian": Kind("gaussian:1.2x0.6@30", _gaussian),
    "disk": Kind("disk:1.5", lambda text: Disk(_one_number(text))),
    "box": Kind("box:3", lambda text: Box(_one_number(text))),
    "binomial": Kind("binomial:3", _binomial),
    "motion": Kind("motion:5@30", _motion),
    "upscale": Kind("upscale:1.5:bilinear", _upscale),
    "pixel": Kind("pixel:1", lambda text: Pixel(_one_number(text))),
    "airy": Kind("airy:8,0.55,3.5", _airy),
    "file": Kind("file:psf.png", _file),
    "psf": Kind("psf:0,1,0/1,4,1/0,1,0", _psf),
}
_FILE = "file:"
_NEXT_PART = re.compile(rf"\+(?=\s*(?:{'|'.join(KINDS)}):)")


def parse_blur(text: str) -> Blur:
    """The blur that ``text`` describes: one of `KINDS`, or several joined by ``+``.

    ``gaussian:S``, ``gaussian:SxS@DEG``, ``disk:R``, ``box:W``, ``binomial:N``, ``motion:L@DEG``,
    ``upscale:FACTOR:KERNEL``, ``pixel:W``, ``airy:F,WAVELENGTH_UM,PITCH_UM``, ``file:PATH``,
    ``psf:TAPS/TAPS/...``; pixels and degrees where nothing else is said. Raises ValueRefused, the
    whole request repeated, and MediaError for a file.
    """
    blurs = tuple(_parse_part(part.strip(), text) for part in _parts(text.strip()))
    return blurs[0] if len(blurs) == 1 else Chain(blurs)


def _parts(text: str) -> list[str]:
    """``text`` cut at each plus that begins another part.

    A path may hold plus signs: it ends only before the name of a kind and its colon. Elsewhere any
    word begins a part, so that a slip in its name is found; a plus after an exponent's e does not.
    """
    parts: list[str] = []
    for part in _NEXT_PART.split(text):
        parts += (
            [part]
            if part.lstrip().startswith(_FILE)
            else re.split(r"(?<![eE])\+(?=\s*[a-zA-Z])", part)
        )
    return parts


def _parse_part(part: str, whole: str) -> Blur:
    name, _, arguments = part.partition(":")
    if name not in KINDS:
        raise unknown_name("blur", name, KINDS)
    try:
        return KINDS[name].parse(arguments)
    except ValueRefused as refusal:
        example = f"such as {KINDS[name].example}"
        raise ValueRefused(f"blur {shown(whole)}: {refusal}; write it {example}") from None
