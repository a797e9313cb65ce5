"""Adjoints: d output / d node for every node, on any kind of number, without touching `.grad`.

This is what derivatives as a library are made of, and what a second derivative needs: on the kind
VALUE the rules of ops.py build more graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import TypeAlias, TypeVar

from autograd_core.graph import copying
from autograd_core.graph.node import Node
from autograd_core.graph.operators import Operators
from autograd_core.graph.recording import apply
from autograd_core.table import FLOAT, TABLE, ops

V = TypeVar("V", bound=Operators)
_Number: TypeAlias = Operators | float


class _ValueKind:
    """The kind of number for higher derivatives: a rule that runs on it builds more graph.

    What a rule computes of its constants alone, such as `m.sqrt(2.0)`, is a plain number.
    """

    def __getattr__(self, name: str) -> Callable[..., _Number]:
        if not hasattr(FLOAT, name):
            raise AttributeError(f"no elementary function {name!r} in kinds.FLOAT")
        return partial(_elementary, name)


def _elementary(name: str, *operands: _Number) -> _Number:
    if not any(isinstance(operand, Node) for operand in operands):
        return getattr(FLOAT, name)(*operands)  # type: ignore[no-any-return]
    if name == "power":  # a constant exponent makes an operation with one operand
        return operands[0] ** operands[1]
    if name == "polygamma":
        order, x = operands
        return apply(ops.polygamma_constant(float(order)), x)  # type: ignore[arg-type]
    return apply(TABLE[name], *operands)


VALUE = _ValueKind()


def adjoints(
    order: Sequence[V],
    gradient: V | float = 1.0,
    m: object = VALUE,
    *,
    stop: Collection[V] = (),
) -> dict[V, V | float]:
    """Return d output / d node for the nodes that the output depends on, and touch no `.grad`.

    The same walk as `Value.backward`, on any kind: on VALUE the gradient is more graph. A node that
    is only compared or rounded has no part in it.

    Args:
        order: Nodes, parents first; the output is the last.
        gradient: d (something later) / d output.
        m: VALUE for gradients that are Values, FLOAT for plain ones.
        stop: Nodes whose own parents are not followed.

    >>> from autograd_core import Value
    >>> from autograd_core.graph.order import topological_order
    >>> x = Value(3.0)
    >>> adjoints(topological_order(x * x), 1.0, FLOAT)[x]
    6.0
    """
    found: dict[V, V | float] = {order[-1]: gradient}
    for node in reversed(order):
        if node.op is None or node in stop or node not in found:
            continue
        if m is FLOAT:
            partials = node.op.partials(m, node.data, *[parent.data for parent in node.parents])
        else:
            partials = node.op.partials(m, node, *node.parents)
        for i, (parent, local) in enumerate(zip(node.parents, partials)):
            if i in node.op.flat:
                continue
            found[parent] = plus(found.get(parent, 0.0), _product(found[node], local))
    return found


def plus(a: V | float, b: V | float) -> V | float:
    """Return a + b, without a node for a plain 0.

    >>> from autograd_core import Value
    >>> plus(0.0, Value(2.0)).parents
    ()
    """
    if a.__class__ is float and a == 0.0:
        return b
    return a if b.__class__ is float and b == 0.0 else a + b


def _product(adjoint: V | float, partial: V | float) -> V | float:
    """Return the product without a node for a plain 1, or for a plain 0 (but 0 * inf is nan)."""
    for plain, other in ((adjoint, partial), (partial, adjoint)):
        if plain.__class__ is float:
            if plain == 1.0:
                return other
            if plain == 0.0 and math.isfinite(copying.number(other)):
                return 0.0
    return adjoint * partial
