"""How a user without a slider sets a file's parameters: by editing the value it shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tools.clients.base import ClientError, Job

NUMBER = r"[-+.\deE]+"


def main_text(job: Job) -> str:
    """The text of the job's main file."""
    return next(iter(job.files.values()))


def with_defines(text: str, values: Mapping[str, float]) -> str:
    """``text`` with the number of every ``#define name number`` set; all must be there."""
    for name, value in values.items():
        line = rf"(?m)^(#define[ \t]+{name}[ \t]+){NUMBER}"
        text, found = re.subn(line, rf"\g<1>{value!r}", text)
        if not found:
            raise ClientError(f"has no line '#define {name} NUMBER' to set it by")
    return text


def with_defaults(text: str, values: Mapping[str, float]) -> str:
    """``text`` with the default of every ``//!PARAM name`` block set; all must be there."""
    for name, value in values.items():
        block = rf"(?m)^(//!PARAM[ \t]+{name}[ \t]*\n(?://!.*\n)*){NUMBER}"
        text, found = re.subn(block, rf"\g<1>{value!r}", text)
        if not found:
            raise ClientError(f"has no block '//!PARAM {name}' to set it by")
    return text


def shortened(said: str, most: int = 3) -> str:
    """The first lines of what a client said of a compiler, else the first, as one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"\berror:|ERROR", line)]
    return "; ".join((telling or lines)[:most])
