"""Options: activation layers with options, and PReLU, by PyTorch's and Keras's names."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograd_core import Value, functional, ops
from nn import activations
from nn.basics import Inputs, Number, Output, Rows, is_number, number, values, whole
from nn.layers.activations import Activation


class Softmax(Activation):
    """exp(x) / sum(exp(x)) over all outputs of a layer.

    Args:
        dim: The axis of the outputs (PyTorch's name): the last, -1 or 1.
        axis: Keras's name for it.

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
        axis: See `dim`.

    >>> [round(p.data, 6) for p in LogSoftmax()([0.0, 0.0])]
    [-0.693147, -0.693147]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, dim: int | None = None, *, axis: int | None = None) -> None:
        _last_axis(dim, axis)
        super().__init__("log_softmax")


def _last_axis(dim: int | None, axis: int | None) -> None:
    for place in (dim, axis):
        if place not in (None, -1, 1):
            raise ValueError(
                f"softmax is over a sample's outputs, the last axis: -1 or 1, got {place}; "
                "leave it out"
            )


class LeakyReLU(Activation):
    """x above 0, negative_slope * x below (Maas et al. 2013).

    Args:
        negative_slope: The slope below 0; by default PyTorch's (Keras's is 0.3).
        inplace: Accepted for PyTorch's sake; it changes nothing.
        alpha: Older Keras's name for the slope.

    >>> LeakyReLU(0.2)(-1.0).data
    -0.2

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    options = ("negative_slope",)

    def __init__(
        self, negative_slope: float = 0.01, inplace: bool = False, *, alpha: float | None = None
    ) -> None:
        super().__init__("leaky_relu")
        slope = negative_slope if alpha is None else alpha
        self.negative_slope = number("LeakyReLU's negative_slope", slope)

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return x.leaky_relu(self.negative_slope)


class Hardtanh(Activation):
    """x limited to `min_val`..`max_val`: a piecewise linear tanh.

    Args:
        min_val: The lower limit.
        max_val: The upper limit.
        inplace: Accepted for PyTorch's sake; it changes nothing.

    Raises:
        ValueError: If the lower limit is not below the upper one.

    >>> [y.data for y in Hardtanh(-1.0, 2.0)([-3.0, 0.5, 3.0])]
    [-1.0, 0.5, 2.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    options = ("min_val", "max_val")

    def __init__(self, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> None:
        super().__init__("hard_tanh")
        self.min_val = number("Hardtanh's min_val", min_val)
        self.max_val = number("Hardtanh's max_val", max_val)
        if not min_val < max_val:
            raise ValueError(f"Hardtanh wants min_val below max_val, got {min_val} and {max_val}")

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return activations.hard_tanh(x, self.min_val, self.max_val)


class ELU(Activation):
    """x above 0, alpha * (exp(x) - 1) below (Clevert et al. 2016).

    Args:
        alpha: Minus the limit at minus infinity.
        inplace: Accepted for PyTorch's sake; it changes nothing.

    >>> round(ELU()(-1.0).data, 6)
    -0.632121

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    options = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__("elu")
        self.alpha = number("ELU's alpha", alpha)

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return x.elu(self.alpha)


class GELU(Activation):
    """x * Phi(x), Phi the normal distribution function (Hendrycks & Gimpel 2016).

    Args:
        approximate: "none", or "tanh" for the paper's approximation of Phi by tanh; False or True
            in Keras.

    Raises:
        ValueError: If `approximate` is neither.

    >>> round(GELU()(1.0).data, 6), round(GELU(approximate="tanh")(1.0).data, 6)
    (0.841345, 0.841192)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, approximate: str | bool = "none") -> None:
        super().__init__("gelu")
        by_tanh = ops.gelu_row(approximate) is ops.GELU_TANH  # raises for any other word
        self.approximate = "tanh" if by_tanh else "none"

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return x.gelu(self.approximate)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {} if self.approximate == "none" else {"approximate": self.approximate}


class Softplus(Activation):
    """log(1 + exp(beta * x)) / beta.

    Args:
        beta: The sharpness of the bend, above 0.
        threshold: Where beta * x is above it, the result is x; 20 and more have no effect.

    Raises:
        ValueError: If `beta` is not above 0, or not finite.

    >>> round(Softplus()(0.0).data, 6), round(Softplus(beta=2.0)(0.0).data, 6)
    (0.693147, 0.346574)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    threshold = 20.0

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__("softplus")
        self.beta = number("Softplus's beta", beta)
        self.threshold = min(number("Softplus's threshold", threshold), 20.0)
        if not 0.0 < beta < math.inf:
            raise ValueError(f"Softplus wants a finite beta above 0, got {beta}; 1 is the default")

    def one(self, x: Value) -> Value:
        """Return the activation of one number."""
        return activations.softplus(x, self.beta, self.threshold)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        defaults = {"beta": 1.0, "threshold": 20.0}
        given = {name: getattr(self, name) for name in defaults}
        return {name: value for name, value in given.items() if value != defaults[name]}


class PReLU(Activation):
    """x above 0, alpha * x below, with alpha learned (He et al. 2015).

    Args:
        num_parameters: 1 for an alpha that all units share, or the number of units.
        init: The initial value of alpha.

    Raises:
        ValueError: If there are several alphas, but not as many as inputs.

    >>> layer = PReLU(init=0.25)
    >>> y = layer(Value(-2.0))
    >>> y.backward()
    >>> y.data, layer.alpha[0].grad
    (-0.5, -2.0)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25) -> None:
        super().__init__("leaky_relu")
        start, count = number("PReLU's init", init), whole("num_parameters", num_parameters)
        self.alpha = [Value(start) for _ in range(count)]

    @property
    def of_layer(self) -> bool:
        """Whether it takes all outputs of a layer at once: when each unit has its own alpha."""
        return len(self.alpha) > 1

    def forward(self, x: Inputs) -> Output:
        """Return the activation of one number, or of each in a list."""
        alphas = self.alpha
        items = values(x)
        if len(alphas) not in (1, len(items)):
            raise ValueError(
                f"PReLU has {len(alphas)} alphas, one for each input, got {len(items)} inputs; "
                f"make it PReLU({len(items)}), or PReLU() with one alpha for all"
            )
        slopes: Sequence[Number] = alphas * len(items) if len(alphas) == 1 else alphas
        outputs = [
            Value.operand(functional.call(ops.LEAKY_RELU, item, slope))
            for item, slope in zip(items, slopes, strict=True)
        ]
        return outputs[0] if is_number(x) else Rows(outputs)

    def config(self) -> dict[str, object]:
        """Return the arguments to make such a module again."""
        return {"num_parameters": len(self.alpha)}

    def summary_cells(self) -> tuple[object, str]:
        """Return the units and the activation that `summary()` shows."""
        return "-", "prelu"
