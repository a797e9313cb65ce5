"""Value: one number that remembers how it was made, and backward(), which is backpropagation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from autograd_core import copying, modes, ops, ufuncs
from autograd_core.adjoints import adjoints, plus
from autograd_core.graph import topological_order
from autograd_core.kinds import FLOAT, NUMBERS
from autograd_core.op import Op
from autograd_core.operators import Number, Operators, apply, decide, leaf, stored


class Value(Operators):
    """A scalar that remembers the operation and the operands that made it.

    `==` and `hash` go by identity, so that nodes can be put into sets and dicts; `<`, `<=`, `>`,
    `>=` and `bool` go by value.

    Attributes:
        data: The number (the primal).
        grad: d output / d this node, once the output's `backward()` has run (the adjoint).
        op: The row of the table that made it; None for a leaf.
        label: A name for pictures and messages.

    Raises:
        TypeError: If `data` is not a real number.

    >>> a, b = Value(2.0), Value(-3.0)
    >>> c = a * b + a
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (-4.0, -2.0, 2.0)
    """

    __slots__ = ("_a", "_b", "data", "grad", "label", "op")

    data: float
    grad: float  # after backward(create_graph=True) a Value
    op: Op | None
    label: str
    _a: Any  # `parents` in the form of operators.stored(): cheaper than a tuple for each node
    _b: Any

    def __init__(self, data: float, label: str = "") -> None:
        if data.__class__ is not float:
            if not isinstance(data, NUMBERS):
                raise TypeError(_not_a_number(data))
            data = float(data)
        self.data = data
        self.grad = 0.0
        self.op = self._a = self._b = None
        self.label = label

    @property
    def parents(self) -> tuple[Value, ...]:
        """The operands, in order and with repeats; empty for a leaf."""
        a, b = self._a, self._b
        if a is None:
            return b or ()
        return (a,) if b is None else (a, b)

    @parents.setter
    def parents(self, parents: Sequence[Value]) -> None:
        self._a, self._b = stored(parents)

    # Backpropagation: the output's gradient is 1; then, from the output back to the leaves, each
    # node hands every operand its own gradient times the local partial. That is the chain rule,
    # and because consumers come before operands, a node's gradient is complete when its turn comes.

    def backward(self, gradient: float = 1.0, *, create_graph: bool = False) -> None:
        """Set `.grad` of every node that this one depends on.

        Gradients of leaves accumulate from call to call, as in PyTorch; those of other nodes
        start anew in each call.

        Args:
            gradient: d (something later) / d this node.
            create_graph: Make the gradients Values that can be differentiated again.

        Raises:
            FloatingPointError: Inside `detect_anomaly()`, if a gradient is not finite.
            TypeError: If called on something else than one Value, as in `Value.backward([a, b])`.
        """
        if not isinstance(self, Value):
            got = type(self).__name__
            raise TypeError(f"backward() wants one Value, got {got}; add its Values up first")
        with modes.paused_gc():
            order = topological_order(self)
            if create_graph:
                self._backward_as_graph(order, gradient)
            else:
                self._backward(order, gradient)
        if modes.open_contexts:
            for observer in modes.modes.observers:
                observer.differentiated(order)

    def _backward(self, order: list[Value], gradient: float) -> None:
        for node in order:
            if node.op is not None:
                node.grad = 0.0
        self.grad += float(gradient)
        for node in reversed(order):
            op = node.op
            if op is None:
                continue
            a, b, adjoint = node._a, node._b, node.grad
            if b is None:  # one and two operands spelled out: half the time of the loop below
                (da,) = op.partials(FLOAT, node.data, a.data)
                a.grad += adjoint * da
            elif a is not None:
                da, db = op.partials(FLOAT, node.data, a.data, b.data)
                a.grad += adjoint * da
                b.grad += adjoint * db
            else:
                operands = [parent.data for parent in b]
                for parent, partial in zip(b, op.partials(FLOAT, node.data, *operands)):
                    parent.grad += adjoint * partial

    def _backward_as_graph(self, order: list[Value], gradient: float) -> None:
        found = adjoints(order, gradient)
        for node in order:
            before = node.grad if node.op is None else 0.0
            node.grad = self.operand(plus(before, found.get(node, 0.0)))  # type: ignore[assignment]

    @classmethod
    def operand(cls, number: Number) -> Value:
        """Return `number` itself if it is a Value, else a new leaf.

        Raises:
            TypeError: If it is not a real number.
        """
        if isinstance(number, Value):
            return number
        if number.__class__ is float or isinstance(number, NUMBERS):
            return leaf(cls, number)
        raise TypeError(_not_a_number(number))

    def detach(self) -> Value:
        """Return a leaf with the same number: no gradient flows through it."""
        return Value(self.data, self.label)

    # The operations with more to say than their row in operators.py.

    def __pow__(self, exponent: Number) -> Value:
        """Return the power; a plain number as exponent makes a node with one parent."""
        if isinstance(exponent, NUMBERS):
            return apply(ops.power_constant(float(exponent)), self)
        return self._to_the(exponent)

    def where(self, condition: Number, other: Number) -> Value:
        """Return this number where the condition is not 0, else the other (as in PyTorch)."""
        return apply(ops.WHERE, condition, self, other)

    def gelu(self, approximate: str = "none") -> Value:
        """Return x * Phi(x), Phi the normal distribution; or its approximation by tanh.

        Raises:
            ValueError: If `approximate` is neither "none" nor "tanh" (PyTorch's argument).
        """
        if approximate not in ("none", "tanh"):
            raise ValueError(f"gelu's approximate is 'none' or 'tanh', got {approximate!r}")
        return apply(ops.GELU_TANH if approximate == "tanh" else ops.GELU, self)

    # Python's protocols.

    def __round__(self, ndigits: int | None = None) -> Value:
        if ndigits is None:
            return self.round()
        scale = 10.0**ndigits
        return (self * scale).round() / scale

    def __bool__(self) -> bool:
        return not decide(ops.EQUAL, self, Value(0.0))

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self.data}, grad={copying.number(self.grad)}{label})"

    def __format__(self, spec: str) -> str:
        return format(self.data, spec) if spec else repr(self)

    def __float__(self) -> NoReturn:
        raise TypeError(
            "a Value does not turn into a plain number by itself, since its gradient would be "
            "lost; use value.data for the number, or value.exp(), value.sin(), ... (also in "
            "autograd_core.functional) instead of the functions of math"
        )

    __int__ = __float__

    def conjugate(self) -> Value:
        """Return this number: it is real (NumPy asks for it in var and std)."""
        return self

    __reduce__ = copying.reduce
    __deepcopy__ = copying.deepcopy
    __array_ufunc__ = ufuncs.array_ufunc

    # micrograd's names.

    @property
    def _prev(self) -> tuple[Value, ...]:
        return self.parents

    @property
    def _op(self) -> str:
        return self.op.symbol if self.op else ""


def _not_a_number(data: object) -> str:
    got = type(data).__name__
    cures = {
        "str": "convert it with float(...) first",
        "NoneType": "pass a number, or 0.0",
        "complex": "Values are real; use two, for the real and the imaginary part",
        "Value": "use value.detach() for a leaf with the same number, or +value for a node",
        "ndarray": "make one Value per element: [Value(x) for x in array]",
        "list": "make one Value per element: [Value(x) for x in items]",
        "tuple": "make one Value per element: [Value(x) for x in items]",
    }
    cure = cures.get(got, "pass an int, a float, a Fraction or a NumPy scalar")
    return f"Value wants one real number, got {got} {data!r:.60}; {cure}"
