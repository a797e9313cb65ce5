"""Figure: the style that all plots share, and the first import of matplotlib."""

from __future__ import annotations

import io
import math
from functools import partial
from typing import TYPE_CHECKING

from viz.colors import DARK, LIGHT, theme_named

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

# Okabe and Ito's colours, which differ for every common type of colour vision
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#1b2430")
INK, GRID = "#1b2430", "#e2e8f0"
_DARK_COLORS = {
    "#ffffff": DARK.background,
    INK: DARK.text,
    GRID: "#2b3746",
    "#94a3b8": "#64748b",
    "#475569": "#a8b5c6",
    "#cbd5e1": "#3b4a5c",
    "#0072b2": "#56b4e9",
    "#56b4e9": "#0072b2",
    "#d55e00": "#ff9d5c",
    "#009e73": "#3fd0a6",
    "#cc79a7": "#e79bc6",
}
_WIDTH, _HEIGHT = 4.8, 3.4  # inches of one panel


def new_figure(
    panels: int = 1,
    most: int = 1,
    title: str = "",
    *,
    width: float = _WIDTH,
    height: float = _HEIGHT,
) -> tuple[Figure, list[Axes]]:
    """Return a figure with empty panels; it belongs to no window.

    Args:
        panels: Number of panels.
        most: Largest number of panels in a row.
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
    columns = min(panels, most)
    rows = math.ceil(panels / columns)
    figure = Figure(figsize=(width * columns, height * rows), dpi=110, layout="constrained")
    figure.patch.set_facecolor("white")
    if title:
        figure.suptitle(title, color=INK, fontsize=12, fontweight="bold")
    # Jupyter shows a figure that pyplot does not know through this method
    figure._repr_png_ = partial(_png, figure)  # type: ignore[attr-defined]
    return figure, [figure.add_subplot(rows, columns, place + 1) for place in range(panels)]


def style_axes(axes: Axes, title: str = "", grid: bool = True) -> None:
    """Give a panel the common style: no box, a light grid behind the curves."""
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


def diverging_map(theme: str = "light") -> Colormap:
    """Return the diverging colour map: blue below 0, orange above."""
    from matplotlib.colors import LinearSegmentedColormap

    colors = theme_named(theme)
    return LinearSegmentedColormap.from_list(
        "autograd", [colors.negative, colors.zero, colors.positive]
    )


def themed(figure: Figure, theme: str) -> Figure:
    """Return the figure in the colours of a theme; plots are drawn in those of the light one.

    Raises:
        ValueError: If there is no such theme.
    """
    if theme_named(theme) is LIGHT:
        return figure
    for artist in figure.findobj():
        inside = [getattr(artist, name, None) for name in ("arrow_patch", "_bbox_patch")]
        for part in [artist, *inside]:
            if part is not None:
                _darken(part)
    for axes in figure.axes:
        axes.tick_params(colors=_DARK_COLORS["#475569"])
    return figure


def _darken(artist: Artist) -> None:
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import to_hex, to_rgba_array
    from matplotlib.image import AxesImage
    from matplotlib.text import Text

    if isinstance(artist, QuadMesh | AxesImage):
        artist.set_cmap(diverging_map("dark"))
        return
    text = isinstance(artist, Text)
    for name in ("color", "facecolor", "edgecolor", "markerfacecolor", "markeredgecolor"):
        get, put = (getattr(artist, f"{way}_{name}", None) for way in ("get", "set"))
        if get is None or put is None:
            continue
        found = to_rgba_array(get())
        if len(found) != 1 or found[0][3] == 0.0:
            continue
        before = to_hex(found[0])
        if not (text and before == "#ffffff"):  # white text is on a strong colour
            put(_DARK_COLORS.get(before, DARK.text if text else before))


def _png(figure: Figure) -> bytes:
    """Return a PNG with a palette of 256 colours: half the size, and no visible difference."""
    from PIL import Image  # matplotlib needs it too

    drawn, packed = io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png")
    plain = Image.open(drawn).convert("RGB")
    few = plain.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(packed, "png", optimize=True)
    return packed.getvalue()
