"""The parts of a GLSL 3.30 shader that do not depend on a plan's numbers."""

from __future__ import annotations

from typing import Final

from rtdeconv.light import Light
from rtdeconv.plan import Border

WIDTH: Final = 100
"""Columns of a file."""

DECODE: dict[Light, str] = {
    "linear": """\
vec3 rtd_decode(vec3 c) {  // sRGB to linear
    vec3 curved = pow((max(c, 0.04045) + 0.055) / 1.055, vec3(2.4));
    return mix(c / 12.92, curved, greaterThan(c, vec3(0.04045)));
}

vec3 rtd_encode(vec3 c) {  // linear to sRGB
    vec3 curved = 1.055 * pow(max(c, 0.0031308), vec3(1.0 / 2.4)) - 0.055;
    return mix(c * 12.92, curved, greaterThan(c, vec3(0.0031308)));
}""",
    "gamma2": """\
vec3 rtd_decode(vec3 c) { return c * abs(c); }

vec3 rtd_encode(vec3 c) { return sign(c) * sqrt(abs(c)); }""",
}

LINEAR_SWITCH = """\
#ifndef RTD_VALUES_LINEAR
#define RTD_VALUES_LINEAR 0   // 1: values arrive linear and leave linear (HDR, sRGB textures)
#endif"""

CLAMP_SWITCH = """\
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is NEAREST and CLAMP_TO_EDGE, which is faster
#endif"""

LINEAR_CLAMP_SWITCH = """\
#ifndef RTD_SAMPLER_CLAMPS
#define RTD_SAMPLER_CLAMPS 0  // 1: every sampler is CLAMP_TO_EDGE, which is faster
#endif"""

ROWS_SWITCH = """\
#ifndef RTD_ROWS_UP
#define RTD_ROWS_UP 0         // 1: row 0 of the textures is the bottom of the picture
#endif"""

_FETCH = (
    "#define rtd_texel(image, dx, dy) texelFetch(image, rtd_inside(rtd_here + ivec2(dx, dy)), 0)"
)

BORDER: dict[Border, str] = {
    "clamp": f"""\
ivec2 rtd_inside(ivec2 at) {{ return clamp(at, ivec2(0), rtd_size - 1); }}
#if RTD_SAMPLER_CLAMPS
#define rtd_texel(image, dx, dy) textureLodOffset(image, rtd_uv, 0.0, ivec2(dx, dy))
#else
{_FETCH}
#endif""",
    "mirror": f"""\
ivec2 rtd_inside(ivec2 at) {{  // 16 sizes are added because % of a negative number is undefined
    ivec2 folded = (at + 16 * rtd_size) % (2 * rtd_size);
    return min(folded, 2 * rtd_size - 1 - folded);
}}
{_FETCH}""",
    "wrap": f"""\
ivec2 rtd_inside(ivec2 at) {{  // 8 sizes are added because % of a negative number is undefined
    return (at + 8 * rtd_size) % rtd_size;
}}
{_FETCH}""",
    "zero": """\
vec4 rtd_or_black(sampler2D image, ivec2 at) {
    bool inside = all(greaterThanEqual(at, ivec2(0))) && all(lessThan(at, rtd_size));
    return inside ? texelFetch(image, at, 0) : vec4(0.0);
}
#define rtd_texel(image, dx, dy) rtd_or_black(image, rtd_here + ivec2(dx, dy))""",
}

_FILTERED = """\
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {
    return textureLod(image, rtd_folded(gl_FragCoord.xy + vec2(dx, dy)) / vec2(rtd_size), 0.0);
}"""

_MIXED = """\
vec4 rtd_bilinear(sampler2D image, float dx, float dy) {  // no sampler filters across this border
    int x = int(floor(dx)), y = int(floor(dy));
    vec4 above = mix(rtd_texel(image, x, y), rtd_texel(image, x + 1, y), dx - float(x));
    vec4 below = mix(rtd_texel(image, x, y + 1), rtd_texel(image, x + 1, y + 1), dx - float(x));
    return mix(above, below, dy - float(y));
}"""

BILINEAR: dict[Border, str] = {
    "clamp": f"""\
#if RTD_SAMPLER_CLAMPS
#define rtd_folded(at) (at)
#else
vec2 rtd_folded(vec2 at) {{ return clamp(at, vec2(0.5), vec2(rtd_size) - 0.5); }}
#endif
{_FILTERED}""",
    "mirror": f"""\
vec2 rtd_folded(vec2 at) {{  // back and forth over the picture, never past an outermost pixel
    vec2 size = vec2(rtd_size);
    return clamp(size - abs(mod(at, 2.0 * size) - size), vec2(0.5), size - 0.5);
}}
{_FILTERED}""",
    "wrap": _MIXED,
    "zero": _MIXED,
}

RADIUS = """\
float rtd_radius2() {  // squared distance from the middle of the picture, 1 at its corners
    vec2 whole = vec2(rtd_size) / rtd_crop.zw;
    vec2 at = 2.0 * (rtd_crop.xy + rtd_crop.zw * gl_FragCoord.xy / vec2(rtd_size)) - 1.0;
    return dot(at * whole, at * whole) / dot(whole, whole);
}"""
