"""Functions that compute a tunable filter's two coefficients, for any dialect."""

from __future__ import annotations

from rtdeconv.emit.dialect import Dialect
from rtdeconv.emit.layout import wrapped
from rtdeconv.emit.numbers import literal
from rtdeconv.tuning import SHARP_PX, SIGMAS_PX, Moments, Solver, Table


def solver_function(
    d: Dialect, solver: Solver, arguments: tuple[str, str] = ("sigma", "noise")
) -> str:
    """``vec2 rtd_coefficients(float sigma, float noise)``, the same as `rtdeconv.tuning`'s."""
    sigma, noise = arguments
    if isinstance(solver, Moments):
        before, body = _moments(d, solver, noise)
    else:
        before, body = _table(d, solver, noise)
    low, high = map(literal, SIGMAS_PX)
    sharp = literal(SHARP_PX)
    function = d.defined(
        d.vec2,
        "rtd_coefficients",
        {sigma: d.number, noise: d.number},
        [
            d.let(d.number, "blur", f"clamp({sigma}, {low}, {high})"),
            *body,
            f"return c * smoothstep({sharp}, {low}, {sigma});  // sharp already: none",
        ],
    )
    return "\n".join([*before, function])


def _moments(d: Dialect, solver: Moments, noise: str) -> tuple[list[str], list[str]]:
    power = f"{noise} * {noise} + {literal(solver.rounding)}"
    body = [
        f"{d.let(d.number, 'power', power)}  // and rounding",
        d.var(d.vec3, "a", f"power * {d.vector(solver.noise_gram)}"),
        d.var(d.vec2, "r", f"power * {d.vector(solver.noise_right)}"),
    ]
    for number, decay in enumerate(solver.decays):
        gaussian = f"exp({literal(-decay.rate)} * blur * blur)"
        body += [
            f"g = {gaussian};" if number else d.var(d.number, "g", gaussian),
            f"a += g * {d.vector(decay.gram)};",
            f"r += g * {d.vector(decay.right)};",
        ]
    solved = f"{d.vec2}(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y)"
    body.append(d.let(d.vec2, "c", solved))
    before = [
        "// What the two bands weigh for the least expected error under this noise and a Gaussian",
        "// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all",
        "// frequencies, a and r are sums of Gaussians in sigma.",
    ]
    return before, body


def _table(d: Dialect, solver: Table, noise: str) -> tuple[list[str], list[str]]:
    rows, columns = len(solver.rows), len(solver.rows[0])
    down, along = solver.steps
    low, last = literal(solver.noises[0]), literal(columns - 1)
    entries = [f"{d.vector(pair)}," for row in solver.rows for pair in row]
    entries[-1] = entries[-1].rstrip(",")
    before = [
        "// What the two bands weigh for the least expected error: a row for each sigma, a column",
        f"// for each noise from {low} to {literal(solver.noises[1])} in equal ratios.",
        d.table.format(type=d.vec2, name="rtd_table", count=rows * columns),
        *wrapped(entries),
        d.table_end,
    ]
    places = f"clamp(log2(max({noise}, {low}) / {low}) * {literal(along)}, 0.0, {last})"
    mixed = f"{d.mix}(rtd_table[{{0}}], rtd_table[{{1}}], right)"
    body = [
        d.let(d.number, "row", f"(blur - {literal(SIGMAS_PX[0])}) * {literal(down)}"),
        d.let(d.number, "column", places),
        d.let(d.integer, "y", f"min({d.integer}(row), {rows - 2})"),
        d.let(d.integer, "x", f"min({d.integer}(column), {columns - 2})"),
        d.let(d.integer, "at", f"{columns} * y + x"),
        d.let(d.number, "right", f"column - {d.number}(x)"),
        d.let(d.vec2, "above", mixed.format("at", "at + 1")),
        d.let(d.vec2, "below", mixed.format(f"at + {columns}", f"at + {columns + 1}")),
        d.let(d.vec2, "c", f"{d.mix}(above, below, row - {d.number}(y))"),
    ]
    return before, body
