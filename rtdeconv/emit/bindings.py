"""Bindings: the names by which a host's shader text reaches pictures, parameters and positions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rtdeconv.emit.dialect import Dialect
from rtdeconv.emit.numbers import literal

Readers = Literal["macros", "functions"]
Rows = Literal["down", "up", "switch"]

ROWS_DOWN: Final = "#define rtd_down(dy) (RTD_ROWS_UP == 1 ? -(dy) : (dy))"
"""What rows "switch" calls."""


def source_or_image(number: int) -> str:
    """The usual name of image ``number``'s texture."""
    return "rtd_source" if number == 0 else f"rtd_image{number}"


def bare_image(number: int) -> str:
    """The same where names need no prefix."""
    return f"image{number}" if number else "source"


def prefixed(name: str) -> str:
    """The usual name of the parameter called ``name``."""
    return f"rtd_{name}"


def literals(dx: float, dy: float) -> tuple[str, str]:
    """An offset as numbers."""
    return literal(dx), literal(dy)


@dataclass(frozen=True)
class Bindings:
    """Expressions of the host's language, positions being in pixels and centres of pixels at .5.

    ``here``: centre of the pixel being written; ``size``: of the picture; ``original``: the
    source's texel there. ``texel`` and ``sample`` read one colour of {image}, the one exactly at a
    pixel, the other between; both may use {at}, the position within the borders, and {size}.
    ``linear``: the condition under which values arrive linear. ``readers``: whether a fetch is a
    macro or a function; functions are first given ``handed``, (type, name, value). ``rows``: where
    the rows of textures run, "switch" leaving it to RTD_ROWS_UP. ``pixel``: what a pass gives, of
    {colour} and {alpha}; ``result`` and ``bypass`` say how, last or early. ``image``, ``parameter``
    and ``map_red``, of {name}: what these are called. ``solved``: what sigma and noise are called
    where they are not parameters. ``place``: arguments of rtd_radius2, the position and size of
    the whole picture where that is not the drawn one. ``weight``, ``share`` and ``offset``: what
    stands for a weight, for a limit's share and for a sample's (dx, dy); ``held``: for some steps
    of a curve, where that is no constant.
    """

    dialect: Dialect
    here: str
    size: str
    texel: str
    sample: str
    original: str
    linear: str = "RTD_VALUES_LINEAR == 1"
    readers: Readers = "macros"
    rows: Rows = "down"
    pixel: str = "{vec4}({colour}, {alpha})"
    result: str = "return {};"
    bypass: tuple[str, ...] = ("return {};",)
    handed: tuple[tuple[str, str, str], ...] = ()
    image: Callable[[int], str] = source_or_image
    parameter: Callable[[str], str] = prefixed
    solved: tuple[str, str] = ("sigma", "noise")
    map_red: str = ""
    place: str = ""
    weight: Callable[[float], str] = literal
    share: Callable[[float], str] = literal
    held: Callable[[Sequence[float]], str] | None = None
    offset: Callable[[float, float], tuple[str, str]] = literals

    def steps(self, some: Sequence[float]) -> str:
        """What stands for some steps of a curve: a number or a vector."""
        if self.held is not None:
            return self.held(some)
        return literal(some[0]) if len(some) == 1 else self.dialect.vector(some)

    def given(self, colour: str, alpha: str) -> str:
        """The statement that ends a pass."""
        vec4 = self.dialect.vec4
        return self.result.format(self.pixel.format(vec4=vec4, colour=colour, alpha=alpha))

    def down(self, dy: str, *, mirrored: bool) -> str:
        """``dy`` rows down the picture as rows of the texture."""
        if mirrored or self.rows == "down":
            return dy
        if self.rows == "switch":
            return f"rtd_down({dy})"
        return f"-({dy})" if self.readers == "macros" else f"-{dy}"
