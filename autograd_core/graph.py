"""Graph walks: topological order, levels, consumers. It knows only `.parents`; nothing recurses."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar


class Node(Protocol):
    """Anything that knows what it was made from."""

    @property
    def parents(self) -> tuple[Node, ...]:
        """The operands, in order and with repeats."""
        ...


N = TypeVar("N", bound=Node)


def topological_order(*roots: N, stop: Collection[N] = ()) -> list[N]:
    """Return every node that `roots` depend on, parents before consumers, each once.

    Depth first, operands from left to right, so that the order depends on the graph alone.

    Args:
        roots: Where to start; they come last, each after what it depends on.
        stop: Nodes whose own parents are not followed.

    >>> from autograd_core import Value
    >>> a, b = Value(2.0), Value(3.0)
    >>> [node.data for node in topological_order(a * b + a)]
    [2.0, 3.0, 6.0, 8.0]
    """
    order: list[N] = []
    seen: set[N] = set()
    see, emit = seen.add, order.append
    # The path from a root down to `node`, each node with the operands it has still to visit: what
    # a recursive function would keep on Python's stack, and as fast (tests/benchmarks/node.py).
    path: list[tuple[N | None, Iterator[N]]] = []
    node: N | None = None
    operands = iter(roots)
    while True:
        for operand in operands:
            if operand not in seen:
                see(operand)
                parents = operand.parents
                if parents and operand not in stop:
                    path.append((node, operands))
                    node, operands = operand, iter(parents)  # type: ignore[arg-type]
                    break
                emit(operand)
        else:  # all that the node depends on has been emitted
            if node is None:
                return order
            emit(node)
            node, operands = path.pop()


def levels(order: Sequence[N]) -> list[int]:
    """Return each node's level: 0 for a leaf, else one more than its highest parent.

    Args:
        order: Nodes, parents first, as `topological_order` gives them.

    >>> from autograd_core import Value
    >>> a = Value(2.0)
    >>> levels(topological_order((a + 1.0) * a))
    [0, 0, 1, 2]
    """
    level: dict[Node, int] = {}
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
            users[parent].append(node)  # type: ignore[index]
    return users
