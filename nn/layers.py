"""Layers: Layer and Dense (neurons side by side), Sequential and MLP (layers in a row), Dropout."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast, overload

from autograd_core import Value
from nn import activations, initializers
from nn.activations import Activation, LayerActivation
from nn.initializers import Initializer, Seed
from nn.module import Module
from nn.neuron import Neuron
from nn.shapes import Inputs, Output, one_or_list, sample, whole


class Layer(Module):
    """`nout` neurons that all see the same `nin` inputs.

    Args:
        nin: Number of inputs.
        nout: Number of neurons.
        nonlin: Without `activation`: relu (True) or linear (False), as in micrograd.
        activation: A name or a function; softmax goes over all outputs of the layer.
        init: How each weight is drawn, see `nn.initializers`.
        bias: Whether the neurons have biases, which start at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> layer = Layer(3, 2, init="ones")
    >>> [y.data for y in layer([1.0, 2.0, 3.0])]
    [6.0, 6.0]
    """

    def __init__(
        self,
        nin: int,
        nout: int,
        nonlin: bool = True,
        *,
        activation: str | Activation | LayerActivation | None = None,
        init: str | Initializer = "micrograd",
        bias: bool = True,
        rng: Seed = None,
    ) -> None:
        self.nout = whole("a layer's number of neurons", nout)
        self.activation = activations.get(activation or ("relu" if nonlin else "linear"))
        self.neurons: list[Neuron] = []
        self._recipe = (initializers.get(init), bias, rng)
        self.build(nin)

    def build(self, nin: int) -> None:
        """Make the neurons, for `nin` inputs."""
        self.nin = whole("a layer's number of inputs", nin)
        init, bias, rng = self._recipe
        drawn_from = initializers.source(rng)
        of_layer = activations.of_layer(self.activation)
        self.neurons = [
            Neuron(
                nin,
                activation="linear" if of_layer else cast(Activation, self.activation),
                init=init,
                bias=bias,
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
            together = cast(LayerActivation, self.activation)
            outputs = [Value.operand(output) for output in together(outputs)]
        return one_or_list(outputs)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        activation, bias = activations.saved(self.activation), self._recipe[1]
        return {"nin": self.nin, "nout": self.nout, "activation": activation, "bias": bias}

    def output_size(self, inputs: int) -> int:
        """Return the number of neurons."""
        return self.nout

    def weight_holders(self) -> list[tuple[str, object]]:
        """Return the weights as `(inputs, neurons)` and the biases as `(neurons,)`."""
        if not self.neurons:
            return []
        rows = [[neuron.w[i] for neuron in self.neurons] for i in range(self.nin)]
        biases = [neuron.b for neuron in self.neurons]
        return [("weights", rows)] + ([("biases", biases)] if self._recipe[1] else [])

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nout, activations.name_of(self.activation)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.nin} -> {self.nout}, {self.summary_cells()[1]})"


class Sequential(Module):
    """Modules in a row: each sees the outputs of the one before it.

    Args:
        layers: The modules, one by one or as one list (as in PyTorch and in Keras).

    >>> model = Sequential(Layer(2, 3, init="ones"), Layer(3, 1, init="ones"))
    >>> model([1.0, 2.0]).data
    9.0
    """

    def __init__(self, *layers: Module | Sequence[Module]) -> None:
        self.layers: list[Module] = []
        for item in layers:
            for layer in [item] if isinstance(item, Module) else item:
                self.add(layer)

    def add(self, layer: Module) -> None:
        """Append a layer.

        Raises:
            TypeError: If it is not a module.
        """
        if not isinstance(layer, Module):
            raise TypeError(f"Sequential takes modules, got {layer!r:.60}; wrap functions in one")
        self.layers.append(layer)
        self.name_parts(self.path)

    def forward(self, x: Inputs) -> Output:
        """Return the last layer's outputs for one sample."""
        for layer in self.layers:
            x = cast(Output, layer(x))
        return cast(Output, x)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a model again."""
        return {"layers": self.layers}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Sequential:
        """Return a model made again from its `config()`."""
        return cls(*config["layers"])

    def __iter__(self) -> Iterator[Module]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> list[Module]: ...
    def __getitem__(self, index: int | slice) -> Module | list[Module]:
        return self.layers[index]


class MLP(Sequential):
    """A multi-layer perceptron: fully connected layers, ReLU in the hidden ones, linear at the end.

    With the default arguments `random.seed(n)` gives the weights that micrograd gives.

    Args:
        nin: Number of inputs.
        nouts: Number of neurons of each layer, the output layer last.
        activation: Activation of the hidden layers.
        output: Activation of the last layer.
        init: How each weight is drawn, see `nn.initializers`.
        bias: Whether the neurons have biases, which start at 0.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> model = MLP(2, [16, 16, 1])
    >>> len(model.parameters())
    337
    """

    def __init__(
        self,
        nin: int,
        nouts: Sequence[int],
        *,
        activation: str | Activation = "relu",
        output: str | Activation | LayerActivation = "linear",
        init: str | Initializer = "micrograd",
        bias: bool = True,
        rng: Seed = None,
    ) -> None:
        if not nouts:
            raise ValueError("MLP wants at least one layer, got none; the last one is the output")
        sizes, drawn_from = [nin, *nouts], initializers.source(rng)
        self.layers = [
            Layer(
                sizes[i],
                sizes[i + 1],
                activation=output if i == len(nouts) - 1 else activation,
                init=init,
                bias=bias,
                rng=drawn_from,
            )
            for i in range(len(nouts))
        ]

    @property
    def nin(self) -> int:
        """The number of inputs."""
        return cast(Layer, self.layers[0]).nin

    def output_size(self, inputs: int) -> int:
        """Return the number of neurons of the last layer."""
        return cast(Layer, self.layers[-1]).nout

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a model again."""
        layers = [cast(Layer, layer) for layer in self.layers]
        return {
            "nin": self.nin,
            "nouts": [layer.nout for layer in layers],
            "activation": activations.saved(layers[0].activation) if len(layers) > 1 else "relu",
            "output": activations.saved(layers[-1].activation),
            "bias": bool(layers[0].config()["bias"]),
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> MLP:
        """Return a model made again from its `config()`."""
        return cls(**config)

    def summary_rows(self) -> list[tuple[object, ...]]:
        """Return the rows of `summary()`, the passthrough input layer first."""
        return [("input", "Input", self.nin, "-", 0), *super().summary_rows()]
