"""Every refusal of the package.

    RtdError                  base of all; the command line prints it as one sentence and exits 2
    |-- ValueRefused          a number, name or option outside its rule
    |-- MediaError            a picture or video that cannot be read or written
    |-- DeviceError           no usable GL on this machine
    +-- FilterFileError       a filter file that is not what it should be

A message says the rule, the value that broke it, and the remedy.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TypeVar

Name = TypeVar("Name", bound=str)


class RtdError(Exception):
    """Base of every refusal; its text is one sentence for a person."""


class ValueRefused(RtdError, ValueError):
    """A number, name or option outside its rule."""


class MediaError(RtdError):
    """A picture or video that cannot be read or written."""


class DeviceError(RtdError):
    """No usable GL on this machine."""


class FilterFileError(RtdError):
    """A filter file that is not what it should be."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> ValueRefused:
    """The refusal of a name that is not registered; suggests the nearest one."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names)}"
    return ValueRefused(f"unknown {kind} {shown(name)}; {hint}")


def one_of(kind: str, name: str, known: Sequence[Name]) -> Name:
    """``name`` as one of ``known``; raises ValueRefused, the nearest suggested."""
    for candidate in known:
        if name == candidate:
            return candidate
    raise unknown_name(kind, name, known)


def shown(value: object, limit: int = 60) -> str:
    """``repr`` of an untrusted value, cut so that it cannot flood a terminal."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def plain_number(value: float) -> str:
    """The shortest decimal that reads back as the same number: 3, 0.8, 1e-05."""
    return repr(float(value)).removesuffix(".0")
