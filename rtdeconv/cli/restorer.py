"""A design meets files: the light of a video, the machine that runs the plan, luma alone or RGB."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Protocol

from rtdeconv.cpu import CpuPlayer
from rtdeconv.designs import Design
from rtdeconv.device import DEVICES, Chosen, chosen
from rtdeconv.errors import one_of
from rtdeconv.light import Curve, Light, fitting
from rtdeconv.media.pictures import is_picture
from rtdeconv.media.video_in import VideoInfo
from rtdeconv.pixels import Codes, Image
from rtdeconv.plan import Plan
from rtdeconv.stream import (
    FrameWay,
    LumaWay,
    OnProgress,
    Restore,
    RestoreInto,
    RgbWay,
    StreamReport,
    anywhere,
    luma_codes,
    on_luma,
    restore_picture,
    restore_video,
)
from rtdeconv.stream.batch import Job

if TYPE_CHECKING:
    from rtdeconv.gpu import Context, FramePlayer


@dataclass(frozen=True)
class Settings:
    """How a filter runs: parameters and maps by name, and whether on luma alone."""

    strength: float = 1.0
    values: Mapping[str, float] = field(default_factory=dict)
    maps: Mapping[str, Image] = field(default_factory=dict)
    luma: bool = False

    @property
    def words(self) -> dict[str, Any]:
        """The settings as every executor takes them."""
        return {"strength": self.strength, "values": self.values, "maps": self.maps}


class Restores(Protocol):
    """Restores files; ``devices`` names the machines it ran on so far."""

    devices: list[str]

    def restore(self, job: Job, on_progress: OnProgress | None = None) -> StreamReport | None:
        """Does one job; the report is a video's."""
        ...


class Restorer:
    """Restores pictures and makes ways for videos by one design, on the machine of choice.

    A context manager: the machines it opened are released at its end. ``devices`` names them.
    ``compare`` and ``video`` (codec, crf, preset) are those of `rtdeconv.stream.restore_video`.
    """

    def __init__(
        self,
        design: Design,
        device: str,
        settings: Settings,
        *,
        compare: bool = False,
        video: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._design, self._settings = design, settings
        self._device = one_of("device", device, DEVICES)
        self._compare, self._video = compare, video
        self._held = ExitStack()
        self._chosen: dict[Light, tuple[Plan, Chosen]] = {}
        self._players: dict[Plan, FramePlayer] = {}
        self.devices: list[str] = []

    def __enter__(self) -> Restorer:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def restore(self, job: Job, on_progress: OnProgress | None = None) -> StreamReport | None:
        """Does one job; the report is a video's."""
        if is_picture(job.source):
            restore_picture(job.source, job.target, self.picture, compare=self._compare)
            return None
        return restore_video(
            job.source,
            job.target,
            self.way_of,
            compare=self._compare,
            on_progress=on_progress,
            **self._video,
        )

    def picture(self, image: Image) -> Image:
        """A picture restored, or its luma alone."""
        restore = self._anew(self._machine("srgb")[1])
        return (on_luma(restore) if self._settings.luma else restore)(image)

    def way_of(self, info: VideoInfo) -> FrameWay:
        """The way for one video. Raises ValueRefused where its light does not fit the design's."""
        plan, machine = self._machine(info.tags.curve)
        luma_of_rgb = self._settings.luma and info.layout.kind == "rgb"
        if machine.context is not None and not plan.maps and not luma_of_rgb:
            return self._gpu_way(info, plan, machine.context)
        if luma_of_rgb:
            return RgbWay(info, anywhere(on_luma(self._anew(_of_frames(plan, machine)))))
        if not self._settings.luma:
            return RgbWay(info, self._into(_of_frames(plan, machine)))
        return LumaWay(info, self._into(_of_frames(plan, machine, luma_codes(info))))

    def _gpu_way(self, info: VideoInfo, plan: Plan, context: Context) -> FrameWay:
        from rtdeconv.gpu import FramePlayer
        from rtdeconv.stream.gpu_way import GpuWay

        player = self._players.get(plan)
        if player is None:
            player = self._players[plan] = FramePlayer(context, plan, wide=True, steady=True)
            self._held.callback(player.release)
        settings = self._settings
        return GpuWay(
            info, player, luma=settings.luma, strength=settings.strength, values=settings.values
        )

    def _machine(self, curve: Curve) -> tuple[Plan, Chosen]:
        """The plan in the light that fits ``curve``, and what runs it."""
        light = fitting(self._design.light, curve)
        if light not in self._chosen:
            plan = replace(self._design, light=light).plan
            luma = self._settings.luma
            machine = self._held.enter_context(chosen(plan, self._device, grey=luma))
            self._chosen[light] = plan, machine
            self._name(machine.name)
        return self._chosen[light]

    def _anew(self, machine: Chosen) -> Restore:
        def restored(image: Image) -> Image:
            with machine.context or nullcontext():  # after a video no context is current
                return machine.runner.run(image, **self._settings.words)

        return restored

    def _into(self, machine: Chosen) -> RestoreInto:
        runner = machine.runner
        if isinstance(runner, CpuPlayer):
            return lambda image, out: runner.run(image, out=out, **self._settings.words)
        return anywhere(self._anew(machine))

    def _name(self, device: str) -> None:
        if device not in self.devices:
            self.devices.append(device)


def _of_frames(plan: Plan, machine: Chosen, codes: Codes | None = None) -> Chosen:
    """What runs the frames of one video, whose integers mean ``codes``, which only the CPU knows:
    there they are steadied, as pictures are not."""
    if machine.context is not None and codes is None:
        return machine
    runner = CpuPlayer(plan, codes=codes, steady=True)
    return replace(machine, runner=runner, context=None)


class EachItsOwn:
    """Restores every file by a restorer of its own, which ``make`` gives.

    ``devices`` names a machine once, with the times of the first filter that was timed on it.
    """

    def __init__(self, make: Callable[[Job], Restorer]) -> None:
        self._make = make
        self._machines: dict[str, str] = {}
        self.devices: list[str] = []

    def restore(self, job: Job, on_progress: OnProgress | None = None) -> StreamReport | None:
        """Does one job; the report is a video's."""
        with self._make(job) as restorer:
            report = restorer.restore(job, on_progress)
        for name in restorer.devices:
            self._machines.setdefault(name.partition(" (")[0], name)
        self.devices = [*self._machines.values()]
        return report
