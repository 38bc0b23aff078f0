"""OBS's shaders as Linux and macOS see them: libobs replaces words of its HLSL to make GLSL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tools.clients.base import Job
from tools.clients.compilers import Glslang
from tools.clients.switches import main_text

# of libobs/util/cf-lexer.c and libobs-opengl/gl-shaderparser.c
_REFUSED: Final[Mapping[str, str]] = {
    r"^\s*#\s*(if|elif)\b": "its preprocessor knows #ifdef and #ifndef only",
    r"^\s*#\s*define\s+\w+\s+\(": "it takes what is defined for a macro with arguments",
    r"\.Sample\w*\(\s*\w+\s*,\s*\(": "coordinates may not begin with a parenthesis",
    r"\bstatic\b": "constants lose their values",
    r"\w+\[\w*\]\s*=": "arrays lose their values",
}

_WORDS: Final[Mapping[str, str]] = {
    r"\bfloat([234])\b": r"vec\1",
    r"\bfloat([234])x([234])\b": r"mat\1x\2",
    r"\btexture2d\b": "sampler2D",
    r"\b(\w+)\.Sample\(\s*\w+\s*,": r"texture(\1,",
    r"\b(\w+)\.SampleLevel\(\s*\w+\s*,": r"textureLod(\1,",
    r"\blerp\b": "mix",
    r"\bfrac\b": "fract",
    r"\brsqrt\b": "inversesqrt",
    r"\s*:\s*TARGET\b": "",
}

# obs-shaderfilter's own parameters and entry
_FRONT: Final = """\
#version 330 core
uniform sampler2D image;
uniform vec2 uv_size;
uniform vec2 uv_pixel_interval;
uniform vec2 uv_scale;
uniform vec2 uv_offset;
struct VertData { vec4 pos; vec2 uv; };
in VertData inputval;
out vec4 outputval;
#line 1
"""
_BACK: Final = "void main() { outputval = mainImage(inputval); }\n"

_COMMENT: Final = re.compile(r"//[^\n]*")
_ANNOTATED: Final = re.compile(r"(\buniform\s+\w+\s+\w+)\s*(?:<[^>]*>)?\s*=\s*[^;]+;")
_SAMPLER: Final = re.compile(r"\bsampler_state\s+\w+\s*\{[^}]*\};")
_FETCHED: Final = re.compile(r"\b(\w+)\.Sample\w*\(\s*(\w+)")


class ObsOnGl:
    """glslang, on what libobs would hand to OpenGL."""

    name = "glslang, as libobs"
    hosts: tuple[str, ...] = ("obs",)

    def missing(self) -> str | None:
        return Glslang().missing()

    def version(self) -> str:
        return f"{Glslang().version()}, words replaced as by libobs"

    def complaint(self, job: Job) -> str | None:
        text = _COMMENT.sub("", main_text(job))
        for pattern, why in _REFUSED.items():
            found = re.search(pattern, text, re.MULTILINE)
            if found is not None:
                return f"libobs misreads {found[0].strip()!r}: {why}"
        samplers = dict.fromkeys(_FETCHED.findall(text))
        if len(samplers) > len({texture for texture, _ in samplers}):
            return f"OpenGL has one sampler for all fetches of a texture, not {len(samplers)}"
        return Glslang().against(_translated(text))


def _translated(text: str) -> str:
    text = _blanked(_SAMPLER, _ANNOTATED.sub(r"\1;", text))
    for pattern, word in _WORDS.items():
        text = re.sub(pattern, word, text)
    return _FRONT + text + _BACK


def _blanked(pattern: re.Pattern[str], text: str) -> str:
    """Without what matches, line numbers kept."""
    return pattern.sub(lambda found: "\n" * found[0].count("\n"), text)
