"""What every blur offers, the transfer function of taps, and blurs one after the other."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Final, Literal, Protocol, get_args, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from rtdeconv.errors import ValueRefused, shown
from rtdeconv.grid import Array

Symmetry = Literal["8-fold", "point", "none"]
"""8-fold: mirrored in both axes and both diagonals. point: only P(-x) = P(x). Weakest last."""

MAX_PARTS: Final = 8
"""A chain's; each part costs one transfer function wherever a response is wanted."""

_SYMMETRIES: Final[tuple[Symmetry, ...]] = get_args(Symmetry)

Spectrum = NDArray[np.inexact]
"""Values of a transfer function: real, or complex where the taps have no symmetry."""

Power = Callable[[Array, Array], Array]
"""A power spectrum: (wy, wx) in radians per pixel to power per pixel."""


@runtime_checkable
class Blur(Protocol):
    """A known blur."""

    @property
    def spec(self) -> str:
        """How it is written on the command line; parses back to an equal blur."""
        ...

    @property
    def label(self) -> str:
        """The spec for titles: short, and of characters that a shader comment may hold."""
        ...

    @property
    def symmetry(self) -> Symmetry:
        """The symmetry its restoring filter may share."""
        ...

    def psf(self) -> Array:
        """Taps, odd square (n, n), sum 1, centred."""
        ...

    def otf(self, wy: Array, wx: Array) -> Spectrum:
        """Transfer function ``sum P exp(-i (wy y + wx x))`` at (wy, wx) radians per pixel.

        1 at DC, broadcast shape; real unless the symmetry is "none".
        """
        ...

    def aliased(self, spectrum: Power, wy: Array, wx: Array) -> Array:
        """Power at (wy, wx) of what the blur adds to a signal of that spectrum beyond ``H x``.

        False detail, which to a filter is noise; nought for every blur that only weighs pixels.
        """
        ...

    def scaled(self, factor: float) -> Blur:
        """The same blur, all its lengths times ``factor``; itself where they are no unknowns."""
        ...

    def __add__(self, other: Blur) -> Blur:
        """This blur, then ``other``."""
        ...


def transfer(taps: Array, wy: Array, wx: Array) -> Array:
    """Exact response of point-symmetric taps (n, n): sum of taps * cos(wy y + wx x).

    Split into cos cos - sin sin, so that an axis costs n waves per node and not n^2.
    """
    offsets = np.arange(len(taps)) - len(taps) // 2
    phase_y, phase_x = np.multiply.outer(wy, offsets), np.multiply.outer(wx, offsets)
    cos_y, sin_y = np.cos(phase_y) @ taps, np.sin(phase_y) @ taps
    cos_x, sin_x = np.cos(phase_x), np.sin(phase_x)
    if wy.ndim == 2 and wy.shape[1] == wx.shape[0] == 1:  # axes of a picture: never every pair
        return np.asarray(cos_y[:, 0] @ cos_x[0].T - sin_y[:, 0] @ sin_x[0].T)
    return np.asarray((cos_y * cos_x).sum(-1) - (sin_y * sin_x).sum(-1))


def complex_transfer(taps: Array, wy: Array, wx: Array) -> NDArray[np.complex128]:
    """Exact response of any taps (n, n): sum of taps * exp(-i (wy y + wx x))."""
    offsets = np.arange(len(taps)) - len(taps) // 2
    wave_y, wave_x = (np.exp(-1j * np.multiply.outer(w, offsets)) for w in (wy, wx))
    if wy.ndim == 2 and wy.shape[1] == wx.shape[0] == 1:  # axes of a picture: never every pair
        return np.asarray(wave_y[:, 0] @ taps @ wave_x[0].T)
    return np.asarray(((wave_y @ taps) * wave_x).sum(-1))


@dataclass(frozen=True)
class Taps:
    """A blur whose taps are computed once."""

    @cached_property
    def _taps(self) -> Array:
        taps = self._integrated()
        taps = taps / taps.sum()
        taps.setflags(write=False)
        return taps

    @property
    def spec(self) -> str:
        """How it is written on the command line."""
        raise AssertionError("every blur writes its own spec")

    @property
    def label(self) -> str:
        """The spec, unless a blur says otherwise."""
        return self.spec

    @property
    def symmetry(self) -> Symmetry:
        """8-fold, unless a blur says otherwise."""
        return "8-fold"

    def _integrated(self) -> Array:
        raise AssertionError("every blur integrates its own shape")

    def psf(self) -> Array:
        """Taps, odd square (n, n), sum 1, centred."""
        return self._taps

    def otf(self, wy: Array, wx: Array) -> Spectrum:
        """Transfer function of the taps; real unless they have no symmetry."""
        respond = complex_transfer if self.symmetry == "none" else transfer
        return respond(self._taps, wy, wx)

    def aliased(self, spectrum: Power, wy: Array, wx: Array) -> Array:
        """Nought: taps only weigh pixels."""
        return np.zeros(np.broadcast_shapes(wy.shape, wx.shape))

    def scaled(self, factor: float) -> Blur:
        """The same blur, its lengths times ``factor``."""
        raise AssertionError("every blur scales its own lengths")

    def __add__(self, other: Blur) -> Chain:
        """This blur, then ``other``."""
        if not isinstance(other, Blur):
            return NotImplemented
        return Chain((self, other))


@dataclass(frozen=True)
class Chain(Taps):
    """Several blurs one after the other: taps convolved, transfer functions multiplied.

    ``parts`` are single blurs; a chain among them is taken apart.
    """

    parts: tuple[Blur, ...]

    def __post_init__(self) -> None:
        single = tuple(one for part in self.parts for one in parts_of(part))
        if not 2 <= len(single) <= MAX_PARTS:
            raise ValueRefused(
                f"a chain of blurs has at least 2 and at most {MAX_PARTS} parts, not {len(single)}"
            )
        object.__setattr__(self, "parts", single)

    @property
    def spec(self) -> str:
        """The parts joined by ``+``."""
        return "+".join(part.spec for part in self.parts)

    @property
    def label(self) -> str:
        """The parts' labels joined by ``+``."""
        return "+".join(part.label for part in self.parts)

    @property
    def symmetry(self) -> Symmetry:
        """The weakest of its parts."""
        return max((part.symmetry for part in self.parts), key=_SYMMETRIES.index)

    def _integrated(self) -> Array:
        return reduce(_convolved, (part.psf() for part in self.parts))

    def otf(self, wy: Array, wx: Array) -> Spectrum:
        """The parts' transfer functions multiplied."""
        return reduce(np.multiply, (part.otf(wy, wx) for part in self.parts))

    def aliased(self, spectrum: Power, wy: Array, wx: Array) -> Array:
        """What each part adds to the signal that reaches it, as the parts behind it leave it."""
        total = np.zeros(np.broadcast_shapes(wy.shape, wx.shape))
        for index, part in enumerate(self.parts):
            reaches = _seen_through(self.parts[:index], spectrum)
            passed = np.abs(part.otf(wy, wx)) ** 2
            total = total * passed + part.aliased(reaches, wy, wx)
        return total

    def scaled(self, factor: float) -> Chain:
        """Every part scaled."""
        return Chain(tuple(part.scaled(factor) for part in self.parts))


def _seen_through(parts: tuple[Blur, ...], spectrum: Power) -> Power:
    def seen(wy: Array, wx: Array) -> Array:
        power = spectrum(wy, wx)
        for part in parts:
            power = power * np.abs(part.otf(wy, wx)) ** 2
        return power

    return seen


def parts_of(blur: Blur) -> tuple[Blur, ...]:
    """The blurs that ``blur`` consists of, one after the other: itself, or a chain's parts."""
    return blur.parts if isinstance(blur, Chain) else (blur,)


def _convolved(a: Array, b: Array) -> Array:
    size = len(a) + len(b) - 1
    spectrum = np.fft.rfft2(a, (size, size)) * np.fft.rfft2(b, (size, size))
    return np.fft.irfft2(spectrum, (size, size))


def check_range(what: str, value: float, low: float, high: float, unit: str = "px") -> None:
    """Refuses a value outside low..high."""
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueRefused(f"{what} is {low:g}..{high:g} {unit}, not {shown(value)}")


def check_angle(angle_deg: float) -> None:
    """Refuses an angle outside -360..360 degrees."""
    check_range("an angle", angle_deg, -360, 360, "degrees")
