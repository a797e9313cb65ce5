"""Node: the fields of a number in a graph: its value, gradient, operation and operands."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, Self, SupportsFloat, TypeAlias, TypeVar

from autograd_core.table import NUMBERS, AnyNumber, Op

N = TypeVar("N", bound="Node")
GradientHook: TypeAlias = Callable[[AnyNumber], AnyNumber]  # see Value.register_hook
Slot: TypeAlias = Any  # a node, a tuple of nodes or None: see Node.parents
AnyNode: TypeAlias = Any  # a node of its operands' class, which slots do not tell a type checker
_new = ast.AST.__new__


# Users put attributes of their own on Values (`p.m`, `p.v`). A plain `__dict__` would cost every
# node 24 bytes and half of its construction time. `ast.AST` is the smallest class of the standard
# library whose instances create their dict only when it is needed: 8 bytes for the pointer, saved
# again by keeping the label in that dict (tests/benchmarks/node.py).
class Node(ast.AST):
    """The base class of Value: its fields without operators; anything else is a plain number.

    Attributes:
        data: The number (the primal).
        grad: d output / d this node, once the output's `backward()` has run (the adjoint).
        op: The row of the table that made it; None for a leaf.
        label: A name for pictures and messages.

    Any other attribute is the user's.
    """

    __slots__ = ("_a", "_b", "data", "grad", "op")

    data: float
    grad: float  # after backward(create_graph=True) a Value
    op: Op | None
    label: str = ""
    _hooks: tuple[GradientHook, ...] = ()
    _a: Slot
    _b: Slot

    @property
    def parents(self) -> tuple[Self, ...]:
        """The operands, in order and with repeats (x * x has two); empty for a leaf."""
        # One or two operands, as nearly all operations have, are in the slots _a and _b, named as
        # in the rules of ops.py; more are a tuple in _b, and _a is None. A tuple in every node
        # would double the objects that Python's cycle collector visits, which is most of the time
        # it takes to build a large graph (tests/benchmarks/node.py).
        a, b = self._a, self._b
        if a is None:
            return b or ()
        return (a,) if b is None else (a, b)

    @parents.setter
    def parents(self, parents: Sequence[Node]) -> None:
        self._a, self._b = operand_slots(parents)

    @classmethod
    def operand(cls, number: Self | float) -> Self:
        """Return `number` itself if it is a Value, else a new leaf.

        Raises:
            TypeError: If it is not a real number.
        """
        if isinstance(number, Node):
            return number
        if number.__class__ is float or isinstance(number, NUMBERS):
            return leaf(cls, number)
        raise TypeError(not_a_number(number))


def leaf(cls: type[N], number: SupportsFloat) -> N:
    """Return a leaf of that class without calling its constructor.

    >>> from autograd_core import Value
    >>> leaf(Value, 2)
    Value(data=2.0, grad=0.0)
    """
    node = _new(cls)
    node.data = float(number)
    node.grad = 0.0
    node.op = node._a = node._b = None
    return node


def number_of(number: AnyNumber) -> AnyNumber:
    """Return the plain number of a Value, anything else as it is.

    >>> from autograd_core import Value
    >>> number_of(Value(2.0)), number_of(3.0)
    (2.0, 3.0)
    """
    return number.data if isinstance(number, Node) else number


def operand_slots(parents: Sequence[Node]) -> tuple[Slot, Slot]:
    """Return the contents of the slots `_a` and `_b` for these operands (see Node.parents)."""
    if len(parents) > 2:
        return None, tuple(parents)
    first, second, *_ = (*parents, None, None)
    return first, second


def not_a_label(label: object) -> str:
    """Return the message for something that cannot be a label.

    >>> not_a_label(5)
    "a Value's label is a str, its name in pictures and messages, got int 5; pass '5', or the \
Values it is made of as in micrograd"
    """
    got = f"{type(label).__name__} {label!r:.60}"
    cure = f"pass {str(label)[:60]!r}, or the Values it is made of as in micrograd"
    return f"a Value's label is a str, its name in pictures and messages, got {got}; {cure}"


def not_a_number(data: object) -> str:
    """Return the message for something that cannot be a Value.

    >>> not_a_number("2")
    "Value wants one real number, got str '2'; convert it with float(...) first"
    """
    got = type(data).__name__
    cures = {
        "str": "convert it with float(...) first",
        "Decimal": "convert it with float(...) first",
        "NoneType": "pass a number, or 0.0",
        "complex": "Values are real; use two, for the real and the imaginary part",
        "Value": "use value.detach() for a leaf with the same number, or +value for a node",
        "ndarray": "make one Value per element: [Value(x) for x in array.flat]",
        "list": "make one Value per element: [Value(x) for x in items]",
        "tuple": "make one Value per element: [Value(x) for x in items]",
    }
    cure = cures.get(got, "pass an int, a float, a Fraction or a NumPy scalar")
    return f"Value wants one real number, got {got} {data!r:.60}; {cure}"
