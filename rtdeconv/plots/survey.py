"""What a survey found: cost and loss of all designs, and the responses worth having."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rtdeconv.blur import Blur
from rtdeconv.designs import Design
from rtdeconv.grid import Array
from rtdeconv.planner import Survey
from rtdeconv.plots.page import GRID, page

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NODES: Final = 257
MOST_LINES: Final = 6
"""Responses in one panel that an eye can still tell apart."""

LEAST_LOSS_DB: Final = 1e-3
"""Bottom of the loss axis: less is no loss."""

LOSSES_DB: Final = tuple(digit * 10.0**power for power in range(-3, 2) for digit in (1, 2, 5))

DIRECTIONS: Final = range(0, 180, 15)
"""Degrees, of which responses are drawn along the one that the blur takes most from."""


def plot_survey(found: Survey, path: str | Path) -> None:
    """Loss against fetches with the front, and the responses with what they miss.

    Raises as `check_plot`, and MediaError where the file cannot be written.
    """
    target = found.chosen.target
    title = (
        f"Undoing {target.blur.label}, noise {255 * target.noise.sigma:.3g}/255, "
        f"{found.chosen.light} light"
    )
    with page(path, title, [["cost", "response"], ["cost", "residual"]]) as panels:
        _draw_costs(panels["cost"], found)
        _draw_responses(panels["response"], panels["residual"], found)


def _draw_costs(panel: Axes, found: Survey) -> None:
    """Every design a dot, coloured by family; the front a line, the chosen one named."""
    families = list(dict.fromkeys(one.method for one in found.tried))
    for index, name in enumerate(families):
        own = [one for one in found.tried if one.method == name]
        panel.scatter(
            [one.plan.fetches for one in own],
            [_shown_loss(one) for one in own],
            s=30,
            color=_colour(index),
            marker="os^Dv"[index % 5],
            label=name,
            alpha=0.9,
            zorder=2,
        )
    front = sorted(found.front, key=lambda one: one.plan.fetches)
    panel.step(
        [one.plan.fetches for one in front],
        np.minimum.accumulate([_shown_loss(one) for one in front]),
        where="post",
        color="0.35",
        linewidth=1.2,
        zorder=1,
    )
    _mark(panel, found.chosen)
    panel.set(
        xscale="log",
        yscale="log",
        xlabel="texture fetches per pixel, all passes",
        ylabel="expected loss against the full Wiener filter, dB",
        title=f"Cost and loss: {found.reason}",
    )
    ticks = [5, 9, 13, 17, 25, 49, 81, 121, 225]
    panel.set_xticks(ticks, [str(tick) for tick in ticks])
    low, high = panel.get_ylim()
    losses = [loss for loss in LOSSES_DB if low <= loss <= high]
    panel.set_yticks(losses, [f"{loss:g}" for loss in losses])
    panel.minorticks_off()
    panel.grid(alpha=GRID)
    panel.legend(fontsize=8, ncols=5, loc="upper center", bbox_to_anchor=(0.5, -0.09))


def _mark(panel: Axes, chosen: Design) -> None:
    """A ring around the design, its name in the corner."""
    at = chosen.plan.fetches, _shown_loss(chosen)
    panel.scatter(*at, s=220, facecolor="none", edgecolor="k", zorder=3)
    panel.annotate(
        f"{chosen.filter.label}\n{chosen.cost}\nloss {chosen.expected_loss_db:.2f} dB",
        at,
        xytext=(0.97, 0.97),
        textcoords="axes fraction",
        horizontalalignment="right",
        verticalalignment="top",
        fontsize=11,
        fontweight="bold",
        arrowprops={"arrowstyle": "-", "color": "0.35", "shrinkB": 8},
    )


def _draw_responses(upper: Axes, lower: Axes, found: Survey) -> None:
    """In one direction: the blur, the target, the designs; below, what these miss of it."""
    target, w = found.chosen.target, np.linspace(0, math.pi, NODES)
    degrees = min(DIRECTIONS, key=lambda angle: _passed(target.blur, w, angle))
    cpp, wanted = w / (2 * math.pi), _along(target.response, w, degrees)
    upper.plot(cpp, _along(target.blur.otf, w, degrees), "--", color="0.6", label="blur")
    upper.plot(cpp, wanted, color="k", linewidth=2.5, label="target")
    for index, one in enumerate(_shown_designs(found)):
        response = _along(one.filter.response, w, degrees)
        width = 2.2 if one is found.chosen else 1.1
        upper.plot(cpp, response, color=_colour(2 * index), linewidth=width, label=one.filter.label)
        lower.plot(cpp, response - wanted, color=_colour(2 * index), linewidth=width)
    upper.set(ylabel=f"amplitude at {degrees} degrees", title="Responses")
    lower.set(
        xlabel="frequency, cycles per pixel",
        ylabel="response less target",
        title="Residual: pictures hold least where it is allowed to grow",
    )
    lower.legend(
        *upper.get_legend_handles_labels(),
        fontsize=8,
        ncols=4,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.2),
    )
    for panel in (upper, lower):
        panel.grid(alpha=GRID)
        panel.set_xlim(0, 0.5)


def _shown_designs(found: Survey) -> list[Design]:
    """The chosen one and neighbours on the front, evenly picked."""
    front = list(found.front)
    if len(front) <= MOST_LINES:
        return front
    picked = {round(k) for k in np.linspace(0, len(front) - 1, MOST_LINES - 1)}
    return [one for k, one in enumerate(front) if k in picked or one is found.chosen]


def _passed(blur: Blur, w: Array, degrees: float) -> float:
    """What a blur passes in a direction, to the digits that tell directions apart."""
    return round(float(np.mean(np.abs(_along(blur.otf, w, degrees)))), 3)


def _along(response: Any, w: Array, degrees: float) -> Array:
    """A response's real part in a direction, counted as blurs count theirs."""
    angle = math.radians(degrees)
    return np.asarray(np.real(response(w * math.sin(angle), w * math.cos(angle))))


def _shown_loss(one: Design) -> float:
    return max(one.expected_loss_db, LEAST_LOSS_DB)


def _colour(index: int) -> Any:
    import matplotlib

    return matplotlib.colormaps["tab20"](index % 20)
