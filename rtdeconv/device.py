"""Which machine runs a plan: a GPU where there is a real one, else OpenCV on the CPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args

from rtdeconv.errors import DeviceError, unknown_name
from rtdeconv.pixels import Image
from rtdeconv.plan import Plan

Device = Literal["auto", "gpu", "cpu"]
DEVICES: Final[tuple[Device, ...]] = get_args(Device)


class Runner(Protocol):
    """Any executor of one plan."""

    def run(self, image: Image, *, strength: float = 1.0) -> Image:
        """``image`` restored, same shape and dtype."""
        ...


@dataclass(frozen=True)
class Chosen:
    """An executor and, for the person, what it runs on and why."""

    runner: Runner
    name: str


@contextmanager
def chosen(plan: Plan, device: str) -> Iterator[Chosen]:
    """The executor for ``device``; GL state is released at the end.

    ``auto`` takes a real GPU, and the CPU where GL is missing or only emulated: software GL is
    slower than OpenCV. Raises DeviceError where ``gpu`` is asked for and GL is missing.
    """
    if device not in DEVICES:
        raise unknown_name("device", device, DEVICES)
    if device == "cpu":
        yield Chosen(_cpu(plan), "cpu")
        return
    from rtdeconv import gpu

    try:
        context = gpu.open_context()
    except DeviceError as missing:
        if device == "gpu":
            raise
        yield Chosen(_cpu(plan), f"cpu ({missing})")
        return
    try:
        name = gpu.device_name(context)
        if device == "auto" and gpu.is_software(context):
            yield Chosen(_cpu(plan), f"cpu (GL is software here: {name})")
            return
        with gpu.quick_player(plan, context=context) as player:
            yield Chosen(player, f"gpu ({name})")
    finally:
        context.release()


def _cpu(plan: Plan) -> Runner:
    from rtdeconv.cpu import CpuPlayer

    return CpuPlayer(plan)
