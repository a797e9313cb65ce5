"""Dense and Linear: layers with Keras's and with PyTorch's arguments."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, cast

from autograd_core import Value
from nn import activations, constraints, regularizers
from nn.activations import LayerActivation, NeuronActivation
from nn.basics import Inputs, Output, Seed, columns, flag, source, values, whole
from nn.constraints import Constrain
from nn.initializers import Initializer, uniform
from nn.initializers import get as get_initializer
from nn.layers.neuron import Layer
from nn.modules import internals, leaves
from nn.regularizers import Penalty


class Dense(Layer):
    """A layer with Keras's arguments, which infers its number of inputs.

    Args:
        units: Number of neurons.
        activation: A name, a function or a module; None is linear.
        use_bias: Whether the neurons have biases.
        kernel_initializer: How each weight is drawn.
        bias_initializer: How each bias is drawn.
        init: Older Keras's name for `kernel_initializer`, which it overrides.
        input_dim: Number of inputs; by default the size of the first sample, or the number of
            outputs of the layer before.
        input_shape: `(input_dim,)`; a number will do.
        name: A name for `summary()` and `get_layer`.
        trainable: Whether `fit` moves the weights.
        kernel_regularizer: A penalty on the weights that `fit` adds to the loss: "l2", or one of
            `nn.regularizers`.
        bias_regularizer: The same on the biases.
        kernel_constraint: A constraint that `fit` applies to the weights after each step:
            "non_neg", or one of `nn.constraints`.
        bias_constraint: The same for the biases.
        rng: Where weights are drawn from, or a seed; by default the module `random`.

    Raises:
        ValueError: If a number is below 1, or a name is unknown.

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
        kernel_regularizer: regularizers.Choice = None,
        bias_regularizer: regularizers.Choice = None,
        kernel_constraint: constraints.Choice = None,
        bias_constraint: constraints.Choice = None,
        rng: Seed = None,
    ) -> None:
        self.regularizers = (
            regularizers.get(kernel_regularizer),
            regularizers.get(bias_regularizer),
        )
        self.constraints = constraints.get(kernel_constraint), constraints.get(bias_constraint)
        if any(isinstance(given, constraints.Constraint) for given in self.regularizers) or any(
            isinstance(given, regularizers.L1L2) for given in self.constraints
        ):
            raise TypeError(
                "Dense wants a penalty such as nn.regularizers.L2 as kernel_regularizer or "
                "bias_regularizer, and a constraint such as nn.constraints.MaxNorm as "
                "kernel_constraint or bias_constraint, got these exchanged; swap them"
            )
        self.trainable = flag("Dense's trainable", trainable)
        self.nin = 0  # not known yet
        self.nout = whole("Dense's number of units", units)
        self.activation = activations.get(activation)
        self.use_bias, self.name = flag("Dense's use_bias", use_bias), name or ""
        self.neurons = []
        self._initializers = init or kernel_initializer, bias_initializer
        draw, draw_bias = map(get_initializer, self._initializers)
        self._recipe = draw, draw_bias, source(rng)
        if input_shape is not None:
            input_dim = columns("Dense's input_shape", input_shape)
        if input_dim is not None:
            self.build(input_dim)

    regularizers: tuple[Penalty | None, Penalty | None] = None, None
    constraints: tuple[Constrain | None, Constrain | None] = None, None

    def build(self, input_shape: int | Sequence[int | None]) -> None:
        """Make the neurons, unless they exist already."""
        if self.neurons:
            return
        self.nin = columns("Dense's number of inputs", input_shape)
        init, bias_init, drawn_from = self._recipe
        self.neurons = self._make_neurons(init, drawn_from)
        for neuron in self.neurons:
            if neuron.b is not None:
                neuron.b.data = float(bias_init(self.nin, self.nout, drawn_from))
        self.trainable = self.trainable  # applies to the new neurons as well
        self.name_parts(internals(self).path)

    def penalties(self) -> list[Value]:
        """Return the terms that its regularizers add to the loss."""
        found = []
        for (_, holder), penalty in zip(self.weight_holders(), self.regularizers, strict=False):
            if penalty is not None:
                found.append(Value.operand(penalty(leaves(holder))))
        return found

    def constrained(self) -> list[tuple[object, Constrain]]:
        """Return weights and biases with their constraints."""
        holders = [holder for _, holder in self.weight_holders()]
        pairs = zip(holders, self.constraints, strict=False)
        return [(holder, constraint) for holder, constraint in pairs if constraint is not None]

    def forward(self, x: Inputs) -> Output:
        """Return the outputs for one sample: a Value from one neuron, else a list."""
        if not self.neurons:
            self.build(len(values(x)))
        return super().forward(x)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a layer again."""
        names = ("kernel_initializer", "bias_initializer")
        restrictions = {
            f"{part}_{kind}": save(chosen)
            for kind, save, both in (
                ("regularizer", regularizers.saved, self.regularizers),
                ("constraint", constraints.saved, self.constraints),
            )
            for part, chosen in zip(("kernel", "bias"), cast("tuple[Any, Any]", both), strict=True)
            if chosen is not None
        }
        unbuilt = {} if self.neurons else dict(zip(names, self._initializers, strict=True))
        return {
            "units": self.nout,
            "activation": activations.saved(self.activation),
            "use_bias": self._has_bias,
            "input_dim": self.nin or None,
            "name": self.name,
            **unbuilt,
            **restrictions,
        }


class Linear(Layer):
    """A linear layer as in PyTorch: weights and biases uniform within +-1 / sqrt(in_features).

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
        return {"in_features": self.nin, "out_features": self.nout, "bias": self._has_bias}
