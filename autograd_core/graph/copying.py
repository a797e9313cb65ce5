"""Copying: pickle and deepcopy of a graph of any depth, node by node instead of by recursion.

A gradient that is itself a graph (`create_graph=True`) is copied as its number.
"""

from __future__ import annotations

import copy
import threading
from collections.abc import Iterator
from typing import Any

from autograd_core.graph.no_gradient import NO_GRADIENT, has_gradient
from autograd_core.graph.node import N, Node, leaf, number_of
from autograd_core.graph.order import topological_order
from autograd_core.table import ByHand


class _Announced(threading.local):
    """Nodes that a pickle under way has listed, parents first, and so need not list again."""

    def __init__(self) -> None:
        self.nodes: set[Node] = set()


_announced = _Announced()


class _ParentsFirst:
    """Pickles as the list of its nodes, in an order in which no node nests another."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (), None, self._announce()

    def _announce(self) -> Iterator[Node]:
        before = _announced.nodes
        _announced.nodes = before.union(self.nodes)
        try:
            yield from self.nodes
        finally:
            _announced.nodes = before


def rebuild(
    cls: type[N],
    before: object,
    data: float,
    grad: float | None,
    label: str,
    op: Any,
    parents: tuple[Node, ...],
) -> N:
    """Return a node with exactly these fields (`before` has been loaded for its sake)."""
    node = leaf(cls, data)
    node.data, node.op, node.parents = data, op, parents
    node.grad = NO_GRADIENT if grad is None else grad
    if label:
        node.label = label
    return node


def reduce(node: Node) -> tuple[Any, ...]:
    """Return what pickle needs: first everything the node depends on, then the node."""
    before = None
    if node.parents and node not in _announced.nodes:
        before = _ParentsFirst(topological_order(node)[:-1])
    gradient = number_of(node.grad) if has_gradient(node.grad) else None
    fields = (node.data, gradient, node.label, node.op, node.parents)
    state: Any = _attributes(node) or None
    if state and "requires_grad" in state:
        state = state, {"requires_grad": state["requires_grad"]}  # set, so that it is counted
    return rebuild, (node.__class__, before, *fields), state


def _attributes(node: Node) -> dict[str, Any]:
    """Return the attributes of the user's; hooks stay with the original."""
    return {name: value for name, value in vars(node).items() if name != "_hooks"}


def deepcopy(node: Node, memo: dict[int, Any]) -> Any:
    """Return a copy of the node and of everything it depends on, shared as in the original."""
    for old in topological_order(node):
        if id(old) not in memo:
            if isinstance(old.op, ByHand):
                old.op.__reduce__()  # says why not
            parents = tuple([memo[id(parent)] for parent in old.parents])
            new = memo[id(old)] = rebuild(
                old.__class__, None, old.data, number_of(old.grad), old.label, old.op, parents
            )
            if _attributes(old):
                vars(new).update(copy.deepcopy(_attributes(old), memo))
    return memo[id(node)]
