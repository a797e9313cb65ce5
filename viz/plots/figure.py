"""Figure: the look that all plots share, and the one place where matplotlib is imported."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

from viz.colors import LIGHT

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

# Okabe and Ito's colours, told apart with every common colour vision
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1b2430")
INK, GRID = "#1b2430", "#e2e8f0"
_WIDTH, _HEIGHT = 4.8, 3.4  # inches of one panel


def new_figure(
    columns: int = 1,
    rows: int = 1,
    title: str = "",
    *,
    width: float = _WIDTH,
    height: float = _HEIGHT,
) -> Figure:
    """Return an empty figure for that many panels; it belongs to no window.

    Args:
        columns: Panels side by side.
        rows: Panels one below the other.
        title: Written above all of them.
        width: Of one panel, in inches.
        height: Of one panel, in inches.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError('plots need matplotlib: pip install "autograd-core[plots]"') from error
    figure = Figure(figsize=(width * columns, height * rows), dpi=110, layout="constrained")
    figure.patch.set_facecolor("white")
    if title:
        figure.suptitle(title, color=INK, fontsize=12, fontweight="bold")
    # a figure without pyplot is shown by Jupyter through this method
    figure._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return figure


def style_axes(axes: Axes, title: str = "", grid: bool = True) -> None:
    """Give a panel the common look: no box, a light grid behind the curves."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_color("#94a3b8")
    axes.tick_params(colors="#475569", labelsize=9)
    axes.xaxis.label.set_color(INK)
    axes.yaxis.label.set_color(INK)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(color=GRID, linewidth=0.8)
    if title:
        axes.set_title(title, color=INK, fontsize=10, loc="left")


def diverging_map() -> Colormap:
    """Return the scale of the pictures: blue below 0, orange above."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = [LIGHT.negative, LIGHT.zero, LIGHT.positive]
    return LinearSegmentedColormap.from_list("autograd", colors)


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
