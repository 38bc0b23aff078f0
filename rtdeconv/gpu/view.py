"""What a person sees: before, after, a line between the two, or the change, at any scale."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

import moderngl

from rtdeconv.gpu.programs import Drawing, with_defines

Shown = Literal["split", "after", "before", "difference"]

_TEXT: Final = """\
#version 330 core
uniform sampler2D before;
uniform sampler2D after;
uniform vec2 corner;        // screen position of the picture's top left corner, y down
uniform float scale;        // screen pixels a picture pixel takes
uniform float split;        // screen x
uniform float gain;         // of the difference
uniform float height;       // of the screen
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
    vec2 screen = vec2(gl_FragCoord.x, height - gl_FragCoord.y);
    vec2 size = vec2(textureSize(before, 0));
    vec2 at = (screen - corner) / scale;
    if (any(lessThan(at, vec2(0.0))) || any(greaterThanEqual(at, size))) {
        colour = vec4(0.07, 0.075, 0.085, 1.0);
        return;
    }
#if RTD_SHOWN == 0
    vec3 picture = screen.x < split ? seen(before, at) : seen(after, at);
    picture = abs(screen.x - split) < 1.0 ? vec3(1.0, 0.85, 0.3) : picture;
#elif RTD_SHOWN == 1
    vec3 picture = seen(after, at);
#elif RTD_SHOWN == 2
    vec3 picture = seen(before, at);
#else
    vec3 picture = 0.5 + gain * (seen(after, at) - seen(before, at));
#endif
    colour = vec4(picture, 1.0);
}
"""

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
    """Draws a scene into a framebuffer. Each kind of scene has a program of its own, compiled when
    it is first seen: software GL runs both sides of every branch."""

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
    ) -> None:
        """Fills ``target``, the window's or one of our own."""
        pixels_as_they_are = scene.scale == 1.0 or scene.scale >= 2.0
        parts = 0 if pixels_as_they_are else min(math.ceil(1 / scene.scale), MOST_PARTS)
        drawing = self._drawing(get_args(Shown).index(scene.shown), parts)
        given = {
            "corner": scene.corner,
            "scale": scene.scale,
            "split": scene.split,
            "gain": scene.gain,
            "height": float(target.height),
        }
        for name, value in given.items():
            drawing.set(name, value)
        if self._scope is None or self._target is not target:
            self._target = target
            self._scope = self._context.scope(target, enable_only=moderngl.NOTHING)
        for unit, texture in enumerate((before, after)):
            texture.use(unit)
            if parts:
                self._mixing.use(unit)
        drawing.draw(self._scope)
        for unit in range(2):
            self._mixing.clear(unit)  # or the filter's passes would mix as well

    def _drawing(self, shown: int, parts: int) -> Drawing:
        key = shown, parts
        if key not in self._drawings:
            text = with_defines(_TEXT, {"RTD_SHOWN": shown, "RTD_PARTS": parts})
            found = self._drawings[key] = Drawing(self._context, text, "the view")
            found.set("before", 0)
            found.set("after", 1)
        return self._drawings[key]

    def release(self) -> None:
        """Gives the GL objects back."""
        for one in self._drawings.values():
            one.release()
        self._mixing.release()
