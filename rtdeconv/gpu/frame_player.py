"""Frame after frame through a filter that may change between them; nothing leaves the GPU."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from rtdeconv.emit import HOSTS
from rtdeconv.emit.bindings import prefixed
from rtdeconv.gpu.planes import Plane, Planes
from rtdeconv.gpu.player import quick
from rtdeconv.gpu.programs import Images, Programs, images_for
from rtdeconv.gpu.shapes import Shapes
from rtdeconv.gpu.steady import Steady, gathered
from rtdeconv.interpret import NONE
from rtdeconv.media.colour import ColourModel
from rtdeconv.plan import Plan, parameter_values


class FramePlayer:
    """Restores frames given as planes. In the steady state nothing is allocated: textures are built
    again where size or format of the frames change, programs where the plan's shape is new.

    ``before`` and ``after`` are the frame as RGB and its restoration, RGBA of 8 bits (16 where
    ``wide``, for deeper frames, and where the plan reads between the source's pixels).

    ``steady``: frames follow each other, and where the plan adapts it goes by structure steadied
    over time (`rtdeconv.activity.steadied`), frames of one upload counting as one. A first frame,
    one of another size or format, and one seen by other structure stand alone.
    """

    def __init__(
        self, context: moderngl.Context, plan: Plan, *, wide: bool = False, steady: bool = False
    ) -> None:
        self.context = context
        self._wide, self._is_steady = wide, steady
        self._steady: Steady | None = None
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
    def has_frame(self) -> bool:
        """Whether an uploaded frame is there; `use` lets it go where it needs another format."""
        return self._planes is not None

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
        """From now on the filter is ``plan``. An uploaded frame stays, if it still `has_frame`.

        Raises DeviceError where GL refuses its text; the filter before it stays.
        """
        run = HOSTS["glsl330"].adapted(quick(plan))
        programs = self._shapes.programs(run)
        self._steady_by(run)
        self._plan, self._quick, self._programs = plan, run, programs
        stores = tuple(one.store for one in self._quick.passes)
        if (stores, self._quick.sampled_images) != self._stored:
            self._stored = stores, self._quick.sampled_images
            self._drop_images()
        if self._planes is not None and self._form[-1] != self._keeps_wide:
            self._drop_planes()

    def upload(self, planes: Sequence[Plane], model: ColourModel) -> None:
        """Takes a frame: planes (h, w) of uint8 or uint16 in the order of ``model``.

        Raises DeviceError where GL has no room for such frames.
        """
        shapes, dtype = tuple(plane.shape for plane in planes), planes[0].dtype
        held, wide = self._planes, self._keeps_wide
        form = shapes, dtype, wide
        if held is None or held.model is not model or form != self._form:
            self._drop_planes()
            held = self._planes = Planes(self.context, shapes, dtype, model, wide=wide)
            self._form = form
        held.upload(planes)
        if self._steady is not None:
            self._steady.advance()

    def restore(self, *, strength: float = 1.0, values: Mapping[str, float] = NONE) -> None:
        """Draws `after` from `before`. Raises ValueRefused for values out of range, DeviceError
        where GL has no room."""
        settings = parameter_values(self._plan, {"strength": strength, **values})
        for name, value in settings.items():
            self._programs.set(prefixed(name), value)
        if self._images is None:
            self._images = images_for(self.context, self._quick, self.before, self.before.dtype)
        if self._steady is None:
            self._programs.draw(self._images)
        else:
            self._steady.draw(self._programs, self._images)

    def forget(self) -> None:
        """The next frame stands alone: another source begins, or another place in it."""
        if self._steady is not None:
            self._steady.forget()

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
        self._drop_steady()

    @property
    def _keeps_wide(self) -> bool:
        """Whether the RGB view keeps 16 bits."""
        return self._wide or 0 in self._quick.sampled_images

    def _steady_by(self, run: Plan) -> None:
        """Steadies the structure of ``run``, if it has any; what is kept stays where it is of the
        same structure."""
        wanted = gathered(run) if self._is_steady else None
        if self._steady is not None and wanted is not None and self._steady.takes(wanted):
            return
        made = None if wanted is None else Steady(self.context, wanted)
        self._drop_steady()
        self._steady = made

    def _drop_steady(self) -> None:
        if self._steady is not None:
            self._steady.release()
            self._steady = None

    def _drop_planes(self) -> None:
        self.forget()
        self._drop_images()
        if self._planes is not None:
            self._planes.release()
            self._planes = None

    def _drop_images(self) -> None:
        if self._images is not None:
            self._images.release()
            self._images = None
