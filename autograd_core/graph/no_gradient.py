"""No gradient: the value of `.grad` before a backward pass, and the questions about it.

A parameter that took no part in a loss has no gradient, which is not the same as a gradient of 0:
momentum and weight decay move the latter. PyTorch uses None; micrograd's users expect a number. So
the `.grad` of a new Value is NO_GRADIENT, a 0.0 of its own type. None means the same, for users who
set it; `p.grad = 0.0` is a gradient like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograd_core.graph.node import N, number_of
from autograd_core.graph.order import topological_order
from autograd_core.table import AnyNumber, pattern


class NoGradient(float):
    """The 0.0 that means "no gradient": a multiple of it means that too, a sum is a plain number.

    >>> NO_GRADIENT == 0.0, has_gradient(NO_GRADIENT * 2.0), has_gradient(NO_GRADIENT + 0.0)
    (True, False, True)
    """

    __slots__ = ()

    def __mul__(self, factor: float) -> float:
        return self if isinstance(factor, float | int) else NotImplemented

    __rmul__ = __truediv__ = __mul__


NO_GRADIENT = NoGradient()


def has_gradient(gradient: object) -> bool:
    """Return whether a `.grad` holds a gradient; it may be 0.

    >>> has_gradient(0.0), has_gradient(None), has_gradient(NO_GRADIENT)
    (True, False, False)
    """
    return gradient is not None and gradient.__class__ is not NoGradient


def gradient_or_zero(gradient: AnyNumber) -> AnyNumber:
    """Return a gradient as it is, and a plain 0.0 if there is none: what a backward pass adds to.

    >>> gradient_or_zero(2.0), gradient_or_zero(None)
    (2.0, 0.0)
    """
    return gradient if has_gradient(gradient) else 0.0


def plain_gradient(gradient: AnyNumber) -> float:
    """Return a gradient as a plain number, 0.0 if there is none.

    After `backward(create_graph=True)` a gradient is a Value; optimizers need its number.

    >>> from autograd_core import Value
    >>> plain_gradient(Value(2.0)), plain_gradient(None)
    (2.0, 0.0)
    """
    return float(number_of(gradient_or_zero(gradient)))


def zeros_matter(leaves: Sequence[N], before: Sequence[object], order: Iterable[N]) -> bool:
    """Return whether a backward pass that ignored table/choices.py may have given wrong gradients.

    Such a pass adds adjoint * partial to every operand. If a structural 0 met an infinite adjoint,
    a leaf is nan. If a flat operand got 0, a leaf without gradient has got one.

    >>> from autograd_core import Value
    >>> from autograd_core.functional import floor
    >>> x = Value(0.5)
    >>> zeros_matter([x], [NO_GRADIENT], [x, floor(x)]), zeros_matter([x], [1.0], [x, floor(x)])
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


def leaves_with_gradient(output: N) -> set[N]:
    """Return the leaves to which `output.backward()` gives a gradient; it may be 0.

    Leaves that are only compared or rounded get none.

    >>> from autograd_core import Value
    >>> from autograd_core.functional import where
    >>> a, b = Value(1.0), Value(2.0)
    >>> leaves_with_gradient(where(a < 3.0, b, b * b)) == {b}
    True
    """
    order = topological_order(output)
    found = {output}
    for node in reversed(order):
        if node.op is not None and node in found:
            flat, _ = pattern(node.op, len(node.parents))
            found.update(p for i, p in enumerate(node.parents) if i not in flat)
    return {node for node in found if node.op is None}
