"""Frame after frame through a filter that may change between them; nothing leaves the GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from rtdeconv.emit.bindings import prefixed
from rtdeconv.gpu.planes import Plane, Planes
from rtdeconv.gpu.player import quick
from rtdeconv.gpu.programs import Images, Programs, images_for
from rtdeconv.gpu.shapes import Shapes
from rtdeconv.interpret import NONE
from rtdeconv.media.colour import ColourModel
from rtdeconv.plan import Plan, parameter_values


class FramePlayer:
    """Restores frames given as planes. In the steady state nothing is allocated: textures are built
    again where size or format of the frames change, programs where the plan's shape is new.

    ``before`` and ``after`` are the frame as RGB and its restoration, RGBA of 8 bits (16 where
    ``wide``, for deeper frames, and where the plan reads between the source's pixels).
    """

    def __init__(self, context: moderngl.Context, plan: Plan, *, wide: bool = False) -> None:
        self.context = context
        self._wide = wide
        self._shapes = Shapes(context)
        self._planes: Planes | None = None
        self._form: tuple[object, ...] = ()
        self._images: Images | None = None
        self._stored: tuple[object, object] = ((), ())
        self._programs: Programs
        self.use(plan)

    @property
    def compiled(self) -> int:
        """How many shapes of plans are compiled."""
        return len(self._shapes)

    @property
    def before(self) -> moderngl.Texture:
        """The uploaded frame."""
        assert self._planes is not None, "upload a frame first"
        return self._planes.rgb

    @property
    def after(self) -> moderngl.Texture:
        """What `restore` drew last."""
        assert self._images is not None, "restore a frame first"
        return self._images.images[-1]

    def use(self, plan: Plan) -> None:
        """From now on the filter is ``plan``; a frame that stays is to be uploaded again.

        Raises DeviceError where GL refuses its text; the filter before it stays.
        """
        run = quick(plan)
        self._programs = self._shapes.programs(run)
        self._plan, self._quick = plan, run
        stores = tuple(one.store for one in self._quick.passes)
        if (stores, self._quick.sampled_images) != self._stored:
            self._stored = stores, self._quick.sampled_images
            self._drop_images()

    def upload(self, planes: Sequence[Plane], model: ColourModel) -> None:
        """Takes a frame: planes (h, w) of uint8 or uint16 in the order of ``model``.

        Raises DeviceError where GL has no room for such frames.
        """
        wide = self._wide or 0 in self._quick.sampled_images
        shapes, dtype = tuple(plane.shape for plane in planes), planes[0].dtype
        held, form = self._planes, (shapes, dtype, wide)
        if held is None or held.model is not model or form != self._form:
            self._drop_planes()
            held = self._planes = Planes(self.context, shapes, dtype, model, wide=wide)
            self._form = form
        held.upload(planes)

    def restore(self, *, strength: float = 1.0, values: Mapping[str, float] = NONE) -> None:
        """Draws `after` from `before`. Raises ValueRefused for values out of range, DeviceError
        where GL has no room."""
        settings = parameter_values(self._plan, {"strength": strength, **values})
        for name, value in settings.items():
            self._programs.set(prefixed(name), value)
        if self._images is None:
            self._images = images_for(self.context, self._quick, self.before, self.before.dtype)
        self._programs.draw(self._images)

    def read_before(self, rgb: NDArray[np.uint8]) -> None:
        """`before` into ``rgb``, (H, W, 3)."""
        assert self._planes is not None, "upload a frame first"
        self._planes.target.read_into(rgb, components=3, alignment=1, dtype="f1")

    def read_after(self, rgb: NDArray[np.uint8]) -> None:
        """`after` into ``rgb``, (H, W, 3)."""
        assert self._images is not None, "restore a frame first"
        self._images.targets[-1].read_into(rgb, components=3, alignment=1, dtype="f1")

    def put_back(self, planes: Sequence[Plane]) -> None:
        """Adds what `restore` changed to the uploaded codes, into ``planes``."""
        assert self._planes is not None, "upload a frame first"
        self._planes.put_back(self.after, planes)

    def release(self) -> None:
        """Gives every GL object back."""
        self._drop_planes()
        self._shapes.release()

    def _drop_planes(self) -> None:
        self._drop_images()
        if self._planes is not None:
            self._planes.release()
            self._planes = None

    def _drop_images(self) -> None:
        if self._images is not None:
            self._images.release()
            self._images = None
