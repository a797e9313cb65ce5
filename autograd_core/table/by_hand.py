"""ByHand: an operation of one node, whose gradient a function of the user's hands on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NoReturn, Protocol

from autograd_core.table.floats import FLOAT
from autograd_core.table.op import Op
from autograd_core.table.symbolic import Symbolic
from autograd_core.table.text import TOO_LONG, Dialect


class Holder(Protocol):
    """What this file knows of a Value."""

    data: float
    grad: float


class ByHand(Op):
    """A row that is in no table, for one node: `out = Value(data, (a, b), "op")`.

    `out._backward = function` says how `out.grad` is handed on: the function adds to `a.grad` and
    `b.grad`. Of the operation itself no more is known than what it gave for the numbers it was
    given; for others its value and its partials are nan. It has first derivatives only.
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a Value made by hand (Value(data, children, {self.symbol!r})) cannot be copied or "
            "pickled: its _backward holds on to the operands it was made of; autograd_core."
            "custom_op makes an operation that can"
        )


def by_hand(
    symbol: str, node: Holder, parents: Sequence[Holder], function: Callable[[], object] | None
) -> ByHand:
    """Return the operation of a node that was made by hand.

    Args:
        symbol: What pictures show.
        node: The node.
        parents: Its operands.
        function: Adds to their `.grad` what `node.grad` is worth there; None adds nothing.

    >>> from autograd_core import Value
    >>> x = Value(3.0)
    >>> y = Value(x.data**2, (x,), "square")
    >>> def backward():
    ...     x.grad += 2.0 * x.data * y.grad
    >>> y._backward = backward
    >>> (5.0 * y).backward()
    >>> x.grad
    30.0
    """
    count = len(parents)
    name = symbol if symbol.isidentifier() else "by_hand"

    def known(m: Any, number: float, operands: Sequence[Any]) -> Any:
        """Return a number that belongs to the operands as they were, nan for others."""
        for x, parent in zip(operands, parents):
            number = m.where(m.equal(x, parent.data), number, math.nan)
        return number

    def value(m: Any, *operands: Any) -> Any:
        if isinstance(m, Dialect):
            return getattr(m, name)(*operands)
        if not _plain(operands):
            return node if [x.data for x in operands] == [p.data for p in parents] else math.nan
        return known(m, data, operands)

    def partials(m: Any, y: Any, *operands: Any) -> tuple[Any, ...]:
        if isinstance(m, Dialect):
            return (m.name(TOO_LONG),) * count
        if not _plain(operands):
            raise TypeError(
                f"a Value made by hand (Value(data, children, {symbol!r})) has first derivatives "
                "only; autograd_core.custom_op makes an operation that has all"
            )
        slopes = _handed(node, parents, function, 1.0)
        if m is not FLOAT:
            return tuple([known(m, slope, operands) for slope in slopes])
        return tuple([_Slope(slope, partial(handed, i)) for i, slope in enumerate(slopes)])

    def handed(position: int, adjoint: float) -> float:
        return _handed(node, parents, function, adjoint)[position]

    data = node.data
    op = ByHand(name, value, partials, count, symbol or "by hand")
    op.patterns[count] = (), False
    return op


def _plain(operands: Sequence[Any]) -> bool:
    """Return whether the operands are no Values."""
    return all(isinstance(x, float | int | Symbolic) for x in operands)


class _Slope(float):
    """A partial that is asked for its share: the function need not be a product with the gradient.

    Some clip it on its way, or print it.
    """

    __slots__ = ("_ask",)

    _ask: Callable[[float], float]

    def __new__(cls, slope: float, ask: Callable[[float], float]) -> _Slope:
        self = super().__new__(cls, slope)
        self._ask = ask
        return self

    def __rmul__(self, adjoint: float) -> float:
        return self._ask(adjoint)

    __mul__ = __rmul__


def _handed(
    node: Holder,
    parents: Sequence[Holder],
    function: Callable[[], object] | None,
    adjoint: float,
) -> list[float]:
    """Return what the function adds to each operand's gradient, and leave all gradients alone."""
    if function is None:
        return [0.0] * len(parents)
    holders = dict.fromkeys([node, *parents])
    before = [holder.grad for holder in holders]
    try:
        for holder in holders:
            holder.grad = 0.0
        node.grad = adjoint
        function()
        found = {parent: float(parent.grad) for parent in parents}
    finally:
        for holder, gradient in zip(holders, before):
            holder.grad = gradient
    return [found.pop(parent, 0.0) for parent in parents]  # a repeated operand has its sum once
