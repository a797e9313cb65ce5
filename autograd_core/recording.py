"""Recording: how an operation on Values becomes a node, and what makes a method of a row.

The class of the nodes is the class of the operands, so this file never needs to import Value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from autograd_core import modes
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


class Recorded:
    """What tells a Value from a plain number: the class that Value is made from."""

    __slots__ = ()


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
    >>> from autograd_core.ops import TANH
    >>> apply(TANH, Value(0.0))
    Value(data=0.0, grad=0.0)
    """
    bound = op.bind(operands, named)
    cls = next((number.__class__ for number in bound if isinstance(number, Recorded)), None)
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

    return documented(method, op)


def _operand(node: Value, other: Any) -> Any:
    """Return `other` as a node; NotImplemented if it is no number: an array then takes over."""
    if other.__class__ is float or isinstance(other, NUMBERS):
        return leaf(node.__class__, other)
    return other if isinstance(other, Recorded) else NotImplemented


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

    return documented(forward, op), documented(reflected, op)


def method(op: Op) -> Callable[..., Value]:
    """Return the method for a row with several operands."""

    def method(self: Value, *others: Number, **named: Number) -> Value:
        return apply(op, self, *others, **named)

    return documented(method, op)


def comparison(op: Op) -> Callable[[Value, Number], bool]:
    """Return the operator that compares by value; observers are told how it was decided."""

    def compare(self: Value, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else decide(op, self, other)

    return documented(compare, op)


def decide(op: Op, left: Value, right: Value) -> bool:
    """Return a comparison as a bool for Python code, and tell the observers."""
    outcome = bool(op.value(FLOAT, left.data, right.data))
    if modes.open_contexts:
        for observer in modes.modes.observers:
            observer.decided(op, (left, right), outcome)
    return outcome


def documented(function: F, op: Op) -> F:
    """Return the function with the name and the formulas of its row."""
    function.__doc__ = describe(op)
    return named_as(op)(function)


def named_as(op: Op) -> Callable[[F], F]:
    """Return the decorator that gives a method written by hand the name of its row."""

    def named(function: F) -> F:
        function.__name__ = function.__qualname__ = op.name
        return function

    return named
