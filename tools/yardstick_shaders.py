"""The sharpeners people use today as GLSL 3.30, for tools/bench.py: what a deblurring filter's time
is put beside. Written from the published formulas, as tools/yardsticks.py is in numpy.

Every text is one pass over ``rtd_source``, encoded values of 0..1, a full-screen triangle's; the
sampler clamps. Alpha is the pixel's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rtdeconv.emit.numbers import literal

CAS_STRENGTH: Final = 0.5
RCAS_STOPS: Final = 0.25
UNSHARP_SIGMA_PX: Final = 1.0
UNSHARP_AMOUNT: Final = 1.0


@dataclass(frozen=True)
class Yardstick:
    """One shader: its name, texture fetches per pixel and text."""

    name: str
    fetches: int
    text: str


_START: Final = """\
#version 330 core
uniform sampler2D rtd_source;
out vec4 rtd_result;
"""

_AT: Final = """\
#define AT(dx, dy) \\
    textureLodOffset(rtd_source, gl_FragCoord.xy / size, 0.0, ivec2(dx, dy))
"""

_COPY: Final = f"""\
{_START}
void main() {{
    rtd_result = texelFetch(rtd_source, ivec2(gl_FragCoord.xy), 0);
}}
"""

_PLUS: Final = """\
    vec2 size = vec2(textureSize(rtd_source, 0));
    vec4 e = AT(0, 0);
    vec3 b = AT(0, -1).rgb, d = AT(-1, 0).rgb, f = AT(1, 0).rgb, h = AT(0, 1).rgb;
"""

_RESOLVED: Final = """\
    rtd_result = vec4((weight * (b + d + f + h) + e.rgb) / (1.0 + 4.0 * weight), e.a);
"""

# mn, mx and the weight are green's, which serves all channels
_CAS_PLUS: Final = """\
    float mn = min(min(min(b.g, d.g), min(f.g, h.g)), e.g);
    float mx = max(max(max(b.g, d.g), max(f.g, h.g)), e.g);
"""

_CAS_SQUARE: Final = """\
    float a = AT(-1, -1).g, c = AT(1, -1).g, g = AT(-1, 1).g, i = AT(1, 1).g;
    mn = 0.5 * (mn + min(mn, min(min(a, c), min(g, i))));
    mx = 0.5 * (mx + max(mx, max(max(a, c), max(g, i))));
"""

_CAS_WEIGHT: Final = f"""\
    float amount = sqrt(clamp(min(mn, 1.0 - mx) / max(mx, 1e-9), 0.0, 1.0));
    float weight = -amount / {literal(8 - 3 * CAS_STRENGTH)};
"""

_RCAS_WEIGHT: Final = f"""\
    vec3 mn = min(min(b, d), min(f, h));
    vec3 mx = max(max(b, d), max(f, h));
    vec3 hit_min = min(mn, e.rgb) / max(4.0 * mx, 1e-9);
    vec3 hit_max = (1.0 - max(mx, e.rgb)) / min(4.0 * mn - 4.0, -1e-9);
    vec3 lobes = max(-hit_min, hit_max);
    float lobe = clamp(max(lobes.r, max(lobes.g, lobes.b)), -0.1875, 0.0);
    float weight = lobe * {literal(2.0**-RCAS_STOPS)};
"""

# less where the pixel differs from its neighbours as they do among themselves
_RCAS_NOISE: Final = """\
    vec3 share = vec3(0.5, 1.0, 0.5);
    vec4 ring = vec4(dot(b, share), dot(d, share), dot(f, share), dot(h, share));
    float own = dot(e.rgb, share);
    float least = min(min(min(ring.x, ring.y), min(ring.z, ring.w)), own);
    float most = max(max(max(ring.x, ring.y), max(ring.z, ring.w)), own);
    float apart = abs(dot(ring, vec4(0.25)) - own) / max(most - least, 1e-9);
    weight *= 1.0 - 0.5 * clamp(apart, 0.0, 1.0);
"""


def _from_plus(*parts: str) -> str:
    return f"{_START}\n{_AT}\nvoid main() {{\n{_PLUS}{''.join(parts)}{_RESOLVED}}}\n"


def gaussian(sigma_px: float, taps: int) -> np.ndarray:
    """Samples of a Gaussian, (taps, taps), that add up to 1."""
    row = np.exp(-0.5 * ((np.arange(taps) - taps // 2) / sigma_px) ** 2)
    return np.outer(row, row) / row.sum() ** 2


def _unsharp(taps: int) -> str:
    reach = taps // 2
    weights = gaussian(UNSHARP_SIGMA_PX, taps)
    lines = [
        f"    soft += {literal(weights[dy + reach, dx + reach])} * AT({dx}, {dy}).rgb;"
        for dy in range(-reach, reach + 1)
        for dx in range(-reach, reach + 1)
        if (dx, dy) != (0, 0)
    ]
    own = literal(weights[reach, reach])
    return "\n".join(
        [
            f"{_START}\n{_AT}\nvoid main() {{",
            "    vec2 size = vec2(textureSize(rtd_source, 0));",
            f"    vec4 e = AT(0, 0);\n    vec3 soft = {own} * e.rgb;",
            *lines,
            f"    rtd_result = vec4(e.rgb + {literal(UNSHARP_AMOUNT)} * (e.rgb - soft), e.a);",
            "}\n",
        ]
    )


COPY: Final = Yardstick("copy", 1, _COPY)
"""One texelFetch: what reading and writing the picture costs by itself."""

CAS_5: Final = Yardstick("CAS", 5, _from_plus(_CAS_PLUS, _CAS_WEIGHT))
CAS_9: Final = Yardstick("CAS 3x3", 9, _from_plus(_CAS_PLUS, _CAS_SQUARE, _CAS_WEIGHT))
RCAS: Final = Yardstick("RCAS", 5, _from_plus(_RCAS_WEIGHT))
RCAS_NOISE: Final = Yardstick("RCAS, noise flag", 5, _from_plus(_RCAS_WEIGHT, _RCAS_NOISE))
UNSHARP_5X5: Final = Yardstick("unsharp mask 5x5", 25, _unsharp(5))

SHARPENERS: Final = (CAS_5, CAS_9, RCAS, RCAS_NOISE, UNSHARP_5X5)
