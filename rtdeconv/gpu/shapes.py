"""Filters that change while frames run: compiled once a shape, the numbers set as uniforms."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import moderngl
import numpy as np

from rtdeconv.emit.hosts.glsl import OFFSETS, STEPS, WEIGHTS, shape_text
from rtdeconv.gpu.programs import QUICK, Programs
from rtdeconv.plan import Plan
from rtdeconv.rewrite import shape_of

KEPT: Final = 24
"""Compiled shapes that are kept: every family at a few sizes."""


class Shapes:
    """Compiled programs by the shape of plans, the least used let go first."""

    def __init__(self, context: moderngl.Context) -> None:
        self._context = context
        self._kept: OrderedDict[Plan, Programs] = OrderedDict()

    def programs(self, plan: Plan) -> Programs:
        """Programs that run ``plan``, its numbers set; compiled where the shape is new.

        They stay the cache's. Raises DeviceError where GL refuses the text.
        """
        shape = shape_of(plan)
        found = self._kept.get(shape.plan)
        if found is None:
            found = Programs(self._context, shape.plan, shape_text(shape), QUICK)
            self._kept[shape.plan] = found
            if len(self._kept) > KEPT:
                self._kept.popitem(last=False)[1].release()
        self._kept.move_to_end(shape.plan)
        found.set_array(WEIGHTS, np.array(shape.weights, np.float32).tobytes(), 4)
        found.set_array(STEPS, np.array(shape.steps, np.float32).tobytes(), 16)
        found.set_array(OFFSETS, np.array(shape.offsets, np.float32).tobytes(), 8)
        return found

    def __len__(self) -> int:
        return len(self._kept)

    def release(self) -> None:
        """Gives every program back."""
        while self._kept:
            self._kept.popitem()[1].release()
