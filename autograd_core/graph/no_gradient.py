"""No gradient: what `.grad` holds until a backward pass comes by, and who asks whether one has.

A parameter that took no part in a loss has no gradient, which is not the same as a gradient of 0:
momentum and weight decay move the latter. PyTorch says None. micrograd's users count on a number
everywhere. So a new Value has NO_GRADIENT, the number 0.0 that says what it is; None means the
same, for those who set it. `p.grad = 0.0` is a gradient like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd_core.graph.node import N, number_of
from autograd_core.graph.order import topological_order
from autograd_core.table import pattern


class NoGradient(float):
    """The 0.0 of a gradient that there is not; scaled it stays that, added to it is a number.

    >>> NO_GRADIENT == 0.0, has_gradient(NO_GRADIENT * 2.0), has_gradient(NO_GRADIENT + 0.0)
    (True, False, True)
    """

    __slots__ = ()

    def __mul__(self, factor: float) -> float:
        return self if isinstance(factor, float | int) else NotImplemented

    __rmul__ = __truediv__ = __mul__


NO_GRADIENT = NoGradient()


def has_gradient(gradient: object) -> bool:
    """Return whether a `.grad` holds a gradient, be it 0.

    >>> has_gradient(0.0), has_gradient(None), has_gradient(NO_GRADIENT)
    (True, False, False)
    """
    return gradient is not None and gradient.__class__ is not NoGradient


def summed(gradient: Any) -> Any:
    """Return what a backward pass adds to: a gradient as it is, else 0.0.

    >>> summed(2.0), summed(None)
    (2.0, 0.0)
    """
    return gradient if has_gradient(gradient) else 0.0


def plain_gradient(gradient: Any) -> float:
    """Return a gradient as a plain number; 0.0 where there is none.

    After `backward(create_graph=True)` it is a Value: who moves a parameter by it wants its number.

    >>> from autograd_core import Value
    >>> plain_gradient(Value(2.0)), plain_gradient(None)
    (2.0, 0.0)
    """
    return float(number_of(summed(gradient)))


def doubtful(leaves: Sequence[N], before: Sequence[object], order: Iterable[N]) -> bool:
    """Return whether a pass that took every share for a product must be done again with care.

    Where it met 0 * inf a leaf is nan; where it handed on a 0 for nothing, a leaf that had no
    gradient before may have none still.

    >>> from autograd_core import Value
    >>> from autograd_core.functional import floor
    >>> x = Value(0.5)
    >>> doubtful([x], [NO_GRADIENT], [x, floor(x)]), doubtful([x], [1.0], [x, floor(x)])
    (True, False)
    """
    zero = False
    for leaf, old in zip(leaves, before):
        gradient = leaf.grad
        if gradient != gradient:
            return True
        zero = zero or (gradient == 0.0 and not has_gradient(old))
    ops = {node.op for node in order} if zero else set()
    return any(op is not None and pattern(op, op.arity or 2)[0] for op in ops)


def reached(output: N) -> set[N]:
    """Return the leaves to which `output.backward()` gives a gradient, be it 0.

    What is only compared or rounded gets none.

    >>> from autograd_core import Value
    >>> from autograd_core.functional import where
    >>> a, b = Value(1.0), Value(2.0)
    >>> reached(where(a < 3.0, b, b * b)) == {b}
    True
    """
    order = topological_order(output)
    found = {output}
    for node in reversed(order):
        if node.op is not None and node in found:
            flat, _ = pattern(node.op, len(node.parents))
            found.update(p for i, p in enumerate(node.parents) if i not in flat)
    return {node for node in found if node.op is None}
