"""Graph walks: topological order, levels, consumers. They read only operands, without recursion."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from autograd_core.graph.node import N


def topological_order(*roots: N, stop: Collection[N] = ()) -> list[N]:
    """Return every node that `roots` depend on, parents before consumers, each once.

    Depth first, operands from left to right, so that the order depends on the graph alone.

    Args:
        roots: Where to start; each comes after everything it depends on.
        stop: Nodes whose own parents are not followed.

    >>> from autograd_core import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> [node.data for node in topological_order(a * b + a)]
    [2.0, 3.0, 6.0, 8.0]
    """
    order: list[N] = []
    seen: set[N] = set()
    see, emit = seen.add, order.append
    # The stack of the equivalent recursive function. A None marks the node below it as visited:
    # when it is popped, the node's operands have been emitted, and the node is next.
    stack: list[N | None] = [*reversed(roots)]
    push, pop = stack.append, stack.pop
    while stack:
        node: Any = pop()
        if node is None:
            emit(pop())  # type: ignore[arg-type]
            continue
        while node not in seen:  # descend along the first operands
            see(node)
            a, b = node._a, node._b  # not `parents`: a property takes twice the time
            if (a is None and b is None) or (stop and node in stop):
                emit(node)
                break
            push(node)
            push(None)
            if a is None:
                stack += reversed(b)
                break
            if b is not None and b not in seen:
                push(b)
            node = a
    return order


def levels(order: Sequence[N]) -> list[int]:
    """Return each node's level: 0 for a leaf, else one more than its highest parent.

    Args:
        order: Nodes, parents first, as `topological_order` gives them.

    >>> from autograd_core import Value
    >>> a = Value(2.0)
    >>> levels(topological_order((a + 1.0) * a))
    [0, 0, 1, 2]
    """
    level: dict[N, int] = {}
    for node in order:
        level[node] = 1 + max((level[parent] for parent in node.parents), default=-1)
    return [level[node] for node in order]


def consumers(order: Iterable[N]) -> dict[N, list[N]]:
    """Return, for each node, the nodes it is an operand of, once for each use.

    >>> from autograd_core import Value
    >>> a = Value(2.0)
    >>> square = a * a
    >>> consumers(topological_order(square))[a] == [square, square]
    True
    """
    users: dict[N, list[N]] = {node: [] for node in order}
    for node in list(users):
        for parent in node.parents:
            users[parent].append(node)
    return users
