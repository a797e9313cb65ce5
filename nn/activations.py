"""Activations: as functions of a Value, a float or a sequence, and by name.

Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Concatenate, ParamSpec, Protocol, TypeAlias, cast, overload

import numpy as np

from autograd_core import Value, functional, ops
from autograd_core.table import Op
from nn.basics import Floats, Number, Rows, is_batch, is_number, look_up

Vector: TypeAlias = Sequence[Number] | Floats


_EXPLAINED = "Explained in notebooks/05_from_neurons_to_an_mlp.ipynb."


class Scalar:
    """An activation that is one row of the table of operations: a number in, a number out.

    A sequence is mapped element by element. The row's further operands are passed by position or by
    name: `leaky_relu(x, 0.2)`, `elu(x, alpha=2.0)`, `gelu(x, approximate="tanh")`. PyTorch's
    `inplace` is accepted and ignored.

    Attributes:
        general: The function to call instead if options are passed that the row does not have (see
            shrinks.py).

    >>> relu(Value(-2.0)), relu(3.0), relu([-1.0, 1.0])
    (Value(data=0.0, grad=0.0), 3.0, [0.0, 1.0])
    >>> leaky_relu(-1.0, 0.2), leaky_relu(-1.0, negative_slope=0.2)
    (-0.2, -0.2)
    """

    general: Callable[..., Number | list[Number]] | None = None

    def __init__(self, op: Op, name: str = "", **defaults: float) -> None:
        self.op, self.defaults = op, defaults
        self.__name__ = self.__qualname__ = name or op.name
        self.__doc__ = f"{op.doc}\n\n{_EXPLAINED}"
        self._method: Callable[..., Value] = getattr(Value, op.name)
        self._function: Callable[..., float] = getattr(functional, op.name)

    def __repr__(self) -> str:
        return self.__name__

    def __reduce__(self) -> str:
        return self.__name__  # pickled by name: copies of a model share this very object

    @overload
    def __call__(self, x: Value, *options: float, **named: float | str) -> Value: ...
    @overload
    def __call__(self, x: float, *options: float, **named: float | str) -> float: ...
    @overload
    def __call__(self, x: Vector, *options: float, **named: float | str) -> list[Number]: ...
    def __call__(
        self, x: Number | Vector, *options: float, **named: float | str
    ) -> Number | list[Number]:
        """Return the activation of a number, or of each number in a sequence."""
        named.pop("inplace", None)
        if self.general is not None and (options or named):
            return self.general(x, *options, **named)
        if self.defaults and not options:
            named = {**self.defaults, **named}
        if isinstance(x, Value):
            return self._method(x, *options, **named)
        return of_each(self._function, x, *options, **named)


def of_each(
    function: Callable[..., Number], x: Number | Vector, *options: object, **named: object
) -> Number | list[Number]:
    """Apply a function to a number, or to each number in a (nested) sequence.

    >>> of_each(abs, [-1.0, 2.0]), of_each(abs, -3.0)
    ([1.0, 2.0], 3.0)
    """
    if isinstance(x, np.ndarray) and not x.ndim:
        x = float(x)
    if isinstance(x, Sequence | np.ndarray):
        return Rows([cast(Number, of_each(function, item, *options, **named)) for item in x])
    return function(x, *options, **named)


P = ParamSpec("P")


class Elementwise(Protocol[P]):
    """A function of a number, or of each number in a sequence."""

    @overload
    def __call__(self, x: Value, *options: P.args, **named: P.kwargs) -> Value: ...
    @overload
    def __call__(self, x: float, *options: P.args, **named: P.kwargs) -> float: ...
    @overload
    def __call__(self, x: Vector, *options: P.args, **named: P.kwargs) -> list[Number]: ...
    def __call__(
        self, x: Number | Vector, *options: P.args, **named: P.kwargs
    ) -> Number | list[Number]:
        """Return the function of a number, or a list of those of each number."""


def elementwise(function: Callable[Concatenate[Number, P], Number]) -> Elementwise[P]:
    """Return a function of one number as one that also maps (nested) sequences.

    >>> elementwise(lambda x: 2.0 * x)([1.0, [2.0]])
    [2.0, [4.0]]
    """

    @wraps(function)
    def mapped(x: Number | Vector, *options: P.args, **named: P.kwargs) -> Number | list[Number]:
        return of_each(function, x, *options, **named)

    return cast("Elementwise[P]", mapped)


relu = Scalar(ops.RELU)
leaky_relu = Scalar(ops.LEAKY_RELU)
leaky_relu_of_keras = Scalar(ops.LEAKY_RELU, "leaky_relu_of_keras", negative_slope=0.2)
elu = Scalar(ops.ELU)
selu = Scalar(ops.SELU)
sigmoid = Scalar(ops.SIGMOID)
log_sigmoid = Scalar(ops.LOG_SIGMOID)
tanh = Scalar(ops.TANH)
softsign = Scalar(ops.SOFTSIGN)
silu = Scalar(ops.SILU)
gelu = Scalar(ops.GELU)
mish = Scalar(ops.MISH)
exponential = Scalar(ops.EXP, "exponential")
step = Scalar(ops.STEP)
sign = Scalar(ops.SIGN)


def linear(x: Value) -> Value:
    """Return x: no activation.

    >>> linear(Value(2.0)).data
    2.0

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return x


@elementwise
def softplus(x: Number, beta: float = 1.0, threshold: float = 20.0) -> Number:
    """Return log(1 + exp(beta * x)) / beta, and x where beta * x is above the threshold.

    Above 20 the two agree to nine digits. So for a threshold of 20 or more the logarithm, which is
    computed without overflow, is used for every x.

    >>> round(softplus(0.0), 6), round(softplus(0.0, beta=2.0), 6), softplus(1.0, threshold=0.5)
    (0.693147, 0.346574, 1.0)

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    if beta == 1.0 and threshold >= 20.0:
        return functional.call(ops.SOFTPLUS, x)
    soft = functional.call(ops.SOFTPLUS, x * beta) / beta
    if threshold >= 20.0:
        return soft
    return functional.call(ops.WHERE, functional.call(ops.GREATER, x * beta, threshold), x, soft)


@elementwise
def hard_tanh(
    x: Number, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False
) -> Number:
    """Return x limited to `min_val`..`max_val`: a piecewise linear tanh (as in PyTorch).

    >>> hard_tanh([-2.0, 0.5, 3.0])
    [-1.0, 0.5, 1.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return cut_off(x, min_val, max_val)


@elementwise
def relu6(x: Number, inplace: bool = False) -> Number:
    """Return min(max(x, 0), 6) (Howard et al. 2017).

    >>> relu6([-1.0, 2.0, 9.0])
    [0.0, 2.0, 6.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return cut_off(x, 0.0, 6.0)


@elementwise
def hard_sigmoid(x: Number, inplace: bool = False) -> Number:
    """Return x / 6 + 1/2 limited to 0..1: a piecewise linear sigmoid (Keras 3, PyTorch).

    >>> hard_sigmoid(Value(1.5)).data, hard_sigmoid([1.5, -4.0])
    (0.75, [0.75, 0.0])

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return cut_off(x / 6.0 + 0.5, 0.0, 1.0)


def cut_off(x: Number, low: float, high: float) -> Number:
    """Return x limited to `low`..`high`; at both limits the derivative is 0, as in PyTorch.

    >>> cut_off(3.0, 0.0, 2.0)
    2.0
    """
    rest = functional.call(ops.WHERE, functional.call(ops.GREATER_EQUAL, x, high), high, x)
    return functional.call(ops.WHERE, functional.call(ops.LESS_EQUAL, x, low), low, rest)


@overload
def softmax(x: Vector, dim: int = -1) -> list[Number]: ...
@overload
def softmax(x: Sequence[Vector], dim: int = -1) -> list[list[Number]]: ...
def softmax(x: Vector | Sequence[Vector], dim: int = -1) -> list[Number] | list[list[Number]]:
    """Return the probabilities exp(x) / sum(exp(x)) of a whole layer's outputs.

    Args:
        x: `(outputs,)` of one sample, or `(samples, outputs)`; each sample's result sums to 1.
        dim: The axis of the outputs (PyTorch's name): the last, -1.

    Raises:
        ValueError: If `dim` is not the last axis.

    >>> softmax([0.0, 0.0])
    [0.5, 0.5]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _by_sample(functional.softmax, x, dim)


@overload
def log_softmax(x: Vector, dim: int = -1) -> list[Number]: ...
@overload
def log_softmax(x: Sequence[Vector], dim: int = -1) -> list[list[Number]]: ...
def log_softmax(x: Vector | Sequence[Vector], dim: int = -1) -> list[Number] | list[list[Number]]:
    """Return the logarithm of `softmax`, without underflow.

    Args:
        x: As in `softmax`.
        dim: As in `softmax`.

    >>> [round(p, 6) for p in log_softmax([0.0, 0.0])]
    [-0.693147, -0.693147]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _by_sample(functional.log_softmax, x, dim)


def glu(x: Vector | Sequence[Vector], dim: int = -1) -> list[Number] | list[list[Number]]:
    """Return the first half of the outputs times the sigmoid of the second half (Dauphin 2017).

    Raises:
        ValueError: If the number of outputs is odd, or `dim` is not the last axis.

    >>> glu([1.0, 2.0, 0.0, 0.0])
    [0.5, 1.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    several = is_batch(x)
    if several and dim:
        inner = dim - (dim > 0)
        return Rows([cast("list[Number]", glu(row, inner)) for row in cast("Sequence[Vector]", x)])
    half, rest = divmod(len(x), 2)
    if rest or several or dim not in (-1, 0):
        raise ValueError(f"glu wants two halves along the last axis, got {len(x)} and dim={dim}")
    row = cast("Vector", x)
    return Rows([a * functional.call(ops.SIGMOID, b) for a, b in zip(row[:half], row[half:])])


def _by_sample(
    function: Callable[[Vector], list[Number]], x: Vector | Sequence[Vector], dim: int
) -> list[Number] | list[list[Number]]:
    x = [x] if is_number(x) else x  # a layer of one neuron returns a number, not a list
    several = is_batch(x)
    if several and dim and is_batch(x[0]):
        inner = dim - (dim > 0)
        return Rows(
            [
                cast("list[Number]", _by_sample(function, row, inner))
                for row in cast("Sequence[Vector]", x)
            ]
        )
    if dim not in (-1, int(several)):
        what = "the outputs of each sample" if several else "one sample's outputs"
        raise ValueError(f"softmax takes {what}, whose axis is -1 or {int(several)}, got {dim}")
    if len(x) == 1 and not several:
        warnings.warn(
            "softmax of a single output is always 1, whatever the weights are, so nothing can be "
            "learnt; for two classes use one output with sigmoid and binary_crossentropy, or two "
            "outputs with softmax",
            stacklevel=4,
        )
    if several:
        rows: list[list[Number]] = [Rows(function(row)) for row in cast("Sequence[Vector]", x)]
        return Rows(rows)
    return Rows(function(cast("Vector", x)))


NeuronActivation: TypeAlias = Callable[[Value], Value]
"""An activation of one neuron."""
LayerActivation: TypeAlias = Callable[[Sequence[Value]], Sequence[Number]]
"""An activation that takes the outputs of all neurons of a layer at once."""

NAMES: dict[str, NeuronActivation] = {
    "linear": linear,
    "identity": linear,
    "relu": relu,
    "relu6": relu6,
    "leaky_relu": leaky_relu_of_keras,
    "elu": elu,
    "selu": selu,
    "sigmoid": sigmoid,
    "logistic": sigmoid,
    "log_sigmoid": log_sigmoid,
    "hard_sigmoid": hard_sigmoid,
    "hard_tanh": hard_tanh,
    "tanh": tanh,
    "softplus": softplus,
    "softsign": softsign,
    "silu": silu,
    "swish": silu,
    "gelu": gelu,
    "mish": mish,
    "exponential": exponential,
    "step": step,
    "heaviside": step,
    "sign": sign,
}
OF_LAYER: dict[str, LayerActivation] = {
    "softmax": softmax,
    "log_softmax": log_softmax,
}
BY_NAME: dict[str, NeuronActivation | LayerActivation] = {
    **NAMES,
    **OF_LAYER,
    "leaky_relu_of_pytorch": leaky_relu,  # in saved files; slope 0.01, Keras's is 0.2
}
_NAME_OF = {id(activation): name for name, activation in reversed(BY_NAME.items())}


def get(
    activation: str | NeuronActivation | LayerActivation | None,
) -> NeuronActivation | LayerActivation:
    """Return the activation of that name; None is linear, a callable is returned unchanged.

    Names mean Keras's activations with its defaults: the slope of `"leaky_relu"` is 0.2, that of
    the function `leaky_relu` is PyTorch's 0.01. A class, such as `nn.Tanh`, is instantiated.

    Raises:
        ValueError: If the name is unknown.
        TypeError: If it is neither a name nor callable.

    >>> get("relu"), get(None)(2.0)
    (relu, 2.0)
    """
    if activation is None:
        return linear
    if isinstance(activation, str):
        return look_up("activation", activation, BY_NAME)
    if not callable(activation):
        raise TypeError(
            f"an activation is a name or a function, got {activation!r:.60}; use 'relu', say"
        )
    return activation() if isinstance(activation, type) else activation


def register(activation: Elementwise[...], name: str = "") -> None:
    """Register an activation under a name, for `get` and for saved models.

    >>> register(relu6, "relu_up_to_6")
    >>> get("relu_up_to_6") is relu6, BY_NAME.pop("relu_up_to_6") is relu6
    (True, True)
    """
    known = name or name_of(activation)
    BY_NAME[known] = globals()[known] = activation  # nn.activations.celu, as Keras has it
    _NAME_OF.setdefault(id(activation), known)


def of_layer(activation: NeuronActivation | LayerActivation) -> bool:
    """Return whether the activation takes all outputs of a layer at once."""
    return activation in OF_LAYER.values() or getattr(activation, "of_layer", False)


def name_of(activation: object) -> str:
    """Return the name of an activation as summaries and saved models write it."""
    known = _NAME_OF.get(id(activation), "")
    return known or getattr(activation, "__name__", "") or type(activation).__name__


def saved(activation: object) -> object:
    """Return an activation as a saved model stores it: its name, or itself if it has none."""
    name = name_of(activation)
    return name if BY_NAME.get(name) is activation else activation
