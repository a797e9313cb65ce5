"""Network: a model drawn as circles in columns, its weights as lines, by width and colour."""

from __future__ import annotations

from collections.abc import Sequence

from viz.colors import Theme, diverging, theme_named
from viz.drawing import Picture, label_size
from viz.layout import Layout, Point
from viz.network.weight_labels import shares_along
from viz.network.weights import LayerWeights, layer_weights
from viz.scene import Arrow, Box, Scene, text_width

_RADIUS, _COLUMN, _ROW = 19.0, 150.0, 50.0
_STEEPEST = 0.32  # at least this share of the tallest column lies between two columns
_MOST_UNITS = 16  # in a column; of more the first and the last ones are drawn
_MOST_LABELS = 30  # weights that are written as numbers as well
_LABEL = 64.0  # room along the lines for one of them
_MOST_PLACED = 300  # weights whose labels make way for other lines: the time grows as the square
_BESIDE = 5.0  # between a circle and a name that is too long for it
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
    counts = [len(layers[0].weights[0]), *(len(layer.weights) for layer in layers)]
    shown = [_shown(count) for count in counts]
    tallest = max(map(len, shown))
    names = [_names(counts[0], input_names, "x"), _names(counts[-1], output_names, "y")]
    beside = [_room_beside(columns) for columns in names]
    total = sum(len(row) for layer in layers for row in layer.weights)
    write = total <= _MOST_LABELS if labels is None else labels
    # each circle of a column has its labels in a column of their own
    labelled = 2.0 * _RADIUS + _LABEL * max(map(len, shown[:-1])) if write else 0.0
    step = max(_COLUMN, _STEEPEST * tallest * _ROW, labelled)
    boxes: list[Box] = []
    centers: list[Point] = []
    last = len(counts) - 1
    for column, units in enumerate(shown):
        for row, unit in enumerate(units):
            box = _unit_box(column, unit, counts, layers, names, theme)
            top = (tallest - len(units)) * _ROW / 2.0
            x, y = beside[0] + _RADIUS + column * step, _RADIUS + top + row * _ROW
            if unit is not None and column in (0, last) and beside[column == last]:
                name = names[column == last][unit]
                away = _RADIUS + _BESIDE + text_width(name) / 2.0
                boxes.append(_name_box(box.id, name, theme))
                centers.append((x + away if column == last else x - away, y))
                box = box._replace(fields=(_bias_text(layers, column, unit),))
            boxes.append(box)
            centers.append((x, y))
    places = {box.id: center for box, center in zip(boxes, centers)}
    size = max((abs(w) for layer in layers for row in layer.weights for w in row), default=1.0)
    widest = _THICK if total <= _FEW_WEIGHTS else _THICK_OF_MANY
    arrows: list[Arrow] = []
    for column, layer in enumerate(layers):
        for head in shown[column + 1]:
            for place, tail in enumerate(shown[column]):
                if head is not None and tail is not None:
                    weight = layer.weights[head][tail]
                    share = abs(weight) / size if size > 0.0 and weight == weight else 0.0
                    width = _THINNEST + (widest - _THINNEST) * min(1.0, share)
                    color = diverging(weight, size, theme)
                    others = len(shown[column]) - 1
                    label_at = 0.3 + 0.55 * place / others if others else 0.5
                    arrow = _weight_arrow(column, tail, head, weight, width, color, write)
                    arrows.append(arrow._replace(label_at=label_at))
    arrows.sort(key=lambda arrow: arrow.width)  # the strongest lie on top
    routes = [_line(places[arrow.tail], places[arrow.head]) for arrow in arrows]
    if write and total <= _MOST_PLACED:
        lines = [(route[0], route[-1]) for route in routes]
        wanted = [arrow.label_at for arrow in arrows]
        shares = shares_along(lines, list(map(label_size, arrows)), wanted)
        arrows = [arrow._replace(label_at=share) for arrow, share in zip(arrows, shares)]
    width = 2.0 * _RADIUS + last * step + sum(beside)
    height = 2.0 * _RADIUS + (tallest - 1) * _ROW
    return Scene(
        tuple(boxes), tuple(arrows), "LR", theme, layout=Layout(centers, routes, width, height)
    )


def _shown(count: int) -> list[int | None]:
    """Return the units of a column that are drawn; None stands for those left out."""
    if count <= _MOST_UNITS:
        return list(range(count))
    half = _MOST_UNITS // 2
    return [*range(half), None, *range(count - half + 1, count)]


def _names(count: int, given: Sequence[str], letter: str) -> list[str]:
    if given and len(given) != count:
        raise ValueError(f"{count} names wanted for {letter}0, {letter}1, ..., got {len(given)}")
    default = [letter] if count == 1 and letter == "y" else [f"{letter}{i}" for i in range(count)]
    return list(given) or default


def _room_beside(names: Sequence[str]) -> float:
    """Return the room that names need beside their circles; 0 if all fit into them."""
    widest = max(map(text_width, names), default=0.0)
    return widest + _BESIDE if widest > 2.0 * _RADIUS - 4.0 else 0.0


def _name_box(unit: str, name: str, theme: Theme) -> Box:
    return Box(f"{unit}_name", "name", (name,), "name", theme.background, theme.text, "", name)


def _bias_text(layers: Sequence[LayerWeights], column: int, unit: int) -> str:
    bias = layers[column - 1].biases[unit] if column else None
    return "" if bias is None else f"{bias + 0.0:.2f}"


def _unit_box(
    column: int,
    unit: int | None,
    counts: Sequence[int],
    layers: Sequence[LayerWeights],
    names: Sequence[Sequence[str]],
    theme: Theme,
) -> Box:
    if unit is None:
        left_out = counts[column] - _MOST_UNITS + 1
        note = f"{left_out} more"
        id = f"n{column}_rest"
        return Box(id, "gap", (f"+{left_out}",), "gap", theme.background, theme.muted, "", note)
    last = len(counts) - 1
    id = f"n{column}_{unit}"
    if column == 0:
        name = names[0][unit]
        return Box(id, "unit", (name,), "unit input", theme.leaf, theme.text, "", f"input {name}")
    bias = layers[column - 1].biases[unit]
    name = f"layers[{column - 1}].neurons[{unit}]"
    note = name if bias is None else f"{name}: bias {bias!r}"
    shown = names[1][unit] if column == last else _bias_text(layers, column, unit)
    role, fill = ("output", theme.output) if column == last else ("hidden", theme.operation)
    return Box(id, "unit", (shown,), f"unit {role}", fill, theme.text, "", note)


def _weight_arrow(
    column: int, tail: int, head: int, weight: float, width: float, color: str, write: bool
) -> Arrow:
    sign = "positive" if weight > 0.0 else "negative" if weight < 0.0 else "zero"
    return Arrow(
        f"w{column}_{head}_{tail}",
        f"n{column}_{tail}",
        f"n{column + 1}_{head}",
        f"weight {sign}",
        f"{weight:+.2f}" if write else "",
        color,
        width,
    )


def _line(start: Point, end: Point) -> list[Point]:
    """Return the line between two circles, from border to border."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    share = _RADIUS / (dx * dx + dy * dy) ** 0.5
    dx, dy = dx * share, dy * share
    return [(start[0] + dx, start[1] + dy), (end[0] - dx, end[1] - dy)]
