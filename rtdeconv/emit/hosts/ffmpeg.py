"""ffmpeg's convolution filter, on the processor: a filter graph in a text file, lines that begin
with # being comments."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from rtdeconv.emit.about import PLACE, About, Usage, header
from rtdeconv.emit.host import Files, Host
from rtdeconv.emit.layout import commented
from rtdeconv.plan import (
    Border,
    Expr,
    Limited,
    Mix,
    Plan,
    Texel,
    Tuned,
    WeightedSum,
    footprint,
    reach_px,
    reads,
    tree,
)

SUFFIX: Final = ".ffmpeg"

SCALE: Final = 65536
"""What whole-number taps add up to."""

MOST_GAIN: Final = 128
"""255 times the taps' sizes, added up, must fit in 32 bits."""

MOST_REACH: Final = 3

_FILL: Final[dict[Border, str | None]] = {
    "clamp": "smear",
    "mirror": "mirror",
    "wrap": "wrap",
    "zero": None,
}


def _taps(plan: Plan) -> dict[Texel, float]:
    """What the filter weighs each pixel with, every parameter at its default."""
    amounts = {p.name: p.default for p in plan.parameters}

    def found(expr: Expr) -> dict[Texel, float]:
        if isinstance(expr, Texel):
            return {expr: 1.0}
        if isinstance(expr, WeightedSum):
            return footprint(expr)
        if not isinstance(expr, Mix):
            raise TypeError("filters of other than fixed taps are refused before they are written")
        a, b, amount = found(expr.a), found(expr.b), amounts[expr.amount.name]
        return {t: (1 - amount) * a.get(t, 0.0) + amount * b.get(t, 0.0) for t in {**a, **b}}

    return found(plan.passes[0].expr)


def _matrix(plan: Plan) -> NDArray[np.int64]:
    """Whole numbers, rows from the top; the middle one takes what rounding leaves."""
    taps = _taps(plan)
    reach = max(1, *map(reach_px, taps))
    matrix = np.zeros((2 * reach + 1, 2 * reach + 1), np.int64)
    for texel, weight in taps.items():
        matrix[reach + texel.dy, reach + texel.dx] = round(SCALE * weight)
    matrix[reach, reach] += round(SCALE * sum(taps.values())) - matrix.sum()
    return matrix


def _graph(plan: Plan) -> str:
    """Filters, a line each, and matrices row by row."""
    matrix = _matrix(plan)
    reach = len(matrix) // 2
    width = max(len(str(tap)) for tap in matrix.flat)
    # numbers end at a blank or bar, and a line's end between two of those would be another
    rows = "|\n".join(" ".join(f"{tap:<{width}}" for tap in row).rstrip() for row in matrix)
    fill = _FILL[plan.border]
    parts = [
        "format=gbrp",
        f"pad=iw+{2 * reach}:ih+{2 * reach}:{reach}:{reach}",
        *([f"fillborders={f'{reach}:' * 4}{fill}"] if fill else []),
        "convolution=" + ":\n".join(f"{k}rdiv=1/{SCALE}:{k}m='\n{rows}'" for k in range(3)),
        f"crop=iw-{2 * reach}:ih-{2 * reach}:{reach}:{reach}",
    ]
    return ",\n".join(parts)


def _write(plan: Plan, about: About, stem: str) -> Files:
    head = commented(header(plan, about, _usage(plan)), "#")
    return {stem + SUFFIX: f"{head}\n\n{_graph(plan)}\n"}


def _usage(plan: Plan) -> Usage:
    strength = next(p.default for p in plan.parameters if p.name == plan.bypass)
    mixed = "format=gbrp,split[a][b];[b]${G}[c];[c][a]blend=all_opacity=0.5"
    return Usage(
        (
            """G=$(grep -v '^#' FILE); ffmpeg -i IN -vf "$G" OUT; weaker, 0.0 being exactly off:""",
            f'-vf "{mixed}",',
            f"mixed after rounding and clipping to 8 bits; strength {strength:g} is in the numbers",
        ),
        "what the filter before gives, made RGB of 8 bits",
        "encoded",
        switch="",
        place=(
            PLACE,
            "for HD video append ,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p",
            "where ffmpeg would make bt601 of it, or a format that few players take",
        ),
        kept="alpha is dropped",
        output=("rounded to 8 bits",),
    )


def _objection(plan: Plan) -> str | None:
    nodes = list(tree(plan.passes[0].expr))
    if any(isinstance(node, Tuned | Limited) for node in nodes):
        return "ffmpeg's convolution adds up fixed taps and this filter does more"
    if max(map(reach_px, reads(plan.passes[0].expr))) > MOST_REACH:
        return f"ffmpeg's convolution reaches {MOST_REACH} pixels and this filter more"
    if sum(map(abs, _taps(plan).values())) >= MOST_GAIN:
        return f"ffmpeg's convolution overflows where taps add up to {MOST_GAIN}, as these do"
    return None


FFMPEG: Final = Host(
    "ffmpeg",
    "ffmpeg filter graph of fixed taps, at most 7x7",
    SUFFIX,
    arrival="encoded",
    proof=("ffmpeg",),
    write=_write,
    passes=1,
    samples=False,
    lights=("encoded",),
    objection=_objection,
)
