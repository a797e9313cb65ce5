"""Functions on Values and floats: exp(x), maximum(a, b), total(xs), dot(xs, ys), where(c, a, b).

Given only plain numbers they return a float; with a Value among the operands, a Value. There is
one function for each row of the table, under the row's name. It is made when it is first accessed,
so a row that is added at run time has its function as well.

>>> from autograd_core.functional import exp, tanh
>>> exp(0.0), tanh(Value(0.0))
(1.0, Value(data=0.0, grad=0.0))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from autograd_core.graph import Number, Value, apply, elementwise
from autograd_core.table import FLOAT, TABLE, Op, describe, ops, polygamma_constant

_WIDE = 32  # numbers; for more, a softmax node each, with all of them as operands, costs too much


def call(op: Op, *operands: Number, **named: Number) -> Number:
    """Return `op` of the operands: a float if all are plain numbers, else a Value.

    With a NumPy array among the operands it is an array, element by element.

    Raises:
        TypeError: If an operand is not a number, or there are too few or too many.

    >>> call(ops.HYPOT, 3.0, 4.0), call(ops.ELU, -1000.0, alpha=2.0)
    (5.0, -2.0)

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """
    given = (*operands, *named.values())
    if any(isinstance(number, Value) for number in given):
        try:
            return apply(op, *operands, **named)
        except TypeError:  # an array among the operands is looked for only here, for speed
            if not any(hasattr(operand, "flat") for operand in given):
                raise
    if any(hasattr(operand, "flat") for operand in given):
        return elementwise(op, *op.bind(operands, named))  # type: ignore[no-any-return]
    numbers = [Value.operand(number).data for number in op.bind(operands, named)]
    return op.value(FLOAT, *numbers)  # type: ignore[no-any-return]


def _reduce(op: Op, xs: Iterable[Number], empty: float | None = None) -> Number:
    numbers = list(xs)
    if numbers:
        return call(op, *numbers)
    if empty is None:
        raise ValueError(f"{op.name} wants at least one number, got none")
    return empty


def total(xs: Iterable[Number]) -> Number:
    """Return the sum of the numbers as one node (`sum(xs)` makes one node per number).

    >>> total([1.0, 2.0, Value(3.0)]), total([])
    (Value(data=6.0, grad=0.0), 0.0)

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.TOTAL, xs, empty=0.0)


def mean(xs: Iterable[Number]) -> Number:
    """Return the arithmetic mean.

    Raises:
        ValueError: If there are no numbers.

    >>> mean([1.0, 2.0])
    1.5

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.MEAN, xs)


def product(xs: Iterable[Number]) -> Number:
    """Return the product; its gradient is right when some of the numbers are 0.

    >>> product([2.0, 3.0]), product([])
    (6.0, 1.0)

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.PRODUCT, xs, empty=1.0)


def amax(xs: Iterable[Number]) -> Number:
    """Return the largest of the numbers; a tie of several shares the gradient equally.

    Raises:
        ValueError: If there are no numbers.

    >>> amax([1.0, 3.0, 3.0])
    3.0

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.AMAX, xs)


def amin(xs: Iterable[Number]) -> Number:
    """Return the smallest of the numbers; see `amax`.

    >>> amin([1.0, 3.0, 1.0])
    1.0

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.AMIN, xs)


def norm(xs: Iterable[Number]) -> Number:
    """Return the Euclidean length; at the origin the subgradient is 0.

    >>> norm([3.0, 4.0])
    5.0

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return _reduce(ops.NORM, xs, empty=0.0)


def logsumexp(xs: Iterable[Number]) -> Number:
    """Return log(sum(exp(x))), shifted by the largest x so that exp cannot overflow.

    Raises:
        ValueError: If there are no numbers.

    >>> round(logsumexp([1000.0, 1000.0]) - 1000.0, 6)
    0.693147

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return _reduce(ops.LOGSUMEXP, xs)


def dot(xs: Iterable[Number], ys: Iterable[Number]) -> Number:
    """Return the sum of products as one node.

    Raises:
        ValueError: If the two do not have the same length.

    >>> dot([1.0, 2.0], [3.0, 4.0])
    11.0

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """
    left, right = list(xs), list(ys)
    if len(left) != len(right):
        raise ValueError(f"dot wants two vectors of one length, got {len(left)} and {len(right)}")
    return _reduce(ops.DOT, [*left, *right], empty=0.0)


def softmax(xs: Iterable[Number]) -> list[Number]:
    """Return exp(x) / sum(exp(x)) for each x: probabilities (Goodfellow et al. 6.2.2.3).

    >>> softmax([1001.0, 1002.0, 1003.0])
    [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    numbers = list(xs)
    if len(numbers) <= _WIDE:
        return [call(ops.SOFTMAX, x, *numbers) for x in numbers]
    powers = [call(ops.EXP, x) for x in _shifted(numbers)]
    denominator = total(powers)
    return [call(ops.DIVIDE, power, denominator) for power in powers]


def log_softmax(xs: Iterable[Number]) -> list[Number]:
    """Return the logarithm of softmax for each x, without underflow.

    >>> log_softmax([0.0, 1000.0])
    [-1000.0, 0.0]

    Background in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    numbers = list(xs)
    if len(numbers) <= _WIDE:
        return [call(ops.LOG_SOFTMAX, x, *numbers) for x in numbers]
    shifted = _shifted(numbers)
    log = call(ops.LOG, total([call(ops.EXP, x) for x in shifted]))
    return [call(ops.SUBTRACT, x, log) for x in shifted]


def _shifted(numbers: Sequence[Number]) -> list[Number]:
    """Return x - c for each x, with the constant c = logsumexp(x): exp of them sums to about 1.

    No constant changes softmax, so the rounding of c does not matter, nor its missing gradient.
    """
    shift = call(ops.STOP_GRADIENT, logsumexp(numbers))
    return [call(ops.SUBTRACT, x, shift) for x in numbers]


def before_softmax(outputs: Sequence[Value]) -> tuple[Value, ...]:
    """Return the arguments of the `softmax` whose results these are, all in order; else empty.

    >>> x = [Value(1.0), Value(2.0)]
    >>> before_softmax(softmax(x)) == tuple(x), before_softmax(x)
    (True, ())
    """
    kinds = {node.op for node in outputs}
    if kinds == {ops.SOFTMAX}:  # operands: one of the numbers, then all of them
        operands = [node.parents for node in outputs]
        numbers = operands[0][1:]
        same = all(parents[1:] == numbers for parents in operands)
        return numbers if same and [x for x, *_ in operands] == list(numbers) else ()
    return _before_wide(outputs) if kinds == {ops.DIVIDE} and len(outputs) > _WIDE else ()


def _before_wide(outputs: Sequence[Value]) -> tuple[Value, ...]:
    """Return all x if these are exp(x - logsumexp(x)) / total, as `softmax` has it; else empty."""
    powers, totals = zip(*[node.parents for node in outputs])
    total = totals[0]
    if len({*totals}) > 1 or total.op is not ops.TOTAL or total.parents != powers:
        return ()
    shifted = [power.parents[0] for power in powers if power.op is ops.EXP]
    pairs = [x.parents for x in shifted if x.op is ops.SUBTRACT]
    if len(pairs) < len(powers) or len({shift for _, shift in pairs}) > 1:
        return ()
    numbers, shift = tuple([x for x, _ in pairs]), pairs[0][1]
    whole = shift.op is ops.STOP_GRADIENT and shift.parents[0].op is ops.LOGSUMEXP
    return numbers if whole and shift.parents[0].parents == numbers else ()


def gelu(x: Number, approximate: str | bool = "none") -> Number:
    """Return x * Phi(x), Phi the normal distribution; or its approximation by tanh.

    Raises:
        ValueError: If `approximate` is neither "none" nor "tanh", nor Keras's False nor True.

    >>> round(gelu(1.0), 6), round(gelu(1.0, approximate="tanh"), 6)
    (0.841345, 0.841192)

    Explained in notebooks/05_from_neurons_to_an_mlp.ipynb.
    """
    return call(ops.gelu_row(approximate), x)


def polygamma(n: int, x: Number) -> Number:
    """Return the derivative of order n of digamma, at x (SciPy's and PyTorch's order).

    >>> round(polygamma(1, 1.0), 12)
    1.644934066848

    Background in notebooks/01_a_number_that_remembers.ipynb.
    """
    return call(polygamma_constant(float(n)), x)


def function(op: Op) -> Callable[..., Number]:
    """Return the function for a row of the table.

    >>> function(ops.TANH)(0.0)
    0.0

    Explained in notebooks/01_a_number_that_remembers.ipynb.
    """

    def function(*operands: Number, **named: Number) -> Number:
        return call(op, *operands, **named)

    function.__name__ = function.__qualname__ = op.name
    function.__doc__ = describe(op)
    return function


_ALIASES = {
    "expit": "sigmoid", "gammaln": "lgamma", "psi": "digamma",  # SciPy's names
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh",  # PyTorch's
    "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "clamp": "clip", "div": "divide",
    "eq": "equal", "ge": "greater_equal", "gt": "greater", "le": "less_equal", "lt": "less",
    "mul": "multiply", "neg": "negative", "pow": "power", "sub": "subtract",
}  # fmt: skip


def __getattr__(name: str) -> Callable[..., Any]:  # a Value if an operand is one, else a float
    if name in _ALIASES:
        return __getattr__(_ALIASES[name])
    if name not in TABLE:
        raise AttributeError(f"no function {name!r}; the table has {', '.join(sorted(TABLE))}")
    made = globals()[name] = function(TABLE[name])
    return made


__all__ = ["call", "function", "polygamma", *_ALIASES, *TABLE]
