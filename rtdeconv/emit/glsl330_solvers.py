"""GLSL 3.30 functions that compute a tunable filter's two coefficients."""

from __future__ import annotations

from rtdeconv.emit.glsl330_blocks import WIDTH
from rtdeconv.emit.numbers import literal
from rtdeconv.tuning import SHARP_PX, SIGMAS_PX, Moments, Solver, Table


def solver_function(solver: Solver) -> str:
    """``vec2 rtd_coefficients(float sigma, float noise)``, the same as `rtdeconv.tuning`'s."""
    before, body = _moments(solver) if isinstance(solver, Moments) else _table(solver)
    low, high = map(literal, SIGMAS_PX)
    lines = [
        *before,
        "vec2 rtd_coefficients(float sigma, float noise) {",
        f"    float blur = clamp(sigma, {low}, {high});",
        *(f"    {line}" for line in body),
        f"    return c * smoothstep({literal(SHARP_PX)}, {low}, sigma);  // sharp already: none",
        "}",
    ]
    return "\n".join(lines)


def _moments(solver: Moments) -> tuple[list[str], list[str]]:
    body = [
        f"float power = noise * noise + {literal(solver.rounding)};  // and rounding",
        f"vec3 a = power * {_vector(solver.noise_gram)};",
        f"vec2 r = power * {_vector(solver.noise_right)};",
        "float g;",
    ]
    for decay in solver.decays:
        body += [
            f"g = exp({literal(-decay.rate)} * blur * blur);",
            f"a += g * {_vector(decay.gram)};",
            f"r += g * {_vector(decay.right)};",
        ]
    body.append(
        "vec2 c = vec2(a.z * r.x - a.y * r.y, a.x * r.y - a.y * r.x) / (a.x * a.z - a.y * a.y);"
    )
    before = [
        "// What the two bands weigh for the least expected error under this noise and a Gaussian",
        "// blur of sigma pixels: a.x c.x + a.y c.y = r.x, a.y c.x + a.z c.y = r.y. Taken over all",
        "// frequencies, a and r are sums of Gaussians in sigma.",
    ]
    return before, body


def _table(solver: Table) -> tuple[list[str], list[str]]:
    rows, columns = len(solver.rows), len(solver.rows[0])
    down, along = solver.steps
    low = literal(solver.noises[0])
    entries = [f"{_vector(pair)}," for row in solver.rows for pair in row]
    entries[-1] = entries[-1].rstrip(",")
    before = [
        "// What the two bands weigh for the least expected error: a row for each sigma, a column",
        f"// for each noise from {low} to {literal(solver.noises[1])} in equal ratios.",
        f"const vec2 rtd_table[{rows * columns}] = vec2[{rows * columns}](",
        *_wrapped(entries),
        ");",
    ]
    body = [
        f"float row = (blur - {literal(SIGMAS_PX[0])}) * {literal(down)};",
        f"float column = clamp(log2(max(noise, {low}) / {low}) * {literal(along)}, 0.0, "
        f"{literal(columns - 1)});",
        f"int y = min(int(row), {rows - 2}), x = min(int(column), {columns - 2});",
        f"int at = {columns} * y + x;",
        "float right = column - float(x);",
        "vec2 above = mix(rtd_table[at], rtd_table[at + 1], right);",
        f"vec2 below = mix(rtd_table[at + {columns}], rtd_table[at + {columns + 1}], right);",
        "vec2 c = mix(above, below, row - float(y));",
    ]
    return before, body


def _vector(numbers: tuple[float, ...]) -> str:
    return f"vec{len(numbers)}({', '.join(map(literal, numbers))})"


def _wrapped(words: list[str]) -> list[str]:
    lines = [""]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "    ") + word
    return lines
