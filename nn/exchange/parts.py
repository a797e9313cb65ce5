"""Parts: a model as a list of plain layers, the intermediate form of all conversions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nn import activations, layers
from nn.basics import Floats
from nn.models import Sequential
from nn.modules import Module, numbers

Normalization = layers.BatchNormalization | layers.LayerNormalization


@dataclass(frozen=True)
class Part:
    """One layer of a sequential model.

    Attributes:
        name: Its name in a file: the number of its layer.
        kind: "dense", "dropout", "batch_norm", "layer_norm", or the name of an activation.
        options: The options of an activation, dropout or normalization.
        weights: `(inputs, outputs)` of a dense part; `(units,)` slopes of a PReLU, or scales.
        biases: `(outputs,)`, if there are any.
        mean: `(inputs,)` the moving mean of a batch normalization.
        variance: `(inputs,)` the moving variance.
    """

    name: str
    kind: str
    options: dict[str, Any] = field(default_factory=dict)
    weights: Floats | None = None
    biases: Floats | None = None
    mean: Floats | None = None
    variance: Floats | None = None

    def arrays(self) -> dict[str, Floats]:
        """Return its arrays with PyTorch's names and shapes, in the order of `set_weights`."""
        found = {
            "weight": self.weights,
            "bias": self.biases,
            "running_mean": self.mean,
            "running_var": self.variance,
        }
        return {name: array.T for name, array in found.items() if array is not None}


# classes of activations with options; the others are made by name
MAKERS: dict[str, Callable[..., Module]] = {
    "leaky_relu": layers.LeakyReLU,
    "elu": layers.ELU,
    "gelu": layers.GELU,
    "softplus": layers.Softplus,
    "hard_tanh": layers.Hardtanh,
    "softmax": layers.Softmax,
    "log_softmax": layers.LogSoftmax,
}
# the options of an activation that is given by name, here as in Keras
DEFAULTS: dict[str, dict[str, Any]] = {
    "leaky_relu": {"negative_slope": 0.2},
    "elu": {"alpha": 1.0},
    "gelu": {"approximate": "none"},
    "softplus": {"beta": 1.0, "threshold": 20.0},
    "hard_tanh": {"min_val": -1.0, "max_val": 1.0},
}


def parts_of(model: Module, to: str) -> list[Part]:
    """Return the parts of a model, in order.

    Args:
        model: A Sequential, an MLP, or one layer.
        to: The name of the conversion, for messages.

    Raises:
        TypeError: If a part has no counterpart, or the model is not sequential.
        ValueError: If a layer has no weights yet.

    >>> from nn.layers import Dense
    >>> [part.kind for part in parts_of(Dense(2, activation="relu", input_dim=3), "it")]
    ['dense', 'relu']
    """
    return list(_parts(model, "", to))


def _parts(module: Module, name: str, to: str) -> Iterator[Part]:
    if isinstance(module, Sequential):
        for i, layer in enumerate(module.layers):
            yield from _parts(layer, f"{name}.{i}" if name else str(i), to)
        return
    name = name or "0"
    if isinstance(module, layers.Layer | Normalization) and module.input_size() is None:
        raise ValueError(
            f"{to} wants a model with weights, and {module!r} does not know its inputs yet; "
            "give it input_dim=, or call the model once"
        )
    if isinstance(module, layers.Layer):
        arrays = module.get_weights()
        biases = arrays[1] if module.bias else None
        yield Part(name, "dense", {}, arrays[0], biases)
        yield from _activation(module.activation, f"{name}_activation", to)
    elif isinstance(module, Normalization):
        yield _normalization(module, name)
    elif isinstance(module, layers.Dropout):
        yield Part(name, "dropout", {"rate": module.rate})
    elif isinstance(module, layers.Activation):
        yield from _activation(module, name, to)
    elif not isinstance(module, layers.Input):
        raise TypeError(
            f"{to} converts Sequential, MLP, Dense, Linear, Layer, Dropout, normalizations and "
            f"activations, got {type(module).__name__}; write a model of your own again by hand"
        )


def _normalization(
    module: layers.BatchNormalization | layers.LayerNormalization, name: str
) -> Part:
    options: dict[str, Any] = {"size": module.nin, "eps": module.epsilon}
    scale, offset = (numbers(held) if held else None for held in (module.gamma, module.beta))
    if isinstance(module, layers.LayerNormalization):
        return Part(name, "layer_norm", options, scale, offset)
    moving = numbers(module.moving_mean), numbers(module.moving_variance)
    return Part(
        name, "batch_norm", options | {"momentum": 1.0 - module.momentum}, scale, offset, *moving
    )


def _activation(activation: object, name: str, to: str) -> Iterator[Part]:
    if isinstance(activation, layers.PReLU):
        yield Part(name, "prelu", {}, activation.get_weights()[0])
        return
    if isinstance(activation, layers.Activation):
        for kind, maker in MAKERS.items():
            if maker is type(activation):
                yield Part(name, kind, DEFAULTS.get(kind, {}) | activation.config())
                return
        activation = activation.activation
    kind = activations.name_of(activation)
    if activations.BY_NAME.get(kind) is not activation:
        raise TypeError(
            f"{to} converts activations that have a name, got {activation!r:.60}; those are "
            + ", ".join(activations.BY_NAME)
        )
    if kind == "leaky_relu_of_pytorch":
        yield Part(name, "leaky_relu", {"negative_slope": 0.01})
    elif kind != "linear":
        yield Part(name, kind, DEFAULTS.get(kind, {}))


def model_of(parts: Sequence[Part]) -> Sequential:
    """Return the model of a list of parts, with their weights.

    >>> model_of([Part("0", "tanh"), Part("1", "dropout", {"rate": 0.5})])[0]
    Activation(activation='tanh')
    """
    model = Sequential()
    for part in parts:
        model.add(_module(part))
    return model


def _module(part: Part) -> Module:
    if part.kind == "dense":
        assert part.weights is not None
        inputs, outputs = part.weights.shape
        layer = layers.Linear(inputs, outputs, part.biases is not None)
        arrays = [part.weights] if part.biases is None else [part.weights, part.biases]
        layer.set_weights(arrays)
        return layer
    if part.kind == "dropout":
        return layers.Dropout(part.options["rate"])
    if part.kind in ("batch_norm", "layer_norm"):
        size, eps, affine = part.options["size"], part.options["eps"], part.weights is not None
        normalization: layers.BatchNorm1d | layers.LayerNorm
        if part.kind == "batch_norm":
            normalization = layers.BatchNorm1d(size, eps, part.options["momentum"], affine)
        else:
            normalization = layers.LayerNorm(size, eps, affine, part.biases is not None)
        normalization.set_weights([*part.arrays().values()])
        return normalization
    if part.kind == "prelu":
        assert part.weights is not None
        slopes = layers.PReLU(len(part.weights))
        slopes.set_weights([part.weights])
        return slopes
    if part.kind in MAKERS:
        return MAKERS[part.kind](**part.options)
    return layers.Activation(part.kind)


def refuse(what: str, got: str, known: Sequence[str]) -> TypeError:
    """Return the error about a part without counterpart; `known` are those with one."""
    return TypeError(f"{what} has no counterpart for {got}; it converts {', '.join(known)}")
