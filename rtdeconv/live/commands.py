"""What each key of the table does to a window and its loop."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import glfw

from rtdeconv.live.actions import Actions
from rtdeconv.live.keys import KEYS, Action
from rtdeconv.live.loop import Loop

if TYPE_CHECKING:
    from rtdeconv.live.window import Window

Command = Callable[["Window", Loop, Actions], None]

_HELD: Final = glfw.MOD_CONTROL | glfw.MOD_ALT | glfw.MOD_SUPER
"""With one of these a key is the window manager's, or nobody's."""

_BY_CODE: Final[dict[int, Action]] = {getattr(glfw, f"KEY_{key.code}"): key.action for key in KEYS}
_BY_LETTER: Final[dict[str, Action]] = {
    key.code.lower(): key.action for key in KEYS if len(key.code) == 1 and key.code.isalpha()
}


def command_of(code: int, scancode: int, modifiers: int) -> Action | None:
    """What a key stands for: letters as the keyboard's layout has them, others by their place."""
    if modifiers & _HELD:
        return None
    if glfw.KEY_A <= code <= glfw.KEY_Z or code == glfw.KEY_UNKNOWN:
        return _BY_LETTER.get(glfw.get_key_name(code, scancode) or "")
    return _BY_CODE.get(code)


def _help(window: Window, loop: Loop, actions: Actions) -> None:
    window.interface.shows_help = not window.interface.shows_help


def _panel(window: Window, loop: Loop, actions: Actions) -> None:
    window.interface.shows_panel = not window.interface.shows_panel


def _snapshot(window: Window, loop: Loop, actions: Actions) -> None:
    actions.snapshot()


def _record(window: Window, loop: Loop, actions: Actions) -> None:
    actions.record()


def _export(window: Window, loop: Loop, actions: Actions) -> None:
    actions.export()


def _flip(window: Window, loop: Loop, actions: Actions) -> None:
    loop.framing = loop.framing.flipped()


def _split(window: Window, loop: Loop, actions: Actions) -> None:
    loop.framing = replace(loop.framing, shown="split")


def _difference(window: Window, loop: Loop, actions: Actions) -> None:
    loop.framing = replace(loop.framing, shown="difference")


def _freeze(window: Window, loop: Loop, actions: Actions) -> None:
    loop.freeze(not loop.frozen)


def _auto(window: Window, loop: Loop, actions: Actions) -> None:
    loop.set_auto(not loop.auto.is_on)


def _fit(window: Window, loop: Loop, actions: Actions) -> None:
    loop.framing = loop.framing.fitted()


def _one_to_one(window: Window, loop: Loop, actions: Actions) -> None:
    loop.framing = loop.framing.one_to_one()


def _full_screen(window: Window, loop: Loop, actions: Actions) -> None:
    window.toggle_full_screen()


def _quit(window: Window, loop: Loop, actions: Actions) -> None:
    window.quit()


COMMANDS: Final[dict[Action, Command]] = {
    "help": _help,
    "panel": _panel,
    "snapshot": _snapshot,
    "record": _record,
    "export": _export,
    "flip": _flip,
    "split": _split,
    "difference": _difference,
    "freeze": _freeze,
    "auto": _auto,
    "fit": _fit,
    "one to one": _one_to_one,
    "full screen": _full_screen,
    "quit": _quit,
}
