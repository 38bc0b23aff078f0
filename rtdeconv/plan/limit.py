"""How far a filter may leave what lies around a pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from rtdeconv.errors import ValueRefused, one_of, plain_number, shown

LimitedBy = Literal["channel", "luma"]
BY: Final[tuple[LimitedBy, ...]] = get_args(LimitedBy)

MAX_SHARE: Final = 4.0
"""Of a limit, in local ranges: more limits nothing."""


@dataclass(frozen=True)
class Limit:
    """At most ``share`` of the range of a pixel and its eight neighbours beyond that range, more at
    peaks and lines: .04 keeps halos of steps under 3 %, larger allows more. ``by``: each channel by
    itself, or all moved by what their luma asks for, which leaves hues alone."""

    share: float
    by: LimitedBy = "channel"

    def __post_init__(self) -> None:
        one_of("limit's measure", self.by, BY)
        if not (isinstance(self.share, (int, float)) and 0 <= self.share <= MAX_SHARE):
            raise ValueRefused(
                f"a limit is a share of the local range, 0..{MAX_SHARE:g}, not {shown(self.share)}"
            )

    @property
    def spec(self) -> str:
        """How it is written at the command line: ``0.5`` or ``0.5:luma``."""
        share = plain_number(self.share)
        return share if self.by == "channel" else f"{share}:{self.by}"


def parse_limit(text: str | float) -> Limit:
    """``0.5``, ``"0.5"`` or ``"0.5:luma"``. Raises ValueRefused."""
    words, _, by = str(text).partition(":")
    try:
        share = float(words)
    except ValueError:
        raise ValueRefused(
            f"a limit is a share such as 0.04, or 0.04:luma, not {shown(text)}"
        ) from None
    return Limit(share, one_of("limit's measure", by or "channel", BY))
