"""Network: a model drawn as circles in columns, its weights as lines, by width and colour."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from viz.colors import Theme, diverging, theme_named
from viz.drawing import Picture, label_size
from viz.layout import Layout, Point
from viz.network.weight_labels import shares_along
from viz.network.weights import LayerWeights, layer_weights
from viz.plain import largest_size
from viz.scene import Arrow, Box, Scene, shorten, text_width

_RADIUS, _COLUMN, _ROW = 19.0, 150.0, 50.0
_STEEPEST = 0.32  # columns are at least this fraction of the tallest one's height apart
_MOST_UNITS = 16  # in a column; of more, only the first and the last ones are drawn
_MOST_LABELS = 30  # weights; more are not written as numbers unless asked for
_LABEL = 64.0  # room along a line for one weight
_MOST_PLACED = 300  # labels; more may cover lines: the search for free places is quadratic
_BESIDE = 5.0  # between a circle and a name that does not fit into it
_FEW_WEIGHTS = 100
_THINNEST, _THICK, _THICK_OF_MANY = 0.6, 4.5, 2.6


def draw_network(
    model: object,
    format: str = "svg",
    *,
    labels: bool | None = None,
    input_names: Sequence[str] = (),
    output_names: Sequence[str] = (),
    theme: str = "light",
    engine: str | None = None,
) -> Picture:
    """Draw a model: inputs, hidden layers and outputs as circles, every weight as a line.

    A line is as wide as its weight is large, orange for a positive and blue for a negative one;
    the circle of a neuron shows its bias.

    Args:
        model: Anything with `layers[i].neurons[j].w` and `.b`, such as nn's or micrograd's MLP.
        format: What `pipe()` and `render()` write by default.
        labels: Write the weights as numbers; by default when there are at most 30.
        input_names: Names of the inputs, else x0, x1, ...; long ones stand beside the circles.
        output_names: Names of the outputs, else y0, y1, ... or y.
        theme: "light" or "dark".
        engine: As for `draw_dot`; only for formats other than svg.

    Raises:
        TypeError: If the model has no such layers.
        ValueError: If the format or the theme is unknown.

    >>> class Neuron:
    ...     w, b = [0.5, -1.0], 0.1
    >>> class Layer:
    ...     neurons = [Neuron(), Neuron()]
    >>> class Model:
    ...     layers = [Layer()]
    >>> draw_network(Model()).source.count("->")
    4

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    layers = layer_weights(model)
    scene = network_scene(layers, labels, input_names, output_names, theme_named(theme))
    return Picture(None, scene, format, engine)


def network_scene(
    layers: Sequence[LayerWeights],
    labels: bool | None,
    input_names: Sequence[str],
    output_names: Sequence[str],
    theme: Theme,
) -> Scene:
    """Return the circles and lines of a network, with their places."""
    plan = _plan(layers, labels, input_names, output_names, theme)
    placed = [item for column in range(len(plan.shown)) for item in _column(plan, column)]
    places = {box.id: center for box, center in placed}
    arrows = sorted(_weight_lines(plan), key=lambda arrow: arrow.width)  # the strongest lie on top
    routes = [_line(places[arrow.tail], places[arrow.head]) for arrow in arrows]
    if plan.write and _count(layers) <= _MOST_PLACED:
        lines = [(route[0], route[-1]) for route in routes]
        wanted = [arrow.label_at for arrow in arrows]
        shares = shares_along(lines, list(map(label_size, arrows)), wanted)
        arrows = [arrow._replace(label_at=share) for arrow, share in zip(arrows, shares)]
    width = 2.0 * _RADIUS + (len(plan.shown) - 1) * plan.step + sum(plan.beside)
    height = 2.0 * _RADIUS + (plan.tallest - 1) * _ROW
    layout = Layout([center for _, center in placed], routes, width, height)
    return Scene(tuple([box for box, _ in placed]), tuple(arrows), "LR", theme, layout=layout)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The choices and sizes that all parts of the picture share.

    Attributes:
        layers: The weights.
        theme: The colours.
        write: Whether weights are written as numbers.
        shown: The units drawn in each column, with None in the place of those left out.
        names: Names of all inputs, and of all outputs.
        beside: The room for names beside the first and the last column; 0 if they fit inside.
        step: The distance between two columns.
    """

    layers: Sequence[LayerWeights]
    theme: Theme
    write: bool
    shown: list[list[int | None]]
    names: tuple[list[str], list[str]]
    beside: tuple[float, float]
    step: float

    @property
    def tallest(self) -> int:
        """Circles in the tallest column."""
        return max(map(len, self.shown))


def _plan(
    layers: Sequence[LayerWeights],
    labels: bool | None,
    input_names: Sequence[str],
    output_names: Sequence[str],
    theme: Theme,
) -> _Plan:
    counts = [len(layers[0].weights[0]), *(len(layer.weights) for layer in layers)]
    shown = [_shown(count) for count in counts]
    names = (_names(counts[0], input_names, "x"), _names(counts[-1], output_names, "y"))
    write = _count(layers) <= _MOST_LABELS if labels is None else labels
    # the labels of the lines from one circle are in a column of their own
    labelled = 2.0 * _RADIUS + _LABEL * max(map(len, shown[:-1])) if write else 0.0
    step = max(_COLUMN, _STEEPEST * max(map(len, shown)) * _ROW, labelled)
    beside = (_room_beside(names[0]), _room_beside(names[1]))
    return _Plan(layers, theme, write, shown, names, beside, step)


def _count(layers: Sequence[LayerWeights]) -> int:
    return sum(len(row) for layer in layers for row in layer.weights)


def _column(plan: _Plan, column: int) -> Iterator[tuple[Box, Point]]:
    """Yield the circles of a column and the names that do not fit into them, with their places."""
    units = plan.shown[column]
    x = plan.beside[0] + _RADIUS + column * plan.step
    top = _RADIUS + (plan.tallest - len(units)) * _ROW / 2.0
    for row, unit in enumerate(units):
        y = top + row * _ROW
        if unit is None:
            yield _gap_box(plan, column), (x, y)
            continue
        box = _unit_box(plan, column, unit)
        side = {0: 0, len(plan.shown) - 1: 1}.get(column)
        if side is not None and plan.beside[side]:
            name = plan.names[side][unit]
            away = _RADIUS + _BESIDE + text_width(name) / 2.0
            yield _name_box(box.id, name, plan.theme), (x + away if side else x - away, y)
            box = box._replace(fields=(_bias_text(plan.layers, column, unit),))
        yield box, (x, y)


def _weight_lines(plan: _Plan) -> Iterator[Arrow]:
    """Yield a line for each weight: wide where it is large, coloured by sign."""
    size = largest_size(w for layer in plan.layers for row in layer.weights for w in row)
    thickest = _THICK if _count(plan.layers) <= _FEW_WEIGHTS else _THICK_OF_MANY
    for column, layer in enumerate(plan.layers):
        tails, heads = plan.shown[column], plan.shown[column + 1]
        for head, (place, tail) in itertools.product(heads, enumerate(tails)):
            if head is None or tail is None:
                continue
            weight = layer.weights[head][tail]
            share = abs(weight) / size if size > 0.0 and weight == weight else 0.0
            yield Arrow(
                f"w{column}_{head}_{tail}",
                f"n{column}_{tail}",
                f"n{column + 1}_{head}",
                f"weight {'positive' if weight > 0.0 else 'negative' if weight < 0.0 else 'zero'}",
                f"{weight:+.2f}" if plan.write else "",
                diverging(weight, size, plan.theme),
                _THINNEST + (thickest - _THINNEST) * min(1.0, share),
                0.3 + 0.55 * place / (len(tails) - 1) if len(tails) > 1 else 0.5,
            )


def _shown(count: int) -> list[int | None]:
    """Return the units of a column that are drawn, None in the place of those left out."""
    if count <= _MOST_UNITS:
        return list(range(count))
    half = _MOST_UNITS // 2
    return [*range(half), None, *range(count - half + 1, count)]


def _names(count: int, given: Sequence[str], letter: str) -> list[str]:
    if given and len(given) != count:
        argument = {"x": "input_names", "y": "output_names"}[letter]
        raise ValueError(f"{argument} wants {count} names, one for each, got {len(given)}")
    default = [letter] if count == 1 and letter == "y" else [f"{letter}{i}" for i in range(count)]
    return list(map(shorten, given)) or default


def _room_beside(names: Sequence[str]) -> float:
    """Return the room that names need beside their circles; 0 if all fit into them."""
    widest = max(map(text_width, names), default=0.0)
    return widest + _BESIDE if widest > 2.0 * _RADIUS - 4.0 else 0.0


def _name_box(unit: str, name: str, theme: Theme) -> Box:
    return Box(f"{unit}_name", "name", (name,), "name", theme.background, theme.text, "", name)


def _bias_text(layers: Sequence[LayerWeights], column: int, unit: int) -> str:
    bias = layers[column - 1].biases[unit] if column else None
    return "" if bias is None else f"{bias + 0.0:.2f}"


def _gap_box(plan: _Plan, column: int) -> Box:
    units = plan.names[0] if column == 0 else plan.layers[column - 1].weights
    left_out, theme = len(units) - _MOST_UNITS + 1, plan.theme
    fill, note = theme.background, f"{left_out} more"
    return Box(f"n{column}_rest", "gap", (f"+{left_out}",), "gap", fill, theme.muted, "", note)


def _unit_box(plan: _Plan, column: int, unit: int) -> Box:
    id, theme = f"n{column}_{unit}", plan.theme
    if column == 0:
        name = plan.names[0][unit]
        return Box(id, "unit", (name,), "unit input", theme.leaf, theme.text, "", f"input {name}")
    bias = plan.layers[column - 1].biases[unit]
    name = f"layers[{column - 1}].neurons[{unit}]"
    note = name if bias is None else f"{name}: bias {bias!r}"
    last = column == len(plan.layers)
    shown = plan.names[1][unit] if last else _bias_text(plan.layers, column, unit)
    role, fill = ("output", theme.output) if last else ("hidden", theme.operation)
    return Box(id, "unit", (shown,), f"unit {role}", fill, theme.text, "", note)


def _line(start: Point, end: Point) -> list[Point]:
    """Return the line between two circles, from border to border."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = _RADIUS / (dx * dx + dy * dy) ** 0.5
    dx, dy = dx * share, dy * share
    return [(start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy)]
