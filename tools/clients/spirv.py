"""The little of SPIR-V that a client needs: what a module binds, and other numbers for it."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["uniforms", "image", "sampler"]

_HEADER_WORDS = 5
_NAME, _MEMBER_NAME, _DECORATE, _MEMBER_DECORATE = 5, 6, 71, 72
_IMAGE, _SAMPLER, _POINTER, _VARIABLE = 25, 26, 32, 59
_BINDING, _OFFSET = 33, 35


@dataclass(frozen=True)
class Resource:
    """What a module binds; ``members``: of a uniform block, name to offset in bytes."""

    name: str
    kind: Kind
    binding: int
    members: Mapping[str, int] = field(default_factory=dict)


def resources(module: bytes) -> list[Resource]:
    """Everything with a binding, by binding."""
    names: dict[int, str] = {}
    members: dict[int, dict[int, str]] = {}
    offsets: dict[int, dict[int, int]] = {}
    bindings: dict[int, int] = {}
    pointees: dict[int, int] = {}
    leaves: dict[int, Kind] = {}
    variables: dict[int, int] = {}
    for code, words, _ in _instructions(module):
        if code == _NAME:
            names[words[0]] = _string(words[1:])
        elif code == _MEMBER_NAME:
            members.setdefault(words[0], {})[words[1]] = _string(words[2:])
        elif code == _DECORATE and words[1] == _BINDING:
            bindings[words[0]] = words[2]
        elif code == _MEMBER_DECORATE and words[2] == _OFFSET:
            offsets.setdefault(words[0], {})[words[1]] = words[3]
        elif code == _POINTER:
            pointees[words[0]] = words[2]
        elif code in (_IMAGE, _SAMPLER):
            leaves[words[0]] = "image" if code == _IMAGE else "sampler"
        elif code == _VARIABLE:
            variables[words[1]] = pointees[words[0]]
    found = []
    for variable, binding in bindings.items():
        kind = variables[variable]
        named = {name: offsets[kind][k] for k, name in members.get(kind, {}).items()}
        name = names.get(variable, "")
        found.append(Resource(name, leaves.get(kind, "uniforms"), binding, named))
    return sorted(found, key=lambda one: one.binding)


def rebound(module: bytes, new: Mapping[int, int]) -> bytes:
    """The module with each binding number replaced by ``new``'s for it."""
    out = bytearray(module)
    for code, words, start in _instructions(module):
        if code == _DECORATE and words[1] == _BINDING:
            struct.pack_into("<I", out, 4 * (start + 3), new[words[2]])
    return bytes(out)


def _instructions(module: bytes) -> Iterator[tuple[int, tuple[int, ...], int]]:
    """(opcode, operands, index of the first word) of each instruction."""
    words = struct.unpack(f"<{len(module) // 4}I", module)
    at = _HEADER_WORDS
    while at < len(words):
        length, code = words[at] >> 16, words[at] & 0xFFFF
        yield code, words[at + 1 : at + length], at
        at += length


def _string(words: tuple[int, ...]) -> str:
    packed = struct.pack(f"<{len(words)}I", *words)
    return packed.split(b"\0", 1)[0].decode()
