"""Godot 4 and Godot 3 canvas_item shaders: one reads the screen, several read viewports."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from rtdeconv.emit import blocks
from rtdeconv.emit.about import About, Usage, header, image_notes, span
from rtdeconv.emit.bindings import Bindings, prefixed, source_or_image
from rtdeconv.emit.body import Body
from rtdeconv.emit.dialects import GODOT
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import aligned, commented
from rtdeconv.emit.numbers import literal
from rtdeconv.plan import Plan, Sample, reads
from rtdeconv.plan.walk import values
from rtdeconv.tuning import Table

SCREEN: Final = "screen_texture"

_IMAGES: Final = Bindings(
    GODOT,
    here="here",
    size="rtd_size()",
    texel="texelFetch({image}, ivec2({at}), 0)",
    sample="textureLod({image}, {at} / {size}, 0.0)",
    original="texelFetch(rtd_source, ivec2(here), 0)",
    linear="RTD_VALUES_LINEAR",
    readers="functions",
    handed=(("vec2", "here", "here"),),
)
"""Functions know no built-ins, so they are handed the position. Macros would be shorter, but early
versions of Godot 4 end a macro's arguments at the first closing parenthesis."""


def _screen(number: int) -> str:
    return SCREEN


_SCREEN4: Final = replace(_IMAGES, image=_screen, original=f"texelFetch({SCREEN}, ivec2(here), 0)")

# GLES2 has neither texelFetch nor textureSize
_SCREEN3: Final = replace(
    _IMAGES,
    size="size",
    texel="textureLod(screen, {at} / size, 0.0)",
    sample="textureLod(screen, {at} / size, 0.0)",
    original="textureLod(screen, here / size, 0.0)",
    rows="up",
    handed=(("sampler2D", "screen", "screen"), ("vec2", "here", "here"), ("vec2", "size", "size")),
)


@dataclass(frozen=True)
class _Engine:
    """One of the two, in its users' words.

    ``screen``, ``screen_sampler`` and ``screen_handed``: names where one pass reads the screen,
    what declares it, what its function is given; ``here``: what those of several passes are given;
    ``game`` and ``half_floats``: settings of the viewports; ``filters``: hints of a sampler that
    does not mix and of one that does; ``noted``: the comment above a slider.
    """

    suffix: str
    screen: Bindings
    screen_sampler: str
    screen_handed: str
    here: str
    viewport: str
    game: str
    half_floats: str
    filters: tuple[str, str]
    sliders: str
    setter: str
    noted: str
    switched: str
    place: tuple[str, ...]

    def write(self, plan: Plan, about: About, stem: str) -> Files:
        """A file for each pass, the first with the whole header."""
        count = len(plan.passes)
        numbers = range(1, count + 1)
        names = (
            [f"{stem}.pass{k}{self.suffix}" for k in numbers] if count > 1 else [stem + self.suffix]
        )
        heads = [[*header(plan, about, self._usage(plan)), *self._setup(plan, names)]]
        heads += [
            [f"rtdeconv: {about.title}", f"pass {k} of {count}; {names[0]} says how to use it"]
            for k in numbers[1:]
        ]
        return {
            name: self._text(plan, k, head)
            for k, name, head in zip(numbers, names, heads, strict=True)
        }

    def _text(self, plan: Plan, number: int, head: list[str]) -> str:
        alone, ends = len(plan.passes) == 1, number == len(plan.passes)
        bindings = self.screen if alone else _IMAGES
        is_cut = not ends and not Body(plan, bindings).rounds(number)
        if is_cut:
            bindings = replace(bindings, pixel="{vec4}(rtd_half({colour}), {alpha})")
        body = Body(plan, bindings)
        name = "rtd_restored" if ends else f"rtd_pass{number}"
        arguments = {argument: type_ for type_, argument, _ in bindings.handed}
        handed = self.screen_handed if alone else self.here
        parts = [
            f"shader_type canvas_item;\nrender_mode unshaded, blend_disabled;\n{commented(head)}",
            self._interface(plan, number),
            *_size(bindings, _read(plan, number)),
            *body.functions([number]),
            *([blocks.nearest_half(GODOT)] if is_cut else []),
            GODOT.defined(GODOT.vec4, name, arguments, body.statements(number)),
            f"void fragment() {{\n    COLOR = {name}({handed});\n}}",
        ]
        return "\n\n".join(parts) + "\n"

    def _interface(self, plan: Plan, number: int) -> str:
        """Samplers, sliders and the switch, as far as the pass has use for them."""
        one, ends = plan.passes[number - 1], number == len(plan.passes)
        read = _read(plan, number)
        named = {value.name for value in values(one.expr)} | ({plan.bypass} if ends else set())
        lines = []
        if len(plan.passes) > 1:
            mixed = {fetch.image for fetch in reads(one.expr) if isinstance(fetch, Sample)}
            samplers = {k: source_or_image(k) + self.filters[k in mixed] for k in sorted(read)}
            notes = image_notes(plan)
            lines.append(
                aligned([(f"uniform sampler2D {s};", notes[k]) for k, s in samplers.items()])
            )
        elif self.screen_sampler:
            kind = "linear" if plan.sampled_images else "nearest"
            lines.append(self.screen_sampler.format(kind))
        for p in plan.parameters:
            if p.name in named:
                reach = f"hint_range({literal(p.low)}, {literal(p.high)})"
                lines += [
                    self.noted.format(span(p, plan)),
                    f"uniform float {prefixed(p.name)} : {reach} = {literal(p.default)};",
                ]
        if 0 in read:
            alike = "; alike in every pass" if len(plan.passes) > 1 else ""
            switch = "const bool RTD_VALUES_LINEAR = false;"
            lines.append(aligned([(switch, f"true: {self.switched}{alike}")]))
        return "\n".join(lines)

    def _usage(self, plan: Plan) -> Usage:
        half = f'{self.setter}("{prefixed(plan.bypass)}", 0.5)'
        if len(plan.passes) == 1:
            install = (
                "add a CanvasLayer and in it a ColorRect, Full Rect, Mouse Filter Ignore;",
                "give it a new ShaderMaterial and this file as its Shader;",
                f"sliders: {self.sliders}, or material.{half}",
            )
            source = "the screen, as drawn before the ColorRect"
        else:
            install = (
                "add the nodes below, each ColorRect with a new ShaderMaterial;",
                "connect them by the script below;",
                f"sliders: {self.sliders} of the last; {half}",
            )
            source = "rtd_source: the texture of the viewport Game"
        return Usage(install, source, "encoded", place=self.place)

    def _setup(self, plan: Plan, names: list[str]) -> list[str]:
        """The nodes for several passes, and the script that connects them."""
        if len(names) == 1:
            return []
        rows = [("1. Game", f"{self.viewport}{self.game}: what is to be restored")]
        for k, name in enumerate(names, start=1):
            if k < len(names):
                rows.append((f"{k + 1}. Pass{k}", f"{self.viewport}, {self.half_floats}"))
            else:
                rows.append((f"{k + 1}. Screen", "CanvasLayer"))
            rows.append(("     Rect", f"ColorRect, Full Rect, {name}"))
        return [
            "",
            "nodes in this order; viewports as large as the window, Update Mode Always:",
            *(f"  {name:<13}{says}" for name, says in rows),
            "",
            "func _ready():",
            *(f"    {line}" for line in self._script(plan)),
        ]

    def _script(self, plan: Plan) -> list[str]:
        textures = ["$Game.get_texture()"]
        textures += [f"$Pass{k}.get_texture()" for k in range(1, len(plan.passes))]
        lines = []
        for number, node in enumerate([*textures[1:], "$Screen"], start=1):
            lines += [
                f"{node.partition('.')[0]}/Rect.material.{self.setter}"
                f'("{source_or_image(k)}", {textures[k]})'
                for k in sorted(_read(plan, number))
            ]
        if not any(self.filters):
            mixed = sorted(plan.sampled_images)
            lines += [f"{textures[k]}.flags = Texture.FLAG_FILTER" for k in mixed]
        return lines


def _size(bindings: Bindings, read: set[int]) -> list[str]:
    """The function of the bindings' name, where it is one: an image that the pass reads says it."""
    if bindings.size != _IMAGES.size:
        return []
    returned = f"return vec2(textureSize({bindings.image(min(read))}, 0));"
    return [GODOT.defined(GODOT.vec2, "rtd_size", {}, [returned])]


def _read(plan: Plan, number: int) -> set[int]:
    """The images a pass reads; the last selects the source where it is off."""
    last = {0} if number == len(plan.passes) else set()
    return last | {fetch.image for fetch in reads(plan.passes[number - 1].expr)}


def _no_table(plan: Plan) -> str | None:
    if any(isinstance(solver, Table) for solver in plan.solvers):
        return "godot3 has no constant arrays and this filter needs a table"
    return None


_PLACE: Final = "on a CanvasLayer above the blurred picture and below the HUD;"

_GODOT4: Final = _Engine(
    suffix=".gdshader",
    screen=_SCREEN4,
    screen_sampler=(
        f"uniform sampler2D {SCREEN} : hint_screen_texture, repeat_disable, filter_{{}};"
    ),
    screen_handed="FRAGCOORD.xy",
    here="FRAGCOORD.xy",
    viewport="SubViewport",
    game=", Use HDR 2D as the project has it",
    half_floats="Use HDR 2D on (half floats with Forward+)",
    filters=(" : repeat_disable, filter_nearest", " : repeat_disable, filter_linear"),
    sliders="Shader Parameters",
    setter="set_shader_parameter",
    noted="/** {} */",
    switched="HDR 2D is on, values are linear",
    place=(
        _PLACE,
        "a 3D scene arrives after TAA and tone mapping: before them is the place of a",
        "CompositorEffect, which this is not",
    ),
)

_GODOT3: Final = _Engine(
    suffix=".shader",
    screen=_SCREEN3,
    screen_sampler="",
    screen_handed="SCREEN_TEXTURE, FRAGCOORD.xy, 1.0 / SCREEN_PIXEL_SIZE",
    here="UV / SCREEN_PIXEL_SIZE",
    viewport="Viewport, Usage 3D, V Flip on",
    game=", HDR off",
    half_floats="HDR on (half floats, GLES3 only)",
    filters=("", ""),
    sliders="Shader Param",
    setter="set_shader_param",
    noted="// {}",
    switched="values are linear",
    place=(_PLACE, "a 3D scene arrives after tone mapping"),
)

GODOT4: Final = Host(
    "godot4",
    "Godot 4 canvas_item shader",
    _GODOT4.suffix,
    arrival="encoded",
    proof=("Godot 3 GLES3, translated",),
    write=_GODOT4.write,
    store="16f",
)

GODOT3: Final = Host(
    "godot3",
    "Godot 3 canvas_item shader",
    _GODOT3.suffix,
    arrival="encoded",
    proof=("Godot 3 GLES2", "Godot 3 GLES3"),
    write=_GODOT3.write,
    store="16f",
    objection=_no_table,
)
