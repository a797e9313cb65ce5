"""Operators: how an operation on Values is recorded, and the methods, one line per operation.

Adding an operation to the table takes one line here. The class of the nodes is the class of the
operands, so this file never needs to import Value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from autograd_core import modes, ops
from autograd_core.kinds import FLOAT, NUMBERS
from autograd_core.op import Op
from autograd_core.text import describe

if TYPE_CHECKING:
    from autograd_core.value import Value

Number: TypeAlias = "Value | float"
Unary: TypeAlias = "Callable[[Value], Value]"
Binary: TypeAlias = "Callable[[Value, Number], Value]"
F = TypeVar("F", bound=Callable[..., Any])
_new = object.__new__


def leaf(cls: type[Value], number: Any) -> Value:
    """Return a leaf of that class, whatever a subclass wants to be constructed with.

    >>> from autograd_core import Value
    >>> leaf(Value, 2)
    Value(data=2.0, grad=0.0)
    """
    node = _new(cls)
    node.data = float(number)
    node.grad = 0.0
    node.op = node._a = node._b = None
    node.label = ""
    return node


def stored(parents: Sequence[Value]) -> tuple[Any, Any]:
    """Return what a node keeps of its operands in the slots `_a` and `_b` (see Value.parents)."""
    if len(parents) > 2:
        return None, tuple(parents)
    first, second, *_ = (*parents, None, None)
    return first, second


def record(op: Op, data: float, a: Any, b: Any) -> Value:
    """Return the node that says: `data` is `op` of the operands stored as a and b."""
    if modes.open_contexts:
        return _record_watched(op, data, a, b)
    node: Value = _new((b[0] if a is None else a).__class__)
    node.data = data
    node.grad = 0.0
    node.op = op
    node._a = a
    node._b = b
    node.label = ""
    return node


def _record_watched(op: Op, data: float, a: Any, b: Any) -> Value:
    parents = b if a is None else (a,) if b is None else (a, b)
    node: Value = leaf(parents[0].__class__, data)
    if modes.modes.recording:
        node.op, node._a, node._b = op, a, b
    for observer in modes.modes.observers:
        observer.created(node, op, parents)
    return node


def apply(op: Op, *operands: Number, **named: Number) -> Value:
    """Return the node for `op` of the operands, at least one of them a Value.

    Raises:
        TypeError: If there are too few or too many, one is not a number, or none is a Value.

    >>> from autograd_core import Value
    >>> apply(ops.TANH, Value(0.0))
    Value(data=0.0, grad=0.0)
    """
    bound = op.bind(operands, named)
    cls = next((number.__class__ for number in bound if isinstance(number, Operators)), None)
    if cls is None:
        raise TypeError(
            f"apply wants a Value among the operands of {op.name}, got numbers alone; "
            "functional.call takes both"
        )
    parents = tuple([cls.operand(number) for number in bound])
    data = op.value(FLOAT, *[parent.data for parent in parents])
    return record(op, data, *stored(parents))


def unary(op: Op) -> Unary:
    """Return the method for a row with one operand."""
    value = op.value

    def method(self: Value) -> Value:
        data = value(FLOAT, self.data)
        if modes.open_contexts:
            return _record_watched(op, data, self, None)
        node = _new(self.__class__)  # record() spelled out: see infix()
        node.data = data
        node.grad = 0.0
        node.op = op
        node._a = self
        node._b = None
        node.label = ""
        return node

    return _named(method, op)


def _operand(node: Value, other: Any) -> Any:
    """Return `other` as a node; NotImplemented if it is no number: an array then takes over."""
    if other.__class__ is float or isinstance(other, NUMBERS):
        return leaf(node.__class__, other)
    return other if isinstance(other, Operators) else NotImplemented


def infix(op: Op) -> tuple[Binary, Binary]:
    """Return the operator for a row with two operands, and its reflected form."""
    value = op.value

    def forward(self: Value, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            other = _operand(self, other)
            if other is NotImplemented:
                return NotImplemented
        data = value(FLOAT, self.data, other.data)
        if modes.open_contexts:
            return _record_watched(op, data, self, other)
        # record() spelled out, here and in unary(): with a call of it, building a node takes 1.16
        # to 1.23 times as long (tests/benchmarks/node.py)
        node = _new(self.__class__)
        node.data = data
        node.grad = 0.0
        node.op = op
        node._a = self
        node._b = other
        node.label = ""
        return node

    def reflected(self: Value, other: Any) -> Any:
        other = _operand(self, other)
        if other is NotImplemented:
            return NotImplemented
        return record(op, value(FLOAT, other.data, self.data), other, self)

    return _named(forward, op), _named(reflected, op)


def method(op: Op) -> Callable[..., Value]:
    """Return the method for a row with several operands."""

    def method(self: Value, *others: Number, **named: Number) -> Value:
        return apply(op, self, *others, **named)

    return _named(method, op)


def comparison(op: Op) -> Callable[[Value, Number], bool]:
    """Return the operator that compares by value; observers are told how it was decided."""

    def compare(self: Value, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else decide(op, self, other)

    return _named(compare, op)


def decide(op: Op, left: Value, right: Value) -> bool:
    """Return a comparison as a bool for Python code, and tell the observers."""
    outcome = bool(op.value(FLOAT, left.data, right.data))
    if modes.open_contexts:
        for observer in modes.modes.observers:
            observer.decided(op, (left, right), outcome)
    return outcome


def _named(function: F, op: Op) -> F:
    function.__doc__ = describe(op)
    return _called(op)(function)


def _called(op: Op) -> Callable[[F], F]:
    """Return the decorator that gives a method written by hand the name of its row."""

    def named(function: F) -> F:
        function.__name__ = function.__qualname__ = op.name
        return function

    return named


# The operations with more to say than their row.

_to_the, _reflected_to_the = infix(ops.POWER)


@_called(ops.POWER)
def _power(self: Value, exponent: Number) -> Value:
    """Return the power; a plain number as exponent makes a node with one parent."""
    if isinstance(exponent, NUMBERS):
        return apply(ops.power_constant(float(exponent)), self)
    return _to_the(self, exponent)


@_called(ops.WHERE)
def _where(self: Value, condition: Number, other: Number) -> Value:
    """Return this number where the condition is not 0, else the other (as in PyTorch)."""
    return apply(ops.WHERE, condition, self, other)


@_called(ops.GELU)
def _gelu(self: Value, approximate: str = "none") -> Value:
    """Return x * Phi(x), Phi the normal distribution; or its approximation by tanh.

    Raises:
        ValueError: If `approximate` is neither "none" nor "tanh" (PyTorch's argument).
    """
    if approximate not in ("none", "tanh"):
        raise ValueError(f"gelu's approximate is 'none' or 'tanh', got {approximate!r}")
    return apply(ops.GELU_TANH if approximate == "tanh" else ops.GELU, self)


def _radians(self: Value) -> Value:
    """Return an angle in degrees in radians (NumPy's deg2rad)."""
    return apply(ops.MULTIPLY, self, math.pi / 180.0)


def _degrees(self: Value) -> Value:
    """Return an angle in radians in degrees (NumPy's rad2deg)."""
    return apply(ops.MULTIPLY, self, 180.0 / math.pi)


def _clip(self: Value, *limits: Number, out: object = None, **named: Number) -> Value:
    # np.clip(value, low, high) calls this with out=None; were it refused, NumPy would choose among
    # plain objects and give the limit itself, an int that has no gradient
    if out is not None:
        raise TypeError("clip returns a new Value; leave out= away")
    return apply(ops.CLIP, self, *limits, **named)


class Operators:
    """What can be done with a Value; the mathematics of a line is the row of ops.py it names."""

    __slots__ = ()

    __add__, __radd__ = infix(ops.ADD)
    __sub__, __rsub__ = infix(ops.SUBTRACT)
    __mul__, __rmul__ = infix(ops.MULTIPLY)
    __truediv__, __rtruediv__ = infix(ops.DIVIDE)
    __floordiv__, __rfloordiv__ = infix(ops.FLOOR_DIVIDE)
    __mod__, __rmod__ = infix(ops.REMAINDER)
    __pow__, __rpow__ = _power, _reflected_to_the

    __neg__ = negative = unary(ops.NEGATIVE)
    __pos__ = positive = unary(ops.POSITIVE)
    __abs__ = abs = fabs = unary(ops.ABS)
    __lt__, __le__ = comparison(ops.LESS), comparison(ops.LESS_EQUAL)
    __gt__, __ge__ = comparison(ops.GREATER), comparison(ops.GREATER_EQUAL)

    add = method(ops.ADD)
    subtract = method(ops.SUBTRACT)
    multiply = method(ops.MULTIPLY)
    divide = method(ops.DIVIDE)
    floor_divide = method(ops.FLOOR_DIVIDE)
    remainder = method(ops.REMAINDER)
    power = method(ops.POWER)
    pow = _power  # as in PyTorch
    square = unary(ops.SQUARE)
    reciprocal = unary(ops.RECIPROCAL)
    sqrt = unary(ops.SQRT)
    cbrt = unary(ops.CBRT)

    less = method(ops.LESS)
    less_equal = method(ops.LESS_EQUAL)
    greater = method(ops.GREATER)
    greater_equal = method(ops.GREATER_EQUAL)
    equal = method(ops.EQUAL)
    maximum = method(ops.MAXIMUM)
    minimum = method(ops.MINIMUM)
    clip = clamp = _named(_clip, ops.CLIP)  # clamp in PyTorch
    where = _where

    exp = unary(ops.EXP)
    exp2 = unary(ops.EXP2)
    expm1 = unary(ops.EXPM1)
    log = unary(ops.LOG)
    log2 = unary(ops.LOG2)
    log10 = unary(ops.LOG10)
    log1p = unary(ops.LOG1P)
    logaddexp = method(ops.LOGADDEXP)

    sin = unary(ops.SIN)
    cos = unary(ops.COS)
    tan = unary(ops.TAN)
    arcsin = unary(ops.ARCSIN)
    arccos = unary(ops.ARCCOS)
    arctan = unary(ops.ARCTAN)
    arctan2 = method(ops.ARCTAN2)
    hypot = method(ops.HYPOT)
    sinh = unary(ops.SINH)
    cosh = unary(ops.COSH)
    tanh = unary(ops.TANH)
    arcsinh = unary(ops.ARCSINH)
    arccosh = unary(ops.ARCCOSH)
    arctanh = unary(ops.ARCTANH)
    radians = deg2rad = _radians
    degrees = rad2deg = _degrees

    erf = unary(ops.ERF)
    erfc = unary(ops.ERFC)
    lgamma = unary(ops.LGAMMA)
    digamma = unary(ops.DIGAMMA)

    __floor__ = floor = unary(ops.FLOOR)
    __ceil__ = ceil = unary(ops.CEIL)
    rint = round = unary(ops.ROUND)
    sign = unary(ops.SIGN)
    heaviside = method(ops.HEAVISIDE)
    step = unary(ops.STEP)

    relu = unary(ops.RELU)
    leaky_relu = method(ops.LEAKY_RELU)
    elu = method(ops.ELU)
    selu = unary(ops.SELU)
    sigmoid = unary(ops.SIGMOID)
    softplus = unary(ops.SOFTPLUS)
    log_sigmoid = unary(ops.LOG_SIGMOID)
    silu = unary(ops.SILU)
    gelu = _gelu
    gelu_tanh = unary(ops.GELU_TANH)
    mish = unary(ops.MISH)
    softsign = unary(ops.SOFTSIGN)

    total = method(ops.TOTAL)
    mean = method(ops.MEAN)
    dot = method(ops.DOT)
    product = method(ops.PRODUCT)
    logsumexp = method(ops.LOGSUMEXP)
    softmax = method(ops.SOFTMAX)
    log_softmax = method(ops.LOG_SOFTMAX)
    norm = method(ops.NORM)
