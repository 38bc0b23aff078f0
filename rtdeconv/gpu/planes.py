"""A frame's planes on the GPU: uploaded as they are, seen as RGB there, changed and read back.

The arithmetic is that of `rtdeconv.media.colour`: an affine map to RGB, and on the way back the
change added to the codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any, Final

import moderngl
import numpy as np
from numpy.typing import NDArray

from rtdeconv.gpu.programs import (
    KIND,
    Drawing,
    framebuffer,
    no_room,
    scope,
    texture,
    with_defines,
)
from rtdeconv.media.colour import ColourModel

Plane = NDArray[Any]

_RG16: Final = 0x822C
"""GL_RG16, where codes are mixed: see `rtdeconv.gpu.player._EXACT`."""

_TO_RGB: Final = """\
#version 330 core
uniform sampler2D plane0;
uniform sampler2D plane1;   // of two channels, or of one beside plane2
uniform sampler2D plane2;
uniform mat4 to_rgb;
in vec2 rtd_across;
out vec4 rgb;

void main() {
    vec4 codes = vec4(texture(plane0, rtd_across).r, 0.0, 0.0, 1.0);
#if RTD_TEXTURES == 2
    // smaller planes are mixed between their centres, taken to lie amid the pixels they cover
    codes.gb = texture(plane1, rtd_across).rg;
#elif RTD_TEXTURES == 3
    codes.g = texture(plane1, rtd_across).r;
    codes.b = texture(plane2, rtd_across).r;
#endif
    rgb = vec4((to_rgb * codes).rgb, 1.0);
}
"""

_ADD_CHANGE: Final = """\
#version 330 core
uniform sampler2D plane;
uniform int channel;
uniform sampler2D before;
uniform sampler2D after;
uniform vec3 row;     // of the map from RGB to codes
uniform ivec2 cell;   // pixels that a code stands for
uniform float top;    // the largest code
out vec4 code;

void main() {
    ivec2 here = ivec2(gl_FragCoord.xy);
    ivec2 last = textureSize(before, 0) - 1;
    vec3 change = vec3(0.0);
    for (int y = 0; y < cell.y; ++y) {
        for (int x = 0; x < cell.x; ++x) {
            ivec2 at = min(here * cell + ivec2(x, y), last);
            change += texelFetch(after, at, 0).rgb - texelFetch(before, at, 0).rgb;
        }
    }
    float added = dot(row, change) / float(cell.x * cell.y);
    code = vec4(clamp(texelFetch(plane, here, 0)[channel] + added, 0.0, top));
}
"""


class Planes:
    """Planes of frames of one size and format, and their RGB view, all kept from frame to frame.

    ``shapes``: (height, width) of each plane in the order of ``model``; ``wide``: the RGB view
    keeps 16 bits. Raises DeviceError where GL has no room.
    """

    def __init__(
        self,
        context: moderngl.Context,
        shapes: Sequence[tuple[int, ...]],
        dtype: np.dtype[Any],
        model: ColourModel,
        *,
        wide: bool,
    ) -> None:
        self.model = model
        self._kind = KIND[dtype.name]
        sizes = [(width, height) for height, width in shapes]
        self._paired = len(sizes) == 3 and sizes[1] == sizes[2] != sizes[0]
        with ExitStack() as made:  # given back where a later one cannot be had
            try:
                self._make_images(context, sizes, wide, made)
            except moderngl.Error as reason:
                raise no_room(sizes[0], reason) from reason
            text = with_defines(_TO_RGB, {"RTD_TEXTURES": len(self._planes)})
            self._to_rgb = Drawing(context, text, "the conversion to RGB")
            made.callback(self._to_rgb.release)
            self._add_change = Drawing(context, _ADD_CHANGE, "the conversion from RGB")
            made.callback(self._add_change.release)
            self._made = made.pop_all()
        self._tell_model(len(shapes), float(np.iinfo(dtype).max))
        self._scratch = [np.empty(shape, dtype) for shape in shapes]
        self._pair = np.empty((*shapes[1], 2) if self._paired else (0, 0, 2), dtype)

    def upload(self, planes: Sequence[Plane]) -> None:
        """Takes a frame's planes, in the order of the model, and draws their RGB view."""
        given = list(planes)
        if self._paired:
            # software GL spends most of this pass on fetches, so two planes come by one
            for channel, plane in enumerate(planes[1:]):
                np.copyto(self._pair[..., channel], plane)
            given = [planes[0], self._pair]
        for unit, (one, plane) in enumerate(zip(self._planes, given, strict=True)):
            if not plane.flags.c_contiguous:  # lines of frames may be padded
                np.copyto(self._scratch[unit], plane)
                plane = self._scratch[unit]
            one.write(plane, alignment=1)
            one.use(unit)
        self._to_rgb.draw(self._scopes[-1])

    def put_back(self, after: moderngl.Texture, planes: Sequence[Plane]) -> None:
        """Adds the change from the RGB view to ``after`` to the uploaded codes, into ``planes``."""
        self.rgb.use(1)
        after.use(2)
        full_height, full_width = planes[0].shape
        for number, plane in enumerate(planes):
            self._planes[min(number, 1) if self._paired else number].use(0)
            self._add_change.set("channel", number - 1 if self._paired and number else 0)
            height, width = plane.shape
            self._add_change.set("row", self._rows[number])
            self._add_change.set("cell", (-(-full_width // width), -(-full_height // height)))
            self._add_change.draw(self._scopes[number])
            spare = self._scratch[number]
            self._targets[number].read_into(spare, components=1, alignment=1, dtype=self._kind)
            np.copyto(plane, spare)

    def release(self) -> None:
        """Gives the GL objects back."""
        self._made.close()

    def _make_images(
        self,
        context: moderngl.Context,
        sizes: Sequence[tuple[int, int]],
        wide: bool,
        made: ExitStack,
    ) -> None:
        """The planes as they come and as they go, the RGB view, and what draws into them."""
        kind = self._kind
        self._planes = [texture(context, sizes[0], 1, kind, made)]
        if self._paired:
            mixed = texture(context, sizes[1], 2, kind, made, internal_format=_RG16)
            mixed.filter = (moderngl.LINEAR, moderngl.LINEAR)
            self._planes.append(mixed)
        else:
            self._planes += [texture(context, size, 1, kind, made) for size in sizes[1:]]
        changed = [texture(context, size, 1, kind, made) for size in sizes]
        self.rgb = texture(context, sizes[0], 4, "nu2" if wide else kind, made)
        self._targets = [framebuffer(context, one, made) for one in changed]
        self.target = framebuffer(context, self.rgb, made)
        self._scopes = [scope(context, one, made) for one in (*self._targets, self.target)]

    def _tell_model(self, planes: int, stored: float) -> None:
        """Both maps on the scale of textures, whose 1 is ``stored``, the largest number there."""
        model = self.model
        peak = float(np.iinfo(model.rgb_dtype).max)
        matrix = np.eye(4)
        matrix[:3, :planes] = model.to_rgb[:, :planes] * stored / peak
        matrix[:3, planes:3] = 0.0
        matrix[:3, 3] = model.to_rgb[:, -1] / peak
        self._to_rgb.set("to_rgb", tuple(matrix.T.ravel()))
        for unit in range(len(self._planes)):
            self._to_rgb.set(f"plane{unit}", unit)
        self._rows = [tuple(row * peak / stored) for row in model.from_rgb.astype(float)]
        for unit, name in enumerate(("plane", "before", "after")):
            self._add_change.set(name, unit)
        self._add_change.set("top", (2**model.depth - 1) / stored)
