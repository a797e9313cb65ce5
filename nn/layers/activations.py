"""Activation layers: activations as modules, for a Sequential or as a layer's `activation=`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import ClassVar, cast

from autograd_core import Value
from nn import activations
from nn.basics import Inputs, Output, Rows, in_range, is_batch, is_number, values
from nn.modules import Module


class Activation(Module):
    """An activation by name, as a module (Keras's `Activation("relu")`).

    A number gives a number, a list gives a list; softmax is applied to the list as a whole.

    Args:
        activation: A name or a function of a Value.
        name: A name for `summary()` and `get_layer`.

    >>> Activation("relu")([-1.0, 2.0])
    [Value(data=0.0, grad=0.0), Value(data=2.0, grad=0.0)]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    options: ClassVar[tuple[str, ...]] = ()  # names of a subclass's arguments, for `config`

    def __init__(
        self,
        activation: str | activations.NeuronActivation | activations.LayerActivation,
        *,
        name: str | None = None,
    ) -> None:
        self.activation = activations.get(activation)
        self.name = name or ""

    @property
    def of_layer(self) -> bool:
        """Whether it takes all outputs of a layer at once."""
        return activations.of_layer(self.activation)

    def forward(self, x: Inputs) -> Output:
        """Return the activation of one number, or of each in a list, to any depth."""
        if is_batch(x) and not self.of_layer:  # softmax takes one sample, whose axis is the last
            return Rows([self.forward(item) for item in cast("Sequence[Inputs]", x)])
        if self.of_layer:
            whole_layer = cast(activations.LayerActivation, self.activation)
            return Rows([Value.operand(output) for output in whole_layer(values(x))])
        if is_number(x):
            return self.one(Value.operand(x))
        return Rows([self.one(item) for item in values(x)])

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return cast(activations.NeuronActivation, self.activation)(x)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        if type(self) is Activation:
            named = {"name": self.name} if self.name else {}
            return {"activation": activations.saved(self.activation), **named}
        return {option: getattr(self, option) for option in self.options}

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
    """An activation without options; a subclass sets its name in `named`."""

    named: ClassVar[str]

    def __init__(self) -> None:
        super().__init__(self.named)


class MaybeInPlace(Fixed):
    """An activation that takes PyTorch's `inplace`; nothing is computed in place here.

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    Raises:
        TypeError: If it is neither True nor False, as in Keras's `ReLU(6)`.
    """

    def __init__(self, inplace: bool = False) -> None:
        if not isinstance(inplace, bool):
            raise TypeError(
                f"{type(self).__name__} takes PyTorch's inplace, True or False, got {inplace!r:.60}"
                "; for a limit or a slope pass a function of a Value to nn.Activation"
            )
        super().__init__()


class Identity(Fixed):
    """x.

    Args:
        arguments: Accepted for PyTorch's sake; they change nothing.
        options: Likewise.

    >>> Identity()(1.5).data
    1.5

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "linear"

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__()


class ReLU(Activation):
    """max(x, 0); with Keras's options a limit above and a straight line below a threshold.

    Args:
        max_value: The largest output (Keras); True or False is PyTorch's `inplace`.
        negative_slope: The slope below the threshold (Keras).
        threshold: Above it the output is x (Keras).
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> ReLU()(-1.0).data, ReLU(6.0, negative_slope=0.5)([-1.0, 9.0])
    (0.0, [Value(data=-0.5, grad=0.0), Value(data=6.0, grad=0.0)])

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    options = ("max_value", "negative_slope", "threshold")
    max_value: float | None = None
    negative_slope = threshold = 0.0

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        *,
        inplace: bool = False,
    ) -> None:
        self.max_value = None if isinstance(max_value, bool) else max_value
        if self.max_value is not None:
            in_range("ReLU's max_value", max_value, 0.0)
        self.negative_slope = in_range("ReLU's negative_slope", negative_slope, 0.0)
        self.threshold = in_range("ReLU's threshold", threshold, 0.0)
        super().__init__("relu")
        if options := self.config():
            self.activation = partial(activations.relu, **options)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        given = {option: getattr(self, option) for option in self.options}
        return {k: value for k, value in given.items() if value != getattr(ReLU, k)}


class ReLU6(MaybeInPlace):
    """min(max(x, 0), 6) (Howard et al. 2017).

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> ReLU6()(9.0).data
    6.0

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "relu6"


class Sigmoid(Fixed):
    """1 / (1 + exp(-x)).

    >>> Sigmoid()(0.0).data
    0.5

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "sigmoid"


class Hardsigmoid(MaybeInPlace):
    """x / 6 + 1/2 limited to 0..1: a piecewise linear sigmoid.

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> Hardsigmoid()(1.5).data
    0.75

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "hard_sigmoid"


class LogSigmoid(Fixed):
    """log(1 / (1 + exp(-x))), without underflow.

    >>> round(LogSigmoid()(0.0).data, 6)
    -0.693147

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "log_sigmoid"


class Tanh(Fixed):
    """tanh(x).

    >>> round(Tanh()(1.0).data, 6)
    0.761594

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "tanh"


class SELU(MaybeInPlace):
    """ELU scaled to keep mean 0 and variance 1 (Klambauer et al. 2017).

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> round(SELU()(1.0).data, 6)
    1.050701

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "selu"


class Softsign(Fixed):
    """x / (1 + |x|).

    >>> Softsign()(1.0).data
    0.5

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "softsign"


class SiLU(MaybeInPlace):
    """x * sigmoid(x), also swish.

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> round(SiLU()(1.0).data, 6)
    0.731059

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "silu"


class Mish(MaybeInPlace):
    """x * tanh(softplus(x)).

    Args:
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> round(Mish()(1.0).data, 6)
    0.865098

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "mish"


class Step(Fixed):
    """1 for x >= 0, else 0; its gradient is 0.

    >>> Step()(0.0).data
    1.0

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    named = "step"
