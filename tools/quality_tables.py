"""Rows of tools/quality.py as CSV and as Markdown."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import product
from typing import TypeVar

import numpy as np

T = TypeVar("T")

BUDGETS = (5, 9, 13, 17, 25, 49)
ANY_PASSES = 99

SAID = """\
Mean over pictures packaged with scikit-image (ten grey, five of them in colour), blurred with
wrapping borders, seeded white noise, rounded to 8 bits; blur, noise and filters in the light that
is named. PSNR gain over the degraded picture in dB, blur by blur; `mean`, SSIM gain and overshoot
of a step edge are means over the blurs. `knew` says what a method was told. "Best of n by the
truth" had its setting chosen by the sharp picture, which no user has.
"""


@dataclass(frozen=True)
class Row:
    """Means over the pictures of one cell for one method. Gains are over the degraded picture.

    ``saw_truth``: the best of ``settings`` was taken for each picture by its PSNR. ``overshoot`` of
    a step edge, as a fraction of the step; ``expected_loss_db`` against the full Wiener filter
    under the prior; nan where there is none.
    """

    pictures: str
    blur: str
    noise: float
    light: str
    method: str
    size: str
    fetches: int | None
    passes: int | None
    knew_blur: bool
    knew_noise: bool
    saw_truth: bool
    settings: int
    input_psnr_db: float
    psnr_gain_db: float
    ssim_gain: float
    overshoot: float
    expected_loss_db: float

    @property
    def title(self) -> str:
        """Name and size of the method."""
        return f"{self.method} {self.size}".strip()

    @property
    def knew(self) -> str:
        """What it was told, in words."""
        told = ["blur"] * self.knew_blur + ["noise"] * self.knew_noise
        words = " and ".join(told) or "nothing"
        return f"{words}; best of {self.settings} by the truth" if self.saw_truth else words


def csv_text(rows: Iterable[Row]) -> str:
    """A line a row under the names of its fields, figures to four digits after the point."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _cell(value) for name, value in asdict(row).items()})
    return out.getvalue()


def best_tables(rows: Sequence[Row]) -> str:
    """What the tables hold, then the best of each budget for each light, colour and noise."""
    return _sections(rows, "the best of each budget", best_of_budgets, SAID)


def all_tables(rows: Sequence[Row]) -> str:
    """Every method for each light, colour and noise."""
    return _sections(rows, "everything", table)


def _sections(
    rows: Sequence[Row], what: str, show: Callable[[Sequence[Row]], str], *above: str
) -> str:
    parts = [*above]
    for pictures, light, noise in _distinct((r.pictures, r.light, r.noise) for r in rows):
        chosen = [r for r in rows if (r.pictures, r.light, r.noise) == (pictures, light, noise)]
        parts.append(f"## {pictures} pictures, noise {noise:g}/255, {light} light: {what}\n")
        parts.append(show(chosen))
    return "\n".join(parts)


def table(rows: Sequence[Row]) -> str:
    """Methods down, blurs across: mean PSNR gain in dB, then means over the blurs, which a method
    that refused one of them does not have."""
    blurs = _distinct(row.blur for row in rows)
    heads = ["method", "fetches", "passes", "knew", *blurs, "mean", "SSIM gain", "overshoot"]
    lines = [heads, ["---"] * len(heads), _inputs(rows, blurs)]
    for title in _distinct(row.title for row in rows):
        own = [row for row in rows if row.title == title]
        gains = {row.blur: f"{row.psnr_gain_db:.2f}" for row in own}
        means = (
            f"{_mean(own, lambda row: row.psnr_gain_db):.2f}",
            f"{_mean(own, lambda row: row.ssim_gain):.3f}",
            _percent(_mean(own, lambda row: row.overshoot)),
        )
        lines.append(
            [
                title,
                _range(row.fetches for row in own),
                _range(row.passes for row in own),
                own[0].knew,
                *(gains.get(blur, "") for blur in blurs),
                *(means if len(own) == len(blurs) else ("",) * len(means)),
            ]
        )
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def best_of_budgets(rows: Sequence[Row]) -> str:
    """Of the families, for each of `BUDGETS` the size of best mean gain, in one pass and in more;
    then whatever is no family. Only what keeps to the budget on every blur is a candidate."""
    blurs = _distinct(row.blur for row in rows)
    own = {
        title: [r for r in rows if r.title == title] for title in _distinct(r.title for r in rows)
    }
    families = [
        title
        for title, each in own.items()
        if len(each) == len(blurs) and not math.isnan(each[0].expected_loss_db)
    ]
    kept: list[str] = []
    for passes, budget in product((1, ANY_PASSES), BUDGETS):
        fitting = [
            title
            for title in families
            if max(row.fetches or 0 for row in own[title]) <= budget
            and max(row.passes or 0 for row in own[title]) <= passes
        ]
        if fitting:
            kept.append(max(fitting, key=lambda t: _mean(own[t], lambda row: row.psnr_gain_db)))
    others = [title for title, each in own.items() if math.isnan(each[0].expected_loss_db)]
    return table([row for title in dict.fromkeys([*kept, *others]) for row in own[title]])


def _inputs(rows: Sequence[Row], blurs: Sequence[str]) -> list[str]:
    before = [next(row.input_psnr_db for row in rows if row.blur == blur) for blur in blurs]
    mean = f"{np.mean(before):.2f}"
    return ["degraded, its PSNR", "", "", "", *(f"{db:.2f}" for db in before), mean, "", ""]


def _distinct(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def _mean(rows: Sequence[Row], score: Callable[[Row], float]) -> float:
    return float(np.mean([score(row) for row in rows]))


def _range(counts: Iterable[int | None]) -> str:
    """``9``, ``9-11`` where blurs differ, nothing where it has no meaning."""
    known = sorted({count for count in counts if count is not None})
    return "-".join(str(count) for count in dict.fromkeys(known[:1] + known[-1:]))


def _percent(fraction: float) -> str:
    return "" if math.isnan(fraction) else f"{100 * fraction:.0f} %"


def _cell(value: object) -> object:
    if not isinstance(value, float):
        return value
    return "" if math.isnan(value) else f"{value:.4f}"
