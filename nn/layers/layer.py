"""Layer: neurons side by side, as in micrograd; Linear: the same as in PyTorch."""

from __future__ import annotations

import math
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
    matrix,
    one_or_list,
    sample,
    source,
    whole,
)
from nn.initializers import Initializer, uniform
from nn.initializers import get as get_initializer
from nn.layers.neuron import Neuron
from nn.modules import Module


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
        self.use_bias = bias
        self.neurons = self._made(init, source(rng))

    def _made(self, init: str | Initializer, drawn_from: Source) -> list[Neuron]:
        of_layer = activations.of_layer(self.activation)
        init = get_initializer(init)  # once a layer: one with a seed starts anew here
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
        return {"nin": self.nin, "nout": self.nout, "activation": activation, "bias": self._biased}

    def __setstate__(self, state: dict[str, object]) -> None:
        if "bias" in state:  # pickled before it was a name of the parameters
            state = {**state, "use_bias": state["bias"]}
            del state["bias"]
        super().__setstate__(state)

    @property
    def _biased(self) -> bool:
        return self.neurons[0].b is not None if self.neurons else self.use_bias

    @property
    def weight(self) -> Parameters:
        """The weights `(neurons, inputs)`, as PyTorch has them; the Values themselves."""
        return matrix([neuron.w for neuron in self.neurons])

    @weight.setter
    def weight(self, numbers: ArrayLike) -> None:
        self.weight.copy_(numbers)

    @property
    def kernel(self) -> Parameters:
        """The weights `(inputs, neurons)`, as Keras has them; the Values themselves."""
        return matrix(list(zip(*[neuron.w for neuron in self.neurons], strict=True)))

    @kernel.setter
    def kernel(self, numbers: ArrayLike) -> None:
        self.kernel.copy_(numbers)

    @property
    def bias(self) -> Parameters | None:
        """The biases `(neurons,)`, the Values themselves; None if there are none."""
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
        return [("weights", rows)] + ([("biases", biases)] if self._biased else [])

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
        drawn_from = source(rng)
        limit = 1.0 / math.sqrt(whole("Linear's in_features", in_features))
        draw = uniform(-limit, limit)
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
        return {"in_features": self.nin, "out_features": self.nout, "bias": self._biased}
