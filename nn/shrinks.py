"""Shrinks: further activations, piecewise linear and smooth; formulas of PyTorch and Keras.

Options have PyTorch's names; passed by position, they fit Keras's signatures too.
"""

from __future__ import annotations

from autograd_core import functional, ops
from nn.activations import cut_off, elementwise, register, relu
from nn.basics import Number


def _where(condition: Number, yes: Number, no: Number) -> Number:
    return functional.call(ops.WHERE, condition, yes, no)


def _at_most(x: Number, limit: float) -> Number:
    return functional.call(ops.LESS_EQUAL, x, limit)


@elementwise
def celu(x: Number, alpha: float = 1.0, inplace: bool = False) -> Number:
    """Return x above 0, alpha * (exp(x / alpha) - 1) below (Barron 2017).

    >>> celu([1.0, -1000.0], alpha=2.0)
    [1.0, -2.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _where(_at_most(x, 0.0), alpha * functional.call(ops.ELU, x / alpha), x)


@elementwise
def hard_shrink(x: Number, lambd: float = 0.5) -> Number:
    """Return x, or 0 where |x| <= lambd.

    >>> hard_shrink([-1.0, 0.5])
    [-1.0, 0.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _where(_at_most(functional.call(ops.ABS, x), lambd), 0.0, x)


@elementwise
def soft_shrink(x: Number, lambd: float = 0.5) -> Number:
    """Return x moved towards 0 by lambd, and 0 where |x| <= lambd.

    >>> soft_shrink([-1.0, 0.25])
    [-0.5, 0.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    near = _at_most(functional.call(ops.ABS, x), lambd)
    return _where(near, 0.0, x - lambd * functional.call(ops.SIGN, x))


@elementwise
def tanh_shrink(x: Number) -> Number:
    """Return x - tanh(x).

    >>> round(tanh_shrink(1.0), 6)
    0.238406

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return x - functional.call(ops.TANH, x)


@elementwise
def hard_silu(x: Number, inplace: bool = False) -> Number:
    """Return x * hard_sigmoid(x), also hard_swish (Howard et al. 2019).

    >>> hard_silu([-4.0, 1.5, 4.0])
    [-0.0, 1.125, 4.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return x * cut_off(x / 6.0 + 0.5, 0.0, 1.0)


@elementwise
def threshold(x: Number, threshold: float, value: float, inplace: bool = False) -> Number:
    """Return x where it is above the threshold, else `value`.

    >>> threshold([0.25, 0.75], 0.5, -1.0)
    [-1.0, 0.75]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _where(_at_most(x, threshold), value, x)


@elementwise
def rectifier(
    x: Number, negative_slope: float = 0.0, max_value: float | None = None, threshold: float = 0.0
) -> Number:
    """Return Keras's relu.

    It is min(x, max_value) above the threshold, else negative_slope * (x - threshold).

    >>> rectifier([-1.0, 2.0, 9.0], negative_slope=0.5, max_value=6.0, threshold=1.0)
    [-1.0, 2.0, 6.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    slope = 0.0 if isinstance(negative_slope, bool) else negative_slope  # a bool is `inplace`
    above = x if max_value is None else cut_off(x, 0.0, max_value)
    return _where(_at_most(x, threshold), slope * (x - threshold) if slope else 0.0, above)


@elementwise
def squareplus(x: Number, b: float = 4.0) -> Number:
    """Return (x + sqrt(x^2 + b)) / 2, a softplus without exponentials (Barron 2021).

    >>> squareplus(0.0)
    1.0

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return (x + functional.call(ops.SQRT, x * x + b)) / 2.0


@elementwise
def sparse_plus(x: Number) -> Number:
    """Return 0 below -1, x from 1 on, and (x + 1)^2 / 4 in between (Keras).

    >>> sparse_plus([-2.0, 0.0, 2.0])
    [0.0, 0.25, 2.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    bend = functional.call(ops.SQUARE, cut_off(x, -1.0, 1.0) + 1.0) / 4.0
    return _where(functional.call(ops.LESS, x, 1.0), bend, x)


for _activation in (
    celu,
    hard_shrink,
    hard_silu,
    soft_shrink,
    sparse_plus,
    squareplus,
    tanh_shrink,
):
    register(_activation)
register(hard_silu, "hard_swish")
relu.general = rectifier
