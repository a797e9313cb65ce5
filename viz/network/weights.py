"""Weights: what a model consists of, read from its attributes or from its parameters' names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    layers: dict[tuple[Part, ...], dict[int, tuple[dict[int, float], list[float]]]] = {}
    for name, parameter in named.items():
        *layer, neuron, own = (Part(""), *label_parts(name))
        is_weight = own.name == "w" and own.is_module
        if neuron.name != "neurons" or not neuron.is_module or not (is_weight or own == Part("b")):
            continue
        neurons = layers.setdefault(tuple(layer), {})
        weights, biases = neurons.setdefault(neuron.indices[0], ({}, []))
        if is_weight:
            weights[own.indices[0]] = number_in(parameter, field)
        else:
            biases.append(number_in(parameter, field))
    return [
        LayerWeights(
            [[weights[i] for i in sorted(weights)] for weights, _ in neurons.values()],
            [biases[0] if biases else None for _, biases in neurons.values()],
        )
        for neurons in layers.values()
    ]


def number_in(parameter: object, field: Field) -> float:
    """Return the data or the gradient of a parameter; a plain number is its own data."""
    number = getattr(parameter, field, parameter if field == "data" else 0.0)
    return float(cast(float, getattr(number, "data", number)) or 0.0)  # a gradient: a Value, None


def _bias(parameter: object, field: Field) -> float | None:
    return None if parameter is None else number_in(parameter, field)
