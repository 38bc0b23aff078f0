"""What a registered family is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rtdeconv.filters import Filter
from rtdeconv.light import Light
from rtdeconv.target import Sampled


@dataclass(frozen=True)
class Size:
    """How large a filter of a family is: ``taps``, ``terms`` or both, as the family counts them."""

    taps: int | None = None
    terms: int | None = None

    def __str__(self) -> str:
        return "-".join(str(value) for value in self.options.values())

    @property
    def options(self) -> dict[str, int]:
        """The counts that the family uses, by the name of their option."""
        counts = {"taps": self.taps, "terms": self.terms}
        return {name: value for name, value in counts.items() if value is not None}


@dataclass(frozen=True)
class Family:
    """A family of filters: what it is, the sizes there are, how one is fitted.

    ``counts`` says what taps and terms are; ``structure`` is the class of its filters; ``given``
    whence its numbers come where the target has no say in them; ``moved``, where fitting searches,
    starts from a filter at hand and goes downhill only; ``lit``, where the light matters, fits for
    one.
    """

    name: str
    describes: str
    counts: str
    sizes: tuple[Size, ...]
    usual: Size
    structure: type[Filter]
    fit: Callable[[Sampled, Size], Filter]
    given: str = ""
    moved: Callable[[Sampled, Size, Filter], Filter] | None = None
    lit: Callable[[Sampled, Size, Light], Filter] | None = None

    @property
    def adapts(self) -> bool:
        """Whether its filters follow what they see: only these depend on the light."""
        return self.lit is not None
