"""Layers: Layer, Linear and Dense (neurons side by side), and Input; the others by name."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from autograd_core import Value
from nn import activations, initializers
from nn.activation_layers import Activation, ReLU
from nn.activation_options import ELU, LeakyReLU, PReLU, Softmax
from nn.activations import LayerActivation, NeuronActivation
from nn.arguments import columns, whole
from nn.dropout import Dropout
from nn.initializers import Initializer, Seed, Source
from nn.module import Module
from nn.neuron import Neuron
from nn.shapes import Inputs, Output, one_or_list, sample, values


class Layer(Module):
    """`nout` neurons that all see the same `nin` inputs.

    Args:
        nin: Number of inputs.
        nout: Number of neurons.
        nonlin: Without `activation`: relu (True) or linear (False), as in micrograd.
        activation: A name, a function or a module; softmax goes over all outputs of the layer.
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
        self.activation = activations.get(activation or ("relu" if nonlin else "linear"))
        self.bias = bias
        self.neurons = self._made(init, initializers.source(rng))

    def _made(self, init: str | Initializer, drawn_from: Source) -> list[Neuron]:
        of_layer = activations.of_layer(self.activation)
        init = initializers.get(init)  # once a layer: one with a seed starts anew here
        return [
            Neuron(
                self.nin,
                activation="linear" if of_layer else cast(NeuronActivation, self.activation),
                init=init,
                bias=self.bias,
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
        activation = activations.saved(self.activation)
        return {"nin": self.nin, "nout": self.nout, "activation": activation, "bias": self.bias}

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
        return [("weights", rows)] + ([("biases", biases)] if self.bias else [])

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nout, activations.name_of(self.activation)

    def __repr__(self) -> str:
        inputs = self.nin or "?"
        return f"{type(self).__name__}({inputs} -> {self.nout}, {self.summary_cells()[1]})"


class Linear(Layer):
    """A linear layer as in PyTorch: weights and biases from +-1 / sqrt(in_features).

    Args:
        in_features: Number of inputs.
        out_features: Number of outputs.
        bias: Whether there are biases.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> Linear(3, 2)
    Linear(3 -> 2, linear)

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(
        self, in_features: int, out_features: int, bias: bool = True, *, rng: Seed = None
    ) -> None:
        drawn_from = initializers.source(rng)
        limit = 1.0 / math.sqrt(whole("Linear's in_features", in_features))
        draw = initializers.uniform(-limit, limit)
        super().__init__(in_features, out_features, False, init=draw, bias=bias, rng=drawn_from)
        for neuron in self.neurons:
            if neuron.b is not None:
                neuron.b.data = draw(in_features, out_features, drawn_from)

    @property
    def in_features(self) -> int:
        """The number of inputs."""
        return self.nin

    @property
    def out_features(self) -> int:
        """The number of outputs."""
        return self.nout

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"in_features": self.nin, "out_features": self.nout, "bias": self.bias}


class Dense(Layer):
    """A layer with Keras's arguments, which finds out its number of inputs by itself.

    Args:
        units: Number of neurons.
        activation: A name, a function or a module; None is linear.
        use_bias: Whether the neurons have biases.
        kernel_initializer: How each weight is drawn; `init` is another name for it.
        bias_initializer: How each bias is drawn.
        init: How each weight is drawn, as in older Keras.
        input_dim: Number of inputs; by default that of the first sample, or what the layer before
            gives.
        input_shape: `(input_dim,)`; a number will do.
        name: A name for `summary()` and `get_layer`.
        trainable: Whether `fit` moves the weights.
        kernel_regularizer: None; a penalty on weights is an optimizer's `weight_decay`.
        bias_regularizer: The same.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    >>> layer = Dense(12, input_dim=8, init="uniform", activation="relu")
    >>> len(layer.parameters())
    108

    Explained in notebooks/07_load_define_compile_fit_evaluate.ipynb.
    """

    def __init__(
        self,
        units: int,
        activation: str | NeuronActivation | LayerActivation | None = None,
        use_bias: bool = True,
        kernel_initializer: str | Initializer = "glorot_uniform",
        bias_initializer: str | Initializer = "zeros",
        *,
        init: str | Initializer | None = None,
        input_dim: int | None = None,
        input_shape: int | Sequence[int] | None = None,
        name: str | None = None,
        trainable: bool = True,
        kernel_regularizer: None = None,
        bias_regularizer: None = None,
        rng: Seed = None,
    ) -> None:
        if kernel_regularizer is not None or bias_regularizer is not None:
            raise ValueError(
                "Dense takes no regularizer; give the optimizer a weight_decay instead, which for "
                "nn.SGD is an L2 penalty: compile(nn.SGD(lr=0.01, weight_decay=1e-4), ...)"
            )
        self.trainable = trainable
        self.nin = 0  # not known yet
        self.nout = whole("Dense's number of units", units)
        self.activation = activations.get(activation)
        self.bias, self.name = use_bias, name or ""
        self.neurons = []
        self._initializers = init or kernel_initializer, bias_initializer
        draw, draw_bias = map(initializers.get, self._initializers)
        self._recipe = draw, draw_bias, initializers.source(rng)
        if input_shape is not None:
            input_dim = columns("Dense's input_shape", input_shape)
        if input_dim is not None:
            self.build(input_dim)

    def build(self, inputs: int) -> None:
        """Make the neurons, unless they are there."""
        if self.neurons:
            return
        self.nin = whole("Dense's number of inputs", inputs)
        init, bias_init, drawn_from = self._recipe
        self.neurons = self._made(init, drawn_from)
        for neuron in self.neurons:
            if neuron.b is not None:
                neuron.b.data = float(bias_init(self.nin, self.nout, drawn_from))
        self.trainable = self.trainable  # neurons that are new are frozen with their layer
        self.name_parts(self.path)

    def forward(self, x: Inputs) -> Output:
        """Return the outputs for one sample: a Value from one neuron, else a list."""
        if not self.neurons:
            self.build(len(values(x)))
        return super().forward(x)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        names = ("kernel_initializer", "bias_initializer")
        unbuilt = {} if self.neurons else dict(zip(names, self._initializers, strict=True))
        return {
            "units": self.nout,
            "activation": activations.saved(self.activation),
            "use_bias": self.bias,
            "input_dim": self.nin or None,
            "name": self.name,
            **unbuilt,
        }


class Input(Module):
    """The input layer: passes its inputs through and has no parameters.

    Args:
        shape: Number of inputs, or `(number,)` as in Keras.
        name: A name for `summary()` and `get_layer`.

    Raises:
        ValueError: If the shape is of tables or images rather than of rows.

    >>> [x.data for x in Input((2,))([1.0, 2.0])]
    [1.0, 2.0]

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """

    def __init__(self, shape: int | Sequence[int], *, name: str | None = None) -> None:
        self.name = name or ""
        self.nin = columns("Input's shape", shape)

    def forward(self, x: Inputs) -> Output:
        """Return the inputs."""
        return one_or_list(sample(x, self.nin, self))

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        return {"shape": self.nin} | ({"name": self.name} if self.name else {})

    def input_size(self) -> int:
        """Return the number of inputs."""
        return self.nin

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return self.nin

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return self.nin, "-"

    def __repr__(self) -> str:
        return f"Input({self.nin})"


# Keras has all its layers in one place: `from keras.layers import Dense, Dropout`.
__all__ = [
    "ELU",
    "Activation",
    "Dense",
    "Dropout",
    "Input",
    "Layer",
    "LeakyReLU",
    "Linear",
    "PReLU",
    "ReLU",
    "Softmax",
]
