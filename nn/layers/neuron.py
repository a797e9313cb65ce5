"""Neuron: a weighted sum plus a bias, then an activation; Layer: neurons with the same inputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from numpy.typing import ArrayLike

from autograd_core import Value
from nn import activations
from nn.activations import LayerActivation, NeuronActivation
from nn.basics import (
    Inputs,
    Output,
    Parameters,
    Seed,
    Source,
    flag,
    matrix,
    one_or_list,
    sample,
    source,
    spend_budget,
    whole,
)
from nn.initializers import Initializer
from nn.initializers import get as get_initializer
from nn.modules import Module, internals


class Neuron(Module):
    """One neuron: activation(b + w[0]*x[0] + w[1]*x[1] + ...).

    Args:
        nin: Number of inputs.
        nonlin: The default of `activation`: relu (True) or linear (False), as in micrograd.
        activation: A name (`"tanh"`) or a function of a Value.
        init: How each weight is drawn; by default uniform from -1 to 1, as in micrograd.
        bias: Whether the neuron has a bias; it starts at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.
        fan_out: Number of neurons in the layer, for initializers that use it.

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
        self.nonlin = flag("a Neuron's nonlin", nonlin, "say activation='tanh'")
        bias = flag("a Neuron's bias", bias)
        self.activation = activations.get(activation or ("relu" if nonlin else "linear"))
        if activations.of_layer(self.activation):
            name = activations.name_of(self.activation)
            raise ValueError(f"{name} needs all outputs of a layer; give it to a Layer or a Dense")
        spend_budget(nin + bias)
        self.w = [Value(draw(nin, fan_out, drawn_from)) for _ in range(nin)]
        self.b = Value(0.0) if bias else None

    def forward(self, x: Inputs) -> Value:
        """Return the neuron's output for one sample of `nin` numbers."""
        return self.fire(sample(x, self.nin, self))

    def fire(self, inputs: Sequence[Value]) -> Value:
        """Return the output for `nin` Values, which are not checked.

        Terms are added in micrograd's order: the bias first.
        """
        weights, total = self.w, self.b
        products = map(Value.__mul__, weights, inputs)
        if total is None:
            total = next(products)
        for product in products:
            total = total + product
        output = cast(NeuronActivation, self.activation)(total)
        if path := internals(self).path:
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


class Layer(Module):
    """`nout` neurons with the same `nin` inputs.

    Args:
        nin: Number of inputs.
        nout: Number of neurons.
        nonlin: The default of `activation`: relu (True) or linear (False), as in micrograd.
        activation: A name, a function or a module; softmax is applied to all outputs of the layer.
        init: How each weight is drawn, see `nn.initializers`.
        bias: Whether the neurons have biases, which start at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> layer = Layer(3, 2, init="ones")
    >>> [y.data for y in layer([1.0, 2.0, 3.0])]
    [6.0, 6.0]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: str | NeuronActivation | LayerActivation | None = None,
        init: str | Initializer = "micrograd",
        bias: bool = True,
        rng: Seed = None,
    ) -> None:
        self.nin = whole("a layer's number of inputs", nin)
        self.nout = whole("a layer's number of neurons", nout)
        nonlin = flag("a layer's nonlin", nonlin, "say activation='tanh'")
        self.activation = activations.get(activation or ("relu" if nonlin else "linear"))
        self.use_bias = flag("a layer's bias", bias)
        self.neurons = self._make_neurons(init, source(rng))

    def _make_neurons(self, init: str | Initializer, drawn_from: Source) -> list[Neuron]:
        of_layer = activations.of_layer(self.activation)
        init = get_initializer(init)  # once for all neurons: a seed starts one source per layer
        return [
            Neuron(
                self.nin,
                activation="linear" if of_layer else cast(NeuronActivation, self.activation),
                init=init,
                bias=self.use_bias,
                rng=drawn_from,
                fan_out=self.nout,
            )
            for _ in range(self.nout)
        ]

    def forward(self, x: Inputs) -> Output:
        """Return the outputs for one sample: a Value from one neuron, else a list."""
        inputs = sample(x, self.nin, self)
        outputs = [neuron.fire(inputs) for neuron in self.neurons]
        if activations.of_layer(self.activation):
            whole_layer = cast(LayerActivation, self.activation)
            outputs = [Value.operand(output) for output in whole_layer(outputs)]
        return one_or_list(outputs)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        activation = activations.saved(self.activation)
        return {
            "nin": self.nin,
            "nout": self.nout,
            "activation": activation,
            "bias": self._has_bias,
        }

    def __setstate__(self, state: dict[str, object]) -> None:
        if "bias" in state:  # pickled when `bias` was the option, not the parameters
            state = {**state, "use_bias": state["bias"]}
            del state["bias"]
        super().__setstate__(state)

    @property
    def _has_bias(self) -> bool:
        return self.neurons[0].b is not None if self.neurons else self.use_bias

    @property
    def weight(self) -> Parameters:
        """The weights `(neurons, inputs)`, as in PyTorch; the Values themselves, not copies."""
        return matrix([neuron.w for neuron in self.neurons])

    @weight.setter
    def weight(self, numbers: ArrayLike) -> None:
        self.weight.copy_(numbers)

    @property
    def kernel(self) -> Parameters:
        """The weights `(inputs, neurons)`, as in Keras; the Values themselves, not copies."""
        return matrix(list(zip(*[neuron.w for neuron in self.neurons], strict=True)))

    @kernel.setter
    def kernel(self, numbers: ArrayLike) -> None:
        self.kernel.copy_(numbers)

    @property
    def bias(self) -> Parameters | None:
        """The biases `(neurons,)`, the Values themselves, not copies; None if there are none."""
        biases = [neuron.b for neuron in self.neurons if neuron.b is not None]
        return Parameters(biases) if biases else None

    @bias.setter
    def bias(self, numbers: ArrayLike) -> None:
        if self.bias is None:
            raise ValueError(f"this {type(self).__name__} has no biases; make it with bias=True")
        self.bias.copy_(numbers)

    def input_size(self) -> int | None:
        """Return the number of inputs; None if it is not known yet."""
        return self.nin or None

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of neurons."""
        return self.nout

    def weight_holders(self) -> list[tuple[str, object]]:
        """Return the weights as `(inputs, neurons)` and the biases as `(neurons,)`."""
        if not self.neurons:
            return []
        rows = [[neuron.w[i] for neuron in self.neurons] for i in range(self.nin)]
        biases = [neuron.b for neuron in self.neurons]
        return [("weights", rows)] + ([("biases", biases)] if self._has_bias else [])

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nout, activations.name_of(self.activation)

    def __repr__(self) -> str:
        inputs = self.nin or "?"
        return f"{type(self).__name__}({inputs} -> {self.nout}, {self.summary_cells()[1]})"
