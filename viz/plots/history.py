"""History: loss and metrics over the epochs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from viz.plots.figure import COLORS, new_figure, style_axes, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Series: TypeAlias = Mapping[str, Sequence[float]]


class HasHistory(Protocol):
    """An object as `fit` returns it: a list per quantity, with a number per epoch."""

    @property
    def history(self) -> Series:
        """The numbers by name: loss, val_loss, accuracy, ..."""
        ...


def plot_history(
    history: HasHistory | Series,
    *,
    title: str = "",
    log: bool | None = None,
    theme: str = "light",
) -> Figure:
    """Plot loss and metrics over the epochs, training beside validation (`val_...`).

    Args:
        history: What `fit` returned, or its `.history` dict.
        title: Written above.
        log: Logarithmic axis for the loss; by default if its numbers differ by a factor of 100.
        theme: "light" or "dark".

    Raises:
        ValueError: If there is nothing to plot.
        ImportError: If matplotlib is not installed.

    >>> figure = plot_history({"loss": [1.0, 0.5], "accuracy": [0.6, 0.9]})
    >>> [axes.get_ylabel() for axes in figure.axes]
    ['loss', 'accuracy']

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """
    series = history if isinstance(history, Mapping) else history.history
    names = [name for name in series if not name.startswith("val_") and len(series[name])]
    if not names:
        raise ValueError("the history is empty: fit the model for at least one epoch first")
    figure, panels = new_figure(len(names), len(names), title)
    for axes, name in zip(panels, names):
        curves = {"training": series[name]}
        if len(series.get(f"val_{name}", ())):
            curves["validation"] = series[f"val_{name}"]
        _plot_curves(axes, name, curves)
        if name == "loss" and (_spans_decades(curves.values()) if log is None else log):
            axes.set_yscale("log")
    return themed(figure, theme)


def _plot_curves(axes: Axes, name: str, curves: Series) -> None:
    ends = [numbers[-1] for numbers in curves.values()]
    for (role, numbers), color in zip(curves.items(), COLORS):
        epochs = range(1, len(numbers) + 1)
        marker = "o" if len(numbers) <= 12 else ""
        axes.plot(epochs, numbers, color=color, label=role, marker=marker, markersize=4)
        axes.annotate(
            f"{numbers[-1]:.3g}",
            (len(numbers), numbers[-1]),
            (5, 0),
            textcoords="offset points",
            color=color,
            va="center" if len(ends) == 1 else "bottom" if numbers[-1] >= max(ends) else "top",
        )
    axes.set_xlabel("epoch")
    axes.set_ylabel(name.replace("_", " "))
    axes.locator_params(axis="x", integer=True)
    style_axes(axes)
    if len(curves) > 1:
        axes.legend(frameon=False)


def _spans_decades(curves: Iterable[Sequence[float]]) -> bool:
    finite = [number for numbers in curves for number in numbers if math.isfinite(number)]
    return bool(finite) and min(finite) > 0.0 and max(finite) >= 100.0 * min(finite)
