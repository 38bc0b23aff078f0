"""How text is laid out: comments, aligned notes, lines broken at the width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

WIDTH: Final = 100
"""Columns of a file."""


def commented(lines: Sequence[str], mark: str = "//") -> str:
    """``lines`` as comments."""
    return "\n".join(f"{mark} {line}".rstrip() for line in lines)


def aligned(rows: Sequence[tuple[str, str]], mark: str = "//") -> str:
    """Code with the note behind it, notes in one column."""
    width = max((len(code) for code, note in rows if note), default=0)
    return "\n".join(f"{code:<{width}}  {mark} {note}" if note else code for code, note in rows)


def braced(head: str, statements: Sequence[str]) -> str:
    """``head { statements }``."""
    return "\n".join([f"{head} {{", *(f"    {line}" for line in statements), "}"])


def guarded(mains: Sequence[str]) -> str:
    """One main, or one for each pass between #if and #endif."""
    if len(mains) == 1:
        return mains[0]
    guards = [f"#{'if' if k == 1 else 'elif'} RTD_PASS == {k}" for k in range(1, len(mains) + 1)]
    return "\n\n".join(
        [f"{guard}\n\n{main}" for guard, main in zip(guards, mains, strict=True)] + ["#endif"]
    )


def defined(row: tuple[str, int | str, str]) -> tuple[str, str]:
    """(name, value, note) as a macro, and the note."""
    name, value, note = row
    return f"#define {name} {value}", note


def defaulted(rows: Sequence[tuple[str, int | str, str]]) -> str:
    """Each (name, value, note) defined where it is not yet."""
    lines = aligned([defined(row) for row in rows]).splitlines()
    defaults = zip(rows, lines, strict=True)
    return "\n".join(f"#ifndef {name}\n{line}\n#endif" for (name, *_), line in defaults)


def wrapped(words: Sequence[str]) -> list[str]:
    """``words`` in indented lines."""
    lines = [""]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "    ") + word
    return lines


def gathered(start: str, names: Sequence[str]) -> list[str]:
    """``start(a + b + c)`` broken at the width, the rest aligned behind the parenthesis."""
    if len(names) == 1:
        return [start + names[0]]
    lines = [f"{start}({names[0]}"]
    for name in names[1:]:
        if len(lines[-1]) + len(f" + {name});") > WIDTH - 4:
            lines.append(" " * len(start) + f" + {name}")
        else:
            lines[-1] += f" + {name}"
    return [*lines[:-1], lines[-1] + ")"]
