"""Every key of the window, in one table: what the help shows and what the window obeys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Action = Literal[
    "help",
    "panel",
    "snapshot",
    "record",
    "export",
    "flip",
    "split",
    "difference",
    "freeze",
    "auto",
    "fit",
    "one to one",
    "full screen",
    "quit",
]


@dataclass(frozen=True)
class Key:
    """A key by glfw's name of it (KEY_ left out), as people call it, and what it does."""

    code: str
    label: str
    action: Action
    says: str


KEYS: Final = (
    Key("H", "H", "help", "show or hide this help"),
    Key("TAB", "Tab", "panel", "show or hide the controls"),
    Key("SPACE", "Space", "flip", "flip between before and after"),
    Key("C", "C", "split", "compare: before left of a line that the mouse drags, after right"),
    Key("D", "D", "difference", "show what the filter changed, four times as strong"),
    Key("F", "F", "freeze", "freeze the picture, or let it go on"),
    Key("A", "A", "auto", "measure blur and noise as it goes and follow them, or stop"),
    Key("S", "S", "snapshot", "snapshot: before, after and the filter file"),
    Key("R", "R", "record", "start or end recording the restored video"),
    Key("E", "E", "export", "export the filter as a shader for the chosen host"),
    Key("1", "1", "one to one", "one pixel of the picture on one of the screen"),
    Key("0", "0", "fit", "fit the picture into the window"),
    Key("F11", "F11", "full screen", "full screen, or back"),
    Key("Q", "Q", "quit", "quit"),
    Key("ESCAPE", "Esc", "quit", "quit"),
)

MOUSE: Final = (
    ("wheel", "magnify around the pointer"),
    ("drag", "move a magnified picture, or the line between before and after"),
    ("double click", "between fitted and one to one"),
)
