"""Structure steadied over time between two passes of a filter that adapts.

    pass 1 -> structure --+--> steadied -> last pass
                          |       |
    frame before ---------+       +---> frame after

`rtdeconv.activity.steadied` is the definition. Steadied structure alternates between two images:
one belongs to the frame before, into the other a frame may be drawn as often as it is wanted.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Final

import moderngl

from rtdeconv.activity import CHANGED, HALF, KEPT
from rtdeconv.emit import blocks
from rtdeconv.emit.dialects import GLSL
from rtdeconv.emit.numbers import literal
from rtdeconv.gpu.programs import (
    STORED,
    Drawing,
    Images,
    Programs,
    framebuffer,
    no_room,
    scope,
    texture,
)
from rtdeconv.light import Light
from rtdeconv.plan import (
    Border,
    Fetch,
    Pass,
    Plan,
    Sample,
    WeightedSum,
    adapted,
)

_TEXT: Final = """\
#version 330 core
uniform sampler2D now;
uniform sampler2D before;
out vec4 steadied;

#define rtd_size vec2(textureSize(now, 0))

{functions}

vec3 mean(sampler2D image) {{
    return {mean};
}}

void main() {{
    ivec2 here = ivec2(gl_FragCoord.xy);
    vec3 fresh = texelFetch(now, here, 0).rgb;
    vec3 past = texelFetch(before, here, 0).rgb;
    vec3 seen = mean(now);
    vec3 was = mean(before);
    // noise moves structure by about the root of its energy
    float change = dot(seen - was, seen - was) / (seen.z + was.z + {both});
    float kept = {kept} * clamp(({most} - change) / {ramp}, 0.0, 1.0);
    steadied = vec4({stored}, 1.0);
}}
"""


@dataclass(frozen=True)
class Gathered:
    """What tells one kind of structure from another: how image ``number`` is made, by ``made``, of
    sources in that light, and the mean by which it is read."""

    number: int
    made: Pass
    mean: WeightedSum
    border: Border
    light: Light


def gathered(plan: Plan) -> Gathered | None:
    """The structure of a plan; None where it does not adapt."""
    means = [node.mean for one in plan.passes for node in adapted(one.expr)]
    if not means:
        return None
    number = means[0].terms[0][1].image
    return Gathered(number, plan.passes[number - 1], means[0], plan.border, plan.light)


class Steady:
    """Draws plans whose structure is `Gathered`, and keeps it from frame to frame.

    Images are made for the first frame of a size, none after it. Raises DeviceError where GL
    refuses the text.
    """

    def __init__(self, context: moderngl.Context, structure: Gathered) -> None:
        self.structure = structure
        self._context = context
        self._drawing = Drawing(context, _text(structure), "the steadying of structure")
        self._drawing.set("now", 0)
        self._drawing.set("before", 1)
        self._made = ExitStack()
        self._images: tuple[moderngl.Texture, ...] = ()
        self._scopes: tuple[moderngl.Scope, ...] = ()
        self._before: int | None = None
        self._drawn: int | None = None

    def takes(self, structure: Gathered) -> bool:
        """Whether that is steadied by the same shader, as where the noise alone is another: then it
        is from now on, and what was kept of other structure is forgotten."""
        before = self.structure
        same = (before.number, before.made.store) == (structure.number, structure.made.store)
        if not same or _text(before) != _text(structure):
            return False
        if structure != before:
            self.structure = structure
            self.forget()
        return True

    def draw(self, programs: Programs, images: Images) -> None:
        """Every pass, those behind structure reading it steadied."""
        number = self.structure.number
        programs.draw(images, slice(number))
        calm = self._steadied(images.images[number - 1])
        seen = (*images.images[: number - 1], calm, *images.images[number:])
        programs.draw(replace(images, images=seen), slice(number, None))

    def advance(self) -> None:
        """What is drawn next is another frame, after the one drawn last."""
        if self._drawn is not None:
            self._before, self._drawn = self._drawn, None

    def forget(self) -> None:
        """What is drawn next has no frame before it."""
        self._before = self._drawn = None

    def release(self) -> None:
        """Gives the GL objects back."""
        self._made.close()
        self._drawing.release()

    def _steadied(self, now: moderngl.Texture) -> moderngl.Texture:
        """``now`` with the frame before mixed in, into the image that is not that frame's."""
        if not self._images or self._images[0].size != now.size:
            self.forget()
            self._make_images(now.size)
        target = 1 if self._before == 0 else 0
        now.use(0)
        # a first frame is mixed with itself, which changes no bit
        (now if self._before is None else self._images[self._before]).use(1)
        self._drawing.draw(self._scopes[target])
        self._drawn = target
        return self._images[target]

    def _make_images(self, size: tuple[int, int]) -> None:
        self._made.close()
        self._images, kind = (), STORED[self.structure.made.store]
        with ExitStack() as made:  # given back where a later one cannot be had
            try:
                images = tuple(texture(self._context, size, 4, kind, made) for _ in range(2))
                targets = [framebuffer(self._context, one, made) for one in images]
            except moderngl.Error as reason:
                raise no_room(size, reason) from reason
            for one in images:
                one.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._scopes = tuple(scope(self._context, one, made) for one in targets)
            self._images, self._made = images, made.pop_all()


def _text(structure: Gathered) -> str:
    """The pass between, by the definition's numbers and with the plan's own mean and border."""
    border, halves = structure.border, structure.made.store == "16f"
    functions = [
        blocks.inside(GLSL, border),
        *([blocks.or_black(GLSL)] if border == "zero" else []),
        *([blocks.nearest_half(GLSL)] if halves else []),
    ]
    mixed = "fresh + kept * (past - fresh)"
    terms = (f"{literal(w)} * {_read(fetch, border)}" for w, fetch in structure.mean.terms)
    return _TEXT.format(
        functions="\n\n".join(functions),
        mean="\n        + ".join(terms),
        both=literal(2 * HALF),
        kept=literal(KEPT),
        most=literal(CHANGED[1]),
        ramp=literal(CHANGED[1] - CHANGED[0]),
        stored=f"rtd_half({mixed})" if halves else mixed,
    )


def _read(fetch: Fetch, border: Border) -> str:
    """One fetch of ``image``, as the plan's own passes read it."""
    at = f"(gl_FragCoord.xy + vec2({literal(fetch.dx)}, {literal(fetch.dy)}))"
    place = f"rtd_inside({at}, rtd_size)"
    if isinstance(fetch, Sample):
        read = f"textureLod(image, {place} / rtd_size, 0.0).rgb"
    else:
        read = f"texelFetch(image, ivec2({place}), 0).rgb"
    return f"rtd_or_black({read}, {at}, rtd_size)" if border == "zero" else read
