"""Frames restored on the GPU as planes: uploaded once, converted, filtered and put back there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from rtdeconv.gpu import FramePlayer
from rtdeconv.media.colour import colour_model, planes_of
from rtdeconv.media.video_in import VideoInfo
from rtdeconv.stream.ways import Arrays, Pixels


class GpuWay:
    """Restores every plane that holds colour, or (``luma``) the first one alone, as the other ways
    do, save that RGB between the planes keeps 16 bits."""

    def __init__(
        self,
        info: VideoInfo,
        player: FramePlayer,
        *,
        luma: bool,
        strength: float,
        values: Mapping[str, float],
    ) -> None:
        # luma alone is a grey picture: the same range, and no colour
        layout = replace(info.layout, kind="grey") if luma else info.layout
        self._model = colour_model(layout, info.tags, info.width, info.height)
        player.forget()  # what it may have drawn before belongs to another video
        self._player = player
        self._strength, self._values = strength, values
        self._arrays: list[Arrays] = []

    def taken(self, frame: Any) -> list[Pixels]:
        """The planes, on the frame's own memory."""
        planes = planes_of(frame)
        return [planes[index] for index in self._model.order]

    def restored(self, given: list[Pixels]) -> list[Pixels]:
        """The restored planes."""
        if not self._arrays:
            self._arrays = [Arrays(plane.shape, plane.dtype) for plane in given]
        places = [arrays.take() for arrays in self._arrays]
        with self._player.context:
            self._player.upload(given, self._model)
            self._player.restore(strength=self._strength, values=self._values)
            self._player.put_back(places)
        return places

    def put_back(self, frame: Any, given: list[Pixels], result: list[Pixels]) -> None:
        """Replaces the planes."""
        for plane, place, arrays in zip(given, result, self._arrays, strict=True):
            np.copyto(plane, place)
            arrays.give(place)
