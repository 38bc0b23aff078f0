"""The shading languages, a table each."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from rtdeconv.emit.dialect import Dialect

GLSL: Final = Dialect("GLSL")

GLSL100: Final = replace(
    GLSL, name="GLSL ES 1.00", above="mix({low}, {high}, step({edge}, {value}))"
)

HLSL: Final = Dialect(
    "HLSL",
    vec2="float2",
    vec3="float3",
    vec4="float4",
    mix="lerp",
    splat="{}",
    above="lerp({low}, {high}, step({edge}, {value}))",
    table="static const {type} {name}[{count}] = {{",
    table_end="};",
)

GODOT: Final = replace(GLSL, name="Godot", whole="{}.0")

WGSL: Final = Dialect(
    "WGSL",
    number="f32",
    integer="i32",
    vec2="vec2f",
    vec3="vec3f",
    vec4="vec4f",
    splat="vec3f({})",
    above="select({low}, {high}, {value} > {edge})",
    declared="let {name} =",
    changed="var {name} =",
    function="fn {name}({arguments}) -> {result} {{",
    argument="{name}: {type}",
    table="const {name} = array<{type}, {count}>(",
    table_end=");",
)
