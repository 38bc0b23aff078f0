"""Structure steadied over time: see `rtdeconv.activity.steadied`."""

from __future__ import annotations

from typing import Final

import numpy as np

from rtdeconv.activity import steadied
from rtdeconv.cpu.scratch import Planes, Scratch
from rtdeconv.cpu.strips import strips
from rtdeconv.cpu.structure import mean_structure
from rtdeconv.cpu.taps import kernels, stored
from rtdeconv.plan import Plan, adapted

COLOUR_LAST: Final = (1, 2, 0)


class Steady:
    """What was seen in the frame before, for each image of structure that a plan has."""

    def __init__(self, plan: Plan) -> None:
        nodes = (node for one in plan.passes for node in adapted(one.expr))
        self._taps = {image: taps for node in nodes for image, taps in kernels(node.mean)}
        self._plan = plan
        self._before: dict[int, Planes] = {}

    def forget(self) -> None:
        """The next frame stands alone."""
        self._before.clear()

    def mix_in(self, number: int, now: Planes, scratch: Scratch) -> None:
        """Mixes what went before into ``now``, image ``number``, structure (3, H, W).

        What was no number is left out, or it would stay for ever.
        """
        before = self._before.get(number)
        if before is None or before.shape != now.shape:
            self._before[number] = now.copy()
            return
        store, border = self._plan.passes[number - 1].store, self._plan.border
        means, means_before = (
            mean_structure(one, self._taps[number], border, scratch) for one in (now, before)
        )
        for strip in strips(now.shape[1:], scratch):
            seen = (now, before, means, means_before)
            parts = [one[:, strip.lines].transpose(COLOUR_LAST) for one in seen]
            mixed = steadied(*parts)
            np.copyto(mixed, parts[0], where=np.isnan(mixed))
            np.copyto(parts[0], stored(mixed, store, scratch))
        np.copyto(before, now)
