"""Which machine runs a plan: OpenCV on the CPU, or GL, whichever is faster here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

import numpy as np

from rtdeconv.device.measured import SIZE, Measured, frame_ms, remember, remembered, today
from rtdeconv.errors import DeviceError, unknown_name
from rtdeconv.interpret import NONE
from rtdeconv.pixels import Image
from rtdeconv.plan import Plan

if TYPE_CHECKING:
    from rtdeconv.gpu import Context

Device = Literal["auto", "gpu", "cpu"]
DEVICES: Final[tuple[Device, ...]] = get_args(Device)


class Runner(Protocol):
    """Any executor of one plan."""

    def run(
        self,
        image: Image,
        *,
        strength: float = 1.0,
        values: Mapping[str, float] = NONE,
        maps: Mapping[str, Image] = NONE,
    ) -> Image:
        """``image`` restored, same shape and dtype.

        ``values``: further parameters of the plan; ``maps``: a picture for each of its maps.
        """
        ...


@dataclass(frozen=True)
class Chosen:
    """An executor and, for the person, what it runs on and why; its GL context if it has one."""

    runner: Runner
    name: str
    context: Context | None = None


@contextmanager
def chosen(plan: Plan, device: str, *, grey: bool = False) -> Iterator[Chosen]:
    """The executor for ``device``; GL state is released at the end.

    ``auto`` takes the faster one for RGB frames, or for ``grey`` ones, by a quick measurement that
    is remembered. Raises DeviceError
    where ``gpu`` is asked for and GL is missing.
    """
    if device not in DEVICES:
        raise unknown_name("device", device, DEVICES)
    with ExitStack() as held:
        yield _chosen(plan, device, held, grey=grey)


def _chosen(plan: Plan, device: str, held: ExitStack, *, grey: bool) -> Chosen:
    if device == "cpu":
        return Chosen(_cpu(plan), "cpu")
    if device == "gpu":
        return _on_gl(plan, held)
    known = remembered(plan, grey=grey)
    if known is not None and known.cpu_ms <= known.gl_ms:
        return Chosen(_cpu(plan), f"cpu ({known})")
    try:
        on_gl = _on_gl(plan, held)
    except DeviceError as reason:
        return Chosen(_cpu(plan), f"cpu ({reason})")
    if known is None:
        known = _measured(plan, on_gl, grey=grey)
        remember(plan, known, grey=grey)
    if known.cpu_ms <= known.gl_ms:
        held.close()
        return Chosen(_cpu(plan), f"cpu ({known})")
    return replace(on_gl, name=f"{on_gl.name}: {known}")


def _measured(plan: Plan, on_gl: Chosen, *, grey: bool) -> Measured:
    """Both on the same frame. A plan that takes maps is timed with white ones."""
    maps = {one.name: np.ones(SIZE, np.float32) for one in plan.maps}
    both = _cpu(plan), on_gl.runner
    cpu, gl = (frame_ms(partial(one.run, maps=maps), grey=grey) for one in both)
    assert on_gl.context is not None
    return Measured(cpu, gl, str(on_gl.context.info["GL_RENDERER"]), today())


def _on_gl(plan: Plan, held: ExitStack) -> Chosen:
    from rtdeconv import gpu

    context = gpu.open_context()
    held.callback(context.release)
    player = held.enter_context(gpu.quick_player(plan, context=context))
    return Chosen(player, f"gpu ({gpu.device_name(context)})", context)


def _cpu(plan: Plan) -> Runner:
    from rtdeconv.cpu import CpuPlayer

    return CpuPlayer(plan)
