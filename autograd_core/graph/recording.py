"""Recording: makes a node of an operation on Values, and a method or operator of a row.

The class of a new node is that of its operands, so this file imports Node only, not Value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from autograd_core.graph import modes
from autograd_core.graph.node import AnyNode, N, Node, Slot, _new, leaf, operand_slots
from autograd_core.table import FLOAT, NUMBERS, Op, describe

F = TypeVar("F", bound=Callable[..., Any])


class Method(Protocol):
    """A method on any number of operands that returns the class it is called on (for mypy)."""

    def __get__(self, node: N | None, owner: type[N]) -> Callable[..., N]: ...


def record(op: Op, data: float, a: Slot, b: Slot) -> AnyNode:
    """Return the node with value `data`, made by `op` of the operands in the slots a and b."""
    if modes.open_contexts:
        return _record_watched(op, data, a, b)
    node: Node = _new((b[0] if a is None else a).__class__)
    node.data = data
    node.grad = 0.0
    node.op = op
    node._a = a
    node._b = b
    return node


def _record_watched(op: Op, data: float, a: Slot, b: Slot) -> AnyNode:
    thread = modes.this_thread
    parents = b if a is None else (a,) if b is None else (a, b)
    node = leaf(parents[0].__class__, data)
    if thread.recording or thread.captures:
        node.op, node._a, node._b = op, a, b
    for observer in thread.observers:
        observer.created(node, op, parents)
    if thread.captures and not thread.recording and op.name != "stop_gradient":
        return node.stop_gradient()  # of Operators
    return node


def apply(op: Op, *operands: N | float, **named: N | float) -> N:
    """Return the node for `op` of the operands, at least one of them a Value.

    Raises:
        TypeError: If there are too few or too many, one is not a number, or none is a Value.

    >>> from autograd_core import Value
    >>> from autograd_core.ops import TANH
    >>> apply(TANH, Value(0.0))
    Value(data=0.0, grad=0.0)
    """
    bound = op.bind(operands, named)
    cls = next((number.__class__ for number in bound if isinstance(number, Node)), None)
    if cls is None:
        raise TypeError(
            f"apply wants a Value among the operands of {op.name}, got numbers alone; "
            "functional.call takes both"
        )
    parents = tuple([cls.operand(number) for number in bound])
    data = op.value(FLOAT, *[parent.data for parent in parents])
    return record(op, data, *operand_slots(parents))  # type: ignore[no-any-return]


def unary(op: Op) -> Callable[[N], N]:
    """Return the method for a row with one operand."""
    value = op.value

    def method(self: N) -> N:
        data = value(FLOAT, self.data)
        if modes.open_contexts:
            return _record_watched(op, data, self, None)  # type: ignore[no-any-return]
        node = _new(self.__class__)  # record() inlined: see infix()
        node.data = data
        node.grad = 0.0
        node.op = op
        node._a = self
        node._b = None
        return node

    return documented(method, op)


def _operand(node: Node, other: Any) -> Any:
    """Return `other` as a node, or NotImplemented if it is no number (an array has its turn)."""
    if other.__class__ is float or isinstance(other, NUMBERS):
        return leaf(node.__class__, other)
    return other if isinstance(other, Node) else NotImplemented


def infix(op: Op) -> Callable[[N, Node | float], N]:
    """Return the operator for a row with two operands."""
    value = op.value

    def forward(self: Node, other: Any) -> Any:
        if other.__class__ is not self.__class__:
            other = _operand(self, other)
            if other is NotImplemented:
                return NotImplemented
        data = value(FLOAT, self.data, other.data)
        if modes.open_contexts:
            return _record_watched(op, data, self, other)
        # record() is inlined here and in unary(): calling it makes building a node 1.16 to 1.23
        # times slower (tests/benchmarks/node.py)
        node = _new(self.__class__)
        node.data = data
        node.grad = 0.0
        node.op = op
        node._a = self
        node._b = other
        return node

    return documented(forward, op)


def reflected(op: Op) -> Callable[[N, Node | float], N]:
    """Return the operator for a row with two operands whose second one is the Value: `2.0 - v`."""
    value = op.value

    def reflected_operator(self: Node, other: Any) -> Any:
        other = _operand(self, other)
        if other is NotImplemented:
            return NotImplemented
        return record(op, value(FLOAT, other.data, self.data), other, self)

    return documented(reflected_operator, op)


def method(op: Op) -> Method:
    """Return the method for a row with several operands."""

    def method(self: N, *others: N | float, **named: N | float) -> N:
        return apply(op, self, *others, **named)

    return cast(Method, documented(method, op))


def variadic(op: Op) -> Method:
    """Return the method for a row with any number of operands; it refuses a single int.

    `tensor.mean(0)` in PyTorch is the mean along axis 0; `value.mean(0)` would be value / 2.
    """

    def method(self: N, *others: N | float) -> N:
        if len(others) == 1 and others[0].__class__ is int:
            raise TypeError(
                f"{op.name} takes the other numbers, and {others[0]} alone looks like an axis, "
                f"of which a Value has none; write {float(others[0])} if it is a number"
            )
        return apply(op, self, *others)

    return cast(Method, documented(method, op))


def comparison(op: Op) -> Callable[[Node, Node | float], bool]:
    """Return the operator that compares by value; observers get the outcome."""

    def compare(self: Node, other: Any) -> Any:
        other = _operand(self, other)
        return other if other is NotImplemented else decide(op, self, other)

    return documented(compare, op)


def decide(op: Op, left: Node, right: Node) -> bool:
    """Return a comparison as a bool for Python code, and call the observers with it."""
    outcome = bool(op.value(FLOAT, left.data, right.data))
    if modes.open_contexts:
        for observer in modes.this_thread.observers:
            observer.decided(op, (left, right), outcome)
    return outcome


def documented(function: F, op: Op) -> F:
    """Set the name and the docstring of a function from its row, and return it."""
    function.__doc__ = describe(op)
    return named_as(op)(function)


def named_as(op: Op) -> Callable[[F], F]:
    """Return the decorator that gives a method written by hand the name of its row."""

    def named(function: F) -> F:
        function.__name__ = function.__qualname__ = op.name
        return function

    return named
