"""Weights: the layers of a model, read from its attributes or from its parameters' names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, cast

from viz.steps import Part, label_parts


class Number(Protocol):
    """A parameter: a Value, or anything else with a number in `.data`."""

    @property
    def data(self) -> float:
        """The number."""
        ...


Parameter: TypeAlias = "Number | float"
Field: TypeAlias = Literal["data", "grad"]
_BIAS = -1  # the place of a bias among a neuron's weights


@dataclass(frozen=True, slots=True)
class LayerWeights:
    """One layer: a row of weights per neuron, and the biases."""

    weights: Sequence[Sequence[float]]
    biases: Sequence[float | None]


def layer_weights(model: object, field: Field = "data") -> list[LayerWeights]:
    """Return the weights of a model, layer by layer, from the inputs on.

    Args:
        model: Anything with `layers[i].neurons[j].w` and `.b`, or with `parameters()` whose labels
            are such paths; a layer; or a dict from path to number or array, like `state_dict()`.
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
            weights = [[number_in(w, field) for w in neuron.w] for neuron in neurons]
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
    layers: dict[tuple[Part, ...], dict[int, dict[int, float]]] = {}
    for name, parameter in named.items():
        *layer, neuron, own = (Part(""), *label_parts(name))
        if neuron.name == "neurons" and neuron.is_module:
            found = dict(_placed(own, parameter, field))
            if found:
                neurons = layers.setdefault(tuple(layer), {})
                neurons.setdefault(neuron.indices[0], {}).update(found)
    # by index: a file may be sorted by name, with neurons[10] before neurons[2]
    order = list(dict.fromkeys(part.name for layer in layers for part in layer))
    paths = sorted(layers, key=lambda path: [(order.index(name), at) for name, at in path])
    return [
        LayerWeights(
            [[row[place] for place in sorted(row) if place != _BIAS] for row in rows],
            [row.get(_BIAS) for row in rows],
        )
        for rows in [[layers[path][i] for i in sorted(layers[path])] for path in paths]
    ]


def _placed(own: Part, parameter: Parameter, field: Field) -> Iterator[tuple[int, float]]:
    """Yield the places and numbers of a neuron's parameter, or nothing if it is neither w nor b."""
    if own == Part("w") and isinstance(parameter, Iterable):  # all weights of a neuron
        yield from enumerate([number_in(weight, field) for weight in parameter])
    elif own.name == "w" and own.is_module:
        yield own.indices[0], number_in(parameter, field)
    elif own == Part("b"):
        yield _BIAS, number_in(parameter, field)


def number_in(parameter: object, field: Field) -> float:
    """Return the data or the gradient of a parameter; a plain number is its own data."""
    number = parameter if field == "data" else getattr(parameter, "grad", None)
    inside = getattr(number, "data", number)
    if isinstance(inside, memoryview):  # of a NumPy scalar
        inside = number
    return float(cast(float, inside) or 0.0)  # a gradient may be a Value, or None


def _bias(parameter: object, field: Field) -> float | None:
    return None if parameter is None else number_in(parameter, field)
