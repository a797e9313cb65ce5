"""ByHand: the operation of a single node, whose backward step is a function of the user's."""

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
    """The part of a Value that this file uses."""

    data: float
    grad: float


class ByHand(Op):
    """The operation of one node, in no table: `out = Value(data, (a, b), "op")`.

    `out._backward = function` sets its backward step: the function adds to `a.grad` and `b.grad`
    what follows from `out.grad`. The operation is known only at the operands it was made with;
    at others its value and its partials are nan. It has first derivatives only.
    """

    __slots__ = ()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            f"a Value made by hand (Value(data, children, {self.symbol!r})) cannot be copied or "
            "pickled: its _backward refers to the original operands; autograd_core.custom_op makes "
            "an operation that can"
        )


def by_hand(
    symbol: str, node: Holder, parents: Sequence[Holder], function: Callable[[], object] | None
) -> ByHand:
    """Return the operation of a node that was made by hand.

    Args:
        symbol: What pictures show.
        node: The node.
        parents: Its operands.
        function: The backward step: adds to each operand's `.grad` its share of `node.grad`;
            None adds nothing.

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

    def nan_elsewhere(m: Any, number: float, operands: Sequence[Any]) -> Any:
        """Return the number where the operands are equal to those of the node, else nan."""
        for x, parent in zip(operands, parents):
            number = m.where(m.equal(x, parent.data), number, math.nan)
        return number

    def value(m: Any, *operands: Any) -> Any:
        if isinstance(m, Dialect):
            return getattr(m, name)(*operands)
        if not _are_numbers(operands):
            return node if [x.data for x in operands] == [p.data for p in parents] else math.nan
        return nan_elsewhere(m, data, operands)

    def partials(m: Any, y: Any, *operands: Any) -> tuple[Any, ...]:
        if isinstance(m, Dialect):
            return (m.name(TOO_LONG),) * count
        if not _are_numbers(operands):
            raise TypeError(
                f"a Value made by hand (Value(data, children, {symbol!r})) has first derivatives "
                "only; autograd_core.custom_op makes an operation that has all"
            )
        slopes = _shares(node, parents, function, 1.0)
        if m is not FLOAT:
            return tuple([nan_elsewhere(m, slope, operands) for slope in slopes])
        return tuple([_Slope(slope, partial(share, i)) for i, slope in enumerate(slopes)])

    def share(position: int, adjoint: float) -> float:
        return _shares(node, parents, function, adjoint)[position]

    data = node.data
    op = ByHand(name, value, partials, count, symbol or "by hand")
    op.patterns[count] = (), False
    return op


def _are_numbers(operands: Sequence[Any]) -> bool:
    """Return whether all operands are numbers or symbols, not Values."""
    return all(isinstance(x, float | int | Symbolic) for x in operands)


class _Slope(float):
    """A partial whose product with an adjoint calls the user's function.

    That function need not be linear in the adjoint: some clip it.
    """

    __slots__ = ("_share",)

    _share: Callable[[float], float]

    def __new__(cls, slope: float, share: Callable[[float], float]) -> _Slope:
        self = super().__new__(cls, slope)
        self._share = share
        return self

    def __rmul__(self, adjoint: float) -> float:
        return self._share(adjoint)

    __mul__ = __rmul__


def _shares(
    node: Holder,
    parents: Sequence[Holder],
    function: Callable[[], object] | None,
    adjoint: float,
) -> list[float]:
    """Return what the function adds to each operand's gradient; every `.grad` is restored."""
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
    return [found.pop(parent, 0.0) for parent in parents]  # a repeated operand: the sum, then 0
