"""Activation layers: activations as modules, for Sequential or as `activation=` of a layer."""

from __future__ import annotations

from typing import ClassVar, cast

from autograd_core import Value
from nn import activations
from nn.module import Module
from nn.shapes import Inputs, Output, Rows, values


class Activation(Module):
    """An activation by name, as a module (Keras's `Activation("relu")`).

    Given one number it returns one, given a list a list; softmax takes the list as a whole.

    >>> Activation("relu")([-1.0, 2.0])
    [Value(data=0.0, grad=0.0), Value(data=2.0, grad=0.0)]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(
        self, activation: str | activations.Activation | activations.LayerActivation
    ) -> None:
        self.activation = activations.get(activation)

    @property
    def of_layer(self) -> bool:
        """Whether it takes all outputs of a layer at once."""
        return activations.of_layer(self.activation)

    def forward(self, x: Inputs) -> Output:
        """Return the activation of one number, or of each in a list."""
        if self.of_layer:
            together = cast(activations.LayerActivation, self.activation)
            return Rows([Value.operand(output) for output in together(values(x))])
        if isinstance(x, Value | float | int):
            return self.one(Value.operand(x))
        return Rows([self.one(item) for item in values(x)])

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return cast(activations.Activation, self.activation)(x)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        if type(self) is Activation:
            return {"activation": activations.saved(self.activation)}
        return {}

    def output_size(self, inputs: int | None) -> int | None:
        """Return the number of inputs."""
        return inputs

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return "-", activations.name_of(self.activation)

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value!r}" for name, value in self.config().items())
        return f"{type(self).__name__}({options})"


class Fixed(Activation):
    """An activation without options: what a subclass has named."""

    named: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.named)


class Identity(Fixed):
    """x.

    >>> Identity()(1.5).data
    1.5

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "linear"


class ReLU(Fixed):
    """max(x, 0).

    >>> ReLU()(-1.0).data
    0.0

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "relu"


class Sigmoid(Fixed):
    """1 / (1 + exp(-x)).

    >>> Sigmoid()(0.0).data
    0.5

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "sigmoid"


class Tanh(Fixed):
    """tanh(x).

    >>> round(Tanh()(1.0).data, 6)
    0.761594

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "tanh"


class SELU(Fixed):
    """ELU scaled to keep mean 0 and variance 1 (Klambauer et al. 2017).

    >>> round(SELU()(1.0).data, 6)
    1.050701

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "selu"


class Softplus(Fixed):
    """log(1 + exp(x)).

    >>> round(Softplus()(0.0).data, 6)
    0.693147

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "softplus"


class Softsign(Fixed):
    """x / (1 + |x|).

    >>> Softsign()(1.0).data
    0.5

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "softsign"


class SiLU(Fixed):
    """x * sigmoid(x), also swish.

    >>> round(SiLU()(1.0).data, 6)
    0.731059

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "silu"


class GELU(Fixed):
    """x * Phi(x), Phi the normal distribution.

    >>> round(GELU()(1.0).data, 6)
    0.841345

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "gelu"


class Mish(Fixed):
    """x * tanh(softplus(x)).

    >>> round(Mish()(1.0).data, 6)
    0.865098

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "mish"


class Step(Fixed):
    """1 from 0 on, else 0; it has no gradient.

    >>> Step()(0.0).data
    1.0

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "step"


class Softmax(Activation):
    """exp(x) / sum(exp(x)) over all outputs of a layer.

    Args:
        dim: PyTorch's name for where the outputs are, `axis` Keras's: the last axis, -1 or 1.

    >>> [p.data for p in Softmax()([0.0, 0.0])]
    [0.5, 0.5]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        _last_axis(dim, axis)
        super().__init__("softmax")


class LogSoftmax(Activation):
    """log(softmax), without underflow.

    Args:
        dim: The last axis, as in `Softmax`.

    >>> [round(p.data, 6) for p in LogSoftmax()([0.0, 0.0])]
    [-0.693147, -0.693147]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        _last_axis(dim, axis)
        super().__init__("log_softmax")


def _last_axis(dim: int | None, axis: int | None) -> None:
    for number in (dim, axis):
        if number not in (None, -1, 1):
            raise ValueError(
                f"softmax goes over a sample's outputs, the last axis: -1 or 1, got {number}"
            )


class LeakyReLU(Activation):
    """x above 0, negative_slope * x below (Maas et al. 2013).

    >>> LeakyReLU(0.2)(-1.0).data
    -0.2

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, negative_slope: float = 0.01) -> None:
        super().__init__("leaky_relu")
        self.negative_slope = negative_slope

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return x.leaky_relu(self.negative_slope)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {"negative_slope": self.negative_slope}


class ELU(Activation):
    """x above 0, alpha * (exp(x) - 1) below (Clevert et al. 2016).

    >>> round(ELU()(-1.0).data, 6)
    -0.632121

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, alpha: float = 1.0) -> None:
        super().__init__("elu")
        self.alpha = alpha

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return x.elu(self.alpha)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {"alpha": self.alpha}
