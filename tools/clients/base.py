"""What a client of tools/prove_hosts.py is: it runs exported files and hands their pixels back, or
judges their text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rtdeconv.plan import Plan

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Job:
    """One drawing: ``files`` (name to text, the main file first) as exported for ``host`` from
    ``plan``, over ``image``, with every parameter of the plan in ``values``.

    ``image``: (H, W, 4) RGBA, row 0 on top, opaque.
    """

    host: str
    plan: Plan
    files: Mapping[str, str]
    image: Pixels
    values: Mapping[str, float] = field(default_factory=dict)


class ClientError(Exception):
    """What a client said when it refused a file; its own words, shortened."""


class Client(Protocol):
    """A program that draws.

    ``name`` as the table prints it; ``hosts`` whose files it draws; ``exact``: whether one-pass
    designs must be exact in 99 % of values; ``missing`` says what this machine lacks, or None.
    """

    @property
    def name(self) -> str: ...

    @property
    def hosts(self) -> tuple[str, ...]: ...

    @property
    def exact(self) -> bool: ...

    def missing(self) -> str | None: ...

    def version(self) -> str: ...

    def draw(self, jobs: Sequence[Job]) -> list[Pixels | ClientError]:
        """For each job its pixels, (H, W, 3), row 0 on top, or what the client said against it."""
        ...


class Judge(Protocol):
    """A compiler or validator: judges text, draws nothing."""

    @property
    def name(self) -> str: ...

    @property
    def hosts(self) -> tuple[str, ...]: ...

    def missing(self) -> str | None: ...

    def version(self) -> str: ...

    def complaint(self, job: Job) -> str | None:
        """What it has against the job's files, or None."""
        ...
