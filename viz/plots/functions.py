"""Functions: activations with their derivatives, and descent on the cost of one weight."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from autograd_core import Value
from autograd_core.table import FLOAT, TABLE, Op
from viz.plots.figure import COLORS, INK, new_figure, style_axes, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ACTIVATIONS = (
    "step", "sign", "sigmoid", "tanh", "softsign",
    "relu", "leaky_relu", "elu", "selu", "softplus",
    "log_sigmoid", "silu", "gelu", "gelu_tanh", "mish",
)  # fmt: skip
_POINTS = 401
_COLUMNS = 5


def plot_activations(
    names: Sequence[str] = ACTIVATIONS,
    *,
    low: float = -5.0,
    high: float = 5.0,
    theme: str = "light",
) -> Figure:
    """Plot functions of the table with their derivatives, both computed by the table's rules.

    Args:
        names: Rows of the table with one operand, or with defaults for the others.
        low: Left end of the x axis.
        high: Right end of the x axis.
        theme: "light" or "dark".

    Raises:
        ValueError: If a name is not in the table, or the function needs more operands.
        ImportError: If matplotlib is not installed.

    >>> figure = plot_activations(["relu", "tanh"])
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['relu', 'tanh']

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    names = [names] if isinstance(names, str) else list(names)
    ops = [_activation(name) for name in names]
    if not ops or not -math.inf < low < high < math.inf:
        raise ValueError(
            f"wanted at least one name, and finite low < high; got {names}, {low}, {high}"
        )
    width, height = (4.4, 3.4) if len(ops) == 1 else (2.7, 2.3)
    figure, panels = new_figure(len(ops), _COLUMNS, width=width, height=height)
    for axes, op in zip(panels, ops):
        _plot_function(axes, op, low, high)
    panels[0].legend(frameon=False, fontsize=8, loc="upper left")
    return themed(figure, theme)


def plot_activation(
    name: str, *, low: float = -5.0, high: float = 5.0, theme: str = "light"
) -> Figure:
    """Plot one function of the table with its derivative; see `plot_activations`.

    >>> [line.get_label() for line in plot_activation("tanh").axes[0].lines[2:]]
    ['tanh(x)', 'derivative']

    Explained in notebooks/04_a_neuron_that_decides.ipynb.
    """
    return plot_activations([name], low=low, high=high, theme=theme)


def _activation(name: str) -> Op:
    op = TABLE.get(name)
    if op is None:
        raise ValueError(
            f"no function {name!r} in the table; name one of it, such as {', '.join(ACTIVATIONS)}"
        )
    if op.arity is None or op.arity - len(op.defaults) != 1:
        raise ValueError(
            f"a plot needs a function of one operand, {name} takes {op.arity or 'any number'}"
        )
    return op


def _plot_function(axes: Axes, op: Op, low: float, high: float) -> None:
    xs = [low + (high - low) * i / (_POINTS - 1) for i in range(_POINTS)]
    ys = [op.value(FLOAT, x, *op.defaults) for x in xs]
    slopes = [op.partials(FLOAT, y, x, *op.defaults)[0] for x, y in zip(xs, ys)]
    for draw in (axes.axhline, axes.axvline):
        draw(0.0, color="#cbd5e1", linewidth=0.8)
    axes.plot(xs, _with_gaps(ys), color=COLORS[0], linewidth=2.0, label=f"{op.name}(x)")
    axes.plot(
        xs, _with_gaps(slopes), color=COLORS[1], linewidth=1.6, linestyle="--", label="derivative"
    )
    style_axes(axes, op.name, grid=False)


def _with_gaps(ys: Sequence[float]) -> list[float]:
    """Return the numbers with nan where they jump, so that a step is not drawn as a slope."""
    finite = [y for y in ys if math.isfinite(y)]
    limit = 0.2 * (max(finite) - min(finite)) if finite else 0.0
    changes = [0.0, *(after - before for before, after in pairwise(ys))]
    return [y if abs(change) <= limit or not limit else math.nan for y, change in zip(ys, changes)]


def plot_descent(
    cost: Callable[[Value], Value],
    start: float,
    *,
    rate: float = 0.01,
    steps: int = 10,
    title: str = "",
    theme: str = "light",
) -> Figure:
    """Plot the cost of one weight as a curve, with the points that gradient descent visits.

    Args:
        cost: From a weight to its cost, such as the sum of squared errors over the data.
        start: The first weight.
        rate: Learning rate: w -= rate * d cost / d w.
        steps: Number of steps, 0 or more.
        title: Written above; by default the rate and the last cost.
        theme: "light" or "dark".

    Raises:
        ValueError: If the number of steps is negative, or the first cost not finite.
        ImportError: If matplotlib is not installed.

    The points come from `backward()`; a rate that is too large shows as points that climb.

    >>> figure = plot_descent(lambda w: (w - 2.0) ** 2, 0.0, rate=0.25, steps=2)
    >>> figure.axes[0].lines[1].get_xdata().tolist()
    [0.0, 1.0, 1.5]

    Explained in notebooks/06_gradient_descent.ipynb.
    """
    points = _descend(cost, start, rate, steps)
    weights = [weight for weight, _ in points]
    left, right = min(weights), max(weights)
    margin = 0.25 * (right - left) or 1.0
    left, right = left - margin, right + margin
    xs = [left + (right - left) * i / (_POINTS - 1) for i in range(_POINTS)]
    figure, (axes,) = new_figure(width=5.4, height=3.8)
    axes.plot(xs, [cost(Value(x)).data for x in xs], color=COLORS[0], linewidth=2.0)
    axes.plot(*zip(*points), color=COLORS[1], marker="o", markersize=5, linewidth=1.0)
    for row, index in enumerate(dict.fromkeys((0, len(points) - 1))):
        weight, height = points[index]
        axes.annotate(  # at the top, where the curve leaves room, one below the other
            f"step {index}: w = {weight:.4g}, cost {height:.4g}",
            (weight, height), (0.5, 0.99 - 0.08 * row), textcoords="axes fraction",
            ha="center", va="top", fontsize=9, color=INK,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
            arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.6, "alpha": 0.5,
                        "relpos": (float(weight > (left + right) / 2.0), 0.5)},
        )  # fmt: skip
    style_axes(axes, title or f"gradient descent, rate {rate:g}, {len(points) - 1} steps")
    axes.set_xlabel("weight w")
    axes.set_ylabel("cost J(w)")
    return themed(figure, theme)


def _descend(
    cost: Callable[[Value], Value], start: float, rate: float, steps: int
) -> list[tuple[float, float]]:
    if steps < 0:
        raise ValueError(f"descent takes 0 steps or more, got {steps}")
    points = []
    weight = start
    for _ in range(steps + 1):
        w = Value(weight)
        height = cost(w)
        if not math.isfinite(height.data):
            break  # diverged: the cost is inf or nan
        height.backward()
        points.append((weight, height.data))
        weight -= rate * w.grad
    if not points:
        raise ValueError(
            f"the cost of the first weight, {start}, is {height.data}; start elsewhere"
        )
    return points
