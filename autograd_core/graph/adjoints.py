"""Adjoints: d output / d node for every node, on any kind of number, without touching `.grad`.

`grad`, `vjp` and the other functions of derivatives/ use it. On the kind VALUE the rules of ops.py
build more graph, which a second derivative needs.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from typing import Any, Generic, NamedTuple, TypeAlias

from autograd_core.graph.node import N, Node, number_of
from autograd_core.graph.recording import apply
from autograd_core.table import FLOAT, TABLE, Partial, local_partials, ops, pattern, share

_Number: TypeAlias = Any  # a node with the operators of Value, or a float


class _ValueKind:
    """The kind of number for higher derivatives: a rule that runs on it builds more graph.

    What a rule computes from its constants alone, such as `m.sqrt(2.0)`, is a plain number.
    """

    def __getattr__(self, name: str) -> Callable[..., _Number]:
        if not hasattr(FLOAT, name):
            raise AttributeError(f"no elementary function {name!r} in FLOAT")
        return partial(_elementary, name)


def _elementary(name: str, *operands: _Number) -> _Number:
    if not any(isinstance(operand, Node) for operand in operands):
        return getattr(FLOAT, name)(*operands)
    if name == "power":  # a constant exponent makes an operation with one operand
        return operands[0] ** operands[1]
    if name == "polygamma":
        order, x = operands
        return apply(ops.polygamma_constant(float(order)), x)
    return apply(TABLE[name], *operands)


VALUE = _ValueKind()


class ChainRuleStep(NamedTuple, Generic[N]):
    """One step of a backward pass: the share that an operand gets of a node's adjoint.

    Attributes:
        node: The node.
        position: The position of the operand.
        partial: d node / d operand; `table.partial_number` makes one number of it.
        share: adjoint of the node * partial, which is added to the operand's adjoint.
    """

    node: N
    position: int
    partial: Partial
    share: N | float


def chain_rule(
    order: Sequence[N],
    found: dict[N, N | float],
    m: object = VALUE,
    *,
    stop: Collection[N] = (),
) -> Iterator[ChainRuleStep[N]]:
    """Walk back from the last node, and add to each operand's adjoint its share; yield each step.

    Args:
        order: Nodes, parents first.
        found: Adjoints by node: those of the outputs when it starts, all when it ends.
        m: VALUE for adjoints that are Values, FLOAT for plain ones.
        stop: Nodes whose own parents are not followed.

    An operand whose partial is the literal 0, such as the condition of `where`, gets no share, and
    so no adjoint unless another node gives it one (see table/choices.py).

    >>> from autograd_core import Value
    >>> x = Value(3.0)
    >>> y = x * 2.0
    >>> [step.share for step in chain_rule([*y.parents, y], {y: 1.0}, FLOAT)]
    [2.0, 3.0]
    """
    for node in reversed(order):
        if node._hooks and node in found:
            _call_hooks(node, found, m)
        if node.op is None or node in stop or node not in found:
            continue
        parents, adjoint = node.parents, found[node]
        flat, chooses = pattern(node.op, len(parents))
        numbers: tuple[_Number, ...] = (node, *parents)
        times: Callable[[Any, Any], Any] = _product
        if m is FLOAT:
            numbers, times = tuple([number_of(n) for n in numbers]), operator.mul
            # 0 times a finite adjoint is 0 whether structural or computed
            chooses = chooses and not math.isfinite(number_of(adjoint))
        rule = partial(local_partials, node.op) if chooses else node.op.partials
        for position, (operand, local) in enumerate(zip(parents, rule(m, *numbers))):
            if position in flat:
                continue
            part = share(adjoint, local, times)
            found[operand] = plus(found.get(operand, 0.0), part)
            yield ChainRuleStep(node, position, local, part)


def _call_hooks(node: N, found: dict[N, N | float], m: object) -> None:
    for hook in node._hooks:
        changed = hook(found[node])
        if changed is not None:
            found[node] = float(number_of(changed)) if m is FLOAT else changed


def adjoints(
    order: Sequence[N],
    gradient: N | float = 1.0,
    m: object = VALUE,
    *,
    stop: Collection[N] = (),
) -> dict[N, N | float]:
    """Return d output / d node for the nodes that the output depends on, without changing `.grad`.

    The same walk as `Value.backward`, on any kind: on VALUE the gradient is more graph. A node that
    is only compared or rounded has no entry. Arguments as for `chain_rule`.

    >>> from autograd_core import Value
    >>> from autograd_core.graph.order import topological_order
    >>> x = Value(3.0)
    >>> adjoints(topological_order(x * x), 1.0, FLOAT)[x]
    6.0
    """
    found: dict[N, N | float] = {order[-1]: gradient}
    for _ in chain_rule(order, found, m, stop=stop):
        pass
    return found


def plus(a: N | float, b: N | float) -> N | float:
    """Return a + b, without a node for a plain 0.

    >>> from autograd_core import Value
    >>> plus(0.0, Value(2.0)).parents
    ()
    """
    if a.__class__ is float and a == 0.0:
        return b
    if b.__class__ is float and b == 0.0:
        return a
    result: N | float = operator.add(a, b)  # a node has the operators of Value
    return result


def _product(adjoint: N | float, partial: N | float) -> N | float:
    """Return the product without a node for a plain 1, or for a plain 0 (but 0 * inf is nan)."""
    for plain, other in ((adjoint, partial), (partial, adjoint)):
        if plain.__class__ is float:
            if plain == 1.0:
                return other
            if plain == 0.0 and math.isfinite(number_of(other)):
                return 0.0
    result: N | float = operator.mul(adjoint, partial)
    return result
