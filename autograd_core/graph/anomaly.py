"""detect_anomaly(): stop at the first node whose value or gradient is nan or infinite."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograd_core.graph.modes import watch
from autograd_core.graph.node import Node, number_of
from autograd_core.graph.order import consumers
from autograd_core.table import Op


@contextmanager
def detect_anomaly() -> Iterator[None]:
    """Raise where a number first turns nan or infinite, in the forward or the backward pass.

    Raises:
        FloatingPointError: It names the operation, its label and its operands; for a gradient,
            also the path from the node to the output. Values and gradients computed before remain.

    >>> from autograd_core import Value
    >>> with detect_anomaly():
    ...     Value(0.0, label="p").log()
    Traceback (most recent call last):
    FloatingPointError: log(p = 0.0) is -inf: the first value that is not finite

    Explained in notebooks/11_coming_from_and_going_to.ipynb.
    """
    with watch(_Detector()):
        yield


class _Detector:
    def created(self, node: Node, op: Op, parents: tuple[Node, ...]) -> None:
        if not math.isfinite(node.data):
            raise FloatingPointError(
                f"{_written(op, parents)} is {node.data}: the first value that is not finite"
            )

    def decided(self, op: Op, operands: tuple[Node, ...], outcome: bool) -> None:
        pass

    def differentiated(self, order: Sequence[Node]) -> None:
        for node in reversed(order):
            if not math.isfinite(number_of(node.grad)):
                raise FloatingPointError(_gradient_message(node, order))


def _gradient_message(node: Node, order: Sequence[Node]) -> str:
    """Return the message for the node nearest to the output whose gradient is not finite."""
    users = consumers(order)
    path = [node]
    while path[-1] is not order[-1]:
        path.append(users[path[-1]][0])
    steps = " -> ".join(f"{_name(step)} (grad {number_of(step.grad)})" for step in path[:10])
    if len(path) > 10:
        steps += f" -> ... {len(path) - 11} more ... -> {_name(path[-1])}"
    through = ", ".join(_written(user.op, user.parents) for user in users[node][:3] if user.op)
    return (
        f"the gradient of {_name(node)} = {node.data} is {number_of(node.grad)}: the first that is "
        f"not finite, through {through or 'the gradient given to backward()'}; "
        f"path to the output: {steps}"
    )


def _name(node: Node) -> str:
    return node.label or (node.op.symbol if node.op else "a leaf")


def _written(op: Op, parents: tuple[Node, ...]) -> str:
    shown = [f"{p.label} = {p.data}" if p.label else repr(p.data) for p in parents[:4]]
    return f"{op.name}({', '.join(shown)}{', ...' if len(parents) > 4 else ''})"
