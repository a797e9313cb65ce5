"""Parameters: heat maps of the weights and histograms of the gradients, layer by layer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from viz.network import LayerWeights, layer_weights
from viz.plain import largest_size
from viz.plots.figure import COLORS, INK, diverging_map, new_figure, style_axes, themed

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_MOST_WRITTEN = (12, 7)  # rows, columns; cells of a larger heat map do not show their number
_COLUMNS = 4


def plot_weights(model: object, *, title: str = "", theme: str = "light") -> Figure:
    """Draw the weights of each layer as a heat map: a row per neuron, a column per input.

    The last column is the bias. Blue is negative, orange positive, on one scale for all layers.

    Args:
        model: Anything with `layers[i].neurons[j].w` and `.b`.
        title: Written above.
        theme: "light" or "dark".

    Raises:
        TypeError: If the model has no such layers.
        ImportError: If matplotlib is not installed.

    >>> class Neuron:
    ...     w, b = [0.5, -1.0], 0.1
    >>> class Model:
    ...     neurons = [Neuron()]
    >>> figure = plot_weights(Model())
    >>> figure.axes[0].images[0].get_array().tolist()
    [[0.5, -1.0, 0.1]]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    layers = layer_weights(model)
    tables = [_table(layer) for layer in layers]
    limit = largest_size(w for table in tables for row in table for w in row) or 1.0
    figure, panels = new_figure(len(layers), _COLUMNS, title, width=3.6)
    for index, (axes, layer, table) in enumerate(zip(panels, layers, tables)):
        image = axes.imshow(
            table, cmap=diverging_map(), vmin=-limit, vmax=limit, aspect="auto",
            interpolation="nearest",
        )  # fmt: skip
        _write_cells(axes, table, limit)
        style_axes(axes, f"layers[{index}]", grid=False)
        axes.set_xlabel("input")
        axes.set_ylabel("neuron")
        axes.set_yticks(*_ticks(len(table)))
        inputs = len(layer.weights[0])
        ticks, names = _ticks(inputs)
        axes.set_xticks([*ticks, inputs][: len(table[0])], [*names, "b"][: len(table[0])])
    figure.colorbar(image, ax=figure.axes, label="weight", shrink=0.8)
    return themed(figure, theme)


def _table(layer: LayerWeights) -> list[list[float]]:
    """Return a row per neuron: its weights, and its bias if the layer has any."""
    if all(bias is None for bias in layer.biases):
        return [list(row) for row in layer.weights]
    biases = [math.nan if bias is None else bias for bias in layer.biases]
    return [[*row, bias] for row, bias in zip(layer.weights, biases)]


def _ticks(count: int) -> tuple[list[int], list[str]]:
    step = max(1, math.ceil(count / 8))
    places = list(range(0, count, step))
    return places, [str(place) for place in places]


def _write_cells(axes: Axes, table: Sequence[Sequence[float]], limit: float) -> None:
    if len(table) > _MOST_WRITTEN[0] or len(table[0]) > _MOST_WRITTEN[1]:
        return
    for row, weights in enumerate(table):
        for column, weight in enumerate(weights):
            strong = abs(weight) > 0.75 * limit
            axes.text(
                column, row, f"{weight:+.2f}", ha="center", va="center", fontsize=8,
                color="white" if strong else INK,
            )  # fmt: skip


def plot_gradients(
    model: object, *, bins: int = 30, title: str = "", theme: str = "light"
) -> Figure:
    """Draw a histogram of the gradients of each layer, and say how many are 0.

    Vanishing gradients show as histograms that get narrower towards the inputs, dead ReLUs as
    gradients that are exactly 0.

    Args:
        model: Anything with `layers[i].neurons[j].w` and `.b`, after `backward()`.
        bins: Number of bins.
        title: Written above.
        theme: "light" or "dark".

    Raises:
        TypeError: If the model has no such layers.
        ImportError: If matplotlib is not installed.

    >>> from autograd_core import Value
    >>> class Neuron:
    ...     w, b = [Value(0.5), Value(-1.0)], Value(0.1)
    >>> class Model:
    ...     neurons = [Neuron()]
    >>> plot_gradients(Model()).axes[0].get_title(loc="left")
    'layers[0]: 3 gradients, 3 are 0'

    Background in notebooks/06_gradient_descent.ipynb.
    """
    layers = [[w for row in _table(layer) for w in row] for layer in layer_weights(model, "grad")]
    figure, panels = new_figure(len(layers), _COLUMNS, title, width=3.4, height=2.8)
    for index, (axes, gradients) in enumerate(zip(panels, layers)):
        finite = [gradient for gradient in gradients if math.isfinite(gradient)]
        axes.hist(finite, bins=bins, color=COLORS[0], edgecolor="white", linewidth=0.4)
        axes.axvline(0.0, color=INK, linewidth=0.8)
        zeros = sum(gradient == 0.0 for gradient in gradients)
        note = f"{len(gradients)} gradients, {zeros} are 0"
        others = len(gradients) - len(finite)
        style_axes(axes, f"layers[{index}]: {note}" + (f", {others} not finite" if others else ""))
        axes.title.set_fontsize(9)
        axes.set_xlabel("gradient")
        axes.set_ylabel("parameters")
        axes.locator_params(axis="y", integer=True)
        axes.locator_params(axis="x", nbins=5)
    return themed(figure, theme)
