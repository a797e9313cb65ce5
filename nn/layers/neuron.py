"""Neuron: a weighted sum of its inputs plus a bias, then an activation function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from autograd_core import Value
from nn import activations
from nn.activations import NeuronActivation
from nn.basics import Inputs, Seed, sample, source, whole
from nn.initializers import Initializer
from nn.initializers import get as get_initializer
from nn.modules import Module, claim, kept


class Neuron(Module):
    """One neuron: activation(b + w[0]*x[0] + w[1]*x[1] + ...).

    Args:
        nin: Number of inputs.
        nonlin: Without `activation`: relu (True) or linear (False), as in micrograd.
        activation: A name (`"tanh"`) or a function of a Value.
        init: How each weight is drawn; by default uniform from -1 to 1, as in micrograd.
        bias: Whether the neuron has a bias; it starts at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.
        fan_out: Number of neurons in the layer, for initializers that look at it.

    Raises:
        ValueError: If `nin` is below 1, a name is unknown, or the activation needs a whole layer.

    >>> neuron = Neuron(2, activation="linear", init="ones")
    >>> neuron([2.0, 3.0]).data
    5.0

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: str | NeuronActivation | None = None,
        init: str | Initializer = "micrograd",
        bias: bool = True,
        rng: Seed = None,
        fan_out: int = 1,
    ) -> None:
        draw, drawn_from = get_initializer(init), source(rng)
        self.nin = whole("a Neuron's number of inputs", nin)
        self.nonlin = nonlin
        self.activation = activations.get(activation or ("relu" if nonlin else "linear"))
        if activations.of_layer(self.activation):
            name = activations.name_of(self.activation)
            raise ValueError(f"{name} needs all outputs of a layer; give it to a Layer or a Dense")
        claim(nin + bias)
        self.w = [Value(draw(nin, fan_out, drawn_from)) for _ in range(nin)]
        self.b = Value(0.0) if bias else None

    def forward(self, x: Inputs) -> Value:
        """Return the neuron's output for one sample of `nin` numbers."""
        return self.fire(sample(x, self.nin, self))

    def fire(self, inputs: Sequence[Value]) -> Value:
        """Return the output for inputs that are checked; additions in micrograd's order."""
        weights, total = self.w, self.b
        products = map(Value.__mul__, weights, inputs)
        if total is None:
            total = next(products)
        for product in products:
            total = total + product
        output = cast(NeuronActivation, self.activation)(total)
        if path := kept(self).path:
            output.label = path
        return output

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a neuron again."""
        activation = activations.saved(self.activation)
        return {"nin": self.nin, "activation": activation, "bias": self.b is not None}

    def input_size(self) -> int:
        """Return the number of inputs."""
        return self.nin

    def output_size(self, inputs: int | None) -> int | None:
        """Return 1."""
        return 1

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return 1, activations.name_of(self.activation)

    def __repr__(self) -> str:
        name = activations.name_of(self.activation)
        return f"{ {'relu': 'ReLU'}.get(name, name.capitalize()) }Neuron({self.nin})"
