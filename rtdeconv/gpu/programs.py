"""Compiled passes of a plan, and the images they are drawn into."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Final

import moderngl

from rtdeconv.emit.bindings import source_or_image
from rtdeconv.emit.hosts.glsl import map_name
from rtdeconv.errors import DeviceError
from rtdeconv.plan import Plan

QUICK: Final[Mapping[str, int]] = {"RTD_SAMPLER_CLAMPS": 1}
"""Samplers made here do clamp, so texts may be told; those of other borders have no such switch."""

STORED: Final = {"16f": "f2", "32f": "f4"}
"""moderngl's names of a plan's stored formats."""

KIND: Final = {"uint8": "f1", "uint16": "nu2", "float32": "f4"}
"""moderngl's names of array dtypes."""

EVERY: Final = slice(None)
"""All passes of a plan."""

# one triangle that covers the target, from gl_VertexID alone; 0..1 over the target
_VERTEX: Final = """\
#version 330 core
out vec2 rtd_across;
void main() {
    vec2 place = vec2(4 * (gl_VertexID & 1) - 1, 2 * (gl_VertexID & 2) - 1);
    rtd_across = 0.5 * place + 0.5;
    gl_Position = vec4(place, 0.0, 1.0);
}
"""


class Drawing:
    """One fragment shader drawn over whole targets. Raises DeviceError where GL refuses it."""

    def __init__(self, context: moderngl.Context, text: str, what: str) -> None:
        try:
            self.program = context.program(vertex_shader=_VERTEX, fragment_shader=text)
        except moderngl.Error as reason:
            said = " ".join(str(reason).split())
            raise DeviceError(f"this GL refuses {what}: {said}") from reason
        self._array = context.vertex_array(self.program, [])

    def set(self, name: str, value: Any) -> None:
        """Sets a uniform, unless no use is made of it and the compiler left it out."""
        if name in self.program:
            self.program[name] = value

    def set_array(self, name: str, values: bytes, stride: int) -> None:
        """Sets a uniform array; the compiler may have left out its last elements."""
        if name in self.program:
            uniform: Any = self.program[name]
            uniform.write(values[: stride * uniform.array_length])

    def draw(self, scope: moderngl.Scope) -> None:
        """Fills the target of ``scope``."""
        with scope:
            self._array.render(moderngl.TRIANGLES, vertices=3)

    def release(self) -> None:
        """Gives the GL objects back."""
        self._array.release()
        self.program.release()


class Programs:
    """The passes of ``text``, a GLSL text of ``plan``, compiled with ``switches``."""

    def __init__(
        self,
        context: moderngl.Context,
        plan: Plan,
        text: str,
        switches: Mapping[str, int] | None = None,
    ) -> None:
        self._drawings: list[Drawing] = []
        samplers = [source_or_image(number) for number in range(len(plan.passes))]
        samplers += [map_name(one.name) for one in plan.maps]
        with ExitStack() as made:  # given back where a later one is refused
            for number in range(1, len(plan.passes) + 1):
                whole = with_defines(text, {**(switches or {}), "RTD_PASS": number})
                one = Drawing(context, whole, f"the shader's pass {number}")
                made.callback(one.release)
                self._drawings.append(one)
                for unit, name in enumerate(samplers):
                    one.set(name, unit)
            made.pop_all()

    def set(self, name: str, value: Any) -> None:
        """Sets a uniform in every pass."""
        for one in self._drawings:
            one.set(name, value)

    def set_array(self, name: str, values: bytes, stride: int) -> None:
        """Sets a uniform array in every pass; ``stride`` is an element's size in bytes."""
        for one in self._drawings:
            one.set_array(name, values, stride)

    def draw(self, images: Images, part: slice = EVERY) -> None:
        """Draws every pass, or ``part`` of them, into ``images``."""
        for unit, texture in enumerate((*images.drawn_from, *images.maps)):
            texture.use(unit)
        for scope, one in zip(images.scopes[part], self._drawings[part], strict=True):
            one.draw(scope)

    def release(self) -> None:
        """Gives the GL objects back."""
        for one in self._drawings:
            one.release()


def with_defines(text: str, defines: Mapping[str, int]) -> str:
    """``text`` with macros after its ``#version`` line, its line numbers kept."""
    version, _, rest = text.partition("\n")
    lines = [version, *(f"#define {name} {value}" for name, value in defines.items()), "#line 2"]
    return "\n".join([*lines, rest])


@dataclass(frozen=True)
class Images:
    """What a plan's passes are drawn from and into, for a source of one size.

    ``source`` and ``maps`` belong to the caller; ``images`` are the passes', the result last.
    ``scopes`` aim each pass at its image, with nothing enabled, and put back what was.
    """

    source: moderngl.Texture
    images: tuple[moderngl.Texture, ...]
    maps: tuple[moderngl.Texture, ...]
    targets: tuple[moderngl.Framebuffer, ...]
    scopes: tuple[moderngl.Scope, ...]

    @property
    def drawn_from(self) -> tuple[moderngl.Texture, ...]:
        """The images that passes may read, each at the texture unit of its number."""
        return (self.source, *self.images[:-1])

    def release(self) -> None:
        """Gives the images of the passes back."""
        owned: tuple[Any, ...] = (*self.scopes, *self.targets, *self.images)
        for one in owned:
            one.release()


def images_for(
    context: moderngl.Context,
    plan: Plan,
    source: moderngl.Texture,
    result: str,
    maps: Sequence[moderngl.Texture] = (),
) -> Images:
    """Images of the source's size, the last of moderngl's dtype ``result``.

    Those that the plan samples are set to be mixed between pixels, the source among them. Raises
    DeviceError where GL has no room.
    """
    written = [STORED.get(one.store, result) for one in plan.passes]
    with ExitStack() as made:  # given back where a later one cannot be had
        try:
            images = tuple(
                texture(context, source.size, _channels(plan, number, source), kind, made)
                for number, kind in enumerate(written, start=1)
            )
            targets = tuple(framebuffer(context, image, made) for image in images)
        except moderngl.Error as reason:
            raise no_room(source.size, reason) from reason
        scopes = tuple(scope(context, target, made) for target in targets)
        made.pop_all()
    for number, image in enumerate((source, *images)):
        if image.components == 1:
            image.swizzle = "RRR1"  # grey is a colour of three equal parts
        # a source may have been another plan's: software GL takes three times as long to mix
        mixed = moderngl.LINEAR if number in plan.sampled_images else moderngl.NEAREST
        image.filter = (mixed, mixed)
    return Images(source, images, tuple(maps), targets, scopes)


def _channels(plan: Plan, number: int, source: moderngl.Texture) -> int:
    """Of image ``number``: a grey source stays grey, but structure is three numbers."""
    return 1 if source.components == 1 and number not in plan.structures else 4


def texture(
    context: moderngl.Context,
    size: tuple[int, int],
    channels: int,
    kind: str,
    made: ExitStack,
    **how: Any,
) -> moderngl.Texture:
    """A texture whose sampler clamps and mixes nothing; ``made`` takes its release."""
    one = context.texture(size, channels, dtype=kind, alignment=1, **how)
    made.callback(one.release)
    one.filter = (moderngl.NEAREST, moderngl.NEAREST)
    one.repeat_x = one.repeat_y = False
    return one


def framebuffer(
    context: moderngl.Context, image: moderngl.Texture, made: ExitStack
) -> moderngl.Framebuffer:
    """What draws into ``image``; ``made`` takes its release."""
    one = context.framebuffer([image])
    made.callback(one.release)
    return one


def scope(
    context: moderngl.Context, target: moderngl.Framebuffer, made: ExitStack
) -> moderngl.Scope:
    """Aims at ``target`` with nothing enabled; ``made`` takes its release."""
    one = context.scope(target, enable_only=moderngl.NOTHING)
    made.callback(one.release)
    return one


def no_room(size: tuple[int, int], reason: Exception) -> DeviceError:
    """The refusal of pictures that GL has no textures for."""
    width, height = size
    return DeviceError(f"GL has no room for {width}x{height} pictures ({reason}); add --device cpu")
