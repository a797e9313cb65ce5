"""Activation layers: activations as modules, for Sequential or as `activation=` of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from autograd_core import Value, functional, ops
from nn import activations
from nn.module import Module
from nn.shapes import Inputs, Number, Output, Rows, values, whole


class Activation(Module):
    """An activation by name, as a module (Keras's `Activation("relu")`).

    Given one number it returns one, given a list a list; softmax takes the list as a whole.

    >>> Activation("relu")([-1.0, 2.0])
    [Value(data=0.0, grad=0.0), Value(data=2.0, grad=0.0)]
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


class Identity(Activation):
    """x.

    >>> Identity()(1.5).data
    1.5
    """

    def __init__(self) -> None:
        super().__init__("linear")


class ReLU(Activation):
    """max(x, 0).

    >>> ReLU()(-1.0).data
    0.0
    """

    def __init__(self) -> None:
        super().__init__("relu")


class Sigmoid(Activation):
    """1 / (1 + exp(-x)).

    >>> Sigmoid()(0.0).data
    0.5
    """

    def __init__(self) -> None:
        super().__init__("sigmoid")


class Tanh(Activation):
    """tanh(x).

    >>> round(Tanh()(1.0).data, 6)
    0.761594
    """

    def __init__(self) -> None:
        super().__init__("tanh")


class SELU(Activation):
    """ELU scaled to keep mean 0 and variance 1 (Klambauer et al. 2017).

    >>> round(SELU()(1.0).data, 6)
    1.050701
    """

    def __init__(self) -> None:
        super().__init__("selu")


class Softplus(Activation):
    """log(1 + exp(x)).

    >>> round(Softplus()(0.0).data, 6)
    0.693147
    """

    def __init__(self) -> None:
        super().__init__("softplus")


class Softsign(Activation):
    """x / (1 + |x|).

    >>> Softsign()(1.0).data
    0.5
    """

    def __init__(self) -> None:
        super().__init__("softsign")


class SiLU(Activation):
    """x * sigmoid(x), also swish.

    >>> round(SiLU()(1.0).data, 6)
    0.731059
    """

    def __init__(self) -> None:
        super().__init__("silu")


class GELU(Activation):
    """x * Phi(x), Phi the normal distribution.

    >>> round(GELU()(1.0).data, 6)
    0.841345
    """

    def __init__(self) -> None:
        super().__init__("gelu")


class Mish(Activation):
    """x * tanh(softplus(x)).

    >>> round(Mish()(1.0).data, 6)
    0.865098
    """

    def __init__(self) -> None:
        super().__init__("mish")


class Step(Activation):
    """1 from 0 on, else 0; it has no gradient.

    >>> Step()(0.0).data
    1.0
    """

    def __init__(self) -> None:
        super().__init__("step")


class Softmax(Activation):
    """exp(x) / sum(exp(x)) over all outputs of a layer.

    >>> [p.data for p in Softmax()([0.0, 0.0])]
    [0.5, 0.5]
    """

    def __init__(self) -> None:
        super().__init__("softmax")


class LogSoftmax(Activation):
    """log(softmax), without underflow.

    >>> [round(p.data, 6) for p in LogSoftmax()([0.0, 0.0])]
    [-0.693147, -0.693147]
    """

    def __init__(self) -> None:
        super().__init__("log_softmax")


class LeakyReLU(Activation):
    """x above 0, negative_slope * x below (Maas et al. 2013).

    >>> LeakyReLU(0.2)(-1.0).data
    -0.2
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


class PReLU(Activation):
    """x above 0, alpha * x below, with alpha learned (He et al. 2015).

    Args:
        num_parameters: One alpha for all units, or as many as there are units.
        init: Where alpha starts.

    >>> layer = PReLU(init=0.25)
    >>> y = layer(Value(-2.0))
    >>> y.backward()
    >>> y.data, layer.alpha[0].grad
    (-0.5, -2.0)
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        super().__init__("leaky_relu")
        self.alpha = [Value(init) for _ in range(whole("num_parameters", num_parameters))]

    @property
    def of_layer(self) -> bool:
        """Whether it takes all outputs of a layer at once: when each unit has its own alpha."""
        return len(self.alpha) > 1

    def forward(self, x: Inputs) -> Output:
        """Return the activation of one number, or of each in a list."""
        alphas = self.alpha if self.trainable else [alpha.detach() for alpha in self.alpha]
        single = isinstance(x, Value | float | int)
        items = values(x)
        if len(alphas) not in (1, len(items)):
            raise ValueError(f"PReLU has {len(alphas)} alphas, got {len(items)} inputs")
        slopes: Sequence[Number] = alphas * len(items) if len(alphas) == 1 else alphas
        outputs = [
            Value.operand(functional.call(ops.LEAKY_RELU, item, slope))
            for item, slope in zip(items, slopes, strict=True)
        ]
        return outputs[0] if single else Rows(outputs)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {"num_parameters": len(self.alpha)}

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return "-", "prelu"
