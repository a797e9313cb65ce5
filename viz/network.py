"""Network: a model drawn as circles in columns, its weights as lines, by width and colour."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, cast

from viz.colors import Theme, diverging, theme_named
from viz.layout import Layout, Point
from viz.picture import Picture
from viz.scene import Arrow, Box, Scene

_RADIUS, _COLUMN, _ROW = 19.0, 150.0, 50.0
_STEEPEST = 0.32  # at least this share of the tallest column lies between two columns
_MOST_UNITS = 16  # in a column; of more the first and the last ones are drawn
_MOST_LABELS = 30  # weights that are written as numbers as well
_LABEL = 64.0  # room along the lines for one of them
_FEW_WEIGHTS = 100
_THINNEST, _THICK, _THICK_OF_MANY = 0.6, 4.5, 2.6
_WEIGHT = re.compile(r"(?:(.*)\.)?neurons\[(\d+)\]\.(w\[(\d+)\]|b)")


class Number(Protocol):
    """A parameter: a Value, or anything else with a number in `.data`."""

    @property
    def data(self) -> float:
        """The number."""
        ...


Parameter: TypeAlias = "Number | float"
Field: TypeAlias = Literal["data", "grad"]


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer: a row of weights per neuron, and the biases."""

    weights: Sequence[Sequence[float]]
    biases: Sequence[float | None]


def layer_weights(model: object, field: Field = "data") -> list[LayerWeights]:
    """Return the weights of a model, layer by layer, the one at the inputs first.

    Args:
        model: Anything with `layers[i].neurons[j].w` and `.b`; or with `parameters()` whose
            labels are such paths; or a layer; or a dict of path to number, as `state_dict()`.
        field: "data" for the parameters, "grad" for their gradients.

    Raises:
        TypeError: If it has none of these.
    """
    found = _by_attributes(model, field)
    if not found:
        found = _by_names(_named(model), field)
    if not found:
        raise TypeError(
            "a model to draw has layers[i].neurons[j].w and .b, or parameters() "
            f"labelled like layers[0].neurons[1].w[2]; got {type(model).__name__}"
        )
    return found


def _by_attributes(model: object, field: Field) -> list[LayerWeights]:
    layers: list[LayerWeights] = []
    stack = [model]
    while stack:
        part = stack.pop()
        neurons = getattr(part, "neurons", None)
        if isinstance(neurons, (list, tuple)) and neurons:
            weights = [[_number(w, field) for w in neuron.w] for neuron in neurons]
            biases = [_bias(getattr(neuron, "b", None), field) for neuron in neurons]
            layers.append(LayerWeights(weights, biases))
        else:
            inner = getattr(part, "layers", ())
            stack.extend(reversed(inner if isinstance(inner, (list, tuple)) else ()))
    return layers


def _named(model: object) -> Mapping[str, Parameter]:
    if isinstance(model, Mapping):
        return cast(Mapping[str, Parameter], model)
    parameters = getattr(model, "parameters", None)
    if not callable(parameters):
        return {}
    found = cast("Iterable[Number]", parameters())
    return {str(getattr(parameter, "label", "")): parameter for parameter in found}


def _by_names(named: Mapping[str, Parameter], field: Field) -> list[LayerWeights]:
    layers: dict[str, dict[int, tuple[dict[int, float], list[float]]]] = {}
    for name, parameter in named.items():
        match = _WEIGHT.fullmatch(name)
        if not match:
            continue
        weights, biases = layers.setdefault(match[1] or "", {}).setdefault(int(match[2]), ({}, []))
        if match[4]:
            weights[int(match[4])] = _number(parameter, field)
        else:
            biases.append(_number(parameter, field))
    return [
        LayerWeights(
            [[weights[i] for i in sorted(weights)] for weights, _ in neurons.values()],
            [biases[0] if biases else None for _, biases in neurons.values()],
        )
        for neurons in layers.values()
    ]


def _number(parameter: object, field: Field) -> float:
    number = getattr(parameter, field, parameter if field == "data" else 0.0)
    return float(cast(float, getattr(number, "data", number)))  # a gradient may be a Value


def _bias(parameter: object, field: Field) -> float | None:
    return None if parameter is None else _number(parameter, field)


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
        input_names: Names of the inputs, else x0, x1, ...
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
    total = sum(len(row) for layer in layers for row in layer.weights)
    write = total <= _MOST_LABELS if labels is None else labels
    # each circle of a column has its labels in a column of their own
    labelled = 2.0 * _RADIUS + _LABEL * max(map(len, shown[:-1])) if write else 0.0
    step = max(_COLUMN, _STEEPEST * tallest * _ROW, labelled)
    boxes: list[Box] = []
    centers: list[Point] = []
    for column, units in enumerate(shown):
        for row, unit in enumerate(units):
            boxes.append(_unit_box(column, unit, counts, layers, names, theme))
            top = (tallest - len(units)) * _ROW / 2.0
            centers.append((_RADIUS + column * step, _RADIUS + top + row * _ROW))
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
    width = 2.0 * _RADIUS + (len(counts) - 1) * step
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
    shown = names[1][unit] if column == last else "" if bias is None else f"{bias + 0.0:.2f}"
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
