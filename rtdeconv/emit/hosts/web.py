"""What the hosts of WebGL 2 share: the fragment shader, and JavaScript for its parameters."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from string import Template
from typing import Final

from rtdeconv.emit.bindings import Bindings, Rows, prefixed, source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.layout import WIDTH, aligned, braced, guarded, wrapped
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan

PRECISION: Final = "precision highp float;\nprecision highp sampler2D;"

SWITCH: Final = "valuesLinear"
"""The option of a constructor that says how values arrive."""


def bindings(
    result: str, image: Callable[[int], str] = source_or_image, rows: Rows = "up"
) -> Bindings:
    """Those of a shader that writes ``result``. Borders are the text's, because an engine's
    samplers may repeat."""
    return Bindings(
        GLSL,
        here="rtd_here",
        size="rtd_size",
        texel="rtd_texel({image}, {at})",
        sample="rtd_mixed({image}, {at})",
        original=f"rtd_texel({image(0)}, rtd_here)",
        rows=rows,
        image=image,
        result=f"{result} = {{}};",
        bypass=(f"{result} = {{}};", "return;"),
    )


def stored_size(image: str) -> str:
    """Of the texture ``image``."""
    return f"vec2(textureSize({image}, 0))"


def positions(plan: Plan, size: str, here: str = "gl_FragCoord.xy") -> str:
    """The macros that the bindings name."""
    macros = [
        f"rtd_size {size}",
        f"rtd_here {here}",
        "rtd_texel(image, at) texelFetch(image, ivec2(at), 0)",
    ]
    if plan.sampled_images:
        macros.append(f"rtd_mixed(image, at) textureLod(image, (at) / {stored_size('image')}, 0.0)")
    return "\n".join(f"#define {macro}" for macro in macros)


def entries(body: Body, head: str = "void main()") -> list[str]:
    """A main function for each pass."""
    numbers = range(1, body.last + 1)
    return [braced(head, body.statements(number)) for number in numbers]


def fragment(body: Body, interface: Sequence[tuple[str, str]], places: str) -> str:
    """The whole fragment shader, its passes under RTD_PASS; ``interface``: its declarations, each
    with a note, and ``places``: see `positions`."""
    uniforms = [(f"uniform float {prefixed(p.name)};", "") for p in body.plan.parameters]
    parts = [
        PRECISION,
        aligned([*interface, *uniforms]),
        places,
        *body.functions(range(1, body.last + 1)),
        guarded(entries(body)),
    ]
    return "\n\n".join(parts)


def mixed_images(plan: Plan) -> list[bool]:
    """For every image whether its texture must be filtered linearly."""
    return [k in plan.sampled_images for k in range(len(plan.passes))]


def imported(names: Sequence[str], module: str) -> str:
    """The import of ``names``, in one line if they fit."""
    listed = ", ".join(names)
    line = f"import {{ {listed} }} from '{module}';"
    if len(line) <= WIDTH:
        return line
    return "\n".join(["import {", *wrapped([f"{name}," for name in names]), f"}} from '{module}';"])


def sliders(plan: Plan) -> str:
    """The static property that says where parameters may lie."""
    rows = [
        f"    {p.name}: {{ min: {literal(p.low)}, max: {literal(p.high)}, label: '{p.label}' }},"
        for p in plan.parameters
    ]
    note = f"// what may be set at any time, for sliders; {plan.bypass} 0.0 is exactly off"
    return "\n".join([note, "static parameters = {", *rows, "};"])


def options(plan: Plan, *, rest: str = "") -> str:
    """What a constructor takes, by name; ``rest``: where it keeps what else it is given."""
    rows = [f"    {p.name} = {literal(p.default)}," for p in plan.parameters]
    rows += [f"    {SWITCH} = false,", *([f"    ...{rest}"] if rest else [])]
    return "\n".join(["{", *rows, "} = {}"])


def accessors(plan: Plan, value: str) -> str:
    """Properties that stand for ``value``, an expression with the uniform's {name}."""
    found = []
    for p in plan.parameters:
        held = value.format(name=prefixed(p.name))
        found += [
            f"get {p.name}() {{ return {held}; }}",
            f"set {p.name}(value) {{ {held} = value; }}",
        ]
    return "\n".join(found)


def each(plan: Plan, line: str) -> str:
    """``line`` for every parameter: {name}, and {uniform} that holds it."""
    return "\n".join(line.format(name=p.name, uniform=prefixed(p.name)) for p in plan.parameters)


def filled(template: Template, **slots: str) -> str:
    """``template`` with its slots filled, each line of a text indented as its slot is."""
    text = template.template
    indented = {}
    for name, value in slots.items():
        before = text[: text.index(f"${name}")].rpartition("\n")[2]
        margin = " " * (len(before) - len(before.lstrip()))
        indented[name] = textwrap.indent(value, margin).removeprefix(margin)
    return template.substitute(indented)
