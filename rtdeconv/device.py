"""Which machine runs a plan: a GPU where there is a real one, else OpenCV on the CPU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args

from rtdeconv.errors import DeviceError, unknown_name
from rtdeconv.interpret import NONE
from rtdeconv.pixels import Image
from rtdeconv.plan import Plan

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
    with ExitStack() as held:
        yield _chosen(plan, device, held)


def _chosen(plan: Plan, device: str, held: ExitStack) -> Chosen:
    if device == "cpu":
        return Chosen(_cpu(plan), "cpu")
    try:
        return _on_gpu(plan, device, held)
    except DeviceError as reason:
        if device == "gpu":
            raise
        return Chosen(_cpu(plan), f"cpu ({reason})")


def _on_gpu(plan: Plan, device: str, held: ExitStack) -> Chosen:
    from rtdeconv import gpu

    context = gpu.open_context()
    held.callback(context.release)
    name = gpu.device_name(context)
    if device == "auto" and gpu.is_software(context):
        raise DeviceError(f"GL is software here: {name}")
    return Chosen(held.enter_context(gpu.quick_player(plan, context=context)), f"gpu ({name})")


def _cpu(plan: Plan) -> Runner:
    from rtdeconv.cpu import CpuPlayer

    return CpuPlayer(plan)
