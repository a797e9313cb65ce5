"""Copying: pickle and deepcopy of a graph of any depth, node by node instead of by recursion.

Of a gradient that is itself a graph (`create_graph=True`) only the number is copied.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any, TypeAlias

from autograd_core.graph.no_gradient import NO_GRADIENT, has_gradient
from autograd_core.graph.node import N, Node, leaf, number_of
from autograd_core.graph.order import topological_order
from autograd_core.table import ByHand, Op

Memo: TypeAlias = dict[int, Any]  # of deepcopy: copies of any type, by the id of the original


class _Listed(threading.local):
    """Nodes in the list of a pickle in progress, which need no list of their own ancestors."""

    def __init__(self) -> None:
        self.nodes: set[Node] = set()


_listed = _Listed()


class _ParentsFirst:
    """A list of nodes, parents first: pickled in this order, no node nests its ancestors."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def __reduce__(self) -> tuple[object, ...]:
        return list, (), None, self._items()

    def _items(self) -> Iterator[Node]:
        before = _listed.nodes
        _listed.nodes = before.union(self.nodes)
        try:
            yield from self.nodes
        finally:
            _listed.nodes = before


def rebuild(
    cls: type[N],
    before: object,
    data: float,
    grad: float | None,
    label: str,
    op: Op | None,
    parents: tuple[Node, ...],
) -> N:
    """Return a node with exactly these fields; `before` is unused: pickle has loaded it first."""
    node = leaf(cls, data)
    node.data, node.op, node.parents = data, op, parents
    node.grad = NO_GRADIENT if grad is None else grad
    if label:
        node.label = label
    return node


def reduce(node: Node) -> tuple[object, ...]:
    """Return what pickle calls: `rebuild` with the node's ancestors and fields; then its state."""
    before = None
    if node.parents and node not in _listed.nodes:
        before = _ParentsFirst(topological_order(node)[:-1])
    gradient = number_of(node.grad) if has_gradient(node.grad) else None
    fields = (node.data, gradient, node.label, node.op, node.parents)
    state: Any = _attributes(node) or None
    if state and "requires_grad" in state:
        state = state, {"requires_grad": state["requires_grad"]}  # by its setter, which counts it
    return rebuild, (node.__class__, before, *fields), state


def _attributes(node: Node) -> dict[str, object]:
    """Return the attributes that the user has set; hooks are not copied."""
    return {name: value for name, value in vars(node).items() if name != "_hooks"}


def deepcopy(node: N, memo: Memo) -> N:
    """Return a copy of the node and of everything it depends on, shared as in the original."""
    for old in topological_order(node):
        if id(old) not in memo:
            if isinstance(old.op, ByHand):
                old.op.__reduce__()  # raises the error
            parents = tuple([memo[id(parent)] for parent in old.parents])
            new = memo[id(old)] = rebuild(
                old.__class__, None, old.data, number_of(old.grad), old.label, old.op, parents
            )
            if _attributes(old):
                vars(new).update(copy.deepcopy(_attributes(old), memo))
    copied: N = memo[id(node)]
    return copied
