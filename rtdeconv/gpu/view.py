"""What a person sees: before, after, a line between the two, or the change, at any scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import moderngl

from rtdeconv.gpu.programs import Drawing, with_defines

Shown = Literal["split", "after", "before", "difference"]

_TEXT: Final = """\
#version 330 core
uniform sampler2D shown;
uniform sampler2D other;
uniform vec2 corner;   // of the picture's first row and column, from the bottom left
uniform float scale;   // screen pixels a picture pixel takes
uniform float gain;    // of the difference
out vec4 colour;

#if RTD_PARTS == 0
#define seen(picture, at) texelFetch(picture, ivec2(at), 0).rgb
#else
// a screen pixel that covers several of the picture takes their mean
vec3 seen(sampler2D picture, vec2 at) {
    vec2 size = vec2(textureSize(picture, 0));
    vec3 sum = vec3(0.0);
    for (int y = 0; y < RTD_PARTS; ++y) {
        for (int x = 0; x < RTD_PARTS; ++x) {
            vec2 part = (vec2(x, y) + 0.5) / float(RTD_PARTS) - 0.5;
            sum += textureLod(picture, (at + part / scale) / size, 0.0).rgb;
        }
    }
    return sum / float(RTD_PARTS * RTD_PARTS);
}
#endif

void main() {
    vec2 at = vec2(gl_FragCoord.x - corner.x, corner.y - gl_FragCoord.y) / scale;
#if RTD_DIFFERENCE
    colour = vec4(0.5 + gain * (seen(shown, at) - seen(other, at)), 1.0);
#else
    colour = vec4(seen(shown, at), 1.0);
#endif
}
"""

Box = tuple[int, int, int, int]
"""Left, bottom, width and height, in a framebuffer or in a part of one."""

_AROUND: Final = (0.07, 0.075, 0.085)
_LINE: Final = (1.0, 0.85, 0.3)

MOST_PARTS: Final = 4
"""A side: pictures reduced to less than a quarter are not averaged as a whole."""


@dataclass(frozen=True)
class Scene:
    """Where the picture lies on the screen, in screen pixels, y down, and what of it is shown.

    ``corner``: of the picture's top left; ``scale``: screen pixels per picture pixel; ``split``: x
    of the line, before on its left; ``gain``: of the difference around mid-grey.
    """

    shown: Shown
    corner: tuple[float, float]
    scale: float
    split: float
    gain: float = 4.0


class View:
    """Draws a scene into a framebuffer, each side of the line by itself: software GL runs both
    sides of every branch. Programs are compiled when they are first needed."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._drawings: dict[tuple[int, int], Drawing] = {}
        self._mixing = context.sampler(repeat_x=False, repeat_y=False)
        self._scope: moderngl.Scope | None = None
        self._target: moderngl.Framebuffer | None = None

    def draw(
        self,
        scene: Scene,
        before: moderngl.Texture,
        after: moderngl.Texture,
        target: moderngl.Framebuffer,
        place: Box,
    ) -> None:
        """Fills ``place`` of ``target``, the window's or one of our own; the scene is measured from
        its top left corner."""
        target.viewport = target.scissor = place
        target.clear(*_AROUND)
        left, bottom, width, height = place
        whole = _covered(scene, before.size, (width, height))
        line = min(max(round(scene.split), 0), width)
        if scene.shown == "split":
            halves = _within(whole, 0, line), _within(whole, line, width)
            self._part(scene, (before, after), target, place, halves[0])
            self._part(scene, (after, before), target, place, halves[1])
            at = left + max(line - 1, 0), bottom + whole[1]
            target.clear(*_LINE, viewport=(*at, 2, max(whole[3], 0)))
        else:
            pair = (before, after) if scene.shown == "before" else (after, before)
            self._part(scene, pair, target, place, whole)

    def _part(
        self,
        scene: Scene,
        pair: tuple[moderngl.Texture, moderngl.Texture],
        target: moderngl.Framebuffer,
        place: Box,
        box: Box,
    ) -> None:
        """The first of ``pair``, or what it has over the second, in ``box`` of ``place``."""
        if box[2] <= 0 or box[3] <= 0:
            return
        pixels_as_they_are = scene.scale == 1.0 or scene.scale >= 2.0
        parts = 0 if pixels_as_they_are else min(math.ceil(1 / scene.scale), MOST_PARTS)
        drawing = self._drawing(int(scene.shown == "difference"), parts)
        left, bottom, _, height = place
        top = bottom + height
        drawing.set("corner", (left + scene.corner[0], top - scene.corner[1]))
        drawing.set("scale", scene.scale)
        drawing.set("gain", scene.gain)
        for unit, texture in enumerate(pair):
            texture.use(unit)
            if parts:
                self._mixing.use(unit)
        target.scissor = (left + box[0], bottom + box[1], *box[2:])
        drawing.draw(self._aimed(target))
        for unit in range(2):
            self._mixing.clear(unit)  # or the filter's passes would mix as well

    def _aimed(self, target: moderngl.Framebuffer) -> moderngl.Scope:
        if self._scope is None or self._target is not target:
            if self._scope is not None:
                self._scope.release()
            self._target = target
            self._scope = self._context.scope(target, enable_only=moderngl.NOTHING)
        return self._scope

    def _drawing(self, difference: int, parts: int) -> Drawing:
        key = difference, parts
        if key not in self._drawings:
            text = with_defines(_TEXT, {"RTD_DIFFERENCE": difference, "RTD_PARTS": parts})
            found = self._drawings[key] = Drawing(self._context, text, "the view")
            found.set("shown", 0)
            found.set("other", 1)
        return self._drawings[key]

    def release(self) -> None:
        """Gives the GL objects back."""
        for one in self._drawings.values():
            one.release()
        self._mixing.release()
        if self._scope is not None:
            self._scope.release()


def _covered(scene: Scene, picture: tuple[int, int], screen: tuple[int, int]) -> Box:
    """The pixels of a part of the screen whose centres lie on the picture."""
    left, top = (max(math.ceil(place - 0.5), 0) for place in scene.corner)
    right, bottom = (
        min(math.ceil(place + size * scene.scale - 0.5), across)
        for place, size, across in zip(scene.corner, picture, screen, strict=True)
    )
    return left, screen[1] - bottom, right - left, bottom - top


def _within(box: Box, left: int, right: int) -> Box:
    """What of ``box`` lies in the columns from ``left`` to ``right``."""
    begin, end = max(box[0], left), min(box[0] + box[2], right)
    return begin, box[1], end - begin, box[3]
