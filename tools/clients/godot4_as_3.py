"""A Godot 4 canvas_item shader in Godot 3's words, statement by statement.

Only declarations and the names of built-ins change. Godot 4 counts rows downwards everywhere; in
Godot 3 UV does so on a rectangle over the whole viewport, while SCREEN_UV and FRAGCOORD go upwards.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass

from tools.clients.base import ClientError

LIMIT_S = 10

GONE = ("SCREEN_TEXTURE", "DEPTH_TEXTURE", "WORLD_MATRIX", "hint_color", "hint_albedo")
"""Godot 3's words that Godot 4 does not know."""

_SAMPLER = re.compile(r"uniform\s+sampler2D\s+(\w+)\s*(?::([^;]*))?;")

_READERS = "textureLod|texture|texelFetch|textureSize"


@dataclass(frozen=True)
class Sampler:
    """A sampler that the file declares, and its hints."""

    name: str
    hints: tuple[str, ...]

    @property
    def is_screen(self) -> bool:
        return "hint_screen_texture" in self.hints

    @property
    def is_linear(self) -> bool:
        return "filter_linear" in self.hints


def translated(text: str) -> tuple[str, list[Sampler]]:
    """The text for Godot 3 and the file's samplers; raises ClientError for what Godot 4 refuses."""
    text = _preprocessed(text)
    samplers = [
        Sampler(name, tuple(hint.strip() for hint in hints.split(",")))
        for name, hints in _SAMPLER.findall(text)
    ]
    _check(text, samplers)
    text = _SAMPLER.sub(r"uniform sampler2D \1;", text)
    text = re.sub(r"\bgroup_uniforms\b[^;]*;", "", text)
    text = re.sub(r"\bSCREEN_UV\b", "UV", text)
    text = re.sub(r"\bFRAGCOORD\b", "vec4(UV / SCREEN_PIXEL_SIZE, 0.0, 1.0)", text)
    return text, samplers


def _preprocessed(text: str) -> str:
    command = ["cpp", "-P", "-undef", "-nostdinc", "-w"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=LIMIT_S)
    if done.returncode:
        raise ClientError(done.stderr.strip())
    return done.stdout


def _check(text: str, samplers: list[Sampler]) -> None:
    for word in GONE:
        if re.search(rf"\b{word}\b", text):
            raise ClientError(f"Godot 4 knows no {word}")
    for sampler in samplers:
        if not any(hint.startswith("filter_") for hint in sampler.hints):
            raise ClientError(f"Godot 4 chooses the filter of {sampler.name}: it has no hint")
        if sampler.is_screen and _is_passed_on(text, sampler.name):
            raise ClientError(f"Godot 4 passes no screen texture to functions: {sampler.name}")
    if re.search(r"\breturn\b", _body(text, "fragment")):
        raise ClientError("Godot 4 refuses return in fragment()")


def _is_passed_on(text: str, name: str) -> bool:
    uses = len(re.findall(rf"\b{name}\b", text))
    reads = len(re.findall(rf"\b(?:{_READERS})\s*\(\s*{name}\b", text))
    return uses - 1 > reads


def _body(text: str, function: str) -> str:
    """Between the braces of ``function``."""
    found = re.search(rf"\bvoid\s+{function}\s*\(\s*\)\s*{{", text)
    if found is None:
        raise ClientError(f"has no {function}()")
    depth = 1
    for end in range(found.end(), len(text)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[found.end() : end]
    raise ClientError(f"{function}() has no end")
