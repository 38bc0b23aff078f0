"""What reading a video met with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Tally:
    """What went in and came out; written by the decoding thread, read when it has ended.

    Packets and frames are counted; ``reached_s`` is the time that the last packet ends at.
    """

    packets: int = 0
    trimmed: int = 0
    frames: int = 0
    broken: int = 0
    damaged: int = 0
    retimed: int = 0
    reached_s: float = 0.0
    ended_early: bool = False

    def losses(self, lost: int) -> tuple[str, ...]:
        """A sentence each, ``lost`` being the frames that nobody could decode."""
        said = []
        if lost:
            said.append(f"{_frames(lost)} of the input could not be decoded")
        if self.damaged:
            said.append(f"{_frames(self.damaged)} of the input: damaged, kept as decoded")
        if self.retimed:
            said.append(f"{_frames(self.retimed)} of the input: time stamp out of order, moved")
        if self.ended_early:
            said.append("the input ends early; what could be read was kept")
        return tuple(said)


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
