"""A page of panels, and the file that it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rtdeconv.errors import MediaError, RtdError, shown
from rtdeconv.media.files import written_whole

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE_INCHES: Final = (12.8, 7.2)
DPI: Final = 120
"""1536x864 pixels."""

GRID: Final = 0.25
"""Opacity of a panel's grid."""

MEASURED, SECOND, FITTED, BAND, ASIDE = "#20639b", "#3caea3", "#d1495b", "#9dc3e6", "0.55"
"""Colours of what was measured, of a second such, of a fit, an interval, and what stands aside."""


def check_plot(path: str | Path) -> None:
    """Refuses before the work: RtdError without matplotlib, MediaError for a name of no PNG."""
    if Path(path).suffix.lower() != ".png":
        raise MediaError(f"a plot is a PNG file, not {shown(str(path))}; end its name in .png")
    _pyplot()


@contextmanager
def page(
    path: str | Path,
    title: str,
    mosaic: Sequence[Sequence[str]],
    *,
    widths: Sequence[float] | None = None,
) -> Iterator[dict[str, Axes]]:
    """Panels by their names in ``mosaic``; written to ``path`` when all is drawn.

    ``widths``: of the columns, in proportion. Raises as `check_plot`, and MediaError where the file
    cannot be written.
    """
    check_plot(path)
    pyplot = _pyplot()
    figure = pyplot.figure(figsize=SIZE_INCHES, layout="constrained")
    try:
        ratios = None if widths is None else list(widths)
        panels = figure.subplot_mosaic([list(row) for row in mosaic], width_ratios=ratios)
        figure.suptitle(title, fontsize=15)
        yield panels
        with written_whole(path) as hidden:
            figure.savefig(hidden, format="png", dpi=DPI)
    finally:
        pyplot.close(figure)


def legend(panel: Axes, **place: Any) -> None:
    """A small legend, and the grid."""
    panel.grid(alpha=GRID)
    panel.legend(fontsize=9, **place)


def _pyplot() -> Any:
    try:
        import matplotlib
    except ImportError:
        raise RtdError("plots need matplotlib: pip install 'rtdeconv[plots]'") from None
    matplotlib.use("Agg")
    from matplotlib import pyplot

    return pyplot
